"""What a form shows of the settings it leaves open is what the run then has."""

from pathlib import Path

import pytest

from seq2seq.checkpoints import read_info
from seq2seq.config import ModelConfig, TrainingConfig
from seq2seq.desk.desk import Desk
from seq2seq.desk.visitors import Visitor, new_secret
from seq2seq.training.beginnings import FIXED_BY_TOKENIZER
from seq2seq.ui.shelf import CheckpointShelf
from seq2seq.ui.train_data import DataSession, examine_data, look_at
from seq2seq.ui.train_handlers import PRESETS, SETTINGS, build_new_run
from seq2seq.ui.train_lessons import LESSON_PRESET, take_lesson
from seq2seq.ui.train_open_settings import open_settings, shown_open
from seq2seq.ui.train_presets import MINUTES
from seq2seq.ui.train_wish import Wish

BUNDLED = CheckpointShelf(Path(__file__).parents[2] / "checkpoints")
DATES = BUNDLED.folder("dates")


@pytest.fixture
def desk(tmp_path):
    with Desk(tmp_path) as opened:
        yield opened


def own_data(target="1999-03-{day:02}"):
    session, days = DataSession(), range(1, 29)
    look_at(session, "en", None, "\n".join(f"March {day}\t" + target.format(day=day) for day in days))
    examine_data(session, "en", ("", ""), ("", ""))
    return session


def lesson_data():
    session = DataSession()
    take_lesson(session, "en", "reverse")
    return session


def settings_of_run(desk, data, preset, *, fine_tuning):
    start = "fine_tune" if fine_tuning else "new"
    wish = Wish(name="mine", start=start, base="dates", preset=preset, drop=(), settings={})
    new = build_new_run(desk, BUNDLED, Visitor.from_secret(new_secret()), data, wish)
    training = TrainingConfig.from_json(new.training).to_json()
    if not fine_tuning:
        return ModelConfig.from_json(new.model).to_json() | training
    info = read_info(DATES)
    inherited = {name: getattr(info.training, name) for name in FIXED_BY_TOKENIZER}
    return info.model.to_json() | training | inherited


@pytest.mark.parametrize("preset", MINUTES)
@pytest.mark.parametrize("fine_tuning", [True, False])
@pytest.mark.parametrize("target", ["1999-03-{day:02}", "a longer line of day {day} to count words in"])
def test_it_is_what_the_run_has(desk, preset, fine_tuning, target):
    data = own_data(target)
    base = DATES if fine_tuning else None
    shown = open_settings(data, preset, base, fine_tuning=fine_tuning)
    assert shown == settings_of_run(desk, data, preset, fine_tuning=fine_tuning)


def test_a_lesson_shows_its_own(desk):
    data = lesson_data()
    shown = open_settings(data, LESSON_PRESET, None, fine_tuning=False)
    assert shown == settings_of_run(desk, data, LESSON_PRESET, fine_tuning=False)


@pytest.mark.parametrize(
    ("preset", "base", "fine_tuning"),
    [
        (None, None, False),
        ("eternity", None, False),
        (LESSON_PRESET, None, False),
        ("hour", DATES / "no such", True),
    ],
)
def test_what_would_be_refused_shows_the_programs_defaults(preset, base, fine_tuning):
    shown = open_settings(own_data(), preset, base, fine_tuning=fine_tuning)
    assert shown == {name: setting.default for name, setting in SETTINGS.items()}


@pytest.mark.parametrize("preset", PRESETS)
def test_a_control_says_what_it_leaves_open(preset):
    shown = open_settings(DataSession(), preset, None, fine_tuning=False)
    for name, setting in SETTINGS.items():
        properties = shown_open(setting, shown[name])
        if "placeholder" in properties:
            assert float(properties["placeholder"]) == pytest.approx(shown[name])
            continue
        (label, value), *others = properties["choices"]
        assert (label, value) == (f"({str(shown[name]).lower()})", "")
        assert label.strip("()") in [choice for _, choice in others]
