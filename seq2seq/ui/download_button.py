"""A button that makes a file and hands it to the browser."""

from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from seq2seq.ui.forms import Texts
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text


def add_download(
    words: str,
    make: Callable[..., str | None],
    inputs: Sequence[Any],
    texts: Texts,
    elem_id: str,
    js: str | None = None,
) -> None:
    """Add the button; ``make`` is called with the values of ``inputs`` and returns the path of the file.

    ``js`` may change the values in the browser first.
    """
    button = gr.Button(text(words, DEFAULT_LANGUAGE), size="sm", min_width=90, elem_id=elem_id)
    texts.add(button, value=words)
    link = gr.DownloadButton(visible="hidden", elem_id=f"{elem_id}-link")
    button.click(
        make,
        inputs=list(inputs),
        outputs=link,
        show_progress="hidden",
        api_visibility="private",
        js=js,
    ).success(None, js=f"() => document.querySelector('#{elem_id}-link')?.click()")
