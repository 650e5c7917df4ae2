"""An evaluation as the values that its view draws, and as the files that are kept of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from seq2seq.evaluation.beam_widths import WidthScore
from seq2seq.evaluation.calibration import Calibration
from seq2seq.evaluation.comparison import Comparison
from seq2seq.evaluation.exposure import ExposureBias
from seq2seq.evaluation.lengths import LengthBucket
from seq2seq.evaluation.metrics import Score
from seq2seq.options import DecodingOptions
from seq2seq.ui.evaluate_data import BroughtTest

View = dict[str, Any]
EMPTY_EVALUATION: Final[View] = {
    "run": 0,
    "status": "empty",
    "message": "",
    "stage": "",
    "share": 0.0,
    "report": "",
}
PARTS: Final = ("lengths", "calibration", "exposure", "widths")
"""What can be measured besides the scores."""
STAGES: Final = ("reading", "translating", "scoring", *PARTS)
SHOWN_SENTENCES: Final = 200
SHOWN_POSITIONS: Final = 40


@dataclass(slots=True, kw_only=True)
class System:
    """A model and what is known of it by now.

    Attributes:
        name, label: of the model on its shelf, and as people read it.
        texts: its translations, one for each sentence.
        chrf: of each of them.
        scores: by metric, with intervals.
        exact: share of translations that are a reference, in percent.
        loss, perplexity: cross-entropy of the references in nats a token, and its exponential.
        seconds: that the translation took.
    """

    name: str
    label: str
    texts: list[str] = field(default_factory=list)
    chrf: list[float] = field(default_factory=list)
    scores: Mapping[str, Score] = field(default_factory=dict)
    exact: float = 0.0
    loss: float = 0.0
    perplexity: float = 0.0
    seconds: float = 0.0
    lengths: list[LengthBucket] = field(default_factory=list)
    widths: list[WidthScore] = field(default_factory=list)
    calibration: dict[str, Calibration] = field(default_factory=dict)
    exposure: ExposureBias | None = None


@dataclass(slots=True, kw_only=True)
class Report:
    """An evaluation as far as it has come: a test, one model or two, and what their paired test says."""

    test: BroughtTest
    options: DecodingOptions
    systems: list[System]
    comparison: Comparison | None = None

    @property
    def is_scored(self) -> bool:
        """Whether every model has its scores."""
        return all(system.scores for system in self.systems)

    def order(self) -> list[int]:
        """The sentences, the worst first; with two models the greatest loss from the first to the second."""
        chrf = [system.chrf for system in self.systems]
        if len(chrf) > 1:
            return sorted(range(len(chrf[0])), key=lambda place: (chrf[1][place] - chrf[0][place], place))
        return sorted(range(len(chrf[0])), key=lambda place: (chrf[0][place], place))

    def rows(self) -> list[dict[str, Any]]:
        """Every sentence as a row of a table, in `order`."""
        names = ["translation"] if len(self.systems) == 1 else ["first", "second"]
        return [self._row(place, names) for place in self.order()]

    def _row(self, place: int, names: Sequence[str]) -> dict[str, Any]:
        sentence = self.test.sentences[place]
        values = zip(names, self.systems, strict=True)
        row: dict[str, Any] = {
            "line": sentence.line,
            "source": sentence.source,
            "reference": " | ".join(sentence.references),
        }
        for name, system in values:
            row |= {name: system.texts[place], f"{name}_chrf": round(system.chrf[place], 4)}
        return row

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "test": {
                "name": self.test.name,
                "sentences": len(self.test.sentences),
                "references": self.test.references,
                "rows_left_out": self.test.left_out,
            },
            "decoding": self.options.to_json(),
            "models": [_describe_whole(system) for system in self.systems],
            "comparison": _describe_comparison(self.comparison, whole=True),
            "sentences": self.rows(),
        }


def describe_report(report: Report) -> str:
    """What the view draws of a report, as JSON text."""
    places = report.order()[:SHOWN_SENTENCES] if report.is_scored else []
    if len(report.systems) > 1 and report.is_scored:
        half, order = SHOWN_SENTENCES // 2, report.order()
        places = list(dict.fromkeys([*order[:half], *order[-half:]]))
    values = {
        "name": report.test.name,
        "sentences": len(report.test.sentences),
        "references": report.test.references,
        "left_out": report.test.left_out,
        "systems": [_describe_system(system) for system in report.systems],
        "comparison": _describe_comparison(report.comparison, whole=False),
        "rows": [_describe_row(report, place) for place in places],
    }
    return json.dumps(values, ensure_ascii=False)


def _describe_row(report: Report, place: int) -> list[Any]:
    sentence = report.test.sentences[place]
    shown = [[system.texts[place], round(system.chrf[place], 2)] for system in report.systems]
    return [place, sentence.line, sentence.source, " | ".join(sentence.references), shown]


def _describe_system(system: System) -> dict[str, Any]:
    return {
        "label": system.label,
        "scores": [_describe_score(name, score) for name, score in system.scores.items()],
        "exact": system.exact,
        "loss": system.loss,
        "perplexity": system.perplexity,
        "seconds": round(system.seconds, 1),
        "lengths": [
            [bucket.shortest, bucket.longest, bucket.sentences, bucket.bleu, bucket.chrf]
            for bucket in system.lengths
        ],
        "widths": [
            [each.width, each.bleu, each.chrf, each.length_ratio, each.empty, round(each.seconds, 1)]
            for each in system.widths
        ],
        "calibration": {
            kind: {
                "bins": [
                    [each.low, each.high, each.tokens, each.confidence, each.accuracy]
                    for each in found.bins
                    if each.tokens
                ],
                "error": found.expected_error,
                "confidence": found.confidence,
                "accuracy": found.accuracy,
                "tokens": found.tokens,
            }
            for kind, found in system.calibration.items()
        },
        "exposure": _describe_exposure(system.exposure),
    }


def _describe_score(name: str, score: Score) -> list[Any]:
    half = score.interval.half_width if score.interval else None
    return [name, score.value, half, score.signature]


def _describe_exposure(found: ExposureBias | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "positions": [
            [each.position, each.sentences, each.forced_accuracy, each.free_agreement, each.diverged]
            for each in found.positions[:SHOWN_POSITIONS]
        ],
        "sentences": found.sentences,
        "never": found.never_diverged,
        "forced": found.forced_after,
        "free": found.aligned_after,
        "gap": found.gap,
        "after": found.tokens_after,
    }


def _describe_comparison(found: Comparison | None, *, whole: bool) -> dict[str, Any] | None:
    if found is None:
        return None
    values: dict[str, Any] = {
        "metrics": {
            name: {
                "difference": metric.difference,
                "p_value": metric.p_value,
                "verdict": metric.verdict,
                **({"signature": metric.signature} if whole else {}),
            }
            for name, metric in found.metrics.items()
        },
        "better": found.better,
        "worse": found.worse,
        "equal": found.equal,
    }
    return values


def _describe_whole(system: System) -> dict[str, Any]:
    return {
        "model": system.name,
        "label": system.label,
        "scores": {
            name: {
                "value": score.value,
                "interval": [score.interval.low, score.interval.high] if score.interval else None,
                "signature": score.signature,
            }
            for name, score in system.scores.items()
        },
        "exact_match": system.exact,
        "loss": system.loss,
        "perplexity": system.perplexity,
        "seconds": system.seconds,
        "by_length": [bucket.to_row() for bucket in system.lengths],
        "by_beam_width": [score.to_row() for score in system.widths],
        "calibration": {kind: found.to_json() for kind, found in system.calibration.items()},
        "exposure_bias": system.exposure.to_json() if system.exposure else None,
    }
