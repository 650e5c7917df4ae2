"""The Train tab: sentence pairs, where to start from, and runs to follow."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import gradio as gr

from seq2seq.desk.desk import Desk
from seq2seq.desk.visitors import Visitor, new_secret
from seq2seq.doctor.parts import Limits
from seq2seq.ui.download_button import add_download
from seq2seq.ui.forms import Texts
from seq2seq.ui.look import palettes
from seq2seq.ui.model_room import Account
from seq2seq.ui.shelf import CheckpointShelf
from seq2seq.ui.static_files import read_static, read_train_script
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text, view_strings
from seq2seq.ui.train_coverage import describe_coverage
from seq2seq.ui.train_data import DataSession
from seq2seq.ui.train_data_panel import build_data_panel
from seq2seq.ui.train_forms import QUIETLY, build_run_form, show_open_settings, suit_form_to
from seq2seq.ui.train_handlers import (
    base_folder,
    change_run,
    estimate_run,
    follow_run,
    list_bases,
    list_choices,
    pack_run,
    start_run,
)
from seq2seq.ui.train_leads import SHOW_STARTED, ChosenRun
from seq2seq.ui.train_view import EMPTY_TRAIN, View
from seq2seq.ui.train_wish import PUSH_TOKEN, Wish, read_wish
from seq2seq.ui.training_room import TrainingRoom, visitor_of

LOOK_SECONDS: Final = 1.0
LEADS: Final = ("explore", "evaluate", "push")


class TrainTab:
    """The tab's controls, and the events between them.

    Attributes:
        leads: the buttons that lead from a run to other tabs.

    Args:
        desk: where runs are made and followed.
        bundled: the checkpoints that a run may start from.
        secret: the control of the visitor's secret.
        language: the page's language control.
        texts: where words are registered.
    """

    def __init__(
        self, desk: Desk, bundled: CheckpointShelf, secret: Any, language: Any, texts: Texts
    ) -> None:
        self._desk, self._bundled, self._secret, self._language = desk, bundled, secret, language
        limits = Limits(most_bytes=desk.quotas.upload_bytes)
        with gr.Row(elem_classes="train-columns"):
            with gr.Column(elem_classes="train-form"):
                self._data = build_data_panel(language, texts, limits)
                form = build_run_form(bundled, texts)
                self._form, self._coverage = form.controls, form.coverage
                start, estimate = self._build_start(texts)
            with gr.Column(elem_classes="train-runs"):
                label = text("train_runs", DEFAULT_LANGUAGE)
                self._runs = gr.Dropdown([], label=label, filterable=False, elem_id="train-runs")
                texts.add(self._runs, label="train_runs")
                buttons = self._build_buttons(texts)
                self._view = _build_view(texts)
                buttons |= self._build_changes(texts)
        self._timer = gr.Timer(LOOK_SECONDS, active=False)
        self._wire(start, estimate, buttons)
        self.leads = {name: buttons[name] for name in LEADS}

    @property
    def chosen(self) -> ChosenRun:
        """The run that is shown, for the ways from it to other tabs."""
        return ChosenRun(
            desk=self._desk,
            bundled=self._bundled,
            controls=(self._secret, self._runs, self._language),
        )

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
            for action in ("stop", "resume", *LEADS):
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
        return buttons

    def _build_changes(self, texts: Texts) -> dict[str, Any]:
        buttons = {}
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
        return [self._runs, self._view, self._timer, self._form["base"]]

    def _wire(self, start: Any, estimate: Any, buttons: dict[str, Any]) -> None:
        asked = [self._secret, self._data.session, self._language, self._data.drop, *self._form.values()]
        once: dict[str, Any] = {"trigger_mode": "once", "api_visibility": "private"}
        started = start.click(self._start, inputs=asked, outputs=[self._answer, *self._followed], **once)
        started.success(None, js=SHOW_STARTED)
        estimate.click(self._estimate, inputs=asked, outputs=self._answer, **once)
        chosen = [self._secret, self._runs, self._language]
        self._language.change(self._translate, inputs=chosen, outputs=self._followed, **QUIETLY)
        suit_form_to(self._data, self._form, self._language)
        covered = [self._secret, self._data.session, self._language, self._form["start"], self._form["base"]]
        for asked_again in (
            self._data.examined.then, self._form["start"].change, self._form["base"].input, self._language.change,
        ):  # fmt: skip
            asked_again(self._cover, inputs=covered, outputs=self._coverage, **QUIETLY)
        show_open_settings(self._data, self._form, self._secret, self._base_folder)
        self._timer.tick(self._look, inputs=chosen, outputs=self._followed, **QUIETLY)
        self._runs.input(self._look, inputs=chosen, outputs=self._followed, **QUIETLY)
        buttons["stop"].click(self._stop, inputs=chosen, outputs=self._followed, **QUIETLY)
        token = self._form[PUSH_TOKEN]
        buttons["resume"].click(self._resume, inputs=[*chosen, token], outputs=self._followed, **QUIETLY)
        buttons["rename"].click(
            self._rename, inputs=[*chosen, buttons["new_name"]], outputs=self._followed, **QUIETLY
        )
        buttons["delete"].click(
            self._delete,
            inputs=[*chosen, buttons["sure"]],
            outputs=[*self._followed, buttons["sure"]],
            **QUIETLY,
        )

    def _base_folder(self, secret: Any, start: str | None, base: str | None) -> Path | None:
        return base_folder(self._desk, self._bundled, visitor_of(secret), start, base)

    def _cover(
        self, secret: Any, data: DataSession, language: str, start: str | None, base: str | None
    ) -> Any:
        """What the tokenizer of the chosen checkpoint makes of the data; nothing is shown where there is none."""
        found = describe_coverage(data, self._base_folder(secret, start, base), language)
        return gr.update(value=found, visible=bool(found))

    def _wish(self, values: tuple[Any, ...], drop: list[str] | None, account: gr.OAuthToken | None) -> Wish:
        return read_wish(dict(zip(self._form, values, strict=True)), drop, account)

    def _start(
        self,
        account: gr.OAuthToken | None,
        secret: Any,
        data: DataSession,
        language: str,
        drop: list[str] | None,
        *values: Any,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - gradio's way to ask for it
    ) -> tuple[Any, ...]:
        visitor, wish = visitor_of(secret), self._wish(values, drop, account)
        run, message = start_run(self._desk, self._bundled, visitor, data, language, wish, progress)
        if not run:
            return gr.update(value=message, visible=True), *([gr.skip()] * len(self._followed))
        return gr.update(visible=False), *self._show(visitor, run, language)

    def _estimate(
        self,
        account: gr.OAuthToken | None,
        secret: Any,
        data: DataSession,
        language: str,
        drop: list[str] | None,
        *values: Any,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - gradio's way to ask for it
    ) -> Any:
        visitor, wish = visitor_of(secret), self._wish(values, drop, account)
        wish = replace(wish, push=None)
        found = estimate_run(self._desk, self._bundled, visitor, data, language, wish, progress)
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

    def _stop(self, secret: Any, run: str | None, language: str) -> tuple[Any, ...]:
        visitor = visitor_of(secret)
        return self._show(visitor, run, language, change_run(self._desk, visitor, run, language, "stop"))

    def _resume(
        self, account: gr.OAuthToken | None, secret: Any, run: str | None, language: str, token: str | None
    ) -> tuple[Any, ...]:
        visitor, own = visitor_of(secret), Account.of(token, account)
        message = change_run(self._desk, visitor, run, language, "resume", account=own)
        return self._show(visitor, run, language, message)

    def _rename(self, secret: Any, run: str | None, language: str, name: str | None) -> tuple[Any, ...]:
        visitor = visitor_of(secret)
        message = change_run(self._desk, visitor, run, language, "rename", name or "")
        return self._show(visitor, run, language, message)

    def _delete(self, secret: Any, run: str | None, language: str, sure: bool) -> tuple[Any, ...]:
        visitor = visitor_of(secret)
        if sure is not True:
            return *self._show(visitor, run, language, text("train_not_sure", language)), gr.skip()
        message = change_run(self._desk, visitor, run, language, "delete")
        if message:
            return *self._show(visitor, run, language, message), False
        bases = list_bases(self._desk, self._bundled, visitor, language)  # the one chosen may be gone
        return *self._list(secret, language)[:-1], gr.update(choices=bases, value=bases[0][1]), False

    def _show(self, visitor: Visitor, run: str | None, language: str, message: str = "") -> tuple[Any, ...]:
        """The list, the view of a run, whether to look again in a second, and what may be started from."""
        choices = list_choices(self._desk, visitor, language)
        view: View = follow_run(self._desk, visitor, run, language)
        view = {**view, "message": message or view["message"]}
        goes_on = view["status"] in ("queued", "running")
        bases = gr.skip() if goes_on else self._bases(visitor, language)  # no list changes under a hand
        return gr.update(choices=choices, value=run or None), view, gr.Timer(active=goes_on), bases

    def _translate(self, secret: Any, run: str | None, language: str) -> tuple[Any, ...]:
        """Say everything in another language.

        Not before a run is shown: a tab that was never opened loses the properties of what an update does not
        repeat.
        """
        shown = self._look(secret, run, language) if run else [gr.skip()] * len(self._followed)
        return *shown[:-1], self._bases(visitor_of(secret), language)

    def _bases(self, visitor: Visitor, language: str) -> Any:
        return gr.update(choices=list_bases(self._desk, self._bundled, visitor, language))

    def _pack(self, secret: Any, run: str | None) -> str | None:
        return pack_run(self._desk, visitor_of(secret), run)


def build_train_tab(room: TrainingRoom, secret: Any) -> Callable[[Any, Any, Texts], TrainTab]:
    """What lays out and wires the tab; ``secret`` is the control of the visitor's secret."""

    def build(_shelf: Any, language: Any, texts: Texts) -> TrainTab:
        return TrainTab(room.desk, room.bundled, secret, language, texts)

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
