import json
from pathlib import Path

import pytest
from scripted_translator import ScriptedShelf

from seq2seq.ui.forms import PAGE_DEFAULTS, PAGE_SETTINGS, SETTINGS
from seq2seq.ui.methods_panel import draw_methods, plan_methods
from seq2seq.ui.session import Session
from seq2seq.ui.shelf import CheckpointShelf

SHELF = CheckpointShelf(Path(__file__).parents[2] / "checkpoints")


def values(**settings):
    defaults = {name: PAGE_DEFAULTS.get(name, SETTINGS[name].default) for name in PAGE_SETTINGS}
    return list((defaults | settings).values())


def draw(runs, source="one two three", *, shelf=None, samples=4, model="shout", prefix="", **settings):
    wanted = values(**settings)
    return draw_methods(shelf or ScriptedShelf(), runs, "en", samples, model, source, prefix, *wanted)


def rows_of(tree):
    read = json.loads(tree["tree"])
    rows = [dict(zip(read["fields"], row, strict=True)) for row in read["rows"]]
    return [row | {"token": read["tokens"][row["token"]]} for row in rows]


def last_picture(views):
    return next((tree, table) for _, tree, table in reversed(views) if "tree" in tree)


def test_three_methods_come_into_one_tree_with_what_they_cover():
    views = list(draw(Session(), "March 3, 1999", shelf=SHELF, model="dates", beam_width=4, temperature=1.5))
    tree, table = last_picture(views)
    first = [row for row in rows_of(tree) if row["step"] == 0]
    assert sum(row["takers"].get("g", 0) for row in first) == 1
    assert sum(row["takers"].get("b", 0) for row in first) == 4
    assert sum(row["takers"].get("s", 0) for row in first) == 4
    assert [row[0] for row in table] == ["g: Greedy", "b: Beam search", "s: Sampling", "all together"]
    shares = [float(row[2].removesuffix(" %")) for row in table]
    assert max(shares[:3]) <= shares[3] <= 100
    assert [row[1] for row in table][:2] == [1, 4]
    assert views[-1][0].startswith("Done.")


def test_the_tree_grows_method_by_method():
    pictures = [table for _, tree, table in draw(Session()) if "tree" in tree]
    assert [len(table) for table in pictures] == [2, 3, 4]


def test_a_forced_beginning_is_where_all_begin():
    tree, _ = last_picture(list(draw(Session(), prefix="zero")))
    assert {row["token"] for row in rows_of(tree) if row["step"] == 0} == {"▁ZERO"}


def test_stop_keeps_the_methods_that_had_ended():
    runs = Session()
    views = draw(runs, " ".join(["word"] * 30))
    seen = []
    for view in views:
        seen.append(view)
        if "tree" in view[1] and len(seen) > 1:
            runs.stop()
            break
    seen += list(views)
    assert seen[-1][0].startswith("Stopped")
    assert [row[0] for row in last_picture(seen)[1]] == ["g: Greedy", "all together"]


def test_a_newer_run_silences_the_older_one():
    runs = Session()
    older = draw(runs)
    next(older)
    assert list(draw(runs))[-1][0].startswith("Done.")
    assert list(older) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"source": ""}, "There is no text to translate"),
        ({"source": None}, "There is no text to translate"),
        ({"samples": 33}, "The number of samples must lie between 1 and 32"),
        ({"samples": "many"}, "The number of samples must lie between 1 and 32"),
        ({"samples": float("nan")}, "The number of samples must lie between 1 and 32"),
        ({"model": "broken"}, "weights are truncated"),
        ({"prefix": "y" * 301}, "The forced beginning has 301 characters"),
        ({"beam_width": 10_000}, "beam_width must lie between 1 and 50"),
    ],
)
def test_a_problem_is_one_sentence_and_the_tree_stays(changes, sentence):
    views = list(draw(Session(), **({"source": "one two"} | changes)))
    assert sentence in views[-1][0]
    assert all("tree" not in tree for _, tree, _ in views)


def test_each_method_gets_the_settings_that_are_its_own():
    plan = plan_methods(values(method="sampling", beam_width=7, temperature=0.5, top_k=9), 8)
    assert [options.method for options in plan.values()] == ["greedy", "beam", "sampling"]
    assert (plan["beam"].beam_width, plan["beam"].n_best) == (7, 7)
    assert (plan["sampling"].n_best, plan["sampling"].temperature, plan["sampling"].top_k) == (8, 0.5, 9)
    diverse = plan_methods(values(method="diverse_beam", beam_width=6, beam_groups=3), 8)
    assert (diverse["beam"].method, diverse["beam"].beam_groups) == ("diverse_beam", 3)
