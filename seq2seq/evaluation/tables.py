"""Results as tables: CSV that a spreadsheet opens, and columns of text for people."""

import csv
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from seq2seq.errors import InputError

BYTE_ORDER_MARK: Final = "\ufeff"
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows with equal keys as CSV with a header, marked as UTF-8 so that spreadsheets read it right.

    A text that a spreadsheet would take for a formula gets an apostrophe in front, as OWASP advises; numbers
    stay numbers.
    """
    if not rows:
        return ""
    file = io.StringIO()
    writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: safe_cell(value) for name, value in row.items()} for row in rows)
    return BYTE_ORDER_MARK + file.getvalue()


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows as CSV, beside its place and renamed.

    Raises:
        InputError: when the file cannot be written.
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            file.write(as_csv(rows))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as problem:
        raise InputError(f"{path} cannot be written: {problem.strerror}.", "Check the path.") from problem
    finally:
        draft.unlink(missing_ok=True)


def as_text_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows with equal keys as aligned columns under their names; floats with three digits."""
    if not rows:
        return ""
    cells = [[name.replace("_", " ") for name in rows[0]]]
    cells += [[_shown(value) for value in row.values()] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in cells
    )


def _shown(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def safe_cell(value: Any) -> Any:
    """A text as a spreadsheet reads it, also where it begins like a formula; other values as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
