import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.data.vocabulary import END_ID, PAD_ID, START_ID, UNKNOWN_ID
from seq2seq.decoding.filters import (
    apply_temperature,
    block_candidates,
    block_tokens,
    blocked_tokens,
    filter_for_sampling,
    keep_top_k,
    keep_top_p,
)
from seq2seq.options import DecodingOptions

LOGITS = st.integers(0, 10_000).map(
    lambda seed: torch.randn(3, 9, generator=torch.Generator().manual_seed(seed)) * 3
)
law = settings(deadline=None, max_examples=50)


def finite(logits):
    return [set(np.flatnonzero(row > -np.inf).tolist()) for row in logits.numpy()]


def test_padding_and_start_are_always_blocked_and_the_end_until_the_minimum_length():
    options = DecodingOptions(minimum_length=2)
    assert set(blocked_tokens(1, options)) == {PAD_ID, START_ID, END_ID}
    assert set(blocked_tokens(2, options)) == {PAD_ID, START_ID}
    assert UNKNOWN_ID not in blocked_tokens(0, options)


def test_blocked_candidates_lose_their_score_and_others_keep_it():
    scores = np.array([[-1.0, -2.0, -3.0], [-4.0, -5.0, -6.0]])
    token_ids = np.array([[4, 2, 0], [5, 6, 7]])
    blocked = block_candidates(scores, token_ids, (0, 2))
    assert blocked.tolist() == [[-1.0, -np.inf, -np.inf], [-4.0, -5.0, -6.0]]
    assert scores.tolist() == [[-1.0, -2.0, -3.0], [-4.0, -5.0, -6.0]]


def test_blocked_tokens_lose_their_logit_in_a_new_tensor():
    logits = torch.zeros(2, 5)
    assert finite(block_tokens(logits, (0, 2))) == [{1, 3, 4}] * 2
    assert logits.isfinite().all()


@law
@given(logits=LOGITS, temperature=st.floats(0.1, 5.0))
def test_temperature_is_a_power_of_the_probabilities(logits, temperature):
    powers = logits.softmax(-1) ** (1 / temperature)
    expected = powers / powers.sum(-1, keepdim=True)
    assert torch.allclose(apply_temperature(logits, temperature).softmax(-1), expected, atol=1e-5)


@law
@given(logits=LOGITS, k=st.integers(1, 9))
def test_top_k_keeps_exactly_the_k_likeliest(logits, k):
    expected = [set(np.argsort(-row)[:k].tolist()) for row in logits.numpy()]
    kept = keep_top_k(logits, k)
    assert finite(kept) == expected
    assert torch.equal(kept[kept.isfinite()], logits[kept.isfinite()])


def test_top_k_keeps_k_of_equal_tokens():
    assert [len(row) for row in finite(keep_top_k(torch.zeros(2, 6), 3))] == [3, 3]


@pytest.mark.parametrize("k", [0, 5, 9])
def test_top_k_of_none_or_more_than_there_are_keeps_all(k):
    logits = torch.arange(5.0)[None]
    assert torch.equal(keep_top_k(logits, k), logits)


@law
@given(logits=LOGITS, p=st.floats(0.01, 0.99))
def test_top_p_keeps_the_smallest_set_that_reaches_p(logits, p):
    kept = keep_top_p(logits, p)
    for row, tokens in zip(logits.double().softmax(-1).numpy(), finite(kept), strict=True):
        order = np.argsort(-row)
        size = len(tokens)
        assert tokens == set(order[:size].tolist())
        assert row[order[:size]].sum() > p - 1e-5
        assert size == 1 or row[order[: size - 1]].sum() < p + 1e-5


def test_top_p_of_one_keeps_all():
    logits = torch.tensor([[0.0, -100.0]])
    assert torch.equal(keep_top_p(logits, 1.0), logits)


def test_sampling_never_sees_a_blocked_token_however_narrow_the_filter():
    logits = torch.tensor([[9.0, 1.0, 8.0, 7.0, 3.0, 2.0]])
    options = DecodingOptions(method="sampling", top_k=2, minimum_length=1)
    assert finite(filter_for_sampling(logits, blocked_tokens(0, options), options)) == [{4, 5}]
    narrow = DecodingOptions(method="sampling", top_p=0.5)
    assert finite(filter_for_sampling(logits, blocked_tokens(0, narrow), narrow)) == [{3}]


def test_temperature_comes_before_top_p():
    logits = torch.log(torch.tensor([[1e-9, 1e-9, 1e-9, 0.5, 0.3, 0.2]]))
    options = DecodingOptions(method="sampling", top_p=0.6, temperature=0.1)
    assert finite(filter_for_sampling(logits, (0, 2), options)) == [{3}]
