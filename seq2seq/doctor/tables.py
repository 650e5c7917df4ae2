"""Any file of parallel text as a table: named columns with a guess of their language, a preview, and its pairs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from seq2seq.data.corpus import SentencePair
from seq2seq.doctor.formats import ReadRows
from seq2seq.doctor.languages import language_code
from seq2seq.doctor.parts import Limits, Progress
from seq2seq.doctor.report import shorten
from seq2seq.doctor.rows import Cells, RowProblem
from seq2seq.errors import DataError

HEADINGS: Final = {
    "source", "target", "src", "tgt", "trg", "source_text", "target_text", "source text", "target text", "text",
    "sentence", "translation", "reference", "original", "id", "原文", "译文", "源文", "目标",
}  # fmt: skip
_SOURCE_HEADINGS: Final = ("source", "src", "source_text", "source text", "original", "原文", "源文")
_TARGET_HEADINGS: Final = (
    "target", "tgt", "trg", "target_text", "target text", "translation", "reference", "译文", "目标",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: the key of its cells, what it is called, and the language it seems to be in, or empty."""

    key: int | str
    name: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file of parallel text that has been looked at and not yet read.

    Attributes:
        name: of the file or files.
        format: a name in `FORMATS`.
        encoding: of the text, empty for a workbook.
        columns: two at least.
        preview: the first rows as they are, shortened.
        has_header: whether the first row names the columns.
        notes: what is not read, in words.
    """

    name: str
    format: str
    encoding: str
    columns: tuple[Column, ...]
    preview: tuple[tuple[str, ...], ...]
    has_header: bool
    notes: tuple[str, ...]
    limits: Limits
    read: ReadRows = field(repr=False, compare=False)

    def find_column(self, wanted: str | int) -> Column:
        """A column by its number from 1, its name or its language.

        Raises:
            DataError: when there is none.
        """
        text = str(wanted).strip()
        if text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= len(self.columns):
            return self.columns[int(text[:9]) - 1]
        for names in ([c.name for c in self.columns], [c.language for c in self.columns]):
            folded = [name.casefold() for name in names]
            if text.casefold() in folded:
                return self.columns[folded.index(text.casefold())]
        columns = ", ".join(f"{n} {c.name}".strip() for n, c in enumerate(self.columns, 1))
        raise DataError(
            f"{self.name} has no column {text[:50]!r}.",
            f"Its columns are {shorten(columns)}.",
            key="doctor_no_column",
            values={"name": self.name, "column": text[:50], "columns": shorten(columns)},
        )

    def choose_columns(
        self, source: str | int = "", target: str | int = "", *, languages: tuple[str, str] = ("", "")
    ) -> tuple[Column, Column]:
        """Source and target column, as wanted; else by language, by heading, or the first ones.

        Raises:
            DataError: when a wanted column is not there, or both are the same.
        """
        first = self.find_column(source) if source else None
        second = self.find_column(target) if target else None
        first = first or self._by_sign(languages[0], _SOURCE_HEADINGS, second) or self._other_than(second)
        second = second or self._by_sign(languages[1], _TARGET_HEADINGS, first) or self._other_than(first)
        if first == second:
            raise DataError(
                f"Source and target are both column {first.name!r} of {self.name}.",
                "Choose two different columns.",
                key="doctor_same_column",
                values={"name": self.name, "column": first.name},
            )
        return first, second

    def _by_sign(self, language: str, headings: Sequence[str], taken: Column | None) -> Column | None:
        free = [column for column in self.columns if column != taken]
        by_language = [column for column in free if language and column.language == language_code(language)]
        by_heading = [column for column in free if column.name.casefold() in headings]
        return next(iter(by_language + by_heading), None)

    def _other_than(self, taken: Column | None) -> Column:
        return next(column for column in self.columns if column != taken)

    def iter_pairs(
        self, source: Column, target: Column, on_progress: Progress | None = None
    ) -> Iterator[SentencePair | RowProblem]:
        """A pair for every row, or what is wrong with the row.

        Raises:
            DataError: for what ends the reading: damage, attacks, a byte that is no text, too many rows.
        """
        heading = self.has_header
        width = len(self.columns) if isinstance(source.key, int) else 0
        most, count = self.limits.most_rows, 0
        for record in self.read(on_progress):
            count += 1
            if count > most:
                raise self._too_many_rows()
            if isinstance(record, RowProblem):
                yield record
                continue
            if heading:
                heading = False
                continue
            number, cells = record
            try:
                pair = SentencePair(source=cells[source.key], target=cells[target.key], line=number)  # type: ignore[index]
            except LookupError:
                yield _missing_side(number, cells, source, target)
                continue
            except TypeError:  # an array among objects, or the other way round
                yield RowProblem(row=number, kind="unreadable", reason="an array among objects")
                continue
            yield pair if not width or len(cells) <= width else _extra_columns(number, cells, width, pair)

    def _too_many_rows(self) -> DataError:
        most = f"{self.limits.most_rows:,}"
        return DataError(
            f"{self.name} has more than {most} rows.",
            "Take a part of it.",
            key="doctor_many_rows",
            values={"name": self.name, "most": most},
        )


def _missing_side(number: int, cells: Cells, source: Column, target: Column) -> RowProblem:
    shown = [cell_of(cells, column) for column in (source, target)]
    missing = " and ".join(
        column.name for column, text in zip((source, target), shown, strict=True) if text is None
    )
    return RowProblem(
        row=number,
        kind="missing_side",
        reason=f"no {missing}",
        source=shown[0] or "",
        target=shown[1] or "",
    )


def _extra_columns(number: int, cells: Cells, width: int, pair: SentencePair) -> RowProblem:
    return RowProblem(
        row=number,
        kind="extra_columns",
        reason=f"{len(cells)} columns instead of {width}",
        source=pair.source,
        target=pair.target,
    )


def cell_of(cells: Cells, column: Column) -> str | None:
    """The text of a row in a column, None where the row has none."""
    try:
        return cells[column.key]  # type: ignore[index]
    except (LookupError, TypeError):
        return None
