"""Pretrained embeddings from files of text: word2vec, GloVe and fastText ``.vec``, plain or gzipped.

Every line is a word and its numbers with single spaces between them. word2vec and fastText begin with a line of
how many words and numbers there are; GloVe does not, and has words with spaces in them. The file is read once,
line by line, and only the rows of the vocabulary are kept.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.config import SUBWORD_TOKENIZER_NAMES
from seq2seq.data.readers import open_lines
from seq2seq.data.vocabulary import END_ID
from seq2seq.data.whole_tokens import SPACE_MARK
from seq2seq.data.words import JOINER, is_unspaced
from seq2seq.errors import DataError

FloatArray = NDArray[np.float32]
_BYTE_PIECE: Final = re.compile(r"<0x[0-9A-F]{2}>")
_HEADER: Final = re.compile(rb"(\d+) (\d+) *")


@dataclass(frozen=True, slots=True, eq=False)
class FoundEmbeddings:
    """The rows of a vocabulary that a file has.

    Attributes:
        token_ids: the tokens found, ascending.
        vectors: theirs, float32 [N,D].
        tokens: tokens of the vocabulary, the special ones left out.
        lowercase: how many were found only in lower case.
    """

    token_ids: tuple[int, ...]
    vectors: FloatArray
    tokens: int
    lowercase: int

    @property
    def share(self) -> float:
        """The share of the vocabulary that was found, 0 to 1."""
        return len(self.token_ids) / self.tokens if self.tokens else 0.0


def lookup_word(token: str, kind: str) -> str | None:
    """The word that a token is to be looked up by, or None where its vector would say something else.

    A token of ``words`` or ``whitespace`` is a word. A piece of a SentencePiece vocabulary is one where it
    begins a word (without its mark ``▁``), where it is punctuation, and in scripts without spaces; a piece from
    within a word (``ing``) is not the word of these letters, nor is a single letter of ``characters``.
    """
    if kind == "whitespace":
        return token
    if kind == "words":
        return token.replace(JOINER, "") or None
    if _BYTE_PIECE.fullmatch(token):
        return None
    if kind in SUBWORD_TOKENIZER_NAMES and token.startswith(SPACE_MARK):
        return token.removeprefix(SPACE_MARK) or None
    is_mark = token != SPACE_MARK and not any(letter.isalnum() for letter in token)
    return token if is_mark or is_unspaced(token) else None


def read_embeddings(path: Path, tokens: Sequence[str], kind: str, *, width: int) -> FoundEmbeddings:
    """Read the vectors of a vocabulary; a token that is not there is looked for in lower case.

    Where a word occurs twice the first vector counts. The numbers of words outside the vocabulary are counted
    but not read.

    Args:
        path: the file.
        tokens: the string of every token by its id, as `Tokenizer.tokens` gives them.
        kind: of the tokenizer.
        width: numbers of a vector, as the model wants them.

    Raises:
        DataError: for a file that cannot be read, has vectors of another width, ends too soon, or has a damaged
            line, which is named.
    """
    words = {number: lookup_word(token, kind) for number, token in enumerate(tokens) if number > END_ID}
    exact, lower = _by_word(words, str), _by_word(words, str.lower)
    vectors: dict[int, FloatArray] = {}
    from_lowercase: dict[int, FloatArray] = {}
    for word, vector in _read_wanted(path, exact.keys() | lower.keys(), width):
        for number in exact.get(word, ()):
            vectors.setdefault(number, vector)
        for number in lower.get(word, ()):
            from_lowercase.setdefault(number, vector)
    found = {**from_lowercase, **vectors}
    ids = tuple(sorted(found))
    return FoundEmbeddings(
        token_ids=ids,
        vectors=np.array([found[number] for number in ids], np.float32).reshape(len(ids), width),
        tokens=len(words),
        lowercase=len(found) - len(vectors),
    )


def check_width(path: Path, width: int) -> None:
    """Look at the first line only.

    Raises:
        DataError: when the file cannot be read, or its vectors have another width than the model's.
    """
    with open_lines(path) as lines:
        _read_start(path, next(lines, b""), width)


def _by_word(words: Mapping[int, str | None], change: Callable[[str], str]) -> dict[bytes, list[int]]:
    """The tokens that look up each word, which is changed first."""
    found: dict[bytes, list[int]] = {}
    for number, word in words.items():
        if word is not None:
            found.setdefault(change(word).encode(), []).append(number)
    return found


def _read_wanted(path: Path, wanted: Set[bytes], width: int) -> Iterator[tuple[bytes, FloatArray]]:
    """The words that are wanted with their vectors, as they come."""
    with open_lines(path) as lines:
        first = next(lines, b"")
        promised = _read_start(path, first, width)
        rows = (
            enumerate(lines, start=2) if promised is not None else enumerate(chain([first], lines), start=1)
        )
        count = 0
        for number, line in rows:
            count += 1
            word, numbers = _split_line(path, number, line.rstrip(b" "), width, promised is not None)
            if word in wanted:
                yield word, _read_vector(path, number, numbers)
    if promised is not None and count != promised:
        raise DataError(
            f"{path} has {count:,} words, and its first line promises {promised:,}.",
            "Fetch it again; if you shortened it, correct the first line.",
            key="embeddings_count",
            values={"path": str(path), "words": count, "promised": promised},
        )


def _read_start(path: Path, first: bytes, width: int) -> int | None:
    """The number of words that the first line promises, or None where it is a word already."""
    header = _HEADER.fullmatch(first)
    found = int(header[2]) if header else _count_numbers(first)
    if found != width:
        raise DataError(
            f"The vectors of {path} have {found} numbers, and the model's embeddings {width}.",
            f"Set embedding_size to {found}, or take another file."
            if found
            else "Is it a file of embeddings?",
            key="embeddings_width",
            values={"path": str(path), "found": found, "width": width},
        )
    return int(header[1]) if header else None


def _count_numbers(line: bytes) -> int:
    """How many numbers there are behind the first word of a line; 0 where it is something else."""
    fields = line.rstrip(b" ").split(b" ")[1:]
    try:
        return len([float(field) for field in fields])
    except ValueError:
        return 0


def _split_line(
    path: Path, number: int, line: bytes, width: int, has_header: bool
) -> tuple[bytes, Sequence[bytes]]:
    """The word of a line and its numbers, still as text."""
    spaces = line.count(b" ")
    if spaces < width or (spaces > width and has_header):
        raise _bad_line(path, number, f"{spaces} numbers instead of {width}")
    word, *numbers = line.rsplit(b" ", width)
    return word, numbers


def _read_vector(path: Path, number: int, numbers: Sequence[bytes]) -> FloatArray:
    try:
        vector = np.array([float(text) for text in numbers], np.float32)
    except ValueError as problem:
        raise _bad_line(path, number, "something that is not a number") from problem
    if not np.isfinite(vector).all():
        raise _bad_line(path, number, "a number that is not finite")
    return vector


def _bad_line(path: Path, number: int, reason: str) -> DataError:
    return DataError(
        f"Line {number} of {path} is damaged: it has {reason}.",
        "Fetch the file again or mend the line.",
        key="embeddings_line",
        values={"path": str(path), "line": number, "reason": reason},
    )
