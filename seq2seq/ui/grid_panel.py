"""The settings grid of the Compare tab: beam width by length penalty, on a sentence or a small test set."""

from functools import partial
from typing import Any

import gradio as gr

from seq2seq.ui.download_button import add_download
from seq2seq.ui.explore_handlers import stop_run
from seq2seq.ui.forms import Texts, build_model_choice
from seq2seq.ui.grid_handlers import EMPTY_GRID, GridSession, fill_grid, save_grid
from seq2seq.ui.lines_tab import LONG_STREAMING
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.static_files import read_grid_script, read_static
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text, view_strings

WIDTHS = "1, 2, 5, 10, 20"
PENALTIES = "0, 0.6, 1, 1.4"


def build_grid_panel(shelf: Shelf, language: Any, texts: Texts) -> None:
    """Lay out the folded panel and wire it."""
    session = gr.State(GridSession())
    with gr.Accordion(text("grid_title", DEFAULT_LANGUAGE), open=False, elem_id="grid-panel") as panel:
        model = build_model_choice(shelf, texts, "grid-model")
        source = _build_box("grid_source", "grid_source_help", "", texts, lines=3)
        with gr.Row():
            widths = _build_box("grid_widths", "grid_widths_help", WIDTHS, texts)
            penalties = _build_box("grid_penalties", "grid_penalties_help", PENALTIES, texts)
        with gr.Row(elem_classes="explore-buttons"):
            start = gr.Button(text("grid_start", DEFAULT_LANGUAGE), variant="primary", elem_id="grid-start")
            stop = gr.Button(text("stop", DEFAULT_LANGUAGE), variant="stop", elem_id="grid-stop")
        view = _build_view(texts)
        with gr.Row(elem_id="grid-downloads"):
            add_download("grid_download", save_grid, [session], texts, "grid-csv")
    texts.add(panel, label="grid_title")
    texts.add(start, value="grid_start")
    texts.add(stop, value="stop")
    start.click(
        partial(fill_grid, shelf),
        inputs=[session, language, model, source, widths, penalties],
        outputs=view,
        **LONG_STREAMING,
    )
    stop.click(stop_run, inputs=session, queue=False, show_progress="hidden", api_visibility="private")


def _build_box(key: str, info: str, value: str, texts: Texts, lines: int = 1) -> Any:
    box = gr.Textbox(
        value=value,
        lines=lines,
        max_lines=max(lines, 8) if lines > 1 else 1,
        label=text(key, DEFAULT_LANGUAGE),
        info=text(info, DEFAULT_LANGUAGE),
        elem_id=key.replace("_", "-"),
    )
    return texts.add(box, label=key, info=info)


def _build_view(texts: Texts) -> Any:
    view = gr.HTML(
        value=dict(EMPTY_GRID),
        html_template=read_static("grid.html"),
        js_on_load=read_grid_script(),
        apply_default_css=False,
        elem_id="grid",
        padding=False,
        strings=view_strings(DEFAULT_LANGUAGE),
    )
    return texts.add(view, strings=view_strings)
