"""Decoder layers of a Transformer laid out for single steps: the same mathematics in fewer, faster calls.

Weights are laid out once (see `products`), and every residual connection is added by the product behind it.
Shape letters as in `transformer_layers`; here T is 1.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from seq2seq.models.products import Product
from seq2seq.models.transformer_layers import DecoderLayer, attend


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SteppingLayer:
    """A decoder layer's weights and its single step."""

    heads: int
    norms_first: bool
    norms: tuple[tuple[Tensor, Tensor, float], ...]
    projection: Product
    output: Product
    query: Product
    cross_output: Product
    inner: Product
    outer: Product
    no_bias: Tensor

    @classmethod
    def of(cls, layer: DecoderLayer, dtype: torch.dtype) -> "SteppingLayer":
        """Copy a layer's matrices as they are now, for products in ``dtype``."""
        norms = [norm for norm in layer.norms if isinstance(norm, nn.LayerNorm)]
        feed_forward = layer.feed_forward
        return cls(
            heads=layer.attention.heads,
            norms_first=layer.norms_first,
            norms=tuple((norm.weight.detach(), norm.bias.detach(), norm.eps) for norm in norms),
            projection=Product(layer.attention.projection, None, dtype),
            output=Product(layer.attention.output, None, dtype),
            query=Product(layer.cross_attention.query, None, dtype),
            cross_output=Product(layer.cross_attention.output, None, dtype),
            inner=Product(feed_forward.inner, feed_forward.inner_bias, dtype),
            outer=Product(feed_forward.outer, feed_forward.outer_bias, dtype),
            no_bias=feed_forward.outer_bias.detach().new_zeros(1, 1, 1),
        )

    def run(
        self, values: Tensor, past: Tensor, keys_values: Tensor, bias: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """One step.

        Args:
            values: [B,D].
            past: keys and values of the positions before [B,H,P,2K].
            keys_values: of the source [B,H,S,2K].
            bias: of the attention to the source [B*H,1,S].

        Returns:
            Values [B,D], attention to the source [B*H,1,S], keys and values of all positions [B,H,P+1,2K].
        """
        rows, width = values.shape
        head = width // self.heads
        projected = self.projection(self._enter(0, values)).view(rows, self.heads, 1, 3 * head)
        past = torch.cat([past, projected[..., head:]], dim=2)
        _, contexts = attend(projected[..., :head].flatten(0, 1), past.flatten(0, 1), self.no_bias)
        values = self._leave(0, self.output(contexts.view(rows, width), values))
        queries = self.query(self._enter(1, values)).view(-1, 1, head)
        attention, contexts = attend(queries, keys_values.flatten(0, 1), bias)
        values = self._leave(1, self.cross_output(contexts.view(rows, width), values))
        hidden = self.inner(self._enter(2, values)).relu_()
        values = self._leave(2, self.outer(hidden, values))
        return values, attention, past

    def _enter(self, number: int, values: Tensor) -> Tensor:
        return self._normalize(number, values) if self.norms_first else values

    def _leave(self, number: int, values: Tensor) -> Tensor:
        return values if self.norms_first else self._normalize(number, values)

    def _normalize(self, number: int, values: Tensor) -> Tensor:
        weight, bias, epsilon = self.norms[number]
        return torch.layer_norm(values, weight.shape, weight, bias, epsilon)
