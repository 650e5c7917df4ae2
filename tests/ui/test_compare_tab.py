import json

import pytest
from scripted_translator import ScriptedShelf

from seq2seq.ui.compare_handlers import CompareSession, compare


def run(session, source="one two three", *, models=("shout", "shout"), left=None, right=None, shelf=None):
    settings = ({"method": "greedy"} | (left or {}), {"method": "beam", "beam_width": 3} | (right or {}))
    return compare(shelf or ScriptedShelf(), session, "en", source, models, settings)


def panes_of(view):
    return [json.loads(pane) for pane in view["panes"]]


class OtherWordShelf(ScriptedShelf):
    """The model called plain says the second word otherwise."""

    def load(self, name):
        translator = super().load(name)
        if name == "plain":
            stream = translator.stream
            translator.stream = lambda source, options: stream(source.replace("two", "deux"), options)
        return translator


def test_both_sides_are_translated_and_their_numbers_shown():
    views = list(run(CompareSession()))
    assert (views[0]["status"], views[0]["panes"]) == ("running", [])
    assert (views[-1]["status"], views[-1]["message"]) == ("done", "")
    left, right = panes_of(views[-1])
    assert (left["text"], left["method"], right["method"]) == ("ONE TWO THREE", "greedy", "beam")
    assert left["tokens"][0] == ["▁ONE", 0.98, False]
    assert left["log_probability"] < left["score"] < 0
    assert left["milliseconds"] > 0


def test_the_same_translation_has_no_marks():
    view = list(run(CompareSession()))[-1]
    assert (view["different"], view["same_model"]) == (0, True)


def test_words_that_only_one_side_says_are_marked_on_both():
    view = list(run(CompareSession(), models=("shout", "plain"), shelf=OtherWordShelf()))[-1]
    left, right = panes_of(view)
    assert [token[0] for token in left["tokens"] if token[2]] == ["▁TWO"]
    assert [token[0] for token in right["tokens"] if token[2]] == ["▁DEUX"]
    assert (view["different"], view["same_model"]) == (2, False)


def test_stop_keeps_what_there_is():
    session = CompareSession()
    views = run(session, " ".join(["word"] * 60), shelf=ScriptedShelf(step_seconds=0.01))
    next(views)
    assert next(views)["status"] == "running"
    session.stop()
    (last,) = list(views)
    assert last["status"] == "stopped"
    assert 0 < len(panes_of(last)[0]["tokens"]) < 61


def test_a_newer_comparison_silences_the_older_one():
    session = CompareSession()
    older = run(session)
    next(older)
    list(run(session, "new"))
    assert list(older) == []
    assert panes_of(session.view)[0]["text"] == "NEW"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"source": None}, "no text to translate"),
        ({"source": "x" * 1001}, "1,001 characters"),
        ({"right": {"beam_width": 999}}, "beam_width must lie between"),
        ({"right": {"method": "nonsense"}}, "method must be one of"),
        ({"models": ("shout", "broken")}, "truncated"),
        ({"source": "unreadable"}, "no token"),
    ],
)
def test_what_cannot_be_compared_gets_one_sentence_and_the_last_result_stays(given, words):
    session = CompareSession()
    list(run(session, "keep me"))
    last = list(run(session, **given))[-1]
    assert words in last["message"]
    assert last["panes"]
    assert last["status"] in ("done", "stopped")
