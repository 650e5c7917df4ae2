"""Which continuations a search keeps: the best ones of a sentence together, or of every row by itself.

The beam is the classic one that shrinks (Sutskever 2014, arXiv:1409.3215, section 3.2): of all continuations
of the hypotheses that are alive, a step keeps as many as the beam has free slots; those that end in the end
token keep their slot for good, and the search goes on with fewer. So whatever is compared inside the search
has the same length, and pruning by plain log-probability is pruning by normalised score; a finished
hypothesis is never weighed against one that could still grow, nor pushed out. The length penalty decides
among the results, and when no living hypothesis can come in any more. A beam of 1 is greedy search, and a
beam as wide as the tree is exhaustive search. A wider beam is not always better.
"""

import numpy as np

from seq2seq.decoding.frontier import Layout
from seq2seq.decoding.generation import DoubleArray
from seq2seq.decoding.trace import IntArray


def best_of_each_row(scores: DoubleArray) -> tuple[IntArray, IntArray]:
    """Row and column of the best score in every row of scores [R,k] that is not all minus infinity."""
    column = scores.argmax(axis=1)
    row = (scores[np.arange(len(scores)), column] > -np.inf).nonzero()[0]
    return row, column[row]


def best_of_each_sentence(
    scores: DoubleArray, layout: Layout, free: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Rows, columns and ranks of the best scores [R,k] of each sentence, as many as its slots ``free`` [B].

    Ordered by sentence, then best first; ties go to the earlier row, then to the earlier column.
    """
    width = scores.shape[1]
    pool = _pool(scores, layout)
    limits = free[layout.present]
    order = np.argsort(-pool, axis=1, kind="stable")[:, : int(limits.max())]
    chosen = pool[np.arange(len(pool))[:, None], order] > -np.inf
    chosen &= np.arange(order.shape[1]) < limits[:, None]
    group, rank = np.nonzero(chosen)
    flat = order[group, rank]
    return layout.first_row[group] + flat // width, flat % width, rank


def _pool(scores: DoubleArray, layout: Layout) -> DoubleArray:
    """The scores [R,k] of each sentence side by side, minus infinity where one has fewer rows than others."""
    if len(layout.present) == 1:
        return scores.reshape(1, -1)
    spread = np.full((len(layout.present), int(layout.sizes.max()), scores.shape[1]), -np.inf)
    spread[layout.group, layout.position] = scores
    return spread.reshape(len(layout.present), -1)
