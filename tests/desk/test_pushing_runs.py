"""Runs whose best weights are pushed: the token goes to the child alone."""

import json
import os
import sys

import pytest
from training_desks import ANN, FAKE, fake_desk, new_run, record_of, wait_for_status, wait_until

from seq2seq.desk.desk import Desk
from seq2seq.desk.processes import child_environment
from seq2seq.desk.quotas import Quotas
from seq2seq.desk.records import RunPush
from seq2seq.errors import HubError, TrainingError

TOKEN = "hf_of_ann_alone"  # noqa: S105
PUSH = RunPush(to="ann/mine", licence="mit", private=True)
PROGRAM = "import os, sys; open(sys.argv[1], 'w').write(os.environ.get('HF_TOKEN', 'none'))"


def saying_desk(home, place, **settings):
    """A desk whose runs write the token that they were given."""
    return Desk(home, program=(sys.executable, "-S", "-c", PROGRAM, str(place)), **settings)


@pytest.fixture(autouse=True)
def login(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_of_the_machine")


def test_the_command_says_where_to_and_how_and_nothing_of_the_token(tmp_path):
    desk = fake_desk(tmp_path)
    run = desk.create(ANN, new_run(push=PUSH, push_token=TOKEN))
    command = record_of(desk, run).command
    assert command[-4:] == ("--push-to=ann/mine", "--push-license=mit", "--push-private", "--every-best")
    assert record_of(desk, run).push == {
        "to": "ann/mine",
        "licence": "mit",
        "private": True,
        "every_best": True,
    }
    wait_for_status(desk, run, "ended")
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    assert not [content for content in written if TOKEN.encode() in content]
    assert TOKEN not in repr(new_run(push=PUSH, push_token=TOKEN))
    desk.close()


def test_the_child_is_given_the_token_and_forgets_it_when_it_is_over(tmp_path):
    said = tmp_path / "said"
    desk = saying_desk(tmp_path / "home", said)
    run = desk.create(ANN, new_run(push=PUSH, push_token=TOKEN))
    wait_for_status(desk, run, "ended")
    assert said.read_text() == TOKEN
    with pytest.raises(TrainingError, match="A run that is pushed to ann/mine needs the token"):
        desk.resume(ANN, run)
    desk.resume(ANN, run, push_token=TOKEN + "2")
    said.unlink()
    wait_until(said.exists, desk=desk)
    wait_for_status(desk, run, "ended")
    assert said.read_text() == TOKEN + "2"
    desk.close()


def test_a_shared_server_never_lends_its_own_login(tmp_path):
    said = tmp_path / "said"
    desk = saying_desk(tmp_path / "home", said)
    with pytest.raises(TrainingError, match="needs the token of whoever it is pushed for"):
        desk.create(ANN, new_run(push=PUSH))
    assert desk.list_runs(ANN) == ()
    wait_for_status(desk, desk.create(ANN, new_run()), "ended")
    assert said.read_text() == "none"
    desk.close()


def test_on_ones_own_machine_its_login_is_taken(tmp_path):
    said = tmp_path / "said"
    desk = saying_desk(tmp_path / "home", said, is_open=True)
    wait_for_status(desk, desk.create(ANN, new_run(push=PUSH)), "ended")
    assert said.read_text() == "hf_of_the_machine"
    desk.close()


def test_a_name_that_nothing_can_have_is_refused_at_once(tmp_path):
    desk = fake_desk(tmp_path)
    with pytest.raises(HubError, match="is no name of a model"):
        desk.create(ANN, new_run(push=RunPush(to="--help", licence="mit"), push_token=TOKEN))
    desk.close()


def test_without_a_token_a_child_finds_no_login_in_a_file_either():
    assert child_environment(1, "")["HF_TOKEN_PATH"] == os.devnull
    assert "HF_TOKEN" not in child_environment(1, "")
    assert child_environment(1)["HF_TOKEN"] == "hf_of_the_machine"  # noqa: S105


def test_an_old_record_has_no_push(tmp_path):
    desk = fake_desk(tmp_path, quotas=Quotas())
    run = desk.create(ANN, new_run())
    path = tmp_path / "runs" / run / "run.json"
    record = json.loads(path.read_text())
    del record["push"]
    path.write_text(json.dumps(record))
    desk.close()
    again = Desk(tmp_path, program=FAKE)
    assert record_of(again, run).push == {}
    again.close()
