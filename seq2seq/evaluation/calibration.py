"""Whether a model is right as often as it is sure: token confidence against correctness, in bins.

The expected calibration error is that of Guo 2017 (arXiv:1706.04599, equation 3): tokens are sorted
into bins of equal width by their probability, and the gaps between mean probability and share of right tokens
are averaged, weighted by the tokens of each bin. It is measured in two ways:

- ``forced``: behind the true tokens of the reference, the probability of the likeliest token against whether it
  is the reference's next one (Müller 2019, arXiv:1906.02629; Kumar 2019, arXiv:1903.00802).
- ``inference``: in the model's own greedy translation, the probability of each token against whether an
  alignment with the reference matches it (Wang 2020, arXiv:2005.00963, who aligns by TER; here with
  the fewest edits and no shifts, against the nearest of the references).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from seq2seq.errors import ConfigError
from seq2seq.evaluation.forced import (
    edit_distance,
    encode_target,
    force_references,
    match_tokens,
    run_freely,
    sentence_batches,
)
from seq2seq.evaluation.sentences import SourceSentence
from seq2seq.options import DecodingOptions
from seq2seq.translator import Translator

CALIBRATION_KINDS: Final = ("forced", "inference")
BINS: Final = 10
MOST_BINS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBin:
    """Tokens with a confidence above ``low`` and up to ``high``; both means are 0 where there are none."""

    low: float
    high: float
    tokens: int
    confidence: float
    accuracy: float

    def to_row(self) -> dict[str, Any]:
        """A row of a table."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How confidence and correctness go together.

    Attributes:
        bins: from the least to the most confident.
        tokens: how many there are in all.
        confidence: mean probability of all tokens.
        accuracy: share of right ones; a model surer than it is right is overconfident.
        expected_error: the expected calibration error, 0 to 1.
    """

    bins: tuple[CalibrationBin, ...]
    tokens: int
    confidence: float
    accuracy: float
    expected_error: float

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return asdict(self)


class CalibrationTally:
    """Tokens counted into bins as they come; its memory does not grow with them.

    Raises:
        ConfigError: for a number of bins out of bounds.
    """

    def __init__(self, bins: int = BINS) -> None:
        if not 1 <= bins <= MOST_BINS:
            raise ConfigError([f"bins must lie between 1 and {MOST_BINS}, not {bins}."])
        self._counts = np.zeros(bins, np.int64)
        self._confidence = np.zeros(bins)
        self._right = np.zeros(bins, np.int64)

    def add(self, confidences: Sequence[float], correct: Sequence[bool]) -> None:
        """Count tokens, each with its probability from 0 to 1."""
        values, bins = np.asarray(confidences, np.float64), len(self._counts)
        places = np.clip(np.ceil(values * bins).astype(np.int64) - 1, 0, bins - 1)
        self._counts += np.bincount(places, minlength=bins)
        self._confidence += np.bincount(places, weights=values, minlength=bins)
        self._right += np.bincount(places[np.asarray(correct, np.bool_)], minlength=bins)

    def result(self) -> Calibration:
        """The calibration of all tokens so far."""
        filled, total = np.maximum(self._counts, 1), max(1, int(self._counts.sum()))
        confidence, accuracy = self._confidence / filled, self._right / filled
        edges = np.linspace(0.0, 1.0, len(self._counts) + 1)
        return Calibration(
            bins=tuple(
                CalibrationBin(
                    low=float(edges[index]),
                    high=float(edges[index + 1]),
                    tokens=int(tokens),
                    confidence=float(confidence[index]),
                    accuracy=float(accuracy[index]),
                )
                for index, tokens in enumerate(self._counts)
            ),
            tokens=int(self._counts.sum()),
            confidence=float(self._confidence.sum() / total),
            accuracy=float(self._right.sum() / total),
            expected_error=float((self._counts * np.abs(accuracy - confidence)).sum() / total),
        )


def calibrate(confidences: Sequence[float], correct: Sequence[bool], *, bins: int = BINS) -> Calibration:
    """The calibration of tokens that are all there.

    Raises:
        ConfigError: for a number of bins out of bounds.
    """
    tally = CalibrationTally(bins)
    tally.add(confidences, correct)
    return tally.result()


def measure_calibration(
    translator: Translator,
    sentences: Sequence[SourceSentence],
    *,
    kind: str = "forced",
    bins: int = BINS,
) -> Iterator[Calibration]:
    """The calibration of a model on a test, yielded after every batch of sentences; the last one is of all.

    Raises:
        ConfigError: for an unknown kind or a number of bins out of bounds.
        InputError: with the line of a source that the model cannot read.
    """
    if kind not in CALIBRATION_KINDS:
        raise ConfigError([f"kind must be one of {', '.join(CALIBRATION_KINDS)}, not {kind!r}."])
    tally = CalibrationTally(bins)
    add = _add_forced if kind == "forced" else _add_inference
    for batch in sentence_batches(translator, sentences):
        add(translator, batch, tally)
        yield tally.result()


def _add_forced(translator: Translator, batch: Sequence[SourceSentence], tally: CalibrationTally) -> None:
    for said in force_references(translator, batch):
        right = [best == true for best, true in zip(said.best_ids, said.target_ids, strict=True)]
        tally.add([math.exp(value) for value in said.best_log_probabilities], right)


def _add_inference(translator: Translator, batch: Sequence[SourceSentence], tally: CalibrationTally) -> None:
    decoded = run_freely(translator, batch, DecodingOptions(method="greedy"))
    for sentence, found in zip(batch, decoded, strict=True):
        known = [encode_target(translator, text) for text in sentence.references]
        nearest = min(known, key=lambda ids: edit_distance(found.token_ids, ids))
        matched = {place for place, _ in match_tokens(found.token_ids, nearest)}
        confidences = np.exp(found.token_log_probabilities.astype(np.float64)).tolist()
        tally.add(confidences, [place in matched for place in range(len(confidences))])
