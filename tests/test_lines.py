import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_translator import ScriptedTranslator

from seq2seq.lines import (
    BATCH_LINES,
    TABLE_COLUMNS,
    LineResult,
    as_json_lines,
    as_plain_text,
    as_table,
    batch_size,
    split_lines,
    translate_batches,
)
from seq2seq.options import DecodingOptions
from seq2seq.translator import load_translator

GREEDY = DecodingOptions(method="greedy")


def translate(lines, options=GREEDY, translator=None):
    return [
        item
        for batch in translate_batches(translator or ScriptedTranslator(), lines, options)
        for item in batch
    ]


def test_lines_stay_in_order_and_empty_ones_stay_empty():
    lines = ["one two", "", "three", "  ", "four"]
    results = translate(lines)
    assert [result.text for result in results] == ["ONE TWO", "", "THREE", "", "FOUR"]
    assert [result.number for result in results] == [1, 2, 3, 4, 5]
    assert [result.source for result in results] == lines
    assert [result.tokens for result in results] == [3, 0, 2, 0, 2]


def test_a_line_that_cannot_be_read_stops_no_other():
    results = translate(["one", "unreadable line", "two"])
    assert [result.text for result in results] == ["ONE", "", "TWO"]
    assert "no token that the model could read" in str(results[1].problem)
    assert results[0].problem is None


def test_batches_come_one_after_the_other():
    batches = translate_batches(ScriptedTranslator(), ["word"] * (BATCH_LINES + 3), GREEDY)
    assert [len(batch) for batch in batches] == [BATCH_LINES, 3]


@given(st.integers(1, 50))
def test_a_wide_beam_takes_smaller_batches_but_never_none(width):
    wide = batch_size(DecodingOptions(beam_width=width))
    assert 1 <= wide <= batch_size(DecodingOptions(beam_width=1)) == BATCH_LINES


def test_the_mean_is_over_the_tokens():
    (result,) = translate(["one two"])
    assert result.log_probability_per_token == pytest.approx(result.log_probability / 3)
    assert LineResult(number=1, source="").log_probability_per_token == 0.0


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("", []),
        ("\n", [""]),
        ("a\nb", ["a", "b"]),
        ("a\r\n\r\nb\r\n", ["a", "", "b"]),
        ("\ufeffa\u2028b\n", ["a\u2028b"]),
    ],
)
def test_lines_end_at_line_feeds_only(content, lines):
    assert split_lines(content) == lines


@given(
    st.lists(st.text(st.characters(exclude_characters="\n\r\ufeff", exclude_categories=["Cs"])), max_size=8)
)
def test_as_many_lines_come_out_as_went_in(lines):
    results = [LineResult(number=1 + i, source=line, text=line + "\n\t") for i, line in enumerate(lines)]
    assert split_lines("".join(f"{line}\n" for line in lines)) == lines
    assert as_plain_text(results).count("\n") == len(lines)
    table = as_table(results).split("\n")
    assert len(table) == len(lines) + 2
    assert all(row.count("\t") == len(TABLE_COLUMNS) - 1 for row in table[:-1])
    parsed = [json.loads(row) for row in as_json_lines(results).split("\n")[:-1]]
    assert [item["source"] for item in parsed] == lines


def test_json_lines_say_what_was_wrong():
    good, bad = map(json.loads, as_json_lines(translate(["one", "unreadable"])).splitlines())
    assert "problem" not in good
    assert good["translation"] == "ONE"
    assert "no token" in bad["problem"]


def test_a_real_model_translates_lines_as_it_does_alone():
    translator = load_translator(Path(__file__).parents[1] / "checkpoints" / "dates", precision="float32")
    results = translate(["March 3, 1999", "", "12 May 2004"], DecodingOptions(), translator)
    assert [result.text for result in results] == ["1999-03-03", "", "2004-05-12"]
    alone = translator.translate("March 3, 1999", DecodingOptions()).beams[-1].hypotheses[0]
    assert results[0].log_probability == pytest.approx(alone.log_probability, abs=1e-4)
