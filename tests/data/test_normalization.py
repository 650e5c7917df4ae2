"""The normal form of text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.data.normalization import Normalizer

LEARNED = Normalizer.learn(["it's a \"test\" - 'quoted'"])


@given(st.text())
def test_normalizing_twice_changes_nothing_more(text):
    once = LEARNED.normalize(text)
    assert LEARNED.normalize(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("  two\t\u00a0spaces\u3000\n", "two spaces"),
        ("cafe\u0301", "café"),
        ("co\u00adop\u200b", "coop"),
        ("a\x00b", "a b"),
        ("a\ud800b", "a b"),
        ("…½ Ａ", "…½ Ａ"),
        ("don’t", "don't"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_the_normal_form(text, normal):
    assert LEARNED.normalize(text) == normal


def test_a_corpus_that_writes_a_variant_keeps_it():
    mixed = Normalizer.learn(["l’ami", "l'ami"])
    assert mixed.normalize("l’ami “dit”") == "l’ami “dit”"
    assert "’" not in mixed.folds


def test_a_rare_variant_is_folded():
    rare = Normalizer.learn(["l'ami"] * 100 + ["l’ami"])
    assert rare.normalize("l’ami") == "l'ami"
