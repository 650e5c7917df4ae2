"""A cleaned copy of a corpus, and a part of it held out; what is left out is counted by its reason."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from seq2seq.data.corpus import SentencePair
from seq2seq.doctor.examination import Row, Tested
from seq2seq.doctor.findings import (
    DROPPABLE_KINDS,
    Checks,
    PairChecker,
    fold_spaces,
    is_writable,
    make_writable,
)
from seq2seq.doctor.report import Report
from seq2seq.doctor.rows import RowProblem
from seq2seq.errors import ConfigError, InputError

_HASH_BYTES: Final = 8
TellLeftOut = Callable[[int, str, str, str], None]


@dataclass(slots=True, kw_only=True)
class CopyCounts:
    """What became of the rows; grows while the copy is made.

    Attributes:
        kept: pairs in the copy.
        held_out: pairs in the held-out part.
        dropped: rows left out, each under the first kind that was to be dropped.
        rewritten: pairs in which a space stands for tabs, line breaks or control characters.
    """

    kept: int = 0
    held_out: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    rewritten: int = 0

    @property
    def rows(self) -> int:
        """All rows that were read."""
        return self.kept + self.held_out + self.dropped.total()

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "rows": self.rows,
            "kept": self.kept,
            "held_out": self.held_out,
            "dropped": dict(self.dropped),
            "rewritten": self.rewritten,
        }


def clean(
    rows: Iterable[Row],
    report: Report,
    drop: Collection[str],
    *,
    checks: Checks | None = None,
    tested: Tested | None = None,
    counts: CopyCounts | None = None,
    tell: TellLeftOut = lambda row, kind, source, target: None,
) -> Iterator[SentencePair]:
    """The pairs without those that have a finding of a kind in ``drop``; rows that give no pair are left out too.

    Args:
        rows: the rows that were examined, once more.
        report: of their examination.
        drop: names in `DROPPABLE_KINDS`.
        checks: those of the examination.
        tested: that of the examination.
        counts: where to count the rows that are left out.
        tell: called for every row that is left out, with its number, the reason, and what stands on both sides.

    Raises:
        ConfigError: for kinds that cannot be dropped.
    """
    unknown = [kind for kind in drop if kind not in DROPPABLE_KINDS]
    if unknown:
        raise ConfigError(
            [f"{', '.join(unknown)} cannot be dropped."], f"Choose from {', '.join(DROPPABLE_KINDS)}."
        )
    tested, counts = tested or Tested(), counts if counts is not None else CopyCounts()
    checker = PairChecker(checks or Checks(), usual_ratio=report.usual_ratio, tested=tested.keys)
    return _kept(rows, checker, frozenset(drop), counts, tell)


def _kept(
    rows: Iterable[Row],
    checker: PairChecker,
    drop: frozenset[str],
    counts: CopyCounts,
    tell: TellLeftOut,
) -> Iterator[SentencePair]:
    for row in rows:
        if isinstance(row, RowProblem):
            counts.dropped[row.kind] += 1
            tell(row.row, row.kind, row.source, row.target)
            continue
        reason = next((kind for kind in checker.find(row) if kind in drop), "")
        if reason:
            counts.dropped[reason] += 1
            tell(row.line, reason, row.source, row.target)
        else:
            yield row


def is_held_out(source: str, share: float, seed: int) -> bool:
    """Whether a source belongs to the held-out part: the same for equal sources, whatever case and spaces."""
    text = f"{seed}\t{fold_spaces(source).casefold()}".encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(text, digest_size=_HASH_BYTES).digest()
    return int.from_bytes(digest) < share * float(1 << 8 * _HASH_BYTES)


def write_copy(
    pairs: Iterable[SentencePair],
    path: Path,
    counts: CopyCounts,
    *,
    held_out: Path | None = None,
    share: float = 0.0,
    seed: int = 1,
) -> None:
    """Write pairs as tab-separated text, which appears whole when all is written.

    Args:
        pairs: what to write.
        path: the file; an old one is replaced.
        counts: where to count what is written.
        held_out: a second file for a share of the sources; no source stands in both.
        share: of the sources, roughly, above 0 and below 1 where there is a second file.
        seed: another one holds out other sources.

    Raises:
        ConfigError: for a share out of bounds.
        InputError: for files that cannot be written.
    """
    if held_out is not None and not 0 < share < 1:
        raise ConfigError([f"The share to hold out must lie between 0 and 1, not {share}."])
    if held_out is not None and held_out.resolve() == path.resolve():
        raise ConfigError([f"The copy and the held-out part cannot both be {path.name}."])
    with ExitStack() as stack:
        copy = stack.enter_context(_appearing(path))
        apart = stack.enter_context(_appearing(held_out)) if held_out is not None else None
        for pair in pairs:
            if apart is not None and is_held_out(pair.source, share, seed):
                counts.held_out += 1
                apart.write(_line(pair, counts))
            else:
                counts.kept += 1
                copy.write(_line(pair, counts))


def _line(pair: SentencePair, counts: CopyCounts) -> str:
    if is_writable(pair.source) and is_writable(pair.target):
        return f"{pair.source}\t{pair.target}\n"
    counts.rewritten += 1
    return f"{make_writable(pair.source)}\t{make_writable(pair.target)}\n"


@contextmanager
def _appearing(path: Path) -> Iterator[IO[str]]:
    """A file that is written beside its place and put there when all is well."""
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as problem:
        raise InputError(
            f"{path} cannot be written: {problem.strerror}.",
            "Check the path.",
            key="doctor_cannot_write",
            values={"path": path.name, "reason": problem.strerror},
        ) from problem
    finally:
        draft.unlink(missing_ok=True)
