"""The plan of an epoch, and padding."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.data.batches import EncodedCorpus, EncodedSentences, encode_corpus, make_batches
from seq2seq.data.corpus import ParallelCorpus, SentencePair
from seq2seq.data.tokenizers import Tokenizer, train_tokenizer
from seq2seq.data.vocabulary import END_ID, PAD_ID
from seq2seq.errors import DataError

_SENTENCE = st.lists(st.integers(4, 50), min_size=0, max_size=30).map(lambda ids: [*ids, END_ID])
_PAIRS = st.lists(st.tuples(_SENTENCE, _SENTENCE), min_size=1, max_size=40)


def _encoded(pairs: list[tuple[list[int], list[int]]]) -> EncodedCorpus:
    return EncodedCorpus(
        EncodedSentences.build([source for source, _ in pairs]),
        EncodedSentences.build([target for _, target in pairs]),
    )


def _corpus(*rows: tuple[str, str]) -> ParallelCorpus:
    pairs = tuple(SentencePair(source=s, target=t, line=n) for n, (s, t) in enumerate(rows, 1))
    return ParallelCorpus(pairs=pairs, source_language="", target_language="", origin="memory")


def _as_lists(batches: list[np.ndarray]) -> list[list[int]]:
    return [batch.tolist() for batch in batches]


@settings(max_examples=100, deadline=None)
@given(pairs=_PAIRS, budget=st.integers(1, 200), seed=st.integers(0, 2**31), epoch=st.integers(0, 100))
def test_every_pair_occurs_once_and_batches_keep_the_budget(pairs, budget, seed, epoch):
    batches = make_batches(_encoded(pairs), batch_tokens=budget, seed=seed, epoch=epoch)
    assert sorted(index for batch in batches for index in batch) == list(range(len(pairs)))
    for batch in batches:
        longest = max(max(len(pairs[index][0]), len(pairs[index][1])) for index in batch)
        assert len(batch) == 1 or len(batch) * longest <= budget


@settings(max_examples=50, deadline=None)
@given(pairs=_PAIRS, seed=st.integers(0, 2**31), epoch=st.integers(0, 100))
def test_a_plan_follows_from_seed_and_epoch(pairs, seed, epoch):
    first, second = (make_batches(_encoded(pairs), batch_tokens=64, seed=seed, epoch=epoch) for _ in range(2))
    assert _as_lists(first) == _as_lists(second)


def test_another_epoch_or_seed_gives_another_plan():
    corpus = _encoded([([5, END_ID], [6, END_ID])] * 100)
    plans = [
        _as_lists(make_batches(corpus, batch_tokens=16, seed=seed, epoch=epoch))
        for seed, epoch in [(1, 0), (1, 1), (2, 0)]
    ]
    assert plans[0] != plans[1]
    assert plans[0] != plans[2]
    assert {frozenset(batch) for batch in plans[0]} != {frozenset(batch) for batch in plans[1]}


def test_similar_lengths_share_a_batch():
    generator = np.random.default_rng(0)
    sentences = [[5] * int(length) + [END_ID] for length in generator.integers(1, 40, 2000)]
    batches = make_batches(_encoded([(ids, ids) for ids in sentences]), batch_tokens=512, seed=1, epoch=0)
    padded = sum(len(batch) * max(len(sentences[index]) for index in batch) for batch in batches)
    assert sum(map(len, sentences)) / padded > 0.97


@settings(max_examples=100, deadline=None)
@given(pairs=_PAIRS, data=st.data())
def test_collating_keeps_ids_and_pads_on_the_right(pairs, data):
    rows = data.draw(st.lists(st.integers(0, len(pairs) - 1), min_size=1, max_size=10))
    batch = _encoded(pairs).collate(rows)
    sides = ((batch.source_ids, batch.source_lengths), (batch.target_ids, batch.target_lengths))
    for side, (ids, lengths) in enumerate(sides):
        assert ids.shape == (len(rows), max(len(pairs[row][side]) for row in rows))
        for line, length, row in zip(ids.tolist(), lengths.tolist(), rows, strict=True):
            assert line[:length] == pairs[row][side]
            assert set(line[length:]) <= {PAD_ID}


def test_a_batch_moves_with_all_its_tensors():
    batch = _encoded([([5, END_ID], [6, 7, END_ID])]).collate([0])
    assert batch.to("cpu") is batch
    moved = batch.to("meta")
    assert all(getattr(moved, name).device.type == "meta" for name in moved.__slots__)
    assert moved.target_ids.shape == (1, 3)


def test_encoding_ends_both_sides_and_counts_what_is_too_long():
    corpus = _corpus(("ab", "abc"), ("abcd", "a"), ("a", "abcd"), ("abc", "b"))
    tokenizer = train_tokenizer("characters", ["abcd"], vocabulary_size=8)
    encoded, dropped = encode_corpus(corpus, tokenizer, tokenizer, maximum_tokens=4)
    assert dropped == 2
    assert [encoded.source[row] for row in range(2)] == [[4, 5, END_ID], [4, 5, 6, END_ID]]
    assert [encoded.target[row] for row in range(2)] == [[4, 5, 6, END_ID], [5, END_ID]]


def test_a_corpus_of_which_nothing_fits_is_refused():
    tokenizer = train_tokenizer("characters", ["abcd"], vocabulary_size=8)
    with pytest.raises(DataError, match="None of the 1 pairs of memory fits in 3 tokens"):
        encode_corpus(_corpus(("abcd", "a")), tokenizer, tokenizer, maximum_tokens=3)


_WORDS = ("reading", "sleeping", "sings", "sing", "reads", "sleep", "greets", "street")


def _pieces() -> tuple[ParallelCorpus, Tokenizer]:
    texts = [f"{one} {other}" for one in _WORDS for other in _WORDS]
    tokenizer = train_tokenizer("bpe", texts, vocabulary_size=60, byte_fallback=False)
    return _corpus(*((text, text[::-1]) for text in texts)), tokenizer


def test_a_random_split_keeps_every_pair_in_its_place_and_follows_from_its_seed():
    corpus, tokenizer = _pieces()

    def split(alpha: float, *seed: int) -> list[list[int]]:
        encoded, dropped = encode_corpus(
            corpus, tokenizer, tokenizer, maximum_tokens=100, subword_alpha=alpha, seed=seed
        )
        assert dropped == 0
        sources = [encoded.source[row] for row in range(len(encoded))]
        assert [tokenizer.decode(ids) for ids in sources] == [pair.source for pair in corpus.pairs]
        assert all(ids[-1] == END_ID for ids in sources)
        return sources

    assert split(0.3, 1, 0) == split(0.3, 1, 0)
    assert split(0.3, 1, 0) != split(0.3, 1, 1)
    assert split(0.0, 1, 0) == split(0.0, 1, 1)


def test_a_pair_whose_random_split_is_too_long_keeps_its_usual_one():
    corpus, tokenizer = _pieces()
    usual, _ = encode_corpus(corpus, tokenizer, tokenizer, maximum_tokens=100)
    limit = int(max(usual.source.lengths.max(), usual.target.lengths.max()))
    drawn, dropped = encode_corpus(
        corpus, tokenizer, tokenizer, maximum_tokens=limit, subword_alpha=1.0, seed=(1,)
    )
    assert dropped == 0
    assert len(drawn) == len(corpus)
    assert max(drawn.source.lengths.max(), drawn.target.lengths.max()) <= limit
    kept = [drawn.target[row] == usual.target[row] for row in range(len(drawn))]
    assert any(kept)
