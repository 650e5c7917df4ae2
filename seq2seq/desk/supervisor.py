"""Which child runs: starts the queue's first, finds living ones again, notices how they end. Knows no visitors."""

import errno
import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

from seq2seq.desk.outcomes import Outcome, describe_outcome, find_outcome, trim_log
from seq2seq.desk.processes import (
    ask_to_stop,
    end_child,
    exit_code,
    find_process,
    is_alive,
    process_identity,
    start_child,
)
from seq2seq.desk.progress import RunProgress
from seq2seq.desk.quotas import MEGABYTE, Quotas
from seq2seq.desk.records import (
    CHECKPOINT_FOLDER,
    LOG_FILE,
    RunRecord,
    now,
    read_records,
    seconds_since,
    write_record,
)
from seq2seq.desk.refusals import refusal
from seq2seq.desk.runs_folder import RunsFolder

LEAST_FREE_BYTES: Final = 50_000_000
"""Of the disk, for a run to begin."""
GRACE_SECONDS: Final = 600
"""Beyond the time of the quota, for a child's preparation and its last validation."""
_log: Final = logging.getLogger(__name__)


class Supervisor:
    """The records of all runs in memory and on disk, and the one child that works.

    Not safe for several threads: the desk calls it under a lock.

    Attributes:
        records: by id, the oldest first.
        keeps: whether this server looks after the runs; the others only read.
        lends_login: whether a run may push with this machine's own login, where no token was given.
    """

    def __init__(self, runs: RunsFolder, quotas: Quotas, *, lends_login: bool = False) -> None:
        self.runs, self.quotas, self.lends_login = runs, quotas, lends_login
        self._tokens: dict[str, str] = {}
        self.records: dict[str, RunRecord] = {}
        self.keeps = False
        self._unwritten: set[str] = set()

    def advance(self) -> None:
        """See what became of the running child, then start the next run where none works."""
        self.refresh()
        if not self.keeps:
            return
        for record in [record for record in self.records.values() if record.is_active]:
            self._watch(record)
        if not any(record.is_active for record in self.records.values()) and (waiting := self.queue()):
            self._start(waiting[0])
        for run in list(self._unwritten):
            self.save(self.records[run])

    def refresh(self) -> None:
        """Take over the runs where nobody looks after them; read them anew where another server does."""
        if self.keeps:
            return
        self.keeps = self.runs.take()
        self.records = read_records(self.runs.path)
        if self.keeps:
            self.runs.sweep()

    def queue(self) -> list[RunRecord]:
        """The runs that wait, the next one first."""
        waiting = [record for record in self.records.values() if record.status == "queued"]
        return sorted(waiting, key=lambda record: record.queue_number)

    def save(self, record: RunRecord) -> None:
        """Note a change, in memory and on disk; where the disk is full, later; forget a run that was removed."""
        self.records[record.id] = record
        try:
            write_record(self.runs.of(record.id), record)
            self._unwritten.discard(record.id)
        except FileNotFoundError:
            self.forget(record.id)
        except OSError as problem:
            if problem.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            self._unwritten.add(record.id)

    def lend(self, record: RunRecord, token: str) -> None:
        """Remember, in memory alone, the token that a run pushes with, until it is over.

        Raises:
            TrainingError: where it has to have one.
        """
        if not record.push:
            return
        if not token and not self.lends_login:
            raise refusal("desk_push_token", name=record.push["to"])
        self._tokens[record.id] = token

    def wait(self, record: RunRecord, command: tuple[str, ...], token: str) -> None:
        """Put a run that is over back in the queue, at its end; for ``token`` see `lend`.

        Raises:
            TrainingError: when the queue is full.
        """
        self.check_queue()
        self.lend(record, token)
        self.save(replace(record, command=command, status="queued", queue_number=time.time_ns()))

    def check_queue(self) -> None:
        """Refuse one more run that waits, where too many do.

        Raises:
            TrainingError: when the queue is full.
        """
        limit = self.quotas.queued_runs
        if limit and len(self.queue()) >= limit:
            raise refusal("desk_queue_full", limit=limit)

    def stop(self, record: RunRecord, reason: str = "") -> None:
        """Ask a running child to end; a second time changes nothing."""
        if record.status == "running":
            self.save(replace(record, status="stopping", stop_asked=now(), reason=reason))
            ask_to_stop(record.pid, record.identity)

    def end(self, record: RunRecord, outcome: Outcome) -> None:
        """Note that a run is over, and why."""
        self._tokens.pop(record.id, None)
        self.save(
            replace(
                record,
                status="ended",
                ended=now(),
                pid=0,
                identity="",
                reason=outcome.reason,
                message=outcome.message,
                values=outcome.values,
            )
        )

    def forget(self, run: str) -> None:
        """Drop a run that was removed."""
        self.records.pop(run, None)
        self._unwritten.discard(run)
        self._tokens.pop(run, None)

    def _start(self, record: RunRecord) -> None:
        folder = self.runs.of(record.id)
        record = replace(record, status="running", started=now(), stop_asked="", ended="", reason="")
        if self.runs.free_bytes() < LEAST_FREE_BYTES:
            self.end(record, describe_outcome("disk_full", self._progress(folder).state()))
            return
        self.save(record)  # before the child is there: a server killed between finds it by its command
        try:
            pid = start_child(
                record.command,
                folder / LOG_FILE,
                threads=int(record.training["threads"]),
                memory_bytes=int(self.quotas.memory_megabytes * MEGABYTE),
                token=self._tokens.get(record.id) or (None if self.lends_login else ""),
            )
        except OSError as problem:
            full = problem.errno == errno.ENOSPC
            state = self._progress(folder).state()
            self.end(record, describe_outcome("disk_full" if full else "failed", state, f"{problem}."))
            return
        self.save(replace(record, pid=pid, identity=process_identity(pid)))

    def _watch(self, record: RunRecord) -> None:
        folder = self.runs.of(record.id)
        if not record.pid and (found := find_process(record.command)):
            record = replace(record, pid=found, identity=process_identity(found))
            self.save(record)
        if not is_alive(record.pid, record.identity):
            state = self._progress(folder).state()
            outcome = find_outcome(folder, record, state, exit_code(record.pid), self.runs.free_bytes())
            self.end(record, outcome)
            _log.info("run %s: %s", record.id, outcome.reason)
            return
        trim_log(folder)
        limit = 60 * self.quotas.run_minutes
        if record.status == "stopping":
            if seconds_since(record.stop_asked) > self.quotas.stop_seconds:
                end_child(record.pid, record.identity)
        elif limit and seconds_since(record.started) > limit + GRACE_SECONDS:
            self.stop(record, "over_time")

    def _progress(self, folder: Path) -> RunProgress:
        """All that a run's events say."""
        progress = RunProgress(folder / CHECKPOINT_FOLDER)
        progress.update_fully()
        return progress
