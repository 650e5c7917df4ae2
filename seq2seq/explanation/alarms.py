"""What looks wrong in a translation without knowing the right one: loops, gaps, doubt, a cut."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from seq2seq.explanation.attention import coverage
from seq2seq.explanation.words import group_words
from seq2seq.translation import Translation

LEAST_COVERAGE: Final = 0.2
"""Of one step's attention: a source word that got less from all steps together counts as not covered."""
LEAST_CONFIDENCE: Final = 0.3
"""A translation whose tokens are less likely than this, by their geometric mean, counts as a guess."""
SINGLE_REPEATS, RUN_REPEATS, LONGEST_RUN = 3, 2, 6
"""A word that comes three times in a row, or a run of up to six words that comes twice in a row, is a loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that looks wrong.

    Attributes:
        kind: repetition, uncovered, unsure or cut.
        words: what it is about: the repeated words, or the source words that nothing looked at.
        value: how bad it is: how often the run comes, the least coverage, the mean probability, the tokens.
        setting: the setting that helps, or an empty string.
    """

    kind: str
    words: tuple[str, ...] = ()
    value: float = 0.0
    setting: str = ""


def find_alarms(translation: Translation, hypothesis: int) -> tuple[Alarm, ...]:
    """The alarms of one of the results."""
    best = translation.beams[-1].hypotheses[hypothesis]
    tokens = [translation.token_strings[step.token_id] for step in best.steps]
    if best.finished:
        tokens = tokens[:-1]
    alarms: list[Alarm] = []
    words = [word.text for word in group_words(tokens, translation.made_by.target_kind)]
    if run := find_repetition(words):
        repeated, times = run
        alarms.append(Alarm(kind="repetition", words=repeated, value=times, setting="no_repeat_ngram"))
    missed, least = _uncovered(translation, hypothesis)
    if missed:
        alarms.append(Alarm(kind="uncovered", words=missed, value=least, setting="coverage_penalty"))
    mean = math.exp(best.log_probability / len(best.steps))
    if mean < LEAST_CONFIDENCE:
        alarms.append(Alarm(kind="unsure", value=mean, setting="beam_width"))
    if translation.done and not best.finished:
        alarms.append(Alarm(kind="cut", value=len(best.steps), setting="maximum_length"))
    return tuple(alarms)


def find_repetition(words: Sequence[str]) -> tuple[tuple[str, ...], int] | None:
    """The first loop: the words of its run and how often it comes in a row; None without."""
    for start in range(len(words)):
        for length in range(1, LONGEST_RUN + 1):
            run, times = tuple(words[start : start + length]), 1
            while tuple(words[start + times * length : start + (times + 1) * length]) == run:
                times += 1
            if times >= (SINGLE_REPEATS if length == 1 else RUN_REPEATS):
                return run, times
    return None


def _uncovered(translation: Translation, hypothesis: int) -> tuple[tuple[str, ...], float]:
    """Source words that got next to no attention, and the least that one got; none without attention."""
    steps = translation.beams[-1].hypotheses[hypothesis].steps
    weights = [step.attention.mean(axis=(0, 1)) for step in steps if step.attention.size]
    if not weights:
        return (), 0.0
    received = coverage(np.stack(weights))
    words = [
        (word.text, float(received[word.start : word.end].sum()))
        for word in group_words(translation.source_tokens[:-1], translation.made_by.source_kind)
        if any(character.isalnum() for character in word.text)
    ]
    missed = tuple(word for word, got in words if got < LEAST_COVERAGE)
    return missed, min((got for _, got in words), default=0.0)
