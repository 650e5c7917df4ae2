"""Recurrent cells over whole sequences: one autograd function for a layer, both directions at once.

What does not depend on the state before is done outside the loop over time: the input products before it, the
factors of the gradient and the gradient of the weights after it. Inside remain one matrix product and a few
operations into memory allocated once. Products run in ``dtype`` (bfloat16 is 4 to 6 times as fast as float32 on
processors that have it); states and gates stay in the number format of the state, float32 or wider.

Shape letters: R directions, T steps, B batch, H width of the state, G gates of the cell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

Gradients = tuple[Tensor | None, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A kind of recurrent cell.

    Attributes:
        gates: blocks of width H in its projected input.
        states: tensors it carries from step to step: 2 for the LSTM (hidden, cell), else 1.
        run: all steps of all directions, see `run_cell`.
    """

    gates: int
    states: int
    run: Callable[..., Any]


def run_cell(
    cell: str, projected: Tensor, weight: Tensor, initial: tuple[Tensor, ...], dtype: torch.dtype
) -> tuple[Tensor, ...]:
    """All steps of a layer.

    Args:
        cell: gru, lstm or rnn.
        projected: the inputs behind the input weights, bias included [R,T,B,G*H].
        weight: hidden-to-hidden weights [R,G*H,H].
        initial: the state before the first step, ``Cell.states`` tensors [R,B,H].
        dtype: number format of the matrix products.

    Returns:
        ``Cell.states`` tensors [R,T,B,H], the hidden states first.
    """
    outputs = CELLS[cell].run(projected, weight, *initial, dtype)
    return outputs if isinstance(outputs, tuple) else (outputs,)


def reversing_index(lengths: Tensor, steps: int) -> Tensor:
    """Row numbers [T*B] that reverse the real part of each sequence of time-major [T,B,...], padding in place."""
    now = torch.arange(steps, device=lengths.device)[:, None]
    mirrored = torch.where(now < lengths, lengths - 1 - now, now)
    return (mirrored * len(lengths) + torch.arange(len(lengths), device=lengths.device)).flatten()


def reverse_real(values: Tensor, index: Tensor) -> Tensor:
    """Values [T,B,H] with the real part of each sequence reversed, by `reversing_index`."""
    reversed_values: Tensor = _Reversal.apply(values, index)  # type: ignore[no-untyped-call]
    return reversed_values


class _Reversal(Function):
    """A gather that is its own inverse, so its gradient is a gather too, not a scatter."""

    @staticmethod
    def forward(context: Any, values: Tensor, index: Tensor) -> Tensor:
        context.save_for_backward(index)
        return values.flatten(0, 1).index_select(0, index).view_as(values)

    @staticmethod
    def backward(context: Any, *output_gradients: Tensor) -> Gradients:
        (index,) = context.saved_tensors
        (gradient,) = output_gradients
        return gradient.flatten(0, 1).index_select(0, index).view_as(gradient), None


class RnnSequence(Function):
    """The plain cell (Elman 1990): ``h_t = tanh(x_t + U h_{t-1})``."""

    @staticmethod
    def forward(
        context: Any, projected: Tensor, weight: Tensor, initial: Tensor, dtype: torch.dtype
    ) -> Tensor:
        states, rounded = _allocate_states(projected, initial, dtype)
        cast = weight.to(dtype)
        product = projected.new_empty(initial.shape, dtype=dtype)
        for now, (inputs, after) in enumerate(_steps(projected.to(initial.dtype), states[:, 1:])):
            torch.bmm(rounded[:, now], cast.transpose(1, 2), out=product)
            _tanh_(torch.add(inputs, product, out=after))
            _round(after, rounded, now + 1)
        context.save_for_backward(states, rounded, cast)
        context.formats = (projected.dtype, weight.dtype)
        return states[:, 1:]

    @staticmethod
    def backward(context: Any, *output_gradients: Tensor) -> Gradients:
        states, rounded, cast = context.saved_tensors
        slopes = 1 - states[:, 1:].square()
        flows = rounded.new_empty(slopes.shape)
        carry, product = torch.zeros_like(states[:, 0]), torch.empty_like(rounded[:, 0])
        for outer, slope, flow in _backward_steps(output_gradients[0], slopes, flows):
            flow.copy_(carry.add_(outer).mul_(slope))
            carry.copy_(torch.bmm(flow, cast, out=product))
        return (*_weight_gradients(context, flows, flows, rounded), carry, None)


class GruSequence(Function):
    """The gated recurrent unit (Cho 2014, arXiv:1406.1078, equations 5 to 8), blocks r, z, n.

    ``r = σ(x_r + U_r h)``, ``z = σ(x_z + U_z h)``, ``n = tanh(x_n + r ⊙ (U_n h))``, ``h' = z ⊙ h + (1 - z) ⊙ n``.
    The reset gate acts on the product ``U_n h`` and not on ``h``, as in cuDNN, so that a step is one product.
    """

    @staticmethod
    def forward(
        context: Any, projected: Tensor, weight: Tensor, initial: Tensor, dtype: torch.dtype
    ) -> Tensor:
        width, wide = initial.shape[2], 2 * initial.shape[2]
        states, rounded = _allocate_states(projected, initial, dtype)
        cast = weight.to(dtype)
        gates = states.new_empty(*projected.shape[:3], wide)
        proposals, products = (states.new_empty(*projected.shape[:3], width) for _ in range(2))
        product = projected.new_empty(*initial.shape[:2], 3 * width, dtype=dtype)
        slices = _steps(projected.to(states.dtype), states[:, :-1], states[:, 1:], gates, proposals, products)
        for now, (inputs, before, after, gate, proposal, inner) in enumerate(slices):
            torch.bmm(rounded[:, now], cast.transpose(1, 2), out=product)
            torch.add(inputs[..., :wide], product[..., :wide], out=gate).sigmoid_()
            inner.copy_(product[..., wide:])
            torch.addcmul(inputs[..., wide:], gate[..., :width], inner, out=proposal)
            torch.lerp(_tanh_(proposal), before, gate[..., width:], out=after)
            _round(after, rounded, now + 1)
        context.save_for_backward(states, rounded, cast, gates, proposals, products)
        context.formats = (projected.dtype, weight.dtype)
        return states[:, 1:]

    @staticmethod
    def backward(context: Any, *output_gradients: Tensor) -> Gradients:
        states, rounded, cast, gates, proposals, products = context.saved_tensors
        width = proposals.shape[3]
        reset, update = gates[..., :width], gates[..., width:]
        slope = (1 - update) * (1 - proposals.square())
        factors = rounded.new_empty(*proposals.shape[:3], 3, width)
        factors[..., 2, :] = slope * reset
        factors[..., 0, :] = (slope * products).mul_(reset * (1 - reset))
        factors[..., 1, :] = (states[:, :-1] - proposals).mul_(update * (1 - update))
        flows, sums = torch.empty_like(factors), torch.empty_like(proposals)
        carry, product = torch.zeros_like(states[:, 0]), torch.empty_like(rounded[:, 0])
        for outer, keep, factor, flow, total in _backward_steps(
            output_gradients[0], update, factors, flows, sums
        ):
            torch.add(carry, outer, out=total)
            torch.mul(total.to(flow.dtype)[:, :, None], factor, out=flow)
            torch.bmm(flow.flatten(2), cast, out=product)
            torch.mul(total, keep, out=carry).add_(product)
        inner_flows = flows.clone()
        flows[..., 2, :] = sums.mul_(slope)
        return (*_weight_gradients(context, flows, inner_flows, rounded), carry, None)


class LstmSequence(Function):
    """The long short-term memory with forget gate (Gers 2000), blocks i, f, o, g.

    ``i, f, o = σ(x + U h)``, ``g = tanh(x_g + U_g h)``, ``c' = f ⊙ c + i ⊙ g``, ``h' = o ⊙ tanh(c')``.
    """

    @staticmethod
    def forward(
        context: Any,
        projected: Tensor,
        weight: Tensor,
        initial: Tensor,
        initial_cell: Tensor,
        dtype: torch.dtype,
    ) -> tuple[Tensor, Tensor]:
        width, wide = initial.shape[2], 3 * initial.shape[2]
        states, rounded = _allocate_states(projected, initial, dtype)
        cells, cast = torch.empty_like(states), weight.to(dtype)
        cells[:, 0] = initial_cell
        gates = states.new_empty(*projected.shape[:3], 4 * width)
        squashed = states.new_empty(*projected.shape[:3], width)
        product = projected.new_empty(*initial.shape[:2], 4 * width, dtype=dtype)
        slices = _steps(
            projected.to(states.dtype), states[:, 1:], cells[:, :-1], cells[:, 1:], gates, squashed
        )
        for now, (inputs, after, cell, next_cell, gate, squash) in enumerate(slices):
            torch.bmm(rounded[:, now], cast.transpose(1, 2), out=product)
            torch.add(inputs, product, out=gate)
            gate[..., :wide].sigmoid_()
            _tanh_(gate[..., wide:])
            torch.mul(gate[..., width : 2 * width], cell, out=next_cell)
            next_cell.addcmul_(gate[..., :width], gate[..., wide:])
            _tanh_(squash.copy_(next_cell))
            torch.mul(gate[..., 2 * width : wide], squash, out=after)
            _round(after, rounded, now + 1)
        context.save_for_backward(rounded, cells, cast, gates, squashed)
        context.formats = (projected.dtype, weight.dtype)
        return states[:, 1:], cells[:, 1:]

    @staticmethod
    def backward(context: Any, *output_gradients: Tensor) -> Gradients:
        rounded, cells, cast, gates, squashed = context.saved_tensors
        enter, forget, leave, proposal = gates.unflatten(3, (4, -1)).unbind(3)
        factors = torch.empty_like(gates, dtype=rounded.dtype).unflatten(3, (4, -1))
        factors[..., 0, :] = (proposal * enter).mul_(1 - enter)
        factors[..., 1, :] = (cells[:, :-1] * forget).mul_(1 - forget)
        factors[..., 2, :] = (squashed * leave).mul_(1 - leave)
        factors[..., 3, :] = enter * (1 - proposal.square())
        inflow = leave * (1 - squashed.square())
        flows = torch.empty_like(factors)
        carry, cell_carry = torch.zeros_like(cells[:, 0]), torch.zeros_like(cells[:, 0])
        product = torch.empty_like(rounded[:, 0])
        for outer, outer_cell, factor, flow, into, keep in _backward_steps(
            *output_gradients, factors, flows, inflow, forget
        ):
            carry.add_(outer)
            cell_carry.add_(outer_cell).addcmul_(carry, into)
            torch.mul(cell_carry.to(flow.dtype)[:, :, None], factor, out=flow)
            torch.mul(carry.to(flow.dtype), factor[:, :, 2], out=flow[:, :, 2])
            cell_carry.mul_(keep)
            carry.copy_(torch.bmm(flow.flatten(2), cast, out=product))
        return (*_weight_gradients(context, flows, flows, rounded), carry, cell_carry, None)


def _allocate_states(projected: Tensor, initial: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Memory for the states [R,T+1,B,H], the initial one set, and the same memory rounded to ``dtype``."""
    directions, rows, width = initial.shape
    states = initial.new_empty(directions, projected.shape[1] + 1, rows, width)
    states[:, 0] = initial
    if dtype == states.dtype:
        return states, states
    rounded = torch.empty_like(states, dtype=dtype)
    rounded[:, 0] = initial
    return states, rounded


def _round(state: Tensor, rounded: Tensor, now: int) -> None:
    if rounded.dtype != state.dtype:
        rounded[:, now].copy_(state)


def _steps(*tensors: Tensor) -> "zip[tuple[Tensor, ...]]":
    """The slices [R,B,...] of tensors [R,T,B,...], step by step."""
    return zip(*(tensor.unbind(1) for tensor in tensors), strict=True)


def _backward_steps(*tensors: Tensor) -> "zip[tuple[Tensor, ...]]":
    """The slices [R,B,...] of tensors [R,T,B,...], from the last step to the first."""
    return zip(*(reversed(tensor.unbind(1)) for tensor in tensors), strict=True)


def _tanh_(values: Tensor) -> Tensor:
    """The hyperbolic tangent in place, as ``2 σ(2x) - 1``: torch's sigmoid is 8 times as fast as its tanh."""
    return values.mul_(2).sigmoid_().mul_(2).sub_(1)


def _weight_gradients(
    context: Any, flows: Tensor, inner_flows: Tensor, rounded: Tensor
) -> tuple[Tensor, Tensor]:
    """Gradients of the projected inputs and of the hidden weights, the latter as one product over all steps."""
    input_format, weight_format = context.formats
    before = rounded[:, :-1].flatten(1, 2)
    inner = inner_flows.flatten(3).flatten(1, 2)
    weight_gradient = torch.bmm(inner.transpose(1, 2), before).to(weight_format)
    return flows.flatten(3).to(input_format), weight_gradient


CELLS: dict[str, Cell] = {
    "rnn": Cell(1, 1, RnnSequence.apply),
    "gru": Cell(3, 1, GruSequence.apply),
    "lstm": Cell(4, 2, LstmSequence.apply),
}
