"""A translation as the values that the live view draws: small, and growing at the end only.

A view has a picture for every step of the search, so that the browser can draw each of them however many came at
once, and again later without the server. A picture names the last step of the hypothesis shown, and a step the one
before it: the steps are a pool that all pictures share. A picture says only what is new since the one before.

Gradio sends the difference between two values, so what is already there costs nothing. Pictures and steps are JSON
texts: the browser keeps a reactive copy of the value, and one text is far cheaper there than its hundred parts.
"""

import base64
import json
import math
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any, Final

import numpy as np

from seq2seq.decoding.trace import Beam, DecodeStep, FloatArray, Hypothesis
from seq2seq.explanation.words import group_words, join_tokens
from seq2seq.translation import Translation
from seq2seq.ui.changes import changed_tokens
from seq2seq.ui.session import Choice

View = dict[str, Any]

EMPTY_VIEW: Final[View] = {"run": 0, "status": "empty", "message": ""}


def starting_view(run: int, status: str = "running") -> View:
    """What is shown between the click and the first token."""
    return {
        "run": run,
        "status": status,
        "live": True,
        "message": "",
        "source": [],
        "pool": [],
        "pictures": [],
    }


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
    """Makes the views of one run; remembers the steps and pictures it has already described.

    Args:
        run: number of the run.
        choice: which part of the traces is shown.
        before: the translation that this one changes, if any.
        live: whether the pictures are to be watched one after the other; else only the last is shown.
    """

    def __init__(
        self, run: int, choice: Choice, *, before: Translation | None = None, live: bool = False
    ) -> None:
        self.run = run
        self.choice = choice
        self._before = before
        self._live = live
        self._places: dict[int, tuple[DecodeStep, int]] = {}
        self._pool: list[str] = []
        self._pictures: list[str] = []
        self._texts: Sequence[str] = ()
        self._words: list[str] = []
        self._source_words: list[str] = []

    def view(self, translation: Translation, status: str, *, milliseconds: float = 0.0) -> View:
        """The view of a translation so far."""
        if not self._source_words:
            kind = translation.made_by.source_kind
            self._source_words = describe_words(translation.source_tokens, kind)
        for beam in translation.beams[len(self._pictures) :]:
            self._add_picture(translation, beam)
        layers, heads = _layers_and_heads(translation.beams[-1].hypotheses[0])
        return {
            "run": self.run,
            "status": status,
            "live": self._live,
            "message": "",
            "source": list(translation.source_tokens),
            "source_words": self._source_words,
            "pool": list(self._pool),
            "pictures": list(self._pictures),
            "selected": self.choice.hypothesis,
            "layers": layers,
            "heads": heads,
            "layer": self.choice.layer,
            "head": self.choice.head,
            "milliseconds": round(milliseconds, 1),
        }

    def _add_picture(self, translation: Translation, beam: Beam) -> None:
        strings, kind = translation.token_strings, translation.made_by.target_kind
        texts: Sequence[str] = translation.texts
        if beam is not translation.beams[-1]:
            texts = [join_tokens(_tokens(item, strings), kind) for item in beam.hypotheses]
        shown = beam.hypotheses[min(self.choice.hypothesis, len(beam.hypotheses) - 1)]
        words = describe_words(_tokens(shown, strings), kind)
        kept = sum(
            1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(words, self._words, strict=False))
        )
        picture = {
            "last": self._place(shown.steps, strings),
            "words": [kept, *words[kept:]],
            "hypotheses": [
                self._describe_hypothesis(hypothesis, text, parent)
                for hypothesis, text, parent in zip(beam.hypotheses, texts, beam.parents, strict=True)
            ],
            "changed": self._changed(beam),
        }
        self._pictures.append(json.dumps(picture, ensure_ascii=False, separators=(",", ":")))
        self._texts, self._words = texts, words

    def _changed(self, beam: Beam) -> list[int]:
        """The tokens of the best hypothesis that the translation before has not."""
        if self._before is None or self.choice.hypothesis:
            return []
        return changed_tokens(self._before.beams[-1].hypotheses[0], beam.hypotheses[0])

    def _describe_hypothesis(self, hypothesis: Hypothesis, text: str, parent: int) -> list[Any]:
        """Its parent, whether its text continues that one's, what it adds, scores, and whether it has ended."""
        continues = 0 <= parent < len(self._texts) and text.startswith(self._texts[parent])
        added = text[len(self._texts[parent]) :] if continues else text
        scores = round(hypothesis.score, 3), round(hypothesis.log_probability, 3)
        return [parent, int(continues), added, *scores, int(hypothesis.finished)]

    def _place(self, steps: Sequence[DecodeStep], strings: Mapping[int, str]) -> int:
        """Where in the pool the last of these steps is; those that are not there yet are added."""
        place = -1
        for step in steps:
            known = self._places.get(id(step))
            if known is None or known[0] is not step:
                known = self._places[id(step)] = step, len(self._pool)
                self._pool.append(self._step(step, place, strings))
            place = known[1]
        return place

    def _step(self, step: DecodeStep, after: int, strings: Mapping[int, str]) -> str:
        described = {
            "after": after,
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
        return json.dumps(described, ensure_ascii=False, separators=(",", ":"))


def failed_view(run: int, message: str, previous: View | None) -> View:
    """A message above what was there before, so that nothing is lost."""
    return {**(previous or EMPTY_VIEW), "run": run, "live": False, "message": message}


def _tokens(hypothesis: Hypothesis, strings: Mapping[int, str]) -> list[str]:
    return [strings[step.token_id] for step in hypothesis.steps]


def _layers_and_heads(hypothesis: Hypothesis) -> tuple[int, int]:
    if not hypothesis.steps:
        return 0, 0
    layers, heads, _ = hypothesis.steps[0].attention.shape
    return int(layers), int(heads)


def _probability(log_probability: float) -> float:
    return float(f"{math.exp(log_probability):.4g}")
