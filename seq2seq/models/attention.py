"""How a recurrent decoder weighs the source positions: one class for each published formula.

Every kind turns decoder states (queries) and encoder states into energies [B,Q,S], and those into attention
[B,Q,S], float32, that sums to 1 over the real positions and is exactly 0 at padding. What depends on the
source alone (the keys) is computed once for a sentence. Shape letters: B batch, Q queries (decoder steps),
S source length, D decoder width, E encoder width, A width of the hidden layer of additive and concat
attention.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from seq2seq.config import ModelConfig


class Attention(nn.Module, ABC):
    """A formula for energies; the softmax over real positions is common to all.

    ``has_window`` is True for kinds that look at a part of the source only.
    """

    has_window = False

    def __init__(self, config: ModelConfig, encoder_width: int) -> None:
        super().__init__()
        self.decoder_width, self.encoder_width = config.decoder_size, encoder_width

    @abstractmethod
    def keys(self, states: Tensor, dtype: torch.dtype) -> Tensor:
        """What the energies need of encoder states [B,S,E], in ``dtype``: [B,S,D] or [B,S,A]."""

    @abstractmethod
    def energies(self, queries: Tensor, keys: Tensor) -> Tensor:
        """Energies [B,Q,S] of decoder states [B,Q,D], before any mask."""

    def forward(
        self, queries: Tensor, keys: Tensor, mask: Tensor, first_position: int, bias: Tensor | None = None
    ) -> Tensor:
        """Attention [B,Q,S] of decoder states [B,Q,D] over positions where ``mask`` [B,S] is True.

        ``first_position`` is the number of the first query's step, from 0; ``bias`` [B,S] is added to the
        energies.
        """
        return masked_softmax(self.energies(queries, keys), mask[:, None], bias)


class DotAttention(Attention):
    """``e = hᵀ s`` (Luong 2015, arXiv:1508.04025, equation 8, dot)."""

    def keys(self, states: Tensor, dtype: torch.dtype) -> Tensor:
        """The encoder states themselves."""
        return states.to(dtype)

    def energies(self, queries: Tensor, keys: Tensor) -> Tensor:
        """Products of the current decoder state with every key."""
        return torch.bmm(queries.to(keys.dtype), keys.transpose(1, 2))


class ScaledDotAttention(DotAttention):
    """``e = hᵀ s / √D`` (Vaswani 2017, arXiv:1706.03762, equation 1), here with the current decoder state."""

    def keys(self, states: Tensor, dtype: torch.dtype) -> Tensor:
        """The encoder states, scaled."""
        return (states / sqrt(self.decoder_width)).to(dtype)


class GeneralAttention(DotAttention):
    """``e = hᵀ W s`` (Luong 2015, arXiv:1508.04025, equation 8, general)."""

    def __init__(self, config: ModelConfig, encoder_width: int) -> None:
        super().__init__(config, encoder_width)
        self.weight = nn.Parameter(torch.empty(config.decoder_size, encoder_width))
        nn.init.xavier_uniform_(self.weight)

    def keys(self, states: Tensor, dtype: torch.dtype) -> Tensor:
        """The encoder states behind W."""
        return linear(states.to(dtype), self.weight.to(dtype))


class ConcatAttention(Attention):
    """``e = vᵀ tanh(W [h; s])`` (Luong 2015, arXiv:1508.04025, equation 8, concat), h the current state.

    W is kept as its two blocks, so that the block of s is multiplied once for a sentence.
    """

    def __init__(self, config: ModelConfig, encoder_width: int) -> None:
        super().__init__(config, encoder_width)
        size = config.attention_size
        self.query_weight = nn.Parameter(torch.empty(size, config.decoder_size))
        self.key_weight = nn.Parameter(torch.empty(size, encoder_width))
        self.bias = nn.Parameter(torch.zeros(size))
        self.vector = nn.Parameter(torch.empty(size))
        nn.init.xavier_uniform_(self.query_weight)
        nn.init.xavier_uniform_(self.key_weight)
        nn.init.uniform_(self.vector, -sqrt(3 / size), sqrt(3 / size))

    def keys(self, states: Tensor, dtype: torch.dtype) -> Tensor:
        """Twice what the states bring to the hidden layer; see `energies` for the factor."""
        return linear(states.to(dtype), 2 * self.key_weight.to(dtype), 2 * self.bias.to(dtype))

    def energies(self, queries: Tensor, keys: Tensor) -> Tensor:
        """The small network, with ``tanh(x) = 2 σ(2x) - 1``, because torch's sigmoid is faster than its tanh."""
        dtype = keys.dtype
        hidden = linear(queries.to(dtype), 2 * self.query_weight.to(dtype))
        squashed = torch.sigmoid(hidden[:, :, None] + keys[:, None])
        return 2 * widen(squashed @ self.vector.to(dtype)) - self.vector.sum()


class AdditiveAttention(ConcatAttention):
    """``e = vᵀ tanh(W h + U s)``, h the decoder's PREVIOUS state (Bahdanau 2015, arXiv:1409.0473, A.1.2).

    The context it finds is an input of the cell, so it is looked for before the state moves on; the concat
    attention of Luong has the same network but asks with the current state.
    """


class LocalMonotonicAttention(GeneralAttention):
    """General energies inside a window that moves on by one token a step.

    Luong 2015 (arXiv:1508.04025, section 3.2, local-m): ``p_t = t``, and the softmax runs over
    ``[p_t - D, p_t + D]``. A translation longer than its source keeps the window of the last token, where the
    paper's would be empty.
    """

    has_window = True

    def __init__(self, config: ModelConfig, encoder_width: int) -> None:
        super().__init__(config, encoder_width)
        self.window = config.local_window

    def forward(
        self, queries: Tensor, keys: Tensor, mask: Tensor, first_position: int, bias: Tensor | None = None
    ) -> Tensor:
        """Attention inside the window around each step's number."""
        steps = torch.arange(first_position, first_position + queries.shape[1], device=mask.device)
        centres = torch.minimum(steps[None], mask.sum(1, keepdim=True) - 1)
        inside = mask[:, None] & (distances(centres, mask.shape[1]).abs() <= self.window)
        return masked_softmax(self.energies(queries, keys), inside, bias)


class LocalPredictiveAttention(GeneralAttention):
    """General energies around a position that the decoder predicts.

    Luong 2015 (arXiv:1508.04025, section 3.2, local-p): ``p_t = S σ(vᵀ tanh(W h))`` (equation 9), and
    attention in the window ``[p_t - D, p_t + D]`` is weighed by ``exp(-(s - p_t)² / 2σ²)``, ``σ = D/2``
    (equation 10). Here the product is normalised again, so that it sums to 1. Positions count from 0.
    """

    has_window = True

    def __init__(self, config: ModelConfig, encoder_width: int) -> None:
        super().__init__(config, encoder_width)
        self.window = config.local_window
        self.position_weight = nn.Parameter(torch.empty(config.decoder_size, config.decoder_size))
        self.position_vector = nn.Parameter(torch.empty(config.decoder_size))
        nn.init.xavier_uniform_(self.position_weight)
        nn.init.uniform_(self.position_vector, -sqrt(3 / config.decoder_size), sqrt(3 / config.decoder_size))

    def centres(self, queries: Tensor, mask: Tensor, dtype: torch.dtype) -> Tensor:
        """The predicted positions p_t [B,Q] of decoder states [B,Q,D]; products in ``dtype``."""
        hidden = torch.tanh(linear(queries.to(dtype), self.position_weight.to(dtype)))
        return mask.sum(1, keepdim=True) * torch.sigmoid(widen(hidden @ self.position_vector.to(dtype)))

    def forward(
        self, queries: Tensor, keys: Tensor, mask: Tensor, first_position: int, bias: Tensor | None = None
    ) -> Tensor:
        """Attention inside the window around each predicted position, by a Gaussian."""
        away = distances(self.centres(queries, mask, keys.dtype), mask.shape[1])
        inside = mask[:, None] & (away.abs() <= self.window)
        energies = self.energies(queries, keys) - away.square() / (self.window**2 / 2)
        return masked_softmax(energies, inside, bias)


def distances(centres: Tensor, source_length: int) -> Tensor:
    """How far every source position lies behind each centre [B,Q]: [B,Q,S], negative before it."""
    return torch.arange(source_length, device=centres.device) - centres[:, :, None]


def masked_softmax(energies: Tensor, mask: Tensor, bias: Tensor | None = None) -> Tensor:
    """Softmax over the last axis where ``mask`` is True, in float32 or wider; exactly 0 elsewhere.

    A ``bias`` [B,S] is added to energies [B,Q,S].
    """
    wide = widen(energies) if bias is None else widen(energies) + bias[:, None]
    return torch.softmax(wide.masked_fill(~mask, -torch.inf), dim=-1)


def widen(values: Tensor) -> Tensor:
    """Values in float32 where they have half the bits."""
    return values.float() if values.dtype.itemsize < 4 else values


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionKind:
    """A kind as the interface shows it.

    Attributes:
        layer: its class.
        label: its name for people.
        formula: of the energies, in plain Unicode.
        latex: the same in LaTeX.
        reference: paper, arXiv number and equation.
        queries: which decoder state asks: previous or current.
    """

    layer: type[Attention]
    label: str
    formula: str
    latex: str
    reference: str
    queries: str = "current"


ATTENTION_KINDS: dict[str, AttentionKind] = {
    "dot": AttentionKind(
        layer=DotAttention,
        label="Dot product",
        formula="e(t,s) = h(t)ᵀ s",
        latex=r"e_{ts} = h_t^\top \bar h_s",
        reference="Luong 2015, arXiv:1508.04025, equation 8 (dot)",
    ),
    "general": AttentionKind(
        layer=GeneralAttention,
        label="General (bilinear)",
        formula="e(t,s) = h(t)ᵀ W s",
        latex=r"e_{ts} = h_t^\top W_a \bar h_s",
        reference="Luong 2015, arXiv:1508.04025, equation 8 (general)",
    ),
    "additive": AttentionKind(
        layer=AdditiveAttention,
        label="Additive (Bahdanau)",
        formula="e(t,s) = vᵀ tanh(W h(t-1) + U s)",
        latex=r"e_{ts} = v_a^\top \tanh(W_a h_{t-1} + U_a \bar h_s)",
        reference="Bahdanau 2015, arXiv:1409.0473, appendix A.1.2",
        queries="previous",
    ),
    "concat": AttentionKind(
        layer=ConcatAttention,
        label="Concat (Luong)",
        formula="e(t,s) = vᵀ tanh(W [h(t); s])",
        latex=r"e_{ts} = v_a^\top \tanh(W_a [h_t; \bar h_s])",
        reference="Luong 2015, arXiv:1508.04025, equation 8 (concat)",
    ),
    "scaled_dot": AttentionKind(
        layer=ScaledDotAttention,
        label="Scaled dot product",
        formula="e(t,s) = h(t)ᵀ s / √D",
        latex=r"e_{ts} = h_t^\top \bar h_s / \sqrt{D}",
        reference="Vaswani 2017, arXiv:1706.03762, equation 1",
    ),
    "local_monotonic": AttentionKind(
        layer=LocalMonotonicAttention,
        label="Local, monotonic",
        formula="e(t,s) = h(t)ᵀ W s,  |s - t| ≤ D",
        latex=r"e_{ts} = h_t^\top W_a \bar h_s,\quad |s - t| \le D",
        reference="Luong 2015, arXiv:1508.04025, section 3.2 (local-m)",
    ),
    "local_predictive": AttentionKind(
        layer=LocalPredictiveAttention,
        label="Local, predictive",
        formula="e(t,s) = h(t)ᵀ W s - 2 (s - p)² / D²,  |s - p| ≤ D,  p = S σ(vᵀ tanh(W h(t)))",
        latex=r"e_{ts} = h_t^\top W_a \bar h_s - \frac{2 (s - p_t)^2}{D^2},\quad |s - p_t| \le D,\quad "
        r"p_t = S\,\sigma(v_p^\top \tanh(W_p h_t))",
        reference="Luong 2015, arXiv:1508.04025, section 3.2 (local-p), equations 9 and 10",
    ),
}
