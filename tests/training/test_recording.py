"""Recording the events of a run, on a disk with room and on a full one."""

import errno
import os

import pytest
import torch
from reversal import TINY, reversal_pairs, write_pairs

from seq2seq.checkpoints import load_checkpoint
from seq2seq.errors import TrainingError
from seq2seq.stored_files import write_tensors
from seq2seq.training import runs
from seq2seq.training.events import CheckpointSaved, Probed, RunEnded, RunStarted, Validated
from seq2seq.training.jobs import prepare_job
from seq2seq.training.recording import FULL_MEMORY, say_full_disk, train_and_record
from seq2seq.training.requests import TrainingRequest
from seq2seq.training.runs import append_event, load_snapshot, read_events


def request_in(folder, **changes):
    pairs = reversal_pairs(60, seed=1)
    values = {
        "train": write_pairs(folder / "train.tsv", pairs[:50]),
        "validation": write_pairs(folder / "held_out.tsv", pairs[50:]),
        "output": folder / "run",
        "model": TINY["model"],
        "training": {**TINY["training"], "validate_every": 2, "max_steps": 4},
    }
    return TrainingRequest(**{**values, **changes})


def no_space(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_every_event_is_in_the_file_with_a_probe_at_every_validation(tmp_path):
    events = list(train_and_record(prepare_job(request_in(tmp_path, probe="abcdef"))))
    assert list(read_events(tmp_path / "run")) == events
    validations = [event.step for event in events if isinstance(event, Validated)]
    probes = [event for event in events if isinstance(event, Probed)]
    assert [probe.step for probe in probes] == validations == [2, 4]
    assert {probe.source for probe in probes} == {"abcdef"}


def test_a_disk_that_fills_up_ends_the_run_with_an_event_and_keeps_what_was_kept(tmp_path, monkeypatch):
    events = []
    for event in train_and_record(prepare_job(request_in(tmp_path))):
        events.append(event)
        if isinstance(event, Validated) and event.step == 4:
            (tmp_path / "run" / ".model.safetensors.new").write_bytes(b"half")
            monkeypatch.setattr(runs, "write_tensors", no_space)
    assert isinstance(events[-1], RunEnded)
    assert events[-1].reason == "disk_full"
    assert events[-1].message.startswith("The disk is full: ")
    assert list(read_events(tmp_path / "run"))[-1] == events[-1]
    assert load_snapshot(tmp_path / "run").counters.step == 2
    load_checkpoint(tmp_path / "run")
    assert not list((tmp_path / "run").glob("*.new"))
    assert not list((tmp_path / "run").glob(".*.new"))


def test_a_memory_that_is_full_ends_the_run_with_an_event_and_the_run_can_go_on(tmp_path, monkeypatch):
    def full(*_):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    events = []
    with monkeypatch.context() as patch:
        for event in train_and_record(prepare_job(request_in(tmp_path))):
            events.append(event)
            if isinstance(event, Validated) and event.step == 2:
                patch.setattr("seq2seq.training.loop.training_loss", full)
    assert (events[-1].reason, events[-1].message) == ("full_memory", FULL_MEMORY)
    assert list(read_events(tmp_path / "run"))[-1] == events[-1]
    assert load_snapshot(tmp_path / "run").counters.step == 2
    *_, ended = train_and_record(prepare_job(request_in(tmp_path, resume=True)))
    assert (ended.reason, ended.step) == ("epochs", 4)


def test_the_end_is_told_where_not_even_its_line_fits(tmp_path, monkeypatch):
    monkeypatch.setattr("seq2seq.training.recording.append_event", no_space)
    (ended,) = train_and_record(prepare_job(request_in(tmp_path)))
    assert ended.reason == "disk_full"


def test_other_trouble_with_files_stays_what_it_is(tmp_path, monkeypatch):
    def denied(*_):
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr("seq2seq.training.recording.append_event", denied)
    with pytest.raises(PermissionError):
        list(train_and_record(prepare_job(request_in(tmp_path))))
    with pytest.raises(PermissionError), say_full_disk(tmp_path):
        denied()


def test_a_full_disk_before_the_first_step_is_one_sentence(tmp_path):
    with (
        pytest.raises(TrainingError, match=r"^The disk is full: .* Free space and resume"),
        say_full_disk(tmp_path),
    ):
        no_space()


class HalfWriter:
    """A file on which only some bytes of a line fit."""

    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def __getattr__(self, name):
        return getattr(self.file, name)

    def write(self, data):
        return self.file.write(data[:9])


def test_a_line_that_does_not_fit_leaves_no_part_of_it(tmp_path, monkeypatch):
    event = CheckpointSaved(step=5, metric="bleu", value=1.0)
    append_event(tmp_path, event)
    opened = type(tmp_path).open
    with monkeypatch.context() as patch:
        patch.setattr(type(tmp_path), "open", lambda *a, **k: HalfWriter(opened(*a, **k)))
        with pytest.raises(OSError, match=r"No space left on device"):
            append_event(tmp_path, event)
    append_event(tmp_path, event)
    assert list(read_events(tmp_path)) == [event, event]


def test_a_full_disk_is_known_by_its_number_from_safetensors_too(tmp_path, monkeypatch):
    from safetensors import SafetensorError

    def full(*_):
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr("seq2seq.stored_files.save_file", full)
    with pytest.raises(OSError, match=r"weights.safetensors cannot be written") as raised:
        write_tensors(tmp_path / "weights.safetensors", {})
    assert raised.value.errno == errno.ENOSPC


def test_events_of_a_run_from_before_there_were_probes_still_read(tmp_path):
    (tmp_path / "events.jsonl").write_text(
        '{"type": "RunStarted", "step": 0, "parameters": 5, "training_pairs": 9, "dropped_pairs": 1, '
        '"validation_pairs": 2, "device": "cpu", "precision": "float32", "time": "2026-01-01T00:00:00+00:00"}\n'
    )
    assert isinstance(next(read_events(tmp_path)), RunStarted)
