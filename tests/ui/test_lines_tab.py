import json
from itertools import pairwise
from pathlib import Path

import gradio as gr
import pytest
from scripted_translator import ScriptedShelf

from seq2seq.errors import InputError
from seq2seq.lines import BATCH_HYPOTHESES, BATCH_LINES
from seq2seq.ui.lines_handlers import (
    FILES,
    LARGEST_TEXT_BYTES,
    MOST_LINES,
    LinesSession,
    chosen_line,
    read_file,
    read_lines,
    save_lines,
    take_file,
    translate_many,
)
from seq2seq.ui.lines_tab import explore_line, show_file


def run(session, content, *, model="shout", language="en", **settings):
    return translate_many(ScriptedShelf(), session, language, model, content, {"method": "greedy"} | settings)


def done(content="one two\n\nthree", **settings):
    session = LinesSession()
    list(run(session, content, **settings))
    return session


def rows_of(view):
    return [json.loads(row) for row in view["rows"]]


def test_the_table_grows_batch_by_batch():
    views = list(run(LinesSession(), "word\n" * (2 * BATCH_LINES + 1)))
    assert [len(view["rows"]) for view in views] == [0, BATCH_LINES, 2 * BATCH_LINES, 2 * BATCH_LINES + 1]
    assert [view["status"] for view in views] == ["running"] * 3 + ["done"]
    assert all(later["rows"][: len(view["rows"])] == view["rows"] for view, later in pairwise(views))


def test_a_row_has_its_number_texts_and_log_probabilities():
    view = done().view
    (number, source, text, mean, total, tokens, problem), empty, _ = rows_of(view)
    assert (number, source, text, tokens, problem) == (1, "one two", "ONE TWO", 3, "")
    assert mean == pytest.approx(total / 3, abs=0.01)
    assert empty == [2, "", "", 0, 0, 0, ""]


def test_a_line_that_cannot_be_read_says_why_in_its_row():
    session = done("one\nunreadable\ntwo")
    assert [row[2] for row in rows_of(session.view)] == ["ONE", "", "TWO"]
    assert "Type <b>another</b>." in rows_of(session.view)[1][6]


def test_stop_keeps_what_is_done():
    session = LinesSession()
    views = run(session, "word\n" * 500)
    next(views), next(views)
    session.stop()
    (last,) = list(views)
    assert (last["status"], len(last["rows"]), last["total"]) == ("stopped", BATCH_LINES, 500)
    assert len(session.results) == BATCH_LINES


def test_a_wide_beam_hears_a_stop_sooner():
    views = run(LinesSession(), "word\n" * 100, method="beam", beam_width=50)
    next(views)
    assert len(next(views)["rows"]) == BATCH_HYPOTHESES // 50


def test_a_newer_run_silences_the_older_one():
    session = LinesSession()
    older = run(session, "old\n" * 500)
    next(older), next(older)
    list(run(session, "new"))
    assert list(older) == []
    assert [result.text for result in session.results] == ["NEW"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "no line to translate"),
        (" \n\n", "no line to translate"),
        ("a\n" * (MOST_LINES + 1), "2,001 lines, and 2,000 is the most"),
        ("a\n" + "b" * 1001, "Line 2 has 1,001 characters"),
        ("a" * 999 + "\n" + "é" * 500_000, "1,001,000 bytes"),
    ],
)
def test_too_much_or_nothing_is_refused_in_one_sentence_and_nothing_is_lost(content, words):
    session = done()
    (view,) = list(run(session, content))
    assert words in view["message"]
    assert len(view["rows"]) == len(session.results) == 3


def test_a_refusal_is_said_in_chinese():
    (view,) = list(run(LinesSession(), "", language="zh"))
    assert "没有可翻译的行" in view["message"]


def test_bad_settings_and_a_damaged_model_get_a_sentence():
    assert "beam_width" in list(run(LinesSession(), "a", method="beam", beam_width=5000))[-1]["message"]
    assert "truncated" in list(run(LinesSession(), "a", model="broken"))[-1]["message"]


def test_the_longest_job_is_accepted():
    assert len(read_lines("a\n" * MOST_LINES)) == MOST_LINES


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("ça".encode("latin-1"), "byte 1 does not fit"),
        ("ça".encode("utf-16"), "byte 1 does not fit"),
        (b"a\x00b", "null bytes"),
        (b"a" * (LARGEST_TEXT_BYTES + 1), "1,000,001 bytes"),
        (b"", "no line to translate"),
    ],
)
def test_a_file_that_is_no_text_is_refused(tmp_path, content, words):
    with pytest.raises(InputError, match=words):
        read_file(content)
    (tmp_path / "lines.txt").write_bytes(content)
    text, view = take_file(LinesSession(), "en", str(tmp_path / "lines.txt"))
    assert text is None
    assert words in view["message"]


def test_a_file_fills_the_box_and_takes_an_old_message_away(tmp_path):
    session, path = LinesSession(), tmp_path / "lines.txt"
    path.write_bytes("\ufeffün\r\n\r\ndeux\r\n".encode())
    list(run(session, ""))
    text, view = show_file(session, "en", str(path))
    assert text == "ün\n\ndeux"
    assert view["message"] == ""


def test_a_refused_file_leaves_the_box_as_it_is(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_bytes(b"\xff")
    text, _ = show_file(LinesSession(), "en", str(path))
    assert text["__type__"] == "update"
    assert "value" not in text


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    with (tmp_path / "lines.txt").open("wb") as file:
        file.truncate(LARGEST_TEXT_BYTES + 1)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("it was read"))
    text, view = take_file(LinesSession(), "en", str(tmp_path / "lines.txt"))
    assert text is None
    assert "1,000,001 bytes" in view["message"]


@pytest.mark.parametrize(
    "wanted", [None, [], {}, {"line": "1"}, {"line": 0}, {"line": 4}, {"line": True}, {"line": 2}]
)
def test_a_line_that_is_not_there_cannot_be_explored(wanted):
    session = done()
    assert chosen_line(session, wanted) is None
    with pytest.raises(gr.Error, match="not there any more"):
        explore_line(ScriptedShelf(), session, "en", wanted)


def test_a_line_is_explored_with_the_model_that_translated_it():
    tabs, model, source, examples = explore_line(ScriptedShelf(), done(model="plain"), "en", {"line": 3})
    assert tabs["selected"] == "explore_tab"
    assert (model, source) == ("plain", "three")
    assert examples["samples"][0] == ["this is plain"]


def test_the_results_are_saved_in_each_format(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    session = done()
    saved = {kind: Path(save_lines(session, kind)) for kind in FILES}
    assert saved["text"].read_text("utf-8") == "ONE TWO\n\nTHREE\n"
    assert saved["tsv"].read_text("utf-8").splitlines()[1].startswith("1\tone two\tONE TWO\t-")
    assert json.loads(saved["jsonl"].read_text("utf-8").splitlines()[2])["translation"] == "THREE"
    assert save_lines(LinesSession(), "text") is None
