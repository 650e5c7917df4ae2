"""What the Many sentences tab does, as functions on plain values."""

import json
import time
from collections.abc import Iterator
from typing import Any, Final

from seq2seq.errors import Seq2SeqError
from seq2seq.lines import (
    LineResult,
    as_json_lines,
    as_plain_text,
    as_table,
    split_lines,
    translate_batches,
)
from seq2seq.ui.downloads import save_file
from seq2seq.ui.feedback import LONGEST_SOURCE_CHARACTERS, describe_problem, read_uploaded, refusal
from seq2seq.ui.forms import read_few_options
from seq2seq.ui.runs import ShownRuns
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.view import View

MOST_LINES: Final = 2000
LARGEST_TEXT_BYTES: Final = 1_000_000
EMPTY_LINES: Final[View] = {
    "run": 0,
    "status": "empty",
    "message": "",
    "total": 0,
    "seconds": 0.0,
    "rows": [],
}
FILES: Final = {
    "text": ("translations.txt", as_plain_text),
    "tsv": ("translations.tsv", as_table),
    "jsonl": ("translations.jsonl", as_json_lines),
}
"""What can be downloaded: its name, and what makes its content."""


class LinesSession(ShownRuns):
    """One visitor's translated lines.

    Attributes:
        model: the model that translated them.
        results: those done so far.
        view: how they were shown last.
    """

    empty_view = EMPTY_LINES

    def __init__(self) -> None:
        super().__init__()
        self.model = ""
        self.results: list[LineResult] = []


def translate_many(
    shelf: Shelf,
    session: LinesSession,
    language: str,
    model: str,
    content: str | None,
    settings: dict[str, Any],
) -> Iterator[View]:
    """Translate lines and yield the table after each batch, until the end, a stop or a newer run.

    ``settings`` are the values of the controls by name.
    """
    run = session.start()
    try:
        lines = read_lines(content or "")
        options = read_few_options(settings)
        yield {**EMPTY_LINES, "run": run, "status": "running", "total": len(lines)}
        translator = shelf.load(model)
        if not session.is_newest(run):
            return
        session.model, session.results = model, []
        yield from _follow(session, run, language, len(lines), translate_batches(translator, lines, options))
    except Seq2SeqError as problem:
        if session.is_newest(run):
            yield session.fail(run, describe_problem(problem, language))


def _follow(
    session: LinesSession, run: int, language: str, total: int, batches: Iterator[tuple[LineResult, ...]]
) -> Iterator[View]:
    start = time.perf_counter()
    rows: list[str] = []
    while session.may_go_on(run) and (batch := next(batches, None)) is not None:
        if not session.is_newest(run):
            return
        session.results += batch
        rows = rows + [describe_row(result, language) for result in batch]
        status = "done" if len(rows) == total else "running"
        yield _remember(session, run, status, total, rows, time.perf_counter() - start)
    if session.is_newest(run) and len(rows) < total:
        yield _remember(session, run, "stopped", total, rows, time.perf_counter() - start)


def _remember(
    session: LinesSession, run: int, status: str, total: int, rows: list[str], seconds: float
) -> View:
    session.view = {
        "run": run, "status": status, "message": "", "total": total, "seconds": round(seconds, 2), "rows": rows,
    }  # fmt: skip
    return session.view


def describe_row(result: LineResult, language: str) -> str:
    """A row as JSON text: number, source, translation, mean and total log-probability, tokens, problem."""
    problem = describe_problem(result.problem, language) if result.problem else ""
    mean, total = round(result.log_probability_per_token, 3), round(result.log_probability, 2)
    row = [result.number, result.source, result.text, mean, total, result.tokens, problem]
    return json.dumps(row, ensure_ascii=False)


def read_lines(content: str) -> list[str]:
    """The lines of a text that may be translated at once.

    Raises:
        InputError: for no text, too many lines, and a line or a text that is too long.
    """
    encoded = content.encode("utf-8", "replace")  # half a character, which no browser types, becomes "?"
    check_text_size(len(encoded))
    lines = split_lines(encoded.decode("utf-8"))
    if not any(line.strip() for line in lines):
        raise refusal("no_lines")
    if len(lines) > MOST_LINES:
        raise refusal("many_lines", lines=f"{len(lines):,}", limit=f"{MOST_LINES:,}")
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_SOURCE_CHARACTERS:
            limit = f"{LONGEST_SOURCE_CHARACTERS:,}"
            raise refusal("long_line", number=number, length=f"{len(line):,}", limit=limit)
    return lines


def take_file(session: LinesSession, language: str, path: str | None) -> tuple[str | None, View]:
    """The text of an uploaded file, or None and a view with the reason why not; too large a file is not read."""
    try:
        return read_file(read_uploaded(path, check_text_size)), {**session.view, "message": ""}
    except Seq2SeqError as problem:
        return None, {**session.view, "message": describe_problem(problem, language)}


def check_text_size(size: int) -> None:
    """Refuse a text of so many bytes.

    Raises:
        InputError: for more than may be translated at once.
    """
    if size > LARGEST_TEXT_BYTES:
        raise refusal("large_text", size=f"{size:,}", limit=f"{LARGEST_TEXT_BYTES:,}")


def read_file(content: bytes) -> str:
    """The text of a file.

    Raises:
        InputError: when it is too large, not UTF-8, or may not be translated at once.
    """
    check_text_size(len(content))
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise refusal("not_utf", place=f"{problem.start + 1:,}") from problem
    if "\x00" in words:
        raise refusal("not_text")
    return "\n".join(read_lines(words))


def chosen_line(session: LinesSession, wanted: Any) -> LineResult | None:
    """The line that a reader wants to explore, as the browser says it, which may be anything."""
    number = wanted.get("line") if isinstance(wanted, dict) else None
    if type(number) is not int or not 1 <= number <= len(session.results):
        return None
    line = session.results[number - 1]
    return line if line.source.strip() else None


def save_lines(session: LinesSession, kind: str) -> str | None:
    """Path of the file of a kind of `FILES`; None when nothing was translated."""
    name, make = FILES[kind]
    return save_file(name, make(session.results)) if session.results else None
