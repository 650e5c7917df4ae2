"""One pass over the rows of a corpus: what is wrong with which of them, and what the corpus is like."""

import random
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from statistics import median
from typing import Final

from seq2seq.data.corpus import SentencePair
from seq2seq.data.tokenizers import Tokenizer
from seq2seq.doctor.findings import KINDS, Checks, PairChecker, source_key
from seq2seq.doctor.languages import can_identify, identify_language
from seq2seq.doctor.measures import SideMeasure
from seq2seq.doctor.report import Example, Finding, Report, shorten
from seq2seq.doctor.rows import RowProblem
from seq2seq.errors import DataError

Row = SentencePair | RowProblem

_HEAD_ROWS: Final = 2000
_LONGEST_SAMPLED: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """The sources of a test set: `source_key` of each, and how many rows it has."""

    keys: frozenset[int] = frozenset()
    rows: int = 0


def collect_tested(rows: Iterable[Row]) -> Tested:
    """Read a test set, to look for leaks."""
    keys: set[int] = set()
    count = 0
    for row in rows:
        count += 1
        if row.source.strip():
            keys.add(source_key(row.source))
    return Tested(keys=frozenset(keys), rows=count)


def examine(
    rows: Iterable[Row],
    checks: Checks | None = None,
    *,
    tested: Tested | None = None,
    tokenizers: tuple[Tokenizer, Tokenizer] | None = None,
) -> Report:
    """Check every row and measure the corpus, in one pass.

    Memory grows with the number of rows by their hashes alone, about 100 bytes a pair.

    Args:
        rows: pairs, and problems of rows that gave none, as `Table.iter_pairs` yields them.
        checks: what to hold them against.
        tested: the test set, if leaks are to be found.
        tokenizers: of source and target, to see how they cope with a sample of the pairs.

    Raises:
        DataError: when there are no rows at all.
    """
    start = time.perf_counter()
    checks, tested = checks or Checks(), tested or Tested()
    stream = iter(rows)
    head = list(islice(stream, _HEAD_ROWS))
    if not head:
        raise DataError("There are no rows to examine.", key="doctor_no_rows")
    examination = _Examination(checks, usual_ratio(head), tested)
    for row in chain(head, stream):
        examination.add(row)
    return examination.report(tokenizers, time.perf_counter() - start)


def usual_ratio(rows: Iterable[Row]) -> float:
    """The median of characters of a target to those of its source, 1 where there is none."""
    ratios = [
        len(row.target) / len(row.source)
        for row in rows
        if isinstance(row, SentencePair) and row.source.strip() and row.target.strip()
    ]
    return median(ratios) if ratios else 1.0


class _Examination:
    def __init__(self, checks: Checks, ratio: float, tested: Tested) -> None:
        self._checks, self._ratio, self._tested = checks, ratio, tested
        self._checker = PairChecker(checks, usual_ratio=ratio, tested=tested.keys)
        self._source = SideMeasure(checks.source_language)
        self._target = SideMeasure(checks.target_language)
        self._sample = _Sample(checks.sampled_rows, checks.seed)
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[Example]] = {kind: [] for kind in KINDS}
        self._rows = self._pairs = self._clean = 0

    def add(self, row: Row) -> None:
        """Check and measure one more row."""
        self._rows += 1
        if isinstance(row, RowProblem):
            self._note(row.kind, row.row, row.source, row.target, row.reason)
            return
        self._pairs += 1
        found = self._checker.find(row)
        for kind in found:
            self._note(kind, row.line, row.source, row.target)
        if not found:
            self._clean += 1
        self._source.add(row.source)
        self._target.add(row.target)
        self._sample.offer(row)

    def _note(self, kind: str, number: int, source: str, target: str, note: str = "") -> None:
        self._counts[kind] += 1
        examples = self._examples[kind]
        if len(examples) < self._checks.examples:
            examples.append(
                Example(row=number, source=shorten(source), target=shorten(target), note=shorten(note))
            )

    def report(self, tokenizers: tuple[Tokenizer, Tokenizer] | None, seconds: float) -> Report:
        """What was found; identifies languages and runs tokenizers on the sample."""
        start = time.perf_counter()
        sample = self._sample.pairs
        identified = sample[: self._checks.identified_rows]
        self._identify(identified)
        of_source, of_target = tokenizers or (None, None)
        source = self._source.summarize([pair.source for pair in sample], of_source, len(identified))
        target = self._target.summarize([pair.target for pair in sample], of_target, len(identified))
        return Report(
            rows=self._rows,
            pairs=self._pairs,
            clean=self._clean,
            findings=self._findings(len(identified)),
            source=source,
            target=target,
            usual_ratio=self._ratio,
            sampled_rows=len(sample),
            identified_rows=len(identified),
            test_rows=self._tested.rows,
            seconds=seconds + time.perf_counter() - start,
        )

    def _identify(self, pairs: list[SentencePair]) -> None:
        """Note sampled rows of which a side is surely in another language than it should be."""
        wanted = [_identifiable(self._checks.source_language), _identifiable(self._checks.target_language)]
        for pair in sorted(pairs, key=lambda pair: pair.line):
            for language, text in zip(wanted, (pair.source, pair.target), strict=True):
                found = identify_language(text) if language else ""
                if found and found != language:
                    note = f"looks like {found} instead of {language}"
                    self._note("wrong_language", pair.line, pair.source, pair.target, note)
                    break

    def _findings(self, identified_rows: int) -> dict[str, Finding]:
        return {
            kind: Finding(
                kind=kind,
                count=self._counts[kind],
                looked_at=identified_rows if kind == "wrong_language" else self._rows,
                examples=tuple(self._examples[kind]),
            )
            for kind in KINDS
            if self._counts[kind]
        }


def _identifiable(language: str) -> str:
    code = language.partition("-")[0]
    return code if code and can_identify(code) else ""


class _Sample:
    """Pairs drawn at random from a stream of unknown length (Vitter's algorithm R), over-long texts cut."""

    def __init__(self, size: int, seed: int) -> None:
        self.pairs: list[SentencePair] = []
        self._size, self._offered = size, 0
        self._random = random.Random(seed)  # noqa: S311 - a sample, no secret

    def offer(self, pair: SentencePair) -> None:
        """Keep the pair with the chance that all have."""
        self._offered += 1
        if len(self.pairs) < self._size:
            place = int(self._random.random() * (len(self.pairs) + 1))
            self.pairs.append(_cut(pair))
            self.pairs[place], self.pairs[-1] = self.pairs[-1], self.pairs[place]
            return
        place = int(self._random.random() * self._offered)
        if place < self._size:
            self.pairs[place] = _cut(pair)


def _cut(pair: SentencePair) -> SentencePair:
    if len(pair.source) <= _LONGEST_SAMPLED and len(pair.target) <= _LONGEST_SAMPLED:
        return pair
    return SentencePair(
        source=pair.source[:_LONGEST_SAMPLED], target=pair.target[:_LONGEST_SAMPLED], line=pair.line
    )
