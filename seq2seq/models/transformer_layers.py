"""The layers of the Transformer (Vaswani 2017, arXiv:1706.03762): attention, feed-forward, and their order.

A layer runs over all positions at once, or over one with the keys and values of those before it: the same
code. Attention's projections have no biases, as in the paper's section 3.2.2, and its products are written
out: on a processor torch's fused kernel takes several times as long to train with.

Shape letters: B batch, T positions, S source positions, P positions before, D width, H heads, K width of one.
"""

from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from seq2seq.config import ModelConfig
from seq2seq.models.dropout import drop


def attend(queries: Tensor, keys_values: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    """Scaled dot-product attention, ``softmax(Q Kᵀ / √K + bias) V`` (arXiv:1706.03762, equation 1).

    Args:
        queries: [N,T,K], N being batch times heads.
        keys_values: keys and values side by side [N,S,2K].
        bias: broadcasts to [N,T,S]; minus infinity where nothing may be seen, else 0.

    Returns:
        Attention [N,T,S] in the bias's number format, and contexts [N,T,K].
    """
    keys, values = keys_values.chunk(2, dim=2)
    energies = torch.baddbmm(bias, queries, keys.transpose(1, 2), alpha=1 / sqrt(queries.shape[2]))
    attention = torch.softmax(energies, 2, dtype=bias.dtype)
    return attention, torch.bmm(attention.to(values.dtype), values)


def split_heads(values: Tensor, heads: int) -> Tensor:
    """[B,T,H*K] to [B,H,T,K]."""
    rows, count, _ = values.shape
    return values.view(rows, count, heads, -1).transpose(1, 2)


def merge_heads(values: Tensor, heads: int) -> Tensor:
    """[B*H,T,K] to [B,T,H*K]."""
    _, count, width = values.shape
    return values.view(-1, heads, count, width).transpose(1, 2).reshape(-1, count, heads * width)


class SelfAttention(nn.Module):
    """Multi-head attention of positions to one another (section 3.2.2).

    Queries, keys and values are one product; its weight holds them head by head: [H, 3, K] times D.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads, self.head_width = heads, width // heads
        parts = [_xavier(width, width).view(heads, -1, width) for _ in range(3)]
        self.projection = nn.Parameter(torch.cat(parts, dim=1).flatten(0, 1))
        self.output = nn.Parameter(_xavier(width, width))

    def forward(self, values: Tensor, bias: Tensor, past: Tensor | None) -> tuple[Tensor, Tensor]:
        """Values [B,T,D] and the keys and values of the positions before [B,H,P,2K].

        Returns:
            The result [B,T,D], and the keys and values of all positions [B,H,P+T,2K].
        """
        projected = split_heads(linear(values, self.projection), self.heads)
        queries, keys_values = torch.split(projected, [self.head_width, 2 * self.head_width], dim=3)
        if past is not None:
            keys_values = torch.cat([past, keys_values], dim=2)
        _, contexts = attend(queries.flatten(0, 1), keys_values.flatten(0, 1), bias)
        return linear(merge_heads(contexts, self.heads), self.output), keys_values


class CrossAttention(nn.Module):
    """Multi-head attention of the decoder to the encoder's states (section 3.2.3).

    Keys and values are one product, head by head as in `SelfAttention`.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Parameter(_xavier(width, width))
        parts = [_xavier(width, width).view(heads, -1, width) for _ in range(2)]
        self.key_value = nn.Parameter(torch.cat(parts, dim=1).flatten(0, 1))
        self.output = nn.Parameter(_xavier(width, width))

    def project(self, states: Tensor) -> Tensor:
        """Keys and values [B,H,S,2K] of encoder states [B,S,D]."""
        return split_heads(linear(states, self.key_value), self.heads).contiguous()

    def forward(self, values: Tensor, keys_values: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        """The result [B,T,D] and the attention [B,H,T,S] of values [B,T,D]."""
        queries = split_heads(linear(values, self.query), self.heads).flatten(0, 1)
        attention, contexts = attend(queries, keys_values.flatten(0, 1), bias)
        attention = attention.view(-1, self.heads, *attention.shape[1:])
        return linear(merge_heads(contexts, self.heads), self.output), attention


class FeedForward(nn.Module):
    """``max(0, x W1 + b1) W2 + b2`` (equation 2)."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.inner = nn.Parameter(_xavier(inner, width))
        self.inner_bias = nn.Parameter(torch.zeros(inner))
        self.outer = nn.Parameter(_xavier(width, inner))
        self.outer_bias = nn.Parameter(torch.zeros(width))

    def forward(self, values: Tensor) -> Tensor:
        """Values [B,T,D] to values [B,T,D]."""
        hidden = torch.relu(linear(values, self.inner, self.inner_bias))
        return linear(hidden, self.outer, self.outer_bias)


class ResidualLayer(nn.Module):
    """Sublayers with a residual connection, dropout and layer norm around each (section 5.4 for the dropout).

    Post-norm is the paper's ``LayerNorm(x + Sublayer(x))``; pre-norm is ``x + Sublayer(LayerNorm(x))`` (Xiong
    2020, arXiv:2002.04745), which trains without warm-up and needs one more norm behind the last layer.
    """

    def __init__(self, config: ModelConfig, sublayers: int) -> None:
        super().__init__()
        self.dropout, self.norms_first = config.dropout, config.normalization == "pre"
        self.norms = nn.ModuleList(nn.LayerNorm(config.embedding_size) for _ in range(sublayers))

    def enter(self, number: int, values: Tensor) -> Tensor:
        """What sublayer ``number`` reads."""
        entered: Tensor = self.norms[number](values) if self.norms_first else values
        return entered

    def leave(self, number: int, values: Tensor, result: Tensor) -> Tensor:
        """What stands behind sublayer ``number``, given the values before it and its result."""
        total = values + drop(result, self.dropout, self.training)
        left: Tensor = total if self.norms_first else self.norms[number](total)
        return left


class EncoderLayer(ResidualLayer):
    """Self-attention and feed-forward."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config, sublayers=2)
        self.attention = SelfAttention(config.embedding_size, config.heads)
        self.feed_forward = FeedForward(config.embedding_size, config.feed_forward_size)

    def forward(self, values: Tensor, bias: Tensor) -> Tensor:
        """Values [B,S,D] to values [B,S,D]."""
        result, _ = self.attention(self.enter(0, values), bias, None)
        values = self.leave(0, values, result)
        return self.leave(1, values, self.feed_forward(self.enter(1, values)))


class DecoderLayer(ResidualLayer):
    """Causal self-attention, attention to the source, and feed-forward."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config, sublayers=3)
        self.attention = SelfAttention(config.embedding_size, config.heads)
        self.cross_attention = CrossAttention(config.embedding_size, config.heads)
        self.feed_forward = FeedForward(config.embedding_size, config.feed_forward_size)

    def forward(
        self, values: Tensor, causal_bias: Tensor, past: Tensor | None, keys_values: Tensor, bias: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Run over positions.

        Args:
            values: [B,T,D].
            causal_bias: of the self-attention, broadcasts to [B*H,T,P+T].
            past: keys and values of the positions before [B,H,P,2K].
            keys_values: of the source [B,H,S,2K].
            bias: of the attention to the source, broadcasts to [B*H,T,S].

        Returns:
            Values [B,T,D], attention to the source [B,H,T,S], keys and values of all positions [B,H,P+T,2K].
        """
        result, past = self.attention(self.enter(0, values), causal_bias, past)
        values = self.leave(0, values, result)
        result, attention = self.cross_attention(self.enter(1, values), keys_values, bias)
        values = self.leave(1, values, result)
        values = self.leave(2, values, self.feed_forward(self.enter(2, values)))
        return values, attention, past


def sinusoidal_positions(count: int, width: int) -> Tensor:
    """The encoding [count, width] of section 3.5: ``sin(p / 10000^(2i/D))`` and, beside it, the cosine."""
    positions = torch.arange(count, dtype=torch.float64)[:, None]
    angles = positions * 10_000.0 ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    pairs = torch.stack([angles.sin(), angles.cos()], dim=2)
    return pairs.flatten(1)[:, :width].to(torch.get_default_dtype())


def _xavier(outputs: int, inputs: int) -> Tensor:
    """Weights as Glorot 2010."""
    return nn.init.xavier_uniform_(torch.empty(outputs, inputs))
