"""Whether attention can be trusted: what each source token got of it, beside what is lost without that token."""

from collections.abc import Iterator
from typing import Any, Final

import gradio as gr
import numpy as np

from seq2seq.decoding.trace import Hypothesis
from seq2seq.errors import Seq2SeqError
from seq2seq.explanation.attention import coverage
from seq2seq.explanation.faithfulness import Faithfulness, compare_rankings
from seq2seq.given import leave_one_out
from seq2seq.translation import Translation
from seq2seq.ui.feedback import describe_problem, refusal
from seq2seq.ui.forms import Texts
from seq2seq.ui.runs import Runs
from seq2seq.ui.session import Session
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.static_files import read_faithfulness_script, read_static
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text, view_strings

MOST_SOURCE_TOKENS: Final = 200
"""Each of them is one more pass through the model."""
NO_ROWS: Final[dict[str, Any]] = {"rows": []}
DIGITS: Final = 3


def build_faithfulness_panel(shelf: Shelf, session: Any, language: Any, texts: Texts) -> None:
    """Lay out the folded panel and wire it."""
    with gr.Accordion(
        text("faithfulness_title", DEFAULT_LANGUAGE), open=False, elem_id="faithfulness-panel"
    ) as panel:
        with gr.Row(elem_classes="explore-buttons"):
            button = gr.Button(text("faithfulness_measure", DEFAULT_LANGUAGE), size="sm", elem_id="measure")
            stop = gr.Button(
                text("stop", DEFAULT_LANGUAGE), variant="stop", size="sm", elem_id="measure-stop"
            )
        answer = gr.Textbox(
            label=text("faithfulness_answer", DEFAULT_LANGUAGE),
            info=text("faithfulness_help", DEFAULT_LANGUAGE),
            interactive=False,
            lines=3,
            elem_id="faithfulness-answer",
        )
        table = gr.HTML(
            value=dict(NO_ROWS),
            html_template=read_static("faithfulness.html"),
            js_on_load=read_faithfulness_script(),
            apply_default_css=False,
            elem_id="faithfulness-table",
            padding=False,
            strings=view_strings(DEFAULT_LANGUAGE),
        )
    texts.add(panel, label="faithfulness_title")
    texts.add(button, value="faithfulness_measure")
    texts.add(stop, value="stop")
    texts.add(answer, label="faithfulness_answer", info="faithfulness_help")
    texts.add(table, strings=view_strings)

    runs = gr.State(Runs())

    def measure(runs: Runs, session: Session, language: str) -> Iterator[tuple[str, dict[str, Any]]]:
        yield from measure_faithfulness(shelf, runs, session, language)

    button.click(
        measure,
        inputs=[runs, session, language],
        outputs=[answer, table],
        show_progress="minimal",
        trigger_mode="once",
        api_visibility="private",
    )
    stop.click(Runs.stop, inputs=runs, queue=False, show_progress="hidden", api_visibility="private")


def measure_faithfulness(
    shelf: Shelf, runs: Runs, session: Session, language: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The answer in words, and a row for each source token: token, attention it got, what is lost without it.

    Yields how far it is, until the answer or a stop.
    """
    run, found, request = runs.start(), session.translation, session.request
    try:
        if found is None or request is None or not found.done:
            raise refusal("nothing_to_measure")
        received = received_attention(found, session.choice.hypothesis)
        ids = _shown(found, session.choice.hypothesis).token_ids
        lost: list[float] = []
        for lost in leave_one_out(shelf.load(request.model), found.source, ids):
            goes_on = runs.may_go_on(run)
            words = text("faithfulness_progress" if goes_on else "faithfulness_stopped", language)
            yield words.format(done=len(lost), tokens=len(received)), dict(NO_ROWS)
            if not goes_on:
                return
    except Seq2SeqError as problem:
        yield describe_problem(problem, language), dict(NO_ROWS)
        return
    rows = [
        [token, round(got, DIGITS), round(loss, DIGITS)]
        for token, got, loss in zip(found.source_tokens[:-1], received, lost, strict=True)
    ]
    yield describe_faithfulness(compare_rankings(received, lost), len(rows), language), {"rows": rows}


def received_attention(found: Translation, hypothesis: int) -> list[float]:
    """What each source token but the end got from all steps of a result; mean of layers and heads.

    Raises:
        InputError: for what cannot be measured: no attention, attention that the reader changed, too many tokens.
    """
    steps = _shown(found, hypothesis).steps
    if found.edits:
        raise refusal("faithfulness_edited")
    if not steps[0].attention.size:
        raise refusal("faithfulness_no_attention")
    if len(found.source_tokens) - 1 > MOST_SOURCE_TOKENS:
        raise refusal("faithfulness_long", tokens=len(found.source_tokens) - 1, limit=MOST_SOURCE_TOKENS)
    received: list[float] = coverage(np.stack([step.attention.mean(axis=(0, 1)) for step in steps])).tolist()
    return received[:-1]


def describe_faithfulness(measured: Faithfulness, tokens: int, language: str) -> str:
    """What a comparison means, and how sure that is."""
    if measured.tau is None or measured.rho is None:
        return text("faithfulness_undefined", language)
    numbers = text("faithfulness_numbers", language).format(tau=measured.tau, rho=measured.rho)
    sure = "certain" if measured.certain else "uncertain"
    certainty = text(f"faithfulness_{sure}", language).format(tokens=tokens, chance=measured.chance)
    return f"{text(f'faithfulness_{measured.agreement}', language)} {numbers} {certainty}"


def _shown(found: Translation, hypothesis: int) -> Hypothesis:
    hypotheses = found.beams[-1].hypotheses
    return hypotheses[min(hypothesis, len(hypotheses) - 1)]
