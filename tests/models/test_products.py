"""Products with a fixed matrix: every layout gives the same numbers."""

import pytest
import torch

from seq2seq.models import products
from seq2seq.models.products import Product


@pytest.mark.parametrize("rows", [1, 2, 7])
@pytest.mark.parametrize("with_bias", [False, True])
@pytest.mark.parametrize("with_addend", [False, True])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 0.1)])
def test_a_product_is_a_linear_layer(monkeypatch, rows, with_bias, with_addend, packed, dtype, tolerance):
    monkeypatch.setattr(products, "SMALLEST_PACKED", 0 if packed else 100)
    weight, inputs = torch.randn(6, 4), torch.randn(rows, 4)
    bias = torch.randn(6) if with_bias else None
    addend = torch.randn(rows, 6) if with_addend else None
    before = None if addend is None else addend.clone()
    found = Product(weight, bias, dtype)(inputs, addend)
    wanted = torch.nn.functional.linear(inputs, weight, bias) + (0 if addend is None else addend)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, wanted, atol=tolerance, rtol=0)
    assert addend is None or torch.equal(addend, before)


def test_later_changes_of_the_weights_have_no_effect():
    weight, inputs = torch.randn(3, 2), torch.randn(4, 2)
    product = Product(weight, None, torch.float32)
    wanted = product(inputs)
    weight.zero_()
    assert torch.equal(product(inputs), wanted)
