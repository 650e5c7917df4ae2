from pathlib import Path

import pytest

from seq2seq.options import DecodingOptions
from seq2seq.ui.search_panel import COLUMNS, MOST_ROWS, show_search
from seq2seq.ui.session import Session
from seq2seq.ui.shelf import CheckpointShelf

SHELF = CheckpointShelf(Path(__file__).parents[2] / "checkpoints")


def searched(**options):
    session = Session()
    session.translation = SHELF.load("dates").translate("March 3, 1999", DecodingOptions(**options))
    return session


def test_every_step_of_a_beam_lists_what_it_kept_and_why_it_dropped_the_rest():
    session = searched(beam_width=3, n_best=3)
    slider, rows = show_search(session, "en", 2)
    assert (slider["value"], slider["maximum"]) == (2, len(session.translation.beams))
    alive = sum(not item.finished for item in session.translation.beams[0].hypotheses)
    assert len(rows) == 10 * alive
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert [row[0] for row in rows[:4]] == [1, 2, 3, 4]
    assert [row[6].startswith("kept") for row in rows].index(False) == alive
    assert "the last free place went to" in rows[alive][6]
    assert rows[0][1] == "1"


def test_the_last_step_names_the_results():
    session = searched(beam_width=3, n_best=1)
    _, rows = show_search(session, "en", 99)
    assert (rows[0][1], rows[0][2], rows[0][6]) == ("1999-03-03", "end", "kept; result 1")


@pytest.mark.parametrize(
    ("method", "words"),
    [("greedy", "less likely than “1”"), ("sampling", "not drawn")],
)
def test_other_methods_have_other_reasons(method, words):
    _, rows = show_search(searched(method=method), "en", 1)
    assert any(words in row[6] for row in rows)
    assert show_search(searched(method=method), "zh", 1)[1] != rows


def test_a_wide_beam_shows_no_more_than_fits():
    assert len(show_search(searched(beam_width=20), "en", 3)[1]) == MOST_ROWS


def test_before_any_translation_there_is_nothing_to_see():
    assert show_search(Session(), "en", 1)[1] == []
