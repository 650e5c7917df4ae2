"""A saved trace, read from a file that may be anything: whole and within bounds, or refused in one sentence.

`Translation.from_json` sees that everything is there. What is checked here is what pictures and tables rely
on: that a beam continues the one before, that numbers are numbers, and that none of it is larger than a search
makes it.
"""

import json
import math
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from seq2seq.decoding.trace import Beam, DecodeStep, Expansions
from seq2seq.errors import InputError
from seq2seq.translation import Translation

LARGEST_TRACE_BYTES: Final = 8_000_000
"""A beam of 20 over 60 tokens with ten alternatives takes 2 MB with one head of attention."""
MOST_STEPS, MOST_HYPOTHESES, MOST_CANDIDATES, MOST_HEADS, MOST_EDITS = 2000, 50, 100, 64, 100
LARGEST_NUMBER: Final = 1e6
"""No log-probability, score or time is larger."""
ROUNDING: Final = 1e-3
LONGEST_NAME: Final = 200


def read_trace(content: bytes) -> Translation:
    """The translation in a trace file.

    Raises:
        InputError: for a file that is too large, no trace, of another version, or damaged.
    """
    check_trace_size(len(content))
    try:
        values = json.loads(content)
    except (ValueError, RecursionError) as problem:
        raise InputError(
            "This is not a translation saved by Seq2Seq Explorer.",
            "Choose a trace file.",
            key="trace_foreign",
        ) from problem
    translation = Translation.from_json(values)
    for reason in _problems(translation):
        raise InputError(
            f"The trace is damaged: {reason}.",
            "Save it again.",
            key="trace_damaged",
            values={"reason": reason},
        )
    return translation


def check_trace_size(size: int) -> None:
    """Refuse a file of so many bytes, before it is read.

    Raises:
        InputError: for more than a trace may have.
    """
    if size > LARGEST_TRACE_BYTES:
        sizes = {"size": f"{size / 1e6:.1f}", "limit": f"{LARGEST_TRACE_BYTES / 1e6:g}"}
        raise InputError(
            "The trace has {size} MB, and {limit} MB is the most that is opened.".format(**sizes),
            "Save one with a narrower beam.",
            key="trace_large",
            values=sizes,
        )


def _problems(translation: Translation) -> Iterator[str]:
    """What is wrong, the first reason first; later checks rely on earlier ones."""
    beams = translation.beams
    if not 0 < len(beams) <= MOST_STEPS:
        yield f"it has {len(beams)} steps"
    for number, beam in enumerate(beams):
        yield from _beam_problems(beam, beams[number - 1] if number else None)
    steps = {id(step): step for beam in beams for item in beam.hypotheses for step in item.steps}
    yield from _step_problems(list(steps.values()))
    if not _small([translation.seconds]) or translation.seconds < 0 or len(translation.edits) > MOST_EDITS:
        yield "its time or its edits cannot be"
    yield from _word_problems(translation)


def _beam_problems(beam: Beam, before: Beam | None) -> Iterator[str]:
    count, known = len(beam.hypotheses), 0 if before is None else len(before.hypotheses)
    if not 0 < count <= MOST_HYPOTHESES or len(beam.parents) != count:
        yield f"a beam has {count} hypotheses and {len(beam.parents)} parents"
    if not all(-1 <= parent < known for parent in beam.parents) or not 0 <= beam.step <= MOST_STEPS:
        yield "a beam does not continue the one before"
    if not all(0 < len(item.steps) <= MOST_STEPS for item in beam.hypotheses):
        yield "a hypothesis has no tokens or too many"
    if not _small(value for item in beam.hypotheses for value in (item.log_probability, item.score)):
        yield "a score is not a number"
    if beam.expansions is not None:
        yield from _expansion_problems(beam.expansions, known)


def _expansion_problems(expansions: Expansions, known: int) -> Iterator[str]:
    rows, continuations = expansions.token_ids.shape
    if rows > MOST_HYPOTHESES or continuations > MOST_CANDIDATES:
        yield f"a step considered {rows} times {continuations} tokens"
    if ((expansions.parents < -1) | (expansions.parents >= known)).any():
        yield "a step considered what no hypothesis begins"
    for values in (expansions.log_probabilities, expansions.scores):
        if np.isnan(values).any() or (values > LARGEST_NUMBER).any():
            yield "what a step considered has no number"


def _step_problems(steps: list[DecodeStep]) -> Iterator[str]:
    if len({step.attention.shape for step in steps}) > 1 or max(steps[0].attention.shape[:2]) > MOST_HEADS:
        yield "its attention has no one shape"
    for step in steps:
        if not _small([step.entropy]) or step.entropy < 0 or len(step.candidates) > MOST_CANDIDATES:
            yield "a step's entropy or alternatives cannot be"
        logarithms = [step.log_probability, *(item.log_probability for item in step.candidates)]
        if not _small(logarithms) or max(logarithms) > ROUNDING:
            yield "a log-probability is above 0 or not a number"
        if not ((step.attention >= -ROUNDING) & (step.attention <= 1 + ROUNDING)).all():
            yield "an attention weight is not between 0 and 1"


def _word_problems(translation: Translation) -> Iterator[str]:
    made_by = translation.made_by
    names = (made_by.name, made_by.source_language, made_by.target_language)
    tokens = (*translation.source_tokens, *translation.token_strings.values())
    if not translation.source_tokens or not all(tokens) or any(len(name) > LONGEST_NAME for name in names):
        yield "a token or a name is empty or too long"
    words = (translation.source, translation.prefix, *translation.texts, *tokens, *names)
    if any("\ud800" <= letter <= "\udfff" for letter in "".join(words)):
        yield "a text is not Unicode"


def _small(values: Iterable[float]) -> bool:
    """Whether all are finite and no larger than anything a search computes."""
    return all(math.isfinite(value) and abs(value) <= LARGEST_NUMBER for value in values)
