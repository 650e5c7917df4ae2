"""The rows that a search feeds to the model: which hypothesis each continues, and how rows follow each other.

Rows of a sentence stand together. Only hypotheses that are still alive need a row, so rows are dropped as
hypotheses finish. Dropping copies the memory of the rows that stay, so a few dead rows are carried along
first; the total of a dead row is minus infinity, and a search never picks what follows from it.

Shape letters: R rows, G sentences with at least one row, N hypotheses of a generation.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from seq2seq.data.vocabulary import PAD_ID, START_ID
from seq2seq.decoding.generation import DoubleArray, Generation, is_anywhere, is_everywhere
from seq2seq.decoding.trace import IntArray

_MOST_DEAD: Final = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Which sentence each row belongs to.

    Attributes:
        sentence: of each row, ascending [R].
        group: the row's sentence, numbered among those present [R].
        position: the row's place among the rows of its sentence [R].
        first_row: of each sentence present [G].
        sizes: number of rows of each sentence present [G].
        present: the sentences present, ascending [G].
    """

    sentence: IntArray
    group: IntArray
    position: IntArray
    first_row: IntArray
    sizes: IntArray
    present: IntArray

    @classmethod
    def of(cls, sentence: IntArray) -> "Layout":
        """The layout of rows whose ascending sentences are given [R]."""
        starts = np.flatnonzero(np.diff(sentence, prepend=-1))
        sizes = np.diff(starts, append=len(sentence))
        group = np.repeat(np.arange(len(starts)), sizes)
        position = np.arange(len(sentence)) - starts[group]
        return cls(sentence, group, position, starts, sizes, sentence[starts])


@dataclass(frozen=True, slots=True, eq=False)
class Frontier:
    """What the model is asked next.

    Attributes:
        length: tokens so far.
        layout: which sentence each row belongs to.
        parent: the hypothesis of the last generation that a row continues [R]; -1 before the first step.
        previous_ids: its last token [R].
        total: its log-probability, minus infinity in a dead row [R].
        slot: the place it holds among the hypotheses of its sentence [R]; -1 before the first free step.
    """

    length: int
    layout: Layout
    parent: IntArray
    previous_ids: IntArray
    total: DoubleArray
    slot: IntArray

    @classmethod
    def at_start(cls, sentences: int) -> "Frontier":
        """One row a sentence, before the first token."""
        nothing = np.full(sentences, -1)
        layout = Layout.of(np.arange(sentences))
        return cls(0, layout, nothing, np.full(sentences, START_ID), np.zeros(sentences), nothing)


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """How to get from one frontier's rows to the next ones'.

    Attributes:
        rows: the old row whose state each new row continues [R]; None where every row stays in place.
        keeps_memory: whether every row belongs to the same sentence as before.
    """

    rows: IntArray | None
    keeps_memory: bool


STAY: Final = Move(None, keeps_memory=True)


def advance(
    frontier: Frontier, generation: Generation, slot: IntArray, alive: IntArray
) -> tuple[Frontier, Move]:
    """The frontier that continues the hypotheses at ``alive`` of a generation, whose slots are given [N]."""
    layout, length = frontier.layout, frontier.length + 1
    rows = generation.row[alive]
    token_ids, total, slot = generation.token_ids[alive], generation.total[alive], slot[alive]
    size = len(layout.sentence)
    if len(rows) == size and is_everywhere(rows == np.arange(size)):
        return Frontier(length, layout, alive, token_ids, total, slot), STAY
    places = _places(layout, layout.group[rows])
    if places is None:
        new_layout = Layout.of(generation.sentence[alive])
        return Frontier(length, new_layout, alive, token_ids, total, slot), Move(rows, keeps_memory=False)
    if len(alive) < size:
        rows = _spread(rows, places, np.arange(size))
        alive = _spread(alive, places, np.zeros(size, np.int64))
        token_ids = _spread(token_ids, places, np.full(size, PAD_ID))
        slot = _spread(slot, places, np.zeros(size, np.int64))
        total_of_all = np.full(size, -np.inf)
        total_of_all[places] = total
        total = total_of_all
    stays = is_everywhere(rows == np.arange(size))
    return Frontier(length, layout, alive, token_ids, total, slot), STAY if stays else Move(
        rows, keeps_memory=True
    )


def _places(layout: Layout, group: IntArray) -> IntArray | None:
    """Rows of the same layout for hypotheses of ascending groups; None where a new layout is due."""
    if len(group) < (1.0 - _MOST_DEAD) * len(layout.sentence):
        return None
    starts = np.searchsorted(group, np.arange(len(layout.first_row)))
    rank = np.arange(len(group)) - starts[group]
    if is_anywhere(rank >= layout.sizes[group]):
        return None
    return layout.first_row[group] + rank


def _spread(values: IntArray, places: IntArray, filled: IntArray) -> IntArray:
    filled[places] = values
    return filled
