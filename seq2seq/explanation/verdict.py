"""Whose fault it is that the model did not say what someone else would have said: the search's or the model's."""

from dataclasses import dataclass

from seq2seq.decoding.trace import Hypothesis
from seq2seq.translation import Translation

VERDICTS = ("same", "search_error", "model_error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a reader's own translation compares with what the search found.

    Attributes:
        kind: same; search_error, when the model scores the reader's higher and the search lost it; model_error,
            when the model scores its own higher.
        own_score, found_score: what both are ranked by.
        place: place of the reader's among the results, from 0; -1 when it is none of them.
        lost_at: the first step, from 0, after which no hypothesis of the beam began like the reader's; -1 when
            the search kept it to the end.
        own_total: log-probability of the reader's at that step.
        kept_total: the least log-probability that the beam kept there.
    """

    kind: str
    own_score: float
    found_score: float
    place: int = -1
    lost_at: int = -1
    own_total: float = 0.0
    kept_total: float = 0.0


def judge(found: Translation, own: Translation) -> Verdict:
    """The verdict on a finished search and the reader's own translation, forced with the same settings."""
    results, theirs = found.beams[-1].hypotheses, own.beams[-1].hypotheses[0]
    ids = theirs.token_ids
    place = next((rank for rank, item in enumerate(results) if item.token_ids == ids), -1)
    best = results[0]
    lost_at = -1 if place >= 0 else lost_step(found, ids)
    kind = "model_error"
    if place == 0:
        kind = "same"
    elif place < 0 and (theirs.score > best.score or not best.finished):
        kind = "search_error"
    return Verdict(
        kind=kind,
        own_score=theirs.score,
        found_score=best.score,
        place=place,
        lost_at=lost_at,
        own_total=sum(step.log_probability for step in theirs.steps[: lost_at + 1]),
        kept_total=_least_kept(found.beams[lost_at].hypotheses, lost_at + 1) if lost_at >= 0 else 0.0,
    )


def lost_step(found: Translation, ids: tuple[int, ...]) -> int:
    """The first step after which no hypothesis of the beam began with the same tokens; -1 when there is none."""
    for step, beam in enumerate(found.beams):
        if not any(item.token_ids == ids[: step + 1] for item in beam.hypotheses):
            return step
    return -1


def _least_kept(hypotheses: tuple[Hypothesis, ...], length: int) -> float:
    """The least log-probability among the hypotheses of a length, or among all where there is none."""
    same = [item.log_probability for item in hypotheses if len(item.steps) == length]
    return min(same or [item.log_probability for item in hypotheses])
