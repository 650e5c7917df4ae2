"""Greedy search, beam search and samples of one sentence, drawn into one tree."""

import datetime
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import gradio as gr

from seq2seq.decoding.trace import Hypothesis
from seq2seq.errors import Seq2SeqError
from seq2seq.explanation.methods import cover, merge_translations
from seq2seq.options import DecodingOptions
from seq2seq.translation import Translation
from seq2seq.ui.captions import captions_of_methods
from seq2seq.ui.explore_handlers import stop_run
from seq2seq.ui.feedback import check_prefix, check_source, describe_problem, refusal
from seq2seq.ui.forms import PAGE_SETTINGS, Texts, read_options
from seq2seq.ui.session import Session
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text
from seq2seq.ui.tree_panel import build_tree_view
from seq2seq.ui.tree_view import encode_rows

COLUMNS: Final = ("method", "translations", "mass")
METHODS: Final = {"greedy": "g", "beam": "b", "sampling": "s"}
"""The methods that are drawn, in this order, and the letters of their branches."""
FIELDS: Final = ("parent", "step", "token", "log_probability", "total", "status", "result", "takers")
DEFAULT_SAMPLES: Final = 8
MOST_SAMPLES: Final = 32
FRAME_SECONDS: Final = 0.2
"""Between two words on progress lies at least this much time."""

Drawn = tuple[Any, Any, Any]
"""What has been going on, the tree, and the table of probabilities."""


def build_methods_part(shelf: Shelf, language: Any, asked: list[Any], texts: Texts) -> None:
    """Lay out the button and the tree; ``asked`` are the controls of model, source, prefix and settings."""
    runs = gr.State(Session())
    samples = gr.Slider(
        1,
        MOST_SAMPLES,
        value=DEFAULT_SAMPLES,
        step=1,
        label=text("methods_samples", DEFAULT_LANGUAGE),
        elem_id="methods-samples",
    )
    with gr.Row():
        draw = gr.Button(text("methods_draw", DEFAULT_LANGUAGE), size="sm", elem_id="methods-draw", scale=3)
        stop = gr.Button(
            text("stop", DEFAULT_LANGUAGE), size="sm", elem_id="methods-stop", scale=1, min_width=70
        )
    status = gr.Textbox(
        label=text("methods_status", DEFAULT_LANGUAGE), interactive=False, elem_id="methods-status"
    )
    tree = build_tree_view("methods", texts)
    table = gr.Dataframe(
        headers=column_names(DEFAULT_LANGUAGE),
        label=text("methods_table", DEFAULT_LANGUAGE),
        interactive=False,
        elem_id="methods-table",
    )
    texts.add(samples, label="methods_samples")
    texts.add(draw, value="methods_draw")
    texts.add(stop, value="stop")
    texts.add(status, label="methods_status")
    texts.add(table, label="methods_table", headers=column_names)

    def run(runs: Session, language: str, *values: Any) -> Iterator[Drawn]:
        yield from draw_methods(shelf, runs, language, *values)

    draw.click(
        run,
        inputs=[runs, language, samples, *asked],
        outputs=[status, tree, table],
        show_progress="hidden",
        trigger_mode="multiple",
        concurrency_limit=4,
        concurrency_id="methods",
        api_visibility="private",
    )
    stop.click(stop_run, inputs=runs, queue=False, show_progress="hidden", api_visibility="private")


def column_names(language: str) -> list[str]:
    """The headers of the table."""
    return [text(f"methods_columns_{name}", language) for name in COLUMNS]


def draw_methods(
    shelf: Shelf,
    runs: Session,
    language: str,
    samples: Any,
    model: str,
    source: str | None,
    prefix: str | None,
    *values: Any,
) -> Iterator[Drawn]:
    """Translate by each method and yield the tree as it grows, until the end, a stop or a newer run.

    ``values`` are those of the controls of `PAGE_SETTINGS`.
    """
    run = runs.start()
    source, prefix = source or "", prefix or ""  # gradio's word for an empty text box is None
    try:
        check_source(source)
        check_prefix(prefix)
        plan = plan_methods(values, samples)
        translator = shelf.load(model)
        prefix_ids = translator.encode_prefix(prefix)
        streams = {
            method: translator.stream(source, options, prefix_ids=prefix_ids)
            for method, options in plan.items()
        }
        yield from _draw(runs, run, streams, translator.token_strings, language)
    except Seq2SeqError as problem:
        if runs.is_newest(run):
            yield describe_problem(problem, language), gr.skip(), gr.skip()


def _draw(
    runs: Session,
    run: int,
    streams: Mapping[str, Iterator[Translation]],
    strings: Mapping[int, str],
    language: str,
) -> Iterator[Drawn]:
    """Follow one stream after the other; the tree grows by each that has ended."""
    found: dict[str, Translation] = {}
    shown_at = float("-inf")
    for method, stream in streams.items():
        for translation in stream:
            if not runs.may_go_on(run):
                if runs.is_newest(run):
                    yield text("methods_stopped", language), gr.skip(), gr.skip()
                return
            if time.perf_counter() - shown_at >= FRAME_SECONDS:
                shown_at = time.perf_counter()
                progress = text("methods_progress", language).format(
                    method=text(f"method_{method}", language), step=len(translation.beams)
                )
                yield progress, gr.skip(), gr.skip()
        found[method] = translation
        yield gr.skip(), *_picture(run, found, strings, language)
    yield text("methods_done", language), gr.skip(), gr.skip()


def plan_methods(values: Sequence[Any], samples: Any) -> dict[str, DecodingOptions]:
    """The options of each method, from the page's settings.

    Raises:
        Seq2SeqError: when a value is out of bounds.
    """
    if type(samples) not in (int, float) or not 1 <= samples <= MOST_SAMPLES:
        raise refusal("methods_bounds", limit=MOST_SAMPLES)
    given = dict(zip(PAGE_SETTINGS, values, strict=True))
    beam = "diverse_beam" if given["method"] == "diverse_beam" else "beam"
    wanted = {
        "greedy": {"method": "greedy"},
        "beam": {"method": beam, "n_best": given["beam_width"]},
        "sampling": {"method": "sampling", "n_best": int(samples)},
    }
    return {name: read_options(list((given | changes).values())) for name, changes in wanted.items()}


def _picture(
    run: int, found: Mapping[str, Translation], strings: Mapping[int, str], language: str
) -> tuple[dict[str, Any], list[list[Any]]]:
    """The tree of what has been found, and its table."""
    hypotheses = {method: translation.beams[-1].hypotheses for method, translation in found.items()}
    nodes = merge_translations({METHODS[method]: items for method, items in hypotheses.items()})
    drawn = {
        "run": run,
        "tree": encode_rows(nodes, FIELDS, strings),
        "caption": captions_of_methods(list(found.values()), language, datetime.date.today()),
    }
    return drawn, describe_masses(hypotheses, language)


def describe_masses(found: Mapping[str, Sequence[Hypothesis]], language: str) -> list[list[Any]]:
    """A row for each method, and one for all together."""
    rows = [
        (f"{METHODS[method]}: {text(f'method_{method}', language)}", cover(hypotheses))
        for method, hypotheses in found.items()
    ]
    together = cover(item for hypotheses in found.values() for item in hypotheses)
    rows.append((text("methods_together", language), together))
    return [[name, item.translations, f"{100 * item.probability:.1f} %"] for name, item in rows]
