"""The desk over real training of a tiny network: killed, stopped, estimated, on a full disk."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from reversal import TINY, reversal_pairs
from training_desks import ANN, kill, record_of, wait_for_status, wait_for_weights, wait_until

from seq2seq.desk.desk import Desk
from seq2seq.desk.new_run import NewRun
from seq2seq.desk.quotas import Quotas
from seq2seq.errors import TrainingError
from seq2seq.training.events import StepDone
from seq2seq.training.runs import read_events

pytestmark = pytest.mark.slow
SECONDS = 300.0


def tiny_run(name="Tiny", **training):
    pairs = reversal_pairs(330, seed=1)
    values = {**TINY["training"], "epochs": 30, "save_every_seconds": 1.0, **training}
    return NewRun(
        name=name,
        training_pairs=pairs[:300],
        held_out_pairs=pairs[300:],
        model=TINY["model"],
        training=values,
    )


@pytest.fixture
def desk(tmp_path):
    made = Desk(tmp_path)
    yield made
    made.close()


def losses(desk, run):
    events = read_events(desk.checkpoint(ANN, run))
    return {event.step: event.loss for event in events if isinstance(event, StepDone)}


def wait_for_step(desk, run, step):
    """Wait until its process runs and has taken a step; one that was resumed may have taken it before."""

    def is_there():
        view, state = desk.follow(ANN, run)
        return view.record.pid and state.step >= step

    wait_until(is_there, desk=desk, seconds=SECONDS)


def test_a_run_killed_at_random_moments_has_the_losses_of_one_that_was_not(desk):
    """In the middle of updates, validations and snapshots, wherever the clock finds it."""
    whole = desk.create(ANN, tiny_run())
    assert wait_for_status(desk, whole, "ended", seconds=SECONDS).reason == "epochs"
    last, chance = max(losses(desk, whole)), random.Random()  # noqa: S311 - moments, no secret
    killed = desk.create(ANN, tiny_run())
    for share in sorted(chance.uniform(0, 0.6) for _ in range(4)):
        wait_for_step(desk, killed, int(share * last))
        time.sleep(chance.uniform(0, 0.3))
        kill(record_of(desk, killed).pid)
        assert wait_for_status(desk, killed, "ended", seconds=SECONDS).reason == "killed"
        desk.resume(ANN, killed)
    assert wait_for_status(desk, killed, "ended", seconds=SECONDS).reason == "epochs"
    assert losses(desk, killed) == losses(desk, whole)
    _, state = desk.follow(ANN, killed)
    assert [probe.step for probe in state.probes] == [point.step for point in state.validations]


def test_a_stopped_run_keeps_its_best_and_goes_on(desk):
    run = desk.create(ANN, tiny_run(epochs=1000))
    wait_for_weights(desk, run, seconds=SECONDS)
    desk.stop(ANN, run)
    record = wait_for_status(desk, run, "ended", seconds=SECONDS)
    assert record.reason == "stopped"
    assert "its best, are kept. It can be resumed." in record.message
    assert (desk.checkpoint(ANN, run) / "model.safetensors").is_file()
    stopped_at = desk.follow(ANN, run)[1].step
    desk.resume(ANN, run, {"max_steps": stopped_at + 5})
    assert wait_for_status(desk, run, "ended", seconds=SECONDS).reason == "max_steps"
    assert max(losses(desk, run)) == stopped_at + 5


def test_a_run_starts_from_the_weights_of_another(desk):
    first = desk.create(ANN, tiny_run(max_steps=8))
    wait_for_status(desk, first, "ended", seconds=SECONDS)
    pairs = reversal_pairs(60, seed=2)
    second = desk.create(
        ANN,
        NewRun(
            name="Second",
            training_pairs=pairs[:50],
            held_out_pairs=pairs[50:],
            training={"max_steps": 2, "log_every": 1, "validation_sentences": 4},
            base=desk.checkpoint(ANN, first),
        ),
    )
    assert wait_for_status(desk, second, "ended", seconds=SECONDS).reason == "max_steps"


def test_an_estimate_is_measured_by_the_real_program(desk, tmp_path):
    found = desk.estimate(ANN, tiny_run(epochs=40))
    assert found.steps % 40 == 0
    assert found.memory_bytes > 50_000_000
    assert not [path for path in (tmp_path / "runs").iterdir() if path.is_dir()]
    with pytest.raises(TrainingError, match=r"^The run cannot start: tie_embeddings all needs"):
        desk.estimate(ANN, tiny_run(shared_vocabulary=False))


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small disk needs root on Linux"
)
def test_a_full_disk_is_said_in_a_sentence_and_the_run_goes_on_when_there_is_room(tmp_path, monkeypatch):
    monkeypatch.setattr("seq2seq.desk.supervisor.LEAST_FREE_BYTES", 0)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)], check=False)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a file system")
    desk = Desk(tmp_path, quotas=Quotas())
    try:
        run = desk.create(ANN, tiny_run(epochs=1000))
        wait_for_weights(desk, run, seconds=SECONDS)
        fill_disk(tmp_path / "ballast")
        record = wait_for_status(desk, run, "ended", seconds=SECONDS)
        assert record.reason == "disk_full"
        assert record.message.startswith("The disk is full: the run ended at step ")
        (tmp_path / "ballast").unlink()
        desk.resume(ANN, run, {"max_steps": desk.follow(ANN, run)[1].step + 3})
        assert wait_for_status(desk, run, "ended", seconds=SECONDS).reason == "max_steps"
    finally:
        desk.close()
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def fill_disk(path: Path) -> None:
    """Write zeros until no more fit."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)) == 4096:
                pass
        except OSError:
            return
