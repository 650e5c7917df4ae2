"""A recurrent model laid out for single steps: the same mathematics in fewer, faster calls.

What depends on the previous token alone is a row of a table; what depends on the source alone is computed
once in `encode`, where encoder states already meet the weights that their weighted sum would meet; the rest
of a step is a few products. Shape letters as in `recurrent_decoder`; P = G*D + F is the width of a row of
the table: what a token or a context brings to the first cell's gates, then what it brings to the readout.
"""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import torch
from torch import Tensor

from seq2seq.config import ModelConfig
from seq2seq.models.attention import Attention, ConcatAttention, DotAttention
from seq2seq.models.encoder_decoder import DecoderState, EncoderDecoder, Memory, StepOutput
from seq2seq.models.recurrent_decoder import RecurrentDecoder, RecurrentState
from seq2seq.models.recurrent_encoder import LayerState, typed_layers

TABLE_BYTES = 60_000_000
"""The largest table of projected target embeddings; above it they are projected at each step."""
FEW_VALUES = 16_384
"""Up to here torch's tanh costs less than the calls of its detour by the sigmoid."""


class SteppingRecurrent(EncoderDecoder):
    """A recurrent model for decoding; later changes of its weights do not reach the steps.

    Args:
        model: in evaluation mode; reads the source and does the teacher-forced pass.
        decoder: of the model.
        embedding: of the target [V,M].
        compute_dtype: number format of the products with weights.
    """

    def __init__(
        self, model: EncoderDecoder, decoder: RecurrentDecoder, embedding: Tensor, compute_dtype: torch.dtype
    ) -> None:
        super().__init__()
        self.model, self.config = copy.copy(model), model.config
        self.model.compute_dtype = self.compute_dtype = compute_dtype
        self.source_vocabulary_size = model.source_vocabulary_size
        self.target_vocabulary_size = model.target_vocabulary_size
        self.eval()
        with torch.no_grad():
            self._weights = _StepWeights(model.config, decoder, embedding, compute_dtype)
            weight, bias = model.output_weights()
            self._output, self._output_bias = weight.detach().to(compute_dtype).t(), bias.detach()
        self._attention = decoder.attention
        self._energies = make_energies(decoder.attention) if decoder.attention is not None else None
        self._run_cell = STEPS[self.config.cell]

    def encode(self, source_ids: Tensor, source_lengths: Tensor) -> Memory:
        """Read source ids [B,S] with lengths [B].

        ``Memory.keys`` are those of the attention, what the states bring to a step [B,S,P or F], and 0
        where a token is real, else minus infinity [B,1,S]; without attention what the fixed context brings
        [B,1,P].
        """
        memory, weights = self.model.encode(source_ids, source_lengths), self._weights
        if self._attention is None:
            fixed = () if weights.context is None else (memory.final[-1][:, None] @ weights.context,)
            return replace(memory, keys=fixed)
        states = memory.states.to(self._output_bias.dtype)
        blocked = torch.zeros_like(states[:, None, :, 0]).masked_fill_(~memory.mask[:, None], -torch.inf)
        keys = self._attention.keys(states, states.dtype)
        return replace(memory, states=states, keys=(keys, states @ cast(Tensor, weights.context), blocked))

    def start(self, memory: Memory) -> RecurrentState:
        """The decoder's state before its first step."""
        return cast(RecurrentState, self.model.start(memory))

    def step(self, previous_ids: Tensor, state: DecoderState, memory: Memory) -> StepOutput:
        """Score the next token after previous ids [B]."""
        state, weights = cast(RecurrentState, state), self._weights
        rows, attention = weights.rows(previous_ids), None
        if weights.asks_before:
            attention = self._attend(state.layers[-1][0], state.position, memory)
            rows = torch.baddbmm(rows[:, None], attention, memory.keys[1])[:, 0]
        elif self._attention is None and memory.keys:
            rows = rows + memory.keys[0][:, 0]
        layers = self._run_layers(rows[:, : weights.gates], state)
        hidden = layers[-1][0]
        features = multiply(hidden, weights.readout, rows[:, weights.gates :])
        if attention is None and self._attention is not None:
            attention = self._attend(hidden, state.position, memory)
            features = torch.baddbmm(features[:, None], attention, memory.keys[1])[:, 0]
        features = tanh_(features)
        logits = multiply(features, self._output, self._output_bias)
        feed = features[None] if self.config.input_feeding else None
        if attention is None:
            attention = features.new_empty(len(features), 0, memory.mask.shape[1])
        return StepOutput(logits, attention[:, :, None], RecurrentState(layers, feed, state.position + 1))

    def features(
        self,
        source_ids: Tensor,
        source_lengths: Tensor,
        previous_ids: Tensor,
        *,
        with_attention: bool = False,
    ) -> tuple[Tensor, Tensor]:
        """The teacher-forced pass of the model itself."""
        return self.model.features(source_ids, source_lengths, previous_ids, with_attention=with_attention)

    def output_weights(self) -> tuple[Tensor, Tensor]:
        """Weight [V,F] and bias [V] of the output layer."""
        return self.model.output_weights()

    def _attend(self, queries: Tensor, position: int, memory: Memory) -> Tensor:
        """Attention [B,1,S] of decoder states [B,D]."""
        if self._energies is not None:
            return torch.softmax(self._energies(queries, memory.keys[0], memory.keys[2]), dim=-1)
        attention: Tensor = cast(Attention, self._attention)(
            queries[:, None], memory.keys[0], memory.mask, position
        )
        return attention

    def _run_layers(self, projected: Tensor, state: RecurrentState) -> tuple[LayerState, ...]:
        weights = self._weights
        layers: list[LayerState] = []
        if weights.feed is not None and state.feed is not None:
            projected = multiply(state.feed[0], weights.feed, projected)
        for number, (before, matrix) in enumerate(zip(state.layers, weights.hidden, strict=True)):
            if number:
                projected = multiply(layers[-1][0], *weights.inputs[number - 1])
            layers.append(self._run_cell(projected, before, matrix))
        return tuple(layers)


class _StepWeights:
    """The decoder's weights as steps read them: matrices as inputs times outputs, stored output by output.

    Attributes:
        gates: G*D, the first part of a row of width P.
        asks_before: attention is asked before the cells run.
        context: from a state or context to its part of a row [C,P], or to the readout alone [C,F].
        feed: from the attentional state that is fed to the first cell [F,G*D].
        hidden: of each layer [D,G*D].
        inputs: of each layer but the first, matrix [D,G*D] and bias.
        readout: from the last layer's state to the features [D,F].
    """

    def __init__(
        self, config: ModelConfig, decoder: RecurrentDecoder, embedding: Tensor, dtype: torch.dtype
    ) -> None:
        self.asks_before = decoder.asks_before
        first, *others = layers = typed_layers(decoder.layers)
        readout, width = decoder.readout, config.decoder_size
        self.gates = first.input_weight.shape[1]
        early = decoder.asks_before or decoder.has_fixed_context
        context = readout.in_features - width - (config.embedding_size if early else 0)
        nothing = readout.weight.new_zeros(readout.out_features, config.embedding_size)
        shown = readout.weight[:, context + width :] if early else nothing
        self._token = torch.cat([first.input_weight[0], shown]).t()
        self._bias = torch.cat([first.bias[0], readout.bias])
        self._embedding, self._table = embedding.detach(), None
        if 4 * len(embedding) * len(self._bias) <= TABLE_BYTES:
            self._table = torch.addmm(self._bias, self._embedding, self._token)
        self.hidden = [layer.hidden_weight[0].detach().to(dtype).t() for layer in layers]
        self.inputs = [
            (each.input_weight[0].detach().to(dtype).t(), each.bias[0].detach()) for each in others
        ]
        self.readout = readout.weight[:, context : context + width].to(dtype).t()
        self.context = self.feed = None
        entering, after = decoder.context_weight, readout.weight[:, :context]
        if early and entering is not None:
            self.context = torch.cat([entering[:, :context], after]).t()
        elif context:
            self.context = after.detach().t()
        if config.input_feeding and entering is not None:
            self.feed = entering[:, context if early else 0 :].detach().to(dtype).t()

    def rows(self, previous_ids: Tensor) -> Tensor:
        """What previous ids [B] bring to a step [B,P]."""
        if self._table is not None:
            return self._table.index_select(0, previous_ids)
        return torch.addmm(self._bias, self._embedding.index_select(0, previous_ids), self._token)


def multiply(inputs: Tensor, matrix: Tensor, addend: Tensor) -> Tensor:
    """``inputs @ matrix + addend``, the product in the matrix's number format, the sum in the addend's."""
    if matrix.dtype == inputs.dtype:
        return torch.addmm(addend, inputs, matrix)
    return torch.mm(inputs.to(matrix.dtype), matrix) + addend


def tanh_(values: Tensor) -> Tensor:
    """The hyperbolic tangent in place; for many values as ``2 σ(2x) - 1``, which is faster."""
    if values.numel() <= FEW_VALUES:
        return values.tanh_()
    return values.mul_(2).sigmoid_().mul_(2).sub_(1)


def make_energies(attention: Attention) -> Callable[[Tensor, Tensor, Tensor], Tensor] | None:
    """Masked energies [B,1,S] of queries [B,D], keys and blocked [B,1,S]; None for kinds with an own mask."""
    if isinstance(attention, ConcatAttention):
        return _concat_energies(attention)
    if isinstance(attention, DotAttention) and not attention.has_window:
        return _dot_energies
    return None


def _dot_energies(queries: Tensor, keys: Tensor, blocked: Tensor) -> Tensor:
    return torch.baddbmm(blocked, queries[:, None], keys.transpose(1, 2))


def _concat_energies(attention: ConcatAttention) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    query = (2 * attention.query_weight.detach()).t()
    vector, offset = 2 * attention.vector.detach(), float(attention.vector.detach().sum())

    def energies(queries: Tensor, keys: Tensor, blocked: Tensor) -> Tensor:
        hidden = torch.add(keys, torch.mm(queries, query)[:, None]).sigmoid_()
        return torch.sub(blocked, offset) + torch.matmul(hidden, vector)[:, None]

    return energies


def _step_rnn(projected: Tensor, before: LayerState, weight: Tensor) -> LayerState:
    return (tanh_(multiply(before[0], weight, projected)),)


def _step_gru(projected: Tensor, before: LayerState, weight: Tensor) -> LayerState:
    (hidden,) = before
    width = hidden.shape[1]
    product = torch.mm(hidden.to(weight.dtype), weight)
    gates = (projected[:, : 2 * width] + product[:, : 2 * width]).sigmoid_()
    inner = product[:, 2 * width :].to(hidden.dtype)
    proposal = tanh_(torch.addcmul(projected[:, 2 * width :], gates[:, :width], inner))
    return (torch.lerp(proposal, hidden, gates[:, width:]),)


def _step_lstm(projected: Tensor, before: LayerState, weight: Tensor) -> LayerState:
    hidden, cell = before
    width = hidden.shape[1]
    total = multiply(hidden, weight, projected)
    gates = total[:, : 3 * width].sigmoid()
    cell = torch.addcmul(
        gates[:, width : 2 * width] * cell, gates[:, :width], tanh_(total[:, 3 * width :].contiguous())
    )
    return gates[:, 2 * width :] * tanh_(cell.clone()), cell


STEPS: dict[str, Callable[[Tensor, LayerState, Tensor], LayerState]] = {
    "rnn": _step_rnn,
    "gru": _step_gru,
    "lstm": _step_lstm,
}
