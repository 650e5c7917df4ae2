import json
from pathlib import Path

import pytest

from seq2seq.options import DecodingOptions
from seq2seq.ui.search_panel import find_branch, show_run, show_search
from seq2seq.ui.session import Session
from seq2seq.ui.shelf import CheckpointShelf
from seq2seq.ui.tree_view import show_tree

SHELF = CheckpointShelf(Path(__file__).parents[2] / "checkpoints")
LONG = " ".join(["I have never seen such a beautiful garden in my life, and you?"] * 4)


def searched(model="dates", source="March 3, 1999", **options):
    session = Session()
    session.translation = SHELF.load(model).translate(source, DecodingOptions(**options))
    session.view = {"status": "done"}
    assert session.start() == 1
    return session


def read(value):
    tree = json.loads(value["tree"])
    rows = [dict(zip(tree["fields"], row, strict=True)) for row in tree["rows"]]
    return [row | {"token": tree["tokens"][row["token"]]} for row in rows]


def test_the_tree_of_a_run_spells_its_translation():
    session = searched(beam_width=3, n_best=3)
    value = show_tree(session, "en")
    rows = read(value)
    place = next(place for place, row in enumerate(rows) if row["result"] == 0)
    said = []
    while place != -1:
        said.insert(0, rows[place]["token"])
        place = rows[place]["parent"]
    assert "".join(said) == session.translation.texts[0] + "</s>"
    assert value["run"] == 1


def test_while_a_run_goes_on_no_tree_is_sent():
    session = searched(beam_width=3)
    session.view["status"] = "running"
    assert show_tree(session, "en") is None
    assert show_tree(Session(), "en") is None
    assert len(show_run(session, "en", 1)) == 3


def test_a_wide_and_long_search_stays_small():
    session = searched("en-fr", LONG, beam_width=20, n_best=20, minimum_length=60, maximum_length=60)
    value = show_tree(session, "en")
    assert len(session.translation.beams) == 60
    assert len(read(value)) > 500
    assert len(value["tree"]) < 400_000


def test_a_chosen_branch_moves_the_table_and_marks_its_row():
    session = searched(beam_width=3, n_best=3)
    rows = read(show_tree(session, "en"))
    for place, row in enumerate(rows):
        branch = find_branch(session, {"run": 1, "branch": place})
        slider, table = show_search(session, "en", branch.step + 1, branch)
        assert slider["value"] == row["step"] + 1
        marked = [line for line in table if line[2].startswith("▶ ")]
        assert len(marked) == 1
        assert marked[0][3] == f"{branch.log_probability:.2f}"


def test_a_run_that_failed_leaves_the_tree_choosable():
    session = searched(beam_width=3)
    before = show_tree(session, "en")
    run = session.start()
    after = show_tree(session, "en")
    assert after == before | {"run": run}
    assert find_branch(session, {"run": run - 1, "branch": 0}) is None
    assert find_branch(session, {"run": run, "branch": 0}).step == 0


@pytest.mark.parametrize(
    "wanted",
    [None, "x", {}, {"run": 0, "branch": 0}, {"run": 1, "branch": -1}, {"run": 1, "branch": 10**9},
     {"run": 1, "branch": True}, {"run": 1, "branch": "0"}, {"run": 1}],
)  # fmt: skip
def test_a_branch_that_is_not_there_changes_nothing(wanted):
    assert find_branch(searched(beam_width=3), wanted) is None
