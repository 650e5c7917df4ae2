"""JSON lines to rows: an object on every line, whose keys are the columns, or an array of cells.

Objects inside an object are columns of their own (``translation.en``); null is a cell that is not there.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from seq2seq.doctor.encodings import TextPart
from seq2seq.doctor.parts import Progress
from seq2seq.doctor.rows import Cells, Record, RowProblem, blank_line

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_HALF: Final = "a text holds half of a surrogate pair"
_DEEPEST: Final = 3


def read_json_lines(text: TextPart, on_progress: Progress | None = None) -> Iterator[Record]:
    """A row for every line."""
    for number, line in enumerate(text.lines(on_progress), 1):
        if not line or line.isspace():
            yield blank_line(number)
            continue
        cells = parse_cells(line)
        if isinstance(cells, str):
            yield RowProblem(row=number, kind="unreadable", reason=f"line {number}: {cells}", source=line)
        else:
            yield number, cells


def parse_cells(line: str) -> Cells | str:
    """The cells of a line, or in words why there are none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"it is not JSON ({error})"
    if isinstance(value, Mapping):
        named = dict(_flatten(value))
        return named if _are_whole(named.values()) else _HALF
    if isinstance(value, list):
        texts = ["" if item is None else _as_text(item) for item in value]
        return texts if _are_whole(texts) else _HALF
    return "it is neither an object nor an array"


def _are_whole(texts: Iterable[str]) -> bool:
    return not any(_SURROGATE.search(text) for text in texts)


def _flatten(values: Mapping[str, Any], prefix: str = "", depth: int = 1) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping) and depth < _DEEPEST:
            yield from _flatten(value, f"{prefix}{name}.", depth + 1)
        elif value is not None:
            yield prefix + name, _as_text(value)


def _as_text(value: Any) -> str:
    """Text as it is; numbers, truth values and lists as JSON writes them."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
