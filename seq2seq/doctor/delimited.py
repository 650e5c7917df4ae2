"""Lines to rows: tab-separated, comma-separated with quotes, and the two sides of a Moses pair."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest
from typing import Final

from seq2seq.doctor.encodings import TextPart
from seq2seq.doctor.parts import Progress
from seq2seq.doctor.rows import Record, RowProblem, blank_line

DELIMITERS: Final = ",;\t|"
_SNIFFED_ROWS: Final = 50
_EVEN_SHARE: Final = 0.8


def read_tab_separated(text: TextPart, on_progress: Progress | None = None) -> Iterator[Record]:
    """A row for every line, cut at its tabs."""
    for number, line in enumerate(text.lines(on_progress), 1):
        yield (number, line.split("\t")) if line else blank_line(number)


def read_comma_separated(
    text: TextPart, delimiter: str, on_progress: Progress | None = None
) -> Iterator[Record]:
    """Rows of the standard `csv` module, strictly: a quoted cell may hold the delimiter, quotes and line breaks."""
    reader = csv.reader(_with_ends(text.lines(on_progress)), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            last = f" to {reader.line_num}" if reader.line_num > number else ""
            yield RowProblem(row=number, kind="unreadable", reason=f"line {number}{last}: {error}")
            continue
        yield (number, cells) if cells else blank_line(number)


def read_two_files(
    sources: TextPart, targets: TextPart, on_progress: Progress | None = None
) -> Iterator[Record]:
    """A row for every line of two files; lines beyond the end of the shorter file are problems."""
    sides = zip_longest(sources.lines(on_progress), targets.lines())
    for number, (source, target) in enumerate(sides, 1):
        if source is None or target is None:
            shorter = sources if source is None else targets
            yield RowProblem(
                row=number,
                kind="unequal_lines",
                reason=f"{shorter.name} has ended",
                source=source or "",
                target=target or "",
            )
        else:
            yield number, (source, target)


def sniff_delimiter(lines: Iterable[str]) -> str:
    """The delimiter that cuts the first rows into equally many cells, two at least; else an empty string.

    Where several do, the one with more cells, then the one that comes first in `DELIMITERS`.
    """
    sample = list(lines)
    widths = {delimiter: _even_width(sample, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: widths[delimiter])
    return best if widths[best] > 1 else ""


def _even_width(lines: list[str], delimiter: str) -> int:
    """The usual number of cells, 0 where there is none."""
    reader = csv.reader(_with_ends(lines), delimiter=delimiter)
    try:
        counts = Counter(len(cells) for cells in islice(reader, _SNIFFED_ROWS) if cells)
    except csv.Error:
        return 0
    if not counts:
        return 0
    width, rows = counts.most_common(1)[0]
    return width if rows >= _EVEN_SHARE * counts.total() else 0


def _with_ends(lines: Iterable[str]) -> Iterator[str]:
    return (line + "\n" for line in lines)
