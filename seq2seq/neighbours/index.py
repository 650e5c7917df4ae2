"""An index over the states of a corpus, built in the open, and its nearest states by cosine similarity.

The search is exact: one half-precision product with all states, then the best of them compared again in single
precision. On two busy cores 200,000 states of 512 numbers take 25 ms so (48 ms in single precision, twice the
memory). hnswlib, usearch, faiss and pynndescent answer faster on millions of states, but build for seconds to
minutes, miss some neighbours, and bring a native dependency and a file format of their own; scikit-learn's
exact search is this same product behind a larger dependency. None earns its place at this size.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from seq2seq.data.corpus import ParallelCorpus, SentencePair
from seq2seq.data.vocabulary import END_ID
from seq2seq.errors import DataError
from seq2seq.models.hardware import AllThreads
from seq2seq.neighbours.states import SIDES, Side, decoder_states, encoder_states
from seq2seq.translator import BATCH_SENTENCES, Translator

MOST_STATES: Final = 200_000
LONGEST_SIDE_TOKENS: Final = 200
"""Sentences with a longer side, end token included, are left out."""
_CHUNK_SENTENCES: Final = 1024
_SHORTLIST: Final = 200
"""How many states, at least, are compared again in single precision."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StateTable:
    """States of one side.

    Attributes:
        vectors: float16 [N,W], each of length 1.
        sentences: int32 [N], the number of the pair that each is of.
        positions: int32 [N], the number of its token, the end token being the last.
    """

    vectors: Tensor
    sentences: Tensor
    positions: Tensor

    def __len__(self) -> int:
        return len(self.vectors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A state of the corpus: its pair, the place of its token on its side, and the cosine similarity."""

    pair: SentencePair
    position: int
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NeighbourIndex:
    """The states of a corpus, or of a sample of its sentences.

    Attributes:
        pairs: the sentences it holds; a target is empty where the corpus has none.
        tables: the states of each side.
        fingerprint: of the checkpoint that made the states.
        origin: where the corpus came from.
        corpus_sentences: different pairs in the corpus, held or not.
        skipped: sentences left out because they are empty or too long for the model.
        seed: what the sample was drawn with.
    """

    pairs: tuple[SentencePair, ...]
    tables: dict[Side, StateTable]
    fingerprint: str
    origin: str
    corpus_sentences: int
    skipped: int
    seed: int

    @property
    def is_sample(self) -> bool:
        """Whether the corpus has sentences that would have fitted and are not held."""
        return len(self.pairs) + self.skipped < self.corpus_sentences

    def nearest(self, side: Side, state: Tensor, count: int = 10) -> tuple[Neighbour, ...]:
        """The ``count`` states of a side most similar to a state [W], best first."""
        table = self.tables[side]
        if not len(table) or table.vectors.shape[1] != len(state):
            return ()
        query = unit_rows(state[None].float())[0]
        with torch.inference_mode(), AllThreads():
            rough = table.vectors @ query.half()
            rows = rough.float().topk(min(len(table), max(_SHORTLIST, 4 * count))).indices
            similarities = table.vectors[rows].float() @ query
            best = similarities.topk(min(count, len(rows)))
        return tuple(
            Neighbour(
                pair=self.pairs[int(table.sentences[row])],
                position=int(table.positions[row]),
                similarity=min(1.0, float(similarity)),
            )
            for similarity, row in zip(best.values, rows[best.indices], strict=True)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """How far a build is: sentences read of all, states kept of the most there may be, and in the end the index."""

    sentences: int
    corpus_sentences: int
    states: int
    limit: int
    index: NeighbourIndex | None = None

    @property
    def share(self) -> float:
        """The part that is done, 0 to 1."""
        if self.index is not None:
            return 1.0
        return max(self.sentences / self.corpus_sentences, self.states / self.limit)


def build_index(
    translator: Translator, corpus: ParallelCorpus, *, limit: int = MOST_STATES, seed: int = 0
) -> Iterator[Building]:
    """Encode a corpus batch by batch; closing the iterator stops it. The last value has the index.

    Sentences are taken in a random order until the next one would bring a side above ``limit`` states, so both
    time and memory are bounded, and the same seed gives the same sample. A pair that occurs twice counts once,
    and a source with several translations leaves its encoder states once.

    Raises:
        DataError: when no sentence of the corpus can be used.
    """
    pairs = tuple({(pair.source, pair.target): pair for pair in reversed(corpus.pairs)}.values())
    order = np.random.default_rng(seed).permutation(len(pairs))
    builder = _Builder(translator, limit)
    for start in range(0, len(order), _CHUNK_SENTENCES):
        chunk = [pairs[number] for number in order[start : start + _CHUNK_SENTENCES]]
        for batch in builder.plan(chunk):
            builder.add(batch)
            yield Building(
                sentences=len(builder.pairs) + builder.skipped,
                corpus_sentences=len(pairs),
                states=max(builder.filled.values()),
                limit=limit,
            )
        if builder.is_full:
            break
    if not builder.pairs:
        raise DataError(
            f"No sentence of {corpus.origin} can be used: each is empty or too long for this model.",
            "Take another file.",
            key="near_no_sentence",
        )
    index = NeighbourIndex(
        pairs=tuple(builder.pairs),
        tables={side: builder.table(side) for side in SIDES},
        fingerprint=translator.checkpoint.fingerprint,
        origin=corpus.origin,
        corpus_sentences=len(pairs),
        skipped=builder.skipped,
        seed=seed,
    )
    states = max(builder.filled.values())
    yield Building(sentences=len(pairs), corpus_sentences=len(pairs), states=states, limit=limit, index=index)


def unit_rows(states: Tensor) -> Tensor:
    """Rows [N,W] at length 1; a row of zeros stays one."""
    return torch.nn.functional.normalize(states, dim=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Encoded:
    """A pair to be added, with its ids; ``reads_source`` where its encoder states are new."""

    pair: SentencePair
    source: list[int]
    target: list[int]
    reads_source: bool


class _Builder:
    """Collects states up to a limit for each side."""

    def __init__(self, translator: Translator, limit: int) -> None:
        self.translator = translator
        self.limit = limit
        self.pairs: list[SentencePair] = []
        self.skipped = 0
        self.is_full = False
        self.filled: dict[Side, int] = dict.fromkeys(SIDES, 0)
        self._planned: dict[Side, int] = dict.fromkeys(SIDES, 0)
        self._sources: set[str] = set()
        self._parts: dict[Side, list[tuple[Tensor, int]]] = {side: [] for side in SIDES}

    def plan(self, pairs: Sequence[SentencePair]) -> list[list[_Encoded]]:
        """The pairs that still fit, in batches of similar length."""
        kept = []
        for item in self._encode(pairs):
            if self.is_full:
                break
            if self._takes(item):
                kept.append(item)
        kept.sort(key=lambda item: (len(item.target), len(item.source)))
        return [kept[start : start + BATCH_SENTENCES] for start in range(0, len(kept), BATCH_SENTENCES)]

    def add(self, batch: Sequence[_Encoded]) -> None:
        """Encode a batch and keep its states."""
        first = len(self.pairs)
        self.pairs += [item.pair for item in batch]
        reads = [number for number, item in enumerate(batch) if item.reads_source]
        if reads:
            states = encoder_states(self.translator, [batch[number].source for number in reads])
            self._keep("source", states, [first + number for number in reads])
        says = [number for number, item in enumerate(batch) if item.target]
        if says:
            sources, targets = ([getattr(batch[n], side) for n in says] for side in SIDES)
            states = decoder_states(self.translator, sources, targets)
            self._keep("target", states, [first + number for number in says])

    def table(self, side: Side) -> StateTable:
        """All states of a side, end to end."""
        parts = self._parts[side]
        if not parts:
            empty = torch.zeros(0, dtype=torch.int32)
            return StateTable(vectors=torch.zeros(0, 0).half(), sentences=empty, positions=empty)
        lengths = torch.tensor([len(states) for states, _ in parts])
        numbers = torch.tensor([number for _, number in parts], dtype=torch.int32)
        return StateTable(
            vectors=torch.cat([states for states, _ in parts]),
            sentences=numbers.repeat_interleave(lengths),
            positions=torch.cat([torch.arange(len(states), dtype=torch.int32) for states, _ in parts]),
        )

    def _encode(self, pairs: Sequence[SentencePair]) -> Iterator[_Encoded]:
        checkpoint = self.translator.checkpoint
        sources = checkpoint.source_tokenizer.encode_many([pair.source for pair in pairs])
        targets = checkpoint.target_tokenizer.encode_many([pair.target for pair in pairs])
        for pair, source, target in zip(pairs, sources, targets, strict=True):
            if not source or max(len(source), len(target)) >= LONGEST_SIDE_TOKENS:
                self.skipped += 1
                continue
            yield _Encoded(
                pair=pair,
                source=[*source, END_ID],
                target=[*target, END_ID] if target else [],
                reads_source=pair.source not in self._sources,
            )

    def _takes(self, item: _Encoded) -> bool:
        """Reserve room for a pair's states; False, and full from now on, where there is none."""
        wanted = {"source": len(item.source) * item.reads_source, "target": len(item.target)}
        if any(self._planned[side] + wanted[side] > self.limit for side in SIDES):
            self.is_full = True
            return False
        for side in SIDES:
            self._planned[side] += wanted[side]
        self._sources.add(item.pair.source)
        return True

    def _keep(self, side: Side, states: Sequence[Tensor], numbers: Sequence[int]) -> None:
        self._parts[side] += zip((unit_rows(rows).half() for rows in states), numbers, strict=True)
        self.filled[side] += sum(len(rows) for rows in states)
