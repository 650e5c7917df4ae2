"""The index over a corpus: exact, bounded, reproducible, and stoppable."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from reversal import reversal_pairs
from tiny_translators import make_corpus, make_translator

from seq2seq.data.corpus import SentencePair
from seq2seq.data.vocabulary import END_ID
from seq2seq.errors import DataError
from seq2seq.neighbours.index import (
    LONGEST_SIDE_TOKENS,
    NeighbourIndex,
    StateTable,
    build_index,
    unit_rows,
)
from seq2seq.neighbours.states import SIDES, sentence_states


def build(translator, corpus, **settings):
    *_, last = build_index(translator, corpus, **settings)
    assert last.share == 1.0
    return last.index


def states_of(translator, pair):
    source, target = (
        translator.checkpoint.source_tokenizer.encode(text) for text in (pair.source, pair.target)
    )
    return sentence_states(translator, [*source, END_ID], [*target, END_ID])


def made_up_index(states):
    rows = torch.arange(len(states), dtype=torch.int32)
    table = StateTable(vectors=unit_rows(states).half(), sentences=rows, positions=torch.zeros_like(rows))
    pairs = tuple(SentencePair(source=str(number), target="", line=number) for number in rows.tolist())
    facts = {"fingerprint": "", "origin": "", "corpus_sentences": len(pairs), "skipped": 0, "seed": 0}
    return NeighbourIndex(pairs=pairs, tables=dict.fromkeys(SIDES, table), **facts)


def test_every_state_is_its_own_nearest_neighbour(translator, corpus):
    index = build(translator, corpus)
    assert not index.is_sample
    for pair in index.pairs[:20]:
        states = states_of(translator, pair)
        for side in SIDES:
            for place, state in enumerate(states.side(side)):
                first, *_ = found = index.nearest(side, state)
                assert first.similarity == pytest.approx(1.0, abs=1e-3)
                own = [near for near in found if near.pair == pair and near.position == place]
                tied = [near.similarity for near in found if near.similarity > 0.999]
                assert own or len(tied) == len(found)


@given(rows=st.integers(1, 700), width=st.integers(1, 40), count=st.integers(1, 20), seed=st.integers(0, 99))
def test_the_nearest_are_those_of_brute_force(rows, width, count, seed):
    generator = torch.Generator().manual_seed(seed)
    states, query = torch.randn(rows, width, generator=generator), torch.randn(width, generator=generator)
    found = made_up_index(states).nearest("source", query, count)
    exact = torch.nn.functional.cosine_similarity(states, query[None]).sort(descending=True).values
    got = torch.tensor([near.similarity for near in found])
    torch.testing.assert_close(got, exact[:count].clamp(max=1.0), atol=1e-3, rtol=0)
    assert [near.similarity for near in found] == sorted(got.tolist(), reverse=True)


def test_the_length_of_a_state_does_not_matter():
    index = made_up_index(torch.randn(50, 8, generator=torch.Generator().manual_seed(1)))
    query = torch.randn(8, generator=torch.Generator().manual_seed(2))
    places = [
        [near.pair.line for near in index.nearest("source", factor * query)] for factor in (1, 1e-3, 1e4)
    ]
    assert places[0] == places[1] == places[2]


def test_a_state_of_another_width_and_an_empty_table_have_no_neighbours(translator):
    index = build(translator, make_corpus([("ab", "")]))
    assert index.nearest("source", torch.ones(1)) == ()
    assert index.nearest("target", torch.ones(8)) == ()


@pytest.mark.parametrize("limit", [20, 100, 400])
def test_no_side_has_more_states_than_the_limit(translator, corpus, limit):
    steps = list(build_index(translator, corpus, limit=limit))
    assert all(step.states <= limit and 0 < step.share <= 1 for step in steps)
    index = steps[-1].index
    assert all(len(index.tables[side]) <= limit for side in SIDES)
    assert max(len(index.tables[side]) for side in SIDES) > limit - 15
    assert index.is_sample


def test_the_same_seed_draws_the_same_sample(translator, corpus):
    first, again, other = (build(translator, corpus, limit=150, seed=seed) for seed in (3, 3, 4))
    assert first.pairs == again.pairs
    assert set(first.pairs) != set(other.pairs)
    for side in SIDES:
        assert torch.equal(first.tables[side].vectors, again.tables[side].vectors)


def test_each_state_knows_its_token(translator, corpus):
    index = build(translator, corpus)
    for side in SIDES:
        table = index.tables[side]
        for row in range(0, len(table), 97):
            pair = index.pairs[int(table.sentences[row])]
            state = states_of(translator, pair).side(side)[int(table.positions[row])]
            torch.testing.assert_close(
                table.vectors[row].float(), unit_rows(state[None])[0], atol=2e-3, rtol=0
            )


def test_pairs_count_once_and_sources_are_read_once():
    translator = make_translator("gru")
    corpus = make_corpus([("ab", "ba"), ("ab", "ba"), ("ab", "b")])
    index = build(translator, corpus)
    assert (len(index.pairs), index.corpus_sentences) == (2, 2)
    assert {pair.line for pair in index.pairs} == {1, 3}
    assert [len(index.tables[side]) for side in SIDES] == [3, 5]


def test_plain_sentences_have_encoder_states_only(translator):
    index = build(translator, make_corpus([("abc", ""), ("ab", "")]))
    assert [len(index.tables[side]) for side in SIDES] == [7, 0]


def test_what_is_too_long_is_left_out_and_counted(translator):
    index = build(translator, make_corpus([("ab", "ba"), ("a" * LONGEST_SIDE_TOKENS, "b")]))
    assert (len(index.pairs), index.skipped, index.is_sample) == (1, 1, False)


def test_a_corpus_without_a_usable_sentence_is_refused(translator):
    corpus = make_corpus([("a" * LONGEST_SIDE_TOKENS, "b")])
    with pytest.raises(DataError, match="No sentence of made up can be used"):
        list(build_index(translator, corpus))


def test_a_build_stops_between_batches():
    translator, corpus = make_translator("gru"), make_corpus(reversal_pairs(300, seed=3))
    building = build_index(translator, corpus)
    first = next(building)
    building.close()
    assert 0 < first.sentences < 300
    assert first.index is None
    assert list(building) == []
