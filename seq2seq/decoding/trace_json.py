"""The parts of a trace as JSON values and back; floats keep the digits that bring them back to the bit."""

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from seq2seq.decoding.trace import Beam, Candidate, DecodeStep, Expansions, FloatArray, Hypothesis

FLOAT32_DIGITS: Final = 9


def step_to_json(step: DecodeStep) -> dict[str, Any]:
    """A step as JSON values; attention is [L][H][S]."""
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


def beam_to_json(beam: Beam, numbers: Mapping[int, int]) -> dict[str, Any]:
    """A beam as JSON values; ``numbers`` gives the number of each step object by its `id`."""
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


def step_from_json(values: Mapping[str, Any], source_length: int) -> DecodeStep:
    """The step of such values, for a source of so many tokens.

    Raises:
        KeyError, TypeError, ValueError: when they are not a step, or its attention does not fit the source.
    """
    layers, heads, length = (int(size) for size in values["attention_shape"])
    attention = _float32(values["attention"]).reshape(layers, heads, length)
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


def beam_from_json(values: Mapping[str, Any], steps: list[DecodeStep]) -> Beam:
    """The beam of such values, given all steps by number.

    Raises:
        KeyError, TypeError, ValueError, IndexError: when they are not a beam.
    """
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


def _expansions_from_json(values: Mapping[str, Any]) -> Expansions:
    rows = len(values["parents"])
    ids = np.array(values["token_ids"], np.int64).reshape(rows, -1)
    scores, log_probabilities = (
        _float32([-np.inf if value is None else value for row in values[name] for value in row]).reshape(
            ids.shape
        )
        for name in ("scores", "log_probabilities")
    )
    return Expansions(
        parents=np.array(values["parents"], np.int64),
        token_ids=ids,
        log_probabilities=log_probabilities,
        scores=scores,
    )


def _float32(values: Any) -> FloatArray:
    """Numbers in float32; one that is too large for it becomes infinite, which whoever reads a file refuses."""
    with np.errstate(over="ignore"):
        return np.array(values, np.float32)
