"""The part of the Train tab's form that has each new best pushed, so that a disk that is lost loses little."""

from typing import Any

import gradio as gr

from seq2seq.publishing.licences import LICENCES
from seq2seq.ui.forms import Texts
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text
from seq2seq.ui.train_wish import PUSH_TOKEN


def build_push_controls(texts: Texts) -> dict[str, Any]:
    """Where to, under which licence, who sees it, and the token."""
    with gr.Accordion(text("train_pushing", DEFAULT_LANGUAGE), open=False, elem_id="train-pushing") as folded:
        texts.add(gr.Markdown(text("train_pushing_help", DEFAULT_LANGUAGE)), value="train_pushing_help")
        to = gr.Textbox(
            label=text("push_repository", DEFAULT_LANGUAGE),
            placeholder="OWNER/NAME",
            max_lines=1,
            elem_id="train-push-to",
        )
        texts.add(to, label="push_repository")
        licence = gr.Dropdown(
            [("–", ""), *((name, name) for name in LICENCES)],
            value="",
            label=text("push_licence", DEFAULT_LANGUAGE),
            info=text("push_licence_help", DEFAULT_LANGUAGE),
            elem_id="train-push-licence",
        )
        texts.add(licence, label="push_licence", info="push_licence_help")
        private = gr.Checkbox(label=text("push_private", DEFAULT_LANGUAGE), elem_id="train-push-private")
        texts.add(private, label="push_private")
        token = gr.Textbox(
            label=text("models_token", DEFAULT_LANGUAGE),
            info=text("train_token_help", DEFAULT_LANGUAGE),
            type="password",
            max_lines=1,
            elem_id="train-push-token",
        )
        texts.add(token, label="models_token", info="train_token_help")
    texts.add(folded, label="train_pushing")
    return {"push_to": to, "push_licence": licence, "push_private": private, PUSH_TOKEN: token}
