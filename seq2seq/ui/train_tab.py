"""The Train tab: sentence pairs, where to start from, and runs to follow."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import gradio as gr

from seq2seq.desk.desk import Desk
from seq2seq.desk.home import default_home
from seq2seq.desk.quotas import is_shared, quotas_of
from seq2seq.desk.visitors import Visitor, new_secret
from seq2seq.doctor.parts import Limits
from seq2seq.ui.download_button import add_download
from seq2seq.ui.entrance import Entrance
from seq2seq.ui.forms import Texts, model_choices
from seq2seq.ui.look import palettes
from seq2seq.ui.run_shelf import RUN_PREFIX, RunShelf
from seq2seq.ui.shelf import CheckpointShelf
from seq2seq.ui.static_files import read_static, read_train_script
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text, view_strings
from seq2seq.ui.train_data import DataSession
from seq2seq.ui.train_data_panel import build_data_panel
from seq2seq.ui.train_forms import QUIETLY, build_run_form, suit_form_to
from seq2seq.ui.train_handlers import (
    Wish,
    change_run,
    estimate_run,
    follow_run,
    list_choices,
    pack_run,
    start_run,
)
from seq2seq.ui.train_view import EMPTY_TRAIN, View

LOOK_SECONDS: Final = 1.0
BROWSER_KEY: Final = "seq2seq-explorer-runs"
EXPLORE_TAB: Final = "explore_tab"


class TrainTab:
    """The tab's controls, and the events between them.

    Args:
        desk: where runs are made and followed.
        bundled: the checkpoints that a run may start from.
        language: the page's language control.
        texts: where words are registered.
    """

    def __init__(self, desk: Desk, bundled: CheckpointShelf, language: Any, texts: Texts) -> None:
        self._desk, self._bundled, self._language = desk, bundled, language
        limits = Limits(most_bytes=desk.quotas.upload_bytes)
        self._secret = gr.BrowserState(None, storage_key=BROWSER_KEY, secret=BROWSER_KEY)
        with gr.Row(elem_classes="train-columns"):
            with gr.Column(elem_classes="train-form"):
                self._data = build_data_panel(language, texts, limits)
                self._form = build_run_form(bundled, texts)
                start, estimate = self._build_start(texts)
            with gr.Column(elem_classes="train-runs"):
                self._runs = gr.Dropdown(
                    [], label=text("train_runs", DEFAULT_LANGUAGE), filterable=False, elem_id="train-runs"
                )
                texts.add(self._runs, label="train_runs")
                self._view = _build_view(texts)
                buttons = self._build_buttons(texts)
        self._timer = gr.Timer(LOOK_SECONDS, active=False)
        self._wire(start, estimate, buttons)
        self._explore = buttons["explore"]

    def lead_to_explore(self, shelf: RunShelf, tabs: Any, entrance: Entrance) -> None:
        """Wire the way from a run to the Explore tab."""
        model, source, examples = entrance.controls
        desk = self._desk

        def explore(secret: Any, run: str | None, language: str) -> tuple[Any, ...]:
            view = follow_run(desk, visitor_of(secret), run, language)
            if not view.get("has_weights"):
                raise gr.Error(text("desk_no_weights", language), print_exception=False)
            name = f"{RUN_PREFIX}{run}"
            choices = model_choices(shelf, language, name)
            samples = [[example] for example in shelf.examples(name)]
            return (
                gr.update(selected=EXPLORE_TAB),
                gr.update(choices=choices, value=name),
                samples[0][0] if samples else gr.skip(),
                gr.update(samples=samples, visible=bool(samples)),
            )

        filled = self._explore.click(
            explore,
            inputs=[self._secret, self._runs, self._language],
            outputs=[tabs, model, source, examples],
            show_progress="hidden",
            api_visibility="private",
        )
        entrance.translate_after(filled)

    def show_runs_when(self, selected: Callable[..., Any]) -> None:
        """List the visitor's runs whenever the tab is opened, and follow one of them.

        Not before: what a page shows of a tab that was never opened loses its properties with any update.
        """
        selected(
            self._open,
            inputs=[self._secret, self._runs, self._language],
            outputs=[self._secret, *self._followed],
            **QUIETLY,
        )

    # -- layout -----------------------------------------------------------------------------------------

    def _build_start(self, texts: Texts) -> tuple[Any, Any]:
        with gr.Row(elem_classes="explore-buttons"):
            start = gr.Button(text("train_go", DEFAULT_LANGUAGE), variant="primary", elem_id="train-go")
            estimate = gr.Button(text("train_estimate", DEFAULT_LANGUAGE), elem_id="train-estimate")
        texts.add(start, value="train_go")
        texts.add(estimate, value="train_estimate")
        self._answer = gr.Textbox(
            label=text("train_answer", DEFAULT_LANGUAGE),
            interactive=False,
            lines=2,
            visible=False,
            elem_id="train-answer",
        )
        texts.add(self._answer, label="train_answer")
        return start, estimate

    def _build_buttons(self, texts: Texts) -> dict[str, Any]:
        buttons = {}
        with gr.Row(elem_classes="train-buttons"):
            for action in ("stop", "resume", "explore"):
                variant: Any = "stop" if action == "stop" else "secondary"
                button = gr.Button(
                    text(f"train_{action}", DEFAULT_LANGUAGE),
                    size="sm",
                    min_width=90,
                    variant=variant,
                    elem_id=f"train-{action}",
                )
                buttons[action] = texts.add(button, value=f"train_{action}")
            add_download("train_download", self._pack, [self._secret, self._runs], texts, "train-download")
        with gr.Accordion(text("train_more", DEFAULT_LANGUAGE), open=False, elem_id="train-more") as folded:
            new_name = gr.Textbox(
                label=text("train_new_name", DEFAULT_LANGUAGE), max_lines=1, elem_id="train-new-name"
            )
            buttons["new_name"] = texts.add(new_name, label="train_new_name")
            sure = gr.Checkbox(label=text("train_sure", DEFAULT_LANGUAGE), elem_id="train-sure")
            buttons["sure"] = texts.add(sure, label="train_sure")
            with gr.Row():
                for action in ("rename", "delete"):
                    button = gr.Button(
                        text(f"train_{action}", DEFAULT_LANGUAGE), size="sm", elem_id=f"train-{action}"
                    )
                    buttons[action] = texts.add(button, value=f"train_{action}")
        texts.add(folded, label="train_more")
        return buttons

    # -- events -----------------------------------------------------------------------------------------

    @property
    def _followed(self) -> list[Any]:
        """What changes as a run goes on."""
        return [self._runs, self._view, self._timer]

    def _wire(self, start: Any, estimate: Any, buttons: dict[str, Any]) -> None:
        asked = [self._secret, self._data.session, self._language, self._data.drop, *self._form.values()]
        once: dict[str, Any] = {"trigger_mode": "once", "api_visibility": "private"}
        start.click(self._start, inputs=asked, outputs=[self._answer, *self._followed], **once)
        estimate.click(self._estimate, inputs=asked, outputs=self._answer, **once)
        chosen = [self._secret, self._runs, self._language]
        suit_form_to(self._data, self._form, self._language)
        self._timer.tick(self._look, inputs=chosen, outputs=self._followed, **QUIETLY)
        self._runs.input(self._look, inputs=chosen, outputs=self._followed, **QUIETLY)
        for action in ("stop", "resume"):
            buttons[action].click(
                partial(self._change, action), inputs=chosen, outputs=self._followed, **QUIETLY
            )
        buttons["rename"].click(
            self._rename, inputs=[*chosen, buttons["new_name"]], outputs=self._followed, **QUIETLY
        )
        buttons["delete"].click(
            self._delete,
            inputs=[*chosen, buttons["sure"]],
            outputs=[*self._followed, buttons["sure"]],
            **QUIETLY,
        )

    def _wish(self, drop: list[str] | None, values: tuple[Any, ...]) -> Wish:
        given = dict(zip(self._form, values, strict=True))
        fixed = {name: str(given.pop(name) or "") for name in ("name", "start", "base", "preset")}
        return Wish(**fixed, drop=drop or (), settings=given)

    def _start(
        self, secret: Any, data: DataSession, language: str, drop: list[str] | None, *values: Any
    ) -> tuple[Any, ...]:
        visitor = visitor_of(secret)
        run, message = start_run(self._desk, self._bundled, visitor, data, language, self._wish(drop, values))
        if not run:
            return gr.update(value=message, visible=True), *([gr.skip()] * len(self._followed))
        return gr.update(visible=False), *self._show(visitor, run, language)

    def _estimate(
        self, secret: Any, data: DataSession, language: str, drop: list[str] | None, *values: Any
    ) -> Any:
        visitor, wish = visitor_of(secret), self._wish(drop, values)
        found = estimate_run(self._desk, self._bundled, visitor, data, language, wish)
        return gr.update(value=found, visible=True)

    def _open(self, secret: Any, run: str | None, language: str) -> tuple[Any, ...]:
        """Give a browser without a secret one, and show the run that is chosen, or else the newest."""
        kept = secret if visitor_of(secret).owner else new_secret()
        return kept, *(self._look(kept, run, language) if run else self._list(kept, language))

    def _list(self, secret: Any, language: str) -> tuple[Any, ...]:
        visitor = visitor_of(secret)
        choices = list_choices(self._desk, visitor, language)
        return self._show(visitor, choices[0][1] if choices else None, language)

    def _look(self, secret: Any, run: str | None, language: str) -> tuple[Any, ...]:
        return self._show(visitor_of(secret), run, language)

    def _change(self, action: str, secret: Any, run: str | None, language: str) -> tuple[Any, ...]:
        visitor = visitor_of(secret)
        return self._show(visitor, run, language, change_run(self._desk, visitor, run, language, action))

    def _rename(self, secret: Any, run: str | None, language: str, name: str | None) -> tuple[Any, ...]:
        visitor = visitor_of(secret)
        message = change_run(self._desk, visitor, run, language, "rename", name or "")
        return self._show(visitor, run, language, message)

    def _delete(self, secret: Any, run: str | None, language: str, sure: bool) -> tuple[Any, ...]:
        visitor = visitor_of(secret)
        if sure is not True:
            return *self._show(visitor, run, language, text("train_not_sure", language)), gr.skip()
        message = change_run(self._desk, visitor, run, language, "delete")
        shown = self._show(visitor, run, language, message) if message else self._list(secret, language)
        return *shown, False

    def _show(self, visitor: Visitor, run: str | None, language: str, message: str = "") -> tuple[Any, ...]:
        """The list, the view of a run, and whether to look again in a second."""
        choices = list_choices(self._desk, visitor, language)
        view: View = follow_run(self._desk, visitor, run, language)
        view = {**view, "message": message or view["message"]}
        goes_on = view["status"] in ("queued", "running")
        return gr.update(choices=choices, value=run or None), view, gr.Timer(active=goes_on)

    def _pack(self, secret: Any, run: str | None) -> str | None:
        return pack_run(self._desk, visitor_of(secret), run)


def visitor_of(secret: Any) -> Visitor:
    """The visitor with a secret that the browser sent, which may be anything."""
    return Visitor.from_secret(secret if isinstance(secret, str) else "")


@dataclass(frozen=True, slots=True)
class TrainingRoom:
    """What the tab stands on: where runs are made, and the checkpoints that they may start from."""

    desk: Desk
    bundled: CheckpointShelf


def open_desk() -> Desk:
    """The desk of this server: open to all on one's own machine, shared with limits on a Space.

    Raises:
        ConfigError: for a variable of the environment that cannot be.
    """
    shared = is_shared()
    return Desk(quotas=quotas_of(shared=shared), is_open=not shared)


def open_room(bundled: CheckpointShelf) -> TrainingRoom | None:
    """Where this server trains; None, and a sentence on the terminal, where runs cannot be kept.

    Raises:
        ConfigError: for a variable of the environment that cannot be.
    """
    try:
        return TrainingRoom(open_desk(), bundled)
    except OSError as problem:
        reason = problem.strerror or problem
        print(f"Runs cannot be kept in {default_home()}: {reason}. The page starts without the Train tab;")
        print("set SEQ2SEQ_HOME to a folder that can be written to have it.")
        return None


def build_train_tab(room: TrainingRoom) -> Callable[[Any, Any, Texts], TrainTab]:
    """What lays out and wires the tab."""

    def build(_shelf: Any, language: Any, texts: Texts) -> TrainTab:
        return TrainTab(room.desk, room.bundled, language, texts)

    return build


def _build_view(texts: Texts) -> Any:
    view = gr.HTML(
        value=dict(EMPTY_TRAIN),
        html_template=read_static("train.html"),
        js_on_load=read_train_script(),
        apply_default_css=False,
        elem_id="train",
        padding=False,
        strings=view_strings(DEFAULT_LANGUAGE),
        palette=palettes(DEFAULT_LANGUAGE),
    )
    # What was never opened loses what an update does not repeat.
    return texts.add(view, strings=view_strings, palette=palettes)
