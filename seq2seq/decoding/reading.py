"""What the model says at a step, read once: its likeliest tokens, its entropy, and what the search may take.

Shape letters: R rows of the model, V vocabulary, k tokens read of each row, T tokens that a row has said.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from seq2seq.decoding.filters import MOST_BLOCKED, block_repeated_ngrams, penalize_repetition
from seq2seq.decoding.generation import Reading, is_anywhere, is_everywhere
from seq2seq.decoding.likeliest import likeliest
from seq2seq.decoding.trace import FloatArray, IntArray
from seq2seq.errors import InputError
from seq2seq.models.encoder_decoder import StepOutput
from seq2seq.options import DecodingOptions

_LARGE_VALUES: Final = 1 << 17
"""From here on fresh memory costs more than keeping some."""


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """What a search chooses from.

    Constraints and penalties move what is compared; what a hypothesis is worth stays the model's own.

    Attributes:
        reading: what the model said.
        logits: the model's, float32 [R,V].
        adjusted: what constraints and penalties have made of them; the same tensor where there are none [R,V].
        token_ids: the best k tokens of each row after them [R,k].
        scores: what they are compared by [R,k].
        log_probabilities: theirs under the model [R,k].
    """

    reading: Reading
    logits: Tensor
    adjusted: Tensor
    token_ids: IntArray
    scores: FloatArray
    log_probabilities: FloatArray

    def log_probabilities_of(self, row: IntArray, token_ids: IntArray) -> FloatArray:
        """Of tokens [N] in rows [N] under the model, float32 [N]."""
        found: FloatArray = self.logits[torch.from_numpy(row), torch.from_numpy(token_ids)].cpu().numpy()
        return found - self.reading.log_normalizer[row]


class Reader:
    """Reads one step after another; keeps memory for the largest tensor, since fresh pages cost more than sums.

    Args:
        options: the settings of the search.
        width: hypotheses that may continue one row.
        with_trace: whether attention and entropy are wanted.
    """

    def __init__(self, options: DecodingOptions, width: int, with_trace: bool) -> None:
        self._options, self._with_trace = options, with_trace
        self._keeps_attention = with_trace or options.coverage_penalty > 0
        self._count = max(options.candidates * with_trace, width + MOST_BLOCKED)
        self._buffer = torch.empty(0)
        self.needs_said = options.repetition_penalty != 1.0 or options.no_repeat_ngram > 0

    def read(self, output: StepOutput, said: IntArray | None) -> Offer:
        """What a step offers to rows that have said tokens [R,T] (None unless ``needs_said``).

        The largest probability is at least 1/V, so that its logarithm gives the normaliser, and with it every
        log-probability and the entropy, without another pass over the vocabulary.

        Raises:
            InputError: when a row has no finite probabilities.
        """
        logits = output.logits.float()
        probabilities = self._softmax(logits)
        top, token_ids = likeliest(logits, self._count)
        values, ids = top.cpu().numpy(), token_ids.cpu().numpy()
        normalizer = values[:, :1] - np.log(probabilities.gather(1, token_ids[:, :1]).cpu().numpy())
        if not is_everywhere(np.isfinite(normalizer)):
            raise InputError(
                "The model's scores for the next token are not finite numbers.",
                "Its weights are damaged or its training diverged: use another checkpoint.",
                key="scores_not_finite",
            )
        log_probabilities, normalizer = values - normalizer, normalizer[:, 0]
        if self._with_trace:
            entropy = _entropy(logits, probabilities, normalizer)
        else:
            entropy = np.full(len(values), np.nan, np.float32)
        reading = Reading(ids, log_probabilities, normalizer, entropy, self._attention_of(output))
        if said is None:
            return Offer(reading, logits, logits, ids, log_probabilities, log_probabilities)
        return self._constrain(reading, logits, said)

    def _attention_of(self, output: StepOutput) -> Tensor:
        attention = output.attention
        if self._options.coverage_penalty and not attention.numel():
            raise InputError(
                "This model has no attention, so nothing can count which source words it covered.",
                "Set coverage_penalty to 0.",
                key="no_coverage",
            )
        return attention if self._keeps_attention else attention.new_zeros(len(attention), 0, 0, 0)

    def _softmax(self, logits: Tensor) -> Tensor:
        """Probabilities [R,V] of float32 logits [R,V], valid until the next call."""
        if logits.numel() < _LARGE_VALUES:
            return torch.softmax(logits, -1)
        if self._buffer.numel() < logits.numel() or self._buffer.device != logits.device:
            self._buffer = torch.empty(logits.numel(), device=logits.device)
        return torch.softmax(logits, -1, out=self._buffer[: logits.numel()].view(logits.shape))

    def _constrain(self, reading: Reading, logits: Tensor, said: IntArray) -> Offer:
        """The offer after repetition penalty and n-gram blocking."""
        normalizer = torch.from_numpy(reading.log_normalizer).to(logits.device)
        adjusted = logits - normalizer[:, None]
        if self._options.repetition_penalty != 1.0:
            adjusted = penalize_repetition(adjusted, said, self._options.repetition_penalty)
        if self._options.no_repeat_ngram:
            adjusted = block_repeated_ngrams(adjusted, said, self._options.no_repeat_ngram)
        scores, ids = likeliest(adjusted, self._count)
        log_probabilities = logits.gather(1, ids) - normalizer[:, None]
        arrays = (each.cpu().numpy() for each in (ids, scores, log_probabilities))
        return Offer(reading, logits, adjusted, *arrays)


def _entropy(logits: Tensor, probabilities: Tensor, normalizer: FloatArray) -> FloatArray:
    """The entropy of every row in nats [R]."""
    weighted: FloatArray
    if logits.numel() < _LARGE_VALUES and logits.device.type == "cpu":
        with np.errstate(invalid="ignore"):
            weighted = np.vecdot(probabilities.numpy(), logits.numpy())
    else:
        weighted = torch.linalg.vecdot(probabilities, logits).cpu().numpy()
    entropy: FloatArray = np.maximum(normalizer - weighted, np.float32(0))
    if is_anywhere(np.isnan(entropy)):  # a token of probability 0, whose share is 0 and not 0 times infinity
        entropy = torch.special.entr(probabilities).sum(-1).cpu().numpy()
    return entropy
