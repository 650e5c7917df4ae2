"""What one update minimises: teacher forcing in one pass, or scheduled sampling step by step."""

import torch
from torch import Tensor, nn

from seq2seq.config import TrainingConfig
from seq2seq.data.batches import Batch
from seq2seq.data.vocabulary import START_ID
from seq2seq.models.encoder_decoder import EncoderDecoder, shift_right
from seq2seq.training.loss import smoothed_cross_entropy
from seq2seq.training.schedule import truth_probability


def training_loss(
    model: EncoderDecoder, batch: Batch, config: TrainingConfig, step: int, compute_dtype: torch.dtype
) -> Tensor:
    """The summed loss that update ``step`` minimises."""
    truth = truth_probability(config, step)
    smoothing = config.label_smoothing
    if truth < 1.0:
        return scheduled_sampling_loss(model, batch, label_smoothing=smoothing, truth_probability=truth)
    return teacher_forced_loss(model, batch, label_smoothing=smoothing, compute_dtype=compute_dtype)


def teacher_forced_loss(
    model: EncoderDecoder, batch: Batch, *, label_smoothing: float, compute_dtype: torch.dtype
) -> Tensor:
    """The summed loss in nats over the batch's real target tokens, each seen behind the true prefix."""
    previous = shift_right(batch.target_ids, START_ID)
    features, _ = model.features(batch.source_ids, batch.source_lengths, previous)
    weight, bias = model.output_weights()
    real = _real_tokens(batch)
    return smoothed_cross_entropy(
        features[real],
        weight,
        bias,
        batch.target_ids[real],
        label_smoothing=label_smoothing,
        compute_dtype=compute_dtype,
    )


def scheduled_sampling_loss(
    model: EncoderDecoder, batch: Batch, *, label_smoothing: float, truth_probability: float
) -> Tensor:
    """The summed loss when each input token is the true one only with ``truth_probability``.

    Otherwise it is drawn from the model's own distribution (Bengio 2015, arXiv:1506.03099, section 2.4); no
    gradient flows through the draw.
    """
    memory = model.encode(batch.source_ids, batch.source_lengths)
    state = model.start(memory)
    previous = torch.full_like(batch.target_ids[:, 0], START_ID)
    real = _real_tokens(batch)
    total = memory.states.new_zeros(())
    for position in range(batch.target_ids.shape[1]):
        output = model.step(previous, state, memory)
        state = output.state
        truth = batch.target_ids[:, position]
        rows = real[:, position]
        total = total + nn.functional.cross_entropy(
            output.logits[rows].float(), truth[rows], label_smoothing=label_smoothing, reduction="sum"
        )
        previous = _mix(truth, output.logits.detach(), truth_probability)
    return total


def _mix(truth: Tensor, logits: Tensor, truth_probability: float) -> Tensor:
    own = torch.multinomial(torch.softmax(logits.float(), dim=1), 1)[:, 0]
    keep = torch.rand(truth.shape, device=truth.device) < truth_probability
    return torch.where(keep, truth, own)


def _real_tokens(batch: Batch) -> Tensor:
    positions = torch.arange(batch.target_ids.shape[1], device=batch.target_ids.device)
    return positions[None, :] < batch.target_lengths[:, None]
