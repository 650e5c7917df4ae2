"""Runs from the page's side, over a child that does nothing."""

import json
import shutil
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from seq2seq.checkpoints import GENERAL_TEST_FILE, list_checkpoints
from seq2seq.desk.desk import Desk
from seq2seq.desk.records import LastPush, RunPush, RunRecord
from seq2seq.desk.visitors import Visitor, new_secret
from seq2seq.errors import Seq2SeqError
from seq2seq.training.events import (
    Probed,
    RunStarted,
    ScoredMetric,
    ScoredTest,
    SentenceChanged,
    StepDone,
    Validated,
    event_to_json,
)
from seq2seq.ui.model_room import Account
from seq2seq.ui.run_shelf import RUN_PREFIX, RunShelf
from seq2seq.ui.shelf import CheckpointShelf
from seq2seq.ui.train_data import DataSession, examine_data, look_at
from seq2seq.ui.train_handlers import (
    build_new_run,
    change_run,
    follow_run,
    list_bases,
    list_choices,
    pack_run,
    start_run,
    title_card,
)
from seq2seq.ui.train_presets import MINUTES, preset_settings
from seq2seq.ui.train_view import say_outcome, show_run, status_of
from seq2seq.ui.train_wish import Wish

ROOT = Path(__file__).parents[2] / "checkpoints"
BUNDLED = CheckpointShelf(ROOT)
NOTHING = (sys.executable, "-c", "import time; time.sleep(60)")
WISH = Wish(name="mine", start="fine_tune", base="dates", preset="minutes", drop=(), settings={})
STARTED = RunStarted(
    step=0, parameters=5, training_pairs=26, dropped_pairs=0, validation_pairs=2, device="cpu",
    precision="float32", time="2026-01-01T00:00:00+00:00",
)  # fmt: skip
OWNER, STRANGER = (Visitor.from_secret(new_secret()) for _ in range(2))


@pytest.fixture
def desk(tmp_path):
    with Desk(tmp_path, program=NOTHING) as opened:
        yield opened
        for visitor in (OWNER, STRANGER):
            for shown in opened.list_runs(visitor):
                if shown.record.status != "ended":
                    opened.stop(visitor, shown.record.id)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and any(
            shown.record.status != "ended" for shown in opened.list_runs(OWNER)
        ):
            time.sleep(0.05)


@pytest.fixture
def data():
    session = DataSession()
    look_at(session, "en", None, "\n".join(f"March {day}, 1999\t1999-03-{day:02}" for day in range(1, 29)))
    examine_data(session, "en", ("", ""), ("", ""))
    return session


def test_a_run_is_seen_by_its_owner_and_nobody_else(desk, data):
    run, message = start_run(desk, BUNDLED, OWNER, data, "en", WISH)
    assert message == ""
    ((label, listed),) = list_choices(desk, OWNER, "zh")
    assert (listed, label.split(" · ")[0]) == (run, "mine")
    assert list_choices(desk, STRANGER, "en") == []
    assert follow_run(desk, OWNER, run, "en")["name"] == "mine"
    assert follow_run(desk, STRANGER, run, "en")["message"].startswith("There is no such run")
    for action in ("stop", "resume", "rename", "delete"):
        assert change_run(desk, STRANGER, run, "en", action, "new").startswith("There is no such run")
    assert pack_run(desk, STRANGER, run) is None


def test_fine_tuning_takes_only_bundled_models(desk, data):
    for base in ("../../etc", str(ROOT / "dates"), "none"):
        run, message = start_run(desk, BUNDLED, OWNER, data, "en", Wish(**{**as_dict(WISH), "base": base}))
        assert (run, message[:23]) == ("", "There is no model named")


def as_dict(wish):
    return {name: getattr(wish, name) for name in wish.__slots__}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"start": "magic"}, "This start or time is not known"),
        ({"preset": "eternity"}, "This start or time is not known"),
        ({"name": ""}, "A run’s name has 1 to"),
        ({"settings": {"dropout": "7.0"}}, "dropout"),
        ({"settings": {"epochs": "-1"}}, "epochs"),
        ({"settings": {"epochs": "many"}}, "The setting epochs is many, and it must be a number"),
        ({"settings": {"epochs": "2.5"}}, "The setting epochs is 2.5, and it must be a number"),
        ({"settings": {"epochs": "inf"}}, "The setting epochs is inf, and it must be a number"),
        ({"settings": {"dropout": "nan"}}, "The setting dropout is nan, and it must be a number"),
        (
            {"push": RunPush(to="mine", licence="mit")},
            "'mine' is no name of a model on the Hugging Face Hub.",
        ),
        ({"push": RunPush(to="ana/mine", licence="")}, "nobody may use a model without one. Choose one"),
        ({"push": RunPush(to="ana/mine", licence="mit")}, "needs the token of whoever it is pushed for"),
        (
            {"push": RunPush(to="ana/mine", licence="mit"), "account": Account("two words")},
            "A token has at most",
        ),
    ],
)
def test_what_cannot_be_started_gets_one_sentence(desk, data, changes, sentence):
    run, message = start_run(desk, BUNDLED, OWNER, data, "en", Wish(**{**as_dict(WISH), **changes}))
    assert run == ""
    assert sentence in message
    assert list_choices(desk, OWNER, "en") == []


def test_a_run_that_is_pushed_says_where_to_and_what_came_of_it(desk, data):
    pushed = {"push": RunPush(to="ana/mine", licence="mit"), "account": Account("hf_of_ana")}
    run, message = start_run(desk, BUNDLED, OWNER, data, "en", Wish(**{**as_dict(WISH), **pushed}))
    assert message == ""
    view = follow_run(desk, OWNER, run, "en")
    assert view["push"] == {"to": "ana/mine", "step": None, "reason": ""}
    assert "hf_of_ana" not in str(view)
    shown, state = desk.follow(OWNER, run)
    ended = replace(shown, pushed=LastPush(step=9, reason="The Hub cannot be reached."))
    assert show_run(ended, state, "en")["push"] == {
        "to": "ana/mine",
        "step": 9,
        "reason": "The Hub cannot be reached.",
    }


def test_what_is_filled_in_goes_before_the_preset(desk, data):
    settings = {
        "dropout": 0.4,
        "epochs": 3.0,
        "validate_every": None,
        "shared_vocabulary": "false",
        "cell": "",
    }
    new = build_new_run(
        desk, BUNDLED, OWNER, data, Wish(**{**as_dict(WISH), "start": "new", "settings": settings})
    )
    assert new.model["dropout"] == 0.4
    assert (new.training["epochs"], new.training["shared_vocabulary"]) == (3, False)
    assert (
        new.training["validate_every"]
        == preset_settings("minutes", *data.size(), fine_tuning=False)[1]["validate_every"]
    )
    assert (new.base, "cell" in new.model) == (None, False)


@pytest.mark.parametrize("preset", MINUTES)
@pytest.mark.parametrize("fine_tuning", [True, False])
def test_every_preset_is_a_valid_run(desk, data, preset, fine_tuning):
    wish = Wish(**{**as_dict(WISH), "preset": preset, "start": "fine_tune" if fine_tuning else "new"})
    new = build_new_run(desk, BUNDLED, OWNER, data, wish)
    assert new.training["max_minutes"] == MINUTES[preset]


def test_a_run_is_drawn_from_its_events(desk, data, tmp_path):
    run, _ = start_run(desk, BUNDLED, OWNER, data, "en", WISH)
    folder = tmp_path / "runs" / run / "checkpoint"
    folder.mkdir(exist_ok=True)
    events = [
        STARTED,
        StepDone(
            step=10, epoch=0.5, loss=1.23456789, learning_rate=0.001, gradient_norm=2.0, tokens_per_second=9.0,
            progress=0.25, seconds_left=30.0,
        ),
        Validated(
            step=10, epoch=0.5, loss=1.5, bleu=12.0, chrf=30.0, best=True, samples=(("a", "b", "c"),), seconds=1.0
        ),
        Probed(step=10, source="a", source_tokens=("a",), target_tokens=("b",), attention="/w=="),
    ]  # fmt: skip
    (folder / "events.jsonl").write_text("".join(event_to_json(event) + "\n" for event in events))
    view = follow_run(desk, OWNER, run, "en")
    assert (view["progress"], view["step"], view["seconds_left"], view["gradient_norm"]) == (
        0.25,
        10,
        30.0,
        2.0,
    )
    assert json.loads(view["losses"]) == [[10, 1.23457]]
    assert json.loads(view["validations"]) == [[10, 1.5, 12.0, 30.0, True, None, None]]
    assert view["best"] == {"metric": "chrF", "value": 30.0, "step": 10}
    assert json.loads(view["samples"]) == [["a", "b", "c"]]
    probe = {"step": 10, "source": ["a"], "target": ["b"], "attention": "/w=="}
    assert [json.loads(text) for text in view["probes"]] == [probe]
    assert "train --train" in view["command"]


def test_the_model_of_a_run_is_on_no_list_and_found_by_its_number(desk, data, tmp_path):
    run, _ = start_run(desk, BUNDLED, OWNER, data, "en", WISH)
    shelf = RunShelf(BUNDLED, desk)
    assert shelf.names() == BUNDLED.names()
    for name in (f"{RUN_PREFIX}{run}", f"{RUN_PREFIX}{'0' * 16}", f"{RUN_PREFIX}../{run}"):
        with pytest.raises(Seq2SeqError, match=r"no such run|kept no weights"):
            shelf.load(name)
    (source,) = (folder for folder in list_checkpoints(ROOT) if folder.name == "dates")
    place = tmp_path / "runs" / run / "checkpoint"
    place.mkdir(exist_ok=True)
    for file in source.rglob("*"):
        if file.is_file() and file.name != "events.jsonl":
            copy = place / file.relative_to(source)
            copy.parent.mkdir(exist_ok=True)
            copy.write_bytes(file.read_bytes())
    (place / "README.md").write_text(
        f"# checkpoint\n\nSee https://a.b/c/d: `python --train {place}/x.tsv --lr 1`", "utf-8"
    )
    (place / "resume").mkdir()
    (place / "resume" / "state.safetensors").write_bytes(b"local")
    assert shelf.load(f"{RUN_PREFIX}{run}").config == BUNDLED.load("dates").config
    assert shelf.examples(f"{RUN_PREFIX}{run}") == BUNDLED.examples("dates")
    archive = zipfile.ZipFile(pack_run(desk, OWNER, run))
    packed = archive.namelist()
    assert archive.read("README.md") == b"# mine\n\nSee https://a.b/c/d: `python --train x.tsv --lr 1`"
    assert {"config.json", "model.safetensors"} <= set(packed)
    assert not [name for name in packed if name.startswith(("resume", "events"))]


def test_a_card_is_titled_by_the_name_of_its_run_and_nothing_in_it_is_markup():
    card = "---\ntags:\n- a\n---\n\n# checkpoint\n\ntext\n\n## Use\n"
    assert title_card(card, "My \\1 run") == card.replace("checkpoint", r"My \\1 run")
    assert title_card(card, "<b>[x](y)") == card.replace("checkpoint", r"\<b\>\[x\]\(y\)")


def test_what_happened_is_said_in_both_languages():
    record = RunRecord(
        id="0" * 16, name="x", owner="", created="", status="ended", reason="stopped",
        message="You stopped it at step 7. The weights of step 5, its best, are kept.",
        values={"step": 7, "best_step": 5, "kept": True},
    )  # fmt: skip
    assert say_outcome(record, "en") == record.message
    assert say_outcome(record, "zh") == "你在第 7 步停止了它。保留了第 5 步的最好权重。"
    assert status_of(record) == "stopped"


@pytest.mark.parametrize(("target", "metric"), [("one word", "chrf"), ("four words or more", None)])
def test_targets_too_short_for_bleu_are_judged_by_chrf(desk, target, metric):
    session = DataSession()
    look_at(session, "en", None, "\n".join(f"source {number}\t{target} {number}" for number in range(40)))
    examine_data(session, "en", ("", ""), ("", ""))
    assert build_new_run(desk, BUNDLED, OWNER, session, WISH).training.get("metric") == metric
    chosen = Wish(**{**as_dict(WISH), "settings": {"metric": "loss"}})
    assert build_new_run(desk, BUNDLED, OWNER, session, chosen).training["metric"] == "loss"


def write_base(folder):
    """The weights of a run that is over, from a bundled checkpoint."""
    shutil.copytree(ROOT / "dates", folder, dirs_exist_ok=True)
    (folder / GENERAL_TEST_FILE).unlink()


def test_a_run_may_start_from_a_run_of_its_owner_alone(desk, data, tmp_path):
    first, _ = start_run(desk, BUNDLED, OWNER, data, "en", WISH)
    folder = tmp_path / "runs" / first
    assert [name for _, name in list_bases(desk, BUNDLED, OWNER, "en")] == ["en-fr", "dates"]
    write_base(folder / "checkpoint")
    assert list_bases(desk, BUNDLED, OWNER, "en")[2:] == [("Your run “mine”", f"run-{first}")]
    assert len(list_bases(desk, BUNDLED, STRANGER, "en")) == 2
    again = Wish(**{**as_dict(WISH), "base": f"run-{first}"})
    new = build_new_run(desk, BUNDLED, OWNER, data, again)
    assert new.base == folder / "checkpoint"
    tested = (folder / "data" / "test.tsv").read_text("utf-8")
    assert "".join(f"{source}\t{target}\n" for source, target in new.general_pairs) == tested
    with pytest.raises(Seq2SeqError, match="There is no such run"):
        build_new_run(desk, BUNDLED, STRANGER, data, again)


def test_a_base_that_brings_a_general_test_keeps_it(desk, data, tmp_path):
    first, _ = start_run(desk, BUNDLED, OWNER, data, "en", WISH)
    shutil.copytree(ROOT / "dates", tmp_path / "runs" / first / "checkpoint", dirs_exist_ok=True)
    new = build_new_run(desk, BUNDLED, OWNER, data, Wish(**{**as_dict(WISH), "base": f"run-{first}"}))
    assert new.general_pairs == ()


def test_the_tests_of_a_run_stand_in_its_view_and_go_when_it_is_resumed(desk, data, tmp_path):
    run, _ = start_run(desk, BUNDLED, OWNER, data, "en", WISH)
    folder = tmp_path / "runs" / run / "checkpoint"
    folder.mkdir(exist_ok=True)
    metric = ScoredMetric(name="bleu", before=10.0, after=20.0, p_value=0.01, verdict="better", signature="s")
    change = SentenceChanged(source="<b>a", reference="b", before="c", after="d", change=5.0)
    scored = ScoredTest(
        step=4, test="test", sentences=9, metrics=(metric,), exact_after=3.0, changes=(change,)
    )
    (folder / "events.jsonl").write_text(f"{event_to_json(STARTED)}\n{event_to_json(scored)}\n", "utf-8")
    (shown,) = follow_run(desk, OWNER, run, "en")["tests"]
    told = json.loads(shown)
    assert (told["test"], told["metrics"][0]["after"], told["changes"][0]["source"]) == ("test", 20.0, "<b>a")
    with (folder / "events.jsonl").open("a") as file:
        file.write(f"{event_to_json(STARTED)}\n")
    assert follow_run(desk, OWNER, run, "en")["tests"] == []
