"""Confidence that is right as often as it says has no calibration error; overconfidence has."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_translators import make_corpus, make_translator

from seq2seq.decoding.scoring import score_targets
from seq2seq.errors import ConfigError
from seq2seq.evaluation.calibration import CalibrationTally, calibrate, measure_calibration
from seq2seq.evaluation.forced import encode_target, force_references, match_tokens
from seq2seq.evaluation.sentences import gather_sentences
from seq2seq.options import DecodingOptions
from seq2seq.translator import pad_rows

PAIRS = [("abc", "cba"), ("de", "ed"), ("fgh", "hgf"), ("a", "a"), ("bcdefg", "gfedcb")] * 30


def test_calibrated_tokens_have_an_error_near_0_and_overconfident_ones_have_not():
    generator = np.random.default_rng(1)
    confidences = generator.uniform(0.05, 1, 20_000)
    right = generator.uniform(size=20_000) < confidences
    assert calibrate(confidences, right).expected_error < 0.02
    overconfident = generator.uniform(size=20_000) < confidences / 2
    result = calibrate(confidences, overconfident)
    assert result.expected_error == pytest.approx(0.26, abs=0.02)
    assert result.confidence > result.accuracy


def test_the_error_is_the_weighted_mean_of_the_gaps():
    result = calibrate([0.9, 0.9, 0.9, 0.9, 0.25], [True, True, True, False, True], bins=5)
    assert result.expected_error == pytest.approx(4 / 5 * abs(0.75 - 0.9) + 1 / 5 * abs(1 - 0.25))
    assert [each.tokens for each in result.bins] == [0, 1, 0, 0, 4]
    assert (result.bins[-1].low, result.bins[-1].high) == (pytest.approx(0.8), 1)


@settings(max_examples=50)
@given(
    tokens=st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60),
    bins=st.integers(1, 20),
    cut=st.integers(0, 60),
)
def test_every_token_is_in_one_bin_however_they_come(tokens, bins, cut):
    confidences, right = [value for value, _ in tokens], [flag for _, flag in tokens]
    result = calibrate(confidences, right, bins=bins)
    assert sum(each.tokens for each in result.bins) == result.tokens == len(tokens)
    assert 0 <= result.expected_error <= 1
    for each in result.bins:
        assert each.tokens == 0 or each.low - 1e-9 <= each.confidence <= each.high + 1e-9
    tally = CalibrationTally(bins)
    tally.add(confidences[:cut], right[:cut])
    tally.add(confidences[cut:], right[cut:])
    assert tally.result().expected_error == pytest.approx(result.expected_error)


def test_forced_predictions_are_those_of_scoring():
    translator = make_translator("transformer")
    sentences = gather_sentences(make_corpus(PAIRS))
    said = force_references(translator, sentences)
    targets = [list(each.target_ids) for each in said]
    sources = [translator.encode_source(sentence.source) for sentence in sentences]
    scores = score_targets(translator.model, *pad_rows(sources), *pad_rows(targets))
    for row, each in zip(scores, said, strict=True):
        assert row[: len(each.target_ids)].tolist() == pytest.approx(each.log_probabilities, abs=1e-5)
        best = zip(each.best_log_probabilities, each.log_probabilities, strict=True)
        assert all(best >= true - 1e-6 for best, true in best)
        same = [i for i, (a, b) in enumerate(zip(each.best_ids, each.target_ids, strict=True)) if a == b]
        assert all(each.best_log_probabilities[i] == each.log_probabilities[i] for i in same)


@pytest.mark.parametrize("kind", ["forced", "inference"])
def test_a_model_is_measured_batch_by_batch(kind):
    translator = make_translator("gru")
    corpus = make_corpus([(f"{a}{b}", f"{b}{a}") for a in "abcdefgh" for b in "abcdefgh"] + [("abc", "cba")])
    results = list(measure_calibration(translator, gather_sentences(corpus), kind=kind, bins=7))
    assert len(results) == 2
    assert results[0].tokens < results[1].tokens
    assert len(results[-1].to_json()["bins"]) == 7
    if kind == "forced":
        assert results[-1].tokens == 64 * 3 + 4


def test_a_model_that_says_the_reference_is_right_at_inference():
    translator, greedy = make_translator("gru"), DecodingOptions(method="greedy")
    found = {source: translator.translate(source, greedy) for source in ("abc", "hg", *"abcdefgh")}
    pairs = [
        (source, translation.texts[0])
        for source, translation in found.items()
        if encode_target(translator, translation.texts[0])
        == list(translation.beams[-1].hypotheses[0].token_ids)
    ]
    assert pairs
    *_, result = measure_calibration(translator, gather_sentences(make_corpus(pairs)), kind="inference")
    assert result.accuracy == 1


def test_matches_are_equal_tokens_in_order_and_as_many_as_can_be():
    assert match_tokens([1, 2, 3], [1, 2, 3]) == [(0, 0), (1, 1), (2, 2)]
    assert match_tokens([1, 9, 2, 3], [1, 2, 3]) == [(0, 0), (2, 1), (3, 2)]
    assert match_tokens([], [1]) == []
    assert match_tokens([4], [5]) == []


@settings(max_examples=60)
@given(first=st.lists(st.integers(0, 3), max_size=8), second=st.lists(st.integers(0, 3), max_size=8))
def test_an_alignment_never_crosses(first, second):
    matches = match_tokens(first, second)
    assert all(first[i] == second[j] for i, j in matches)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(matches))


def test_a_wrong_kind_or_number_of_bins_is_refused():
    with pytest.raises(ConfigError, match=r"bins must lie between 1 and 1000, not 0"):
        calibrate([], [], bins=0)
    with pytest.raises(ConfigError, match=r"kind must be one of forced, inference, not 'other'"):
        next(measure_calibration(make_translator("gru"), [], kind="other"))
