from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from seq2seq.data.tokenizers import TOKENIZERS, train_tokenizer
from seq2seq.explanation.attention import coverage, hide_columns, row_scale
from seq2seq.explanation.words import Word, group_words, join_tokens, merge_attention

TOKENS = st.lists(
    st.sampled_from(["▁", "▁un", "believ", "able", "!", "'", "▁l", "我", "喜欢", "<0xC3>", "<0xA9>", "</s>"]),
    max_size=12,
)


@pytest.mark.parametrize(
    ("tokens", "kind", "words"),
    [
        (["▁un", "believ", "able", "!", "</s>"], "bpe", ["unbelievable", "!", "</s>"]),
        (["▁l", "'", "ami", ",", "▁peut", "-", "être"], "unigram", ["l'ami", ",", "peut-être"]),
        (["▁", "<0xC3>", "<0xA9>", "t", "é"], "bpe", ["<0xC3><0xA9>té"]),
        (["<0xC3>", "<0xA9>"], "bpe", ["é"]),
        (["▁我", "喜欢", "吃", "苹果", "。"], "bpe", ["我", "喜欢", "吃", "苹果", "。"]),
        (["▁5", "0", "%"], "bpe", ["50", "%"]),
        (["3", "▁", "m", "a", "y", "</s>"], "characters", ["3", "may", "</s>"]),
        (["the", "cat", "."], "words", ["the", "cat", "."]),
        (["▁", "▁a"], "bpe", ["a"]),
        (["▁مر", "حبا"], "bpe", ["مرحبا"]),
        ([], "bpe", []),
    ],
)
def test_tokens_make_words(tokens, kind, words):
    assert [word.text for word in group_words(tokens, kind)] == words


@given(tokens=TOKENS, kind=st.sampled_from(["bpe", "unigram", "characters", "words"]))
def test_every_token_belongs_to_exactly_one_word(tokens, kind):
    words = group_words(tokens, kind)
    covered = [index for word in words for index in range(word.start, word.end)]
    assert covered == list(range(len(tokens)))


TEXTS = (
    "The lamp isn't broken, is it?",
    "Où sont les clés ? « Ici » !",
    "桌子上有一盏灯。",
    "12,50 € (10:30)…",
)


@cache
def trained(kind):
    return train_tokenizer(kind, TEXTS, vocabulary_size=340)


@given(st.sampled_from(sorted(TOKENIZERS)), st.lists(st.integers(0, 10_000), max_size=14))
def test_joined_tokens_are_the_text_that_the_tokenizer_gives(kind, numbers):
    tokenizer = trained(kind)
    ids = [number % tokenizer.size for number in numbers]
    assert join_tokens(tokenizer.tokens(ids), kind) == tokenizer.decode(ids)


ATTENTION = arrays.arrays(np.float32, (5, 4), elements=st.floats(0.015625, 1, width=32)).map(
    lambda weights: weights / weights.sum(axis=1, keepdims=True)
)
TARGET = (Word(start=0, end=2, text="a"), Word(start=2, end=5, text="b"))
SOURCE = (Word(start=0, end=1, text="x"), Word(start=1, end=4, text="y"))


@given(ATTENTION)
def test_rows_of_merged_attention_still_sum_to_1(attention):
    merged = merge_attention(attention, TARGET, SOURCE)
    assert merged.shape == (2, 2)
    np.testing.assert_allclose(merged.sum(axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(merged[0, 1], attention[:2, 1:].sum(axis=1).mean(), atol=1e-5)


def test_a_model_without_attention_has_none_between_words():
    assert merge_attention(np.zeros((5, 0), np.float32), TARGET, ()).shape == (2, 0)


@given(ATTENTION)
def test_hiding_columns_keeps_or_shares_out_the_rest(attention):
    np.testing.assert_array_equal(hide_columns(attention, [3], renormalize=False), attention[:, :3])
    shared = hide_columns(attention, [3], renormalize=True)
    np.testing.assert_allclose(shared.sum(axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(shared[:, 0] * attention[:, 1], shared[:, 1] * attention[:, 0], atol=1e-5)


def test_a_row_that_looked_at_hidden_columns_only_stays_empty():
    assert hide_columns(np.array([[0.0, 1.0]], np.float32), [1], renormalize=True).tolist() == [[0.0]]


@given(ATTENTION)
def test_coverage_sums_to_the_number_of_steps(attention):
    assert coverage(attention).sum() == pytest.approx(5.0, abs=1e-4)
    assert row_scale(attention).max(axis=1).tolist() == [1.0] * 5
