import dataclasses
import shutil

import pytest
import torch

from seq2seq.errors import TrainingError
from seq2seq.training.events import CheckpointSaved, RunEnded
from seq2seq.training.runs import (
    Counters,
    Snapshot,
    append_event,
    forget_events_after,
    load_snapshot,
    read_events,
    save_snapshot,
)


def _snapshot(step: int) -> Snapshot:
    tensors = {"model.weight": torch.full((2,), float(step)), "random.cpu": torch.get_rng_state()}
    return Snapshot(counters=Counters(step=step, epoch=1, seconds=2.5), tensors=tensors, fingerprint="print")


def test_a_snapshot_comes_back_equal(tmp_path):
    save_snapshot(tmp_path, _snapshot(7))
    loaded = load_snapshot(tmp_path)
    assert loaded is not None
    assert loaded.counters == _snapshot(7).counters
    assert loaded.fingerprint == "print"
    assert torch.equal(loaded.tensors["model.weight"], torch.full((2,), 7.0))
    assert torch.equal(loaded.tensors["random.cpu"], torch.get_rng_state())


def test_a_newer_snapshot_replaces_the_older_and_leaves_nothing_behind(tmp_path):
    save_snapshot(tmp_path, _snapshot(1))
    save_snapshot(tmp_path, _snapshot(2))
    loaded = load_snapshot(tmp_path)
    assert loaded is not None
    assert loaded.counters.step == 2
    assert [path.name for path in tmp_path.iterdir()] == ["resume"]


def test_a_run_without_a_snapshot_has_none(tmp_path):
    assert load_snapshot(tmp_path) is None


def test_a_kill_while_writing_leaves_the_old_snapshot(tmp_path):
    save_snapshot(tmp_path, _snapshot(1))
    (tmp_path / "resume.new").mkdir()
    (tmp_path / "resume.new" / "state.safetensors").write_bytes(b"half")
    loaded = load_snapshot(tmp_path)
    assert loaded is not None
    assert loaded.counters.step == 1
    save_snapshot(tmp_path, _snapshot(2))
    loaded = load_snapshot(tmp_path)
    assert loaded is not None
    assert loaded.counters.step == 2


def test_a_kill_between_the_two_renames_leaves_the_old_snapshot(tmp_path):
    save_snapshot(tmp_path, _snapshot(1))
    (tmp_path / "resume").rename(tmp_path / "resume.old")
    loaded = load_snapshot(tmp_path)
    assert loaded is not None
    assert loaded.counters.step == 1


def test_a_damaged_snapshot_is_named(tmp_path):
    save_snapshot(tmp_path, _snapshot(1))
    (tmp_path / "resume" / "state.safetensors").write_bytes(b"\x08\x00\x00\x00\x00\x00\x00\x00{}")
    with pytest.raises(TrainingError, match=r"The snapshot in .* is damaged"):
        load_snapshot(tmp_path)
    shutil.rmtree(tmp_path / "resume")
    assert load_snapshot(tmp_path) is None


def test_events_are_read_back_without_a_half_written_line(tmp_path):
    event = CheckpointSaved(step=5, metric="bleu", value=1.0)
    append_event(tmp_path, event)
    with (tmp_path / "events.jsonl").open("a") as file:
        file.write('{"type": "CheckpointSa')
    assert list(read_events(tmp_path)) == [event]


def test_resuming_forgets_the_events_after_the_snapshot(tmp_path):
    events = [CheckpointSaved(step=step, metric="bleu", value=1.0) for step in (5, 10, 15)]
    for event in events:
        append_event(tmp_path, event)
    forget_events_after(tmp_path, 10)
    assert list(read_events(tmp_path)) == events[:2]
    append_event(tmp_path, RunEnded(step=10, reason="epochs", message="Done."))
    assert len(list(read_events(tmp_path))) == 3


def test_counters_are_immutable():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Counters().step = 3  # type: ignore[misc]
