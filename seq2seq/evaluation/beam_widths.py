"""Scores by the width of the beam: more search, and where it begins to hurt (Koehn 2017, arXiv:1706.03872)."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from seq2seq.evaluation.metrics import length_ratio, score_translations
from seq2seq.evaluation.sentences import SourceSentence, translate_sentences
from seq2seq.options import DecodingOptions, settings_for_method
from seq2seq.translator import Translator


@dataclass(frozen=True, slots=True, kw_only=True)
class WidthScore:
    """A test translated with one beam width.

    Attributes:
        width: hypotheses of the beam.
        bleu, chrf: corpus scores, all references of a source counted.
        length_ratio: words of the translations over those of the nearest references.
        empty: sentences whose best translation is empty, which wide beams come to prefer (Stahlberg 2019,
            arXiv:1908.10090).
        seconds: time of the translation.
    """

    width: int
    bleu: float
    chrf: float
    length_ratio: float
    empty: int
    seconds: float

    def to_row(self) -> dict[str, Any]:
        """A row of a table."""
        return asdict(self)


def beam_searches(options: DecodingOptions, widths: Sequence[int]) -> list[DecodingOptions]:
    """A beam search of each width, otherwise with these options; what means nothing for a beam is left out.

    Raises:
        ConfigError: for a width that is out of bounds.
    """
    kept = settings_for_method("beam", replace(options, n_best=1).to_json())
    return [DecodingOptions.from_json({**kept, "method": "beam", "beam_width": width}) for width in widths]


def score_by_beam_width(
    translator: Translator,
    sentences: Sequence[SourceSentence],
    options: DecodingOptions,
    widths: Sequence[int],
    *,
    may_go_on: Callable[[], bool] = lambda: True,
) -> Iterator[WidthScore]:
    """Translate a test once for each width, yielding after each; closing the iterator stops it.

    Args:
        translator: the model.
        sentences: the test.
        options: the other settings of the search; those that mean nothing for a beam are left out.
        widths: in the order in which they are wanted.
        may_go_on: asked every few hundred sentences; when it says no, nothing more is yielded.

    Raises:
        ConfigError: for a width that is out of bounds.
        InputError: for a source that the model cannot read.
    """
    kept = settings_for_method("beam", replace(options, n_best=1).to_json())
    searches = [
        DecodingOptions.from_json({**kept, "method": "beam", "beam_width": width}) for width in widths
    ]
    for search in searches:
        start, texts = time.perf_counter(), list[str]()
        for chunk in translate_sentences(translator, sentences, search):
            texts += chunk
            if not may_go_on():
                return
        seconds = time.perf_counter() - start
        yield _score(search.beam_width, sentences, texts, translator.target_language, seconds)


def _score(
    width: int, sentences: Sequence[SourceSentence], texts: Sequence[str], language: str, seconds: float
) -> WidthScore:
    references = [sentence.references for sentence in sentences]
    scores = score_translations(texts, references, language=language, names=("bleu", "chrf"))
    return WidthScore(
        width=width,
        bleu=scores["bleu"].value,
        chrf=scores["chrf"].value,
        length_ratio=length_ratio(texts, references, language),
        empty=sum(not text.strip() for text in texts),
        seconds=seconds,
    )
