import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from seq2seq.training.loss import CHUNK_ROWS, smoothed_cross_entropy


def _problem(rows: int, words: int, seed: int, dtype: torch.dtype = torch.float64):
    generator = torch.Generator().manual_seed(seed)
    features = torch.randn(rows, 6, generator=generator, dtype=dtype).requires_grad_()
    weight = torch.randn(words, 6, generator=generator, dtype=dtype).requires_grad_()
    bias = torch.randn(words, generator=generator, dtype=dtype).requires_grad_()
    targets = torch.randint(0, words, (rows,), generator=generator)
    return features, weight, bias, targets


@given(
    rows=st.integers(1, 9),
    words=st.integers(2, 12),
    smoothing=st.sampled_from([0.0, 0.1, 0.5]),
    seed=st.integers(0, 99),
)
def test_loss_and_gradients_equal_torchs_cross_entropy(rows, words, smoothing, seed):
    inputs = _problem(rows, words, seed)
    features, weight, bias, targets = inputs
    ours = smoothed_cross_entropy(
        features, weight, bias, targets, label_smoothing=smoothing, compute_dtype=torch.float64
    )
    theirs = nn.functional.cross_entropy(
        features @ weight.T + bias, targets, label_smoothing=smoothing, reduction="sum"
    )
    assert ours.item() == pytest.approx(theirs.item())
    for mine, reference in zip(
        torch.autograd.grad(ours / rows, inputs[:3]),
        torch.autograd.grad(theirs / rows, inputs[:3]),
        strict=True,
    ):
        torch.testing.assert_close(mine, reference)


def test_more_rows_than_a_chunk_give_the_same_sum():
    features, weight, bias, targets = _problem(2 * CHUNK_ROWS + 3, 11, 0)
    settings = {"label_smoothing": 0.1, "compute_dtype": torch.float64}
    whole = smoothed_cross_entropy(features, weight, bias, targets, **settings)
    parts = sum(
        smoothed_cross_entropy(features[i : i + 100], weight, bias, targets[i : i + 100], **settings)
        for i in range(0, len(targets), 100)
    )
    assert whole.item() == pytest.approx(parts.item())


def test_bfloat16_products_stay_close_to_float32():
    features, weight, bias, targets = _problem(200, 500, 3, torch.float32)
    loss, exact = (
        smoothed_cross_entropy(features, weight, bias, targets, label_smoothing=0.1, compute_dtype=dtype)
        for dtype in (torch.bfloat16, torch.float32)
    )
    assert loss.item() == pytest.approx(exact.item(), rel=2e-3)
    (gradient,) = torch.autograd.grad(loss, features)
    (reference,) = torch.autograd.grad(exact, features)
    assert float((gradient - reference).norm() / reference.norm()) < 0.01
