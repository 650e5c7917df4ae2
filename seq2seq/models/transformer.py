"""The transformer architecture (Vaswani 2017, arXiv:1706.03762): attention all the way, stepped from a cache.

The decoder's teacher-forced pass and its single step are the same code over T positions or over one. Shape
letters as in `encoder_decoder`; K width of a head, P positions before.
"""

from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding

from seq2seq.config import ModelConfig
from seq2seq.errors import ConfigError, InputError
from seq2seq.models.dropout import drop
from seq2seq.models.encoder_decoder import DecoderState, EncoderDecoder, Memory, StepOutput
from seq2seq.models.products import Product
from seq2seq.models.transformer_layers import DecoderLayer, EncoderLayer, sinusoidal_positions
from seq2seq.models.transformer_stepping import SteppingLayer

FIRST_POSITIONS = 256
"""Sinusoidal positions that are computed before any are asked for."""


@dataclass(frozen=True, slots=True)
class TransformerState:
    """What the decoder carries: each layer's keys and values of ``position`` tokens [B,H,P,2K]."""

    past: tuple[Tensor, ...]
    position: int

    def select(self, rows: Tensor) -> "TransformerState":
        """The state whose row i is this one's ``rows[i]``."""
        return TransformerState(tuple(layer.index_select(0, rows) for layer in self.past), self.position)


class TransformerEncoderDecoder(EncoderDecoder):
    """Encoder and decoder of the Transformer.

    ``Memory.keys`` holds the bias of padding [B,H,1,S] (0 or minus infinity) and, for each decoder layer, the
    keys and values of the source [B,H,S,2K].

    Attributes:
        compute_dtype: number format of the products of `features`; weights and states keep their own.

    Raises:
        ConfigError: when one matrix shall embed two vocabularies of different sizes.
    """

    sinusoids: Tensor

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
        self.compute_dtype = torch.float32
        self._make_embeddings()
        self._make_positions()
        self.encoder = nn.ModuleList(EncoderLayer(config) for _ in range(config.encoder_layers))
        self.decoder = nn.ModuleList(DecoderLayer(config) for _ in range(config.decoder_layers))
        has_final_norms = config.normalization == "pre"
        self.encoder_norm = nn.LayerNorm(config.embedding_size) if has_final_norms else nn.Identity()
        self.decoder_norm = nn.LayerNorm(config.embedding_size) if has_final_norms else nn.Identity()

    def _make_embeddings(self) -> None:
        """Embeddings of variance 1/D: scaled by √D they enter with variance 1, as output layer with 1/D."""
        width, tied = self.config.embedding_size, self.config.tie_embeddings
        self.target_embedding = _normal(self.target_vocabulary_size, width)
        self.source_embedding = (
            self.target_embedding if tied == "all" else _normal(self.source_vocabulary_size, width)
        )
        self.output_weight = (
            self.target_embedding if tied != "none" else _normal(self.target_vocabulary_size, width)
        )
        self.output_bias = nn.Parameter(torch.zeros(self.target_vocabulary_size))

    def _make_positions(self) -> None:
        width = self.config.embedding_size
        if self.config.positions == "learned":
            self.source_positions = _normal(self.config.maximum_positions, width)
            self.target_positions = _normal(self.config.maximum_positions, width)
        else:
            table = sinusoidal_positions(FIRST_POSITIONS, width)
            self.register_buffer("sinusoids", table, persistent=False)

    def encode(self, source_ids: Tensor, source_lengths: Tensor) -> Memory:
        """Read source ids [B,S] with lengths [B].

        Raises:
            InputError: when the source is longer than the learned positions.
        """
        values, mask = self._embed_source(source_ids, source_lengths)
        bias = torch.zeros_like(mask, dtype=values.dtype).masked_fill_(~mask, float("-inf"))
        bias = bias[:, None, None].repeat(1, self.config.heads, 1, 1)
        for layer in self.encoder:
            values = layer(values, bias.flatten(0, 1))
        states = self.encoder_norm(values) * mask[:, :, None]
        keys = tuple(layer.cross_attention.project(states) for layer in self.decoder_layers())
        return Memory(states=states, mask=mask, final=(), keys=(bias, *keys))

    def start(self, memory: Memory) -> TransformerState:
        """The state before the first token: no positions."""
        rows, heads, _, twice = memory.keys[1].shape
        nothing = memory.keys[1].new_empty(rows, heads, 0, twice)
        return TransformerState((nothing,) * self.config.decoder_layers, 0)

    def step(self, previous_ids: Tensor, state: DecoderState, memory: Memory) -> StepOutput:
        """Score the next token after previous ids [B].

        Raises:
            InputError: when the translation is longer than the learned positions.
        """
        state = _own(state)
        features, attention, past = self._decode(previous_ids[:, None], state, memory)
        logits = torch.addmm(self.output_bias, features[:, 0], self.output_weight.t())
        return _step_output(logits, attention, past, state, memory)

    def features(
        self,
        source_ids: Tensor,
        source_lengths: Tensor,
        previous_ids: Tensor,
        *,
        with_attention: bool = False,
    ) -> tuple[Tensor, Tensor]:
        """Features [B,T,D] of all steps at once and, if asked for, the attention [B,T,L,H,S].

        Raises:
            InputError: when a side is longer than the learned positions.
        """
        reduced = self.compute_dtype != torch.float32
        with torch.autocast(source_ids.device.type, dtype=self.compute_dtype, enabled=reduced):
            memory = self.encode(source_ids, source_lengths)
            features, attention, _ = self._decode(previous_ids, None, memory)
        if not with_attention:
            return features, features.new_empty(0)
        return features, torch.stack(attention, dim=1).permute(0, 3, 1, 2, 4).float()

    def for_decoding(self, compute_dtype: torch.dtype = torch.float32) -> EncoderDecoder:
        """This model in evaluation mode, behind a copy of the weights that its steps read.

        ``compute_dtype`` is the number format of the products with weights in the steps.
        """
        return _PreparedTransformer(self.eval(), compute_dtype)

    def output_weights(self) -> tuple[Tensor, Tensor]:
        """Weight [V,D] and bias [V] of the output layer."""
        return self.output_weight, self.output_bias

    def _decode(
        self, previous_ids: Tensor, state: TransformerState | None, memory: Memory
    ) -> tuple[Tensor, list[Tensor], tuple[Tensor, ...]]:
        """T steps behind a state: features [B,T,D], and each layer's attention [B,H,T,S] and past."""
        first, count = state.position if state else 0, previous_ids.shape[1]
        values = self.embed_target(previous_ids, first)
        bias, source_keys = _source_bias(memory), memory.keys[1:]
        causal_bias = _causal_bias(values, count)
        attention, pasts = [], []
        for number, layer in enumerate(self.decoder):
            past = state.past[number] if state else None
            values, attended, past = layer(values, causal_bias, past, source_keys[number], bias)
            attention.append(attended)
            pasts.append(past)
        return self.decoder_norm(values), attention, tuple(pasts)

    def _embed_source(self, source_ids: Tensor, source_lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Values [B,S,D] and mask [B,S].

        Apart from its positions the encoder does not see the order, so a reversed source is one whose
        positions count from the end.
        """
        count = source_ids.shape[1]
        numbers = torch.arange(count, device=source_ids.device)
        mask = numbers < source_lengths[:, None]
        positions = self._positions("source", count)
        if self.config.reverse_source:
            positions = positions[torch.where(mask, source_lengths[:, None] - 1 - numbers, numbers)]
        values = embedding(source_ids, self.source_embedding) * sqrt(self.config.embedding_size) + positions
        return drop(values, self.config.dropout, self.training), mask

    def embed_target(self, previous_ids: Tensor, first: int) -> Tensor:
        """Values [B,T,D] of the tokens at the positions from ``first`` on."""
        positions = self._positions("target", first + previous_ids.shape[1])[first:]
        scale = sqrt(self.config.embedding_size)
        values = torch.add(positions, embedding(previous_ids, self.target_embedding), alpha=scale)
        return drop(values, self.config.dropout, self.training)

    def _positions(self, side: str, count: int) -> Tensor:
        """The encodings [count,D] of the first positions of a side."""
        if self.config.positions == "sinusoidal":
            if count > len(self.sinusoids):
                table = sinusoidal_positions(2 * count, self.config.embedding_size)
                self.sinusoids = table.to(self.sinusoids)
            return self.sinusoids[:count]
        if count > self.config.maximum_positions:
            limit = self.config.maximum_positions
            raise InputError(
                f"The {side} has {count} tokens, and this model has positions for {limit}.",
                "Take shorter sentences." if side == "source" else "Lower the maximum length.",
            )
        return (self.source_positions if side == "source" else self.target_positions)[:count]

    def decoder_layers(self) -> list[DecoderLayer]:
        """The layers of the decoder, the first one first."""
        return [layer for layer in self.decoder if isinstance(layer, DecoderLayer)]


class _PreparedTransformer(EncoderDecoder):
    """A Transformer whose steps run from weights laid out for them."""

    def __init__(self, model: TransformerEncoderDecoder, dtype: torch.dtype) -> None:
        super().__init__()
        self.model, self.config = model, model.config
        self.source_vocabulary_size = model.source_vocabulary_size
        self.target_vocabulary_size = model.target_vocabulary_size
        dtype = model.output_weight.dtype if dtype == torch.float32 else dtype
        self.layers = tuple(SteppingLayer.of(layer, dtype) for layer in model.decoder_layers())
        self.output = Product(model.output_weight, model.output_bias, dtype)
        self.eval()

    def encode(self, source_ids: Tensor, source_lengths: Tensor) -> Memory:
        """Read source ids [B,S] with lengths [B]."""
        return self.model.encode(source_ids, source_lengths)

    def start(self, memory: Memory) -> DecoderState:
        """The state before the first token."""
        return self.model.start(memory)

    def step(self, previous_ids: Tensor, state: DecoderState, memory: Memory) -> StepOutput:
        """Score the next token after previous ids [B]; no gradient."""
        state = _own(state)
        values = self.model.embed_target(previous_ids[:, None], state.position)[:, 0]
        bias, source_keys = _source_bias(memory), memory.keys[1:]
        attention, pasts = [], []
        for layer, past, keys_values in zip(self.layers, state.past, source_keys, strict=True):
            values, attended, past = layer.run(values, past, keys_values, bias)
            attention.append(attended)
            pasts.append(past)
        logits = self.output(self.model.decoder_norm(values))
        return _step_output(logits, attention, tuple(pasts), state, memory)

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
        """Weight [V,D] and bias [V] of the output layer."""
        return self.model.output_weights()


def _own(state: DecoderState) -> TransformerState:
    if not isinstance(state, TransformerState):
        raise TypeError(f"A Transformer steps from its own state, not from {type(state).__name__}.")
    return state


def _step_output(
    logits: Tensor, attention: list[Tensor], past: tuple[Tensor, ...], state: TransformerState, memory: Memory
) -> StepOutput:
    """The output of a step from each layer's attention, [B,H,S] when one axis is left out."""
    rows, heads, _, source = memory.keys[0].shape
    stacked = torch.cat([layer.view(rows, 1, heads, source) for layer in attention], dim=1)
    return StepOutput(logits, stacked.float(), TransformerState(past, state.position + 1))


def _source_bias(memory: Memory) -> Tensor:
    """What is added to the energies of attention to the source [B*H,1,S]."""
    bias = memory.keys[0] if memory.bias is None else memory.keys[0] + memory.bias[:, None, None]
    return bias.flatten(0, 1)


def _causal_bias(values: Tensor, count: int) -> Tensor:
    """Bias [1,T,T] that hides later positions; for a single step, whose past is all it has, [1,1,1]."""
    return torch.full((1, count, count), float("-inf"), dtype=values.dtype, device=values.device).triu_(1)


def _normal(tokens: int, width: int) -> nn.Parameter:
    return nn.Parameter(torch.randn(tokens, width) * width**-0.5)
