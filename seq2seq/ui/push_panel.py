"""The lower half of the Models tab: a model of one's own to the Hugging Face Hub, after a look at all of it."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from seq2seq.publishing.licences import LICENCES
from seq2seq.ui.explore_handlers import stop_run
from seq2seq.ui.forms import Texts
from seq2seq.ui.model_room import Account, ModelRoom
from seq2seq.ui.pull_panel import PULLING, QUIETLY, add_button, add_title
from seq2seq.ui.push_handlers import EMPTY_PUSH, PushForm, PushSession, preview, push
from seq2seq.ui.static_files import read_push_script, read_static
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text, view_strings

Choices = Callable[[str, str], list[tuple[str, str]]]
Find = Callable[[str, str], Path]


class PushPanel:
    """The panel's controls, and the events between them.

    Attributes:
        model: the control of what is pushed.

    Args:
        room: how models are shared here.
        choices: what a visitor may push, for a secret and a language.
        find: the folder of one of them, for a secret and its name.
        controls: of the visitor's secret, the page's language, and the token.
        texts: where words are registered.
    """

    def __init__(
        self, room: ModelRoom, choices: Choices, find: Find, controls: tuple[Any, Any, Any], texts: Texts
    ) -> None:
        self._room, self._choices, self._find = room, choices, find
        self._secret, self._language, self._token = controls
        self._session = gr.State(PushSession())
        add_title("push_title", texts)
        with gr.Row(elem_classes="models-columns"):
            with gr.Column():
                texts.add(gr.Markdown(text("push_help", DEFAULT_LANGUAGE)), value="push_help")
                self._form = self._build_form(texts)
                with gr.Row(elem_classes="explore-buttons"):
                    look = add_button("push_preview", "push-preview", texts)
                    go = add_button("push_go", "push-go", texts, variant="primary")
                    stop = add_button("stop", "push-stop", texts)
            with gr.Column():
                self._view = _build_view(texts)
                with gr.Accordion(
                    text("push_card", DEFAULT_LANGUAGE), open=False, visible=False, elem_id="push-card-fold"
                ) as self._folded:
                    self._card = gr.Markdown(elem_id="push-card", container=False)
                texts.add(self._folded, label="push_card")
        self._wire(look, go, stop)

    @property
    def model(self) -> Any:
        """The control of what is pushed."""
        return self._form["model"]

    def list_models(self, secret: Any, language: str, chosen: str | None = None) -> Any:
        """An update of what may be pushed; what is chosen stays while it is there."""
        found = self._choices(secret, language)
        names = [name for _, name in found]
        value = chosen if chosen in names else names[0] if names else None
        return gr.update(choices=found, value=value)

    # -- layout -----------------------------------------------------------------------------------------

    def _build_form(self, texts: Texts) -> dict[str, Any]:
        def licences(language: str) -> list[tuple[str, str]]:
            return [(text("push_licence_own", language), ""), *((name, name) for name in LICENCES)]

        form: dict[str, Any] = {}
        form["model"] = gr.Dropdown(
            [],
            label=text("push_model", DEFAULT_LANGUAGE),
            filterable=False,
            elem_id="push-model",
            elem_classes="model-choice",
        )
        texts.add(form["model"], label="push_model")
        form["repository"] = _add_words(
            "push_repository", "push_repository_help", texts, placeholder="OWNER/NAME"
        )
        form["licence"] = gr.Dropdown(
            licences(DEFAULT_LANGUAGE),
            value="",
            label=text("push_licence", DEFAULT_LANGUAGE),
            info=text("push_licence_help", DEFAULT_LANGUAGE),
            elem_id="push-licence",
        )
        texts.add(form["licence"], label="push_licence", info="push_licence_help", choices=licences)
        form["private"] = gr.Checkbox(label=text("push_private", DEFAULT_LANGUAGE), elem_id="push-private")
        texts.add(form["private"], label="push_private")
        with gr.Accordion(text("push_more", DEFAULT_LANGUAGE), open=False, elem_id="push-more") as folded:
            form["summary"] = _add_words("push_summary", "push_markdown", texts, lines=2, max_lines=8)
            form["data"] = _add_words("push_data", "push_markdown", texts, lines=2, max_lines=8)
            form["example"] = _add_words("push_example", "", texts)
        texts.add(folded, label="push_more")
        return form

    # -- events -----------------------------------------------------------------------------------------

    def _wire(self, look: Any, go: Any, stop: Any) -> None:
        asked = [self._session, self._language, self._token, *self._form.values()]
        look.click(
            self._preview,
            inputs=[self._secret, *asked],
            outputs=[self._view, self._card, self._folded],
            **PULLING,
        )
        go.click(self._push, inputs=asked, outputs=self._view, **PULLING)
        stop.click(stop_run, inputs=self._session, **QUIETLY)

    def _preview(
        self,
        account: gr.OAuthToken | None,
        secret: Any,
        session: PushSession,
        language: str,
        token: str | None,
        *values: Any,
    ) -> Iterator[tuple[Any, Any, Any]]:
        form, own = self._read(values), Account.of(token, account)
        for view in preview(self._room, session, language, form, own, partial(self._find, secret)):
            yield view, session.card, gr.update(visible=bool(session.card))

    def _push(
        self,
        account: gr.OAuthToken | None,
        session: PushSession,
        language: str,
        token: str | None,
        *values: Any,
    ) -> Iterator[Any]:
        own = Account.of(token, account)
        yield from push(self._room, session, language, self._read(values), own)

    def _read(self, values: tuple[Any, ...]) -> PushForm:
        given = dict(zip(self._form, values, strict=True))
        private = given.pop("private") is True
        return PushForm(private=private, **{name: str(value or "").strip() for name, value in given.items()})


def _add_words(label: str, info: str, texts: Texts, **looks: Any) -> Any:
    given: dict[str, Any] = {"max_lines": 1, **looks}
    if info:
        given["info"] = text(info, DEFAULT_LANGUAGE)
    box = gr.Textbox(label=text(label, DEFAULT_LANGUAGE), elem_id=label.replace("_", "-"), **given)
    return texts.add(box, label=label, **({"info": info} if info else {}))


def _build_view(texts: Texts) -> Any:
    view = gr.HTML(
        value=dict(EMPTY_PUSH),
        html_template=read_static("push.html"),
        js_on_load=read_push_script(),
        apply_default_css=False,
        elem_id="push",
        padding=False,
        strings=view_strings(DEFAULT_LANGUAGE),
    )
    return texts.add(view, strings=view_strings)
