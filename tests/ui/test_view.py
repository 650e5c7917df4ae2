import base64
import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scripted_translator import HEADS, LAYERS, ScriptedTranslator
from shown_view import shown, shown_pictures
from tiny_translators import make_translator

from seq2seq.options import DecodingOptions
from seq2seq.translation import MadeBy
from seq2seq.ui.session import Choice
from seq2seq.ui.view import ViewMaker, describe_words, encode_weights, failed_view, select_attention

shares = arrays(np.float32, st.integers(0, 40), elements=st.floats(0, 1, width=32))


@given(shares)
def test_encoded_weights_come_back_to_within_half_a_level(weights):
    levels = np.frombuffer(base64.b64decode(encode_weights(weights)), np.uint8)
    assert levels.shape == weights.shape
    assert np.abs(levels / 255.0 - weights).max(initial=0.0) <= 0.5 / 255 + 1e-6


def test_weights_that_rounding_pushed_out_of_bounds_are_clipped():
    assert base64.b64decode(encode_weights(np.array([-1e-3, 1.001], np.float32))) == bytes([0, 255])


@given(arrays(np.float32, (2, 3, 4), elements=st.floats(0, 1, width=32)))
def test_the_mean_of_all_heads_is_shown_by_default(attention):
    np.testing.assert_allclose(
        select_attention(attention, Choice()), attention.mean(axis=(0, 1)), rtol=1e-5, atol=1e-7
    )


def test_a_layer_a_head_or_both_can_be_chosen():
    attention = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    np.testing.assert_array_equal(select_attention(attention, Choice(layer=1, head=2)), attention[1, 2])
    np.testing.assert_array_equal(select_attention(attention, Choice(layer=0)), attention[0].mean(axis=0))
    np.testing.assert_array_equal(select_attention(attention, Choice(head=1)), attention[:, 1].mean(axis=0))


def test_a_head_that_another_model_had_means_the_mean():
    attention = np.arange(4, dtype=np.float32).reshape(1, 1, 4)
    np.testing.assert_array_equal(select_attention(attention, Choice(layer=5, head=7)), attention[0, 0])


def test_without_attention_there_are_no_weights():
    assert select_attention(np.zeros((0, 0, 5), np.float32), Choice()).shape == (0,)


def views(maker, source="one two three", **options):
    stream = ScriptedTranslator().stream(source, DecodingOptions(**options))
    return [maker.view(translation, "running") for translation in stream]


def test_each_view_only_adds_a_step_to_the_one_before():
    seen = views(ViewMaker(1, Choice()), method="greedy")
    assert [len(shown(view)["steps"]) for view in seen] == [1, 2, 3, 4]
    for before, after in pairwise(seen):
        assert shown(after)["steps"][:-1] == shown(before)["steps"]
        assert after["source"] == before["source"]


def test_pictures_share_steps_and_say_only_what_is_new():
    *_, before, last = views(ViewMaker(1, Choice()), method="beam", beam_width=3)
    assert last["pool"][: len(before["pool"])] == before["pool"]
    assert last["pictures"][:-1] == before["pictures"]
    assert len(last["pool"]) == len(last["pictures"]) == 4
    newest = json.loads(last["pictures"][2])
    assert (newest["last"], newest["words"]) == (2, [2, '[2, 3, "THREE"]'])
    assert newest["hypotheses"][0][:3] == [0, 1, " THREE"]


def test_pictures_made_at_the_end_are_those_that_were_watched():
    watched = views(ViewMaker(1, Choice()), method="greedy")[-1]
    translation = ScriptedTranslator().translate("one two three", DecodingOptions(method="greedy"))
    later = ViewMaker(1, Choice()).view(translation, "running")
    assert shown_pictures(later) == shown_pictures(watched)


@pytest.mark.parametrize("width", [1, 3])
def test_each_picture_of_a_real_search_is_a_state_of_it(width):
    options = DecodingOptions(method="beam", beam_width=width, n_best=width)
    seen = list(make_translator("gru").stream("abcab", options))
    pictures = shown_pictures(ViewMaker(1, Choice()).view(seen[-1], "done"))
    assert len(pictures) == len(seen)
    for picture, then in zip(pictures, seen, strict=True):
        hypotheses = then.beams[-1].hypotheses
        assert [item["text"] for item in picture["hypotheses"]] == list(then.texts)
        assert [item["finished"] for item in picture["hypotheses"]] == [item.finished for item in hypotheses]
        assert [step["token"] for step in picture["steps"]] == [
            then.token_strings[step.token_id] for step in hypotheses[0].steps
        ]


def test_a_view_says_what_the_model_considered():
    view = views(ViewMaker(7, Choice()), method="greedy")[-1]
    step = shown(view)["steps"][0]
    assert (view["run"], shown(view)["text"], view["layers"], view["heads"]) == (
        7,
        "ONE TWO THREE",
        LAYERS,
        HEADS,
    )
    assert (step["token"], step["probability"], step["forced"]) == ("▁ONE", 0.98, False)
    assert len(step["candidates"]) == 10
    assert step["candidates"][1] == ["▁other0", 0.01]


def test_a_view_says_which_tokens_make_words():
    translation = ScriptedTranslator().translate("one two three", DecodingOptions(method="greedy"))
    pieces = MadeBy(source_kind="characters", target_kind="bpe")
    view = ViewMaker(1, Choice()).view(replace(translation, made_by=pieces), "done")
    assert [json.loads(word) for word in shown(view)["words"]] == [
        [0, 1, "ONE"], [1, 2, "TWO"], [2, 3, "THREE"], [3, 4, "</s>"],
    ]  # fmt: skip
    assert [json.loads(word) for word in view["source_words"]] == [[0, 3, "one two three"], [3, 4, "</s>"]]


@given(st.lists(st.sampled_from(["▁un", "believ", "able", "!", "我", '"<b>"', "</s>"]), max_size=9))
def test_words_grow_at_their_end_only(tokens):
    words = [describe_words(tokens[:length], "bpe") for length in range(len(tokens) + 1)]
    for before, after in pairwise(words):
        assert after[: len(before) - 1] == before[:-1]


def test_the_chosen_hypothesis_is_shown():
    view = views(ViewMaker(1, Choice(hypothesis=2)), method="beam", beam_width=4, n_best=4)[-1]
    assert shown(view)["text"] == "ONE TWO THREE!!"
    assert shown(view)["steps"][0]["probability"] == pytest.approx(0.98 * 0.81, rel=1e-3)
    assert [hypothesis["text"] for hypothesis in shown(view)["hypotheses"]] == [
        "ONE TWO THREE", "ONE TWO THREE!", "ONE TWO THREE!!", "ONE TWO THREE!!!",
    ]  # fmt: skip


def test_a_hypothesis_beyond_the_last_means_the_last():
    view = views(ViewMaker(1, Choice(hypothesis=9)), method="beam", beam_width=2, n_best=2)[-1]
    assert shown(view)["text"] == "ONE TWO THREE!"


def test_a_failure_keeps_what_was_there():
    before = views(ViewMaker(1, Choice()), method="greedy")[-1]
    view = failed_view(2, "No.", before)
    assert (view["run"], view["message"], shown(view)["steps"]) == (2, "No.", shown(before)["steps"])
    assert failed_view(2, "No.", None)["status"] == "empty"
