"""Measures of one side of a corpus, gathered text by text in bounded memory: lengths, words, tokenizers."""

import re
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

import numpy as np

from seq2seq.config import SUBWORD_TOKENIZER_NAMES
from seq2seq.data.tokenizers import Tokenizer
from seq2seq.data.vocabulary import UNKNOWN_ID
from seq2seq.data.words import split_words
from seq2seq.doctor.languages import identify_language, is_unspaced, scripts_of
from seq2seq.doctor.report import Coverage, Lengths, Side

_WORDS: Final = re.compile(r"\w+")
_MOST_TOKENS: Final = 2_000_000
_LONGEST_TOKEN: Final = 100
_BATCH_TEXTS: Final = 1000
_PLAIN_TEXT: Final = 500
_BYTE_PIECE: Final = re.compile("<0x[0-9A-F]{2}>")
EDGES: Final = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 500, 1000)


class SideMeasure:
    """Gathers lengths, words and characters of one side.

    Args:
        language: a code or empty; decides whether words or characters are counted.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._unspaced = is_unspaced(language)
        self._lengths: Counter[int] = Counter()
        self._tokens: set[str] = set()
        self._has_character = np.zeros(sys.maxunicode + 1, np.bool_)
        self._texts: list[str] = []
        self._is_capped = False

    def add(self, text: str) -> None:
        """Measure one more text."""
        self._texts.append(text)
        if len(self._texts) >= _BATCH_TEXTS or len(text) > _PLAIN_TEXT:
            self._count_characters()
        if self._unspaced:
            self._lengths[len(text)] += 1
            return
        tokens = text.split()
        self._lengths[len(tokens)] += 1
        if not self._is_capped:
            is_plain = len(text) <= _PLAIN_TEXT
            self._tokens.update(tokens if is_plain else (token[:_LONGEST_TOKEN] for token in tokens))
            self._is_capped = len(self._tokens) >= _MOST_TOKENS

    def _count_characters(self) -> None:
        """Mark the characters of the last texts, all at once: far faster than one by one."""
        codes = "".join(self._texts).encode("utf-32-le", "surrogatepass")
        self._has_character[np.frombuffer(codes, "<u4")] = True
        self._texts.clear()

    def _count_words(self) -> int:
        return len({word for token in self._tokens for word in _WORDS.findall(token)})

    def summarize(self, sample: Sequence[str], tokenizer: Tokenizer | None, identified_rows: int) -> Side:
        """The side's part of the report, with what takes longer done on a sample of its texts."""
        self._count_characters()
        characters = int(self._has_character.sum())
        return Side(
            language=self._language,
            scripts=scripts_of(self._language),
            lengths=count_lengths(self._lengths, "characters" if self._unspaced else "words"),
            words=characters if self._unspaced else self._count_words(),
            characters=characters,
            is_capped=self._is_capped,
            identified=_identify(sample[:identified_rows]),
            coverage=measure_coverage(tokenizer, sample) if tokenizer is not None else None,
        )


def count_lengths(lengths: Counter[int], unit: str) -> Lengths:
    """A histogram, and what is said of it, of lengths and how often each occurs."""
    ordered = sorted(lengths)
    reached = list(accumulate(lengths[length] for length in ordered))
    total = reached[-1] if reached else 0
    counts = [0] * len(EDGES)
    for length in ordered:
        counts[_bin_of(length)] += lengths[length]
    return Lengths(
        unit=unit,
        edges=EDGES,
        counts=tuple(counts),
        mean=sum(length * lengths[length] for length in ordered) / total if total else 0.0,
        median=_percentile(ordered, reached, 0.5),
        percentile_95=_percentile(ordered, reached, 0.95),
        longest=ordered[-1] if ordered else 0,
    )


def _bin_of(length: int) -> int:
    return next(number for number in range(len(EDGES) - 1, -1, -1) if length >= EDGES[number])


def _percentile(ordered: Sequence[int], reached: Sequence[int], share: float) -> int:
    """The smallest length that a share of the texts does not exceed."""
    return next(
        (length for length, so_far in zip(ordered, reached, strict=True) if so_far >= share * reached[-1]),
        0,
    )


def _identify(sample: Sequence[str]) -> dict[str, float]:
    found = Counter(language for text in sample if (language := identify_language(text)))
    return {language: count / found.total() for language, count in found.most_common(5)}


def measure_coverage(tokenizer: Tokenizer, texts: Sequence[str]) -> Coverage:
    """How a tokenizer copes with texts."""
    byte_ids = _byte_ids(tokenizer)
    tokens = unknown = spelled = 0
    for ids in tokenizer.encode_many(texts):
        tokens += len(ids)
        unknown += ids.count(UNKNOWN_ID)
        spelled += sum(token in byte_ids for token in ids)
    words = sum(len(split_words(text)) for text in texts)
    return Coverage(
        rows=len(texts),
        pieces_per_word=tokens / words if words else 0.0,
        unknown_share=unknown / tokens if tokens else 0.0,
        byte_share=spelled / tokens if tokens else 0.0,
    )


def _byte_ids(tokenizer: Tokenizer) -> frozenset[int]:
    if tokenizer.kind not in SUBWORD_TOKENIZER_NAMES:
        return frozenset()
    pieces = enumerate(tokenizer.tokens(range(tokenizer.size)))
    return frozenset(number for number, piece in pieces if _BYTE_PIECE.fullmatch(piece))
