"""Keep and share: the shown translation as files, and as a link."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import gradio as gr

from seq2seq.ui import downloads
from seq2seq.ui.download_button import add_download
from seq2seq.ui.forms import Texts
from seq2seq.ui.keep_handlers import open_trace
from seq2seq.ui.session import Session
from seq2seq.ui.static_files import read_static
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text

FILES: Final[Mapping[str, Callable[[Session, str], str | None]]] = {
    "report": downloads.save_report,
    "figure": downloads.save_figure,
    "json": lambda session, _: downloads.save_json(session),
    "csv": lambda session, _: downloads.save_csv(session),
}
"""What makes the path of each file, from the session and the page's language."""
SHOWN_PICTURE: Final = """(session, language) => {
  const links = document.querySelector('[data-reading="links"]')?.value === 'true';
  return [session, language, links ? 'links' : 'attention'];
}"""
"""Only the browser knows which view of the attention is shown."""


def build_keep_panel(session: Any, language: Any, texts: Texts) -> None:
    """A button for each file, and one for the link."""
    with gr.Row(elem_classes="explore-downloads", elem_id="downloads"):
        shown = gr.Textbox(downloads.HEATMAP, visible=False)
        for name, save in FILES.items():
            if name == "json":
                inputs = [session, language, shown]
                add_download("download_svg", downloads.save_svg, inputs, texts, "make-svg", js=SHOWN_PICTURE)
                _build_png(inputs, texts)
            add_download(f"download_{name}", save, [session, language], texts, f"make-{name}")
        link = gr.Button(text("copy_link", DEFAULT_LANGUAGE), size="sm", min_width=90, elem_id="copy-link")
        texts.add(link, value="copy_link")
    gr.HTML('<p id="keep-note" role="status"></p>', padding=False)


def _build_png(inputs: list[Any], texts: Texts) -> None:
    """The picture as PNG: the server draws it as SVG, and the browser makes points of it."""
    button = gr.Button(text("download_png", DEFAULT_LANGUAGE), size="sm", min_width=90, elem_id="make-png")
    texts.add(button, value="download_png")
    picture = gr.Textbox(visible="hidden", elem_id="take-png")
    button.click(
        downloads.make_picture,
        inputs=inputs,
        outputs=picture,
        show_progress="hidden",
        api_visibility="private",
        js=SHOWN_PICTURE,
    ).success(None, inputs=picture, js=read_static("png.js"))


def build_upload(texts: Texts) -> Any:
    """The button that opens a saved trace."""
    upload = gr.UploadButton(
        text("open_trace", DEFAULT_LANGUAGE),
        file_types=[".json"],
        size="sm",
        elem_id="open-trace",
    )
    return texts.add(upload, label="open_trace")


def wire_upload(upload: Any, session: Any, language: Any, view: Any) -> Any:
    """Show a trace once it has arrived."""
    return upload.upload(
        open_trace,
        inputs=[session, language, upload],
        outputs=view,
        show_progress="hidden",
        concurrency_limit=1,
        api_visibility="private",
    )
