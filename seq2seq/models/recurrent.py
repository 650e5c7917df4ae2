"""The recurrent architecture: an encoder and a decoder of rnn, gru or lstm cells, with or without attention.

Where nothing feeds back from attention into the cells, teacher forcing runs each layer over all steps in one
call and attention and readout as single products over all steps; otherwise it steps. Both are the same code,
`RecurrentDecoder`, over T steps or over one. Shape letters as in `encoder_decoder`; R directions, M embedding
size, G gates of the cell; sequences inside this module are time-major [T,B,...].
"""

from dataclasses import dataclass
from math import sqrt
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, linear

from seq2seq.config import ModelConfig
from seq2seq.errors import ConfigError
from seq2seq.models.attention import ATTENTION_KINDS, Attention, widen
from seq2seq.models.dropout import drop
from seq2seq.models.encoder_decoder import DecoderState, EncoderDecoder, Memory, StepOutput
from seq2seq.models.recurrence import CELLS
from seq2seq.models.recurrent_encoder import LayerState, RecurrentEncoder, RecurrentLayer


@dataclass(frozen=True, slots=True)
class RecurrentState:
    """What the decoder carries: for each layer its hidden state (and the LSTM's cell) [B,D].

    ``feed`` [1,B,F] is the last attentional state where input feeding is on; ``position`` counts the steps.
    """

    layers: tuple[LayerState, ...]
    feed: Tensor | None
    position: int

    def select(self, rows: Tensor) -> "RecurrentState":
        """The state whose row i is this one's ``rows[i]``."""
        layers = tuple(tuple(tensor.index_select(0, rows) for tensor in layer) for layer in self.layers)
        feed = None if self.feed is None else self.feed.index_select(1, rows)
        return RecurrentState(layers, feed, self.position)


class RecurrentDecoder(nn.Module):
    """Layers that write the target, attention and readout."""

    def __init__(self, config: ModelConfig, encoder_width: int) -> None:
        super().__init__()
        width, size = config.decoder_size, config.embedding_size
        self.dropout, self.feeds_input = config.dropout, config.input_feeding
        kind = ATTENTION_KINDS.get(config.attention)
        self.attention: Attention | None = kind.layer(config, encoder_width) if kind else None
        self.asks_before = kind is not None and kind.queries == "previous"
        self.has_fixed_context = kind is None and config.fixed_context == "every_step"
        self.feeds_back = self.asks_before or config.input_feeding
        self.layers = nn.ModuleList(
            RecurrentLayer(config.cell, inputs=size if number == 0 else width, width=width)
            for number in range(config.decoder_layers)
        )
        context = encoder_width if kind else width * self.has_fixed_context
        enters = context * (self.asks_before or self.has_fixed_context) + size * config.input_feeding
        gates = CELLS[config.cell].gates
        self.context_weight = nn.Parameter(torch.empty(gates * width, enters)) if enters else None
        if self.context_weight is not None:
            nn.init.xavier_uniform_(self.context_weight)
        shows_input = self.asks_before or self.has_fixed_context
        self.readout = _linear(context + width + size * shows_input, size)

    def forward(
        self, embedded: Tensor, state: RecurrentState, memory: Memory, dtype: torch.dtype
    ) -> tuple[Tensor, Tensor | None, RecurrentState]:
        """Read the embedded previous tokens [T,B,M] from a state on.

        Returns:
            Features [T,B,F], attention [B,T,S] (None without), the state behind the last step.
        """
        projected = self.layers[0].project(embedded[None], dtype)
        if not self.feeds_back or len(embedded) == 1:
            return self._advance(embedded, projected, state, memory, dtype)
        features, attentions = [], []
        for now in range(len(embedded)):
            inputs = embedded[now : now + 1], projected[:, now : now + 1]
            feature, attention, state = self._advance(*inputs, state, memory, dtype)
            features.append(feature)
            attentions.append(attention)
        return torch.cat(features), torch.cat(attentions, dim=1), state

    def _advance(
        self, embedded: Tensor, projected: Tensor, state: RecurrentState, memory: Memory, dtype: torch.dtype
    ) -> tuple[Tensor, Tensor | None, RecurrentState]:
        """All steps at once, or one step where something feeds back; ``projected`` is [1,T,B,G*D]."""
        attention = context = None
        if self.has_fixed_context:
            context = memory.final[-1][None]
        elif self.asks_before:
            attention, context = self._attend(state.layers[-1][0][None], state, memory)
        entering = [part for part in (context, state.feed) if part is not None]
        if self.context_weight is not None:
            fed = torch.cat([part.to(dtype) for part in entering], dim=2)
            projected = projected + linear(fed, self.context_weight.to(dtype))
        hidden, layers = self._run_layers(projected, state.layers, dtype)
        parts = [hidden]
        if self.attention is not None and not self.asks_before:
            attention, context = self._attend(hidden, state, memory)
            parts = [context, hidden]
        elif context is not None:
            parts = [context.expand(len(hidden), -1, -1), hidden, embedded]
        features = self._read_out(parts, dtype)
        feed = features[-1:] if self.feeds_input else None
        return features, attention, RecurrentState(layers, feed, state.position + len(embedded))

    def _attend(self, queries: Tensor, state: RecurrentState, memory: Memory) -> tuple[Tensor, Tensor]:
        """Attention [B,Q,S] and contexts [Q,B,E] of decoder states [Q,B,D]."""
        keys, values = memory.keys
        attention: Tensor = self.attention(queries.transpose(0, 1), keys, memory.mask, state.position)
        return attention, torch.bmm(attention.to(values.dtype), values).transpose(0, 1)

    def _run_layers(
        self, projected: Tensor, before: tuple[LayerState, ...], dtype: torch.dtype
    ) -> tuple[Tensor, tuple[LayerState, ...]]:
        """Hidden states [T,B,D] of the last layer, and every layer's state behind the last step."""
        after, hidden = [], projected
        for number, (layer, state) in enumerate(zip(self.layers, before, strict=True)):
            if number:
                projected = layer.project(drop(hidden, self.dropout, self.training), dtype)
            hidden, last = layer.run(projected, tuple(tensor[None] for tensor in state), None, dtype)
            after.append(tuple(tensor[0] for tensor in last))
        return hidden[0], tuple(after)

    def _read_out(self, parts: list[Tensor], dtype: torch.dtype) -> Tensor:
        """Features [T,B,F] of what the readout sees, each [T,B,...]."""
        seen = torch.cat([part.to(dtype) for part in parts], dim=2)
        return widen(drop(torch.tanh(_apply(self.readout, seen, dtype)), self.dropout, self.training))


class RecurrentEncoderDecoder(EncoderDecoder):
    """Encoder and decoder of recurrent cells.

    Luong's attentions ask with the decoder's current state h and read out ``tanh(W [c; h])`` (Luong 2015,
    arXiv:1508.04025, equation 5), here of the embeddings' width, so that the output layer ``[V,F]`` has low rank
    and can share its matrix with the embeddings (Press 2017, arXiv:1608.05859). Bahdanau's additive attention
    asks with the state before, its context enters the cell, and the readout is ``tanh(W [c; h; y])`` with the
    previous token's embedding y: his deep output (Bahdanau 2015, arXiv:1409.0473, A.2.2) with tanh in the
    maxout's place. Without attention the decoder starts from the encoder's last state behind a tanh layer
    (Sutskever 2014, arXiv:1409.3215, copies it), and ``fixed_context="every_step"`` also feeds a summary of it
    into every step and into the readout (Cho 2014, arXiv:1406.1078, equations 2 and 3).

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
                    f"tie_embeddings=all needs one shared vocabulary, and the sizes are {source_vocabulary_size} "
                    f"and {target_vocabulary_size}."
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
            _linear(encoder_width, config.decoder_layers * config.decoder_size)
            for _ in range(CELLS[config.cell].states)
        )
        self.summary = _linear(encoder_width, config.decoder_size) if self.decoder.has_fixed_context else None

    def encode(self, source_ids: Tensor, source_lengths: Tensor) -> Memory:
        """Read source ids [B,S] with lengths [B]."""
        dtype, attention = self.compute_dtype, self.decoder.attention
        embedded = self._embed(source_ids.t(), self.source_embedding)
        sequence, final = self.encoder(embedded, source_lengths, dtype)
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

    def _embed(self, ids: Tensor, weight: Tensor) -> Tensor:
        embedded = embedding(ids, weight).to(self.compute_dtype)
        return drop(embedded, self.config.dropout, self.training)

    def _initial_states(self, final: LayerState) -> tuple[Tensor, ...]:
        """The decoder's first states, layer by layer: all hidden ones, an LSTM's cells, the fixed context.

        Hidden states pass a tanh, as in Bahdanau 2015 (A.2.2); an LSTM's cells are linear in the encoder's.
        """
        dtype, layers = self.compute_dtype, self.config.decoder_layers
        states: list[Tensor] = []
        for number, (bridge, summary) in enumerate(zip(self.bridges, final, strict=True)):
            projected = widen(_apply(bridge, summary, dtype))
            states += (projected if number else torch.tanh(projected)).chunk(layers, dim=1)
        if self.summary is not None:
            states.append(torch.tanh(widen(_apply(self.summary, final[0], dtype))))
        return tuple(states)


def _embedding(tokens: int, size: int) -> nn.Parameter:
    """Rows of about unit length: as output weights they give logits near 0 at the start."""
    return nn.Parameter(torch.randn(tokens, size) / sqrt(size))


def _linear(inputs: int, outputs: int) -> nn.Linear:
    layer = nn.Linear(inputs, outputs)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def _apply(layer: nn.Module, inputs: Tensor, dtype: torch.dtype) -> Tensor:
    """A linear layer with its product in ``dtype``."""
    return linear(inputs.to(dtype), layer.weight.to(dtype), layer.bias.to(dtype))
