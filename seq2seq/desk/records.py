"""What is known of a run, as run.json in its folder.

::

    SEQ2SEQ_HOME/runs/<id>/
        run.json       the record; written beside its place and renamed
        data/          training.tsv, held_out.tsv, and test.tsv and general.tsv where there are such pairs
        checkpoint/    the folder the command line trains into: events, snapshot, best weights
        output.log     the last of what the child printed
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from seq2seq.errors import CheckpointError
from seq2seq.stored_files import read_json, write_json

RECORD_FILE: Final = "run.json"
DATA_FOLDER: Final = "data"
CHECKPOINT_FOLDER: Final = "checkpoint"
LOG_FILE: Final = "output.log"
TRAINING_FILE: Final = "training.tsv"
HELD_OUT_FILE: Final = "held_out.tsv"
TEST_FILE: Final = "test.tsv"
GENERAL_FILE: Final = "general.tsv"
STATUSES: Final = ("queued", "running", "stopping", "ended")
_ID: Final = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPush:
    """How a run's best weights are pushed to the Hugging Face Hub.

    Attributes:
        to: ``OWNER/NAME``.
        licence: of the weights, an identifier of the Hub.
        private: whether only their owner sees them.
        every_best: whether each new best is pushed while the run goes on, so that a disk that is lost loses little.
    """

    to: str
    licence: str
    private: bool = False
    every_best: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A run as it stands.

    Attributes:
        id: 16 hexadecimal digits, and the name of its folder.
        name: what its owner calls it; never part of a path or a command.
        owner: hash of the secret of the browser that made it; empty on an open desk.
        created: UTC, ISO 8601, as all times here.
        command: the child's arguments, the last ones it was or will be started with.
        model, training: the settings that were given.
        base: the checkpoint it starts from, or empty.
        lesson: the lesson that its pairs are of, or empty.
        push: where its best weights are pushed to and how, as in `RunPush`, without the token; or empty.
        embeddings: what the files of pretrained vectors were called, by side.
        queue_number: runs start in the order of these.
        pid, identity: of the child, and what tells it from a later process with the same number.
        reason, message, values: why it ended, as a word, a sentence and what fills the sentence in.
    """

    id: str
    name: str
    owner: str
    created: str
    command: tuple[str, ...] = ()
    training_pairs: int = 0
    held_out_pairs: int = 0
    test_pairs: int = 0
    general_pairs: int = 0
    data_bytes: int = 0
    source_language: str = ""
    target_language: str = ""
    model: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    base: str = ""
    probe: str = ""
    embeddings: Mapping[str, str] = field(default_factory=dict)
    lesson: str = ""
    push: Mapping[str, Any] = field(default_factory=dict)
    status: str = "queued"
    queue_number: int = 0
    pid: int = 0
    identity: str = ""
    started: str = ""
    stop_asked: str = ""
    ended: str = ""
    reason: str = ""
    message: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_active(self) -> bool:
        """Whether a child works for it."""
        return self.status in ("running", "stopping")


@dataclass(frozen=True, slots=True, kw_only=True)
class LastPush:
    """The last push of a run that is over.

    Attributes:
        step: of the weights.
        reason: why they were not pushed; empty where they were.
    """

    step: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """What the owner of a run sees of it.

    Attributes:
        place: in the queue, 1 for the next to start; 0 for a run that does not wait.
        command_line: the child's command as one would type it.
        can_resume: whether it goes on without a change of its settings.
        has_weights: whether it has a checkpoint to translate with.
        pushed: what came of its last push.
    """

    record: RunRecord
    place: int
    command_line: str
    can_resume: bool
    has_weights: bool
    pushed: LastPush | None = None


def is_run_id(text: str) -> bool:
    """Whether a text has the form of a run's id; nothing else becomes part of a path."""
    return bool(_ID.fullmatch(text))


def now() -> str:
    """The time as records and events have it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def seconds_since(time: str) -> float:
    """The age of such a time."""
    return (datetime.now(UTC) - datetime.fromisoformat(time)).total_seconds()


def write_record(folder: Path, record: RunRecord) -> None:
    """Replace run.json, whole or not at all."""
    write_json(folder / RECORD_FILE, asdict(record))


def read_record(folder: Path) -> RunRecord:
    """The record in a run's folder.

    Raises:
        CheckpointError: when it is missing or damaged.
    """
    values = read_json(folder / RECORD_FILE)
    known = {item.name for item in fields(RunRecord)}
    try:
        record = RunRecord(
            **{**{name: value for name, value in values.items() if name in known}, "command": ()}
            | {"command": tuple(str(word) for word in values["command"])}
        )
        if record.id != folder.name or record.status not in STATUSES:
            raise ValueError(f"id {record.id!r}, status {record.status!r}")
    except (KeyError, TypeError, ValueError) as problem:
        raise CheckpointError(f"{folder / RECORD_FILE} is damaged: {problem}.") from problem
    return record


def read_records(root: Path) -> dict[str, RunRecord]:
    """The records of all runs below a folder, the oldest first; a folder without a whole one is left alone."""
    found = []
    for folder in root.iterdir():
        if is_run_id(folder.name) and (folder / RECORD_FILE).is_file():
            try:
                found.append(read_record(folder))
            except CheckpointError:
                continue
    return {record.id: record for record in sorted(found, key=lambda record: (record.created, record.id))}
