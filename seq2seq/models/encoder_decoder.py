"""What every architecture is to the rest of the house: four operations for a search, one for training.

Shape letters: B batch, S source length, T target length, V vocabulary, D decoder width, E encoder width,
L layers, H heads, F width of the features in front of the output layer.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol, Self

import torch
from torch import Tensor, nn

from seq2seq.config import ModelConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the encoder leaves for the decoder, row by row of the batch.

    Attributes:
        states: encoder states [B,S,E], zero at padding.
        mask: [B,S], True where a source token is real.
        final: the encoder's summary, one tensor [B,...] for each thing the decoder starts from.
        keys: what attention needs of the states, projected once: tensors [B,...].
        bias: added to the energies of every attention to the source, where someone changes them [B,S].
        is_shared: a memory of one sentence is taken as it is by steps of many rows, which all read it.
    """

    states: Tensor
    mask: Tensor
    final: tuple[Tensor, ...]
    keys: tuple[Tensor, ...]
    bias: Tensor | None = None
    is_shared: bool = False

    def select(self, rows: Tensor) -> "Memory":
        """The memory whose row i is this one's ``rows[i]`` (int64 [R])."""
        if self.is_shared and len(self.mask) == 1:
            return self
        return replace(
            self,
            states=self.states.index_select(0, rows),
            mask=self.mask.index_select(0, rows),
            final=tuple(tensor.index_select(0, rows) for tensor in self.final),
            keys=tuple(tensor.index_select(0, rows) for tensor in self.keys),
            bias=None if self.bias is None else self.bias.index_select(0, rows),
        )


class DecoderState(Protocol):
    """What a decoder carries from step to step; immutable as far as anyone can see."""

    def select(self, rows: Tensor) -> Self:
        """The state whose row i is this one's ``rows[i]`` (int64 [R]); pure."""
        ...


@dataclass(frozen=True, slots=True)
class StepOutput:
    """One step: logits [B,V], attention [B,L,H,S] (float32, sums to 1; zero-size L without attention)."""

    logits: Tensor
    attention: Tensor
    state: DecoderState


class EncoderDecoder(nn.Module, ABC):
    """A model that reads source ids and scores target ids.

    Source ids end in the end token; the decoder starts from the start token. In every tensor of ids padding
    stands on the right and changes nothing.

    Attributes:
        compute_dtype: number format of the matrix products; weights and states keep theirs.
    """

    config: ModelConfig
    source_vocabulary_size: int
    target_vocabulary_size: int
    compute_dtype: torch.dtype = torch.float32

    @cached_property
    def size(self) -> int:
        """How many weights it has."""
        return sum(parameter.numel() for parameter in self.parameters())

    @abstractmethod
    def encode(self, source_ids: Tensor, source_lengths: Tensor) -> Memory:
        """Read source ids [B,S] with lengths [B]."""

    @abstractmethod
    def start(self, memory: Memory) -> DecoderState:
        """The decoder's state before its first step."""

    @abstractmethod
    def step(self, previous_ids: Tensor, state: DecoderState, memory: Memory) -> StepOutput:
        """Score the next token after previous ids [B]; ``state`` stays as it was."""

    @abstractmethod
    def features(
        self,
        source_ids: Tensor,
        source_lengths: Tensor,
        previous_ids: Tensor,
        *,
        with_attention: bool = False,
    ) -> tuple[Tensor, Tensor]:
        """Teacher-forced pass: what the output layer reads [B,T,F] and the attention [B,T,L,H,S].

        ``previous_ids`` [B,T] begins with the start token. The same mathematics as T steps, in the fastest
        form the architecture allows. Unless ``with_attention``, the attention is an empty tensor.
        """

    @abstractmethod
    def output_weights(self) -> tuple[Tensor, Tensor]:
        """Weight [V,F] and bias [V] of the output layer: ``logits = features @ weight.T + bias``."""

    def for_decoding(self, compute_dtype: torch.dtype = torch.float32) -> "EncoderDecoder":
        """This model made ready to be stepped fast: evaluation mode, no gradients, derived tensors in place.

        May share weights with this one or copy them; later changes of this model's weights need a new call.
        ``compute_dtype`` is the number format of the products with weights; bfloat16 is faster for many rows
        and rounds the logits to 8 bits. A model that has only one form gives itself.
        """
        return self.eval()

    def forward(self, source_ids: Tensor, source_lengths: Tensor, previous_ids: Tensor) -> Tensor:
        """Logits [B,T,V] of the teacher-forced pass."""
        features, _ = self.features(source_ids, source_lengths, previous_ids)
        weight, bias = self.output_weights()
        return nn.functional.linear(features, weight, bias)


def shift_right(target_ids: Tensor, start_id: int) -> Tensor:
    """The decoder's input [B,T] for targets [B,T]: the start token, then all but the last target."""
    start = torch.full_like(target_ids[:, :1], start_id)
    return torch.cat([start, target_ids[:, :-1]], dim=1)
