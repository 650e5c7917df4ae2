"""Exposure bias: how a model fares behind the true tokens, and how behind its own.

In training a model reads the reference's tokens, in use its own (Ranzato 2016, arXiv:1511.06732).
For every sentence the first reference is compared with two greedy rows of tokens: the likeliest token behind
the *true* prefix at each place (teacher-forced), and the model's own translation (free-running). Up to the first
divergence both read the same prefix and say the same, so the first place where the free-running model leaves the
reference is its first teacher-forced mistake. What exposure can spoil comes behind it: there the share of
the reference's tokens that each of the two still finds is compared, as He 2021 (arXiv:1905.10617)
compares what follows true and own prefixes. One inserted word moves all that follow it, so behind the
divergence the free-running tokens are aligned with the fewest edits and not place by place.

The gap is an upper bound of the harm: a good translation in other words counts as wrong for the free-running
model, while the forced one is led back to the reference's words at every step.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from seq2seq.evaluation.forced import (
    ForcedSentence,
    force_references,
    match_tokens,
    run_freely,
    sentence_batches,
)
from seq2seq.evaluation.sentences import SourceSentence
from seq2seq.options import DecodingOptions
from seq2seq.translator import Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionScore:
    """One place of the references, counted from 1; the end token has a place too.

    Attributes:
        position: the place.
        sentences: references that are as long.
        forced_accuracy: share whose token is the likeliest behind the true prefix.
        forced_log_probability: mean of that token's log-probability there, in nats.
        free_agreement: share whose token stands at the same place of the free-running translation.
        diverged: sentences whose free-running translation leaves the reference here for the first time.
    """

    position: int
    sentences: int
    forced_accuracy: float
    forced_log_probability: float
    free_agreement: float
    diverged: int

    def to_row(self) -> dict[str, Any]:
        """A row of a table."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureBias:
    """Teacher-forced against free-running over a test.

    Attributes:
        positions: place by place.
        sentences: how many there are.
        never_diverged: those whose free-running translation is the reference.
        forced_accuracy, free_agreement: over all places of all references.
        tokens_after: places behind the first divergence of their sentence.
        forced_after: share of these that the forced model gets right.
        aligned_after: share of these that the free-running translation holds, aligned.
        gap: ``forced_after`` minus ``aligned_after``.
    """

    positions: tuple[PositionScore, ...]
    sentences: int
    never_diverged: int
    forced_accuracy: float
    free_agreement: float
    tokens_after: int
    forced_after: float
    aligned_after: float
    gap: float

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return asdict(self)


class ExposureTally:
    """Sentences counted place by place; its memory grows with the longest of them only."""

    def __init__(self) -> None:
        self._sentences: Counter[int] = Counter()
        self._forced: Counter[int] = Counter()
        self._free: Counter[int] = Counter()
        self._diverged: Counter[int] = Counter()
        self._log_probability: dict[int, float] = {}
        self._equal = self._after = self._forced_after = self._aligned_after = 0

    def add(self, said: ForcedSentence, free_ids: Sequence[int]) -> None:
        """Count a sentence: what was said behind true tokens, and the free-running tokens."""
        truth = said.target_ids
        for place, token in enumerate(truth):
            self._sentences[place] += 1
            self._forced[place] += said.best_ids[place] == token
            self._free[place] += place < len(free_ids) and free_ids[place] == token
            before = self._log_probability.get(place, 0.0)
            self._log_probability[place] = before + said.log_probabilities[place]
        divergence = first_divergence(truth, free_ids)
        if divergence is None:
            self._equal += 1
            return
        self._diverged[divergence] += 1
        behind = range(divergence + 1, len(truth))
        self._after += len(behind)
        self._forced_after += sum(said.best_ids[place] == truth[place] for place in behind)
        self._aligned_after += sum(place > divergence for place, _ in match_tokens(truth, free_ids))

    def result(self) -> ExposureBias:
        """The bias over all sentences so far."""
        tokens, after = max(1, self._sentences.total()), max(1, self._after)
        forced, aligned = self._forced_after / after, self._aligned_after / after
        return ExposureBias(
            positions=tuple(
                PositionScore(
                    position=place + 1,
                    sentences=count,
                    forced_accuracy=self._forced[place] / count,
                    forced_log_probability=self._log_probability[place] / count,
                    free_agreement=self._free[place] / count,
                    diverged=self._diverged[place],
                )
                for place, count in sorted(self._sentences.items())
            ),
            sentences=self._equal + self._diverged.total(),
            never_diverged=self._equal,
            forced_accuracy=self._forced.total() / tokens,
            free_agreement=self._free.total() / tokens,
            tokens_after=self._after,
            forced_after=forced,
            aligned_after=aligned,
            gap=forced - aligned,
        )


def first_divergence(truth: Sequence[int], free_ids: Sequence[int]) -> int | None:
    """The first place, from 0, where a translation is not the reference; None where it never leaves it.

    Both end in the end token, unless the translation was cut at its maximum length: then it diverges there.
    """
    for place, token in enumerate(truth):
        if place >= len(free_ids) or free_ids[place] != token:
            return place
    return None


def measure_exposure_bias(
    translator: Translator, sentences: Sequence[SourceSentence]
) -> Iterator[ExposureBias]:
    """The bias of a model on a test, yielded after every batch of sentences; the last one is of all.

    Raises:
        InputError: with the line of a source that the model cannot read.
    """
    tally, options = ExposureTally(), DecodingOptions(method="greedy")
    for batch in sentence_batches(translator, sentences):
        said, decoded = force_references(translator, batch), run_freely(translator, batch, options)
        for sentence, found in zip(said, decoded, strict=True):
            tally.add(sentence, found.token_ids)
        yield tally.result()
