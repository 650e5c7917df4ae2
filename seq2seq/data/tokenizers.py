"""Text to ids and back, behind one protocol.

Every tokenizer numbers pad, unknown, start and end as `vocabulary` says, brings text into the normal form of
its `Normalizer` first, and is stored as a folder: ``tokenizer.json`` and, for SentencePiece, its model file.
"""

import io
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, Self

import sentencepiece

from seq2seq.config import SUBWORD_TOKENIZER_NAMES
from seq2seq.data.normalization import Normalizer
from seq2seq.data.tokenizer_files import TokenizerFiles, read_tokenizer_files, write_tokenizer_files
from seq2seq.data.vocabulary import END_ID, PAD_ID, SPECIAL_TOKENS, START_ID, UNKNOWN_ID
from seq2seq.data.whole_tokens import WholeTokenTokenizer
from seq2seq.errors import CheckpointError, ConfigError, DataError

# With bytes to fall back on, the rarest characters need no piece of their own.
_COVERAGE_WITH_BYTES: Final = 0.99995
_LONGEST_SENTENCE_BYTES: Final = 16_384
_MOST_SENTENCES: Final = 2_000_000
# The pieces depend on how the work was divided, so it always is in the same way.
_TRAINING_THREADS: Final = 2


class Tokenizer(Protocol):
    """What the rest of the house asks of a tokenizer."""

    @property
    def kind(self) -> str:
        """Its name in `TOKENIZERS`."""
        ...

    @property
    def size(self) -> int:
        """Number of different ids, the special ones included."""
        ...

    def encode(self, text: str) -> list[int]:
        """The ids of a text, without start and end."""
        ...

    def encode_many(self, texts: Sequence[str]) -> list[list[int]]:
        """`encode` of every text, faster than one by one."""
        ...

    def sample_many(self, texts: Sequence[str], *, alpha: float, seed: int) -> list[list[int]]:
        """A random way to split every text; `encode_many` where there is only one.

        Args:
            texts: what to split.
            alpha: above 0; what it means is said at the tokenizer.
            seed: the same texts, alpha and seed give the same ids.
        """
        ...

    def decode(self, ids: Iterable[int]) -> str:
        """The text of ids; special ids, the unknown one too, leave no text."""
        ...

    def tokens(self, ids: Iterable[int]) -> list[str]:
        """What each id looks like: ``▁`` stands for a space, special ids are ``<s>`` and the like."""
        ...

    def save(self, folder: Path) -> None:
        """Write into a folder, which is made if need be."""
        ...


class SentencePieceTokenizer:
    """Pieces of words learned from text (Kudo and Richardson 2018, arXiv:1808.06226).

    Args:
        kind: ``unigram`` (Kudo 2018, arXiv:1804.10959) or ``bpe`` (Sennrich 2016, arXiv:1508.07909).
        model: a serialised SentencePiece model.
        normalizer: what happens to text first.

    Raises:
        CheckpointError: when the model cannot be read or numbers the special tokens otherwise than we do.
    """

    def __init__(self, kind: str, model: bytes, normalizer: Normalizer) -> None:
        self.kind = kind
        self._model = model
        self._normalizer = normalizer
        self._processor = _load_processor(model)
        self.size: int = self._processor.get_piece_size()
        self._pieces = _read_pieces(self._processor)
        if self._pieces[:4] != SPECIAL_TOKENS or len(set(self._pieces)) != self.size:
            raise CheckpointError(
                f"The SentencePiece model begins with {', '.join(map(repr, self._pieces[:4]))}, "
                f"or repeats a piece; it must begin with {', '.join(SPECIAL_TOKENS)} and repeat none."
            )

    @classmethod
    def train(
        cls,
        kind: str,
        texts: Sequence[str],
        *,
        vocabulary_size: int,
        byte_fallback: bool,
        seed: int,
    ) -> Self:
        """Learn pieces from texts; a text too small for ``vocabulary_size`` pieces gives fewer.

        Raises:
            ConfigError: when ``vocabulary_size`` does not even hold the single characters (and bytes).
        """
        normalizer = Normalizer.learn(texts)
        model = io.BytesIO()
        sentencepiece.set_random_generator_seed(seed)
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=map(normalizer.normalize, texts),
                model_writer=model,
                model_type=kind,
                vocab_size=vocabulary_size,
                hard_vocab_limit=False,
                byte_fallback=byte_fallback,
                character_coverage=_COVERAGE_WITH_BYTES if byte_fallback else 1.0,
                normalization_rule_name="identity",
                max_sentence_length=_LONGEST_SENTENCE_BYTES,
                num_threads=_TRAINING_THREADS,
                input_sentence_size=_MOST_SENTENCES if len(texts) > _MOST_SENTENCES else 0,
                minloglevel=2,
                pad_id=PAD_ID,
                unk_id=UNKNOWN_ID,
                bos_id=START_ID,
                eos_id=END_ID,
                pad_piece=SPECIAL_TOKENS[PAD_ID],
            )
        except RuntimeError as error:
            raise _explain_training_failure(error, vocabulary_size) from error
        return cls(kind, model.getvalue(), normalizer)

    @classmethod
    def load(cls, files: TokenizerFiles) -> Self:
        """Build from the files of a folder."""
        if files.model is None:
            raise CheckpointError("The tokenizer's file sentencepiece.model is missing.")
        return cls(files.kind, files.model, files.normalizer)

    def encode(self, text: str) -> list[int]:
        """The ids of a text, without start and end."""
        ids: list[int] = self._processor.encode(self._normalizer.normalize(text))
        return ids

    def encode_many(self, texts: Sequence[str]) -> list[list[int]]:
        """`encode` of every text."""
        ids: list[list[int]] = self._processor.encode([self._normalizer.normalize(text) for text in texts])
        return ids

    def sample_many(self, texts: Sequence[str], *, alpha: float, seed: int) -> list[list[int]]:
        """A random split of every text.

        ``unigram`` draws from all splits with probability proportional to P(split)^alpha (Kudo 2018,
        arXiv:1804.10959, equation 9, of unlimited n-best); ``bpe`` leaves every merge out with probability
        alpha (Provilkov 2020, arXiv:1910.13267, algorithm 1).
        """
        sentencepiece.set_random_generator_seed(seed)
        ids: list[list[int]] = self._processor.encode(
            [self._normalizer.normalize(text) for text in texts],
            enable_sampling=True,
            alpha=alpha,
            nbest_size=-1,
            num_threads=1,  # every thread would have random numbers of its own
        )
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """The text of ids; bytes that are no UTF-8 come out as U+FFFD."""
        text: str = self._processor.decode([token for token in ids if token > END_ID])
        return text

    def tokens(self, ids: Iterable[int]) -> list[str]:
        """The piece of each id; ``▁`` stands for a space, ``<0xC3>`` for a byte."""
        return [self._pieces[token] for token in ids]

    def save(self, folder: Path) -> None:
        """Write ``tokenizer.json`` and ``sentencepiece.model``."""
        write_tokenizer_files(folder, TokenizerFiles(self.kind, self._normalizer, model=self._model))


def _load_processor(model: bytes) -> Any:
    if not model:  # SentencePiece takes an empty model for one that is still to be loaded
        raise CheckpointError("The SentencePiece model is empty.")
    try:
        return sentencepiece.SentencePieceProcessor(model_proto=model)
    except (RuntimeError, UnicodeDecodeError) as error:  # the latter when its message quotes a bad piece
        raise CheckpointError("The SentencePiece model is damaged and cannot be read.") from error


def _read_pieces(processor: Any) -> tuple[str, ...]:
    try:
        return tuple(processor.id_to_piece(list(range(processor.get_piece_size()))))
    except UnicodeDecodeError as error:
        raise CheckpointError("The SentencePiece model is damaged: a piece is not UTF-8.") from error


def _explain_training_failure(error: RuntimeError, vocabulary_size: int) -> Exception:
    """What the user can mend about a failed training; other failures come back as they are."""
    too_small = re.search(r"smaller than required_chars\. \d+ vs (\d+)", str(error))
    if too_small is None:
        return error
    return ConfigError(
        [
            f"vocabulary_size {vocabulary_size} is too small: the characters (and bytes) of this text alone "
            f"need {too_small[1]}."
        ],
        "Raise it, switch byte_fallback off, or take another tokenizer.",
    )


def train_tokenizer(
    kind: str,
    texts: Iterable[str],
    *,
    vocabulary_size: int,
    byte_fallback: bool = True,
    seed: int = 1,
) -> Tokenizer:
    """Learn a tokenizer from texts; the same arguments give the same tokenizer.

    Args:
        kind: a name in `TOKENIZERS`.
        texts: what to learn from, at least one that is not empty.
        vocabulary_size: largest number of ids; a small text gives fewer.
        byte_fallback: SentencePiece only: spell unknown characters as bytes.
        seed: SentencePiece only: which texts to learn from where there are more than two million.

    Raises:
        ConfigError: for an unknown kind, or a size below what the characters need.
        DataError: when the texts hold nothing.
    """
    if kind not in TOKENIZERS:
        raise ConfigError([f"tokenizer must be one of {', '.join(TOKENIZERS)}, not {kind!r}."])
    normalize = Normalizer().normalize
    kept = [text for text in texts if normalize(text)]
    if not kept:
        raise DataError("There is no text to learn a tokenizer from.")
    if kind in SUBWORD_TOKENIZER_NAMES:
        return SentencePieceTokenizer.train(
            kind,
            kept,
            vocabulary_size=vocabulary_size,
            byte_fallback=byte_fallback,
            seed=seed,
        )
    return WholeTokenTokenizer.train(kind, kept, vocabulary_size=vocabulary_size)


def load_tokenizer(folder: Path | str) -> Tokenizer:
    """Read what `Tokenizer.save` wrote.

    Raises:
        CheckpointError: for files that are missing, damaged, too large or not of a tokenizer of ours.
    """
    files = read_tokenizer_files(Path(folder))
    if files.kind not in TOKENIZERS:
        raise CheckpointError(f"{folder} holds a tokenizer of the unknown kind {files.kind!r}.")
    return TOKENIZERS[files.kind](files)


TOKENIZERS: Final[dict[str, Callable[[TokenizerFiles], Tokenizer]]] = {
    "unigram": SentencePieceTokenizer.load,
    "bpe": SentencePieceTokenizer.load,
    "characters": WholeTokenTokenizer.load,
    "words": WholeTokenTokenizer.load,
    "whitespace": WholeTokenTokenizer.load,
}
