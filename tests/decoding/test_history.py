import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_model import ScriptedModel, pad

from seq2seq.decoding.ranking import length_penalty
from seq2seq.decoding.search import make_task
from seq2seq.decoding.strategies import STRATEGIES
from seq2seq.options import DecodingOptions


@pytest.mark.parametrize(
    ("length", "alpha", "expected"), [(1, 1.0, 1.0), (7, 1.0, 2.0), (19, 0.5, 2.0), (30, 0.0, 1.0)]
)
def test_the_length_penalty_is_that_of_the_paper(length, alpha, expected):
    assert length_penalty(length, alpha) == pytest.approx(expected)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 9999), method=st.sampled_from(["greedy", "beam", "sampling"]))
def test_pruning_keeps_the_results_and_forgets_the_rest(seed, method):
    n_best = 1 if method == "greedy" else 2
    options = DecodingOptions(method=method, beam_width=5, n_best=n_best)
    ids, lengths = pad([[4, 5, 3], [6, 3], [4, 4, 5, 3]])
    task = make_task(ScriptedModel.random(seed), ids, lengths, options, None, with_trace=True)
    *_, history = STRATEGIES[method](task)

    def results():
        found = [[history.hypothesis(row, leaf) for leaf in history.best(row)] for row in range(3)]
        return [[(item.token_ids, item.score, item.finished) for item in row] for row in found], [
            [(step.entropy, step.candidates, step.attention.tolist()) for step in item.steps]
            for row in found
            for item in row
        ]

    before = results()
    history.prune()
    assert results() == before
    assert all(len(generation.token_ids) <= 3 * n_best for generation in history.generations)
