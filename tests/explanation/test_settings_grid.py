import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.explanation.settings_grid import (
    CSV_COLUMNS,
    TOLERANCES,
    GridCell,
    as_csv,
    find_worse,
    grid_options,
    measure_cell,
)
from seq2seq.lines import LineResult, translate_one
from seq2seq.options import DecodingOptions
from seq2seq.translator import load_translator


def cell(width, value, *, penalty=1.0, by="log_probability"):
    values = {"log_probability": -3.0, "chrf": None, "bleu": None, by: value}
    return GridCell(beam_width=width, length_penalty=penalty, tokens=4, text='a "b"', seconds=0.1, **values)


COLUMNS = st.lists(st.integers(-90, 0), min_size=1, max_size=8).map(
    lambda values: [cell(width, value / 10) for width, value in enumerate(values, start=1)]
)


@given(COLUMNS)
def test_a_cell_is_worse_just_when_a_narrower_beam_did_better(cells):
    for place, each in enumerate(cells):
        worse = find_worse(each, cells)
        best_narrower = max((other.value for other in cells[:place]), default=each.value)
        assert (worse is not None) == (best_narrower > each.value)
        if worse:
            assert worse.beam_width < each.beam_width
            assert worse.difference == pytest.approx(best_narrower - each.value)


@given(COLUMNS)
def test_wider_beams_do_not_count_so_a_mark_stays_once_it_is_there(cells):
    for place, each in enumerate(cells):
        assert find_worse(each, cells[: place + 1]) == find_worse(each, cells)


def test_other_length_penalties_do_not_count():
    assert find_worse(cell(5, -4.0), [cell(1, -1.0, penalty=0.0)]) is None


def test_references_decide_where_there_are_any():
    narrow, wide = cell(1, 60.0, by="chrf"), cell(5, 50.0, by="chrf")
    assert find_worse(wide, [narrow]).difference == 10.0
    assert (wide.measure, cell(1, -3.0).measure) == ("chrf", "log_probability")


def test_a_difference_that_is_not_shown_does_not_count():
    assert find_worse(cell(5, -3.001), [cell(1, -3.0)]) is None
    assert TOLERANCES["log_probability"] < 0.01


def test_the_grid_begins_with_narrow_beams():
    pairs = [(options.beam_width, options.length_penalty) for options in grid_options([5, 1], [1.0, 0.0])]
    assert pairs == [(1, 0.0), (1, 1.0), (5, 0.0), (5, 1.0)]


def test_a_cell_sums_over_sentences_and_scores_against_references():
    results = [
        LineResult(number=1, source="a", text="the cat sleeps here", tokens=5, log_probability=-1.0),
        LineResult(number=2, source="b", text="a dog barks out there", tokens=6, log_probability=-2.5),
    ]
    options = DecodingOptions(beam_width=3, length_penalty=0.6)
    found = measure_cell(options, results, [result.text for result in results], 0.5)
    assert (found.log_probability, found.tokens, found.text) == (-3.5, 11, "")
    assert (found.chrf, found.bleu) == (pytest.approx(100), pytest.approx(100))
    alone = measure_cell(options, results[:1], [], 0.5)
    assert (alone.chrf, alone.bleu, alone.text) == (None, None, "the cat sleeps here")


def test_the_csv_has_a_row_for_each_cell():
    rows = list(csv.DictReader(io.StringIO(as_csv([cell(1, -3.0), cell(5, -4.0)]))))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [row["worse_than_beam_width"] for row in rows] == ["", "1"]
    assert rows[1]["worse_by"] == "1.0000"
    assert (rows[0]["chrf"], rows[0]["translation"]) == ("", 'a "b"')


def test_an_easy_date_is_found_by_every_beam_of_a_real_model():
    translator = load_translator(Path(__file__).parents[2] / "checkpoints" / "dates")
    cells = [
        measure_cell(options, [translate_one(translator, "March 3, 1999", options)], [], 0.0)
        for options in grid_options([1, 5], [0.0])
    ]
    assert [each.text for each in cells] == ["1999-03-03"] * 2
    assert find_worse(cells[1], cells) is None
