"""Products with a fixed matrix: every layout gives the same numbers."""

import pytest
import torch

from seq2seq.models import products
from seq2seq.models.products import Product, StackedProduct


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


@pytest.fixture(params=[1, 2])
def threads(request):
    """Computes with one thread, then with two."""
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("rows", [1, 3, 8, 9])
@pytest.mark.parametrize("with_bias", [False, True])
def test_weights_of_half_precision_lose_nothing(rows, with_bias):
    weight, inputs = torch.randn(768, 512).half().float(), torch.randn(rows, 512)
    bias, addend = torch.randn(768) if with_bias else None, torch.randn(rows, 768)
    exact = inputs.double() @ weight.double().t() + addend + (0.0 if bias is None else bias)
    found = Product(weight, bias, torch.float32)(inputs, addend)
    torch.testing.assert_close(found, exact.float(), atol=1e-4, rtol=1e-5)


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("rows", [1, 9])
def test_half_precision_needs_no_door_that_torch_will_close(monkeypatch, rows):
    monkeypatch.delattr(torch, "fbgemm_linear_fp16_weight_fp32_activation", raising=False)
    weight, inputs = torch.randn(768, 512).half().float(), torch.randn(rows, 512)
    found = Product(weight, None, torch.float32)(inputs)
    torch.testing.assert_close(found, (inputs.double() @ weight.double().t()).float(), atol=1e-4, rtol=1e-5)


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("rows", [1, 3, 9])
def test_stacked_products_of_half_precision_lose_nothing(rows):
    weights, inputs = torch.randn(2, 384, 256).half().float(), torch.randn(2, rows, 256)
    addend = torch.randn(2, rows, 384)
    exact = inputs.double() @ weights.double().transpose(1, 2)
    product = StackedProduct(weights, torch.float32)
    torch.testing.assert_close(product(inputs), exact.float(), atol=1e-4, rtol=1e-5)
    torch.testing.assert_close(product(inputs, addend), (exact + addend).float(), atol=1e-4, rtol=1e-5)


def test_weights_that_half_precision_would_change_keep_all_their_bits():
    weight = torch.full((768, 512), 1.0 + 2.0**-20)
    found = Product(weight, None, torch.float32)(torch.ones(1, 512))
    assert (found > 512.0).all()
    assert not products.can_halve(weight)
    assert not products.can_halve(torch.full((768, 512), 1e6))
    assert products.can_halve(torch.full((768, 512), 1.5)) == (
        "fbgemm" in torch.backends.quantized.supported_engines
    )
