from scripted_translator import ScriptedShelf

from seq2seq.ui.explore_tab import fill_form
from seq2seq.ui.keep_handlers import open_link
from seq2seq.ui.permalink import Link
from seq2seq.ui.session import Session

SHELF = ScriptedShelf()


def opened(session=None, **parameters):
    return list(open_link(SHELF, session or Session(), "en", "instant", parameters))


def test_a_link_fills_the_form_and_translates():
    (first, link), *shown = opened(model="plain", text="one two", method="greedy")
    assert first is None
    assert link == Link(model="plain", source="one two", settings={"method": "greedy"})
    assert shown[-1][0]["text"] == "ONE TWO"
    assert shown[-1][0]["link"] == "model=plain&text=one+two&method=greedy"
    assert all(later is None for _, later in shown)


def test_an_address_without_parameters_does_nothing():
    assert opened() == [(None, None)]
    assert opened(__theme="dark") == [(None, None)]


def test_a_link_without_a_text_only_fills_the_form():
    assert [view for view, _ in opened(model="plain")] == [None]


def test_a_refused_link_leaves_the_form_alone():
    ((view, link),) = opened(model="<img src=x>" * 20, text="hello")
    assert link is None
    assert view["message"].startswith("There is no model named '<img src=x>")
    assert len(view["message"]) < 150
    ((view, link),) = opened(text="hello", beam_width="-1")
    assert "beam_width" in view["message"]


def test_what_the_form_refuses_is_refused_of_a_link_too():
    (_, link), *shown = opened(text="x" * 5000)
    assert link.source == "x" * 5000
    assert "5,000 characters" in shown[-1][0]["message"]
    assert "no text" in opened(text="")[-1][0]["message"]
    assert "minimum length" in opened(text="a", minimum_length="9", maximum_length="3")[-1][0]["message"]


def test_the_form_gets_what_the_link_asks_for_and_the_models_examples():
    values = fill_form(SHELF, Link(model="plain", source="hi", settings={"beam_width": 7}), 19)
    assert values[:2] == ["plain", "hi"]
    assert values[2]["samples"][0] == ["this is plain"]
    assert (values[3], values[4], values[5]) == ("", "beam", 7)
    assert len(values) == 19
    without_text = fill_form(SHELF, Link(model="plain"), 19)
    assert without_text[1] == "this is plain"
