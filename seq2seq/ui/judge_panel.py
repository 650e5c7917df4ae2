"""Ask what went wrong: the reader's own translation, scored and judged."""

import math
from typing import Any

import gradio as gr

from seq2seq.errors import Seq2SeqError
from seq2seq.evaluation import score_translations
from seq2seq.explanation.verdict import Verdict, judge
from seq2seq.given import force_translation, rank_tokens
from seq2seq.ui.feedback import check_prefix, describe_problem, refusal
from seq2seq.ui.forms import Texts
from seq2seq.ui.session import Session
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text, token_text

COLUMNS = ("token", "probability", "rank")


def build_judge_panel(shelf: Shelf, session: Any, language: Any, texts: Texts) -> None:
    """Lay out the folded panel and wire it."""
    with gr.Accordion(text("own_title", DEFAULT_LANGUAGE), open=False, elem_id="judge-panel") as panel:
        own = gr.Textbox(
            label=text("own_text", DEFAULT_LANGUAGE), info=text("own_help", DEFAULT_LANGUAGE), elem_id="own"
        )
        button = gr.Button(text("own_judge", DEFAULT_LANGUAGE), size="sm", elem_id="judge")
        verdict = gr.Textbox(
            label=text("own_verdict", DEFAULT_LANGUAGE), interactive=False, lines=3, elem_id="verdict"
        )
        table = gr.Dataframe(
            headers=column_names(DEFAULT_LANGUAGE),
            label=text("own_tokens", DEFAULT_LANGUAGE),
            interactive=False,
            elem_id="own-tokens",
        )
    texts.add(panel, label="own_title")
    texts.add(own, label="own_text", info="own_help")
    texts.add(button, value="own_judge")
    texts.add(verdict, label="own_verdict")
    texts.add(table, label="own_tokens", headers=column_names)

    def answer(session: Session, language: str, own: str | None) -> tuple[str, list[list[Any]]]:
        return judge_own(shelf, session, language, own)

    gr.on(
        [button.click, own.submit],
        answer,
        inputs=[session, language, own],
        outputs=[verdict, table],
        show_progress="hidden",
        api_visibility="private",
    )


def column_names(language: str) -> list[str]:
    """The headers of the table."""
    return [text(f"own_columns_{name}", language) for name in COLUMNS]


def judge_own(shelf: Shelf, session: Session, language: str, own: str | None) -> tuple[str, list[list[Any]]]:
    """The verdict in words, and each token with its probability and rank (1 is the model's first choice)."""
    found, request = session.translation, session.request
    try:
        if found is None or request is None or not found.done:
            raise refusal("nothing_to_judge")
        check_prefix(own or "")
        translator = shelf.load(request.model)
        forced = force_translation(translator, found.source, own or "", found.options)
        steps = forced.beams[-1].hypotheses[0].steps
        ranks = rank_tokens(translator, found.source, [step.token_id for step in steps])
        agreement = score_translations([found.texts[0]], [[own or ""]])
        sentence = describe_verdict(judge(found, forced), language)
        closeness = text("verdict_agreement", language).format(
            bleu=agreement["bleu"].value, chrf=agreement["chrf"].value
        )
        names = [token_text(forced.token_strings[step.token_id], language) for step in steps]
        shares = [f"{100 * math.exp(step.log_probability):.1f} %" for step in steps]
        places = [rank + 1 for rank in ranks]
    except Seq2SeqError as problem:
        return describe_problem(problem, language), []
    return f"{sentence} {closeness}", [list(row) for row in zip(names, shares, places, strict=True)]


def describe_verdict(verdict: Verdict, language: str) -> str:
    """A verdict as a sentence."""
    kind = "found_lower" if verdict.place > 0 else verdict.kind
    return text(f"verdict_{kind}", language).format(
        place=verdict.place + 1,
        own=verdict.own_score,
        found=verdict.found_score,
        step=verdict.lost_at + 1,
        own_total=verdict.own_total,
        kept_total=verdict.kept_total,
    )
