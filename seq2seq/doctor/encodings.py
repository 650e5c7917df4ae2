"""Bytes to lines of text: a byte-order mark decides, else a sample does; then every byte must fit.

Nothing is replaced or left out: the first line that does not fit the encoding is named, and that is the end.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from charset_normalizer import from_bytes

from seq2seq.doctor.parts import Part, Progress
from seq2seq.errors import DataError

ENCODINGS: Final = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "big5", "cp932", "euc_jp",
    "cp949", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874",
    "koi8_r", "koi8_u", "latin_1", "iso8859_2", "iso8859_15", "mac_roman",
)  # fmt: skip
"""What can be read; codecs that are no character sets, or slow on hostile bytes, are not among them."""

SAMPLE_BYTES: Final = 1 << 18
_MOST_PLAIN_BYTES: Final = 1 << 24
_GUESSED: Final = (
    "gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255",
    "cp1256", "koi8_r",
)  # fmt: skip
_GUESS_FROM_BYTES: Final = 1 << 16
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAME_SIDE: Final = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """A part that is text, and its encoding, a name in `ENCODINGS`."""

    part: Part
    encoding: str

    @property
    def name(self) -> str:
        """What the part is called."""
        return self.part.name

    def chunks(self, on_progress: Progress | None = None) -> Iterator[str]:
        """The text in pieces of any size.

        Raises:
            DataError: for the first byte that does not fit the encoding, with its line.
        """
        codec = "utf-8-sig" if self.encoding == "utf-8" else self.encoding  # a mark is no text
        decoder = codecs.getincrementaldecoder(codec)("strict")
        lines_before = 0
        with self.part.open(on_progress) as source:
            is_last = False
            while not is_last:
                data = source.read()
                is_last = not data
                try:
                    text = decoder.decode(data, is_last)
                except UnicodeDecodeError as error:
                    good = error.object[: error.start].decode(error.encoding, "ignore")
                    yield good
                    raise self._misfit(error, lines_before + good.count("\n") + 1) from error
                lines_before += text.count("\n")
                yield text

    def lines(self, on_progress: Progress | None = None) -> Iterator[str]:
        """The lines without their ends: line feed, or carriage return and line feed.

        Raises:
            DataError: as `chunks`, and for a line longer than the limit.
        """
        pending = ""
        for text in self.chunks(on_progress):
            lines = (pending + text).split("\n")
            pending = lines.pop()
            for line in lines:
                yield line[:-1] if line.endswith("\r") else line
            if len(pending) > self.part.limits.longest_line:
                most = f"{self.part.limits.longest_line:,}"
                raise DataError(
                    f"{self.name} has a line of more than {most} characters: is it text?",
                    key="doctor_long_line",
                    values={"name": self.name, "most": most},
                )
        if pending:
            yield pending.removesuffix("\r")

    def _misfit(self, error: UnicodeDecodeError, line: int) -> DataError:
        byte = f"0x{error.object[error.start]:02X}"
        return DataError(
            f"Line {line:,} of {self.name} is not {self.encoding}: byte {byte} does not fit.",
            "Mend the line, or say which encoding the file has.",
            key="doctor_misfit",
            values={"name": self.name, "line": line, "encoding": self.encoding, "byte": byte},
        )


def as_text(part: Part, encoding: str = "") -> TextPart:
    """A part as text, its encoding as given or else detected.

    Raises:
        DataError: for an encoding that is not in `ENCODINGS` and when none can be told.
    """
    if not encoding:
        return TextPart(part=part, encoding=detect_encoding(part))
    return TextPart(part=part, encoding=known_encoding(encoding))


def known_encoding(name: str) -> str:
    """The name in `ENCODINGS` of an encoding by any of its names.

    Raises:
        DataError: when it is not among them.
    """
    try:
        wanted = codecs.lookup(name).name
    except (LookupError, ValueError) as error:
        raise _unknown_encoding(name) from error
    for known in ENCODINGS:
        if codecs.lookup(known).name == wanted:
            return known
    if wanted in ("ascii", "gb2312", "gbk"):
        return "utf-8" if wanted == "ascii" else "gb18030"
    raise _unknown_encoding(name)


def _unknown_encoding(name: str) -> DataError:
    names = ", ".join(ENCODINGS)
    return DataError(
        f"The encoding {name[:50]!r} is not one that is read.",
        f"Take one of {names}.",
        key="doctor_unknown_encoding",
        values={"encoding": name[:50], "names": names},
    )


def detect_encoding(part: Part) -> str:
    """The encoding by mark or sample, a name in `ENCODINGS`.

    Raises:
        DataError: when the sample fits none.
    """
    sample, is_whole = _take_sample(part)
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    encoding = _without_mark(sample) or ("utf-8" if _is_utf8(sample, is_whole) else _guess(sample))
    if not encoding:
        raise DataError(
            f"The encoding of {part.name} cannot be told: it fits neither UTF-8 nor any other that is read.",
            "Save it as UTF-8.",
            key="doctor_no_encoding",
            values={"name": part.name},
        )
    return encoding


def _take_sample(part: Part) -> tuple[bytes, bool]:
    """The beginning, or behind plain ASCII the first piece with other bytes; and whether the file ends there."""
    with part.open() as source:
        sample = source.read(SAMPLE_BYTES)
        taken, following = len(sample), source.read(SAMPLE_BYTES)
        while following and sample.isascii() and b"\0" not in sample and taken < _MOST_PLAIN_BYTES:
            before = sample.rpartition(b"\n")[2] if sample.count(b"\n") else b""
            sample, following = before + following, source.read(SAMPLE_BYTES)
            taken += SAMPLE_BYTES
    return sample, not following


def _without_mark(sample: bytes) -> str:
    """UTF-16 shows by zero bytes on one side only, as its line feeds and tabs have; else an empty string."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if not even + odd or max(even, odd) < _SAME_SIDE * (even + odd):
        return ""
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(sample[: len(sample) // 2 * 2])
    except UnicodeDecodeError:
        return ""
    controls = sum(character < " " and character not in "\t\r\n" for character in text)
    return encoding if ("\n" in text or "\t" in text) and controls * 100 <= len(text) else ""


def _is_utf8(sample: bytes, is_whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample, is_whole)
    except UnicodeDecodeError:
        return False
    return True


def _guess(sample: bytes) -> str:
    """The library's best guess, of equal ones the western one; an empty string where it has none."""
    lines = [line for line in sample.split(b"\n")[: -1 if sample.count(b"\n") > 1 else None] if line]
    telling = b"\n".join(line for line in lines if not line.isascii())[:_GUESS_FROM_BYTES]
    telling = telling.rpartition(b"\n")[0] or telling
    matches = from_bytes(telling, cp_isolation=list(_GUESSED), enable_fallback=False)
    best = matches.best()
    if best is None:
        return ""
    equals = [match for match in matches if (match.chaos, match.coherence) == (best.chaos, best.coherence)]
    names = {name for match in equals for name in match.could_be_from_charset}
    if "cp1252" not in names:
        return best.encoding
    return "cp1252" if _fits(sample, "cp1252") else "latin_1"


def _fits(sample: bytes, encoding: str) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
