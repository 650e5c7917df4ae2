"""Whole-sequence operations: reversing the real part, and one product for all steps."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.models.sequences import project, reverse_real, reversing_index

LENGTHS = st.lists(st.integers(1, 6), min_size=1, max_size=5)


@given(lengths=LENGTHS)
@settings(max_examples=40, deadline=None)
def test_reversing_mirrors_the_real_part_and_leaves_padding_in_place(lengths):
    steps = max(lengths) + 1
    values = torch.arange(steps * len(lengths)).view(steps, len(lengths), 1)
    found = reverse_real(values, reversing_index(torch.tensor(lengths), steps))
    for row, length in enumerate(lengths):
        assert found[:length, row].tolist() == values[:length, row].flip(0).tolist()
        assert found[length:, row].tolist() == values[length:, row].tolist()


@given(lengths=LENGTHS)
@settings(max_examples=20, deadline=None)
def test_reversing_twice_changes_nothing(lengths):
    values = torch.randn(max(lengths), len(lengths), 2)
    index = reversing_index(torch.tensor(lengths), len(values))
    assert torch.equal(reverse_real(reverse_real(values, index), index), values)


def test_the_gradient_of_reversing_agrees_with_finite_differences():
    index = reversing_index(torch.tensor([3, 1]), 3)
    values = torch.randn(3, 2, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda each: reverse_real(each, index), values)


def test_a_projection_is_a_linear_layer_for_each_direction():
    inputs, weight, bias = torch.randn(2, 3, 4, 5), torch.randn(2, 6, 5), torch.randn(2, 6)
    found = project(inputs, weight, bias, torch.float32)
    for direction in range(2):
        wanted = torch.nn.functional.linear(inputs[direction], weight[direction], bias[direction])
        torch.testing.assert_close(found[direction], wanted)


def test_the_gradient_of_a_projection_agrees_with_finite_differences():
    shapes = ((2, 2, 3, 2), (2, 4, 2), (2, 4))
    tensors = [torch.randn(*shape, dtype=torch.float64, requires_grad=True) for shape in shapes]
    assert torch.autograd.gradcheck(lambda *each: project(*each, torch.float64), tensors)
