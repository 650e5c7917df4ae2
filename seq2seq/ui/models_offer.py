"""A link may ask for a model of the Hugging Face Hub that is not here: it is offered, and a click pulls it."""

from typing import Any

import gradio as gr

from seq2seq.ui.entrance import Entrance
from seq2seq.ui.forms import Texts
from seq2seq.ui.lines_tab import EXPLORE_TAB
from seq2seq.ui.models_handlers import offered_model
from seq2seq.ui.permalink import MODEL
from seq2seq.ui.pull_panel import MODELS_TAB, QUIETLY, PullPanel, add_button
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.strings import text


class Offer:
    """The line above the tabs; hidden where nothing is to offer.

    Args:
        shelf: all models that the page knows.
        language: the page's language control.
        texts: where words are registered.
    """

    def __init__(self, shelf: Shelf, language: Any, texts: Texts) -> None:
        self._shelf, self._language = shelf, language
        self._model = gr.State("")
        with gr.Row(visible=False, elem_classes="models-offer", elem_id="models-offer") as self._line:
            self._words = gr.Markdown(elem_id="models-offered")
            self._accept = add_button("models_offer", "models-accept", texts, variant="primary", size="sm")

    def wire(self, panel: PullPanel, tabs: Any, entrance: Entrance, opened: Any) -> Any:
        """Offer what a link asks for once the page is open; once it was pulled, follow the link.

        Returns:
            The event after which the line is there, or stays hidden.
        """
        shown = [self._line, self._words, self._model]
        offered = opened.then(self._show, inputs=self._language, outputs=shown, **QUIETLY)
        self._language.change(self._say, [self._language, self._model], self._words, **QUIETLY)
        accepted = self._accept.click(self._take, self._model, [tabs, panel.name], **QUIETLY)
        pulled = panel.pull_after(accepted.then)
        led = pulled.then(self._lead, inputs=self._model, outputs=[tabs, self._line], **QUIETLY)
        entrance.translate_address(led)
        return offered

    def _show(self, language: str, request: gr.Request) -> tuple[Any, ...]:
        model = offered_model(self._shelf.knows, request.query_params.get(MODEL))
        return gr.update(visible=bool(model)), self._say(language, model), model

    def _say(self, language: str, model: str) -> str:
        return text("models_offered", language).format(name=model) if model else ""

    def _take(self, model: str) -> tuple[Any, Any]:
        return gr.update(selected=MODELS_TAB), model

    def _lead(self, model: str) -> tuple[Any, Any]:
        if not self._shelf.knows(model):
            return gr.skip(), gr.skip()
        return gr.update(selected=EXPLORE_TAB), gr.update(visible=False)
