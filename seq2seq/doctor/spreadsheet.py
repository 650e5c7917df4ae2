"""XLSX workbooks to rows: the first sheet, read as a stream by openpyxl, after a look for attacks.

openpyxl keeps a husk of every element in memory, so the sheet and its strings are counted first by a parser
that keeps nothing. Numbers are written as short as they can be, dates as ISO 8601.
"""

import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import IO, Any, Final, TypeVar

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from seq2seq.doctor.hardened_xml import Elements, feed_xml
from seq2seq.doctor.parts import (
    CHUNK_BYTES,
    Part,
    Progress,
    check_unpacked,
    is_workbook,
    nested_archive,
    open_archive,
)
from seq2seq.doctor.rows import Record, blank_line
from seq2seq.errors import DataError

_Result = TypeVar("_Result")

_MOST_ELEMENTS: Final = 12_000_000
_MOST_ROWS: Final = 1_048_576
_MOST_COLUMNS: Final = 1000
_BATCH_ROWS: Final = 1000
# What openpyxl raises on workbooks that were not written by a spreadsheet program.
_MALFORMED: Final = (
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError, SyntaxError, EOFError,
    NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error, InvalidFileException,
)  # fmt: skip


def read_spreadsheet(part: Part, on_progress: Progress | None = None) -> Iterator[Record]:
    """The rows of the first sheet, numbered as in the sheet; empty ones at its end do not count.

    Raises:
        DataError: for what is no workbook, and for one that attacks its reader.
    """
    with part.open_seekable(on_progress) as file:
        _look_for_attacks(file, part)
        with _opened(file, part.name) as book:
            sheet = _first_sheet(book, part.name)
            rows = enumerate(sheet.iter_rows(values_only=True), 1)
            last = 0
            while batch := _take(rows, part.name):
                for number, values in batch:
                    if any(value is not None for value in values):
                        yield from map(blank_line, range(last + 1, number))
                        yield number, _texts(values, part.name)
                        last = number
                if on_progress is not None:
                    on_progress(min(file.tell(), part.packed_bytes), part.packed_bytes)


def other_sheets(part: Part) -> tuple[str, ...]:
    """Names of the sheets that are not read, if any.

    Raises:
        DataError: as `read_spreadsheet`.
    """
    with part.open_seekable() as file:
        _look_for_attacks(file, part)
        with _opened(file, part.name) as book:
            first = _first_sheet(book, part.name)
            return tuple(str(name) for name in book.sheetnames if name != first.title)


def _take(rows: Iterator[tuple[int, Any]], name: str) -> list[tuple[int, Any]]:
    """Some more rows."""
    batch = _guarded(lambda: list(islice(rows, _BATCH_ROWS)), name)
    if batch and batch[-1][0] > _MOST_ROWS:
        raise _no_workbook(name, f"it has more than {_MOST_ROWS:,} rows")
    return batch


def _texts(values: tuple[Any, ...], name: str) -> list[str]:
    if len(values) > _MOST_COLUMNS:
        raise _no_workbook(name, f"it has more than {_MOST_COLUMNS:,} columns")
    return [_as_text(value) for value in values]


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if not isinstance(value, timedelta) else str(value.total_seconds())


def _guarded(work: Callable[[], _Result], name: str) -> _Result:
    """Do some work of openpyxl; what it says of a strange workbook is one sentence of ours."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and rules that it does not know
            return work()
    except _MALFORMED as error:
        raise _no_workbook(name, f"{type(error).__name__}: {str(error)[:200]}") from error


@contextmanager
def _opened(file: IO[bytes], name: str) -> Iterator[Any]:
    book = _guarded(lambda: load_workbook(file, read_only=True, data_only=True, keep_links=False), name)
    try:
        yield book
    finally:
        book.close()


def _first_sheet(book: Any, name: str) -> Any:
    if not book.worksheets:
        raise _no_workbook(name, "it has no sheet")
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what a file says of its own size is not to be trusted
    return sheet


def _look_for_attacks(file: IO[bytes], part: Part) -> None:
    """Read all XML of the workbook with a parser that keeps nothing."""
    with open_archive(file, part.name) as archive:
        if not is_workbook(archive):
            raise nested_archive(part.name) if part.packing != "plain" else _no_workbook(part.name, "a zip")
        total = sum(item.file_size for item in archive.infolist())
        check_unpacked(total, file.seek(0, 2), part.name, part.limits)
        guard = _Guard(part.name, _MOST_ELEMENTS)
        for item in archive.infolist():
            if item.filename.endswith((".xml", ".rels")):
                guard.depth = 0
                for _ in feed_xml(_member(archive, item, part.name), guard, allow_doctype=False):
                    pass
    file.seek(0)


def _member(archive: zipfile.ZipFile, item: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    try:
        with archive.open(item) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk
    except (RuntimeError, ValueError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise _no_workbook(name, str(error)) from error


class _Guard(Elements):
    """Counts elements and looks at the numbers of rows."""

    def opened(self, tag: str, attributes: Any) -> None:
        """Refuse rows beyond the last a sheet can have: openpyxl would fill the gap."""
        if tag.endswith("}row") and not _is_row_number(attributes.get("r", "1")):
            raise _no_workbook(self.name, f"it has a row {attributes['r'][:20]!r}")


def _is_row_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 7 and int(text) <= _MOST_ROWS


def _no_workbook(name: str, reason: str) -> DataError:
    return DataError(
        f"{name} cannot be read as a workbook: {reason}.",
        "Save it again as XLSX, or as CSV.",
        key="doctor_bad_workbook",
        values={"name": name, "reason": reason},
    )
