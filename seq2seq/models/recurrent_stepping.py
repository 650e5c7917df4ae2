"""A recurrent model laid out for single steps: the same mathematics in fewer, faster calls.

What depends on the previous token alone is a row of a table; what depends on the source alone is computed
once in `encode`, where encoder states already meet the weights that their weighted sum would meet; the rest
of a step is a few products. Shape letters as in `recurrent_decoder`; P = G*D + F is the width of a row of
the table: what a token or a context brings to the first cell's gates, then what it brings to the readout.
"""

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor, nn

from seq2seq.config import ModelConfig
from seq2seq.models.attention import Attention, ConcatAttention, DotAttention, GeneralAttention
from seq2seq.models.encoder_decoder import DecoderState, EncoderDecoder, Memory, StepOutput
from seq2seq.models.products import Product, TokenRows
from seq2seq.models.recurrent_decoder import RecurrentDecoder, RecurrentState, initial_states
from seq2seq.models.recurrent_encoder import LayerState, typed_layers
from seq2seq.models.stepping_cells import STEPS, SteppingEncoder, tanh_

if TYPE_CHECKING:
    from seq2seq.models.recurrent import RecurrentEncoderDecoder


class SteppingRecurrent(EncoderDecoder):
    """A recurrent model for decoding; later changes of its weights do not reach the steps.

    Args:
        model: in evaluation mode.
        compute_dtype: number format of the products with weights.
    """

    def __init__(self, model: "RecurrentEncoderDecoder", compute_dtype: torch.dtype) -> None:
        super().__init__()
        self.model, self.config = copy.copy(model), model.config
        self.model.compute_dtype, self.compute_dtype = torch.float32, compute_dtype
        self.source_vocabulary_size = model.source_vocabulary_size
        self.target_vocabulary_size = model.target_vocabulary_size
        self.eval()
        with torch.no_grad():
            self._encoder = SteppingEncoder(model.encoder, model.source_embedding, compute_dtype)
            self._weights = _StepWeights(model.config, model.decoder, model.target_embedding, compute_dtype)
            weight, bias = model.output_weights()
            self._output = Product(weight, bias, compute_dtype)
            bridges = [cast(nn.Linear, bridge) for bridge in model.bridges]
            self._bridges = [Product(bridge.weight, bridge.bias, compute_dtype) for bridge in bridges]
            summary = model.summary
            self._summary = None if summary is None else Product(summary.weight, summary.bias, compute_dtype)
        self._attention = attention = model.decoder.attention
        self._keys = make_keys(attention, compute_dtype) if attention is not None else None
        self._energies = make_energies(attention) if attention is not None else None
        self._shares_memory = attention is None or self._energies is not None
        self._run_cell = STEPS[self.config.cell]

    def encode(self, source_ids: Tensor, source_lengths: Tensor) -> Memory:
        """Read source ids [B,S] with lengths [B].

        ``Memory.keys`` are those of the attention, what the states bring to a step [B,S,P or F], and 0
        where a token is real, else minus infinity [B,1,S]; without attention what the fixed context brings
        [B,1,P].
        """
        sequence, summary = self._encoder(source_ids, source_lengths)
        positions = torch.arange(source_ids.shape[1], device=source_ids.device)
        mask = positions < source_lengths[:, None]
        states = sequence.transpose(0, 1) * mask[:, :, None]
        final = initial_states(summary, self.config.decoder_layers, self._bridges, self._summary, tanh_)
        keys = self._make_keys(states, mask, final)
        return Memory(states=states, mask=mask, final=final, keys=keys, is_shared=self._shares_memory)

    def _make_keys(self, states: Tensor, mask: Tensor, final: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        context = self._weights.context
        if self._keys is None or context is None:
            return () if context is None else (context(final[-1])[:, None],)
        blocked = states.new_zeros(mask.shape).masked_fill_(~mask, -torch.inf)[:, None]
        brought = context(states.flatten(0, 1)).view(*mask.shape, -1)
        return self._keys(states), brought, blocked

    def start(self, memory: Memory) -> RecurrentState:
        """The decoder's state before its first step."""
        return self.model.start(memory)

    def step(self, previous_ids: Tensor, state: DecoderState, memory: Memory) -> StepOutput:
        """Score the next token after previous ids [B]."""
        state, weights = cast(RecurrentState, state), self._weights
        rows, attention = weights.rows(previous_ids), None
        if weights.asks_before:
            attention = self._attend(state.layers[-1][0], state.position, memory)
            rows = _add_contexts(rows, attention, memory.keys[1])
        elif self._attention is None and memory.keys:
            rows = rows + memory.keys[0][:, 0]
        layers = self._run_layers(rows[:, : weights.gates], state)
        hidden = layers[-1][0]
        features = weights.readout(hidden, rows[:, weights.gates :])
        if attention is None and self._attention is not None:
            attention = self._attend(hidden, state.position, memory)
            features = _add_contexts(features, attention, memory.keys[1])
        features = tanh_(features)
        logits = self._output(features)
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
            blocked = memory.keys[2] if memory.bias is None else memory.keys[2] + memory.bias[:, None]
            return torch.softmax(self._energies(queries, memory.keys[0], blocked), dim=-1)
        attention: Tensor = cast(Attention, self._attention)(
            queries[:, None], memory.keys[0], memory.mask, position, memory.bias
        )
        return attention

    def _run_layers(self, projected: Tensor, state: RecurrentState) -> tuple[LayerState, ...]:
        weights = self._weights
        layers: list[LayerState] = []
        if weights.feed is not None and state.feed is not None:
            projected = weights.feed(state.feed[0], projected)
        for number, (before, matrix) in enumerate(zip(state.layers, weights.hidden, strict=True)):
            if number:
                projected = weights.inputs[number - 1](layers[-1][0])
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
        rows: what previous ids [B] bring to a step [B,P].
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
        bias = torch.cat([first.bias[0], readout.bias])
        self.rows = TokenRows(embedding, Product(torch.cat([first.input_weight[0], shown]), bias, dtype)).rows
        self.hidden = [Product(layer.hidden_weight[0], None, dtype) for layer in layers]
        self.inputs = [Product(each.input_weight[0], each.bias[0], dtype) for each in others]
        self.readout = Product(readout.weight[:, context : context + width], None, dtype)
        self.context: Product | None = None
        self.feed: Product | None = None
        entering, after = decoder.context_weight, readout.weight[:, :context]
        if early and entering is not None:
            self.context = Product(torch.cat([entering[:, :context], after]), None, dtype)
        elif context:
            self.context = Product(after, None, dtype)
        if config.input_feeding and entering is not None:
            self.feed = Product(entering[:, context if early else 0 :], None, dtype)


def make_keys(attention: Attention, dtype: torch.dtype) -> Callable[[Tensor], Tensor]:
    """Keys [B,S,...] of encoder states [B,S,E]."""
    if not isinstance(attention, GeneralAttention):
        return lambda states: attention.keys(states, states.dtype)
    product = Product(attention.weight, None, dtype)
    return lambda states: product(states.flatten(0, 1)).view(*states.shape[:2], -1)


def make_energies(attention: Attention) -> Callable[[Tensor, Tensor, Tensor], Tensor] | None:
    """Masked energies [B,1,S] of queries [B,D], keys and blocked [B,1,S]; None for kinds with an own mask.

    Keys and blocked may also be of the one sentence that all queries ask.
    """
    if isinstance(attention, ConcatAttention):
        return _concat_energies(attention)
    if isinstance(attention, DotAttention) and not attention.has_window:
        return _dot_energies
    return None


def _add_contexts(values: Tensor, attention: Tensor, brought: Tensor) -> Tensor:
    """Values [B,O] plus what each row's attention [B,1,S] takes from [B,S,O], or all from the same [1,S,O]."""
    if brought.shape[0] == 1:
        return torch.addmm(values, attention[:, 0], brought[0])
    return torch.baddbmm(values[:, None], attention, brought)[:, 0]


def _dot_energies(queries: Tensor, keys: Tensor, blocked: Tensor) -> Tensor:
    if keys.shape[0] == 1:
        return torch.addmm(blocked[0], queries, keys[0].t())[:, None]
    return torch.baddbmm(blocked, queries[:, None], keys.transpose(1, 2))


def _concat_energies(attention: ConcatAttention) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    query = (2 * attention.query_weight.detach()).t()
    vector, offset = 2 * attention.vector.detach(), float(attention.vector.detach().sum())

    def energies(queries: Tensor, keys: Tensor, blocked: Tensor) -> Tensor:
        hidden = torch.add(keys, torch.mm(queries, query)[:, None]).sigmoid_()
        return torch.sub(blocked, offset) + torch.matmul(hidden, vector)[:, None]

    return energies
