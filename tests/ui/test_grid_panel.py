import csv
import json
from pathlib import Path

import pytest
from scripted_translator import ScriptedShelf

from seq2seq.errors import InputError
from seq2seq.ui.grid_handlers import GridSession, fill_grid, read_numbers, read_pairs, read_request, save_grid
from seq2seq.ui.shelf import CheckpointShelf

DATES = CheckpointShelf(Path(__file__).parents[2] / "checkpoints")


def run(session, content="one two", *, widths="1, 5", penalties="0, 1", model="shout", shelf=None):
    return fill_grid(shelf or ScriptedShelf(), session, "en", model, content, widths, penalties)


def cells_of(view):
    return [json.loads(cell) for cell in view["cells"]]


def test_the_grid_fills_cell_by_cell_narrow_beams_first():
    views = list(run(GridSession()))
    assert [len(view["cells"]) for view in views] == [0, 1, 2, 3, 4]
    assert [view["status"] for view in views] == ["running"] * 4 + ["done"]
    places = [(cell["width"], cell["penalty"]) for cell in cells_of(views[-1])]
    assert places == [(1, 0), (1, 1), (5, 0), (5, 1)]
    first = cells_of(views[-1])[0]
    assert (first["text"], first["tokens"], first["chrf"]) == ("ONE TWO", 3, None)


def test_references_bring_chrf_and_bleu():
    view = list(run(GridSession(), "one two\tONE TWO\nthree four\tTHREE OTHER\n"))[-1]
    cell = cells_of(view)[0]
    assert (view["sentences"], cell["text"], cell["tokens"]) == (2, "", 6)
    assert 0 < cell["chrf"] < 100
    assert cell["bleu"] is not None


def test_stop_keeps_the_cells_that_are_done():
    session = GridSession()
    views = run(session, widths="1,2,3")
    next(views), next(views), next(views)
    session.stop()
    (last,) = list(views)
    assert (last["status"], len(last["cells"]), len(session.cells)) == ("stopped", 2, 2)


def test_a_newer_grid_silences_the_older_one():
    session = GridSession()
    older = run(session)
    next(older), next(older)
    list(run(session, "new", widths="2", penalties="1"))
    assert list(older) == []
    assert [cell.text for cell in session.cells] == ["NEW"]


def test_a_real_model_fills_a_grid():
    view = list(run(GridSession(), "March 3, 1999\t1999-03-03", model="dates", shelf=DATES))[-1]
    assert all(cell["chrf"] == 100 and cell["worse"] is None for cell in cells_of(view))


@pytest.mark.parametrize(
    ("words", "numbers"),
    [("1, 2,5", (1, 2, 5)), ("5 1;5", (1, 5)), ("1，2、3；4", (1, 2, 3, 4)), (" 50 ", (50,))],
)
def test_numbers_are_read_however_they_are_set_apart(words, numbers):
    assert read_numbers(words, "beam_width", 8, int) == numbers


@pytest.mark.parametrize(
    ("widths", "penalties", "words"),
    [
        ("", "0", "There are 0 beam widths"),
        ("1,2,3,4,5,6,7,8,9", "0", "There are 9 beam widths: give between 1 and 8"),
        ("0", "0", "“0” is no beam width: take whole numbers between 1 and 50"),
        ("1.5", "0", "“1.5” is no beam width"),
        ("many", "0", "“many” is no beam width"),
        ("1", ",", "There are 0 length penalties"),
        ("1", "0 1 2 3 4 5 0.5", "There are 7 length penalties"),
        ("1", "nan", "“nan” is no length penalty"),
        ("1", "1e999", "“1e999” is no length penalty"),
        ("1", "-1", "“-1” is no length penalty"),
        ("1", "<b>", "“<b>” is no length penalty"),
        ("9" * 5000, "0", "is no beam width"),
    ],
)
def test_numbers_that_cannot_be_used_are_refused_in_one_sentence(widths, penalties, words):
    with pytest.raises(InputError, match=words.replace("(", r"\(")):
        read_request("a", widths, penalties)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (" ", "no text to translate"),
        ("\t", "no text to translate"),
        ("x" * 1001, "1,001 characters"),
        ("a\tb\nc", "Line 2 of the test set is not a source"),
        ("a\tb\tc", "Line 1 of the test set is not a source"),
        ("a\t ", "Line 1 of the test set is not a source"),
        ("a\tb\n" * 201, "201 lines, and 200"),
    ],
)
def test_a_test_set_that_cannot_be_used_is_refused_in_one_sentence(content, words):
    with pytest.raises(InputError, match=words):
        read_pairs(content)


def test_a_refusal_leaves_the_last_grid_where_it_was():
    session = GridSession()
    list(run(session))
    (last,) = list(run(session, widths="none"))
    assert "is no beam width" in last["message"]
    assert len(last["cells"]) == len(session.cells) == 4


def test_the_grid_is_saved_as_csv(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    session = GridSession()
    assert save_grid(session) is None
    list(run(session))
    with Path(save_grid(session)).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["beam_width"] for row in rows] == ["1", "1", "5", "5"]
