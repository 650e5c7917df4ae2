"""The desk itself: what visitors may ask of training runs. A foreign run is one that does not exist."""

import shlex
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Self

from seq2seq.checkpoints import WEIGHTS_FILE
from seq2seq.desk.admission import check_room, draft_run
from seq2seq.desk.estimates import measure
from seq2seq.desk.new_run import PROGRAM, NewRun, bounded_settings, check_name, training_command
from seq2seq.desk.outcomes import RESUMABLE, describe_outcome
from seq2seq.desk.progress import ProgressState, RunProgress
from seq2seq.desk.pushes import last_push
from seq2seq.desk.quotas import Quotas
from seq2seq.desk.records import CHECKPOINT_FOLDER, DATA_FOLDER, TEST_FILE, RunRecord, RunView, write_record
from seq2seq.desk.refusals import refusal
from seq2seq.desk.runs_folder import RunsFolder
from seq2seq.desk.supervisor import Supervisor
from seq2seq.desk.visitors import Visitor
from seq2seq.home import default_home
from seq2seq.training.estimate import Estimate
from seq2seq.training.fingerprints import CHANGEABLE_ON_RESUME

SECONDS_BETWEEN_LOOKS: Final = 0.5
KEPT_FOLLOWED: Final = 16
ESTIMATE_SECONDS: Final = 180.0


class Desk:
    """Training runs of one home folder, one at a time; safe to use from several threads.

    Args:
        home: where ``runs`` lies; by default `default_home`.
        quotas: the limits.
        is_open: on one's own machine, where all runs are everyone's; else a run belongs to its visitor.
        program: what a run's command begins with.
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        quotas: Quotas | None = None,
        is_open: bool = False,
        program: Sequence[str] = PROGRAM,
    ) -> None:
        self.quotas, self.is_open, self._program = quotas or Quotas(), is_open, tuple(program)
        self._runs = RunsFolder(home or default_home())
        self._supervisor = Supervisor(self._runs, self.quotas, lends_login=is_open)
        self._followed: OrderedDict[str, RunProgress] = OrderedDict()
        self._lock, self._estimating, self._closing = threading.RLock(), threading.Lock(), threading.Event()
        self._watcher: threading.Thread | None = None
        self.advance()

    def __enter__(self) -> Self:
        """The desk, watching until the block ends."""
        self.keep_watch()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def keep_watch(self) -> None:
        """Look after the runs in a thread, until the desk is closed."""
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="desk", daemon=True)
            self._watcher.start()

    def close(self) -> None:
        """Stop looking after the runs; a child that works goes on, and the next desk finds it."""
        self._closing.set()
        if self._watcher is not None:
            self._watcher.join()
        with self._lock:
            self._runs.release()
            self._supervisor.keeps = False

    def advance(self) -> None:
        """See what became of the running child and start the next; `keep_watch` does it by itself."""
        with self._lock:
            self._supervisor.advance()

    # -- what a visitor sees ----------------------------------------------------------------------------

    def list_runs(self, visitor: Visitor) -> tuple[RunView, ...]:
        """The visitor's runs, the newest first."""
        with self._lock:
            self._supervisor.refresh()
            return tuple(self._view(record) for record in reversed(self._own(visitor)))

    def follow(self, visitor: Visitor, run: str) -> tuple[RunView, ProgressState]:
        """How a run stands.

        Raises:
            TrainingError: when the visitor has no such run; so do all methods that take a run.
        """
        with self._lock:
            record = self._find(visitor, run)
            progress = self._followed.pop(run, None) or RunProgress(self._checkpoint(run))
            self._followed[run] = progress
            if len(self._followed) > KEPT_FOLLOWED:
                self._followed.popitem(last=False)
            progress.update()
            return self._view(record), progress.state()

    def checkpoint(self, visitor: Visitor, run: str) -> Path:
        """The folder of a run's best weights.

        Raises:
            TrainingError: when it has none yet.
        """
        with self._lock:
            if not self._view(self._find(visitor, run)).has_weights:
                raise refusal("desk_no_weights")
            return self._checkpoint(run)

    def test_file(self, visitor: Visitor, run: str) -> Path:
        """The file of a run's test pairs; there need not be one."""
        with self._lock:
            return self._runs.of(self._find(visitor, run).id) / DATA_FOLDER / TEST_FILE

    def weights(self, run: str) -> Path:
        """The folder of a run's best weights for whoever knows its id, which nobody can guess: to translate with.

        Raises:
            TrainingError: when there is no such run or it has no weights yet.
        """
        with self._lock:
            self._supervisor.refresh()
            record = self._supervisor.records.get(run)
            if record is None:
                raise refusal("desk_no_run")
            if not self._view(record).has_weights:
                raise refusal("desk_no_weights")
            return self._checkpoint(run)

    def title(self, run: str) -> str:
        """What a run is called, for whoever knows its id.

        Raises:
            TrainingError: when there is no such run.
        """
        with self._lock:
            record = self._supervisor.records.get(run)
            if record is None:
                raise refusal("desk_no_run")
            return record.name

    # -- what a visitor does ----------------------------------------------------------------------------

    def estimate(self, visitor: Visitor, new: NewRun, *, seconds: float = ESTIMATE_SECONDS) -> Estimate:
        """What a run would take, by 20 real updates in a child of at most so many seconds.

        Raises:
            Seq2SeqError: for all that `create` refuses, and what keeps the run itself from starting.
            TrainingError: when the time is over, or another run is being estimated.
        """
        self._check_visitor(visitor)
        if not self._estimating.acquire(blocking=False):
            raise refusal("desk_estimate_busy")
        try:
            with self._draft(visitor, new) as (folder, record):
                command = training_command(self._program, folder, record)
                return measure(command, folder, threads=record.training["threads"], seconds=seconds)
        finally:
            self._estimating.release()

    def create(self, visitor: Visitor, new: NewRun) -> str:
        """Make a run and put it in the queue; its id.

        Raises:
            Seq2SeqError: for settings, pairs or a name that cannot be, and what the quotas do not allow.
        """
        self._check_visitor(visitor)
        self._check_room(visitor)
        with self._draft(visitor, new) as (folder, record), self._lock:
            self._check_room(visitor)
            self._supervisor.lend(record, new.push_token)
            place = self._runs.of(record.id)
            record = replace(record, command=training_command(self._program, place, record))
            write_record(folder, record)
            folder.rename(place)
            self._supervisor.records[record.id] = record
            return record.id

    def stop(self, visitor: Visitor, run: str) -> None:
        """Let a run keep what it has and end, or take it out of the queue."""
        with self._changing(visitor, run) as record:
            if record.status == "queued":
                progress = RunProgress(self._checkpoint(run))
                progress.update_fully()
                self._supervisor.end(record, describe_outcome("withdrawn", progress.state()))
            elif record.status == "ended":
                raise refusal("desk_is_over")
            else:
                self._supervisor.stop(record)

    def resume(
        self, visitor: Visitor, run: str, changes: Mapping[str, Any] | None = None, *, push_token: str = ""
    ) -> None:
        """Put a run that is over back in the queue, to go on from its last snapshot.

        Args:
            visitor: who asks.
            run: its id.
            changes: training settings to change, of those in `CHANGEABLE_ON_RESUME`.
            push_token: for a run that is pushed.

        Raises:
            TrainingError: when it is not over, when other settings are to change, or when it came to its end
                and nothing changes.
        """
        changes = changes or {}
        with self._changing(visitor, run) as record:
            if record.status != "ended":
                raise refusal("desk_still_running")
            if fixed := sorted(set(changes) - CHANGEABLE_ON_RESUME):
                raise refusal("desk_fixed_setting", names=", ".join(fixed))
            training = bounded_settings({**record.training, **changes}, self.quotas)
            if record.reason not in RESUMABLE and training == record.training:
                raise refusal("desk_reached_its_end", reason=record.reason)
            record = replace(record, training=training)
            command = training_command(self._program, self._runs.of(run), record, resume=True)
            self._supervisor.wait(record, command, push_token)

    def rename(self, visitor: Visitor, run: str, name: str) -> None:
        """Call a run something else."""
        with self._changing(visitor, run) as record:
            self._supervisor.save(replace(record, name=check_name(name)))

    def delete(self, visitor: Visitor, run: str) -> None:
        """Remove a run with its data and weights.

        Raises:
            TrainingError: while it runs.
        """
        with self._changing(visitor, run) as record:
            if record.is_active:
                raise refusal("desk_still_running")
            self._followed.pop(run, None)
            self._supervisor.forget(run)
            self._runs.remove(run)

    # -- the parts --------------------------------------------------------------------------------------

    def _watch(self) -> None:
        while not self._closing.wait(SECONDS_BETWEEN_LOOKS):
            self.advance()

    def _own(self, visitor: Visitor) -> list[RunRecord]:
        records = self._supervisor.records.values()
        return [record for record in records if self.is_open or visitor.owns(record.owner)]

    def _find(self, visitor: Visitor, run: str) -> RunRecord:
        self._supervisor.refresh()
        record = self._supervisor.records.get(run)
        if record is None or not (self.is_open or visitor.owns(record.owner)):
            raise refusal("desk_no_run")
        return record

    @contextmanager
    def _changing(self, visitor: Visitor, run: str) -> Iterator[RunRecord]:
        """A visitor's run, to be changed by the server that looks after it."""
        with self._lock:
            record = self._find(visitor, run)
            self._check_keeper()
            yield record

    def _draft(self, visitor: Visitor, new: NewRun) -> AbstractContextManager[tuple[Path, RunRecord]]:
        return draft_run(self._runs, new, "" if self.is_open else visitor.owner, self.quotas)

    def _view(self, record: RunRecord) -> RunView:
        waiting = [item.id for item in self._supervisor.queue()]
        return RunView(
            record=record,
            place=waiting.index(record.id) + 1 if record.id in waiting else 0,
            command_line=shlex.join(record.command),
            can_resume=record.status == "ended" and record.reason in RESUMABLE,
            has_weights=(self._checkpoint(record.id) / WEIGHTS_FILE).is_file(),
            pushed=last_push(self._runs.of(record.id)) if record.push else None,
        )

    def _checkpoint(self, run: str) -> Path:
        return self._runs.of(run) / CHECKPOINT_FOLDER

    def _check_visitor(self, visitor: Visitor) -> None:
        if not self.is_open and not visitor.owner:
            raise refusal("desk_no_secret")
        with self._lock:
            self._supervisor.refresh()
            self._check_keeper()

    def _check_keeper(self) -> None:
        if not self._supervisor.keeps:
            raise refusal("desk_other_server", folder=str(self._runs.path))

    def _check_room(self, visitor: Visitor) -> None:
        with self._lock:
            check_room(self._supervisor, len(self._own(visitor)))
