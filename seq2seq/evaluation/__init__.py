"""How good translations are, where they go wrong, and whether a difference between two models is real."""

from seq2seq.evaluation.checkpoint_scores import (
    Evaluation,
    ValidationScores,
    encoded_loss,
    evaluate,
    mean_loss,
    validate,
)
from seq2seq.evaluation.metrics import METRICS, Interval, Score, score_sentence, score_translations

__all__ = [
    "METRICS",
    "Evaluation",
    "Interval",
    "Score",
    "ValidationScores",
    "encoded_loss",
    "evaluate",
    "mean_loss",
    "score_sentence",
    "score_translations",
    "validate",
]
