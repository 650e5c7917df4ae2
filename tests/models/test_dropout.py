import pytest
import torch

from seq2seq.models.dropout import drop


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_drops_its_share_and_keeps_the_mean(share, dtype):
    torch.manual_seed(1)
    dropped = drop(torch.ones(401, 501, dtype=dtype), share, training=True)
    assert dropped.dtype == dtype
    assert (dropped == 0).double().mean().item() == pytest.approx(share, abs=0.005)
    assert dropped.double().mean().item() == pytest.approx(1, abs=0.02)
    assert len(dropped.unique()) == 2


def test_gradient_flows_where_the_value_was_kept():
    values = torch.ones(50, requires_grad=True)
    dropped = drop(values, 0.5, training=True)
    dropped.sum().backward()
    assert torch.equal(values.grad, dropped.detach())


def test_evaluation_and_a_share_of_nothing_leave_the_values():
    values = torch.randn(3)
    assert drop(values, 0.5, training=False) is values
    assert drop(values, 0.0, training=True) is values


def test_the_seed_decides():
    def draw(seed: int) -> torch.Tensor:
        torch.manual_seed(seed)
        return drop(torch.ones(64), 0.5, training=True)

    assert torch.equal(draw(1), draw(1))
    assert not torch.equal(draw(1), draw(2))
