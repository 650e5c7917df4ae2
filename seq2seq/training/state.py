"""Everything that changes while a run trains, as named tensors: what a snapshot holds besides counters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.optim import Optimizer
from torch.optim.swa_utils import get_ema_multi_avg_fn

from seq2seq.checkpoints import model_weights
from seq2seq.config import TOKEN_RATES, TrainingConfig
from seq2seq.models.encoder_decoder import EncoderDecoder

TOKEN_ROWS: Final = frozenset({"source_embedding", "target_embedding", "output_weight"})
"""Weights that have a row for each token."""
FACTOR: Final = "factor"


@dataclass(frozen=True, slots=True)
class TrainingState:
    """The weights, their average (the same model where nothing is averaged), the optimiser, random states."""

    model: EncoderDecoder
    averaged: EncoderDecoder
    optimizer: Optimizer

    def tensors(self) -> dict[str, Tensor]:
        """The state as it is now; the tensors are the live ones, so write them before the next update."""
        tensors = {f"model.{name}": tensor for name, tensor in model_weights(self.model).items()}
        if self.averaged is not self.model:
            tensors |= {f"average.{name}": tensor for name, tensor in model_weights(self.averaged).items()}
        for name, parameter in self.model.named_parameters():
            for key, value in self.optimizer.state[parameter].items():
                tensors[f"optimizer.{name}.{key}"] = torch.as_tensor(value)
        tensors["random.cpu"] = torch.get_rng_state()
        if torch.cuda.is_available():
            tensors["random.cuda"] = torch.cuda.get_rng_state()
        return tensors

    def average(self, decay: float, step: int) -> None:
        """Take the weights of update ``step`` into their average, which forgets faster at the beginning."""
        if self.averaged is not self.model:
            with torch.no_grad():
                take_in = get_ema_multi_avg_fn(min(decay, (1 + step) / (10 + step)))  # type: ignore[no-untyped-call]
                take_in(list(self.averaged.parameters()), list(self.model.parameters()), step)

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Put everything back where it was."""
        _copy_weights(self.model, tensors, "model.")
        if self.averaged is not self.model:
            _copy_weights(self.averaged, tensors, "average.")
        for name, parameter in self.model.named_parameters():
            prefix = f"optimizer.{name}."
            self.optimizer.state[parameter] = {
                full.removeprefix(prefix): tensor.clone().to(parameter.device)
                for full, tensor in tensors.items()
                if full.startswith(prefix)
            }
        torch.set_rng_state(tensors["random.cpu"])
        if torch.cuda.is_available() and "random.cuda" in tensors:
            torch.cuda.set_rng_state(tensors["random.cuda"])


def _copy_weights(model: EncoderDecoder, tensors: Mapping[str, Tensor], prefix: str) -> None:
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(tensors[prefix + name])


def make_optimizer(model: EncoderDecoder, config: TrainingConfig) -> torch.optim.AdamW:
    """AdamW (Loshchilov 2019, arXiv:1711.05101); vectors such as biases and norms do not decay.

    The rows of tokens, in the embeddings and in the output layer, learn `TOKEN_RATES` times as fast as the rest:
    few tokens of a batch move a row, and Adam's best rate for hidden matrices falls with their width while that
    for embeddings does not (Yang 2022, arXiv:2203.03466, table 3).
    """
    named = [(name, each) for name, each in model.named_parameters() if each.requires_grad]
    tokens = [each for name, each in named if name in TOKEN_ROWS]
    matrices = [each for name, each in named if each.dim() > 1 and name not in TOKEN_ROWS]
    vectors = [each for _, each in named if each.dim() <= 1]
    groups = [
        {"params": matrices, "weight_decay": config.weight_decay, FACTOR: 1.0},
        {"params": vectors, "weight_decay": 0.0, FACTOR: 1.0},
        {
            "params": tokens,
            "weight_decay": config.weight_decay,
            FACTOR: TOKEN_RATES[model.config.architecture],
        },
    ]
    return torch.optim.AdamW(groups, lr=config.learning_rate, betas=(0.9, 0.98), eps=1e-9, fused=True)


def set_learning_rate(optimizer: Optimizer, rate: float) -> None:
    """The rate of the next update, for each group times its factor."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group[FACTOR]
