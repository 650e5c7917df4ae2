"""A translation as the values that the live view draws: small, and growing at the end only.

Gradio sends the difference between two values, so a step that is already there costs nothing. A step is one JSON
text: the browser keeps a reactive copy of the value, and one text is far cheaper there than its hundred parts.
"""

import base64
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from seq2seq.decoding.trace import DecodeStep, FloatArray, Hypothesis
from seq2seq.explanation.words import group_words
from seq2seq.translation import Translation
from seq2seq.ui.session import Choice

View = dict[str, Any]

EMPTY_VIEW: Final[View] = {"run": 0, "status": "empty", "message": ""}


def starting_view(run: int, status: str = "running") -> View:
    """What is shown between the click and the first token."""
    return {"run": run, "status": status, "message": "", "source": [], "steps": [], "hypotheses": []}


def select_attention(attention: FloatArray, choice: Choice) -> FloatArray:
    """The weights [S] of one layer and head, or their mean, out of [L,H,S]; empty without attention.

    A layer or head that this model does not have means their mean.
    """
    layers, heads, length = attention.shape
    if layers == 0 or heads == 0:
        return np.zeros(0, np.float32)
    layer = slice(choice.layer, choice.layer + 1) if 0 <= choice.layer < layers else slice(None)
    head = slice(choice.head, choice.head + 1) if 0 <= choice.head < heads else slice(None)
    weights: FloatArray = attention[layer, head].reshape(-1, length).mean(axis=0)
    return weights


def encode_weights(weights: FloatArray) -> str:
    """Weights between 0 and 1 as one byte each, in base64: a row of a heatmap needs no more."""
    levels = np.clip(np.rint(weights * 255.0), 0, 255).astype(np.uint8)
    return base64.b64encode(levels.tobytes()).decode("ascii")


def describe_words(tokens: Sequence[str], kind: str) -> list[str]:
    """The words of tokens, each as the JSON text of its first token, the token behind its last, and its text."""
    return [
        json.dumps([word.start, word.end, word.text], ensure_ascii=False)
        for word in group_words(tokens, kind)
    ]


class ViewMaker:
    """Makes the views of one run; remembers the steps it has already described.

    Args:
        run: number of the run.
        choice: which part of the traces is shown.
    """

    def __init__(self, run: int, choice: Choice) -> None:
        self.run = run
        self.choice = choice
        self._described: dict[int, tuple[DecodeStep, str]] = {}
        self._source_words: list[str] = []

    def view(self, translation: Translation, status: str, *, milliseconds: float = 0.0) -> View:
        """The view of a translation so far."""
        hypotheses, made_by = translation.beams[-1].hypotheses, translation.made_by
        shown = hypotheses[min(self.choice.hypothesis, len(hypotheses) - 1)]
        layers, heads = _layers_and_heads(shown)
        if not self._source_words:
            self._source_words = describe_words(translation.source_tokens, made_by.source_kind)
        target_tokens = [translation.token_strings[step.token_id] for step in shown.steps]
        return {
            "run": self.run,
            "status": status,
            "message": "",
            "source": list(translation.source_tokens),
            "text": translation.texts[min(self.choice.hypothesis, len(hypotheses) - 1)],
            "steps": [self._step(step, translation.token_strings) for step in shown.steps],
            "source_words": self._source_words,
            "target_words": describe_words(target_tokens, made_by.target_kind),
            "hypotheses": [
                _describe_hypothesis(hypothesis, text)
                for hypothesis, text in zip(hypotheses, translation.texts, strict=True)
            ],
            "selected": self.choice.hypothesis,
            "layers": layers,
            "heads": heads,
            "layer": self.choice.layer,
            "head": self.choice.head,
            "milliseconds": round(milliseconds, 1),
        }

    def _step(self, step: DecodeStep, strings: Mapping[int, str]) -> str:
        known = self._described.get(id(step))
        if known is not None and known[0] is step:
            return known[1]
        described = {
            "token": strings[step.token_id],
            "probability": _probability(step.log_probability),
            "entropy": round(step.entropy, 3),
            "forced": step.forced,
            "candidates": [
                [strings[candidate.token_id], _probability(candidate.log_probability)]
                for candidate in step.candidates
            ],
            "attention": encode_weights(select_attention(step.attention, self.choice)),
        }
        words = json.dumps(described, ensure_ascii=False)
        self._described[id(step)] = (step, words)
        return words


def failed_view(run: int, message: str, previous: View | None) -> View:
    """A message above what was there before, so that nothing is lost."""
    return {**(previous or EMPTY_VIEW), "run": run, "message": message}


def _describe_hypothesis(hypothesis: Hypothesis, text: str) -> View:
    return {
        "text": text,
        "score": round(hypothesis.score, 3),
        "log_probability": round(hypothesis.log_probability, 3),
        "finished": hypothesis.finished,
    }


def _layers_and_heads(hypothesis: Hypothesis) -> tuple[int, int]:
    if not hypothesis.steps:
        return 0, 0
    layers, heads, _ = hypothesis.steps[0].attention.shape
    return int(layers), int(heads)


def _probability(log_probability: float) -> float:
    return float(f"{math.exp(log_probability):.4g}")
