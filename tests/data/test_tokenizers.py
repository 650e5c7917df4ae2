"""The laws of every tokenizer, and what only some do."""

from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seq2seq.config import TOKENIZER_NAMES
from seq2seq.data.normalization import Normalizer
from seq2seq.data.tokenizers import TOKENIZERS, Tokenizer, load_tokenizer, train_tokenizer
from seq2seq.data.vocabulary import END_ID, PAD_ID, SPECIAL_TOKENS, START_ID, UNKNOWN_ID
from seq2seq.errors import ConfigError, DataError

TEXTS = (
    "The lamp on the table isn't broken, is it?",
    "La lampe sur la table n'est pas cassée, si ?",
    "Where did you put the (green) keys: here or there?",
    "Où as-tu mis les clés vertes ? « Ici » ou là !",
    "桌子上有一盏灯。",
    "At 10:30 we leave; tickets cost 12,50 € each…",
)
KINDS = list(TOKENIZERS)
EXACT_KINDS = ["unigram", "bpe"]
AWKWARD = [
    "",
    " ",
    "<s> </s> <unk> <pad>",
    "<0x41><0xC3>",
    "▁a ▁ b￭",
    "a\x00b\ud800",
    "שלום عليكم",
    "👩‍🚀🇫🇷",
    "${x}<b>&amp;",
]  # fmt: skip


@cache
def _trained(kind: str) -> Tokenizer:
    return train_tokenizer(kind, TEXTS, vocabulary_size=420)


def test_the_table_holds_the_kinds_of_the_settings():
    assert set(KINDS) == set(TOKENIZER_NAMES)


@pytest.mark.parametrize("kind", KINDS)
def test_text_it_was_trained_on_comes_back_exactly(kind):
    tokenizer = _trained(kind)
    for text in TEXTS:
        assert tokenizer.decode(tokenizer.encode(text)) == text


@pytest.mark.parametrize("kind", EXACT_KINDS)
@settings(max_examples=150, deadline=None)
@given(text=st.text())
@example(AWKWARD[2])
@example(AWKWARD[3])
@example(AWKWARD[4])
def test_any_text_comes_back_in_normal_form_with_byte_fallback(kind, text):
    tokenizer = _trained(kind)
    normal = Normalizer.learn(TEXTS).normalize(text)
    assert tokenizer.decode(tokenizer.encode(text)) == normal


@pytest.mark.parametrize("kind", ["characters", "words", "whitespace"])
@settings(max_examples=100, deadline=None)
@given(words=st.lists(st.sampled_from(" ".join(TEXTS).split()), max_size=12))
def test_text_of_known_tokens_comes_back_exactly(kind, words):
    text = " ".join(words)
    tokenizer = _trained(kind)
    assert tokenizer.decode(tokenizer.encode(text)) == text


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(text=st.one_of(st.text(), st.sampled_from(AWKWARD)))
def test_no_text_makes_pad_start_or_end(kind, text):
    tokenizer = _trained(kind)
    ids = tokenizer.encode(text)
    assert not {PAD_ID, START_ID, END_ID} & set(ids)
    assert all(0 <= token < tokenizer.size for token in ids)
    assert len(tokenizer.tokens(ids)) == len(ids)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_ids_decode(kind, data):
    tokenizer = _trained(kind)
    ids = data.draw(st.lists(st.integers(0, tokenizer.size - 1), max_size=12))
    ordinary = [token for token in ids if token > END_ID]
    assert tokenizer.decode(ids) == tokenizer.decode(ordinary)


@pytest.mark.parametrize("kind", KINDS)
def test_encoding_many_is_encoding_each(kind):
    tokenizer = _trained(kind)
    texts = [*TEXTS, *AWKWARD]
    assert tokenizer.encode_many(texts) == [tokenizer.encode(text) for text in texts]
    assert tokenizer.encode_many([]) == []


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.sampled_from([*TEXTS, *AWKWARD]), max_size=6),
    alpha=st.floats(0.01, 1.0),
    seed=st.integers(0, 2**31 - 1),
)
def test_a_random_split_follows_from_its_seed_and_reads_like_the_usual_one(kind, texts, alpha, seed):
    tokenizer = _trained(kind)
    drawn, again = (tokenizer.sample_many(texts, alpha=alpha, seed=seed) for _ in range(2))
    assert drawn == again
    assert [tokenizer.decode(ids) for ids in drawn] == [tokenizer.decode(tokenizer.encode(t)) for t in texts]


@pytest.mark.parametrize("kind", EXACT_KINDS)
def test_random_splits_differ_and_are_longer_on_average(kind):
    tokenizer = _trained(kind)
    seeds = range(20)
    splits = [tokenizer.sample_many(TEXTS, alpha=0.3, seed=seed) for seed in seeds]
    assert len({str(split) for split in splits}) == len(seeds)
    usual = sum(map(len, tokenizer.encode_many(TEXTS)))
    assert sum(len(ids) for split in splits for ids in split) > 1.05 * len(seeds) * usual


@pytest.mark.parametrize("kind", KINDS)
def test_special_ids_are_shown_and_leave_no_text(kind):
    tokenizer = _trained(kind)
    assert tuple(tokenizer.tokens(range(4))) == SPECIAL_TOKENS
    assert tokenizer.decode(range(4)) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_training_again_gives_the_same_tokenizer(kind):
    again = train_tokenizer(kind, iter(TEXTS), vocabulary_size=420)
    first = _trained(kind)
    assert again.tokens(range(again.size)) == first.tokens(range(first.size))


@pytest.mark.parametrize("kind", KINDS)
def test_a_saved_tokenizer_is_the_same_after_loading(kind, tmp_path):
    _trained(kind).save(tmp_path / "made" / "on the way")
    loaded = load_tokenizer(str(tmp_path / "made" / "on the way"))
    first = _trained(kind)
    assert (loaded.kind, loaded.size) == (kind, first.size)
    assert loaded.tokens(range(loaded.size)) == first.tokens(range(first.size))
    for text in [*TEXTS, *AWKWARD, "isn’t"]:
        assert loaded.encode(text) == first.encode(text)


@pytest.mark.parametrize("kind", KINDS)
def test_the_vocabulary_size_is_a_limit(kind):
    wanted = 330 if kind in EXACT_KINDS else 20
    assert train_tokenizer(kind, TEXTS, vocabulary_size=wanted).size <= wanted
    assert train_tokenizer(kind, ["a b"], vocabulary_size=200_000).size < 400


@pytest.mark.parametrize("kind", KINDS)
def test_the_typed_apostrophe_is_the_one_it_knows(kind):
    tokenizer = _trained(kind)
    assert tokenizer.encode("isn’t") == tokenizer.encode("isn't")


@pytest.mark.parametrize("kind", ["characters", "words", "whitespace"])
def test_what_a_plain_vocabulary_lacks_is_unknown(kind):
    assert UNKNOWN_ID in _trained(kind).encode("Ж")


def test_without_byte_fallback_the_rest_is_unknown():
    tokenizer = train_tokenizer("unigram", TEXTS, vocabulary_size=120, byte_fallback=False)
    assert UNKNOWN_ID in tokenizer.encode("Ж")
    assert not any(piece.startswith("<0x") for piece in tokenizer.tokens(range(tokenizer.size)))


def test_pieces_and_characters_show_the_space():
    assert _trained("bpe").tokens(_trained("bpe").encode("the"))[0].startswith("▁")
    assert _trained("characters").tokens(_trained("characters").encode("a b")) == ["a", "▁", "b"]


def test_a_size_below_the_characters_is_refused_with_the_size_needed():
    with pytest.raises(ConfigError, match=r"vocabulary_size 100 is too small: .* need \d{3}\. Raise it"):
        train_tokenizer("unigram", TEXTS, vocabulary_size=100)


def test_no_text_and_unknown_kinds_are_refused():
    with pytest.raises(DataError, match="no text"):
        train_tokenizer("words", ["", " \n"], vocabulary_size=100)
    with pytest.raises(DataError, match="no text"):
        train_tokenizer("unigram", ["\u200b"], vocabulary_size=500)
    with pytest.raises(
        ConfigError, match="one of unigram, bpe, characters, words, whitespace, not 'syllables'"
    ):
        train_tokenizer("syllables", ["a"], vocabulary_size=100)
