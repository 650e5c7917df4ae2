"""The probe sentence of a run."""

from dataclasses import replace

import pytest
from tiny_translators import make_corpus, make_translator

from seq2seq.errors import ConfigError
from seq2seq.training.probe import LONGEST_TOKENS, choose_probe, probe_attention

HELD_OUT = make_corpus([("ab", "ba"), ("abcdefgh", "x"), ("abcdef", "x"), ("a" * 60, "x"), ("abcdeh", "x")])


@pytest.mark.parametrize("kind", ["gru", "transformer"])
def test_the_attention_of_a_probe_has_a_row_for_every_target_token(kind):
    probed = probe_attention(make_translator(kind).checkpoint, "abc", 7)
    assert probed is not None
    assert (probed.step, probed.source, probed.source_tokens) == (7, "abc", ("a", "b", "c", "</s>"))
    rows = probed.weights()
    assert 0 < len(rows) == len(probed.target_tokens) <= LONGEST_TOKENS
    for row in rows:
        assert len(row) == 4
        assert sum(row) == pytest.approx(1.0, abs=0.01)


def test_the_shortest_held_out_source_that_shows_something_is_taken():
    checkpoint = make_translator("gru").checkpoint
    assert choose_probe(checkpoint, HELD_OUT, "") == "abcdef"
    assert choose_probe(checkpoint, make_corpus([("a", "x"), ("abc", "x")]), "  ") == "abc"
    assert choose_probe(checkpoint, make_corpus([("a" * 60, "x")]), "") == ""


def test_the_sentence_that_was_asked_for_is_taken_where_it_fits():
    checkpoint = make_translator("gru").checkpoint
    assert choose_probe(checkpoint, HELD_OUT, "hgfedcba") == "hgfedcba"
    assert choose_probe(checkpoint, HELD_OUT, "a" * (LONGEST_TOKENS - 1)) != ""
    with pytest.raises(ConfigError, match="has 41 tokens; at most 40 can be drawn"):
        choose_probe(checkpoint, HELD_OUT, "a" * LONGEST_TOKENS)


def test_a_model_without_attention_has_no_probe():
    checkpoint = make_translator("reversed").checkpoint
    assert choose_probe(checkpoint, HELD_OUT, "") == ""
    assert probe_attention(checkpoint, "abc", 1) is None
    assert probe_attention(replace(checkpoint, name="x"), "", 1) is None
