"""The controls of a run's settings, made from the fields: an empty one leaves the choice to the preset."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gradio as gr

from seq2seq.data.lessons import LESSONS
from seq2seq.settings import Setting
from seq2seq.ui.forms import Texts
from seq2seq.ui.shelf import CheckpointShelf
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text
from seq2seq.ui.train_data import DataSession
from seq2seq.ui.train_data_panel import DataPanel
from seq2seq.ui.train_handlers import SETTINGS, STARTS
from seq2seq.ui.train_lessons import LESSON_PRESET
from seq2seq.ui.train_open_settings import is_chosen, open_settings, shown_open
from seq2seq.ui.train_presets import MINUTES
from seq2seq.ui.train_push_panel import build_push_controls
from seq2seq.ui.train_setting_strings import SETTINGS_ZH
from seq2seq.ui.train_wish import EMBEDDED

QUIETLY: Final[dict[str, Any]] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
FIRST_PRESET: Final = next(iter(MINUTES))
FIRST_NAME: Final = "my-model"
NEW_MODEL: Final = STARTS[1]
HIDDEN: Final = frozenset({"device", "threads", "freeze_embeddings"})
"""What the page decides itself, or what stands with the files it belongs to."""


def setting_name(setting: Setting, language: str) -> str:
    """What a setting is called."""
    if language == "zh":
        return SETTINGS_ZH[setting.name][0]
    return setting.name.replace("_", " ").capitalize()


def setting_info(setting: Setting, language: str) -> str:
    """What a setting does."""
    return SETTINGS_ZH[setting.name][1] if language == "zh" else setting.help


@dataclass(frozen=True, slots=True, kw_only=True)
class RunForm:
    """The controls by name, and where it is said how well a checkpoint's tokenizer covers the data."""

    controls: dict[str, Any]
    coverage: Any


def build_run_form(bundled: CheckpointShelf, texts: Texts) -> RunForm:
    """Where to start from, for how long, a name, a sentence to watch, and every setting."""
    names = list(bundled.names())

    def starts(language: str) -> list[tuple[str, str]]:
        return [(text(f"train_start_{name}", language), name) for name in STARTS]

    def bases(language: str) -> list[tuple[str, str]]:
        return [(bundled.label(name, language), name) for name in names]

    texts.add(gr.Markdown(text("train_step_start", DEFAULT_LANGUAGE)), value="train_step_start")
    start = gr.Radio(
        starts(DEFAULT_LANGUAGE),
        value=STARTS[0],
        label=text("train_start", DEFAULT_LANGUAGE),
        info=text("train_start_help", DEFAULT_LANGUAGE),
        elem_id="train-start",
    )
    texts.add(start, label="train_start", info="train_start_help", choices=starts)
    base = gr.Dropdown(
        bases(DEFAULT_LANGUAGE),
        value=names[0] if names else None,
        label=text("train_base", DEFAULT_LANGUAGE),
        filterable=False,
        elem_id="train-base",
    )
    texts.add(base, label="train_base")  # its choices, with the visitor's runs, come from the tab
    start.input(lambda chosen: gr.update(visible=chosen == STARTS[0]), start, base, **QUIETLY)
    coverage = gr.Markdown("", visible=False, elem_id="train-coverage")
    preset = gr.Radio(
        preset_choices(DEFAULT_LANGUAGE),
        value=FIRST_PRESET,
        label=text("train_preset", DEFAULT_LANGUAGE),
        info=text("train_preset_help", DEFAULT_LANGUAGE),
        elem_id="train-preset",
    )
    texts.add(preset, label="train_preset", info="train_preset_help")
    name = gr.Textbox(
        value=FIRST_NAME, label=text("train_name", DEFAULT_LANGUAGE), max_lines=1, elem_id="train-name"
    )
    texts.add(name, label="train_name")
    probe = gr.Textbox(
        label=text("train_probe", DEFAULT_LANGUAGE),
        info=text("train_probe_help", DEFAULT_LANGUAGE),
        max_lines=2,
        elem_id="train-probe",
    )
    texts.add(probe, label="train_probe", info="train_probe_help")
    with gr.Accordion(text("train_settings", DEFAULT_LANGUAGE), open=False, elem_id="train-all") as folded:
        texts.add(gr.Markdown(text("train_settings_help", DEFAULT_LANGUAGE)), value="train_settings_help")
        settings = build_setting_controls(texts, first_settings(bundled))
    texts.add(folded, label="train_settings")
    settings |= build_embedding_controls(texts)
    settings |= build_push_controls(texts)
    controls = {"name": name, "start": start, "base": base, "preset": preset, "probe": probe, **settings}
    return RunForm(controls=controls, coverage=coverage)


def preset_choices(language: str, *, has_lesson: bool = False) -> list[tuple[str, str]]:
    """How long a run may take, or that it is trained as its lesson recommends: in words, and the name."""
    names = (*MINUTES, *([LESSON_PRESET] if has_lesson else []))
    return [(text(f"train_preset_{name}", language), name) for name in names]


def suit_form_to(data: DataPanel, form: dict[str, Any], language: Any) -> None:
    """Let the form follow what is brought, in the page's language."""
    for brought in data.brought:
        brought.then(
            suit_form,
            inputs=[data.session, language, form["preset"], form["name"]],
            outputs=[form[name] for name in ("start", "base", "preset", "name")],
            **QUIETLY,
        )
    language.change(translate_presets, [data.session, language], form["preset"], **QUIETLY)


def show_open_settings(
    data: DataPanel,
    form: dict[str, Any],
    secret: Any,
    find_base: Callable[[Any, str | None, str | None], Path | None],
) -> None:
    """Let the empty controls show what they leave open, whatever is brought and chosen.

    ``find_base`` tells the folder of the checkpoint of a visitor's secret, a start and a base.
    """
    settings = [setting for name, setting in SETTINGS.items() if name in form and name not in HIDDEN]

    def show(
        secret: Any, session: DataSession, start: str | None, base: str | None, preset: str | None
    ) -> list[Any]:
        folder = find_base(secret, start, base)
        values = open_settings(session, preset, folder, fine_tuning=start == STARTS[0])
        return [gr.update(**shown_open(setting, values[setting.name])) for setting in settings]

    chosen = [form[name] for name in ("start", "base", "preset")]
    other_data = [event.then for event in (data.examined, *data.brought)]
    for asked_again in (*other_data, *(control.change for control in chosen)):
        asked_again(
            show,
            inputs=[secret, data.session, *chosen],
            outputs=[form[setting.name] for setting in settings],
            **QUIETLY,
        )


def suit_form(session: DataSession, language: str, preset: str | None, name: str | None) -> tuple[Any, ...]:
    """How the form follows the data: a lesson asks for a new model and its own settings, other data do not.

    Returns:
        Updates of the start, the base, the preset and the name.
    """
    choices = preset_choices(language, has_lesson=bool(session.lesson))
    if session.lesson:
        return (
            gr.update(value=NEW_MODEL),
            gr.update(visible=False),
            gr.update(choices=choices, value=LESSON_PRESET),
            session.lesson,
        )
    was_lesson = preset == LESSON_PRESET
    return (
        gr.skip(),
        gr.skip(),
        gr.update(choices=choices, value=FIRST_PRESET if was_lesson else preset),
        FIRST_NAME if was_lesson and name in LESSONS else gr.skip(),
    )


def translate_presets(session: DataSession, language: str) -> Any:
    """The times in another language."""
    return gr.update(choices=preset_choices(language, has_lesson=bool(session.lesson)))


def first_settings(bundled: CheckpointShelf) -> dict[str, Any]:
    """What the settings become that the form, as a page begins with it, leaves open."""
    names = bundled.names()
    base = bundled.folder(names[0]) if names else None
    return open_settings(DataSession(), FIRST_PRESET, base, fine_tuning=True)


def build_setting_controls(texts: Texts, values: Mapping[str, Any]) -> dict[str, Any]:
    """A control for every setting of a network and of a run that the page leaves open, by name.

    ``values`` are what they become where nothing is filled in.
    """
    shown = [setting for name, setting in SETTINGS.items() if name not in HIDDEN]
    controls = {}
    for first in range(0, len(shown), 2):
        with gr.Row():
            for setting in shown[first : first + 2]:
                controls[setting.name] = _build_control(setting, texts, values[setting.name])
    return controls


def build_embedding_controls(texts: Texts) -> dict[str, Any]:
    """Files of pretrained vectors for either side, and whether they are frozen."""
    with gr.Accordion(
        text("train_embeddings", DEFAULT_LANGUAGE), open=False, elem_id="train-embeddings"
    ) as folded:
        texts.add(gr.Markdown(text("train_embeddings_help", DEFAULT_LANGUAGE)), value="train_embeddings_help")
        with gr.Row():
            controls = {name: _build_vectors(name, texts) for name in EMBEDDED}
        frozen = SETTINGS["freeze_embeddings"]
        controls[frozen.name] = _build_control(frozen, texts, frozen.default)
    texts.add(folded, label="train_embeddings")
    return controls


def _build_vectors(name: str, texts: Texts) -> Any:
    words = f"train_{name}"
    upload = gr.File(
        type="filepath", label=text(words, DEFAULT_LANGUAGE), height=120, elem_id=words.replace("_", "-")
    )
    return texts.add(upload, label=words)


def _build_control(setting: Setting, texts: Texts, value: Any) -> Any:
    words: dict[str, Any] = {
        "label": setting_name(setting, DEFAULT_LANGUAGE),
        "info": setting_info(setting, DEFAULT_LANGUAGE),
        "elem_id": f"train-setting-{setting.name.replace('_', '-')}",
        "min_width": 160,
    }
    control: Any
    if is_chosen(setting):
        control = gr.Dropdown(value="", filterable=False, **shown_open(setting, value), **words)
    else:
        # A number field that is not yet on the screen turns from empty to 0 with any update.
        control = gr.Textbox(value="", max_lines=1, **shown_open(setting, value), **words)
    return texts.add(
        control,
        label=lambda language: setting_name(setting, language),
        info=lambda language: setting_info(setting, language),
    )
