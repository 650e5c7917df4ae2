"""Two models on the same test: is the difference real, which sentences changed, was anything forgotten.

The tests are sacrebleu's: paired bootstrap resampling (Koehn 2004, ACL W04-3250) and paired approximate
randomisation (Riezler and Maxwell 2005, ACL W05-0908).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from sacrebleu.significance import PairedTest

from seq2seq.errors import DataError
from seq2seq.evaluation.metrics import (
    MOST_RESAMPLED_SENTENCES,
    Interval,
    build_metrics,
    check_resamples,
    reference_streams,
    score_sentence,
)

TEST_KINDS: Final = {"bootstrap": "bs", "randomization": "ar"}
"""Paired tests by their name here and in sacrebleu."""
DEFAULT_SAMPLES: Final = {"bootstrap": 1000, "randomization": 10_000}
LOWER_IS_BETTER: Final = frozenset({"ter"})
SIGNIFICANCE: Final = 0.05
CHANGE_SAMPLES: Final = 1000
_MOST_SHUFFLED: Final = 5 * MOST_RESAMPLED_SENTENCES


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricComparison:
    """A metric of two systems.

    Attributes:
        first, second: the scores, each with the half width of its interval around the mean.
        difference: second minus first.
        p_value: how often chance alone would give a difference as large, by the paired test; 1 where there is
            no difference.
        verdict: ``first`` or ``second`` is better with p below ``SIGNIFICANCE``, or ``undecided``.
        signature: sacrebleu's, with the kind of test, its samples and seed.
    """

    first: float
    second: float
    first_interval: Interval | None
    second_interval: Interval | None
    difference: float
    p_value: float
    verdict: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceChange:
    """A sentence that two systems translated; ``change`` is its chrF of the second minus that of the first."""

    number: int
    source: str
    references: tuple[str, ...]
    first: str
    second: str
    first_chrf: float
    second_chrf: float
    change: float

    def to_row(self) -> dict[str, Any]:
        """A row of a table: the references joined by `` | ``."""
        return {
            "number": self.number,
            "source": self.source,
            "reference": " | ".join(self.references),
            "first": self.first,
            "second": self.second,
            "first_chrf": round(self.first_chrf, 4),
            "second_chrf": round(self.second_chrf, 4),
            "change": round(self.change, 4),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that is known of two systems on one test.

    Attributes:
        metrics: by name, the scores and the paired test.
        changes: every sentence, the greatest loss first.
        mean_change: of sentence chrF, with the 95 % bootstrap interval of that mean.
        better, worse, equal: how many sentences have a higher, lower, equal chrF with the second system.
    """

    metrics: dict[str, MetricComparison]
    changes: tuple[SentenceChange, ...]
    mean_change: Interval
    better: int
    worse: int
    equal: int

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """What a fine-tuning lost on a general test.

    Attributes:
        lost: by metric, how much worse the model is than before (points; positive is forgetting, TER turned
            round): the forgetting measure of Chaudhry 2018 (arXiv:1801.10112) for two tasks.
        forgotten: metrics whose loss is significant.
        comparison: the whole comparison, before against after.
    """

    lost: dict[str, float]
    forgotten: tuple[str, ...]
    comparison: Comparison

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return asdict(self)


def compare_systems(
    first: Sequence[str],
    second: Sequence[str],
    references: Sequence[Sequence[str]],
    *,
    sources: Sequence[str] = (),
    language: str = "",
    kind: str = "bootstrap",
    samples: int = 0,
) -> Comparison:
    """Compare the translations of two systems, or of one before and after a fine-tuning.

    Args:
        first: one translation for each source.
        second: those of the other system.
        references: one or several for each source.
        sources: the source texts, for the table of changes.
        language: code of the target language, which decides what a word is.
        kind: a name in `TEST_KINDS`.
        samples: resamples or shuffles; 0 takes what is usual (`DEFAULT_SAMPLES`).

    Raises:
        DataError: when the numbers of sentences differ or there are none.
        ConfigError: for more samples than there is memory for.
    """
    _check_numbers(first, second, references, sources)
    samples = samples or DEFAULT_SAMPLES[kind]
    check_resamples(samples, len(first), MOST_RESAMPLED_SENTENCES if kind == "bootstrap" else _MOST_SHUFFLED)
    changes = _sentence_changes(first, second, references, sources, language)
    return Comparison(
        metrics=_test_metrics(first, second, references, language, kind, samples),
        changes=tuple(sorted(changes, key=lambda change: change.change)),
        mean_change=_mean_interval([change.change for change in changes]),
        better=sum(change.change > 0 for change in changes),
        worse=sum(change.change < 0 for change in changes),
        equal=sum(change.change == 0 for change in changes),
    )


def forgetting(
    before: Sequence[str], after: Sequence[str], references: Sequence[Sequence[str]], **settings: Any
) -> Forgetting:
    """What a model lost on a general test by a fine-tuning; ``settings`` are those of `compare_systems`.

    Raises:
        DataError: when the numbers of sentences differ or there are none.
        ConfigError: for more samples than there is memory for.
    """
    comparison = compare_systems(before, after, references, **settings)
    return Forgetting(
        lost={
            name: metric.difference if name in LOWER_IS_BETTER else -metric.difference
            for name, metric in comparison.metrics.items()
        },
        forgotten=tuple(name for name, metric in comparison.metrics.items() if metric.verdict == "first"),
        comparison=comparison,
    )


def _check_numbers(
    first: Sequence[str], second: Sequence[str], references: Sequence[Sequence[str]], sources: Sequence[str]
) -> None:
    numbers = {len(first), len(second), len(references), len(sources) if sources else len(first)}
    if len(numbers) > 1 or not first:
        raise DataError(
            f"There are {len(first):,} and {len(second):,} translations and {len(references):,} rows of "
            "references; they must be equally many, and at least one.",
            "Translate the same test with both models.",
            key="unequal_systems",
            values={"first": len(first), "second": len(second), "references": len(references)},
        )


def _test_metrics(
    first: Sequence[str],
    second: Sequence[str],
    references: Sequence[Sequence[str]],
    language: str,
    kind: str,
    samples: int,
) -> dict[str, MetricComparison]:
    metrics, intervals = build_metrics(language), -1
    if kind == "randomization" and DEFAULT_SAMPLES["bootstrap"] * len(first) <= MOST_RESAMPLED_SENTENCES:
        intervals = DEFAULT_SAMPLES["bootstrap"]  # the bootstrap test makes intervals by itself
    signatures, results = PairedTest(
        [("first", list(first)), ("second", list(second))],
        metrics,
        reference_streams(references),
        test_type=TEST_KINDS[kind],
        n_samples=samples,
        n_ar_confidence=intervals,
    )()
    return {
        name: _metric_comparison(name, results[key][0], results[key][1], str(signature))
        for name, (key, signature) in zip(metrics, signatures.items(), strict=True)
    }


def _metric_comparison(name: str, first: Any, second: Any, signature: str) -> MetricComparison:
    difference = float(second.score - first.score)
    # sacrebleu asks how often chance exceeds the difference, and nothing exceeds 0 where the systems are equal
    p_value = float(second.p_value) if difference else 1.0
    better = (difference < 0) if name in LOWER_IS_BETTER else (difference > 0)
    winner = "second" if better else "first"
    return MetricComparison(
        first=float(first.score),
        second=float(second.score),
        first_interval=_interval(first),
        second_interval=_interval(second),
        difference=difference,
        p_value=p_value,
        verdict=winner if p_value < SIGNIFICANCE else "undecided",
        signature=signature,
    )


def _interval(result: Any) -> Interval | None:
    if result.ci is None:
        return None
    return Interval(mean=float(result.mean), half_width=float(result.ci))


def _sentence_changes(
    first: Sequence[str],
    second: Sequence[str],
    references: Sequence[Sequence[str]],
    sources: Sequence[str],
    language: str,
) -> list[SentenceChange]:
    changes = []
    rows = zip(sources or [""] * len(first), references, first, second, strict=True)
    for number, (source, known, one, other) in enumerate(rows, start=1):
        before, after = (score_sentence(text, known, language=language)["chrf"] for text in (one, other))
        changes.append(
            SentenceChange(
                number=number,
                source=source,
                references=tuple(known),
                first=one,
                second=other,
                first_chrf=before,
                second_chrf=after,
                change=after - before,
            )
        )
    return changes


def _mean_interval(values: Sequence[float]) -> Interval:
    """The bootstrap interval of a mean, sample by sample, so that memory does not grow with their number."""
    generator, array = np.random.default_rng(12345), np.asarray(values)
    means = [generator.choice(array, len(array)).mean() for _ in range(CHANGE_SAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    return Interval(mean=float(array.mean()), half_width=float(high - low) / 2)
