"""The Many sentences tab: lines in, a table of translations out, and each of them a click away from Explore."""

from collections.abc import Callable, Iterator
from functools import partial
from html import escape
from typing import Any, Final

import gradio as gr

from seq2seq.ui.decoding_form import SAMPLING_SETTINGS, build_run_buttons, build_settings
from seq2seq.ui.download_button import add_download
from seq2seq.ui.entrance import Entrance, fill_in
from seq2seq.ui.explore_handlers import stop_run
from seq2seq.ui.explore_tab import STREAMING
from seq2seq.ui.feedback import describe_problem, refusal
from seq2seq.ui.forms import Texts, build_model_choice
from seq2seq.ui.lines_handlers import (
    EMPTY_LINES,
    FILES,
    LinesSession,
    chosen_line,
    save_lines,
    take_file,
    translate_many,
)
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.static_files import read_lines_script, read_static
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text, view_strings
from seq2seq.ui.view import View

CONCURRENT_JOBS: Final = 2
"""Jobs of many lines at once; others wait in the queue."""
LONG_STREAMING: Final = {**STREAMING, "concurrency_limit": CONCURRENT_JOBS, "concurrency_id": "lines"}
PLACE: Final = "lines-"
EXPLORE_TAB: Final = "explore_tab"


def build_lines_tab(shelf: Shelf, language: Any, texts: Texts) -> Callable[[Any, Entrance], None]:
    """Lay out the tab and wire it; ``language`` is the page's language control.

    Returns:
        What leads from a line to the Explore tab, given the page's tabs and that tab's entrance.
    """
    session = gr.State(LinesSession())
    with gr.Row(elem_classes="explore"):
        with gr.Column(elem_classes="explore-input"):
            model = build_model_choice(shelf, texts, "lines-model")
            source, upload = _build_input(texts)
            translate, stop = build_run_buttons(texts, "lines_translate", "lines-translate", "lines-stop")
        with gr.Column(elem_classes="explore-settings"):
            controls = build_settings(texts, PLACE, sampling=(*SAMPLING_SETTINGS, "seed"))
        with gr.Column(elem_classes="explore-result"):
            view = _build_view(texts)
            with gr.Row(elem_classes="explore-downloads", elem_id="lines-downloads"):
                for kind in FILES:
                    make = partial(_save_kind, kind)
                    add_download(f"lines_download_{kind}", make, [session], texts, f"lines-{kind}")
    names = list(controls)

    def run(
        session: LinesSession, language: str, model: str, content: str | None, *values: Any
    ) -> Iterator[View]:
        settings = dict(zip(names, values, strict=True))
        yield from translate_many(shelf, session, language, model, content, settings)

    inputs = [session, language, model, source, *controls.values()]
    translate.click(run, inputs=inputs, outputs=view, **LONG_STREAMING)
    stop.click(stop_run, inputs=session, queue=False, show_progress="hidden", api_visibility="private")
    upload.upload(
        show_file, inputs=[session, language, upload], outputs=[source, view], api_visibility="private"
    )
    return partial(_lead_to_explore, shelf, session, language, view)


def show_file(session: LinesSession, language: str, path: str | None) -> tuple[Any, View]:
    """The text of an uploaded file for the text box, which stays as it is where the file is refused."""
    words, view = take_file(session, language, path)
    return gr.skip() if words is None else words, view


def explore_line(shelf: Shelf, session: LinesSession, language: str, wanted: Any) -> tuple[Any, ...]:
    """The tab to open and what its entrance is filled with; ``wanted`` comes from the browser.

    Raises:
        gradio.Error: where there is no such line any more.
    """
    line = chosen_line(session, wanted)
    if line is None:
        sentence = describe_problem(refusal("no_such_line"), language)
        raise gr.Error(escape(sentence, quote=False), print_exception=False)
    return gr.update(selected=EXPLORE_TAB), *fill_in(shelf, session.model, line.source)


def _lead_to_explore(
    shelf: Shelf, session: Any, language: Any, view: Any, tabs: Any, entrance: Entrance
) -> None:
    def explore(session: LinesSession, language: str, event: gr.EventData) -> tuple[Any, ...]:
        return explore_line(shelf, session, language, event._data)

    filled = view.explore(
        explore,
        inputs=[session, language],
        outputs=[tabs, *entrance.controls],
        show_progress="hidden",
        api_visibility="private",
    )
    entrance.translate_after(filled)


def _save_kind(kind: str, session: LinesSession) -> str | None:
    return save_lines(session, kind)


def _build_input(texts: Texts) -> tuple[Any, Any]:
    source = gr.Textbox(
        lines=8,
        max_lines=14,
        label=text("lines_source", DEFAULT_LANGUAGE),
        info=text("lines_source_help", DEFAULT_LANGUAGE),
        elem_id="lines-source",
    )
    texts.add(source, label="lines_source", info="lines_source_help")
    upload = gr.UploadButton(text("lines_upload", DEFAULT_LANGUAGE), size="sm", elem_id="lines-upload")
    texts.add(upload, label="lines_upload")
    return source, upload


def _build_view(texts: Texts) -> Any:
    view = gr.HTML(
        value=dict(EMPTY_LINES),
        html_template=read_static("lines.html"),
        js_on_load=read_lines_script(),
        apply_default_css=False,
        elem_id="lines",
        padding=False,
        strings=view_strings(DEFAULT_LANGUAGE),
    )
    return texts.add(view, strings=view_strings)
