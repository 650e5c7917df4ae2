"""Penalties, constraints and groups: what they change, and what they leave alone."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_model import ScriptedModel, options_for, pad

from seq2seq.data.vocabulary import END_ID
from seq2seq.decoding.filters import block_repeated_ngrams, penalize_repetition
from seq2seq.decoding.ranking import LEAST_COVERAGE, coverage_penalty, length_penalty
from seq2seq.decoding.strategies import decode, decode_batch
from seq2seq.errors import ConfigError, InputError
from seq2seq.options import METHOD_NAMES, DecodingOptions

SOURCE = [4, 5, 6, 3]
SEEDS = st.integers(0, 10_000)
law = settings(deadline=None, max_examples=30)


# Tokens that were said before


def test_a_repetition_penalty_multiplies_the_log_probability_of_what_was_said():
    scores = torch.tensor([[-1.0, -2.0, -3.0], [-1.0, -2.0, -3.0]])
    found = penalize_repetition(scores, np.array([[1, 1], [0, 2]]), 2.0)
    assert found.tolist() == [[-1.0, -4.0, -3.0], [-2.0, -2.0, -6.0]]
    assert scores[0, 1] == -2.0


@pytest.mark.parametrize(
    ("said", "size", "blocked"),
    [([5, 6, 5], 2, {6}), ([5, 6, 7, 5, 6], 3, {7}), ([5, 6], 1, {5, 6}), ([5], 2, set()), ([5, 5], 2, {5})],
)
def test_an_ngram_is_not_said_twice(said, size, blocked):
    found = block_repeated_ngrams(torch.zeros(1, 9), np.array([said]), size)
    assert set(torch.isinf(found[0]).nonzero()[:, 0].tolist()) == blocked


@pytest.mark.parametrize("method", METHOD_NAMES)
@law
@given(seed=SEEDS, size=st.integers(1, 3))
def test_no_hypothesis_repeats_an_ngram(method, seed, size):
    options = options_for(method, no_repeat_ngram=size, maximum_length=4)
    for item in decode(ScriptedModel.random(seed, 9), SOURCE, options).hypotheses:
        tokens = item.token_ids
        grams = [tokens[start : start + size] for start in range(len(tokens) - size + 1)]
        assert len(grams) == len(set(grams))


def test_a_repetition_penalty_ends_a_loop_and_the_trace_stays_the_models():
    chatter = ScriptedModel(6, lambda source, prefix: np.log([1e-6, 1e-6, 1e-6, 0.2, 0.5, 0.3]))
    endless = decode(chatter, SOURCE, options_for("greedy")).hypotheses[0]
    assert set(endless.token_ids) == {4}
    mended = decode(chatter, SOURCE, options_for("greedy", repetition_penalty=3.0)).hypotheses[0]
    assert mended.token_ids == (4, 5, END_ID)
    assert [step.log_probability for step in mended.steps] == pytest.approx(np.log([0.5, 0.3, 0.2]), abs=1e-5)
    assert [step.candidates[0].token_id for step in mended.steps] == [4, 4, 4]


@law
@given(seed=SEEDS, penalty=st.floats(1.1, 4.0), size=st.integers(0, 2))
def test_penalties_change_choices_and_not_what_a_hypothesis_is_worth(seed, penalty, size):
    model = ScriptedModel.random(seed, 9)
    options = options_for("beam", beam_width=3, repetition_penalty=penalty, no_repeat_ngram=size)
    for item in decode(model, SOURCE, options).hypotheses:
        for length, step in enumerate(item.steps):
            expected = model.log_probabilities(SOURCE, item.token_ids[:length])[step.token_id]
            assert step.log_probability == pytest.approx(expected, abs=1e-5)


def test_when_every_token_was_said_the_search_says_what_to_change():
    model = ScriptedModel(5, lambda source, prefix: np.array([-np.inf, -np.inf, -np.inf, -np.inf, 0.0]))
    with pytest.raises(InputError, match=r"Lower minimum_length or no_repeat_ngram"):
        decode(model, SOURCE, options_for("greedy", no_repeat_ngram=1))


# Coverage


def test_the_coverage_penalty_is_the_sum_of_missing_logarithms():
    received = np.array([1.7, 0.5, 0.0])
    assert coverage_penalty(received) == pytest.approx(math.log(0.5) + math.log(LEAST_COVERAGE))


@law
@given(seed=SEEDS, beta=st.floats(0.1, 2.0))
def test_finished_hypotheses_lose_what_they_did_not_cover(seed, beta):
    options = options_for("beam", n_best=3, coverage_penalty=beta)
    for item in decode(ScriptedModel.random(seed), SOURCE, options).hypotheses:
        received = sum(step.attention.mean(axis=(0, 1)) for step in item.steps)[:-1]
        lost = coverage_penalty(received) if item.finished else 0.0
        normalized = item.log_probability / length_penalty(len(item.steps), options.length_penalty)
        assert item.score == pytest.approx(normalized + beta * lost, abs=1e-5)


def test_the_coverage_penalty_counts_without_a_trace_too():
    ids, lengths = pad([SOURCE, [4, 3]])
    options = options_for("beam", n_best=3, coverage_penalty=0.7)
    model = ScriptedModel.random(5)
    plain = decode_batch(model, ids, lengths, options)
    traced = decode_batch(model, ids, lengths, options, with_trace=True)
    for ours, others in zip(plain, traced, strict=True):
        assert [item.score for item in ours] == [item.score for item in others]


def test_a_model_without_attention_cannot_count_coverage(monkeypatch):
    model, step = ScriptedModel.random(1), ScriptedModel.step

    def blind(self, *arguments):
        output = step(self, *arguments)
        return type(output)(output.logits, output.attention[:, :0], output.state)

    monkeypatch.setattr(ScriptedModel, "step", blind)
    with pytest.raises(InputError, match=r"no attention, so nothing can count .* Set coverage_penalty to 0"):
        decode(model, SOURCE, options_for("beam", coverage_penalty=0.5))


# Diverse beam search


@law
@given(seed=SEEDS, diversity=st.sampled_from([0.0, 0.5]))
def test_one_group_is_a_plain_beam(seed, diversity):
    plain = decode(ScriptedModel.random(seed), SOURCE, options_for("beam", beam_width=3, n_best=3))
    options = options_for("diverse_beam", beam_width=3, beam_groups=1, n_best=3, diversity=diversity)
    found = decode(ScriptedModel.random(seed), SOURCE, options)
    if diversity == 0.0:
        assert [item.token_ids for item in found.hypotheses] == [item.token_ids for item in plain.hypotheses]
    first = found.hypotheses[0]
    assert first.log_probability == pytest.approx(sum(step.log_probability for step in first.steps))


@law
@given(seed=SEEDS)
def test_groups_of_a_beam_without_diversity_are_all_the_same(seed):
    narrow = decode(ScriptedModel.random(seed), SOURCE, options_for("beam", beam_width=2, n_best=2))
    options = options_for("diverse_beam", beam_width=6, beam_groups=3, n_best=6, diversity=0.0)
    wide = decode(ScriptedModel.random(seed), SOURCE, options)
    assert {item.token_ids for item in wide.hypotheses} == {item.token_ids for item in narrow.hypotheses}


def test_groups_avoid_the_tokens_of_earlier_groups():
    model = ScriptedModel(8, lambda source, prefix: np.log([1e-9, 1e-9, 1e-9, 1e-3, 0.4, 0.3, 0.2, 0.099]))
    options = options_for(
        "diverse_beam", beam_width=4, beam_groups=4, n_best=4, diversity=5.0, maximum_length=1
    )
    found = decode(model, SOURCE, options).hypotheses
    assert [item.token_ids for item in found] == [(4,), (5,), (6,), (7,)]
    assert [item.log_probability for item in found] == pytest.approx(np.log([0.4, 0.3, 0.2, 0.099]), abs=1e-4)


# Settings that contradict each other


def test_a_setting_that_the_method_does_not_use_is_named():
    with pytest.raises(ConfigError) as raised:
        DecodingOptions(method="greedy", beam_width=3, temperature=0.7)
    assert raised.value.problems == (
        "beam_width (3) does nothing when the method is greedy: leave it at 5 or choose beam or diverse_beam.",
        "temperature (0.7) does nothing when the method is greedy: leave it at 1 or choose sampling.",
    )


def test_groups_must_share_the_beam_evenly():
    with pytest.raises(ConfigError, match=r"beam_width \(5\) is not a multiple of beam_groups \(2\)"):
        DecodingOptions(method="diverse_beam", beam_groups=2)
