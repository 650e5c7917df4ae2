"""Neighbours: sentences of a corpus that left the model in nearly the same state, and states in two dimensions."""

from collections.abc import Iterator
from typing import Any, Final

import gradio as gr

from seq2seq.neighbours.index import MOST_STATES
from seq2seq.ui.forms import Texts
from seq2seq.ui.neighbours_handlers import (
    DEFAULT_STATES,
    EMPTY_NEIGHBOURS,
    Neighbourhood,
    answer,
    build_neighbours,
    show_tokens,
    stop_building,
)
from seq2seq.ui.session import Session
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.static_files import read_neighbours_script, read_static
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text, view_strings

FILE_TYPES: Final = (".tsv", ".txt", ".gz")
STATES_STEP: Final = 5_000
QUIET: Final[dict[str, Any]] = {"show_progress": "hidden", "api_visibility": "private"}


def build_neighbours_panel(
    shelf: Shelf, session: Any, language: Any, model: Any, texts: Texts
) -> tuple[Any, list[Any], Any]:
    """Lay out the folded panel and wire it; ``model`` is the control that names the model.

    Returns:
        What `show_tokens` needs after each run: the function, its inputs and its output.
    """
    hood = gr.State(Neighbourhood())
    with gr.Accordion(text("near_title", DEFAULT_LANGUAGE), open=False, elem_id="near-panel") as panel:
        texts.add(gr.Markdown(text("near_about", DEFAULT_LANGUAGE)), value="near_about")
        view = _build_view(texts)
        corpus, limit, build, stop = _build_form(texts)
    texts.add(panel, label="near_title")

    def start(
        hood: Neighbourhood, language: str, model: str, upload: str | None, limit: Any
    ) -> Iterator[Any]:
        yield from build_neighbours(shelf, hood, language, model, upload, limit)

    def ask(hood: Neighbourhood, language: str, event: gr.EventData) -> Any:
        return answer(shelf, hood, language, event._data)

    build.click(
        start,
        inputs=[hood, language, model, corpus, limit],
        outputs=view,
        concurrency_limit=1,
        concurrency_id="neighbours",
        **QUIET,
    )
    stop.click(stop_building, inputs=hood, outputs=view, queue=False, **QUIET)
    view.near(ask, inputs=[hood, language], outputs=view, trigger_mode="always_last", **QUIET)

    def show(session: Session, hood: Neighbourhood, language: str) -> Any:
        return show_tokens(session, hood, language)

    return show, [session, hood, language], view


def _build_view(texts: Texts) -> Any:
    """Tokens to ask about, neighbours and projections: a constant template and JavaScript that draws the value."""
    view = gr.HTML(
        value=dict(EMPTY_NEIGHBOURS),
        html_template=read_static("neighbours.html"),
        js_on_load=read_neighbours_script(),
        apply_default_css=False,
        elem_id="near",
        padding=False,
        strings=view_strings(DEFAULT_LANGUAGE),
    )
    texts.add(view, strings=view_strings)
    return view


def _build_form(texts: Texts) -> tuple[Any, Any, Any, Any]:
    corpus = gr.File(
        file_types=list(FILE_TYPES),
        label=text("near_corpus", DEFAULT_LANGUAGE),
        height=110,
        elem_id="near-corpus",
    )
    limit = gr.Slider(
        STATES_STEP,
        MOST_STATES,
        value=DEFAULT_STATES,
        step=STATES_STEP,
        label=text("near_limit", DEFAULT_LANGUAGE),
        info=text("near_limit_help", DEFAULT_LANGUAGE),
        elem_id="near-limit",
    )
    with gr.Row(elem_classes="near-buttons"):
        build = gr.Button(text("near_build", DEFAULT_LANGUAGE), size="sm", elem_id="near-build")
        stop = gr.Button(text("stop", DEFAULT_LANGUAGE), size="sm", variant="stop", elem_id="near-stop")
    texts.add(corpus, label="near_corpus")
    texts.add(limit, label="near_limit", info="near_limit_help")
    texts.add(build, value="near_build")
    texts.add(stop, value="stop")
    return corpus, limit, build, stop
