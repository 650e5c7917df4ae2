"""The sentences of a test: each source once, all its references, the worst first."""

import pytest
from tiny_translators import make_corpus, make_translator

from seq2seq.errors import DataError, InputError
from seq2seq.evaluation.beam_widths import score_by_beam_width
from seq2seq.evaluation.reference_files import read_test
from seq2seq.evaluation.sentences import (
    CHUNK_SENTENCES,
    gather_sentences,
    judge_sentences,
    source_lengths,
    translate_sentences,
    worst_sentences,
)
from seq2seq.evaluation.tables import as_csv, as_text_table
from seq2seq.options import DecodingOptions

GREEDY = DecodingOptions(method="greedy", maximum_length=6)


def test_a_source_gathers_the_references_of_all_its_lines_and_files():
    corpus = make_corpus([("abc", "one"), ("de", "two"), ("abc", "three")])
    found = gather_sentences(corpus, [["uno", "dos", ""], ["one", "deux", "trois"]])
    assert [(sentence.line, sentence.source) for sentence in found] == [(1, "abc"), (2, "de")]
    assert found[0].references == ("one", "uno", "three", "trois")
    assert found[1].references == ("two", "dos", "deux")


def test_a_reference_of_another_length_is_refused():
    with pytest.raises(DataError, match=r"Reference 2 has 1 lines, and the test 2"):
        gather_sentences(make_corpus([("a", "b"), ("c", "d")]), [["only"]])


def test_translations_come_in_chunks_and_are_those_of_the_translator():
    translator = make_translator("gru")
    corpus = make_corpus(
        [(f"{'abcdefgh'[i % 8]}{'abcdefgh'[i // 8 % 8]}{'a' * (i // 64)}", "x") for i in range(600)]
    )
    sentences = gather_sentences(corpus)
    chunks = list(translate_sentences(translator, sentences, GREEDY))
    assert [len(chunk) for chunk in chunks] == [CHUNK_SENTENCES, 600 - CHUNK_SENTENCES]
    single = [translator.translate(sentences[i].source, GREEDY).texts[0] for i in (0, 599)]
    assert [chunks[0][0], chunks[1][-1]] == single


def test_a_source_that_cannot_be_read_is_named_by_its_line():
    sentences = gather_sentences(make_corpus([("a", "b"), ("a" * 1200, "c")]))
    with pytest.raises(InputError, match=r"Line 2 of the test: The text has 1200 tokens"):
        next(translate_sentences(make_translator("gru"), sentences, GREEDY))


def test_the_worst_come_first():
    sentences = gather_sentences(make_corpus([("a", "one two"), ("b", "three four"), ("c", "five six")]))
    judged = judge_sentences(sentences, ["one two", "nothing", "five seven"])
    assert [sentence.source for sentence in worst_sentences(judged)] == ["b", "c", "a"]
    assert [sentence.source for sentence in worst_sentences(judged, 1)] == ["b"]
    assert [sentence.exact for sentence in judged] == [True, False, False]


def test_lengths_are_tokens_without_the_end():
    assert source_lengths(
        make_translator("gru"), gather_sentences(make_corpus([("abc", "x"), ("h", "y")]))
    ) == [3, 1]


def test_beam_widths_come_one_by_one_and_can_be_stopped():
    translator = make_translator("gru")
    sentences = gather_sentences(make_corpus([("abc", "cba"), ("de", "ed"), ("fgh", "hgf")]))
    options = DecodingOptions(method="sampling", temperature=0.5, maximum_length=6)
    scores = score_by_beam_width(translator, sentences, options, (1, 3))
    first = next(scores)
    assert (first.width, next(scores).width) == (1, 3)
    assert next(scores, None) is None
    assert first.to_row()["seconds"] > 0
    assert list(score_by_beam_width(translator, sentences, options, (1,), may_go_on=lambda: False)) == []


def _write(folder, name, content):
    path = folder / name
    path.write_bytes(content.encode())
    return path


def test_a_test_is_pairs_or_a_source_file_with_references(tmp_path):
    pairs = _write(tmp_path, "pairs.tsv", "a\tone\nb\ttwo\n")
    source, first = _write(tmp_path, "x.en", "a\nb\n"), _write(tmp_path, "x.fr", "un\ndeux\n")
    second = _write(tmp_path, "more.txt", "eins\n\n")
    test = read_test(pairs, None, [first, second])
    assert [pair.target for pair in test.corpus.pairs] == ["one", "two"]
    assert test.more_references == (("un", "deux"), ("eins", ""))
    plain = read_test(source, None, [first, second])
    assert [pair.target for pair in plain.corpus.pairs] == ["un", "deux"]
    assert plain.more_references == (("eins", ""),)
    assert read_test(source, first) == read_test(source, None, [first])


def test_bad_reference_files_are_named(tmp_path):
    pairs = _write(tmp_path, "pairs.tsv", "a\tone\nb\ttwo\n")
    with pytest.raises(DataError, match=r"short.txt has 1 lines, and .*pairs.tsv has 2 pairs"):
        read_test(pairs, None, [_write(tmp_path, "short.txt", "un\n")])
    with pytest.raises(DataError, match=r"control.txt has a bad line 2: control character U\+0001"):
        read_test(pairs, None, [_write(tmp_path, "control.txt", "un\n\x01\n")])


def test_tables_are_csv_that_no_spreadsheet_runs():
    rows = [{"source": '=cmd("x")', "score": -1.5}, {"source": "a,b\nc", "score": 2.0}]
    assert as_csv(rows) == '\ufeffsource,score\n"\'=cmd(""x"")",-1.5\n"a,b\nc",2.0\n'
    assert as_csv([]) == as_text_table([]) == ""
    assert as_text_table([{"a_b": 1.0}, {"a_b": 12.5}]).splitlines() == ["   a b", " 1.000", "12.500"]
