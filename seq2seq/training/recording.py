"""Training with its events kept in the run's folder, and what a full disk does to it."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from seq2seq.errors import FullMemoryError, TrainingError
from seq2seq.models.memory import say_full_memory
from seq2seq.training.before_after import score_tests
from seq2seq.training.distributed import LostProcessError
from seq2seq.training.events import RunEnded, TrainingEvent
from seq2seq.training.loop import TrainingJob, train
from seq2seq.training.runs import append_event

FULL_MEMORY: Final = (
    "The memory is full: lower batch_tokens or the size of the model; "
    "the best weights and the last snapshot are kept."
)
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


def train_and_record(job: TrainingJob) -> Iterator[TrainingEvent]:
    """Train, appending every event to events.jsonl before it is yielded, which of several processes the first does.

    A full disk, a full memory, or another process that is gone, ends the run with an event of its own: the drafts
    of what could not be written go, and the last snapshot and the best weights stay as they were.
    """
    step = 0
    try:
        with say_full_memory():
            for event in _with_tests(job):
                step = event.step
                if job.world.leads:
                    append_event(job.folder, event)
                yield event
    except (LostProcessError, FullMemoryError) as problem:
        full = isinstance(problem, FullMemoryError)
        reason, message = ("full_memory", FULL_MEMORY) if full else ("failed", str(problem))
        ended = RunEnded(step=step, reason=reason, message=message)
        if job.world.leads:
            append_event(job.folder, ended)
        yield ended
    except OSError as problem:
        if problem.errno not in _FULL:
            raise
        _remove_drafts(job.folder)
        ended = RunEnded(step=step, reason="disk_full", message=_sentence(job.folder))
        with suppress(OSError):  # not even this line may fit; whoever reads the output still sees it
            append_event(job.folder, ended)
        yield ended


def _with_tests(job: TrainingJob) -> Iterator[TrainingEvent]:
    """The events of the training, with the scores of its tests before the last one."""
    for event in train(job):
        if isinstance(event, RunEnded) and job.world.leads:
            yield from score_tests(job.folder, job.tests)
        yield event


@contextmanager
def say_full_disk(folder: Path) -> Iterator[None]:
    """Turn a full disk, outside of the loop, into a sentence.

    Raises:
        TrainingError: when something inside could not be written for lack of space.
    """
    try:
        yield
    except OSError as problem:
        if problem.errno not in _FULL:
            raise
        raise TrainingError(_sentence(folder), "Free space and resume the run.") from problem


def _sentence(folder: Path) -> str:
    return f"The disk is full: {folder} cannot grow; the best weights and the last snapshot are kept."


def _remove_drafts(folder: Path) -> None:
    for draft in (*folder.glob(".*.new"), folder / "resume.new"):
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink(missing_ok=True)
