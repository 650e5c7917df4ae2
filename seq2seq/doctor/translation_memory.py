"""TMX translation memories to rows: a row for every unit, its columns the languages.

Inline codes (``bpt``, ``ept``, ``ph``, ``it``, ``ut``) are no text and left out of a segment; ``hi`` marks text.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from seq2seq.doctor.encodings import TextPart
from seq2seq.doctor.hardened_xml import Elements, feed_xml, refused
from seq2seq.doctor.parts import Progress
from seq2seq.doctor.rows import Record, RowProblem

_LANGUAGE: Final = ("{http://www.w3.org/XML/1998/namespace}lang", "lang")
_CODES: Final = frozenset({"bpt", "ept", "ph", "it", "ut"})
_MOST_ELEMENTS: Final = 50_000_000
_MOST_LANGUAGES: Final = 100
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_translation_memory(text: TextPart, on_progress: Progress | None = None) -> Iterator[Record]:
    """A row for every unit, numbered from 1.

    Raises:
        DataError: for what is not well-formed, and for what attacks its reader.
    """
    units = _Units(text.name, text.part.limits.longest_line)
    for _ in feed_xml(_encoded(text, on_progress), units, allow_doctype=True):
        yield from units.found
        units.found.clear()


def _encoded(text: TextPart, on_progress: Progress | None) -> Iterator[bytes]:
    """UTF-8, whatever the file's encoding was."""
    for number, chunk in enumerate(text.chunks(on_progress)):
        yield (_DECLARATION.sub("", chunk) if not number else chunk).encode("utf-8")


class _Units(Elements):
    """Gathers the units that have ended."""

    def __init__(self, name: str, longest: int) -> None:
        super().__init__(name, _MOST_ELEMENTS)
        self.found: list[Record] = []
        self._longest = longest
        self._number = self._size = self._codes = 0
        self._language = self._twice = ""
        self._cells: dict[str, str] = {}
        self._pieces: list[str] | None = None

    def opened(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin a unit, a variant or a segment, or an inline code in one."""
        if tag == "tu":
            self._number += 1
            self._cells, self._twice = {}, ""
        elif tag == "tuv":
            self._language = next((attributes[name] for name in _LANGUAGE if name in attributes), "")
        elif tag == "seg":
            self._pieces, self._size = [], 0
        elif tag in _CODES:
            self._codes += 1

    def closed(self, tag: str) -> None:
        """End a unit, a segment or an inline code."""
        if tag == "tu":
            self.found.append(self._row())
        elif tag == "seg" and self._pieces is not None:
            self._keep("".join(self._pieces))
            self._pieces = None
        elif tag in _CODES:
            self._codes -= 1

    def data(self, text: str) -> None:
        """Text of a segment."""
        self.events += 1
        if self._pieces is not None and not self._codes:
            self._pieces.append(text)
            self._size += len(text)
            if self._size > self._longest:
                raise refused(self.name, f"a segment of more than {self._longest:,} characters")

    def _keep(self, text: str) -> None:
        if self._language in self._cells:
            self._twice = self._language
        if len(self._cells) >= _MOST_LANGUAGES:
            raise refused(self.name, f"a unit in more than {_MOST_LANGUAGES} languages")
        self._cells.setdefault(self._language, text)

    def _row(self) -> Record:
        if not self._twice:
            return self._number, self._cells
        reason = f"unit {self._number} has two texts in {self._twice!r}"
        return RowProblem(
            row=self._number, kind="extra_columns", reason=reason, source=self._cells[self._twice]
        )
