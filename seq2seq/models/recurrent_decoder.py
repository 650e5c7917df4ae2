"""The recurrent decoder: layers of cells, attention and readout over many steps or over one.

Where nothing feeds back from attention into the cells, each layer runs over all steps in one call, and
attention and readout are single products over all steps; otherwise the same code takes the steps one by
one. Sequences are time-major [T,B,...]; shape letters as in `encoder_decoder`; M embedding size, G gates of
the cell.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from seq2seq.config import ModelConfig
from seq2seq.models.attention import ATTENTION_KINDS, Attention, widen
from seq2seq.models.dropout import drop
from seq2seq.models.encoder_decoder import Memory
from seq2seq.models.recurrence import CELLS
from seq2seq.models.recurrent_encoder import LayerState, RecurrentLayer, typed_layers

Projection = Callable[[Tensor], Tensor]


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


def make_linear(inputs: int, outputs: int) -> nn.Linear:
    """A linear layer as Glorot 2010 starts it, its bias at 0."""
    layer = nn.Linear(inputs, outputs)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def apply_linear(layer: nn.Linear, inputs: Tensor, dtype: torch.dtype) -> Tensor:
    """A linear layer with its product in ``dtype``."""
    return linear(inputs.to(dtype), layer.weight.to(dtype), layer.bias.to(dtype))


def initial_states(
    final: LayerState,
    layers: int,
    bridges: Sequence[Projection],
    summary: Projection | None,
    tanh: Projection = torch.tanh,
) -> tuple[Tensor, ...]:
    """The decoder's first states, layer by layer: all hidden ones, an LSTM's cells, the fixed context.

    Hidden states pass a tanh, as in Bahdanau 2015 (A.2.2); an LSTM's cells are linear in the encoder's.

    Args:
        final: the encoder's last state, each tensor [B,E].
        layers: of the decoder.
        bridges: for each of these tensors, to L*D values.
        summary: from the hidden state to the fixed context, where there is one.
        tanh: the hyperbolic tangent, which may change what it is given.
    """
    states: list[Tensor] = []
    for number, (bridge, tensor) in enumerate(zip(bridges, final, strict=True)):
        projected = bridge(tensor)
        states += (projected if number else tanh(projected)).chunk(layers, dim=1)
    if summary is not None:
        states.append(tanh(summary(final[0])))
    return tuple(states)


class RecurrentDecoder(nn.Module):
    """Layers that write the target, attention and readout.

    Attributes:
        layers: the first reads the embedded previous token.
        context_weight: [G*D,...] what else enters the first cell: a context known before the step, then the
            attentional state that is fed; None without both.
        readout: of [context, hidden state] or, with a context known before the step, of [context, hidden
            state, embedded token], to features [F].
    """

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
        early = self.asks_before or self.has_fixed_context
        context = encoder_width if kind else width * self.has_fixed_context
        enters, gates = context * early + size * config.input_feeding, CELLS[config.cell].gates
        self.context_weight = nn.Parameter(torch.empty(gates * width, enters)) if enters else None
        if self.context_weight is not None:
            nn.init.xavier_uniform_(self.context_weight)
        self.readout = make_linear(context + width + size * early, size)

    def forward(
        self, embedded: Tensor, state: RecurrentState, memory: Memory, dtype: torch.dtype
    ) -> tuple[Tensor, Tensor | None, RecurrentState]:
        """Read the embedded previous tokens [T,B,M] from a state on.

        Returns:
            Features [T,B,F], attention [B,T,S] (None without), the state behind the last step.
        """
        projected = typed_layers(self.layers)[0].project(embedded[None], dtype)
        if not self.feeds_back or len(embedded) == 1:
            return self._advance(embedded, projected, state, memory, dtype)
        features, attentions = [], list[Tensor]()
        for now in range(len(embedded)):
            inputs = embedded[now : now + 1], projected[:, now : now + 1]
            feature, attention, state = self._advance(*inputs, state, memory, dtype)
            features.append(feature)
            attentions += [] if attention is None else [attention]
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
        ask = cast(Attention, self.attention)
        attention: Tensor = ask(queries.transpose(0, 1), keys, memory.mask, state.position, memory.bias)
        return attention, torch.bmm(attention.to(values.dtype), values).transpose(0, 1)

    def _run_layers(
        self, projected: Tensor, before: tuple[LayerState, ...], dtype: torch.dtype
    ) -> tuple[Tensor, tuple[LayerState, ...]]:
        """Hidden states [T,B,D] of the last layer, and every layer's state behind the last step."""
        after, hidden = [], projected
        for number, (layer, state) in enumerate(zip(typed_layers(self.layers), before, strict=True)):
            if number:
                projected = layer.project(drop(hidden, self.dropout, self.training), dtype)
            hidden, last = layer.run(projected, tuple(tensor[None] for tensor in state), None, dtype)
            after.append(tuple(tensor[0] for tensor in last))
        return hidden[0], tuple(after)

    def _read_out(self, parts: list[Tensor], dtype: torch.dtype) -> Tensor:
        """Features [T,B,F] of what the readout sees, each [T,B,...]."""
        seen = torch.cat([part.to(dtype) for part in parts], dim=2)
        return widen(drop(torch.tanh(apply_linear(self.readout, seen, dtype)), self.dropout, self.training))
