"""Lessons as the page offers them: pairs, settings, and the target of a run."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.config import ModelConfig, TrainingConfig
from seq2seq.data.lessons import LESSONS
from seq2seq.desk.progress import ValidationPoint
from seq2seq.desk.records import RunRecord
from seq2seq.errors import Seq2SeqError
from seq2seq.ui.shelf import CheckpointShelf
from seq2seq.ui.train_data import DataSession, examine_data, found_kinds, look_at
from seq2seq.ui.train_forms import FIRST_NAME, suit_form
from seq2seq.ui.train_handlers import build_new_run
from seq2seq.ui.train_lessons import (
    LESSON_PRESET,
    about_lesson,
    describe_target,
    lesson_settings,
    take_lesson,
)
from seq2seq.ui.train_wish import Wish

PAIRS = "".join(f"Sentence {number} here.\tVoici la phrase {number}.\n" for number in range(40))


def taken(name, codes=None):
    session = DataSession()
    return session, take_lesson(session, "en", name, codes)


def wish(**changes):
    values = {"name": "copy", "start": "new", "base": "", "preset": LESSON_PRESET, "drop": (), "settings": {}}
    return Wish(**{**values, **changes})


def build(folder, session, asked):
    """No desk and no visitor: a new model needs nothing of theirs."""
    return build_new_run(None, CheckpointShelf(folder), None, session, asked)


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_becomes_a_run_with_its_own_held_out_part_and_settings(tmp_path, name):
    session, view = taken(name)
    assert (view["status"], view["pairs"], view["findings"]) == ("examined", LESSONS[name].pairs, [])
    assert found_kinds(session, "en")[1] == []
    new = build(tmp_path, session, wish())
    parts = [list(part) for part in (new.training_pairs, new.held_out_pairs, new.test_pairs)]
    assert [len(part) for part in parts] == [LESSONS[name].pairs, 1000, 1000]
    sources = [{source for source, _ in part} for part in parts]
    assert sum(map(len, sources)) == len(set().union(*sources))
    assert new.lesson == name
    words = dict(zip(LESSONS[name].flags[::2], LESSONS[name].flags[1::2], strict=False))
    assert new.training["epochs"] == int(words.get("--epochs", LESSONS[name].flags[-1]))
    assert new.model["decoder_size"] == 128
    ModelConfig.from_json(new.model)
    TrainingConfig.from_json(new.training)


def test_the_columns_of_a_lesson_can_be_turned():
    session, _ = taken("sort")
    examine_data(session, "en", ("2", "1"), ("", ""))
    for part in session.pairs(()):
        source, target = next(iter(part))
        assert source == "".join(sorted(target))


def test_numbers_are_written_in_the_languages_that_were_chosen():
    _, view = taken("numbers", ["de"])
    assert {row[0][:3] for row in json.loads(view["preview"])} == {"de "}
    assert taken("copy", ["de"])[1]["message"] == ""
    assert "cannot be written in tlh" in taken("numbers", ["tlh"])[1]["message"]
    assert "There is no lesson" in taken("magic")[1]["message"]


def test_the_settings_of_a_lesson_need_its_data_and_a_new_model(tmp_path):
    session, _ = taken("copy")
    (tmp_path / "base").mkdir()
    with pytest.raises(Seq2SeqError, match="no model named"):
        build(tmp_path, session, wish(start="fine_tune", base="base"))
    look_at(session, "en", None, PAIRS)
    examine_data(session, "en", ("", ""), ("", ""))
    with pytest.raises(Seq2SeqError, match="settings of a lesson are for a new model"):
        build(tmp_path, session, wish())
    assert build(tmp_path, session, wish(preset="minutes")).lesson == ""


def test_the_form_follows_the_data_and_goes_back():
    session, _ = taken("copy")
    start, base, preset, name = suit_form(session, "en", "minutes", FIRST_NAME)
    assert (start["value"], base["visible"], preset["value"], name) == ("new", False, LESSON_PRESET, "copy")
    assert LESSON_PRESET in [value for _, value in preset["choices"]]
    look_at(session, "en", None, PAIRS)
    _, _, preset, name = suit_form(session, "en", LESSON_PRESET, "copy")
    assert (preset["value"], name) == ("minutes", FIRST_NAME)
    assert LESSON_PRESET not in [value for _, value in preset["choices"]]
    assert suit_form(session, "en", "hour", "mine")[2]["value"] == "hour"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", LESSONS)
def test_what_a_lesson_asks_is_told_before(name, language):
    said = about_lesson(name, language)
    assert f"{LESSONS[name].target_exact_match:g} %" in said
    assert f"{LESSONS[name].minutes:g}" in said
    assert about_lesson("magic", language) == ""


def test_a_lesson_is_looked_at_more_often_and_changes_nothing_else():
    model, training = lesson_settings("numbers")
    assert training["validate_every"] == 100
    assert lesson_settings("copy")[1]["validate_every"] == 50
    assert (model["attention"], training["tokenizer"]) == ("additive", "characters")


RECORD = RunRecord(id="0" * 16, name="copy", owner="", created="", lesson="copy")


def state_of(shares):
    points = [
        ValidationPoint(
            step=50 * place, loss=1.0, bleu=0.0, chrf=0.0, best=True, exact_match=share, trained_seconds=2.0 * place
        )
        for place, share in enumerate(shares, 1)
    ]  # fmt: skip
    return SimpleNamespace(validations=points)


@given(st.lists(st.floats(0, 100) | st.none()))
def test_a_target_is_reached_at_the_first_validation_that_has_it(shares):
    target = describe_target(RECORD, state_of(shares))
    first = next((place for place, share in enumerate(shares, 1) if share is not None and share >= 99), None)
    assert target["step"] == (50 * first if first else None)
    assert target["seconds"] == (2.0 * first if first else None)
    assert target["now"] == next((share for share in reversed(shares) if share is not None), None)


def test_only_a_new_model_of_a_lesson_has_a_target():
    assert describe_target(replace(RECORD, lesson=""), state_of([])) is None
    assert describe_target(replace(RECORD, base="dates"), state_of([])) is None
