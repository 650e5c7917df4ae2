import json
from pathlib import Path

import pytest
from scripted_translator import ScriptedShelf
from shown_view import shown

from seq2seq.explanation.saved_traces import LARGEST_TRACE_BYTES
from seq2seq.options import DecodingOptions
from seq2seq.ui.explore_handlers import choose_part, steer_live
from seq2seq.ui.explore_tab import fill_form
from seq2seq.ui.keep_handlers import open_link, open_trace
from seq2seq.ui.permalink import Link
from seq2seq.ui.session import Session

SHELF = ScriptedShelf()


def opened(session=None, **parameters):
    return list(open_link(SHELF, session or Session(), "en", "instant", parameters))


def test_a_link_fills_the_form_and_translates():
    (first, link), *later = opened(model="plain", text="one two", method="greedy")
    assert first is None
    assert link == Link(model="plain", source="one two", settings={"method": "greedy"})
    assert shown(later[-1][0])["text"] == "ONE TWO"
    assert later[-1][0]["link"] == "model=plain&text=one+two&method=greedy"
    assert all(later is None for _, later in later)


def test_a_link_brings_back_changes_of_the_attention_and_an_early_end():
    session = Session()
    *_, (view, _) = opened(
        session, model="plain", text="one two", prefix="ONE", whole="1", edits="knock_out:1:all,scale:0:1:10"
    )
    assert shown(view)["text"] == "ONE"
    assert [edit["kind"] for edit in view["edits"]] == ["knock_out", "scale"]
    assert view["link"].endswith("&prefix=ONE&whole=1&edits=knock_out:1:all,scale:0:1:10")
    assert view["link_whole"] is True
    assert session.request.edits[1].factor == 10


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
    values = fill_form(SHELF, Link(model="plain", source="hi", settings={"beam_width": 7}), 19, "en")
    assert (values[0]["value"], values[1]) == ("plain", "hi")
    assert values[2]["samples"][0] == ["this is plain"]
    assert (values[3], values[4], values[5]) == ("", "beam", 7)
    assert len(values) == 19
    without_text = fill_form(SHELF, Link(model="plain"), 19, "en")
    assert without_text[1] == "this is plain"


def saved(source="one two three", model="shout", **changes):
    translation = SHELF.load(model).translate(source, DecodingOptions(method="beam", beam_width=3, n_best=3))
    return json.dumps({**translation.to_json(), **changes}).encode()


def uploaded(folder, content):
    path = folder / "trace.json"
    path.write_bytes(content)
    return str(path)


def test_a_saved_trace_is_shown_with_all_that_needs_no_model(tmp_path):
    session = Session()
    view = open_trace(
        session, "en", uploaded(tmp_path, saved(made_by={"name": "gone", "source_language": "en"}))
    )
    assert (view["status"], shown(view)["text"], view["saved"]) == ("done", "ONE TWO THREE", "gone")
    assert (len(shown(view)["steps"]), len(shown(view)["hypotheses"])) == (4, 3)
    assert (view["layers"], view["heads"]) == (2, 3)
    assert choose_part(session, {"hypothesis": 2, "layer": 1})["saved"] == "gone"
    assert session.translation.source == "one two three"


def test_steering_a_saved_trace_needs_its_model(tmp_path):
    for name, words in {"gone": "made by the model “gone”", "": "made by the model “?”"}.items():
        session = Session()
        open_trace(session, "en", uploaded(tmp_path, saved(made_by={"name": name})))
        (view,) = steer_live(SHELF, session, "en", "instant", {"action": "force", "step": 1, "candidate": 2})
        assert words in view["message"]
        assert shown(view)["text"] == "ONE TWO THREE"


def test_steering_a_saved_trace_goes_on_with_its_model_and_can_be_undone(tmp_path):
    session = Session()
    open_trace(session, "en", uploaded(tmp_path, saved()))
    *_, view = steer_live(SHELF, session, "en", "instant", {"action": "force", "step": 1, "candidate": 2})
    assert (shown(view)["text"], view["saved"], view["can_undo"]) == ("ONE other1 THREE", None, True)
    (view,) = steer_live(SHELF, session, "en", "instant", {"action": "undo"})
    assert (shown(view)["text"], view["saved"]) == ("ONE TWO THREE", "shout")


def test_a_model_of_the_same_name_with_other_tokens_does_not_go_on(tmp_path):
    values = json.loads(saved())
    values["token_strings"] = {key: f"{text}?" for key, text in values["token_strings"].items()}
    session = Session()
    open_trace(session, "en", uploaded(tmp_path, json.dumps(values).encode()))
    (view,) = steer_live(SHELF, session, "en", "instant", {"action": "force", "step": 0, "candidate": 1})
    assert "had other tokens" in view["message"]


def test_a_wrong_file_gets_one_sentence_and_nothing_is_lost(tmp_path):
    session = Session()
    open_trace(session, "en", uploaded(tmp_path, saved()))
    view = open_trace(session, "zh", uploaded(tmp_path, b"<html>"))
    assert "轨迹" in view["message"]
    assert shown(view)["text"] == "ONE TWO THREE"
    assert session.translation.texts[0] == "ONE TWO THREE"


def test_a_trace_that_does_not_name_its_model_makes_no_link(tmp_path):
    view = open_trace(Session(), "en", uploaded(tmp_path, saved(made_by={})))
    assert (view["link"], view["saved"]) == ("", "")
    assert (
        open_trace(Session(), "en", uploaded(tmp_path, saved()))["link"]
        == "model=shout&text=one+two+three&beam_width=3"
    )


def test_a_trace_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    path = tmp_path / "trace.json"
    with path.open("wb") as file:
        file.truncate(LARGEST_TRACE_BYTES + 100_000)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    view = open_trace(Session(), "en", str(path))
    assert "has 8.1 MB, and 8 MB is the most" in view["message"]
    assert "no longer on the server" in open_trace(Session(), "en", str(tmp_path / "gone"))["message"]
