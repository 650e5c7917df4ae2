import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from scripted_translator import ScriptedTranslator

from seq2seq.options import DecodingOptions
from seq2seq.translation import Translation
from seq2seq.ui import downloads
from seq2seq.ui.session import Choice, Session


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads.tempfile, "gettempdir", lambda: str(tmp_path))
    session = Session()
    options = DecodingOptions(method="beam", beam_width=3, n_best=3)
    session.translation = ScriptedTranslator().translate('one "two", three', options)
    return session


def test_json_holds_every_hypothesis_with_its_whole_trace(session):
    content = json.loads(Path(downloads.save_json(session)).read_text("utf-8"))
    assert content["source"] == 'one "two", three'
    assert content["options"]["beam_width"] == 3
    assert content["texts"] == ['ONE "TWO", THREE', 'ONE "TWO", THREE!', 'ONE "TWO", THREE!!']
    step = content["steps"][content["beams"][-1]["hypotheses"][0]["steps"][1]]
    assert (content["token_strings"][str(step["token_id"])], len(step["candidates"])) == ('▁"TWO",', 10)
    assert np.asarray(step["attention"]).shape == (2, 3, 4)
    assert np.asarray(step["attention"]).sum(axis=-1) == pytest.approx(1.0, abs=1e-4)
    assert Translation.from_json(content).texts == session.translation.texts


def test_csv_holds_a_row_for_each_token(session):
    rows = list(csv.DictReader(io.StringIO(Path(downloads.save_csv(session)).read_text("utf-8"))))
    assert [row["token"] for row in rows] == ["▁ONE", '▁"TWO",', "▁THREE", "</s>"]
    assert float(rows[1]["probability"]) == pytest.approx(0.9)
    attention = [float(value) for name, value in rows[0].items() if name.startswith("attention")]
    assert len(attention) == 4
    assert sum(attention) == pytest.approx(1.0, abs=1e-4)


def test_csv_and_figure_follow_what_is_shown(session):
    session.choice = Choice(hypothesis=2, layer=0, head=0)
    rows = list(csv.DictReader(io.StringIO(Path(downloads.save_csv(session)).read_text("utf-8"))))
    assert float(rows[0]["probability"]) == pytest.approx(0.98 * 0.81)
    assert float(rows[0]["attention 1: ▁one"]) == pytest.approx(0.775)
    page = Path(downloads.save_figure(session, "zh")).read_text("utf-8")
    assert "\\u6ce8\\u610f\\u529b" in page or "注意力" in page


def test_a_model_without_attention_gives_zeros():
    translation = ScriptedTranslator(heads=(0, 0)).translate("one", DecodingOptions(method="greedy"))
    weights = downloads.attention_rows(translation.beams[-1].hypotheses[0], Choice(), 2)
    np.testing.assert_array_equal(weights, np.zeros((2, 2)))


def test_nothing_is_saved_before_the_first_translation():
    session = Session()
    assert downloads.save_figure(session, "en") is None
    assert downloads.save_json(session) is None
    assert downloads.save_svg(session, "en") is None
    assert downloads.save_report(session, "en") is None
    assert downloads.make_picture(session, "en") == ""
    assert downloads.save_csv(session) is None


def test_picture_and_report_are_saved_too(session):
    picture = Path(downloads.save_svg(session, "en")).read_text("utf-8")
    assert picture == downloads.make_picture(session, "en")
    assert "Beam search · Beam width 3" in picture
    links = Path(downloads.save_svg(session, "en", "links"))
    assert links.name == "links.svg"
    assert "<path" in links.read_text("utf-8")
    assert downloads.make_picture(session, "en", "<b>nothing</b>") == picture
    report = Path(downloads.save_report(session, "en")).read_text("utf-8")
    assert downloads.picture_text(session.translation, session.choice, "en") in report
    session.translation = ScriptedTranslator(heads=(0, 0)).translate("one", DecodingOptions(method="greedy"))
    page = Path(downloads.save_report(session, "en")).read_text("utf-8")
    assert "<svg" not in page
    assert "no attention to show" in page


def test_old_files_go(session, tmp_path):
    paths = [Path(downloads.save_csv(session)) for _ in range(downloads.KEPT_FILES + 5)]
    assert len(list(tmp_path.rglob("trace.csv"))) == downloads.KEPT_FILES
    assert paths[-1].exists()
    assert not paths[0].exists()


def test_the_figure_spares_the_reader_the_marks_of_word_starts(session):
    page = Path(downloads.save_figure(session, "en")).read_text("utf-8")
    assert '"ticktext":["ONE","\\"TWO\\",","THREE"' in page.replace("&quot;", '\\"')
