"""Which pairs every update reads: the plan of an epoch, and each process' share of a batch.

With N processes a batch has N times ``batch_tokens``, exactly as with one process of that budget, and process r
reads its rows r, r + N, r + 2N and so on. The rows of a batch go from short to long, so the shares take about
equally long; a batch of fewer rows than processes leaves some of them without any.

A run that goes on with another number of processes cuts the rest of its epoch anew: what was read stays read, what
was not is read once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from seq2seq.config import TrainingConfig
from seq2seq.data.batches import Batch, EncodedCorpus, IndexArray, make_batches
from seq2seq.training.distributed import World
from seq2seq.training.runs import Counters


@dataclass(frozen=True, slots=True)
class Share:
    """What one process reads of a batch: its rows, or None, and the target tokens of the whole batch."""

    batch: Batch | None
    tokens: int


class Feed:
    """The batches of one epoch after the other.

    Args:
        corpus: the encoded pairs.
        config: batch size and seed.
        world: the processes that share every batch.
        split_anew: gives the pairs as they are split in an epoch, where that differs from epoch to epoch.
    """

    def __init__(
        self,
        corpus: EncodedCorpus,
        config: TrainingConfig,
        world: World,
        split_anew: Callable[[int], EncodedCorpus] | None = None,
    ) -> None:
        self._corpus, self._config, self._world = corpus, config, world
        self._split_anew = split_anew
        self._batches: list[IndexArray] = []
        self._before = 0.0

    def begin(self, place: Counters) -> None:
        """Plan the epoch of a place, and what is left of it."""
        if self._split_anew:
            self._corpus = self._split_anew(place.epoch)
        left, before = None, 0.0
        for processes, batches in place.earlier:
            plan = self._plan(place.epoch, processes, left)
            left = np.sort(np.concatenate(plan[batches:]))
            before += batches / len(plan) * (1 - before)  # by batches, so that progress never goes back
        self._batches = self._plan(place.epoch, place.processes, left)
        self._before = before

    def __len__(self) -> int:
        return len(self._batches)

    def done(self, batch: int) -> float:
        """The share of the epoch before a batch, 0 to 1."""
        return self._before + batch / max(1, len(self._batches)) * (1 - self._before)

    def share(self, batch: int) -> Share:
        """This process' share of a batch."""
        rows = self._batches[batch]
        mine = rows[self._world.rank :: self._world.size]
        offsets = self._corpus.target.offsets
        tokens = int((offsets[rows + 1] - offsets[rows]).sum())
        return Share(self._corpus.collate(mine) if len(mine) else None, tokens)

    def _plan(self, epoch: int, processes: int, left: IndexArray | None) -> list[IndexArray]:
        config = self._config
        return make_batches(
            self._corpus,
            batch_tokens=processes * config.batch_tokens,
            seed=config.seed,
            epoch=epoch,
            left=left,
        )
