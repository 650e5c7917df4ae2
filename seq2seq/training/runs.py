"""A run's folder: its events, its kept weights, and the snapshot it resumes from.

``resume/`` holds the last weights, their average, the optimiser's state, all random states and counters. It
is written beside its place and renamed; between the two renames the old one stands as ``resume.old``, and
reading prefers the new and falls back to the old, so a kill at any moment leaves one whole snapshot.
"""

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from torch import Tensor

from seq2seq.errors import CheckpointError, TrainingError
from seq2seq.stored_files import read_tensors, write_json, write_tensors
from seq2seq.training.events import TrainingEvent, event_from_json, event_to_json

EVENTS_FILE = "events.jsonl"
RESUME_FOLDER = "resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """Where a run stands; ``batch`` is the next batch of ``epoch``, ``seconds`` the time trained so far.

    Batches are those of ``processes`` together. ``earlier`` tells what was read of this epoch with other numbers
    of processes: how many there were, and how many batches of what was then left.
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    seconds: float = 0.0
    best_value: float | None = None
    best_step: int = 0
    validations_without_gain: int = 0
    logged_loss: float = 0.0
    logged_tokens: int = 0
    logged_steps: int = 0
    processes: int = 1
    earlier: tuple[tuple[int, int], ...] = ()

    def go_on_with(self, processes: int) -> "Counters":
        """The same place for another number of processes."""
        if processes == self.processes:
            return self
        earlier = (*self.earlier, (self.processes, self.batch)) if self.batch else self.earlier
        return replace(self, processes=processes, batch=0, earlier=earlier)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Counters":
        """The counters of `dataclasses.asdict`, from JSON."""
        earlier = tuple((int(processes), int(batches)) for processes, batches in values.get("earlier", ()))
        return cls(**{**values, "earlier": earlier})


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All that a run needs to go on as if it had never stopped."""

    counters: Counters
    tensors: Mapping[str, Tensor]
    fingerprint: str


def save_snapshot(folder: Path, snapshot: Snapshot) -> None:
    """Replace the run's snapshot, crash-safe."""
    draft, place, old = (folder / name for name in ("resume.new", RESUME_FOLDER, "resume.old"))
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    write_tensors(draft / "state.safetensors", snapshot.tensors)
    write_json(
        draft / "counters.json", {"fingerprint": snapshot.fingerprint, "counters": asdict(snapshot.counters)}
    )
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    draft.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def load_snapshot(folder: Path) -> Snapshot | None:
    """The run's last whole snapshot, or None when there is none.

    Raises:
        TrainingError: when it is damaged.
    """
    place = next((folder / name for name in (RESUME_FOLDER, "resume.old") if (folder / name).is_dir()), None)
    if place is None:
        return None
    try:
        values = json.loads((place / "counters.json").read_text(encoding="utf-8"))
        return Snapshot(
            counters=Counters.from_json(values["counters"]),
            tensors=read_tensors(place / "state.safetensors"),
            fingerprint=str(values["fingerprint"]),
        )
    except (OSError, ValueError, KeyError, TypeError, CheckpointError) as problem:
        raise TrainingError(
            f"The snapshot in {place} is damaged: {problem}", "Start again in a new folder."
        ) from problem


def append_event(folder: Path, event: TrainingEvent) -> None:
    """Add one line to events.jsonl, whole or not at all; visible to readers at once.

    Raises:
        OSError: where it cannot be written, as on a full disk.
    """
    with (folder / EVENTS_FILE).open("ab", buffering=0) as file:
        line, end = (event_to_json(event) + "\n").encode(), file.seek(0, os.SEEK_END)
        try:
            if file.write(line) < len(line):  # what a disk does that fills up within the line
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder / EVENTS_FILE))
        except OSError:
            file.truncate(end)
            raise


def read_events(folder: Path) -> Iterator[TrainingEvent]:
    """The events so far; a last line that is still being written is left out."""
    path = folder / EVENTS_FILE
    if path.exists():
        with path.open(encoding="utf-8") as file:
            yield from (event_from_json(line) for line in file if line.endswith("\n"))


def forget_events_after(folder: Path, step: int) -> None:
    """Drop the events that a resumed run will produce again: everything after ``step``."""
    kept = [event for event in read_events(folder) if event.step <= step]
    path = folder / EVENTS_FILE
    draft = path.with_name(f".{EVENTS_FILE}.new")
    with draft.open("w", encoding="utf-8") as file:
        file.writelines(event_to_json(event) + "\n" for event in kept)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
