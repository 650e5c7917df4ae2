"""A test and its references from files: pairs, or a source file, and any number of files of references."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seq2seq.data.corpus import ParallelCorpus
from seq2seq.data.readers import BadLineError, decode_line, open_lines, read_corpus
from seq2seq.errors import DataError


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFiles:
    """The pairs of a test, and further references, each as many lines as there are pairs."""

    corpus: ParallelCorpus
    more_references: tuple[tuple[str, ...], ...] = ()


def read_test(test: Path, target: Path | None = None, references: Sequence[Path] = ()) -> ReferenceFiles:
    """Read a test.

    Args:
        test: tab-separated pairs, or the source side.
        target: the target side, when ``test`` is the source side.
        references: plain text, a line for each line of the test; an empty line is no reference. Where ``test``
            has no tabs and there is no ``target``, the first of them takes its place.

    Raises:
        DataError: for files that cannot be read or have other numbers of lines.
    """
    more = list(references)
    if target is None and more and not _has_tab(test):
        target = more.pop(0)
    corpus = read_corpus(test, target)
    found = tuple(_read_reference(path, len(corpus), corpus.origin) for path in more)
    return ReferenceFiles(corpus=corpus, more_references=found)


def _has_tab(path: Path) -> bool:
    with open_lines(path) as lines:
        return b"\t" in next(lines, b"")


def _read_reference(path: Path, expected: int, origin: str) -> tuple[str, ...]:
    texts: list[str] = []
    with open_lines(path) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                texts.append(decode_line(line))
            except BadLineError as reason:
                raise DataError(
                    f"{path} has a bad line {number}: {reason}.",
                    "Mend it.",
                    key="bad_reference",
                    values={"path": str(path), "line": number, "reason": str(reason)},
                ) from reason
    if len(texts) != expected:
        raise DataError(
            f"{path} has {len(texts):,} lines, and {origin} has {expected:,} pairs.",
            "Every file of references needs a line for each line of the test.",
            key="reference_file_lines",
            values={"path": str(path), "lines": len(texts), "pairs": expected},
        )
    return tuple(texts)
