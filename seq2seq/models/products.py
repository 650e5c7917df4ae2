"""Products with a fixed matrix, laid out once for the fastest way that this processor and torch have.

Where all weights are numbers of half precision, as in a checkpoint that stores them so, FBGEMM reads half the
bytes, to the same precision, and its kernels are faster for every number of rows. It has two doors, measured
on an AMD EPYC (Zen 3): one computes with the calling thread alone and costs 2 microseconds a call, the other
with all threads and costs 17. 256 x 8000 takes 67 microseconds for a single row (torch's own product 165) and
with two threads 1.46 milliseconds for 64 rows (oneDNN 1.90, torch 2.3). For weights of full precision oneDNN
with the matrix in its own layout is faster than torch's product but for a single row, and in bfloat16 faster
still where the processor has it.
"""

import warnings
from typing import Final

import torch
from torch import Tensor

SMALLEST_PACKED: Final = 1 << 18
"""Below so many weights a plain product costs less than the call of a packed one."""
SMALLEST_HALF: Final = 1 << 15
"""The same for weights in half precision."""
MOST_LONE_ROWS: Final = 6
"""Up to so many rows one thread is done before several have met."""
TABLE_BYTES = 60_000_000
"""The largest table of projected embeddings; above it tokens are projected when they are met."""


class Product:
    """``inputs @ weight.T + bias``, for decoding: no gradients, and later changes of the weights have no effect.

    Args:
        weight: matrix [O,I], float32.
        bias: vector [O], or None.
        dtype: number format of the product: float32, or bfloat16 for speed; results are float32.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None, dtype: torch.dtype) -> None:
        cast = weight.detach().to(dtype)
        self.dtype, self.outputs = dtype, len(weight)
        self._half: HalfProduct | None = None
        self._packed: Tensor | None = None
        if can_halve(cast):
            self._half = HalfProduct(cast, bias)
            return
        self._bias = None if bias is None else bias.detach()
        self._cast_bias = None if bias is None else bias.detach().to(dtype)
        self._columns = cast.t().contiguous()
        if can_pack(cast):
            self._packed = torch.ops.mkldnn._reorder_linear_weight(cast)

    def __call__(self, inputs: Tensor, addend: Tensor | None = None) -> Tensor:
        """The product of inputs [B,I], plus an addend [B,O]: [B,O]."""
        if self._half is not None:
            halved = self._half(inputs)
            return halved if addend is None else halved.add_(addend)
        if self._packed is None or (inputs.shape[0] == 1 and self.dtype == inputs.dtype):
            return self._plain(inputs, addend)
        product = torch.ops.mkldnn._linear_pointwise(
            inputs.to(self.dtype), self._packed, self._cast_bias, "none", [], ""
        )
        result: Tensor = product.to(inputs.dtype)
        return result if addend is None else result.add_(addend)

    def _plain(self, inputs: Tensor, addend: Tensor | None) -> Tensor:
        added = self._bias if addend is None else addend if self._bias is None else addend + self._bias
        if self.dtype != inputs.dtype:
            product = torch.mm(inputs.to(self.dtype), self._columns).to(inputs.dtype)
            return product if added is None else product.add_(added)
        if added is None:
            return torch.mm(inputs, self._columns)
        return torch.addmm(added, inputs, self._columns)


class HalfProduct:
    """A product in float32 with a matrix whose numbers are all of half precision, which is how it lies here.

    Args:
        weight: matrix [O,I], float32.
        bias: vector [O], or None.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self._bias = weight.new_zeros(len(weight)) if bias is None else bias.detach().clone()
        self._shared = torch.ops.quantized.linear_prepack_fp16(weight, self._bias)
        self._lone: Tensor | None = None
        if hasattr(torch, "fbgemm_linear_fp16_weight_fp32_activation"):
            with warnings.catch_warnings(action="ignore"):  # torch will remove it one day; the other stays
                self._lone = torch.fbgemm_pack_gemm_matrix_fp16(weight)
                self._alone(weight[:1], self._lone)

    def __call__(self, inputs: Tensor) -> Tensor:
        """The product of inputs [B,I]: [B,O]."""
        if self._lone is not None and (inputs.shape[0] <= MOST_LONE_ROWS or torch.get_num_threads() == 1):
            return self._alone(inputs, self._lone)
        product: Tensor = torch.ops.quantized.linear_dynamic_fp16(inputs, self._shared)
        return product

    def _alone(self, inputs: Tensor, packed: Tensor) -> Tensor:
        return torch.fbgemm_linear_fp16_weight_fp32_activation(inputs, packed, self._bias)


class StackedProduct:
    """``inputs[r] @ weights[r].T`` for several matrices at once, for decoding.

    Args:
        weights: matrices [R,O,I], float32.
        dtype: number format of the product; results are float32.
    """

    def __init__(self, weights: Tensor, dtype: torch.dtype) -> None:
        cast = weights.detach().to(dtype)
        self._columns = cast.transpose(1, 2).contiguous()
        self._halves = [HalfProduct(each, None) for each in cast] if can_halve(cast) else []

    def __call__(self, inputs: Tensor, addend: Tensor | None = None) -> Tensor:
        """The products of inputs [R,B,I], plus an addend [R,B,O]: [R,B,O]."""
        if self._halves and inputs.shape[1] <= MOST_LONE_ROWS:
            pairs = zip(self._halves, inputs.unbind(0), strict=True)
            halved = torch.stack([half(each) for half, each in pairs])
            return halved if addend is None else halved.add_(addend)
        if self._columns.dtype == inputs.dtype:
            if addend is None:
                return torch.bmm(inputs, self._columns)
            return torch.baddbmm(addend, inputs, self._columns)
        product = torch.bmm(inputs.to(self._columns.dtype), self._columns).to(inputs.dtype)
        return product if addend is None else product.add_(addend)


class TokenRows:
    """Embedded tokens behind a product: a table of all of them, unless that is too large.

    Args:
        embedding: of all tokens [V,M].
        product: from M to O values.
    """

    def __init__(self, embedding: Tensor, product: Product) -> None:
        self._embedding, self._product, self._table = embedding.detach(), product, None
        if 4 * len(embedding) * product.outputs <= TABLE_BYTES:
            self._table = product(self._embedding)

    def rows(self, token_ids: Tensor) -> Tensor:
        """What token ids [N] become [N,O]."""
        if self._table is not None:
            return self._table.index_select(0, token_ids)
        return self._product(self._embedding.index_select(0, token_ids))


def can_pack(weight: Tensor) -> bool:
    """Whether oneDNN can keep this matrix in its own layout, and it is worth it."""
    if weight.numel() < SMALLEST_PACKED or weight.device.type != "cpu":
        return False
    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    if weight.dtype == torch.bfloat16:
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return weight.dtype == torch.float32


def can_halve(weight: Tensor) -> bool:
    """Whether FBGEMM can keep this matrix in half precision without changing a number of it, and it is worth it."""
    if weight.dtype != torch.float32 or weight.device.type != "cpu" or weight.numel() < SMALLEST_HALF:
        return False
    engines: list[str] = torch.backends.quantized.supported_engines
    return "fbgemm" in engines and bool((weight.half().float() == weight).all())
