import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.explanation.faithfulness import (
    AGREEMENTS,
    chance_limit,
    compare_rankings,
    kendall_tau,
    mean_ranks,
    spearman_rho,
)

VALUES = st.one_of(st.integers(-3, 3).map(float), st.floats(-1e6, 1e6))
PAIRS = st.lists(st.tuples(VALUES, VALUES), min_size=0, max_size=25)
law = settings(deadline=None, max_examples=100)


def arrays(pairs):
    return np.array([x for x, _ in pairs], float), np.array([y for _, y in pairs], float)


def tau_by_definition(first, second):
    """Pair by pair, as in Kendall 1945."""
    alike = contrary = tied_first = tied_second = pairs = 0
    for (x, y), (u, v) in itertools.combinations(zip(first, second, strict=True), 2):
        pairs += 1
        tied_first += x == u
        tied_second += y == v
        if x != u and y != v:
            alike += (x < u) == (y < v)
            contrary += (x < u) != (y < v)
    below = (pairs - tied_first) * (pairs - tied_second)
    return (alike - contrary) / math.sqrt(below) if below else None


@law
@given(PAIRS)
def test_tau_is_its_definition_ties_included(pairs):
    first, second = arrays(pairs)
    expected = tau_by_definition(first, second)
    assert kendall_tau(first, second) == (expected if expected is None else pytest.approx(expected))


@law
@given(PAIRS)
def test_correlations_are_symmetric_bounded_and_turn_round(pairs):
    first, second = arrays(pairs)
    for correlate in (kendall_tau, spearman_rho):
        value = correlate(first, second)
        assert value == correlate(second, first) or value == pytest.approx(correlate(second, first))
        if value is not None:
            assert -1 - 1e-12 <= value <= 1 + 1e-12
            assert correlate(-first, second) == pytest.approx(-value, abs=1e-12)


@law
@given(st.lists(st.integers(-1000, 1000).map(float), min_size=2, max_size=20, unique=True))
def test_a_growing_function_changes_no_ranking(values):
    first = np.array(values)
    for correlate in (kendall_tau, spearman_rho):
        assert correlate(first, np.arctan(first / 100)) == pytest.approx(1.0)


@law
@given(st.lists(VALUES, min_size=1, max_size=20))
def test_ranks_add_up_and_ties_share_theirs(values):
    ranks = mean_ranks(np.array(values, float))
    assert ranks.sum() == pytest.approx(len(values) * (len(values) + 1) / 2)
    for place, value in enumerate(values):
        below, same = sum(other < value for other in values), values.count(value)
        assert ranks[place] == pytest.approx(below + (same + 1) / 2)


@pytest.mark.parametrize(
    ("first", "second", "tau", "rho"),
    [
        # the examples of scipy.stats.kendalltau and spearmanr, the other value of each by hand
        ([12, 2, 1, 12, 2], [1, 4, 7, 1, 0], -0.47140452079103173, -5 / math.sqrt(85.5)),
        ([1, 2, 3, 4, 5], [5, 6, 7, 8, 7], 7 / math.sqrt(90), 0.8207826816681233),
        ([1, 2, 3, 4, 5, 6], [3, 1, 2, 6, 5, 4], 0.3333333333333333, 1 - 6 * 14 / 210),
        ([1, 1, 1], [1, 2, 3], None, None),
        ([1], [2], None, None),
        ([], [], None, None),
    ],
)
def test_known_values(first, second, tau, rho):
    found = compare_rankings(first, second)
    assert found.tau == (tau if tau is None else pytest.approx(tau))
    assert found.rho == (rho if rho is None else pytest.approx(rho))


@pytest.mark.parametrize("tokens", [8, 12, 30])
def test_chance_stays_within_its_limit_in_19_of_20_cases(tokens):
    generator = np.random.default_rng(tokens)
    taus = [kendall_tau(np.arange(tokens), generator.permutation(tokens)) for _ in range(2000)]
    share = np.mean(np.abs(taus) <= chance_limit(tokens))
    assert 0.93 <= share <= 0.98


def test_a_few_tokens_tell_nothing_and_many_do():
    assert [chance_limit(tokens) for tokens in (0, 1, 2, 3)] == [1.0] * 4
    assert not compare_rankings([1, 2, 3], [1, 2, 3]).certain
    assert compare_rankings(range(10), range(10)).certain


def test_agreement_in_a_word():
    ten = list(range(10))
    found = [
        compare_rankings(ten, ten).agreement,
        compare_rankings(ten, [1, 0, 1, 0, 1, 0, 1, 0, 1, 0]).agreement,
        compare_rankings(ten, ten[::-1]).agreement,
        compare_rankings(ten, [1] * 10).agreement,
    ]
    assert tuple(found) == AGREEMENTS
