"""Every attention kind against its formula written out in NumPy, and what all kinds have in common."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.config import ATTENTION_NAMES, ModelConfig
from seq2seq.models.attention import ATTENTION_KINDS

WIDTH, ENCODER_WIDTH, WINDOW = 4, 4, 2


def make_layer(kind, seed=0):
    torch.manual_seed(seed)
    config = ModelConfig(
        attention=kind, encoder_size=2, decoder_size=WIDTH, attention_size=3, local_window=WINDOW
    )
    layer = ATTENTION_KINDS[kind].layer(config, ENCODER_WIDTH).double()
    for parameter in layer.parameters():
        torch.nn.init.normal_(parameter)
    return layer


def attend(layer, queries, states, lengths, first_position=0):
    mask = torch.arange(states.shape[1]) < torch.tensor(lengths)[:, None]
    with torch.no_grad():
        keys = layer.keys(states, torch.float64)
        return layer(queries, keys, mask, first_position).numpy()


def softmax(energies):
    shifted = np.exp(energies - energies.max())
    return shifted / shifted.sum()


def weights_of(layer):
    return {name: parameter.detach().numpy() for name, parameter in layer.named_parameters()}


def concat(weights, query, state):
    joined = np.concatenate([weights["query_weight"], weights["key_weight"]], axis=1)
    return weights["vector"] @ np.tanh(joined @ np.concatenate([query, state]) + weights["bias"])


ENERGIES = {
    "dot": lambda _, query, state: query @ state,
    "general": lambda weights, query, state: query @ weights["weight"] @ state,
    "additive": lambda weights, query, state: (
        weights["vector"]
        @ np.tanh(weights["query_weight"] @ query + weights["key_weight"] @ state + weights["bias"])
    ),
    "concat": concat,
    "scaled_dot": lambda _, query, state: query @ state / np.sqrt(len(query)),
}


def local_row(kind, weights, query, states, step):
    """Attention of one query over the real states of one sentence (Luong 2015, section 3.2)."""
    length = len(states)
    energies = np.array([query @ weights["weight"] @ state for state in states])
    if kind == "local_monotonic":
        centre, bell = min(step, length - 1), np.ones(length)
    else:
        inner = weights["position_vector"] @ np.tanh(weights["position_weight"] @ query)
        centre = length / (1 + np.exp(-inner))
        bell = np.exp(-((np.arange(length) - centre) ** 2) / (2 * (WINDOW / 2) ** 2))
    inside = np.abs(np.arange(length) - centre) <= WINDOW
    row = np.where(inside, np.exp(energies) * bell, 0.0)
    return row / row.sum()


@pytest.mark.parametrize("kind", ATTENTION_KINDS)
def test_attention_is_the_formula_of_its_paper(kind):
    layer, lengths = make_layer(kind), [5, 2, 1]
    queries = torch.randn(3, 6, WIDTH, dtype=torch.float64)
    states = torch.randn(3, 5, ENCODER_WIDTH, dtype=torch.float64)
    found, weights = attend(layer, queries, states, lengths, first_position=1), weights_of(layer)
    for row, length in enumerate(lengths):
        real = states[row, :length].numpy()
        for step, query in enumerate(queries[row].numpy()):
            if kind in ENERGIES:
                wanted = softmax(np.array([ENERGIES[kind](weights, query, state) for state in real]))
            else:
                wanted = local_row(kind, weights, query, real, step + 1)
            np.testing.assert_allclose(found[row, step, :length], wanted, atol=1e-9)


@given(
    kind=st.sampled_from(sorted(ATTENTION_KINDS)),
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    seed=st.integers(0, 1000),
    first_position=st.integers(0, 20),
)
@settings(max_examples=60, deadline=None)
def test_attention_sums_to_one_over_real_positions_and_padding_gets_none(kind, lengths, seed, first_position):
    layer = make_layer(kind, seed)
    queries = 3 * torch.randn(len(lengths), 2, WIDTH, dtype=torch.float64)
    states = 3 * torch.randn(len(lengths), max(lengths) + 2, ENCODER_WIDTH, dtype=torch.float64)
    found = attend(layer, queries, states, lengths, first_position)
    np.testing.assert_allclose(found.sum(axis=2), 1, atol=1e-9)
    for row, length in enumerate(lengths):
        assert (found[row, :, length:] == 0).all()


@pytest.mark.parametrize("kind", ["local_monotonic", "local_predictive"])
def test_local_attention_sees_nothing_outside_its_window(kind):
    layer = make_layer(kind)
    queries = torch.randn(1, 1, WIDTH, dtype=torch.float64)
    states = torch.randn(1, 20, ENCODER_WIDTH, dtype=torch.float64)
    found = attend(layer, queries, states, [20], first_position=9)[0, 0]
    assert 1 <= np.count_nonzero(found) <= 2 * WINDOW + 1
    if kind == "local_monotonic":
        assert np.flatnonzero(found).tolist() == [7, 8, 9, 10, 11]


def test_the_window_of_a_long_translation_stays_at_the_last_token():
    layer = make_layer("local_monotonic")
    queries = torch.randn(1, 1, WIDTH, dtype=torch.float64)
    states = torch.randn(1, 6, ENCODER_WIDTH, dtype=torch.float64)
    found = attend(layer, queries, states, [4], first_position=50)[0, 0]
    assert np.flatnonzero(found).tolist() == [1, 2, 3]


def test_bfloat16_keys_still_give_float32_attention():
    layer = make_layer("general").float()
    keys = layer.keys(torch.randn(1, 3, ENCODER_WIDTH), torch.bfloat16)
    found = layer(torch.randn(1, 1, WIDTH), keys, torch.ones(1, 3, dtype=torch.bool), 0)
    assert found.dtype == torch.float32
    assert found.sum().item() == pytest.approx(1, abs=1e-6)


def test_every_named_kind_is_in_the_table_with_all_that_the_interface_shows():
    assert {"none", *ATTENTION_KINDS} == set(ATTENTION_NAMES)
    for kind in ATTENTION_KINDS.values():
        assert all((kind.label, kind.formula, kind.latex))
        assert "arXiv:" in kind.reference


def test_only_additive_attention_asks_with_the_previous_state():
    asking_before = [name for name, kind in ATTENTION_KINDS.items() if kind.queries == "previous"]
    assert asking_before == ["additive"]
