"""The attention picture of a model card: where the model looked as it translated one sentence.

It is an SVG. The Hub sends a file of a repository to an ``<img>`` with the type of an image, and as text to whoever
opens it by itself; so it is shown in the card, sharp at any size, with the letters of any script.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from seq2seq.decoding.trace import FloatArray, Hypothesis
from seq2seq.errors import InputError
from seq2seq.figures.attention_svg import draw_attention_svg
from seq2seq.translation import Translation
from seq2seq.translator import Translator

MOST_TOKENS: Final = 30
GOOD_TOKENS: Final = 9
SPACE_MARK: Final = "\u2581"
EXAMPLES: Final = {
    "ar": "أين المحطة؟", "cs": "Kde je nádraží?", "de": "Wo ist der Bahnhof?", "el": "Πού είναι ο σταθμός;",
    "en": "Where is the station?", "es": "¿Dónde está la estación?", "fi": "Missä on asema?",
    "fr": "Où est la gare ?", "hi": "स्टेशन कहाँ है?", "hu": "Hol van az állomás?", "it": "Dov'è la stazione?",
    "ja": "駅はどこですか？", "ko": "역이 어디예요?", "nl": "Waar is het station?", "pl": "Gdzie jest dworzec?",
    "pt": "Onde fica a estação?", "ro": "Unde este gara?", "ru": "Где находится вокзал?",
    "sv": "Var ligger stationen?", "tr": "İstasyon nerede?", "uk": "Де знаходиться вокзал?", "zh": "车站在哪里？",
}  # fmt: skip
"""A sentence for a model that has no examples of its own, by its source language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawn translation; ``svg`` is empty for a model without attention."""

    source: str
    target: str
    svg: str


def example_of(translator: Translator) -> str:
    """An example of the model's own that makes a picture of a good size, or a sentence of its language, or none."""
    own = [text for text in translator.examples if _tokens(translator, text) <= MOST_TOKENS]
    several = [text for text in own if _tokens(translator, text) >= GOOD_TOKENS]
    return next(iter([*several, *own]), EXAMPLES.get(translator.source_language, ""))


def draw_picture(translator: Translator, source: str) -> Picture:
    """Translate a sentence and draw where the model looked, averaged over its layers and heads.

    Raises:
        InputError: when the sentence cannot be translated.
    """
    translation = translator.translate(source)
    hypothesis = translation.beams[-1].hypotheses[0]
    target, rows = translation.texts[0], _rows(hypothesis)
    svg = "" if rows is None else _draw(translation, hypothesis, rows)
    return Picture(source=source, target=target, svg=svg)


def _draw(translation: Translation, hypothesis: Hypothesis, rows: FloatArray) -> str:
    targets = [translation.token_strings[step.token_id] for step in hypothesis.steps]
    return draw_attention_svg(
        rows,
        [_readable(token) for token in translation.source_tokens],
        [_readable(token) for token in targets],
        translation.source,
        [translation.texts[0]],
    )


def _rows(hypothesis: Hypothesis) -> FloatArray | None:
    """The attention [T,S] of a hypothesis of T tokens, or none."""
    attended = [step.attention for step in hypothesis.steps]
    if not attended or any(step.size == 0 for step in attended):
        return None
    return np.stack([step.mean(axis=(0, 1)) for step in attended])


def _readable(token: str) -> str:
    """A token as people read it."""
    if token == "</s>":  # noqa: S105 - a token of text
        return "end"
    return token.removeprefix(SPACE_MARK) or "␣"


def _tokens(translator: Translator, text: str) -> int:
    try:
        return len(translator.encode_source(text))
    except InputError:
        return MOST_TOKENS + 1
