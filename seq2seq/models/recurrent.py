"""The recurrent architecture: encoder and decoder of rnn, gru or lstm cells, with or without attention."""

from math import sqrt
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, linear

from seq2seq.config import ModelConfig
from seq2seq.errors import ConfigError
from seq2seq.models.attention import widen
from seq2seq.models.dropout import drop
from seq2seq.models.encoder_decoder import DecoderState, EncoderDecoder, Memory, StepOutput
from seq2seq.models.recurrence import CELLS
from seq2seq.models.recurrent_decoder import (
    Projection,
    RecurrentDecoder,
    RecurrentState,
    apply_linear,
    initial_states,
    make_linear,
)
from seq2seq.models.recurrent_encoder import LayerState, RecurrentEncoder
from seq2seq.models.recurrent_stepping import SteppingRecurrent


class RecurrentEncoderDecoder(EncoderDecoder):
    """Encoder and decoder of recurrent cells.

    Luong's attentions ask with the decoder's current state h and read out ``tanh(W [c; h])`` (Luong 2015,
    arXiv:1508.04025, equation 5), here of the embeddings' width, so that the output layer ``[V,F]`` has low
    rank and can share its matrix with the embeddings (Press 2017, arXiv:1608.05859). Bahdanau's additive
    attention asks with the state before, its context enters the cell, and the readout is ``tanh(W [c; h;
    y])`` with the previous token's embedding y: his deep output (Bahdanau 2015, arXiv:1409.0473, A.2.2)
    with tanh in the maxout's place. Without attention the decoder starts from the encoder's last state
    behind a tanh layer (Sutskever 2014, arXiv:1409.3215, copies it), and ``fixed_context="every_step"``
    also feeds a summary of it into every step and into the readout (Cho 2014, arXiv:1406.1078, equations 2
    and 3).

    Args:
        config: the network.
        source_vocabulary_size: tokens of the source, padding included.
        target_vocabulary_size: tokens of the target, padding included.

    Raises:
        ConfigError: when all embeddings are tied and the vocabularies differ in size.
    """

    def __init__(
        self, config: ModelConfig, *, source_vocabulary_size: int, target_vocabulary_size: int
    ) -> None:
        super().__init__()
        if config.tie_embeddings == "all" and source_vocabulary_size != target_vocabulary_size:
            raise ConfigError(
                [
                    "tie_embeddings=all needs one shared vocabulary, and the sizes are "
                    f"{source_vocabulary_size} and {target_vocabulary_size}."
                ],
                "Share the vocabulary or tie only the target.",
            )
        self.config = config
        self.source_vocabulary_size = source_vocabulary_size
        self.target_vocabulary_size = target_vocabulary_size
        self.target_embedding = _embedding(target_vocabulary_size, config.embedding_size)
        tied, all_tied = config.tie_embeddings != "none", config.tie_embeddings == "all"
        self.source_embedding = (
            self.target_embedding if all_tied else _embedding(source_vocabulary_size, config.embedding_size)
        )
        self.output_weight = (
            self.target_embedding if tied else _embedding(target_vocabulary_size, config.embedding_size)
        )
        self.output_bias = nn.Parameter(torch.zeros(target_vocabulary_size))
        self.encoder = RecurrentEncoder(config)
        encoder_width = self.encoder.width * self.encoder.directions
        self.decoder = RecurrentDecoder(config, encoder_width)
        self.bridges = nn.ModuleList(
            make_linear(encoder_width, config.decoder_layers * config.decoder_size)
            for _ in range(CELLS[config.cell].states)
        )
        self.summary = (
            make_linear(encoder_width, config.decoder_size) if self.decoder.has_fixed_context else None
        )

    def encode(self, source_ids: Tensor, source_lengths: Tensor) -> Memory:
        """Read source ids [B,S] with lengths [B]."""
        dtype, attention = self.compute_dtype, self.decoder.attention
        sequence, final = self.encoder(self.embed_source(source_ids), source_lengths, dtype)
        mask = torch.arange(source_ids.shape[1], device=source_ids.device) < source_lengths[:, None]
        states = sequence.transpose(0, 1) * mask[:, :, None]
        return Memory(
            states=states,
            mask=mask,
            final=self._initial_states(final),
            keys=(attention.keys(states, dtype), states.to(dtype)) if attention is not None else (),
        )

    def start(self, memory: Memory) -> RecurrentState:
        """The decoder's state before its first step."""
        count = self.config.decoder_layers
        kinds = [memory.final[number * count : (number + 1) * count] for number in range(len(self.bridges))]
        feed = None
        if self.config.input_feeding:
            feed = memory.final[0].new_zeros(1, len(memory.states), self.config.embedding_size)
        return RecurrentState(tuple(zip(*kinds, strict=True)), feed, 0)

    def step(self, previous_ids: Tensor, state: DecoderState, memory: Memory) -> StepOutput:
        """Score the next token after previous ids [B]."""
        features, attention, after = self._decode(previous_ids[None], cast(RecurrentState, state), memory)
        weight, bias = (tensor.to(self.compute_dtype) for tensor in self.output_weights())
        logits = widen(linear(features[0].to(self.compute_dtype), weight, bias))
        return StepOutput(logits, attention[:, 0], after)

    def features(
        self,
        source_ids: Tensor,
        source_lengths: Tensor,
        previous_ids: Tensor,
        *,
        with_attention: bool = False,
    ) -> tuple[Tensor, Tensor]:
        """Teacher-forced pass: features [B,T,F] and, on demand, attention [B,T,L,1,S]."""
        memory = self.encode(source_ids, source_lengths)
        features, attention, _ = self._decode(previous_ids.t(), self.start(memory), memory)
        return features.transpose(0, 1), attention if with_attention else features.new_empty(0)

    def for_decoding(self, compute_dtype: torch.dtype = torch.float32) -> EncoderDecoder:
        """A copy laid out for fast steps; weights that change later need a new one."""
        self.eval()
        return SteppingRecurrent(self, compute_dtype)

    def output_weights(self) -> tuple[Tensor, Tensor]:
        """Weight [V,F] and bias [V] of the output layer."""
        return self.output_weight, self.output_bias

    def _decode(
        self, previous_ids: Tensor, state: RecurrentState, memory: Memory
    ) -> tuple[Tensor, Tensor, RecurrentState]:
        """Features [T,B,F], attention [B,T,L,1,S] and the next state for previous ids [T,B]."""
        embedded = self._embed(previous_ids, self.target_embedding)
        features, attention, after = self.decoder(embedded, state, memory, self.compute_dtype)
        if attention is None:
            steps, rows = previous_ids.shape
            return features, features.new_empty(rows, steps, 0, 1, memory.mask.shape[1]), after
        return features, attention[:, :, None, None], after

    def embed_source(self, source_ids: Tensor) -> Tensor:
        """Embeddings [S,B,M] of source ids [B,S], dropout included."""
        return self._embed(source_ids.t(), self.source_embedding)

    def _embed(self, ids: Tensor, weight: Tensor) -> Tensor:
        embedded = embedding(ids, weight).to(self.compute_dtype)
        return drop(embedded, self.config.dropout, self.training)

    def _initial_states(self, final: LayerState) -> tuple[Tensor, ...]:
        bridges = [self._projection(cast(nn.Linear, bridge)) for bridge in self.bridges]
        summary = None if self.summary is None else self._projection(self.summary)
        return initial_states(final, self.config.decoder_layers, bridges, summary)

    def _projection(self, layer: nn.Linear) -> Projection:
        return lambda inputs: widen(apply_linear(layer, inputs, self.compute_dtype))


def _embedding(tokens: int, size: int) -> nn.Parameter:
    """Rows of about unit length: as output weights they give logits near 0 at the start."""
    return nn.Parameter(torch.randn(tokens, size) / sqrt(size))
