"""Recurrent cells step by step without gradients, for decoding, and an encoder made of them.

The same cells as in `recurrence`, which are made for training. Shape letters as there.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from seq2seq.models.products import Product
from seq2seq.models.recurrence import CELLS
from seq2seq.models.recurrent_encoder import LayerState, RecurrentEncoder, RecurrentLayer, typed_layers
from seq2seq.models.sequences import reverse_real, reversing_index

FEW_VALUES = 16_384
"""Up to here torch's tanh costs less than the calls of its detour by the sigmoid."""


class SteppingEncoder:
    """A recurrent encoder's weights laid out for one short batch at a time."""

    def __init__(self, encoder: RecurrentEncoder, dtype: torch.dtype) -> None:
        layers = typed_layers(encoder.layers)
        self._cell, self._width, self._reverse = layers[0].cell, encoder.width, encoder.reverse_source
        self._layers = [_directions(layer, dtype) for layer in layers]

    def __call__(self, embedded: Tensor, lengths: Tensor) -> tuple[Tensor, LayerState]:
        """States [S,B,E] of embedded tokens [S,B,M], and the last layer's state behind its last token [B,E]."""
        index = reversing_index(lengths, len(embedded))
        values = reverse_real(embedded, index) if self._reverse else embedded
        final: LayerState = ()
        for directions in self._layers:
            runs = [self._run(values, lengths, *directions[0])]
            if len(directions) == 2:
                hidden, last = self._run(reverse_real(values, index), lengths, *directions[1])
                runs.append((reverse_real(hidden, index), last))
            values = torch.cat([hidden for hidden, _ in runs], dim=2)
            final = tuple(torch.cat(parts, dim=1) for parts in zip(*(last for _, last in runs), strict=True))
        return (reverse_real(values, index) if self._reverse else values), final

    def _run(
        self, values: Tensor, lengths: Tensor, entering: Product, carrying: Product
    ) -> tuple[Tensor, LayerState]:
        """One direction: hidden states [S,B,H], and each row's last state [B,H]."""
        step, rows = STEPS[self._cell], values.shape[1]
        state = (values.new_zeros(rows, self._width),) * CELLS[self._cell].states
        passed: list[LayerState] = []
        for projected in entering(values.flatten(0, 1)).view(*values.shape[:2], -1).unbind(0):
            state = step(projected, state, carrying)
            passed.append(state)
        hidden, *cells = (torch.stack(each) for each in zip(*passed, strict=True))
        last = lengths - 1, torch.arange(rows, device=lengths.device)
        return hidden, tuple(each[last] for each in (hidden, *cells))


def _directions(layer: RecurrentLayer, dtype: torch.dtype) -> list[tuple[Product, Product]]:
    """The products with inputs and with states, direction by direction."""
    return [
        (Product(entering, bias, dtype), Product(carrying, None, dtype))
        for entering, bias, carrying in zip(layer.input_weight, layer.bias, layer.hidden_weight, strict=True)
    ]


def tanh_(values: Tensor) -> Tensor:
    """The hyperbolic tangent in place; for many values as ``2 σ(2x) - 1``, which is faster."""
    if values.numel() <= FEW_VALUES:
        return values.tanh_()
    return values.mul_(2).sigmoid_().mul_(2).sub_(1)


def _step_rnn(projected: Tensor, before: LayerState, weight: Product) -> LayerState:
    return (tanh_(weight(before[0], projected)),)


def _step_gru(projected: Tensor, before: LayerState, weight: Product) -> LayerState:
    (hidden,) = before
    width = hidden.shape[1]
    product = weight(hidden)
    gates = (projected[:, : 2 * width] + product[:, : 2 * width]).sigmoid_()
    inner = product[:, 2 * width :]
    proposal = tanh_(torch.addcmul(projected[:, 2 * width :], gates[:, :width], inner))
    return (torch.lerp(proposal, hidden, gates[:, width:]),)


def _step_lstm(projected: Tensor, before: LayerState, weight: Product) -> LayerState:
    hidden, cell = before
    width = hidden.shape[1]
    total = weight(hidden, projected)
    gates = total[:, : 3 * width].sigmoid()
    proposal = tanh_(total[:, 3 * width :])
    cell = torch.addcmul(gates[:, width : 2 * width] * cell, gates[:, :width], proposal)
    return gates[:, 2 * width :] * tanh_(cell.clone()), cell


STEPS: dict[str, Callable[[Tensor, LayerState, Product], LayerState]] = {
    "rnn": _step_rnn,
    "gru": _step_gru,
    "lstm": _step_lstm,
}
