"""What the Compare tab does with two panes, as functions on plain values."""

import json
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from seq2seq.errors import Seq2SeqError
from seq2seq.explanation.differences import Marks, mark_differences, marks_of_tokens
from seq2seq.explanation.words import Word, group_words
from seq2seq.options import DecodingOptions
from seq2seq.translation import Translation
from seq2seq.ui.feedback import check_source, describe_problem
from seq2seq.ui.forms import read_few_options
from seq2seq.ui.runs import ShownRuns
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.view import View

FRAME_SECONDS: Final = 0.1
"""At least this much time lies between two pictures of a running translation."""
EMPTY_COMPARISON: Final[View] = {"run": 0, "status": "empty", "message": "", "panes": [], "different": 0}


class CompareSession(ShownRuns):
    """One visitor's comparisons; ``view`` is how the last one was shown."""

    empty_view = EMPTY_COMPARISON


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one pane asks for: a model by name, and settings."""

    model: str
    options: DecodingOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one pane found so far."""

    side: Side
    translation: Translation
    words: tuple[Word, ...]
    milliseconds: float


def compare(
    shelf: Shelf,
    session: CompareSession,
    language: str,
    source: str | None,
    models: tuple[str, str],
    settings: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> Iterator[View]:
    """Translate a text in one pane and then in the other, and yield what to show.

    ``settings`` are the values of each pane's controls by name.
    """
    run = session.start()
    try:
        check_source(source or "")
        sides = [
            Side(model=model, options=read_few_options(values))
            for model, values in zip(models, settings, strict=True)
        ]
        yield {**EMPTY_COMPARISON, "run": run, "status": "running"}
        finished: list[Found] = []
        for side in sides:
            for found in _translate(shelf, side, source or ""):
                if not session.is_newest(run):
                    return
                going = session.may_go_on(run)
                last = found.translation.done and len(finished) == len(sides) - 1
                yield _remember(session, run, _status(last, going), [*finished, found])
                if not going:
                    return
            finished.append(found)
    except Seq2SeqError as problem:
        if session.is_newest(run):
            yield session.fail(run, describe_problem(problem, language))


def _status(last: bool, going: bool) -> str:
    return "done" if last else "running" if going else "stopped"


def _translate(shelf: Shelf, side: Side, source: str) -> Iterator[Found]:
    """What a pane has found, now and then, and at its end."""
    translator = shelf.load(side.model)
    stream = translator.stream(source, side.options)
    milliseconds, shown_at = 0.0, time.perf_counter()
    while True:
        before = time.perf_counter()
        translation = next(stream, None)
        milliseconds += 1000 * (time.perf_counter() - before)
        if translation is None:
            return
        if translation.done or time.perf_counter() - shown_at >= FRAME_SECONDS:
            shown_at = time.perf_counter()
            words = group_words(_tokens(translation), translator.target_kind)
            yield Found(side=side, translation=translation, words=words, milliseconds=milliseconds)


def _tokens(translation: Translation) -> list[str]:
    best = translation.beams[-1].hypotheses[0]
    return [translation.token_strings[step.token_id] for step in best.steps]


def _remember(session: CompareSession, run: int, status: str, found: list[Found]) -> View:
    marks = [(False,) * len(each.words) for each in found]
    if status == "done":
        left, right = found
        marks = list(mark_differences(*([word.text for word in each.words] for each in (left, right))))
    session.view = {
        "run": run,
        "status": status,
        "message": "",
        "panes": [describe_pane(each, mark) for each, mark in zip(found, marks, strict=True)],
        "different": sum(map(sum, marks)),
        "same_model": len({each.side.model for each in found}) == 1,
    }
    return session.view


def describe_pane(found: Found, marks: Marks) -> str:
    """A pane as JSON text: its words, tokens as [token, probability, whether it differs], and its numbers."""
    best = found.translation.beams[-1].hypotheses[0]
    tokens = zip(_tokens(found.translation), best.steps, marks_of_tokens(found.words, marks), strict=True)
    described = {
        "model": found.side.model,
        "method": found.side.options.method,
        "text": found.translation.texts[0],
        "tokens": [
            [token, float(f"{math.exp(step.log_probability):.4g}"), differs]
            for token, step, differs in tokens
        ],
        "log_probability": round(best.log_probability, 3),
        "score": round(best.score, 3),
        "finished": best.finished,
        "milliseconds": round(found.milliseconds, 1),
    }
    return json.dumps(described, ensure_ascii=False)
