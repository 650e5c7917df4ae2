"""Words and punctuation."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seq2seq.data.normalization import Normalizer
from seq2seq.data.words import join_words, split_words


@given(st.text())
@example("a￭b ￭")
@example('"(a)" b -c- 我 爱b')
def test_splitting_and_joining_gives_the_text_back(text):
    normal = Normalizer().normalize(text)
    assert join_words(split_words(normal)) == normal


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, world!", ["Hello", "￭,", "world", "￭!"]),
        ("l'ami !", ["l", "￭'￭", "ami", "!"]),
        ("(été 2024)", ["(￭", "été", "2024", "￭)"]),
        ("我爱你。", ["我", "￭爱", "￭你", "￭。"]),
        ("", []),
    ],
)
def test_words_and_punctuation_are_separate_tokens(text, words):
    assert split_words(text) == words
