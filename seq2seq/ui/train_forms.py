"""The controls of a run's settings, made from the fields: an empty one leaves the choice to the preset."""

from typing import Any, Final

import gradio as gr

from seq2seq.settings import Setting
from seq2seq.ui.forms import Texts
from seq2seq.ui.strings import DEFAULT_LANGUAGE
from seq2seq.ui.train_handlers import MODEL_SETTINGS, TRAINING_SETTINGS
from seq2seq.ui.train_setting_strings import SETTINGS_ZH

HIDDEN: Final = frozenset(
    {"device", "threads", "source_embeddings", "target_embeddings", "freeze_embeddings"}
)
"""What the page decides itself, or what needs a file on the server."""


def setting_name(setting: Setting, language: str) -> str:
    """What a setting is called."""
    if language == "zh":
        return SETTINGS_ZH[setting.name][0]
    return setting.name.replace("_", " ").capitalize()


def setting_info(setting: Setting, language: str) -> str:
    """What a setting does."""
    return SETTINGS_ZH[setting.name][1] if language == "zh" else setting.help


def build_setting_controls(texts: Texts) -> dict[str, Any]:
    """A control for every setting of a network and of a run that the page leaves open, by name."""
    settings = {**MODEL_SETTINGS, **TRAINING_SETTINGS}
    shown = [setting for name, setting in settings.items() if name not in HIDDEN]
    controls = {}
    for first in range(0, len(shown), 2):
        with gr.Row():
            for setting in shown[first : first + 2]:
                controls[setting.name] = _build_control(setting, texts)
    return controls


def _build_control(setting: Setting, texts: Texts) -> Any:
    words: dict[str, Any] = {
        "label": setting_name(setting, DEFAULT_LANGUAGE),
        "info": setting_info(setting, DEFAULT_LANGUAGE),
        "elem_id": f"train-setting-{setting.name.replace('_', '-')}",
        "min_width": 160,
    }
    choices = ("true", "false") if setting.type is bool else setting.choices
    control: Any
    if choices:
        control = gr.Dropdown(
            [("–", ""), *((name, name) for name in choices)], value="", filterable=False, **words
        )
    else:
        control = gr.Number(
            value=None,
            minimum=setting.minimum,
            maximum=setting.maximum,
            precision=0 if setting.type is int else None,
            placeholder=f"{setting.default:g}",
            **words,
        )
    return texts.add(
        control,
        label=lambda language: setting_name(setting, language),
        info=lambda language: setting_info(setting, language),
    )
