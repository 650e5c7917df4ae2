"""The Evaluate tab, from what a visitor brings to the files that are kept."""

import csv
import io
import json
from itertools import pairwise
from pathlib import Path

import gradio as gr
import pytest
from reversal import reversal_pairs
from tiny_translators import make_translator

from seq2seq.errors import Seq2SeqError
from seq2seq.ui import evaluate_data, evaluate_handlers
from seq2seq.ui.evaluate_data import MOST_SENTENCES, bring_test
from seq2seq.ui.evaluate_handlers import (
    EvaluateSession,
    Wish,
    bring_files,
    chosen_sentence,
    evaluate_models,
    save_evaluation,
    save_sentences,
)
from seq2seq.ui.evaluate_tab import explore_sentence
from seq2seq.ui.evaluate_view import PARTS, SHOWN_SENTENCES

PAIRS = [*dict(reversal_pairs(40, seed=3)).items()]
PASTED = "\n".join("\t".join(pair) for pair in PAIRS)


class TinyShelf:
    """Two models of random weights."""

    def __init__(self):
        self.translators = {name: make_translator(name) for name in ("gru", "transformer")}

    def names(self):
        return list(self.translators)

    def knows(self, name):
        return name in self.translators

    def label(self, name, language):
        return f"<b>{name}</b>"

    def examples(self, name):
        return ()

    def load(self, name):
        return self.translators[name]


SHELF = TinyShelf()


def wish(**changes):
    values = {
        "model": "gru",
        "other": "",
        "settings": {"method": "greedy", "maximum_length": 12},
        "parts": (),
    }
    return Wish(**{**values, "widths": "1, 2", **changes})


def evaluate(session, pasted=PASTED, language="en", paths=None, **changes):
    return list(evaluate_models(SHELF, session, language, bring_files(paths, pasted), wish(**changes)))


@pytest.fixture(scope="module")
def alone():
    session = EvaluateSession()
    views = evaluate(session, parts=PARTS)
    return session, views


@pytest.fixture(scope="module")
def together():
    session = EvaluateSession()
    return session, evaluate(session, other="transformer", parts=["lengths"])


def report_of(view):
    return json.loads(view["report"])


# -- what is brought --------------------------------------------------------------------------------------


def test_lines_with_the_same_source_are_references_of_one_sentence():
    test = bring_test(None, "a\tone\nb\ttwo\na\tun\na\tone\n")
    assert [(each.line, each.source, each.references) for each in test.sentences] == [
        (1, "a", ("one", "un")),
        (2, "b", ("two",)),
    ]
    assert (test.references, test.left_out) == (3, 0)


def test_columns_called_reference_are_references_too(tmp_path):
    path = tmp_path / "test.csv"
    path.write_text("source,reference,reference 2,note\na,one,un,x\nb,two,,y\n", "utf-8")
    (first, second), path = bring_test([str(path)], None).sentences, None
    assert (first.references, second.references) == (("one", "un"), ("two",))


def test_several_files_are_sources_and_then_references(tmp_path):
    for name, words in (("s", "a\nb\n"), ("r1", "one\ntwo\n"), ("r2", "un\ndeux\n")):
        (tmp_path / f"{name}.txt").write_text(words, "utf-8")
    test = bring_test([str(tmp_path / f"{name}.txt") for name in ("s", "r1", "r2")], None)
    assert [each.references for each in test.sentences] == [("one", "un"), ("two", "deux")]
    assert test.name == "s.txt + r1.txt + r2.txt"


def test_rows_without_a_pair_are_counted_and_left_out():
    test = bring_test(None, "a\tone\n\ttwo\nc\t\nd\tfour\n")
    assert (len(test.sentences), test.left_out) == (2, 2)


@pytest.mark.parametrize(
    ("paths", "pasted", "sentence"),
    [
        (None, " ", "There is no test yet: upload a file"),
        (["x"] * 10, None, "There are 10 files; at most 9"),
        (["/nowhere/x.tsv"], None, "x.tsv cannot be read"),
        (None, "a" * 1001 + "\tone\nb\ttwo", "Line 1"),
    ],
)
def test_what_is_no_test_gets_one_sentence(paths, pasted, sentence):
    with pytest.raises(Seq2SeqError, match=sentence):
        bring_test(paths, pasted)


def test_a_test_with_too_many_sources_is_refused_and_not_cut(monkeypatch):
    monkeypatch.setattr(evaluate_data, "MOST_SENTENCES", 3)
    lines = [f"s{number}\tr" for number in range(4)]
    assert len(bring_test(None, "\n".join(lines[:3] + lines[:3])).sentences) == 3
    with pytest.raises(Seq2SeqError, match="more than 3 different sources"):
        bring_test(None, "\n".join(lines))
    assert MOST_SENTENCES >= 2000


# -- what is measured -------------------------------------------------------------------------------------


def test_an_evaluation_tells_how_far_it_is_and_ends(alone):
    _, views = alone
    assert [views[0]["stage"], views[0]["status"], views[-1]["status"]] == ["reading", "running", "done"]
    stages = list(dict.fromkeys(view["stage"] for view in views[:-1]))
    assert stages == ["reading", "translating", "scoring", *PARTS]
    assert max(view["share"] for view in views if view["stage"] == "translating") == 1.0


def test_one_model_has_scores_with_intervals_and_all_parts(alone):
    report = report_of(alone[1][-1])
    assert (report["sentences"], report["comparison"]) == (len(PAIRS), None)
    (system,) = report["systems"]
    assert [name for name, *_ in system["scores"]] == ["bleu", "chrf", "ter"]
    assert all(half is not None and "bs:1000" in signature for _, _, half, signature in system["scores"])
    assert sum(bucket[2] for bucket in system["lengths"]) == len(PAIRS)
    assert [row[0] for row in system["widths"]] == [1, 2]
    assert set(system["calibration"]) == {"forced", "inference"}
    assert sum(each[2] for each in system["calibration"]["forced"]["bins"]) == sum(
        len(target) + 1 for _, target in PAIRS
    )
    assert system["exposure"]["sentences"] == len(PAIRS)


def test_the_sentences_stand_the_worst_first(alone):
    rows = report_of(alone[1][-1])["rows"]
    chrf = [shown[0][1] for *_, shown in rows]
    assert chrf == sorted(chrf)
    assert {source for _, _, source, _, _ in rows} == {source for source, _ in PAIRS}


def test_two_models_get_a_difference_and_a_verdict(together):
    report = report_of(together[1][-1])
    metrics = report["comparison"]["metrics"]
    first, second = report["systems"]
    for place, name in enumerate(("bleu", "chrf", "ter")):
        difference = second["scores"][place][1] - first["scores"][place][1]
        assert metrics[name]["difference"] == pytest.approx(difference)
        assert metrics[name]["verdict"] in ("first", "second", "undecided")
    assert sum(report["comparison"][name] for name in ("better", "worse", "equal")) == len(PAIRS)
    changes = [shown[1][1] - shown[0][1] for *_, shown in report["rows"]]
    assert all(later > earlier - 0.03 for earlier, later in pairwise(changes))  # each is rounded


def test_a_long_test_shows_both_ends_of_its_table_once(monkeypatch):
    monkeypatch.setattr("seq2seq.ui.evaluate_view.SHOWN_SENTENCES", 10)
    session = EvaluateSession()
    rows = report_of(evaluate(session, other="transformer")[-1])["rows"]
    assert len(rows) == 10 < SHOWN_SENTENCES
    places = [place for place, *_ in rows]
    assert [*places[:5], *places[5:]] == [*session.report.order()[:5], *session.report.order()[-5:]]


def test_a_stop_keeps_what_there_is(monkeypatch):
    monkeypatch.setattr(evaluate_handlers, "CHUNK_SENTENCES", 8)
    session = EvaluateSession()
    views = []
    for view in evaluate_models(SHELF, session, "en", bring_files(None, PASTED), wish()):
        views.append(view)
        if view["stage"] == "translating":
            session.stop()
    assert views[-1]["status"] == "stopped"
    assert len(session.report.systems[0].texts) == 8
    assert save_sentences(session) is None
    assert save_evaluation(session) is None


def test_a_newer_run_ends_the_older_one():
    session = EvaluateSession()
    older = evaluate_models(SHELF, session, "en", bring_files(None, PASTED), wish())
    next(older)
    evaluate(session)
    assert list(older) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"other": "gru"}, "Both models are the same one"),
        ({"parts": ["widths"], "widths": "0, 1"}, "0"),
        ({"parts": ["widths"], "widths": "1,2,3,4,5,6,7,8,9"}, "9"),
        ({"settings": {"method": "beam", "minimum_length": 9, "maximum_length": 3}}, "9"),
    ],
)
def test_what_cannot_be_measured_is_said_above_what_there_is(changes, sentence):
    session = EvaluateSession()
    before = evaluate(session)[-1]
    after = evaluate(session, **changes)[-1]
    assert sentence in after["message"]
    assert after["report"] == before["report"]


# -- where it leads ---------------------------------------------------------------------------------------


def test_a_sentence_is_explored_with_the_model_that_was_clicked(together):
    session, views = together
    place, _, source, _, _ = report_of(views[-1])["rows"][0]
    assert chosen_sentence(session, {"place": place, "side": 1}) == ("transformer", source)
    tab, model, filled, _ = explore_sentence(SHELF, session, "en", {"place": place, "side": 0})
    assert (tab["selected"], model, filled) == ("explore_tab", "gru", source)


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        3,
        "x",
        {},
        {"place": "0"},
        {"place": True},
        {"place": -1},
        {"place": 10**9},
        {"place": 0, "side": 2},
    ],
)
def test_a_sentence_that_is_not_there_is_refused(together, wanted):
    with pytest.raises(gr.Error):
        explore_sentence(SHELF, together[0], "en", wanted)


def test_the_table_and_the_whole_can_be_kept(together):
    session, _ = together
    rows = list(csv.DictReader(io.StringIO(Path(save_sentences(session)).read_text("utf-8-sig"))))
    assert len(rows) == len(PAIRS)
    assert list(rows[0]) == ["line", "source", "reference", "first", "first_chrf", "second", "second_chrf"]
    kept = json.loads(Path(save_evaluation(session)).read_text("utf-8"))
    assert [model["model"] for model in kept["models"]] == ["gru", "transformer"]
    assert "bs:1000" in kept["models"][0]["scores"]["bleu"]["signature"]
    assert kept["comparison"]["metrics"]["bleu"]["signature"]
    assert len(kept["sentences"]) == len(PAIRS)
