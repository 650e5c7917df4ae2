"""Teacher-forced against free-running: they agree up to the first divergence, and are compared behind it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_translators import make_corpus, make_translator

from seq2seq.evaluation.exposure import ExposureTally, first_divergence, measure_exposure_bias
from seq2seq.evaluation.forced import ForcedSentence, force_references, run_freely
from seq2seq.evaluation.sentences import gather_sentences
from seq2seq.options import DecodingOptions

LETTERS = "abcdefgh"
PAIRS = [(f"{a}{b}{c}", f"{c}{b}{a}") for a in LETTERS for b in LETTERS[:3] for c in LETTERS[:4]]


def _said(target, best):
    zeros = (-1.0,) * len(target)
    return ForcedSentence(
        target_ids=tuple(target), log_probabilities=zeros, best_ids=tuple(best), best_log_probabilities=zeros
    )


@pytest.mark.parametrize("kind", ["gru", "transformer"])
def test_the_first_divergence_is_the_first_forced_mistake(kind):
    translator, sentences = make_translator(kind), gather_sentences(make_corpus(PAIRS))
    said = force_references(translator, sentences)
    free = run_freely(translator, sentences, DecodingOptions(method="greedy"))
    for each, found in zip(said, free, strict=True):
        assert first_divergence(each.target_ids, found.token_ids) == first_divergence(
            each.target_ids, each.best_ids
        )


def test_counts_add_up_over_a_model():
    sentences = gather_sentences(make_corpus(PAIRS))
    *_, bias = measure_exposure_bias(make_translator("gru"), sentences)
    assert bias.sentences == len(PAIRS)
    assert sum(position.diverged for position in bias.positions) + bias.never_diverged == bias.sentences
    assert [position.position for position in bias.positions] == [1, 2, 3, 4]
    assert all(position.sentences == len(PAIRS) for position in bias.positions)
    assert bias.positions[0].forced_accuracy == bias.positions[0].free_agreement
    assert bias.gap == pytest.approx(bias.forced_after - bias.aligned_after)
    assert len(bias.to_json()["positions"]) == 4


def test_a_model_that_gets_lost_on_its_own_has_a_gap_and_one_that_recovers_has_none():
    lost, recovered = ExposureTally(), ExposureTally()
    lost.add(_said([1, 2, 3, 4, 5], [1, 9, 3, 4, 5]), [1, 9, 9, 9, 9])
    recovered.add(_said([1, 2, 3, 4, 5], [1, 9, 3, 4, 5]), [1, 9, 8, 3, 4, 5])
    assert (lost.result().forced_after, lost.result().aligned_after, lost.result().gap) == (1, 0, 1)
    assert recovered.result().gap == 0
    assert recovered.result().free_agreement == pytest.approx(1 / 5)


def test_a_sentence_that_is_the_reference_never_diverges():
    tally = ExposureTally()
    tally.add(_said([1, 2, 3], [1, 2, 3]), [1, 2, 3])
    result = tally.result()
    assert (result.never_diverged, result.gap, result.tokens_after) == (1, 0, 0)
    assert result.forced_accuracy == result.free_agreement == 1


@settings(max_examples=50)
@given(
    truth=st.lists(st.integers(4, 6), max_size=6),
    best=st.lists(st.integers(4, 6), min_size=7, max_size=7),
    free=st.lists(st.integers(4, 6), max_size=9),
)
def test_shares_stay_between_0_and_1(truth, best, free):
    tally = ExposureTally()
    tally.add(_said([*truth, 3], best[: len(truth) + 1]), [*free, 3])
    result = tally.result()
    assert 0 <= result.aligned_after <= 1
    assert 0 <= result.forced_after <= 1
    assert sum(position.diverged for position in result.positions) + result.never_diverged == 1


def test_a_translation_that_is_cut_diverges_where_it_ends():
    assert first_divergence([4, 5, 3], [4]) == 1
    assert first_divergence([4, 3], [4, 3]) is None


def test_it_is_yielded_batch_by_batch():
    sentences = gather_sentences(make_corpus(PAIRS))
    counts = [bias.sentences for bias in measure_exposure_bias(make_translator("gru"), sentences)]
    assert counts == [64, 96]
