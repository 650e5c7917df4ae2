"""A translation with the trace of its search, and the JSON that keeps all of it.

In JSON the steps stand once, numbered, and the hypotheses of all beams point to them, as they share them in
memory. Floats are written with the digits that bring them back to the bit.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from seq2seq.checkpoints import Checkpoint
from seq2seq.decoding.edits import AttentionEdit, check_edits
from seq2seq.decoding.trace import Beam, Candidate, DecodeStep, Expansions, FloatArray, Hypothesis
from seq2seq.errors import InputError, Seq2SeqError
from seq2seq.options import DecodingOptions

FORMAT: Final = "seq2seq-explorer-translation"
VERSION: Final = 1
FLOAT32_DIGITS: Final = 9
LONGEST_REASON: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBy:
    """The model that made a translation: its name, languages and kinds of tokens; empty where not known."""

    name: str = ""
    source_language: str = ""
    target_language: str = ""
    source_kind: str = ""
    target_kind: str = ""

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> "MadeBy":
        """What is to be remembered of a checkpoint."""
        return cls(
            name=checkpoint.name,
            source_language=checkpoint.info.source_language,
            target_language=checkpoint.info.target_language,
            source_kind=checkpoint.source_tokenizer.kind,
            target_kind=checkpoint.target_tokenizer.kind,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A translation so far, with the trace of its search.

    Attributes:
        source: the text as it was typed.
        source_tokens: its tokens as the model sees them, the end token last.
        beams: one beam for each step so far; the last one holds the hypotheses, best first.
        token_strings: the string of every target id that occurs in ``beams``.
        texts: the text of each hypothesis of the last beam, best first.
        options: the settings of the search.
        prefix: the target text that was forced, or an empty string.
        edits: what was changed in the attention.
        seconds: time spent so far, encoding included.
        made_by: the model.
    """

    source: str
    source_tokens: tuple[str, ...]
    beams: tuple[Beam, ...]
    token_strings: Mapping[int, str]
    texts: tuple[str, ...]
    options: DecodingOptions
    prefix: str
    seconds: float
    edits: tuple[AttentionEdit, ...] = ()
    made_by: MadeBy = MadeBy()

    @property
    def done(self) -> bool:
        """Whether the search has ended."""
        return bool(self.beams) and self.beams[-1].done

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values; logarithms are natural, attention is [L][H][S] at every step."""
        numbers: dict[int, int] = {}
        steps: list[DecodeStep] = []
        for beam in self.beams:
            for hypothesis in beam.hypotheses:
                for step in hypothesis.steps:
                    if numbers.setdefault(id(step), len(steps)) == len(steps):
                        steps.append(step)
        return {
            "format": FORMAT,
            "version": VERSION,
            "made_by": asdict(self.made_by),
            "source": self.source,
            "source_tokens": list(self.source_tokens),
            "texts": list(self.texts),
            "prefix": self.prefix,
            "edits": [asdict(edit) for edit in self.edits],
            "options": self.options.to_json(),
            "seconds": self.seconds,
            "token_strings": {str(token_id): text for token_id, text in self.token_strings.items()},
            "steps": [_step_to_json(step) for step in steps],
            "beams": [_beam_to_json(beam, numbers) for beam in self.beams],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Translation":
        """The translation of such values.

        Raises:
            InputError: when they are not a translation of ours, or damaged.
        """
        if not isinstance(values, Mapping) or values.get("format") != FORMAT:
            raise InputError(
                "This is not a translation saved by Seq2Seq Explorer.",
                "Choose a trace file.",
                key="trace_foreign",
            )
        if values.get("version") != VERSION:
            raise InputError(
                f"The trace has version {values.get('version')!r}; this program reads {VERSION}.",
                "Update the program.",
                key="trace_version",
                values={"version": str(values.get("version"))[:20], "known": VERSION},
            )
        try:
            return _translation_from_json(values)
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError, Seq2SeqError) as problem:
            reason = repr(problem)[:LONGEST_REASON]
            raise InputError(
                f"The trace is damaged: {reason}.",
                "Save it again.",
                key="trace_damaged",
                values={"reason": reason},
            ) from problem


def _step_to_json(step: DecodeStep) -> dict[str, Any]:
    weights = [float(f"{weight:.{FLOAT32_DIGITS}g}") for weight in step.attention.ravel().tolist()]
    return {
        "token_id": step.token_id,
        "log_probability": step.log_probability,
        "entropy": step.entropy,
        "forced": step.forced,
        "candidates": [[item.token_id, item.log_probability] for item in step.candidates],
        "attention": np.array(weights, np.float64).reshape(step.attention.shape).tolist(),
        "attention_shape": list(step.attention.shape),
    }


def _beam_to_json(beam: Beam, numbers: Mapping[int, int]) -> dict[str, Any]:
    hypotheses = [
        {
            "steps": [numbers[id(step)] for step in hypothesis.steps],
            "log_probability": hypothesis.log_probability,
            "score": hypothesis.score,
            "finished": hypothesis.finished,
        }
        for hypothesis in beam.hypotheses
    ]
    values = {"step": beam.step, "done": beam.done, "parents": list(beam.parents), "hypotheses": hypotheses}
    if beam.expansions is not None:
        values["expansions"] = _expansions_to_json(beam.expansions)
    return values


def _expansions_to_json(expansions: Expansions) -> dict[str, Any]:
    return {
        "parents": expansions.parents.tolist(),
        "token_ids": expansions.token_ids.tolist(),
        "log_probabilities": _numbers_or_null(expansions.log_probabilities),
        "scores": _numbers_or_null(expansions.scores),
    }


def _numbers_or_null(values: FloatArray) -> list[list[float | None]]:
    """JSON has no minus infinity; null stands for it."""
    return [[value if value > -math.inf else None for value in row] for row in values.tolist()]


def _translation_from_json(values: Mapping[str, Any]) -> Translation:
    strings = {int(token_id): str(text) for token_id, text in values["token_strings"].items()}
    source_tokens = tuple(str(token) for token in values["source_tokens"])
    steps = [_step_from_json(step, len(source_tokens)) for step in values["steps"]]
    edits = tuple(AttentionEdit(**edit) for edit in values.get("edits", []))
    check_edits(edits, len(source_tokens))
    unnamed = {c.token_id for step in steps for c in step.candidates} | {step.token_id for step in steps}
    beams = tuple(_beam_from_json(beam, steps) for beam in values["beams"])
    for beam in beams:
        if beam.expansions is not None:
            unnamed |= set(beam.expansions.token_ids.ravel().tolist())
    if not unnamed <= strings.keys():
        raise ValueError(f"token {min(unnamed - strings.keys())} has no string")
    texts = tuple(str(text) for text in values["texts"])
    if beams and len(texts) != len(beams[-1].hypotheses):
        raise ValueError(f"{len(texts)} texts for {len(beams[-1].hypotheses)} hypotheses")
    return Translation(
        source=str(values["source"]),
        source_tokens=source_tokens,
        beams=beams,
        token_strings=strings,
        texts=texts,
        options=DecodingOptions.from_json(values["options"]),
        prefix=str(values["prefix"]),
        edits=edits,
        seconds=float(values["seconds"]),
        made_by=MadeBy(**{name: str(text) for name, text in values.get("made_by", {}).items()}),
    )


def _step_from_json(values: Mapping[str, Any], source_length: int) -> DecodeStep:
    layers, heads, length = (int(size) for size in values["attention_shape"])
    attention = np.array(values["attention"], np.float32).reshape(layers, heads, length)
    if layers and length != source_length:
        raise ValueError(f"attention over {length} of {source_length} source tokens")
    return DecodeStep(
        token_id=int(values["token_id"]),
        log_probability=float(values["log_probability"]),
        candidates=tuple(
            Candidate(token_id=int(token_id), log_probability=float(log_probability))
            for token_id, log_probability in values["candidates"]
        ),
        entropy=float(values["entropy"]),
        attention=attention,
        forced=bool(values["forced"]),
    )


def _beam_from_json(values: Mapping[str, Any], steps: list[DecodeStep]) -> Beam:
    hypotheses = tuple(
        Hypothesis(
            steps=tuple(steps[number] for number in item["steps"]),
            log_probability=float(item["log_probability"]),
            score=float(item["score"]),
            finished=bool(item["finished"]),
        )
        for item in values["hypotheses"]
    )
    return Beam(
        step=int(values["step"]),
        hypotheses=hypotheses,
        parents=tuple(int(parent) for parent in values["parents"]),
        done=bool(values["done"]),
        expansions=_expansions_from_json(values["expansions"]) if "expansions" in values else None,
    )


def _expansions_from_json(values: Mapping[str, Any]) -> Expansions:
    rows = len(values["parents"])
    ids = np.array(values["token_ids"], np.int64).reshape(rows, -1)
    scores, log_probabilities = (
        np.array(
            [-np.inf if value is None else value for row in values[name] for value in row], np.float32
        ).reshape(ids.shape)
        for name in ("scores", "log_probabilities")
    )
    return Expansions(
        parents=np.array(values["parents"], np.int64),
        token_ids=ids,
        log_probabilities=log_probabilities,
        scores=scores,
    )
