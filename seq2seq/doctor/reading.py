"""Looking at a file of parallel text: its format, its columns and their languages, its first rows."""

from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from seq2seq.data.readers import guess_languages
from seq2seq.doctor.delimited import read_two_files
from seq2seq.doctor.encodings import as_text
from seq2seq.doctor.formats import holds_pairs, recognise, refuse_binary
from seq2seq.doctor.languages import identify_language, language_code
from seq2seq.doctor.parts import Limits, Part
from seq2seq.doctor.report import shorten
from seq2seq.doctor.rows import Cells, RowProblem
from seq2seq.doctor.spreadsheet import other_sheets
from seq2seq.doctor.tables import HEADINGS, Column, Table, cell_of
from seq2seq.doctor.uploads import ZIP_MAGIC, open_pasted, open_upload
from seq2seq.errors import DataError

PREVIEW_ROWS: Final = 10
_LOOKED_AT_ROWS: Final = 200
_LONGEST_HEADING: Final = 40


def read_table(
    path: Path,
    target_path: Path | None = None,
    *,
    encoding: str = "",
    header: bool | None = None,
    limits: Limits | None = None,
) -> Table:
    """Look at a file of parallel text, or at the two files of a Moses pair.

    Args:
        path: the file, or the source side.
        target_path: the target side.
        encoding: of the text; by default detected.
        header: whether the first row names the columns; by default told by what it says.
        limits: how much may be read.

    Raises:
        DataError: in one sentence for all that hinders reading.
    """
    parts = open_upload(path, limits)
    if target_path is not None:
        parts = (*parts, *open_upload(target_path, limits))
    return _look_at(parts, encoding, header)


def read_pasted(
    text: str,
    *,
    name: str = "The pasted text",
    header: bool | None = None,
    limits: Limits | None = None,
) -> Table:
    """Look at text that was pasted, in any of the formats that are text; the ``name`` is for messages.

    Raises:
        DataError: as `read_table`.
    """
    content = text.encode("utf-8", "surrogatepass")
    return _look_at((open_pasted(content, name, limits),), "utf-8", header)


def _look_at(parts: Sequence[Part], encoding: str, header: bool | None) -> Table:
    if len(parts) > 2:
        raise DataError(
            f"There are {len(parts)} files instead of one, or of the two sides of a pair.",
            key="doctor_many_parts",
            values={"count": len(parts)},
        )
    return _look_at_pair(parts, encoding) if len(parts) == 2 else _look_at_one(parts[0], encoding, header)


def _look_at_pair(parts: Sequence[Part], encoding: str) -> Table:
    for part in parts:
        with part.open() as source:
            head = source.read(8)
        refuse_binary(head, part.name)
        if head.startswith(ZIP_MAGIC):
            raise DataError(
                f"{part.name} is a workbook, not the side of a pair.",
                "Give it alone.",
                key="doctor_workbook_in_pair",
                values={"name": part.name},
            )
    texts = [as_text(part, encoding) for part in parts]
    are_tables = [holds_pairs(text) for text in texts]
    if all(are_tables):
        raise DataError(
            f"{texts[0].name} and {texts[1].name} hold pairs already, each by itself.",
            "Give one of them alone, or join them into one file.",
            key="doctor_two_tables",
            values={"first": texts[0].name, "second": texts[1].name},
        )
    languages = guess_languages(*(Path(part.name) for part in parts))
    records = list(islice(read_two_files(texts[0], texts[1]), _LOOKED_AT_ROWS))
    cells = [record[1] for record in records if not isinstance(record, RowProblem)]
    names = [language or f"file {number}" for number, language in enumerate(languages, 1)]
    return Table(
        name=" and ".join(part.name for part in parts),
        format="moses",
        encoding=" and ".join(dict.fromkeys(text.encoding for text in texts)),
        columns=_columns(dict(enumerate(names)), languages, cells),
        preview=_preview(cells, [0, 1]),
        has_header=False,
        notes=(),
        limits=parts[0].limits,
        read=lambda told: read_two_files(texts[0], texts[1], told),
    )


def _look_at_one(part: Part, encoding: str, header: bool | None) -> Table:
    found = recognise(part, encoding)
    records = [
        record for record in islice(found.read(None), _LOOKED_AT_ROWS) if not isinstance(record, RowProblem)
    ]
    if not records:
        raise DataError(
            f"None of the first rows of {part.name} can be read.",
            "Check the file.",
            key="doctor_nothing_readable",
            values={"name": part.name},
        )
    cells = [cells for _, cells in records]
    if isinstance(cells[0], Mapping):
        names, has_header = _names_of_keys(cells), False
    else:
        has_header = _is_header(cells[0]) if header is None else header
        names = _names_of_numbers(cells, has_header)
    if len(names) < 2:
        raise DataError(
            f"{part.name} has {len(names)} column{'s' * (len(names) != 1)}, and a pair needs two.",
            "Choose another file, or give the other side as a second file.",
            key="doctor_too_few_columns",
            values={"name": part.name, "count": len(names)},
        )
    body = cells[has_header:]
    return Table(
        name=part.name,
        format=found.format,
        encoding=found.encoding,
        columns=_columns(names, guess_languages(Path(part.name)), body),
        preview=_preview(body, list(names)),
        has_header=has_header,
        notes=_notes(part, found.format),
        limits=part.limits,
        read=found.read,
    )


def _names_of_keys(cells: Sequence[Cells]) -> dict[int | str, str]:
    keys = dict.fromkeys(key for row in cells if isinstance(row, Mapping) for key in row)
    return {key: key for key in keys}


def _names_of_numbers(cells: Sequence[Cells], has_header: bool) -> dict[int | str, str]:
    """As many as the usual row has; the header's names or numbers from 1."""
    widths = [len(row) for row in cells if not isinstance(row, Mapping)]
    width = len(cells[0]) if has_header else max(dict.fromkeys(widths), key=widths.count)
    names = [str(name).strip() for name in cells[0]] if has_header else []
    return {
        number: names[number] if has_header and names[number] else f"column {number + 1}"
        for number in range(width)
    }


def _is_header(cells: Cells) -> bool:
    """Whether the first row says what columns say: a word of `HEADINGS`, or languages in two cells at least."""
    texts = [str(cell).strip() for cell in cells]
    if not all(len(text) <= _LONGEST_HEADING for text in texts):
        return False
    known = sum(text.casefold() in HEADINGS for text in texts)
    languages = {code for text in texts if (code := language_code(text)) and len(text) != 3}
    return known >= min(2, len(texts)) or (known and languages != set()) or len(languages) >= 2


def _columns(
    names: Mapping[int | str, str] | Mapping[int, str], by_name: tuple[str, str], cells: Sequence[Cells]
) -> tuple[Column, ...]:
    """Columns whose language is told by their name, else by that of a file of two columns, else by their text."""
    columns = []
    for number, (key, name) in enumerate(names.items()):
        language = _language_by_heading(name)
        if not language and len(names) == 2:
            language = language_code(by_name[number])
        if not language:
            column = Column(key=key, name=name)
            language = identify_language(" ".join(cell_of(row, column) or "" for row in cells)[:2000])
        columns.append(Column(key=key, name=name, language=language))
    return tuple(columns)


def _language_by_heading(name: str) -> str:
    """Of ``en``, ``English``, ``translation.en`` or ``text_en``; headings such as ``id`` say nothing."""
    if name.casefold() in HEADINGS:
        return ""
    parts = (name, name.rpartition(".")[2], name.rpartition("_")[2])
    return next((code for part in parts if (code := language_code(part))), "")


def _preview(cells: Sequence[Cells], keys: Sequence[int | str]) -> tuple[tuple[str, ...], ...]:
    columns = [Column(key=key, name="") for key in keys]
    return tuple(
        tuple(shorten(cell_of(row, column) or "") for column in columns) for row in cells[:PREVIEW_ROWS]
    )


def _notes(part: Part, format_name: str) -> tuple[str, ...]:
    others = other_sheets(part) if format_name == "xlsx" else ()
    if not others:
        return ()
    return (f"Only the first sheet is read, not {', '.join(shorten(name) for name in others[:5])}.",)
