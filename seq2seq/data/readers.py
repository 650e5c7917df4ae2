"""Files of parallel text to a corpus: tab-separated pairs, or two files of equal length (Moses).

Either may be gzipped. Lines end at line feeds (and carriage return, line feed) only; U+2028 and the like are
text. A bad line is never skipped in silence: one error names the first of them and counts them all.
"""

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Final, Protocol

from seq2seq.data.corpus import ParallelCorpus, SentencePair
from seq2seq.errors import DataError

_LONGEST_LINE_BYTES: Final = 1_000_000
_NAMED_BAD_LINES: Final = 5
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_GZIP_MAGIC: Final = b"\x1f\x8b"
_CONTROL: Final = re.compile("[\x00-\x08\x0a-\x1f\x7f]")


class BadLineError(Exception):
    """Why one line cannot be used; collected, never shown alone."""


class _Stream(Protocol):
    def readline(self, limit: int, /) -> bytes: ...


def read_corpus(
    path: Path | str,
    target_path: Path | str | None = None,
    *,
    source_language: str = "",
    target_language: str = "",
) -> ParallelCorpus:
    """Read parallel text.

    Args:
        path: tab-separated pairs, or the source side when ``target_path`` is given.
        target_path: the target side, line by line with ``path``.
        source_language: code such as ``en``; by default taken from a name like ``x.en-fr.tsv`` or ``x.en``.
        target_language: likewise.

    Raises:
        DataError: for a file that is missing, empty or damaged, sides of unequal length, and bad lines, with
            the numbers and reasons of the first ones and the count of all.
    """
    paths = [Path(path)] if target_path is None else [Path(path), Path(target_path)]
    guessed = guess_languages(*paths)
    return ParallelCorpus(
        pairs=tuple(stream_pairs(*paths)),
        source_language=source_language or guessed[0],
        target_language=target_language or guessed[1],
        origin=name_files(*paths),
    )


def stream_pairs(path: Path, target_path: Path | None = None) -> Iterator[SentencePair]:
    """As `read_corpus`, one pair after the other, for text that is larger than memory.

    Raises:
        DataError: where `read_corpus` does; of bad lines at the end, when all of them are known.
    """
    paths = [path] if target_path is None else [path, target_path]
    return _good_pairs(READERS["tsv" if target_path is None else "moses"](*paths), name_files(*paths))


def name_files(*paths: Path) -> str:
    """What an error calls these files."""
    return " and ".join(map(str, paths))


def read_tab_separated(path: Path) -> Iterator[SentencePair | str]:
    """Pairs of a file with ``source<TAB>target`` on every line, or what is wrong with a line."""
    with open_lines(path) as lines:
        for number, line in enumerate(lines, 1):
            try:
                columns = decode_line(line).split("\t")
                if len(columns) != 2:
                    raise BadLineError(f"{len(columns)} tab-separated columns instead of 2")
                yield _pair(columns[0], columns[1], number)
            except BadLineError as reason:
                yield f"line {number}: {reason}"


def read_moses(source_path: Path, target_path: Path) -> Iterator[SentencePair | str]:
    """Pairs of the equal lines of two files, or what is wrong with a line.

    Raises:
        DataError: when one file has more lines than the other.
    """
    with open_lines(source_path) as sources, open_lines(target_path) as targets:
        for number, (source, target) in enumerate(zip_longest(sources, targets), 1):
            if source is None or target is None:
                shorter, longer = source_path, target_path
                if target is None:
                    shorter, longer = longer, shorter
                raise DataError(
                    f"{shorter} ends after line {number - 1}, and {longer} goes on.",
                    "The two files of a Moses pair must have equally many lines.",
                )
            try:
                yield _pair(_decode_side(source, "source"), _decode_side(target, "target"), number)
            except BadLineError as reason:
                yield f"line {number}: {reason}"


def collect_pairs(found: Iterator[SentencePair | str], origin: str) -> tuple[SentencePair, ...]:
    """All pairs, none of them bad.

    Raises:
        DataError: where lines are bad, naming the first ones, or there are none.
    """
    return tuple(_good_pairs(found, origin))


def _good_pairs(found: Iterator[SentencePair | str], origin: str) -> Iterator[SentencePair]:
    """The pairs up to the first bad line; the error at the end counts all bad lines."""
    named: list[str] = []
    pairs = bad = 0
    for item in found:
        if isinstance(item, SentencePair):
            pairs += 1
            if not bad:
                yield item
            continue
        bad += 1
        if len(named) < _NAMED_BAD_LINES:
            named.append(item)
    if bad:
        more = f"; and {bad - len(named)} more" if bad > len(named) else ""
        raise DataError(
            f"{origin} has {bad} bad line{'s' * (bad > 1)}: {'; '.join(named)}{more}.",
            "Mend or remove them: nothing is skipped in silence.",
        )
    if not pairs:
        raise DataError(f"{origin} is empty.")


def _pair(source: str, target: str, number: int) -> SentencePair:
    for side, text in (("source", source), ("target", target)):
        if not text.strip():
            raise BadLineError(f"empty {side}")
    return SentencePair(source=source, target=target, line=number)


def _decode_side(line: bytes, side: str) -> str:
    try:
        text = decode_line(line)
    except BadLineError as reason:
        raise BadLineError(f"{side}: {reason}") from reason
    if "\t" in text:
        raise BadLineError(f"{side}: tab in the text")
    return text


def decode_line(line: bytes) -> str:
    """The text of a line.

    Raises:
        BadLineError: for bytes that are not UTF-8, and control characters.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadLineError(f"byte 0x{line[error.start]:02X} at {error.start + 1} is not UTF-8") from error
    control = _CONTROL.search(text)
    if control is not None:
        raise BadLineError(f"control character U+{ord(control[0]):04X}")
    return text


@contextmanager
def open_lines(path: Path) -> Iterator[Iterator[bytes]]:
    """The lines of a plain or gzipped file, without their ends; trouble with the file is a `DataError`."""
    try:
        with path.open("rb") as raw:
            zipped = raw.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
            raw.seek(0)
            if zipped:
                with gzip.GzipFile(fileobj=raw) as stream:
                    yield _lines(stream, path)
            else:
                yield _lines(raw, path)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is a damaged or truncated gzip file.", "Fetch or write it again.") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error


def _lines(stream: _Stream, path: Path) -> Iterator[bytes]:
    line = stream.readline(_LONGEST_LINE_BYTES).removeprefix(_BYTE_ORDER_MARK)
    while line:
        if len(line) >= _LONGEST_LINE_BYTES:
            raise DataError(f"{path} has a line of more than {_LONGEST_LINE_BYTES:,} bytes: is it text?")
        yield line.removesuffix(b"\n").removesuffix(b"\r")
        line = stream.readline(_LONGEST_LINE_BYTES)


def guess_languages(path: Path, target_path: Path | None = None) -> tuple[str, str]:
    """Language codes from ``x.en-fr.tsv.gz``, or ``x.en`` and ``x.fr``; empty where a name has none."""
    if target_path is not None:
        return _suffix_language(path), _suffix_language(target_path)
    for part in path.name.split("."):
        match = re.fullmatch(r"([a-z]{2})[-_]([a-z]{2})|([a-z]{3})[-_]([a-z]{3})", part)
        if match and (match[1] or part != path.name.split(".")[0]):
            return match[1] or match[3], match[2] or match[4]
    return "", ""


def _suffix_language(path: Path) -> str:
    suffix = path.name.removesuffix(".gz").rpartition(".")[2]
    return suffix if re.fullmatch("[a-z]{2}", suffix) else ""


READERS: Final[dict[str, Callable[..., Iterator[SentencePair | str]]]] = {
    "tsv": read_tab_separated,
    "moses": read_moses,
}
