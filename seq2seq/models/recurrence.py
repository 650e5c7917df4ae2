"""Recurrent cells over whole sequences: one autograd function for a layer, both directions at once.

What does not depend on the state before is done outside the loop over time: the input products before it,
the factors of the gradient and the gradient of the weights after it. Inside remain one matrix product and a
few operations into memory allocated once. Products run in ``dtype`` (bfloat16 is 4 to 6 times as fast as
float32 on processors that have it); states and gates stay in the number format of the state, float32 or
wider.

Shape letters: R directions, T steps, B batch, H width of the state, G gates of the cell.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from seq2seq.models.sequences import Gradients, products_over_rows


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
    cell: str,
    projected: Tensor,
    weight: Tensor,
    initial: tuple[Tensor, ...],
    lengths: Tensor | None,
    dtype: torch.dtype,
) -> tuple[Tensor, ...]:
    """All steps of a layer.

    Args:
        cell: gru, lstm or rnn.
        projected: the inputs behind the input weights, bias included [R,T,B,G*H].
        weight: hidden-to-hidden weights [R,G*H,H].
        initial: the state before the first step, ``Cell.states`` tensors [R,B,H].
        lengths: steps that count in each row [B]; None where all do.
        dtype: number format of the matrix products.

    Returns:
        The hidden states [R,T,B,H] in ``dtype``, then ``Cell.states`` tensors [R,B,H]: each row's state
        behind the last step that counts, unrounded.
    """
    outputs: tuple[Tensor, ...] = CELLS[cell].run(projected, weight, *initial, lengths, dtype)
    return outputs


class RnnSequence(Function):
    """The plain cell (Elman 1990): ``h_t = tanh(x_t + U h_{t-1})``."""

    @staticmethod
    def forward(
        context: Any,
        projected: Tensor,
        weight: Tensor,
        initial: Tensor,
        lengths: Tensor | None,
        dtype: torch.dtype,
    ) -> tuple[Tensor, Tensor]:
        """Hidden states [R,T,B,H] and the last [R,B,H]."""
        states, rounded = _allocate_states(projected, initial, dtype)
        cast = weight.to(dtype)
        product = torch.empty_like(rounded[:, 0])
        for now, (inputs, after) in enumerate(_steps(projected, states[:, 1:])):
            torch.bmm(rounded[:, now], cast.transpose(1, 2), out=product)
            tanh_by_sigmoid_(after.copy_(inputs).add_(product))
            _round(after, rounded, now + 1)
        context.save_for_backward(states, rounded, cast)
        _remember(context, projected, weight, lengths)
        return rounded[:, 1:], _last(states, lengths)

    @staticmethod
    def backward(context: Any, *output_gradients: Tensor | None) -> Gradients:
        """Gradients of inputs, hidden weights and the first state."""
        states, rounded, cast = context.saved_tensors
        flows = torch.empty_like(rounded[:, 1:])
        outers, (final,), (carry,) = _incoming(context, output_gradients, states)
        product = torch.empty_like(rounded[:, 0])
        for (outer, end), (after, flow) in zip(outers, _backward_steps(states[:, 1:], flows), strict=True):
            _collect(carry, outer, end, final)
            flow.copy_(_tanh_backward(carry, after, grad_input=carry))
            carry.copy_(torch.bmm(flow, cast, out=product))
        return (*_gradients(context, flows, flows, rounded), carry, None, None)


class GruSequence(Function):
    """The gated recurrent unit (Cho 2014, arXiv:1406.1078, equations 5 to 8).

    ``r = σ(x_r + U_r h)``, ``z = σ(x_z + U_z h)``, ``n = tanh(x_n + r ⊙ (U_n h))``, ``h' = z ⊙ h + (1 - z)
    ⊙ n``. The reset gate acts on the product ``U_n h`` and not on ``h``, as in cuDNN, so that a step is one
    product. All weights have their blocks in the order r, z, n. Inside, U is turned to n, r, z: then the
    gradients behind U and behind the inputs are the first and the last three blocks of one buffer.
    """

    @staticmethod
    def forward(
        context: Any,
        projected: Tensor,
        weight: Tensor,
        initial: Tensor,
        lengths: Tensor | None,
        dtype: torch.dtype,
    ) -> tuple[Tensor, Tensor]:
        """Hidden states [R,T,B,H] and the last [R,B,H]."""
        width, wide = initial.shape[2], 2 * initial.shape[2]
        states, rounded = _allocate_states(projected, initial, dtype)
        cast = weight.to(dtype).roll(width, 1)
        gates = states.new_empty(*projected.shape[:3], wide)
        proposals, inners = torch.empty_like(states[:, 1:]), torch.empty_like(states[:, 1:])
        product = projected.new_empty(*initial.shape[:2], 3 * width, dtype=dtype)
        slices = _steps(projected, states[:, :-1], states[:, 1:], gates, proposals, inners)
        for now, (inputs, before, after, gate, proposal, inner) in enumerate(slices):
            torch.bmm(rounded[:, now], cast.transpose(1, 2), out=product)
            gate.copy_(inputs[..., :wide]).add_(product[..., width:]).sigmoid_()
            inner.copy_(product[..., :width])
            tanh_by_sigmoid_(proposal.copy_(inputs[..., wide:]).addcmul_(gate[..., :width], inner))
            torch.lerp(proposal, before, gate[..., width:], out=after)
            _round(after, rounded, now + 1)
        context.save_for_backward(states, rounded, cast, gates, proposals, inners)
        _remember(context, projected, weight, lengths)
        return rounded[:, 1:], _last(states, lengths)

    @staticmethod
    def backward(context: Any, *output_gradients: Tensor | None) -> Gradients:
        """Gradients of inputs, hidden weights and the first state."""
        states, rounded, cast, gates, proposals, inners = context.saved_tensors
        width = proposals.shape[3]
        flows = rounded.new_empty(*gates.shape[:3], 4 * width)
        flow = gates.new_empty(*gates[:, 0].shape[:2], 4 * width)
        flow_inner, flow_r, flow_z, flow_n = flow.split(width, dim=2)
        outers, (final,), (carry,) = _incoming(context, output_gradients, states)
        product, scratch = torch.empty_like(rounded[:, 0]), torch.empty_like(states[:, 0])
        slices = _backward_steps(states[:, :-1], gates, proposals, inners, flows)
        for (outer, end), (before, gate, proposal, inner, kept) in zip(outers, slices, strict=True):
            reset, update = gate[..., :width], gate[..., width:]
            _collect(carry, outer, end, final)
            _tanh_backward(carry, proposal, grad_input=flow_n)
            flow_n.addcmul_(flow_n, update, value=-1)
            torch.mul(flow_n, reset, out=flow_inner)
            _sigmoid_backward(torch.mul(flow_n, inner, out=scratch), reset, grad_input=flow_r)
            torch.sub(before, proposal, out=scratch).mul_(carry)
            _sigmoid_backward(scratch, update, grad_input=flow_z)
            kept.copy_(flow)
            torch.bmm(kept[..., : 3 * width], cast, out=product)
            carry.mul_(update).add_(product)
        into, weight_gradient = _gradients(context, flows[..., width:], flows[..., : 3 * width], rounded)
        return into, weight_gradient.roll(-width, 1), carry, None, None


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
        lengths: Tensor | None,
        dtype: torch.dtype,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Hidden states [R,T,B,H], the last and the last cells [R,B,H]."""
        wide = 3 * initial.shape[2]
        states, rounded = _allocate_states(projected, initial, dtype)
        cells, cast = torch.empty_like(states), weight.to(dtype)
        cells[:, 0] = initial_cell
        gates = torch.empty_like(projected, dtype=states.dtype)
        squashed = torch.empty_like(states[:, 1:])
        product = torch.empty_like(projected[:, 0], dtype=dtype)
        slices = _steps(projected, states[:, 1:], cells[:, :-1], cells[:, 1:], gates, squashed)
        for now, (inputs, after, cell, next_cell, gate, squash) in enumerate(slices):
            torch.bmm(rounded[:, now], cast.transpose(1, 2), out=product)
            gate.copy_(inputs).add_(product)
            gate[..., :wide].sigmoid_()
            tanh_by_sigmoid_(gate[..., wide:])
            enter, forget, leave, proposal = gate.chunk(4, dim=2)
            torch.mul(forget, cell, out=next_cell).addcmul_(enter, proposal)
            torch.mul(tanh_by_sigmoid_(squash.copy_(next_cell)), leave, out=after)
            _round(after, rounded, now + 1)
        context.save_for_backward(rounded, cells, cast, gates, squashed)
        _remember(context, projected, weight, lengths)
        return rounded[:, 1:], _last(states, lengths), _last(cells, lengths)

    @staticmethod
    def backward(context: Any, *output_gradients: Tensor | None) -> Gradients:
        """Gradients of inputs, hidden weights and the first states."""
        rounded, cells, cast, gates, squashed = context.saved_tensors
        flows, flow = torch.empty_like(gates, dtype=rounded.dtype), torch.empty_like(gates[:, 0])
        flow_i, flow_f, flow_o, flow_g = flow.chunk(4, dim=2)
        outers, (final, final_cell), (carry, cell_carry) = _incoming(context, output_gradients, cells)
        product, scratch = torch.empty_like(rounded[:, 0]), torch.empty_like(cells[:, 0])
        slices = _backward_steps(cells[:, :-1], gates, squashed, flows)
        for (outer, end), (cell, gate, squash, kept) in zip(outers, slices, strict=True):
            enter, forget, leave, proposal = gate.chunk(4, dim=2)
            _collect(carry, outer, end, final)
            _collect(cell_carry, None, end, final_cell)
            _sigmoid_backward(torch.mul(carry, squash, out=scratch), leave, grad_input=flow_o)
            _tanh_backward(carry, squash, grad_input=scratch)
            cell_carry.addcmul_(scratch, leave)
            _sigmoid_backward(torch.mul(cell_carry, proposal, out=scratch), enter, grad_input=flow_i)
            _sigmoid_backward(torch.mul(cell_carry, cell, out=scratch), forget, grad_input=flow_f)
            _tanh_backward(torch.mul(cell_carry, enter, out=scratch), proposal, grad_input=flow_g)
            cell_carry.mul_(forget)
            kept.copy_(flow)
            carry.copy_(torch.bmm(kept, cast, out=product))
        return (*_gradients(context, flows, flows, rounded), carry, cell_carry, None, None)


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


def tanh_by_sigmoid_(values: Tensor) -> Tensor:
    """The hyperbolic tangent in place, as ``2 σ(2x) - 1``: torch's sigmoid is 8 times as fast as its tanh."""
    return values.mul_(2.0).sigmoid_().mul_(2.0).sub_(1.0)


_sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input
_tanh_backward = torch.ops.aten.tanh_backward.grad_input


def _remember(context: Any, projected: Tensor, weight: Tensor, lengths: Tensor | None) -> None:
    context.formats, context.lengths = (projected.dtype, weight.dtype), lengths
    context.set_materialize_grads(False)


def _last(states: Tensor, lengths: Tensor | None) -> Tensor:
    """Of states [R,T+1,B,H], the initial one first, those behind each row's last step [R,B,H]."""
    if lengths is None:
        return states[:, -1].clone()
    return states[:, lengths, torch.arange(len(lengths), device=lengths.device)]


def _incoming(
    context: Any, gradients: tuple[Tensor | None, ...], states: Tensor
) -> tuple[Iterable[tuple[Tensor | None, Tensor | None]], tuple[Tensor | None, ...], list[Tensor]]:
    """What flows into the backward pass, from the last step to the first.

    Returns:
        For each step the gradient of its hidden state [R,B,H] and where a row ends there [B,1]; the gradients
        of the last states; the carries to start from.
    """
    steps, (hidden, *finals) = states.shape[1] - 1, gradients
    outers: Iterable[Tensor | None] = [None] * steps if hidden is None else reversed(hidden.unbind(1))
    if context.lengths is None:
        carries = [torch.zeros_like(states[:, 0]) if each is None else each.clone() for each in finals]
        return zip(outers, [None] * steps, strict=True), (None,) * len(finals), carries
    numbers = torch.arange(steps, 0, -1, device=states.device)
    ends = (numbers[:, None, None] == context.lengths[:, None]).to(states.dtype).unbind(0)
    return zip(outers, ends, strict=True), tuple(finals), [torch.zeros_like(states[:, 0]) for _ in finals]


def _collect(carry: Tensor, outer: Tensor | None, end: Tensor | None, final: Tensor | None) -> None:
    """Add to a carried gradient what enters at this step."""
    if outer is not None:
        carry.add_(outer)
    if end is not None and final is not None:
        carry.addcmul_(end, final)


def _gradients(context: Any, flows: Tensor, inner_flows: Tensor, rounded: Tensor) -> tuple[Tensor, Tensor]:
    """Gradients of the projected inputs and of the hidden weights, the latter one product over all steps."""
    input_format, weight_format = context.formats
    weight_gradient = products_over_rows(inner_flows.flatten(1, 2), rounded[:, :-1].flatten(1, 2))
    return flows.to(input_format), weight_gradient.to(weight_format)


CELLS: dict[str, Cell] = {
    "rnn": Cell(1, 1, RnnSequence.apply),
    "gru": Cell(3, 1, GruSequence.apply),
    "lstm": Cell(4, 2, LstmSequence.apply),
}
