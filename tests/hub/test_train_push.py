"""`train --push-to` with the real client against the stand-in Hub."""

import os
import subprocess
import sys

import pytest
from hub_process import ROOT
from reversal import TINY, reversal_pairs, write_pairs
from stand_in_hub import READ_TOKEN, WRITE_TOKEN, StandInHub
from stand_in_repositories import Faults
from training_desks import ANN, wait_for_status

from seq2seq.desk.desk import Desk
from seq2seq.desk.new_run import NewRun
from seq2seq.desk.records import RunPush
from seq2seq.flags import flags_of


@pytest.fixture
def hub():
    with StandInHub() as stand_in:
        yield stand_in


def train(hub, folder, token, *arguments):
    pairs = reversal_pairs(60, seed=1)
    data = (
        "--train",
        write_pairs(folder / "train.tsv", pairs[:50]),
        "--validation",
        write_pairs(folder / "dev.tsv", pairs[50:]),
    )
    words = [
        *data,
        "--output",
        folder / "run",
        *flags_of(TINY["model"]),
        *flags_of(TINY["training"]),
        *arguments,
    ]
    return subprocess.run(
        [sys.executable, "-m", "seq2seq", "train", *map(str, words)],
        env={**os.environ, **hub.environment(folder / "hugging face", token), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.slow
def test_every_best_is_pushed_and_the_last_one_is_there_at_the_end(hub, tmp_path):
    done = train(
        hub,
        tmp_path,
        WRITE_TOKEN,
        "--push-to",
        "ana/mine",
        "--push-private",
        "--push-license",
        "mit",
        "--every-best",
    )
    assert done.stderr == ""
    assert done.returncode == 0
    files = hub.files_of("ana/mine")
    assert files["model.safetensors"] == (tmp_path / "run" / "model.safetensors").read_bytes()
    assert hub.repository("ana/mine").private
    assert hub.commits_of("ana/mine")[0].title.startswith("Step ")
    assert 2 <= len(hub.commits_of("ana/mine")) <= 3  # bests that come close together are one push
    assert "        pushed the best weights, of step " in done.stdout
    card = files["README.md"].decode()
    assert "50 pairs of `train.tsv`." in card
    assert "--push" not in card
    assert str(tmp_path) not in card
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not [content for content in (*written, *files.values()) if WRITE_TOKEN.encode() in content]
    assert WRITE_TOKEN not in done.stdout


@pytest.mark.parametrize(
    ("token", "arguments", "words"),
    [
        (READ_TOKEN, ("--push-to", "ana/x", "--push-license", "mit"), "The token of ana may only read."),
        ("", ("--push-to", "ana/x", "--push-license", "mit"), "Nobody is logged in to the Hub here."),
        (WRITE_TOKEN, ("--push-to", "ana/x"), "The card of ana/x names no licence"),
        (WRITE_TOKEN, ("--every-best",), "Add --push-to OWNER/REPO."),
    ],
)
def test_what_could_not_be_pushed_is_told_before_training_begins(hub, tmp_path, token, arguments, words):
    done = train(hub, tmp_path, token, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_a_hub_that_fails_meanwhile_breaks_no_training(hub, tmp_path):
    hub.faults["ana/mine"] = Faults(rate_limited_seconds=60, where="/preupload/")
    done = train(hub, tmp_path, WRITE_TOKEN, "--push-to", "ana/mine", "--push-license", "mit")
    assert done.returncode == 0
    assert "was not pushed: The Hub takes no more requests for now." in done.stdout
    assert (tmp_path / "run" / "model.safetensors").exists()


@pytest.mark.slow
def test_a_run_of_the_train_tab_pushes_with_its_owners_token_which_is_written_nowhere(
    hub, tmp_path, monkeypatch
):
    for name, value in hub.environment(tmp_path / "hugging face", "hf_of_the_server").items():
        monkeypatch.setenv(name, value)
    pairs = reversal_pairs(60, seed=1)
    push = RunPush(to="ana/from-the-page", licence="mit", private=True)
    new = NewRun(
        name="Mine",
        training_pairs=pairs[:50],
        held_out_pairs=pairs[50:],
        model=TINY["model"],
        training=TINY["training"],
        push=push,
        push_token=WRITE_TOKEN,
    )
    home = tmp_path / "home"
    desk = Desk(home)
    try:
        run = desk.create(ANN, new)
        ended = wait_for_status(desk, run, "ended", seconds=120)
    finally:
        desk.close()
    assert ended.reason == "epochs", ended.message
    assert hub.repository("ana/from-the-page").private
    weights = home / "runs" / run / "checkpoint" / "model.safetensors"
    assert hub.files_of("ana/from-the-page")["model.safetensors"] == weights.read_bytes()
    assert str(home) not in hub.files_of("ana/from-the-page")["README.md"].decode()
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not [content for content in written if WRITE_TOKEN.encode() in content]
