"""From pieces to words: which tokens make a word, and attention between words instead of pieces.

Shape letters: T target tokens, S source tokens, U target words, W source words.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np

from seq2seq.data.vocabulary import SPECIAL_TOKENS
from seq2seq.data.words import join_words
from seq2seq.decoding.trace import FloatArray

SPACE_MARK: Final = "\u2581"
BYTE_TOKEN: Final = re.compile("<0x[0-9A-Fa-f]{2}>")
NO_TEXT: Final = re.compile("[\udc80-\udcff]")
PIECE_KINDS: Final = ("bpe", "unigram")
JOINING: Final = frozenset("'’-‐·")
"""Marks that stand inside words: ``l'ami``, ``peut-être``, ``col·lecció``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A run of tokens: ``start`` to ``end`` (exclusive), and its text without marks."""

    start: int
    end: int
    text: str


def group_words(tokens: Sequence[str], kind: str) -> tuple[Word, ...]:
    """The words of tokens of a kind of tokenizer; every token belongs to exactly one word, in order.

    Pieces begin a word at ``▁``; punctuation is a word of its own, and so is every piece of a script without
    spaces. Characters begin a word after a space, which ends the word before it. Whole words are what they are.
    Special tokens stand alone.
    """
    starts = [index for index in range(len(tokens)) if index == 0 or _begins(tokens, index, kind)]
    ends = [*starts[1:], len(tokens)] if starts else []
    return tuple(
        Word(start=start, end=end, text=_text(tokens[start:end]))
        for start, end in zip(starts, ends, strict=True)
    )


def join_tokens(tokens: Sequence[str], kind: str) -> str:
    """The text that tokens of a kind of tokenizer say, as its ``decode`` gives it; special tokens say nothing."""
    said = [token for token in tokens if token not in SPECIAL_TOKENS]
    if kind == "words":
        return join_words(said)
    if kind == "whitespace":
        return " ".join(said)
    if kind == "characters":
        return "".join(said).replace(SPACE_MARK, " ")
    if said:
        said[0] = said[0].removeprefix(SPACE_MARK)
    parts = (_say_bytes(run) if is_byte else "".join(run) for is_byte, run in groupby(said, key=_is_byte))
    return "".join(parts).replace(SPACE_MARK, " ")


def _begins(tokens: Sequence[str], index: int, kind: str) -> bool:
    before, token = tokens[index - 1], tokens[index]
    if _is_special(before) or _is_special(token):
        return True
    if kind == "characters":
        return before == SPACE_MARK
    if kind not in PIECE_KINDS:
        return True
    if token.startswith(SPACE_MARK):
        return before != SPACE_MARK
    if before == SPACE_MARK or (_is_byte(before) and _is_byte(token)):
        return False
    return _class_of(before[-1]) != _class_of(token[0]) or _class_of(token[0]) == "ideograph"


def _is_special(token: str) -> bool:
    return token.startswith("<") and token.endswith(">") and not _is_byte(token) and len(token) > 2


def _is_byte(token: str) -> bool:
    return BYTE_TOKEN.fullmatch(token) is not None


def _class_of(character: str) -> str:
    """Letters (with their marks, digits and what joins words), ideographs, or punctuation."""
    if character in JOINING or unicodedata.category(character)[0] in "LMN" or character in "<>":
        has_name = unicodedata.name(character, "").startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGZHOU"))
        return "ideograph" if has_name else "letter"
    return "letter" if character == SPACE_MARK else "punctuation"


def _text(tokens: Sequence[str]) -> str:
    if all(_is_byte(token) for token in tokens):
        return _say_bytes(tokens)
    return "".join(tokens).replace(SPACE_MARK, " ").strip() or SPACE_MARK


def _say_bytes(tokens: Iterable[str]) -> str:
    """The text of byte tokens; each byte that is no UTF-8 is U+FFFD, as SentencePiece has it."""
    text = bytes(int(token[3:5], 16) for token in tokens).decode("utf-8", errors="surrogateescape")
    return NO_TEXT.sub("\ufffd", text)


def merge_attention(
    attention: FloatArray, target_words: Sequence[Word], source_words: Sequence[Word]
) -> FloatArray:
    """Attention [T,S] between words [U,W]: target rows averaged, source columns summed, so rows keep their sum."""
    if not attention.size:
        return np.zeros((len(target_words), 0), np.float32)
    rows = np.stack([attention[word.start : word.end].mean(axis=0) for word in target_words])
    merged: FloatArray = np.stack(
        [rows[:, word.start : word.end].sum(axis=1) for word in source_words], axis=1
    )
    return merged
