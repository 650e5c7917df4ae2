"""Operations on whole time-major sequences [T,B,...] whose gradients torch alone would take more slowly.

Shape letters: R directions, T steps, B batch, I width of the input, H width of the state, G gates of the
cell.
"""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

Gradients = tuple[Tensor | None, ...]


def project(inputs: Tensor, weight: Tensor, bias: Tensor, dtype: torch.dtype) -> Tensor:
    """Inputs [R,T,B,I] behind weights [R,G*H,I] and biases [R,G*H], all steps in one product: [R,T,B,G*H]."""
    outputs: Tensor = _Projection.apply(inputs, weight, bias, dtype)  # type: ignore[no-untyped-call]
    return outputs


class _Projection(Function):
    """One plain product for each direction: faster here than a batched product of big matrices."""

    @staticmethod
    def forward(context: Any, inputs: Tensor, weight: Tensor, bias: Tensor, dtype: torch.dtype) -> Tensor:
        rows, cast = inputs.to(dtype).flatten(1, 2), weight.to(dtype)
        outputs = rows.new_empty(*rows.shape[:2], weight.shape[1])
        for row, matrix, vector, output in zip(rows, cast, bias.to(dtype), outputs, strict=True):
            torch.addmm(vector, row, matrix.t(), out=output)
        context.save_for_backward(rows, cast)
        context.formats = (inputs.dtype, weight.dtype)
        return outputs.view(*inputs.shape[:3], -1)

    @staticmethod
    def backward(context: Any, *output_gradients: Tensor) -> Gradients:
        rows, cast = context.saved_tensors
        input_format, weight_format = context.formats
        (gradient,) = output_gradients
        flows = gradient.flatten(1, 2)
        into = torch.stack([torch.mm(flow, matrix) for flow, matrix in zip(flows, cast, strict=True)])
        return (
            into.to(input_format).view(*gradient.shape[:3], -1),
            products_over_rows(flows, rows).to(weight_format),
            flows.sum(1, dtype=weight_format),
            None,
        )


def reversing_index(lengths: Tensor, steps: int) -> Tensor:
    """Row numbers [T*B] that reverse the real part of each sequence of [T,B,...], padding in place."""
    now = torch.arange(steps, device=lengths.device)[:, None]
    mirrored = torch.where(now < lengths, lengths - 1 - now, now)
    return (mirrored * len(lengths) + torch.arange(len(lengths), device=lengths.device)).flatten()


def reverse_real(values: Tensor, index: Tensor) -> Tensor:
    """Values [T,B,H] with the real part of each sequence reversed, by `reversing_index`."""
    reversed_values: Tensor = _Reversal.apply(values, index)  # type: ignore[no-untyped-call]
    return reversed_values


def gather_rows(values: Tensor, index: Tensor) -> Tensor:
    """Values [T,B,H] in the order of row numbers [T*B]."""
    return values.flatten(0, 1).index_select(0, index).view_as(values)


class _Reversal(Function):
    """A gather that is its own inverse, so its gradient is a gather too, not a scatter."""

    @staticmethod
    def forward(context: Any, values: Tensor, index: Tensor) -> Tensor:
        context.save_for_backward(index)
        return gather_rows(values, index)

    @staticmethod
    def backward(context: Any, *output_gradients: Tensor) -> Gradients:
        (index,) = context.saved_tensors
        (gradient,) = output_gradients
        return gather_rows(gradient, index), None


def products_over_rows(left: Tensor, right: Tensor) -> Tensor:
    """``leftᵀ right`` [R,I,J] of [R,N,I] and [R,N,J]."""
    return torch.stack([torch.mm(each.t(), other) for each, other in zip(left, right, strict=True)])
