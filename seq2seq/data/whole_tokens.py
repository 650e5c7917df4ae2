"""Tokenizers with a plain list of whole tokens: characters, words, what stands between white space."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, Self

from seq2seq.data.normalization import Normalizer
from seq2seq.data.tokenizer_files import TokenizerFiles, write_tokenizer_files
from seq2seq.data.vocabulary import END_ID, SPECIAL_TOKENS, Vocabulary
from seq2seq.data.words import join_words, split_words
from seq2seq.errors import CheckpointError

SPACE_MARK: Final = "▁"


class WholeTokenTokenizer:
    """A plain list of whole tokens: characters, words or what stands between white space.

    Args:
        kind: a name in `SPLITTERS`.
        vocabulary: the tokens.
        normalizer: what happens to text first.
    """

    def __init__(self, kind: str, vocabulary: Vocabulary, normalizer: Normalizer) -> None:
        self.kind = kind
        self.size = len(vocabulary)
        self._vocabulary = vocabulary
        self._normalizer = normalizer
        self._split, self._join = SPLITTERS[kind]

    @classmethod
    def train(cls, kind: str, texts: Sequence[str], *, vocabulary_size: int) -> Self:
        """Take the ``vocabulary_size - 4`` most frequent tokens of texts."""
        normalizer = Normalizer.learn(texts)
        split, _ = SPLITTERS[kind]
        tokens = (token for text in texts for token in split(normalizer.normalize(text)))
        return cls(kind, Vocabulary.count(tokens, vocabulary_size), normalizer)

    @classmethod
    def load(cls, files: TokenizerFiles) -> Self:
        """Build from the files of a folder.

        Raises:
            CheckpointError: when they list no tokens.
        """
        if files.tokens is None:
            raise CheckpointError("The tokenizer's list of tokens is missing.")
        return cls(files.kind, Vocabulary(files.tokens), files.normalizer)

    def encode(self, text: str) -> list[int]:
        """The ids of a text, without start and end."""
        return self._vocabulary.encode(self._split(self._normalizer.normalize(text)))

    def encode_many(self, texts: Sequence[str]) -> list[list[int]]:
        """`encode` of every text."""
        return [self.encode(text) for text in texts]

    def sample_many(self, texts: Sequence[str], *, alpha: float, seed: int) -> list[list[int]]:
        """`encode_many`: there is one way to split a text into such tokens."""
        return self.encode_many(texts)

    def decode(self, ids: Iterable[int]) -> str:
        """The text of ids; special ids leave no text."""
        return self._join(self._vocabulary.tokens[token] for token in ids if token > END_ID)

    def tokens(self, ids: Iterable[int]) -> list[str]:
        """The token of each id; ``▁`` stands for a space."""
        return [SPACE_MARK if (name := self._vocabulary.tokens[token]) == " " else name for token in ids]

    def save(self, folder: Path) -> None:
        """Write ``tokenizer.json``."""
        tokens = self._vocabulary.tokens[len(SPECIAL_TOKENS) :]
        write_tokenizer_files(folder, TokenizerFiles(self.kind, self._normalizer, tokens=tokens))


SPLITTERS: Final[dict[str, tuple[Callable[[str], list[str]], Callable[[Iterable[str]], str]]]] = {
    "characters": (list, "".join),
    "words": (split_words, join_words),
    "whitespace": (str.split, " ".join),
}
