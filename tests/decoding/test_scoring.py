import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_model import ScriptedModel, options_for, pad

from seq2seq.decoding.scoring import score_targets
from seq2seq.decoding.strategies import decode_batch

law = settings(deadline=None, max_examples=30)


@law
@given(seed=st.integers(0, 9999), method=st.sampled_from(["greedy", "beam", "sampling"]))
def test_what_a_search_says_of_its_tokens_is_what_scoring_says(seed, method):
    model = ScriptedModel.random(seed)
    ids, lengths = pad([[4, 5, 3], [6, 3]])
    options = options_for(method, beam_width=3)
    results = [found[0] for found in decode_batch(model, ids, lengths, options)]
    targets, target_lengths = pad([list(result.token_ids) for result in results])
    scores = score_targets(model, ids, lengths, targets, target_lengths)
    assert scores.shape == targets.shape
    for row, result in zip(scores, results, strict=True):
        length = len(result.token_ids)
        assert row[:length].tolist() == pytest.approx(result.token_log_probabilities.tolist(), abs=1e-5)
        assert row.sum().item() == pytest.approx(result.log_probability, abs=1e-4)
        assert (row[length:] == 0).all()


def test_scores_are_log_probabilities_given_all_that_came_before():
    model = ScriptedModel.random(5)
    scores = score_targets(model, *pad([[4, 3]]), *pad([[6, 5, 3]]))
    expected = [model.log_probabilities([4, 3], [6, 5, 3][:i])[token] for i, token in enumerate([6, 5, 3])]
    assert scores[0].tolist() == pytest.approx(expected, abs=1e-5)


def test_many_targets_are_scored_in_pieces():
    model = ScriptedModel.random(5)
    target = [4, 5] * 350
    scores = score_targets(model, *pad([[4, 3]]), *pad([target]))
    assert scores[0, 600].item() == pytest.approx(model.log_probabilities([4, 3], target[:600])[4], abs=1e-5)


def test_scores_are_ordinary_tensors():
    scores = score_targets(ScriptedModel.random(5), *pad([[4, 3]]), *pad([[6, 3]]))
    assert not scores.is_inference()
    assert not scores.requires_grad
    assert scores.dtype == torch.float32
