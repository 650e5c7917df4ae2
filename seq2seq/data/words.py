"""Text to words and punctuation and back, without rules for any language.

A run of letters, digits and marks is a word; in scripts that write no spaces (Chinese, Japanese, Thai, ...)
each letter is. Every other character stands alone. The joiner ``￭`` tells where there was no space: on the
punctuation's side where there is any (``l'ami !`` is ``l ￭'￭ ami !``), else in front of the later word
(``我 ￭爱``). So the words of a text with single spaces join to exactly that text.
"""

from collections.abc import Iterable
from typing import Final

import regex

JOINER: Final = "￭"
_UNSPACED: Final = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD: Final = regex.compile(
    rf"(?<word>[{_UNSPACED}]\p{{M}}*|[\p{{L}}\p{{N}}\p{{M}}--[{_UNSPACED}]]+)|\S\p{{M}}*", regex.VERSION1
)
_UNSPACED_ONLY: Final = regex.compile(rf"(?:[{_UNSPACED}]\p{{M}}*)+")
_JOINED: Final = regex.compile(f" ?{JOINER} ?")


def split_words(text: str) -> list[str]:
    """Words and punctuation of a text, with joiners."""
    tokens: list[str] = []
    end, after_word = 0, False
    for match in _WORD.finditer(text):
        is_word, joined = match.lastgroup == "word", bool(tokens) and match.start() == end
        if joined and is_word and not after_word:
            tokens[-1] += JOINER
        tokens.append(JOINER + match[0] if joined and (after_word or not is_word) else match[0])
        end, after_word = match.end(), is_word
    return tokens


def join_words(tokens: Iterable[str]) -> str:
    """Put spaces between tokens where no joiner forbids one: undoes `split_words`."""
    return str(_JOINED.sub("", " ".join(tokens)))


def is_unspaced(text: str) -> bool:
    """Whether a text is all in scripts that put no spaces between words."""
    return _UNSPACED_ONLY.fullmatch(text) is not None
