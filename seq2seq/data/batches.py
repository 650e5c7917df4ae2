"""Encoded pairs to padded tensors, in batches of similar length under a token budget."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seq2seq.data.corpus import ParallelCorpus, SentencePair
from seq2seq.data.tokenizers import Tokenizer
from seq2seq.data.vocabulary import END_ID, PAD_ID
from seq2seq.errors import DataError

IndexArray = NDArray[np.int64]
StoredIds = NDArray[np.int32] | NDArray[np.uint16]
_Ids = tuple[list[int], list[int]]

CHUNK_PAIRS: Final = 20_000
"""How many pairs are encoded at once."""
_CHUNK_LENGTHS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Padded ids on the right: source [B,S], target [B,T], both int64; lengths [B] count real tokens.

    Both sides end in the end token and have no start token: the decoder's input is the target shifted right
    behind a start token, which the model does.
    """

    source_ids: Tensor
    source_lengths: Tensor
    target_ids: Tensor
    target_lengths: Tensor

    def to(self, device: torch.device | str) -> "Batch":
        """The batch on a device; on the one where it is, itself."""
        if self.source_ids.device == torch.device(device):
            return self
        return Batch(
            source_ids=self.source_ids.to(device),
            source_lengths=self.source_lengths.to(device),
            target_ids=self.target_ids.to(device),
            target_lengths=self.target_lengths.to(device),
        )


@dataclass(frozen=True, slots=True, eq=False)
class EncodedSentences:
    """Many sentences of ids, end to end: sentence i is ``ids[offsets[i]:offsets[i + 1]]``.

    Attributes:
        ids: all tokens, int32, or uint16 where they lie in a file of a small vocabulary.
        offsets: int64 [N+1], starts of the sentences and the end of the last.
    """

    ids: StoredIds
    offsets: IndexArray

    @classmethod
    def build(cls, sentences: Sequence[Sequence[int]]) -> Self:
        """Store sentences of ids one behind the other."""
        offsets = np.zeros(len(sentences) + 1, np.int64)
        np.cumsum([len(sentence) for sentence in sentences], out=offsets[1:])
        return cls(np.fromiter(chain.from_iterable(sentences), np.int32, int(offsets[-1])), offsets)

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        """All sentences of the parts in order."""
        lengths = np.concatenate([part.lengths for part in parts])
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        return cls(np.concatenate([part.ids for part in parts]), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> list[int]:
        start, stop = self.offsets[index], self.offsets[index + 1]
        return [int(token) for token in self.ids[start:stop]]

    @property
    def lengths(self) -> IndexArray:
        """Number of tokens of every sentence, int64 [N]."""
        return np.diff(self.offsets)

    def pad(self, indices: IndexArray) -> tuple[Tensor, Tensor]:
        """Ids [B,L] and lengths [B] of the sentences at ``indices``, padded on the right; int64."""
        starts = self.offsets[indices]
        lengths = self.offsets[indices + 1] - starts
        columns = np.arange(lengths.max(initial=0))
        real = columns < lengths[:, None]
        padded = np.full(real.shape, PAD_ID, np.int64)
        padded[real] = self.ids[(starts[:, None] + columns)[real]]
        return torch.from_numpy(padded), torch.from_numpy(lengths)


@dataclass(frozen=True, slots=True, eq=False)
class EncodedCorpus:
    """Pairs of encoded sentences, both sides without start and with the end token."""

    source: EncodedSentences
    target: EncodedSentences

    def __len__(self) -> int:
        return len(self.source)

    def collate(self, indices: IndexArray | Sequence[int]) -> Batch:
        """The pairs at ``indices`` (one at least) as a padded batch, in that order."""
        rows = np.asarray(indices, np.int64)
        source_ids, source_lengths = self.source.pad(rows)
        target_ids, target_lengths = self.target.pad(rows)
        return Batch(
            source_ids=source_ids,
            source_lengths=source_lengths,
            target_ids=target_ids,
            target_lengths=target_lengths,
        )


def encode_corpus(
    corpus: ParallelCorpus,
    source_tokenizer: Tokenizer,
    target_tokenizer: Tokenizer,
    *,
    maximum_tokens: int,
    subword_alpha: float = 0.0,
    seed: Sequence[int] = (),
) -> tuple[EncodedCorpus, int]:
    """Encode all pairs; leave out those with a side of more than ``maximum_tokens``, the end token included.

    Args:
        corpus: the pairs.
        source_tokenizer: for the sources.
        target_tokenizer: for the targets.
        maximum_tokens: which pairs are left out; decided by their usual split, whatever the random one is.
        subword_alpha: above 0, split at random as `Tokenizer.sample_many` says; a pair whose random split is
            longer than ``maximum_tokens`` keeps its usual one.
        seed: of the random split, any number of integers.

    Returns:
        The encoded pairs in the order of the corpus, and how many were left out.

    Raises:
        DataError: when no pair is left.
    """
    tokenizers = source_tokenizer, target_tokenizer
    parts = [
        encode_chunk(
            corpus.pairs[start : start + CHUNK_PAIRS],
            tokenizers,
            maximum_tokens=maximum_tokens,
            subword_alpha=subword_alpha,
            seed=(*seed, start),
        )
        for start in range(0, len(corpus), CHUNK_PAIRS)
    ]
    total = sum(map(len, parts))
    if not total:
        raise nothing_fits(len(corpus), corpus.origin, maximum_tokens)
    encoded = EncodedCorpus(
        EncodedSentences.concatenate([part.source for part in parts]),
        EncodedSentences.concatenate([part.target for part in parts]),
    )
    return encoded, len(corpus) - total


def encode_chunk(
    pairs: Sequence[SentencePair],
    tokenizers: tuple[Tokenizer, Tokenizer],
    *,
    maximum_tokens: int,
    subword_alpha: float = 0.0,
    seed: Sequence[int] = (),
) -> EncodedCorpus:
    """As `encode_corpus`, for some pairs of a corpus, none of which need fit."""
    usual = _split(pairs, tokenizers, 0.0, seed)
    drawn = _split(pairs, tokenizers, subword_alpha, seed) if subword_alpha else usual
    kept = [
        chosen if _longest(chosen) < maximum_tokens else plain
        for plain, chosen in zip(usual, drawn, strict=True)
        if _longest(plain) < maximum_tokens
    ]
    return EncodedCorpus(
        EncodedSentences.build([[*source, END_ID] for source, _ in kept]),
        EncodedSentences.build([[*target, END_ID] for _, target in kept]),
    )


def nothing_fits(pairs: int, origin: str, maximum_tokens: int) -> DataError:
    """The error for a corpus of which every pair is too long."""
    return DataError(
        f"None of the {pairs} pairs of {origin} fits in {maximum_tokens} tokens.",
        "Raise maximum_tokens or check the file.",
    )


def _split(
    pairs: Sequence[SentencePair], tokenizers: tuple[Tokenizer, Tokenizer], alpha: float, seed: Sequence[int]
) -> list[_Ids]:
    """Both sides of the pairs in their usual split, or with ``alpha`` above 0 in a random one."""
    texts = [pair.source for pair in pairs], [pair.target for pair in pairs]
    seeds = np.random.default_rng(seed).integers(2**31, size=2).tolist()
    source, target = (
        tokenizer.sample_many(words, alpha=alpha, seed=number) if alpha else tokenizer.encode_many(words)
        for tokenizer, words, number in zip(tokenizers, texts, seeds, strict=True)
    )
    return list(zip(source, target, strict=True))


def _longest(pair: _Ids) -> int:
    return max(map(len, pair))


def make_batches(
    corpus: EncodedCorpus, *, batch_tokens: int, seed: int, epoch: int, left: IndexArray | None = None
) -> list[IndexArray]:
    """Plan an epoch: which pairs form which batch, in the order to train on them.

    Pairs are sorted by target and source length, equal ones at random, cut where the number of sentences
    times the longest side would exceed ``batch_tokens``, and the batches shuffled. Every pair occurs exactly
    once; a pair longer than the budget is a batch of its own. The same seed and epoch give the same plan.
    ``left`` are the pairs to plan, where an epoch that has begun is planned anew; by default all.
    """
    generator = np.random.default_rng([seed, epoch])
    source_lengths, target_lengths = corpus.source.lengths, corpus.target.lengths
    if left is not None:
        source_lengths, target_lengths = source_lengths[left], target_lengths[left]
    order = np.lexsort((generator.random(len(source_lengths)), source_lengths, target_lengths))
    longest = np.maximum(source_lengths, target_lengths)[order]
    cuts = _cuts(_numbers(longest), batch_tokens)
    batches = np.split(order if left is None else left[order], cuts)
    return [batches[index] for index in generator.permutation(len(batches))]


def _numbers(values: IndexArray) -> Iterator[int]:
    """The values as Python's numbers, without a list of all of them."""
    for start in range(0, len(values), _CHUNK_LENGTHS):
        yield from values[start : start + _CHUNK_LENGTHS].tolist()


def _cuts(lengths: Iterable[int], batch_tokens: int) -> list[int]:
    """Where to begin a new batch so that sentences times the longest stays within the budget."""
    cuts = []
    start = width = 0
    for index, length in enumerate(lengths):
        width = max(width, length)
        if index > start and (index - start + 1) * width > batch_tokens:
            cuts.append(index)
            start, width = index, length
    return cuts
