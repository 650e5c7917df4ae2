"""What the settings grid of the Compare tab does, as functions on plain values."""

import json
import math
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from seq2seq.errors import Seq2SeqError
from seq2seq.explanation.settings_grid import GridCell, as_csv, find_worse, grid_options, measure_cell
from seq2seq.lines import LineResult, split_lines, translate_batches, translate_one
from seq2seq.options import DecodingOptions
from seq2seq.translator import Translator
from seq2seq.ui.downloads import save_file
from seq2seq.ui.feedback import check_source, describe_problem, refusal
from seq2seq.ui.forms import SETTINGS
from seq2seq.ui.runs import ShownRuns
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.view import View

MOST_WIDTHS: Final = 8
MOST_PENALTIES: Final = 6
MOST_PAIRS: Final = 200
EMPTY_GRID: Final[View] = {
    "run": 0, "status": "empty", "message": "", "widths": [], "penalties": [], "cells": [], "sentences": 0,
}  # fmt: skip
_BETWEEN: Final = re.compile(r"[\s,;，；、]+")
Number = TypeVar("Number", int, float)


class GridSession(ShownRuns):
    """One visitor's grid: its cells so far, and how it was shown last."""

    empty_view = EMPTY_GRID

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[GridCell] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRequest:
    """What a grid is made of; ``references`` is empty, or has one for each source."""

    sources: tuple[str, ...]
    references: tuple[str, ...]
    widths: tuple[int, ...]
    penalties: tuple[float, ...]


def fill_grid(
    shelf: Shelf,
    session: GridSession,
    language: str,
    model: str,
    content: str | None,
    widths: str | None,
    penalties: str | None,
) -> Iterator[View]:
    """Translate under each pair of settings and yield the grid after each cell, until the end or a stop."""
    run = session.start()
    try:
        request = read_request(content or "", widths or "", penalties or "")
        view = {
            **EMPTY_GRID,
            "run": run,
            "status": "running",
            "widths": list(request.widths),
            "penalties": list(request.penalties),
            "sentences": len(request.sources),
        }
        yield view
        translator = shelf.load(model)
        if not session.is_newest(run):
            return
        session.cells, session.view = [], view
        yield from _follow(session, run, translator, request)
    except Seq2SeqError as problem:
        if session.is_newest(run):
            yield session.fail(run, describe_problem(problem, language))


def _follow(session: GridSession, run: int, translator: Translator, request: GridRequest) -> Iterator[View]:
    for options in grid_options(request.widths, request.penalties):
        start = time.perf_counter()
        results: list[LineResult] = []
        for batch in _translate(translator, request.sources, options):
            results += batch
            if not session.may_go_on(run):
                if session.is_newest(run):
                    session.view = {**session.view, "status": "stopped"}
                    yield session.view
                return
        cell = measure_cell(options, results, request.references, time.perf_counter() - start)
        session.cells.append(cell)
        complete = len(session.cells) == len(request.widths) * len(request.penalties)
        session.view = {
            **session.view,
            "status": "done" if complete else "running",
            "cells": [*session.view["cells"], describe_cell(cell, session.cells)],
        }
        yield session.view


def _translate(
    translator: Translator, sources: Sequence[str], options: DecodingOptions
) -> Iterator[Sequence[LineResult]]:
    """One sentence in float32, because its log-probabilities are compared; a test set in batches."""
    if len(sources) == 1:
        yield [translate_one(translator, sources[0], options)]
    else:
        yield from translate_batches(translator, sources, options)


def describe_cell(cell: GridCell, cells: Sequence[GridCell]) -> str:
    """A cell as JSON text; ``worse`` is null or the better narrower width, and by how much."""
    worse = find_worse(cell, cells)
    described = {
        "width": cell.beam_width,
        "penalty": cell.length_penalty,
        "log_probability": round(cell.log_probability, 2),
        "tokens": cell.tokens,
        "text": cell.text,
        "chrf": None if cell.chrf is None else round(cell.chrf, 1),
        "bleu": None if cell.bleu is None else round(cell.bleu, 1),
        "seconds": round(cell.seconds, 2),
        "worse": [worse.beam_width, round(worse.difference, 2)] if worse else None,
    }
    return json.dumps(described, ensure_ascii=False)


def read_request(content: str, widths: str, penalties: str) -> GridRequest:
    """What the fields ask for.

    Raises:
        InputError: for texts, widths or penalties that cannot be used.
    """
    sources, references = read_pairs(content)
    return GridRequest(
        sources=sources,
        references=references,
        widths=read_numbers(widths, "beam_width", MOST_WIDTHS, int),
        penalties=read_numbers(penalties, "length_penalty", MOST_PENALTIES, float),
    )


def read_pairs(content: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sources and references: one sentence without a reference, or lines of ``source<TAB>reference``.

    Raises:
        InputError: for no text, a line without its reference, or too much.
    """
    if "\t" not in content:
        check_source(content)
        return (content,), ()
    lines = [line for line in split_lines(content) if line.strip()]
    if len(lines) > MOST_PAIRS:
        raise refusal("many_pairs", lines=f"{len(lines):,}", limit=MOST_PAIRS)
    pairs = [_read_pair(number, line) for number, line in enumerate(lines, start=1)]
    if not pairs:
        raise refusal("empty_source")
    return tuple(source for source, _ in pairs), tuple(reference for _, reference in pairs)


def _read_pair(number: int, line: str) -> tuple[str, str]:
    columns = line.split("\t")
    if len(columns) != 2 or not all(column.strip() for column in columns):
        raise refusal("no_pair", number=number)
    for column in columns:
        check_source(column)
    return columns[0], columns[1]


def read_numbers(words: str, name: str, most: int, kind: Callable[[str], Number]) -> tuple[Number, ...]:
    """The numbers of a list such as ``1, 2, 5``, in order and each once, within the bounds of a setting.

    Raises:
        InputError: when there are none, too many, or one that is out of bounds or no number.
    """
    low, high = SETTINGS[name].minimum or 0, SETTINGS[name].maximum or math.inf
    numbers: set[Number] = set()
    for word in filter(None, _BETWEEN.split(words)):
        try:
            number = kind(word)
        except ValueError:
            number = kind("-1")
        if not low <= number <= high:
            raise refusal(f"bad_{name}", value=word[:20], low=f"{low:g}", high=f"{high:g}")
        numbers.add(number)
    if not 1 <= len(numbers) <= most:
        raise refusal(f"count_{name}", count=len(numbers), limit=most)
    return tuple(sorted(numbers))


def save_grid(session: GridSession) -> str | None:
    """Path of the grid as CSV; None when there is none."""
    return save_file("grid.csv", as_csv(session.cells)) if session.cells else None
