"""The four ids that mean the same in every tokenizer, and plain vocabularies of whole tokens."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, Self

PAD_ID: Final = 0
UNKNOWN_ID: Final = 1
START_ID: Final = 2
END_ID: Final = 3
SPECIAL_TOKENS: Final = ("<pad>", "<unk>", "<s>", "</s>")


class Vocabulary:
    """A numbered list of different tokens, the four special ones first.

    Args:
        tokens: all others, in the order of their ids from 4 on; none twice, none special.
    """

    __slots__ = ("_ids", "tokens")

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = (*SPECIAL_TOKENS, *tokens)
        self._ids = {token: number for number, token in enumerate(self.tokens)}
        for special in SPECIAL_TOKENS:  # text that spells "<s>" must not end up as the start token
            del self._ids[special]

    @classmethod
    def count(cls, tokens: Iterable[str], size: int) -> Self:
        """The ``size - 4`` most frequent tokens, ties in code point order."""
        counts = Counter(tokens)
        for special in SPECIAL_TOKENS:
            counts.pop(special, None)
        ranked = sorted(counts, key=lambda token: (-counts[token], token))
        return cls(ranked[: max(0, size - len(SPECIAL_TOKENS))])

    def __len__(self) -> int:
        return len(self.tokens)

    def encode(self, tokens: Iterable[str]) -> list[int]:
        """The ids of tokens, the unknown id for those it does not hold."""
        get = self._ids.get
        return [get(token, UNKNOWN_ID) for token in tokens]
