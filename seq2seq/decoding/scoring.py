"""What a model thinks of given targets, by the teacher-forced pass: for loss and perplexity."""

from typing import Final

import torch
from torch import Tensor

from seq2seq.data.vocabulary import START_ID
from seq2seq.models.encoder_decoder import EncoderDecoder, shift_right

_CHUNK_TOKENS: Final = 512


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
    return _score(model, source_ids, source_lengths, target_ids, target_lengths)[0]


def rank_targets(
    model: EncoderDecoder,
    source_ids: Tensor,
    source_lengths: Tensor,
    target_ids: Tensor,
    target_lengths: Tensor,
) -> Tensor:
    """How many tokens the model finds likelier than each target token, int64 [B,T]; see `score_targets`."""
    return _score(model, source_ids, source_lengths, target_ids, target_lengths)[1].long()


def _score(
    model: EncoderDecoder,
    source_ids: Tensor,
    source_lengths: Tensor,
    target_ids: Tensor,
    target_lengths: Tensor,
) -> Tensor:
    """Log-probabilities and ranks, float32 [2,B,T]."""
    positions = torch.arange(target_ids.shape[1], device=target_ids.device)
    real = positions < target_lengths[:, None]
    with torch.inference_mode():
        features, _ = model.features(source_ids, source_lengths, shift_right(target_ids, START_ID))
        weight, bias = model.output_weights()
        scores = torch.zeros(2, *target_ids.shape, device=features.device)
        scores[:, real] = _pick(features[real].float(), target_ids[real], weight.float(), bias.float())
    return scores.clone()


def _pick(features: Tensor, targets: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Log-probabilities and ranks [2,N] of targets [N] under features [N,F], a few rows of logits at a time."""
    picked = [features.new_zeros(2, 0)]
    for rows, ids in zip(
        torch.split(features, _CHUNK_TOKENS), torch.split(targets, _CHUNK_TOKENS), strict=True
    ):
        log_probabilities = torch.nn.functional.linear(rows, weight, bias).log_softmax(-1)
        found = log_probabilities.gather(1, ids[:, None])
        picked.append(torch.stack([found[:, 0], (log_probabilities > found).sum(1)]))
    return torch.cat(picked, dim=1)
