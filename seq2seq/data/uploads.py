"""Text that a stranger sent: tab-separated pairs or plain sentences, gzipped or not, within limits."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from seq2seq.data.corpus import ParallelCorpus, SentencePair
from seq2seq.data.readers import BadLineError, collect_pairs, decode_line, open_lines, read_corpus
from seq2seq.errors import DataError

MOST_LINES: Final = 500_000
MOST_BYTES: Final = 100_000_000
"""Of the text, unpacked: a small gzip file may hold a very large one."""


def read_upload(path: Path, *, most_lines: int = MOST_LINES, most_bytes: int = MOST_BYTES) -> ParallelCorpus:
    """Read pairs where the first line has a tab, else a sentence from every line that is not blank.

    A corpus of plain sentences has empty targets. Its origin, and the errors, name the file without its folder.

    Raises:
        DataError: for a file that is too large, empty or damaged, and for bad lines, as `read_corpus` does.
    """
    try:
        if _has_pairs(path, most_lines, most_bytes):
            return replace(read_corpus(path), origin=path.name)
        pairs = collect_pairs(_read_plain(path), path.name)
    except DataError as problem:
        message = problem.message.replace(str(path), path.name)
        raise DataError(message, problem.hint, key=problem.key, values=problem.values) from problem
    return ParallelCorpus(pairs=pairs, source_language="", target_language="", origin=path.name)


def _has_pairs(path: Path, most_lines: int, most_bytes: int) -> bool:
    """Whether the first line has a tab; reads all of the file, a line at a time, to see whether it is too large."""
    has_pairs, size = False, 0
    with open_lines(path) as lines:
        for number, line in enumerate(lines, 1):
            size += len(line) + 1
            if number == 1:
                has_pairs = b"\t" in line
            if number > most_lines or size > most_bytes:
                limits = {"lines": f"{most_lines:,}", "megabytes": f"{most_bytes // 1_000_000}"}
                raise DataError(
                    f"{path} is larger than {limits['lines']} lines or {limits['megabytes']} MB of text.",
                    "Take a part of it.",
                    key="near_large_text",
                    values=limits,
                )
    return has_pairs


def _read_plain(path: Path) -> Iterator[SentencePair | str]:
    """A pair without target for every line that is not blank, or what is wrong with a line."""
    with open_lines(path) as lines:
        for number, line in enumerate(lines, 1):
            try:
                text = decode_line(line)
            except BadLineError as reason:
                yield f"line {number}: {reason}"
                continue
            if text.strip():
                yield SentencePair(source=text, target="", line=number)
