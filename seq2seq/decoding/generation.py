"""What one step of a search leaves behind, as arrays.

Shape letters: N hypotheses of a generation, R rows of the model, k tokens read of each row.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seq2seq.decoding.trace import FloatArray, IntArray

BoolArray = NDArray[np.bool_]
DoubleArray = NDArray[np.float64]


def is_anywhere(mask: BoolArray) -> bool:
    """Whether a mask is True somewhere; for the few values of a single sentence a fifth of ``mask.any()``."""
    return bool(np.count_nonzero(mask))


def is_everywhere(mask: BoolArray) -> bool:
    """Whether a mask is True everywhere, as fast."""
    return bool(np.count_nonzero(mask) == mask.size)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the model said at a step.

    Attributes:
        token_ids: the k likeliest tokens of each row, best first [R,k].
        log_probabilities: theirs, float32 [R,k].
        log_normalizer: of each row, what its logits exceed log-probabilities by, float32 [R].
        entropy: of each row's distribution, in nats, float32 [R]; NaN where no trace is wanted.
        attention: [R,L,H,S], still where the model left it; [R,0,0,0] where no trace is wanted.
    """

    token_ids: IntArray
    log_probabilities: FloatArray
    log_normalizer: FloatArray
    entropy: FloatArray
    attention: Tensor

    def narrow(self, rows: IntArray) -> "Reading":
        """The same for some of the rows."""
        attention = self.attention.index_select(0, torch.from_numpy(rows).to(self.attention.device))
        return Reading(
            self.token_ids[rows],
            self.log_probabilities[rows],
            self.log_normalizer[rows],
            self.entropy[rows],
            attention,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Considered:
    """What a step compared, row by row.

    Attributes:
        sentence: of each row [R].
        parent: index in the generation before of what a row continues [R]; -1 in the first.
        alive: whether the row stands for a hypothesis; others are only carried along [R].
        token_ids: the best continuations [R,k].
        log_probabilities: theirs under the model, float32 [R,k].
        scores: what they are compared by, float32 [R,k].
    """

    sentence: IntArray
    parent: IntArray
    alive: BoolArray
    token_ids: IntArray
    log_probabilities: FloatArray
    scores: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Generation:
    """The hypotheses after a step, ordered by sentence.

    Attributes:
        reading: what the model said, row by row.
        considered: what was compared; None once the history is pruned.
        sentence: index of each hypothesis' sentence [N].
        parent: index in the generation before of what it continues [N]; -1 in the first.
        row: the model's row it continues [N].
        token_ids: its last token [N].
        log_probability: of that token, float32 [N].
        total: sum over all its tokens, float64 [N].
        finished: whether that token is the end token [N].
        forced: whether a forced prefix chose it, not the search [N].
    """

    reading: Reading
    considered: Considered | None
    sentence: IntArray
    parent: IntArray
    row: IntArray
    token_ids: IntArray
    log_probability: FloatArray
    total: DoubleArray
    finished: BoolArray
    forced: BoolArray

    def narrow(self, kept: IntArray) -> "Generation":
        """The same for some of the hypotheses, and the rows that they continue."""
        rows, row = np.unique(self.row[kept], return_inverse=True)
        return Generation(
            reading=self.reading.narrow(rows),
            considered=None,
            sentence=self.sentence[kept],
            parent=self.parent[kept],
            row=row,
            token_ids=self.token_ids[kept],
            log_probability=self.log_probability[kept],
            total=self.total[kept],
            finished=self.finished[kept],
            forced=self.forced[kept],
        )
