"""Scores by the length of the source: the curve on which attention was first shown to help with long sentences.

Bahdanau 2015 (arXiv:1409.0473, figure 2) drew it with and without attention; Koehn 2017 (arXiv:1706.03872,
section 3.4) for longer sentences still.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from seq2seq.evaluation.metrics import length_ratio, score_translations

BUCKET_TOKENS: Final = 5
FEWEST_SENTENCES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthBucket:
    """The sentences whose sources have from ``shortest`` to ``longest`` tokens.

    Attributes:
        shortest, longest: bounds, both included.
        sentences: how many there are.
        bleu, chrf: corpus scores of them alone.
        length_ratio: words of the translations over those of the nearest references, as BLEU counts them.
        merged: how many buckets of the usual width it is made of; above 1 where some had too few sentences.
    """

    shortest: int
    longest: int
    sentences: int
    bleu: float
    chrf: float
    length_ratio: float
    merged: int

    def to_row(self) -> dict[str, Any]:
        """A row of a table."""
        return asdict(self)


def score_by_length(
    translations: Sequence[str],
    references: Sequence[Sequence[str]],
    lengths: Sequence[int],
    *,
    language: str = "",
    bucket_tokens: int = BUCKET_TOKENS,
    fewest_sentences: int = FEWEST_SENTENCES,
) -> list[LengthBucket]:
    """Corpus scores of sentences of like length; every sentence is in exactly one bucket.

    Args:
        translations: one for each source.
        references: one or several for each.
        lengths: tokens of each source; to compare two models, measured with one tokenizer for both.
        language: code of the target language.
        bucket_tokens: width of a bucket: 5 makes 1 to 5, 6 to 10, and so on.
        fewest_sentences: a bucket with fewer is merged with the next longer one, the last with the one before.
    """
    members: dict[int, list[int]] = {}
    for index, length in enumerate(lengths):
        members.setdefault(max(0, length - 1) // bucket_tokens, []).append(index)
    return [
        _score_bucket(group, members, translations, references, language, bucket_tokens)
        for group in _merge(sorted(members), members, fewest_sentences)
    ]


def _merge(numbers: Iterable[int], members: dict[int, list[int]], fewest: int) -> list[list[int]]:
    """Groups of bucket numbers, each with at least ``fewest`` sentences where that can be."""
    groups: list[list[int]] = []
    waiting: list[int] = []
    for number in numbers:
        waiting.append(number)
        if sum(len(members[each]) for each in waiting) >= fewest:
            groups.append(waiting)
            waiting = []
    if waiting and groups:
        groups[-1] += waiting
    elif waiting:
        groups.append(waiting)
    return groups


def _score_bucket(
    group: Sequence[int],
    members: dict[int, list[int]],
    translations: Sequence[str],
    references: Sequence[Sequence[str]],
    language: str,
    bucket_tokens: int,
) -> LengthBucket:
    rows = [index for number in group for index in members[number]]
    texts, known = [translations[row] for row in rows], [references[row] for row in rows]
    scores = score_translations(texts, known, language=language, names=("bleu", "chrf"))
    return LengthBucket(
        shortest=group[0] * bucket_tokens + 1,
        longest=(group[-1] + 1) * bucket_tokens,
        sentences=len(rows),
        bleu=scores["bleu"].value,
        chrf=scores["chrf"].value,
        length_ratio=length_ratio(texts, known, language),
        merged=len(group),
    )
