"""The upper half of the Models tab: checkpoints pulled from the Hugging Face Hub, and those that are here."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import gradio as gr

from seq2seq.ui.entrance import Entrance, samples_of
from seq2seq.ui.explore_handlers import stop_run
from seq2seq.ui.explore_tab import STREAMING
from seq2seq.ui.feedback import describe_problem, refusal
from seq2seq.ui.forms import Texts, model_choices
from seq2seq.ui.lines_tab import EXPLORE_TAB
from seq2seq.ui.model_room import Account, ModelRoom, offers_sign_in
from seq2seq.ui.models_handlers import (
    EMPTY_MODELS,
    ModelsSession,
    list_models,
    look_for_newer,
    pull_model,
    remove_model,
    shown_card,
)
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.static_files import read_models_script, read_static
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text, view_strings
from seq2seq.ui.view import View

MODELS_TAB: Final = "models_tab"
CONCURRENT_PULLS: Final = 2
PULLING: Final = {**STREAMING, "concurrency_limit": CONCURRENT_PULLS, "concurrency_id": "hub"}
QUIETLY: Final[dict[str, Any]] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}

_GO_TO_CARD: Final = "() => document.querySelector('#model-card article')?.focus()"


class PullPanel:
    """The panel's controls, and the events between them.

    Attributes:
        name: the control of the name to pull.
        token: the control of the visitor's token, for all of the tab.
        changed: what calls a function after the models have changed.

    Args:
        room: where models are pulled to.
        shelf: all models that the page knows.
        language: the page's language control.
        texts: where words are registered.
    """

    def __init__(self, room: ModelRoom, shelf: Shelf, language: Any, texts: Texts) -> None:
        self._room, self._shelf, self._language, self._texts = room, shelf, language, texts
        self._session = gr.State(ModelsSession())
        self.changed: list[Callable[..., Any]] = []
        add_title("pull_title", texts)
        with gr.Row(elem_classes="models-columns"):
            with gr.Column():
                texts.add(gr.Markdown(text("models_pull_help", DEFAULT_LANGUAGE)), value="models_pull_help")
                self._build_form(texts)
            with gr.Column():
                self._view = _build_view(texts)
                self._card = gr.HTML(visible=False, elem_id="model-card", padding=False)

    def wire(self, tabs: Any, entrance: Entrance, select: Callable[..., Any]) -> None:
        """Wire the events, given the page's tabs, the way into Explore, and the event that opens this tab."""
        look = [self._session, self._language]
        select(self._list, inputs=look, outputs=self._view, **QUIETLY)
        pulled = [self.pull_after(click) for click in (self._pull.click, self.name.submit)]
        renewed = self._view.renew(self._renew, inputs=[*look, self.token], outputs=self._view, **PULLING)
        removed = self._view.remove(self._remove, inputs=look, outputs=self._view, **QUIETLY)
        listed = [self.refresh_lists(changed.then) for changed in (renewed, removed)]
        self.changed = [event.then for event in (*pulled, *listed)]
        self._newer.click(self._look_for_newer, inputs=[*look, self.token], outputs=self._view, **PULLING)
        self._stop.click(stop_run, inputs=self._session, **QUIETLY)
        self._language.change(self._list_if_shown, inputs=look, outputs=self._view, **QUIETLY)
        opened = self._view.card(self._open_card, inputs=look, outputs=self._card, **QUIETLY)
        opened.then(None, js=_GO_TO_CARD, api_visibility="private")
        for event in (self._language.change, *self.changed):
            event(self._show_card, inputs=look, outputs=self._card, **QUIETLY)
        filled = self._view.explore(
            self._explore, inputs=self._language, outputs=[tabs, *entrance.controls], **QUIETLY
        )
        entrance.translate_after(filled)

    def pull_after(self, event: Callable[..., Any]) -> Any:
        """Pull what is named when an event happens; returns the event that follows once all lists are new."""
        asked = [self._session, self._language, self.name, self.token]
        return self.refresh_lists(event(self._pull_named, inputs=asked, outputs=self._view, **PULLING).then)

    def refresh_lists(self, event: Callable[..., Any]) -> Any:
        """Make every list of models of the page new when an event happens."""
        lists = self._texts.model_lists
        return event(self._texts.list_models_again, inputs=[self._language, *lists], outputs=lists, **QUIETLY)

    # -- layout -----------------------------------------------------------------------------------------

    def _build_form(self, texts: Texts) -> None:
        self.name = gr.Textbox(
            label=text("models_name", DEFAULT_LANGUAGE),
            info=text("models_name_help", DEFAULT_LANGUAGE),
            placeholder="OWNER/NAME",
            max_lines=1,
            elem_id="models-name",
        )
        texts.add(self.name, label="models_name", info="models_name_help")
        help_key = "models_token_shared" if self._room.shared else "models_token_help"
        self.token = gr.Textbox(
            label=text("models_token", DEFAULT_LANGUAGE),
            info=text(help_key, DEFAULT_LANGUAGE),
            type="password",
            max_lines=1,
            elem_id="models-token",
        )
        texts.add(self.token, label="models_token", info=help_key)
        if offers_sign_in():
            gr.LoginButton(size="sm", elem_id="models-sign-in")
        with gr.Row(elem_classes="explore-buttons"):
            self._pull = add_button("models_pull", "models-pull", texts, variant="primary")
            self._stop = add_button("stop", "models-stop", texts)
        self._newer = add_button("models_newer", "models-newer", texts, size="sm")

    # -- events -----------------------------------------------------------------------------------------

    def _list(self, session: ModelsSession, language: str) -> Any:
        """The list, with the words: what a link opens would lose them."""
        view = list_models(self._room, session, language)
        return gr.update(value=view, strings=view_strings(language))

    def _list_if_shown(self, session: ModelsSession, language: str) -> Any:
        """The list in another language; only the words of a tab that was never opened."""
        shown = bool(session.view["rows"])
        return self._list(session, language) if shown else gr.update(strings=view_strings(language))

    def _pull_named(
        self,
        account: gr.OAuthToken | None,
        session: ModelsSession,
        language: str,
        name: str | None,
        token: str | None,
    ) -> Iterator[Any]:
        """How far it is, with the words: where a link begins it, the tab is only just opening."""
        for view in pull_model(self._room, session, language, name, Account.of(token, account)):
            yield gr.update(value=view, strings=view_strings(language))

    def _renew(
        self,
        account: gr.OAuthToken | None,
        session: ModelsSession,
        language: str,
        token: str | None,
        event: gr.EventData,
    ) -> Iterator[View]:
        own = Account.of(token, account)
        yield from pull_model(self._room, session, language, _named(event), own)

    def _look_for_newer(
        self, account: gr.OAuthToken | None, session: ModelsSession, language: str, token: str | None
    ) -> Iterator[View]:
        yield from look_for_newer(self._room, session, language, Account.of(token, account))

    def _remove(self, session: ModelsSession, language: str, event: gr.EventData) -> View:
        return remove_model(self._room, session, language, _named(event))

    def _open_card(self, session: ModelsSession, language: str, event: gr.EventData) -> Any:
        session.carded = _named(event)
        return self._show_card(session, language)

    def _show_card(self, session: ModelsSession, language: str) -> Any:
        card = shown_card(self._room, session, language)
        return gr.update(value=card, visible=bool(card))

    def _explore(self, language: str, event: gr.EventData) -> tuple[Any, ...]:
        """The Explore tab with a model of the table."""
        name = _named(event)
        if not self._shelf.knows(name):
            problem = describe_problem(refusal("unknown_model", name=repr(name[:200])), language)
            raise gr.Error(problem, print_exception=False)
        samples = samples_of(self._shelf, name)
        return (
            gr.update(selected=EXPLORE_TAB),
            gr.update(choices=model_choices(self._shelf, language, name), value=name),
            samples[0][0] if samples else gr.skip(),
            gr.update(samples=samples, visible=bool(samples)),
        )


def _named(event: gr.EventData) -> str:
    """The model that a click in the browser names; empty for anything else."""
    data = event._data
    name = data.get("name") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""


def add_button(words: str, elem_id: str, texts: Texts, **looks: Any) -> Any:
    """A button whose words follow the page's language."""
    button = gr.Button(text(words, DEFAULT_LANGUAGE), elem_id=elem_id, min_width=90, **looks)
    return texts.add(button, value=words)


def add_title(words: str, texts: Texts) -> None:
    """A heading whose words follow the page's language."""

    def heading(language: str) -> str:
        return f"<h2>{text(words, language)}</h2>"

    shown = gr.HTML(heading(DEFAULT_LANGUAGE), elem_classes="models-section", padding=False)
    texts.add(shown, value=heading)


def _build_view(texts: Texts) -> Any:
    view = gr.HTML(
        value=dict(EMPTY_MODELS),
        html_template=read_static("models.html"),
        js_on_load=read_models_script(),
        apply_default_css=False,
        elem_id="models",
        padding=False,
        strings=view_strings(DEFAULT_LANGUAGE),
    )
    return texts.add(view, strings=view_strings)
