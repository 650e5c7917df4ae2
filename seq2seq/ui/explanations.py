"""Short explanations for people who meet a concept for the first time: a sentence, and more for who asks."""

from html import escape
from typing import Any, Final

import gradio as gr

from seq2seq.options import METHOD_NAMES
from seq2seq.ui.forms import Texts
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text

EXPLAINED: Final = (*METHOD_NAMES, "length_penalty", "temperature")
"""What has an explanation in the form; those of the live view are its own words."""


def build_explanation(name: str, texts: Texts, *, visible: bool = True) -> Any:
    """The explanation of one of `EXPLAINED`."""

    def words(language: str) -> str:
        short, more = (escape(text(f"explain_{name}{part}", language)) for part in ("", "_more"))
        return f"<details><summary>{short}</summary><p>{more}</p></details>"

    explanation = gr.HTML(words(DEFAULT_LANGUAGE), visible=visible, padding=False, elem_classes="explanation")
    return texts.add(explanation, value=words)
