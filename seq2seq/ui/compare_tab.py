"""The Compare tab: one text, two models or settings, side by side; and a grid of settings."""

from collections.abc import Iterator
from typing import Any, Final

import gradio as gr

from seq2seq.ui.compare_handlers import EMPTY_COMPARISON, CompareSession, compare
from seq2seq.ui.decoding_form import SAMPLING_SETTINGS, build_settings
from seq2seq.ui.explore_handlers import stop_run
from seq2seq.ui.explore_tab import STREAMING
from seq2seq.ui.forms import Texts, build_model_choice
from seq2seq.ui.grid_panel import build_grid_panel
from seq2seq.ui.look import palettes
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.static_files import read_compare_script, read_static
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text, view_strings
from seq2seq.ui.view import View

PLACES: Final = {"left": "greedy", "right": "beam"}
"""The panes, and the method each begins with."""


def build_compare_tab(shelf: Shelf, language: Any, texts: Texts) -> None:
    """Lay out the tab and wire it; ``language`` is the page's language control."""
    session = gr.State(CompareSession())
    source, start, stop = _build_input(shelf, texts)
    with gr.Row(elem_classes="compare-panes"):
        panes = [_build_pane(shelf, texts, place) for place in PLACES]
    view = _build_view(texts)
    build_grid_panel(shelf, language, texts)
    names = list(panes[0])

    def run(session: CompareSession, language: str, source: str | None, *values: Any) -> Iterator[View]:
        sides = values[: len(names)], values[len(names) :]
        left, right = (dict(zip(names, side, strict=True)) for side in sides)
        models = left.pop("model"), right.pop("model")
        yield from compare(shelf, session, language, source, models, (left, right))

    inputs = [session, language, source, *(control for pane in panes for control in pane.values())]
    gr.on([start.click, source.submit], run, inputs=inputs, outputs=view, **STREAMING)
    stop.click(stop_run, inputs=session, queue=False, show_progress="hidden", api_visibility="private")


def _build_input(shelf: Shelf, texts: Texts) -> tuple[Any, Any, Any]:
    examples = [example for name in list(shelf.names())[:1] for example in shelf.examples(name)]
    with gr.Row(elem_classes="compare-input"):
        source = gr.Textbox(
            value=examples[0] if examples else "",
            lines=2,
            max_lines=6,
            label=text("source", DEFAULT_LANGUAGE),
            info=text("compare_source_help", DEFAULT_LANGUAGE),
            elem_id="compare-source",
            scale=5,
        )
        with gr.Column(scale=1, min_width=150):
            start = gr.Button(
                text("compare_start", DEFAULT_LANGUAGE), variant="primary", elem_id="compare-start"
            )
            stop = gr.Button(text("stop", DEFAULT_LANGUAGE), variant="stop", elem_id="compare-stop")
    texts.add(source, label="source", info="compare_source_help")
    texts.add(start, value="compare_start")
    texts.add(stop, value="stop")
    return source, start, stop


def _build_pane(shelf: Shelf, texts: Texts, place: str) -> dict[str, Any]:
    """The controls of a pane by name: the model, and the settings."""
    with gr.Column(min_width=300, elem_classes="compare-pane"):
        title = gr.Markdown(f"### {text(f'compare_{place}', DEFAULT_LANGUAGE)}")
        texts.add(title, value=lambda language: f"### {text(f'compare_{place}', language)}")
        model = build_model_choice(shelf, texts, f"{place}-model")
        settings = build_settings(
            texts, f"{place}-", method=PLACES[place], sampling=(*SAMPLING_SETTINGS, "seed")
        )
    return {"model": model, **settings}


def _build_view(texts: Texts) -> Any:
    view = gr.HTML(
        value=dict(EMPTY_COMPARISON),
        html_template=read_static("compare.html"),
        js_on_load=read_compare_script(),
        apply_default_css=False,
        elem_id="compare",
        padding=False,
        strings=view_strings(DEFAULT_LANGUAGE),
        palette=palettes(DEFAULT_LANGUAGE),
    )
    return texts.add(view, strings=view_strings, palette=palettes)
