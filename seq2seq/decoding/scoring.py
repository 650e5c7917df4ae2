"""What a model thinks of given targets, by the teacher-forced pass: for loss, perplexity and calibration."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from seq2seq.data.vocabulary import START_ID
from seq2seq.models.encoder_decoder import EncoderDecoder, shift_right
from seq2seq.models.hardware import AllThreads
from seq2seq.models.memory import say_full_memory

_CHUNK_TOKENS: Final = 512


@dataclass(frozen=True, slots=True, eq=False)
class ForcedPredictions:
    """What the model says at every position of a target behind the true tokens before; 0 at padding.

    Attributes:
        log_probability: of the true token, float32 [B,T].
        best_ids: the likeliest token, int64 [B,T].
        best_log_probability: of that, float32 [B,T].
    """

    log_probability: Tensor
    best_ids: Tensor
    best_log_probability: Tensor


def score_targets(
    model: EncoderDecoder,
    source_ids: Tensor,
    source_lengths: Tensor,
    target_ids: Tensor,
    target_lengths: Tensor,
) -> Tensor:
    """Log-probability of every target token given the source and those before, float32 [B,T]; 0 at padding.

    Args:
        model: in evaluation mode.
        source_ids: int64 [B,S], end tokens included, padded on the right.
        source_lengths: real tokens of each source [B].
        target_ids: int64 [B,T], the same for targets; without start tokens.
        target_lengths: real tokens of each target [B].
    """
    return _measure(_log_probability, model, source_ids, source_lengths, target_ids, target_lengths)


def rank_targets(
    model: EncoderDecoder,
    source_ids: Tensor,
    source_lengths: Tensor,
    target_ids: Tensor,
    target_lengths: Tensor,
) -> Tensor:
    """How many tokens the model finds likelier than each target token, int64 [B,T]; see `score_targets`."""
    return _measure(_rank, model, source_ids, source_lengths, target_ids, target_lengths).long()


def predict_targets(
    model: EncoderDecoder,
    source_ids: Tensor,
    source_lengths: Tensor,
    target_ids: Tensor,
    target_lengths: Tensor,
) -> ForcedPredictions:
    """The true and the likeliest token at every position, in one pass; see `score_targets`."""
    found = _measure(_true_and_best, model, source_ids, source_lengths, target_ids, target_lengths)
    return ForcedPredictions(found[..., 0], found[..., 1].long(), found[..., 2])


@say_full_memory()
def _measure(
    measure: Callable[[Tensor, Tensor], Tensor],
    model: EncoderDecoder,
    source_ids: Tensor,
    source_lengths: Tensor,
    target_ids: Tensor,
    target_lengths: Tensor,
) -> Tensor:
    """What a measure says of every target token, float32 [B,T] or [B,T,K]; 0 at padding."""
    positions = torch.arange(target_ids.shape[1], device=target_ids.device)
    real = positions < target_lengths[:, None]
    with torch.inference_mode(), AllThreads():
        features, _ = model.features(source_ids, source_lengths, shift_right(target_ids, START_ID))
        weight, bias = model.output_weights()
        flat, targets = features[real].float(), target_ids[real]
        parts = []
        for rows, ids in zip(
            torch.split(flat, _CHUNK_TOKENS), torch.split(targets, _CHUNK_TOKENS), strict=True
        ):
            logits = torch.nn.functional.linear(rows, weight.float(), bias.float())
            parts.append(measure(logits, ids[:, None]).float())
        found = torch.cat(parts)
        measured = found.new_zeros(*target_ids.shape, *found.shape[1:])
        measured[real] = found
    return measured.clone()


def _log_probability(logits: Tensor, ids: Tensor) -> Tensor:
    """Of ids [N,1] under logits [N,V]: [N]."""
    return logits.log_softmax(-1).gather(1, ids)[:, 0]


def _rank(logits: Tensor, ids: Tensor) -> Tensor:
    """How many of the logits [N,V] are above those of ids [N,1]: [N]."""
    return (logits > logits.gather(1, ids)).sum(1)


def _true_and_best(logits: Tensor, ids: Tensor) -> Tensor:
    """Of logits [N,V] and ids [N,1]: log-probability of the id, likeliest id and its log-probability [N,3].

    A float32 holds ids up to 2^24 exactly, more than any vocabulary has.
    """
    log_probabilities = logits.log_softmax(-1)
    best, best_ids = log_probabilities.max(-1)
    true = log_probabilities.gather(1, ids)[:, 0]
    return torch.stack([true, best_ids.to(true.dtype), best], dim=1)
