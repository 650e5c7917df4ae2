"""A tree drawn on the page: a constant template, and JavaScript that draws the value it gets."""

from typing import Any

import gradio as gr

from seq2seq.ui.forms import Texts
from seq2seq.ui.static_files import read_static, read_tree_script
from seq2seq.ui.strings import DEFAULT_LANGUAGE, view_strings
from seq2seq.ui.tree_view import EMPTY_TREE


def build_tree_view(kind: str, texts: Texts) -> Any:
    """The component; ``kind`` is search or methods, and begins its id and those of its nodes.

    The template holds the kind: an update of a folded panel that was not opened yet drops other properties.
    """
    view = gr.HTML(
        value=dict(EMPTY_TREE),
        html_template=read_static("tree.html").replace("KIND", kind),
        js_on_load=read_tree_script(),
        apply_default_css=False,
        elem_id=f"{kind}-tree",
        padding=False,
        strings=view_strings(DEFAULT_LANGUAGE),
    )
    texts.add(view, strings=view_strings)
    return view


def unchanged_tree(language: str) -> Any:
    """An update that leaves the tree as it is; gradio's own drops the words of one that was not opened yet."""
    return gr.update(strings=view_strings(language))
