"""The fused cells against the formulas of the papers, and their gradients against finite differences."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.models.recurrence import CELLS, run_cell


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def rnn_step(projected, state, weight):
    return (np.tanh(projected + state[0] @ weight.T),)


def gru_step(projected, state, weight):
    (hidden,) = state
    x_r, x_z, x_n = np.split(projected, 3, axis=-1)
    u_r, u_z, u_n = np.split(hidden @ weight.T, 3, axis=-1)
    reset, update = sigmoid(x_r + u_r), sigmoid(x_z + u_z)
    return (update * hidden + (1 - update) * np.tanh(x_n + reset * u_n),)


def lstm_step(projected, state, weight):
    hidden, cell = state
    enter, forget, leave, proposal = np.split(projected + hidden @ weight.T, 4, axis=-1)
    cell = sigmoid(forget) * cell + sigmoid(enter) * np.tanh(proposal)
    return sigmoid(leave) * np.tanh(cell), cell


FORMULAS = {"rnn": rnn_step, "gru": gru_step, "lstm": lstm_step}


def random_case(cell, *, directions=2, steps=4, rows=3, width=5, seed=0):
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(*shape, dtype=torch.float64, generator=generator)

    gates = CELLS[cell].gates * width
    projected, weight = draw(directions, steps, rows, gates), draw(directions, gates, width)
    return projected, weight, tuple(draw(directions, rows, width) for _ in range(CELLS[cell].states))


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_cell_computes_its_formula(cell):
    projected, weight, initial = random_case(cell)
    hidden, *last = run_cell(cell, projected, weight, initial, None, torch.float64)
    for direction in range(2):
        state = tuple(each[direction].numpy() for each in initial)
        for step in range(4):
            state = FORMULAS[cell](projected[direction, step].numpy(), state, weight[direction].numpy())
            np.testing.assert_allclose(hidden[direction, step].numpy(), state[0], atol=1e-12)
        for found, expected in zip(last, state, strict=True):
            np.testing.assert_allclose(found[direction].numpy(), expected, atol=1e-12)


@pytest.mark.parametrize("lengths", [None, [3, 2]])
@pytest.mark.parametrize("cell", FORMULAS)
def test_gradients_agree_with_finite_differences(cell, lengths):
    projected, weight, initial = random_case(cell, steps=3, rows=2, width=2)
    ends = None if lengths is None else torch.tensor(lengths)
    inputs = [tensor.requires_grad_() for tensor in (projected, weight, *initial)]

    def run(projected, weight, *initial):
        return run_cell(cell, projected, weight, initial, ends, torch.float64)

    assert torch.autograd.gradcheck(run, inputs)


@pytest.mark.parametrize("cell", FORMULAS)
def test_gradients_flow_when_only_the_last_state_is_used(cell):
    projected, weight, initial = random_case(cell, steps=3, rows=2, width=2)
    weight.requires_grad_()

    def last_alone(weight):
        return run_cell(cell, projected, weight, initial, torch.tensor([1, 3]), torch.float64)[1]

    assert torch.autograd.gradcheck(last_alone, weight)


@given(
    cell=st.sampled_from(sorted(FORMULAS)),
    lengths=st.lists(st.integers(1, 5), min_size=1, max_size=4),
    seed=st.integers(0, 1000),
)
@settings(max_examples=25, deadline=None)
def test_the_last_state_is_that_of_the_sequence_cut_at_its_length(cell, lengths, seed):
    projected, weight, initial = random_case(cell, steps=5, rows=len(lengths), seed=seed)
    _, *last = run_cell(cell, projected, weight, initial, torch.tensor(lengths), torch.float64)
    for row, length in enumerate(lengths):
        alone = tuple(each[:, row : row + 1] for each in initial)
        cut = projected[:, :length, row : row + 1]
        _, *expected = run_cell(cell, cut, weight, alone, None, torch.float64)
        for found, wanted in zip(last, expected, strict=True):
            torch.testing.assert_close(found[:, row : row + 1], wanted)


@pytest.mark.parametrize("cell", FORMULAS)
def test_bfloat16_products_stay_near_float32(cell):
    projected, weight, initial = (
        tuple(each.float() for each in part) if isinstance(part, tuple) else part.float()
        for part in random_case(cell, steps=12, width=16)
    )
    exact = run_cell(cell, projected, weight / 4, initial, None, torch.float32)
    rough = run_cell(cell, projected.bfloat16(), weight / 4, initial, None, torch.bfloat16)
    assert rough[0].dtype == torch.bfloat16
    assert rough[1].dtype == torch.float32
    torch.testing.assert_close(rough[0].float(), exact[0], atol=0.06, rtol=0)
