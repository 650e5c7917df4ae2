"""Products with a fixed matrix, laid out once for the fastest way that this processor and torch have.

Measured with float32 on an AMD EPYC, one thread, 512 x 1536: torch's own product takes 185 microseconds for
5 rows and 1060 for 64; oneDNN with the matrix in its own layout 50 and 435, to the same precision. For a
single row torch is faster (38 against 48) when the matrix lies input by input. In bfloat16 oneDNN needs 35
and 230. For a few rows reading the matrix is what costs. Where all weights are numbers of half precision, as
in a checkpoint that stores them so, FBGEMM reads half the bytes, to the same precision: on an AMD EPYC (Zen 3)
with two threads, 256 x 8000, a single row takes 114 microseconds instead of 213, five 304 instead of 363.
"""

import torch
from torch import Tensor

SMALLEST_PACKED = 1 << 18
"""Below so many weights a plain product costs less than the call of a packed one."""
MOST_HALF_ROWS = 8
"""Up to so many rows half the bytes count; above, oneDNN is as fast."""
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
        self._bias = None if bias is None else bias.detach()
        self._cast_bias = None if bias is None else bias.detach().to(dtype)
        self._columns = cast.t().contiguous()
        self._packed = torch.ops.mkldnn._reorder_linear_weight(cast) if can_pack(cast) else None
        self._half = None
        if can_halve(cast):
            self._half = torch.ops.quantized.linear_prepack_fp16(cast, self._bias)

    def __call__(self, inputs: Tensor, addend: Tensor | None = None) -> Tensor:
        """The product of inputs [B,I], plus an addend [B,O]: [B,O]."""
        if self._half is not None and inputs.shape[0] <= MOST_HALF_ROWS:
            product: Tensor = torch.ops.quantized.linear_dynamic_fp16(inputs, self._half)
            return product if addend is None else product.add_(addend)
        if self._packed is None or (inputs.shape[0] == 1 and self.dtype == inputs.dtype):
            return self._plain(inputs, addend)
        product = torch.ops.mkldnn._linear_pointwise(
            inputs.to(self.dtype), self._packed, self._cast_bias, "none", [], ""
        )
        result = product.to(inputs.dtype)
        return result if addend is None else result.add_(addend)

    def _plain(self, inputs: Tensor, addend: Tensor | None) -> Tensor:
        added = self._bias if addend is None else addend if self._bias is None else addend + self._bias
        if self.dtype != inputs.dtype:
            product = torch.mm(inputs.to(self.dtype), self._columns).to(inputs.dtype)
            return product if added is None else product.add_(added)
        if added is None:
            return torch.mm(inputs, self._columns)
        return torch.addmm(added, inputs, self._columns)


class StackedProduct:
    """``inputs[r] @ weights[r].T`` for several matrices at once, for decoding.

    Args:
        weights: matrices [R,O,I], float32.
        dtype: number format of the product; results are float32.
    """

    def __init__(self, weights: Tensor, dtype: torch.dtype) -> None:
        self._columns = weights.detach().to(dtype).transpose(1, 2).contiguous()

    def __call__(self, inputs: Tensor, addend: Tensor | None = None) -> Tensor:
        """The products of inputs [R,B,I], plus an addend [R,B,O]: [R,B,O]."""
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
    if weight.dtype != torch.float32 or weight.device.type != "cpu" or weight.numel() < SMALLEST_PACKED:
        return False
    engines: list[str] = torch.backends.quantized.supported_engines
    return "fbgemm" in engines and bool((weight.half().float() == weight).all())
