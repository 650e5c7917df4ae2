"""Recurrent cells step by step without gradients, for decoding, and an encoder made of them.

The same cells as in `recurrence`, which are made for training. Shape letters as there. A step takes states
[B,H], or [R,B,H] for all directions at once.
"""

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor

from seq2seq.models.products import Product, StackedProduct, TokenRows
from seq2seq.models.recurrence import CELLS, tanh_by_sigmoid_
from seq2seq.models.recurrent_encoder import LayerState, RecurrentEncoder, RecurrentLayer, typed_layers
from seq2seq.models.sequences import gather_rows, reversing_index

StateProduct = Product | StackedProduct

FEW_VALUES: Final = 16_384
"""Up to here one thread computes torch's tanh in less time than the calls of its detour by the sigmoid take."""


class SteppingEncoder:
    """A recurrent encoder's weights laid out for one short batch at a time, both directions in one product.

    Args:
        encoder: the encoder.
        embedding: of the source tokens [V,M].
        dtype: number format of the products with weights.
    """

    def __init__(self, encoder: RecurrentEncoder, embedding: Tensor, dtype: torch.dtype) -> None:
        first, *others = layers = typed_layers(encoder.layers)
        self._cell, self._width, self._reverse = first.cell, encoder.width, encoder.reverse_source
        self._directions = encoder.directions
        self._tokens = TokenRows(embedding, _entering(first, dtype))
        self._entering = [_entering(layer, dtype) for layer in others]
        self._carrying = [StackedProduct(layer.hidden_weight, dtype) for layer in layers]

    def __call__(self, source_ids: Tensor, lengths: Tensor) -> tuple[Tensor, LayerState]:
        """States [S,B,E] of source ids [B,S], and the last layer's state behind its last token [B,E]."""
        index = reversing_index(lengths, source_ids.shape[1])
        ids = source_ids.t().flatten()
        projected = self._tokens.rows(ids[index] if self._reverse else ids)
        values, final = self._run(projected, len(lengths), index, self._carrying[0])
        for entering, carrying in zip(self._entering, self._carrying[1:], strict=True):
            values, final = self._run(entering(values.flatten(0, 1)), len(lengths), index, carrying)
        return (gather_rows(values, index) if self._reverse else values), final

    def _run(
        self, projected: Tensor, rows: int, index: Tensor, carrying: StackedProduct
    ) -> tuple[Tensor, LayerState]:
        """A layer: hidden states [S,B,R*H] of inputs behind their weights [S*B,R*G*H], each row's last state."""
        step = STEPS[self._cell]
        inputs = [*projected.chunk(self._directions, dim=1)]
        inputs[1:] = [each.index_select(0, index) for each in inputs[1:]]
        state = (projected.new_zeros(self._directions, rows, self._width),) * CELLS[self._cell].states
        passed: list[LayerState] = []
        for entered in torch.stack(inputs).view(self._directions, -1, rows, inputs[0].shape[1]).unbind(1):
            state = step(entered, state, carrying)
            passed.append(state)
        hidden, *cells = (torch.stack(each, dim=1) for each in zip(*passed, strict=True))
        last = index[:rows]  # mirrored, the first step is the last one
        ends = (each.flatten(1, 2).index_select(1, last) for each in (hidden, *cells))
        final = tuple(each.transpose(0, 1).flatten(1) for each in ends)
        parts = [hidden[0], *(gather_rows(each, index) for each in hidden[1:])]
        return torch.cat(parts, dim=2), final


def _entering(layer: RecurrentLayer, dtype: torch.dtype) -> Product:
    """The products with inputs of all directions side by side."""
    return Product(layer.input_weight.flatten(0, 1), layer.bias.flatten(), dtype)


def tanh_(values: Tensor) -> Tensor:
    """The hyperbolic tangent in place, mostly as ``2 σ(2x) - 1``.

    Of several threads torch's tanh wakes all even for few values, which took 90 microseconds here instead of 4.
    """
    if values.numel() <= FEW_VALUES and torch.get_num_threads() == 1:
        return values.tanh_()
    return tanh_by_sigmoid_(values)


def _step_rnn(projected: Tensor, before: LayerState, weight: StateProduct) -> LayerState:
    return (tanh_(weight(before[0], projected)),)


def _step_gru(projected: Tensor, before: LayerState, weight: StateProduct) -> LayerState:
    (hidden,) = before
    width = hidden.shape[-1]
    entering, offered = torch.split_with_sizes(projected, [2 * width, width], -1)
    carried, inner = torch.split_with_sizes(weight(hidden), [2 * width, width], -1)
    reset, update = torch.split_with_sizes((entering + carried).sigmoid_(), [width, width], -1)
    return (torch.lerp(tanh_(torch.addcmul(offered, reset, inner)), hidden, update),)


def _step_lstm(projected: Tensor, before: LayerState, weight: StateProduct) -> LayerState:
    hidden, cell = before
    width = hidden.shape[-1]
    total = weight(hidden, projected)
    gates = total[..., : 3 * width].sigmoid()
    proposal = tanh_(total[..., 3 * width :])
    cell = torch.addcmul(gates[..., width : 2 * width] * cell, gates[..., :width], proposal)
    return gates[..., 2 * width :] * tanh_(cell.clone()), cell


STEPS: dict[str, Callable[[Tensor, LayerState, StateProduct], LayerState]] = {
    "rnn": _step_rnn,
    "gru": _step_gru,
    "lstm": _step_lstm,
}
