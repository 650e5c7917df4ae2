"""The training text of a run: in memory, or larger than it and encoded once into a folder."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final, Protocol

from seq2seq.config import TrainingConfig
from seq2seq.data.batches import EncodedCorpus, encode_corpus
from seq2seq.data.corpus import ParallelCorpus, SentencePair
from seq2seq.data.mapped_corpus import (
    CorpusText,
    digest_files,
    digest_pairs,
    find_mapped,
    sample_pairs,
    write_mapped,
)
from seq2seq.data.readers import guess_languages, name_files, read_corpus, stream_pairs
from seq2seq.data.tokenizers import Tokenizer
from seq2seq.errors import ConfigError, DataError
from seq2seq.training.distributed import World
from seq2seq.training.requests import TrainingRequest

TOKENIZER_PAIRS: Final = 1_000_000
"""Pairs of a text in a cache from which tokenizers are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedText:
    """The training pairs as ids.

    Attributes:
        pairs: those that fit.
        dropped: how many were too long.
        digest: of the text, as of `digest_pairs`.
        split_anew: the pairs as they are split in an epoch, where that is random.
    """

    pairs: EncodedCorpus
    dropped: int
    digest: str
    split_anew: Callable[[int], EncodedCorpus] | None = None


class TrainingText(Protocol):
    """What a run asks of its training text."""

    @property
    def source_language(self) -> str:
        """A code such as ``en``, or empty."""
        ...

    @property
    def target_language(self) -> str:
        """Likewise."""
        ...

    def sample(self, seed: int) -> Sequence[SentencePair]:
        """Pairs to make tokenizers from."""
        ...

    def pairs(self) -> Iterable[SentencePair]:
        """All pairs, one after the other."""
        ...

    def encode(
        self, tokenizers: tuple[Tokenizer, Tokenizer], folder: Path, config: TrainingConfig
    ) -> EncodedText:
        """All pairs as ids; ``folder`` is the run's, in which the tokenizers lie."""
        ...


def open_text(request: TrainingRequest, world: World, tell: Callable[[str], None]) -> TrainingText:
    """The text that a request names.

    Args:
        request: of which the files of training text and the cache matter.
        world: the processes that share a cache.
        tell: is told in one sentence what is done with the cache.

    Raises:
        DataError: as `read_corpus` does.
    """
    languages = request.source_language, request.target_language
    if request.corpus_cache is None:
        corpus = read_corpus(
            request.train, request.train_target, source_language=languages[0], target_language=languages[1]
        )
        return _TextInMemory(corpus)
    guessed = guess_languages(*request.train_files)
    return _TextInCache(
        files=request.train_files,
        cache=request.corpus_cache,
        source_language=languages[0] or guessed[0],
        target_language=languages[1] or guessed[1],
        world=world,
        tell=tell,
    )


def check_text_fits(request: TrainingRequest, config: TrainingConfig) -> None:
    """Refuse settings that a text in a cache cannot serve.

    Raises:
        ConfigError: for random splits, which need the text itself at every epoch.
    """
    if request.corpus_cache is not None and config.subword_alpha:
        raise ConfigError(
            [
                f"subword_alpha {config.subword_alpha:g} splits the text anew at every epoch, and a corpus cache "
                "holds its one usual split."
            ],
            "Leave --corpus-cache out, or set subword_alpha to 0.",
        )


@dataclass(frozen=True, slots=True)
class _TextInMemory:
    corpus: ParallelCorpus

    @property
    def source_language(self) -> str:
        return self.corpus.source_language

    @property
    def target_language(self) -> str:
        return self.corpus.target_language

    def sample(self, seed: int) -> Sequence[SentencePair]:
        return self.corpus.pairs

    def pairs(self) -> Iterable[SentencePair]:
        return self.corpus.pairs

    def encode(
        self, tokenizers: tuple[Tokenizer, Tokenizer], folder: Path, config: TrainingConfig
    ) -> EncodedText:
        def split(alpha: float, *seed: int) -> tuple[EncodedCorpus, int]:
            return encode_corpus(
                self.corpus,
                *tokenizers,
                maximum_tokens=config.maximum_tokens,
                subword_alpha=alpha,
                seed=seed,
            )

        def split_anew(epoch: int) -> EncodedCorpus:
            return split(config.subword_alpha, config.seed, epoch)[0]

        pairs, dropped = split(0.0)
        return EncodedText(
            pairs=pairs,
            dropped=dropped,
            digest=digest_pairs(self.corpus.pairs),
            split_anew=split_anew if config.subword_alpha else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _TextInCache:
    files: tuple[Path, ...]
    cache: Path
    source_language: str
    target_language: str
    world: World
    tell: Callable[[str], None]

    def sample(self, seed: int) -> Sequence[SentencePair]:
        return sample_pairs(self.pairs(), TOKENIZER_PAIRS, seed=seed)

    def pairs(self) -> Iterable[SentencePair]:
        return stream_pairs(*self.files)

    def encode(
        self, tokenizers: tuple[Tokenizer, Tokenizer], folder: Path, config: TrainingConfig
    ) -> EncodedText:
        """Map the cache; the first process makes it if need be, then the first one of every machine without it."""
        text = CorpusText(
            paths=self.files,
            files_digest=self.world.from_first(digest_files(self.files) if self.world.leads else ""),
            tokenizers=tokenizers,
            tokenizers_digest=digest_files(_tokenizer_files(folder)),
            maximum_tokens=config.maximum_tokens,
        )
        self.world.first(lambda: self._make(text))
        if self.world.local_rank == 0 and not self.world.leads:
            self._make(text)
        self.world.wait()
        mapped, why = find_mapped(self.cache, text)
        if mapped is None:
            raise DataError(f"{self.cache} {why}.", "Leave it alone while processes begin.")
        return EncodedText(pairs=mapped.encoded, dropped=mapped.dropped, digest=mapped.pairs_digest)

    def _make(self, text: CorpusText) -> None:
        mapped, why = find_mapped(self.cache, text)
        if mapped is not None:
            self.tell(f"{self.cache} holds this text already: {len(mapped.encoded):,} pairs.")
            return
        if not self.world.leads and digest_files(self.files) != text.files_digest:
            raise DataError(
                f"{name_files(*self.files)} differs from what the first process reads.",
                "Give all machines the same text.",
            )
        self.tell(f"{self.cache} {why}: the text is encoded.")
        write_mapped(self.cache, text)


def _tokenizer_files(folder: Path) -> list[Path]:
    sides = ((folder / f"{side}_tokenizer").iterdir() for side in ("source", "target"))
    return sorted(chain.from_iterable(sides))
