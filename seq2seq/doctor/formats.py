"""Which format a part is in: told by its content first and by its name second."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import regex

from seq2seq.doctor.delimited import DELIMITERS, read_comma_separated, read_tab_separated, sniff_delimiter
from seq2seq.doctor.encodings import SAMPLE_BYTES, TextPart, as_text, known_encoding
from seq2seq.doctor.json_lines import parse_cells, read_json_lines
from seq2seq.doctor.parts import Part, Progress
from seq2seq.doctor.rows import Record
from seq2seq.doctor.spreadsheet import read_spreadsheet
from seq2seq.doctor.translation_memory import read_translation_memory
from seq2seq.doctor.uploads import ZIP_MAGIC
from seq2seq.errors import DataError

_BINARIES: Final = {
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Office file (such as XLS)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"Rar!": "a RAR archive",
    b"PAR1": "a Parquet file",
    b"\x7fELF": "a program",
}
_SNIFFED_LINES: Final = 50
_TABBED_SHARE: Final = 0.5
_MARKUP: Final = re.compile(r"<(?:\?xml|!doctype|tmx|html)\b", re.IGNORECASE)
"""How XML and HTML begin; a sentence may begin with a bracket, too."""
_CONTROL: Final = regex.compile(r"[\p{Cc}\p{Cn}--[\t\n\r\x0b\x0c\x85]]", regex.VERSION1)
_MOST_CONTROL_SHARE: Final = 0.1
_XML_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,100}\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")

ReadRows = Callable[[Progress | None], Iterator[Record]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A format, a name in `FORMATS`, and how its rows are read.

    Attributes:
        encoding: of the text, empty for a workbook.
        delimiter: of comma-separated text, else empty.
    """

    format: str
    encoding: str
    read: ReadRows
    delimiter: str = ""


def recognise(part: Part, encoding: str = "") -> Recognised:
    """Tell the format of a part.

    Raises:
        DataError: when it is none of `FORMATS`, and for an encoding that cannot be told.
    """
    with part.open() as source:
        head = source.read(SAMPLE_BYTES)
    if head.startswith(ZIP_MAGIC):
        return Recognised(format="xlsx", encoding="", read=lambda told: read_spreadsheet(part, told))
    refuse_binary(head, part.name)
    text = as_text(part, encoding or _declared_encoding(head))
    lines = sample_lines(text)
    begin = _beginning(lines)
    if _is_markup(begin):
        return _recognise_xml(text, begin)
    if _is_json(lines, begin):
        return Recognised(
            format="jsonl", encoding=text.encoding, read=lambda told: read_json_lines(text, told)
        )
    return _recognise_delimited(text, lines)


def holds_pairs(text: TextPart) -> bool:
    """Whether a text holds both sides of its pairs already, instead of one sentence a line.

    Raises:
        DataError: for what is not text.
    """
    lines = sample_lines(text)
    values = (parse_cells(line) for line in lines)
    return (
        _is_markup(_beginning(lines))
        or any(not isinstance(cells, str) and len(cells) > 1 for cells in values)
        or _is_tabbed(lines)
        or (_is_named_csv(text) and bool(sniff_delimiter(lines)))
    )


def sample_lines(text: TextPart) -> list[str]:
    """Some lines of the beginning that are not blank.

    Raises:
        DataError: for what is not text.
    """
    lines: list[str] = []
    size = 0
    for line in text.lines():
        size += len(line)
        if line.strip():
            lines.append(line)
        if len(lines) >= _SNIFFED_LINES or size > SAMPLE_BYTES:
            break
    sample = "".join(lines)
    if not sample:
        raise DataError(f"{text.name} is empty.", key="doctor_empty_file", values={"name": text.name})
    if len(_CONTROL.findall(sample)) > _MOST_CONTROL_SHARE * len(sample):
        raise _none_of_these(text.name, "bytes that are no text")
    return lines


def refuse_binary(head: bytes, name: str) -> None:
    """Refuse well-known files that are not text, by their first bytes.

    Raises:
        DataError: that says what the file is.
    """
    for magic, kind in _BINARIES.items():
        if head.startswith(magic):
            raise _none_of_these(name, kind)


def _none_of_these(name: str, kind: str) -> DataError:
    return DataError(
        f"{name} is {kind}, not parallel text.",
        "Send TSV, CSV, JSON lines, TMX, XLSX or two text files, plain or as .gz or .zip.",
        key="doctor_not_parallel",
        values={"name": name, "kind": kind},
    )


def _declared_encoding(head: bytes) -> str:
    """The encoding that an XML declaration names, unless it is disproved by being readable as bytes."""
    found = _XML_DECLARED.match(head.lstrip())
    name = found[1].decode("ascii") if found else ""
    return "" if name.lower().startswith(("utf-16", "utf16")) else name and known_encoding(name)


def _recognise_xml(text: TextPart, begin: str) -> Recognised:
    if "<tmx" not in begin:
        raise _none_of_these(text.name, "XML or HTML without a translation memory")
    return Recognised(
        format="tmx", encoding=text.encoding, read=lambda told: read_translation_memory(text, told)
    )


def _beginning(lines: list[str]) -> str:
    return "\n".join(lines).lstrip("\ufeff \t\r\n")


def _is_markup(begin: str) -> bool:
    return bool(_MARKUP.match(begin)) or (begin.startswith("<!--") and "<tmx" in begin)


def _is_json(lines: list[str], begin: str) -> bool:
    """Whether one of the first lines is JSON: one damaged line makes a bad row, not another format."""
    return begin.startswith(("{", "[")) and any(not isinstance(parse_cells(line), str) for line in lines)


def _is_tabbed(lines: list[str]) -> bool:
    return sum("\t" in line for line in lines) >= _TABBED_SHARE * len(lines)


def _is_named_csv(text: TextPart) -> bool:
    return text.name.casefold().endswith(".csv")


def _recognise_delimited(text: TextPart, lines: list[str]) -> Recognised:
    is_named_csv = _is_named_csv(text)
    if _is_tabbed(lines) and not is_named_csv:
        return Recognised(
            format="tsv", encoding=text.encoding, read=lambda told: read_tab_separated(text, told)
        )
    delimiter = sniff_delimiter(lines) or (_most_frequent(lines) if is_named_csv else "")
    if not delimiter:
        raise DataError(
            f"{text.name} has one column only: no tab, comma or semicolon cuts its lines.",
            "Give the other side of the pair as a second file.",
            key="doctor_one_column",
            values={"name": text.name},
        )
    return Recognised(
        format="csv",
        encoding=text.encoding,
        read=lambda told: read_comma_separated(text, delimiter, told),
        delimiter=delimiter,
    )


def _most_frequent(lines: list[str]) -> str:
    """For a file that is called CSV and has uneven rows: the delimiter that most lines have."""
    counts = {delimiter: sum(delimiter in line for line in lines) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: counts[delimiter])
    return best if counts[best] else ""


FORMATS: Final[dict[str, str]] = {
    "tsv": "tab-separated text",
    "csv": "comma-separated text",
    "jsonl": "JSON lines",
    "tmx": "TMX translation memory",
    "xlsx": "XLSX workbook",
    "moses": "two text files",
}
"""Every format that is read, in words."""
