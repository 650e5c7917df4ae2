"""Where runs lie, how much room they take, and which of several servers looks after them."""

import os
import shutil
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from seq2seq.desk.records import is_run_id

_LOCK_FILE: Final = ".server.lock"


class RunsFolder:
    """``<home>/runs``: a folder for each run, and the lock of the server that looks after them."""

    def __init__(self, home: Path) -> None:
        self.path = home.resolve() / "runs"
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = FileLock(self.path / _LOCK_FILE, thread_local=False)

    def take(self) -> bool:
        """Whether this server looks after the runs: it already did, or nobody else does now."""
        if not self._lock.is_locked:
            try:
                self._lock.acquire(timeout=0)
            except Timeout:
                return False
        return True

    def release(self) -> None:
        """Let another server look after the runs."""
        self._lock.release()

    def of(self, run: str) -> Path:
        """The folder of a run, by its id."""
        if not is_run_id(run):
            raise ValueError(f"{run!r} is no id of a run")
        return self.path / run

    def draft(self, run: str) -> Path:
        """An empty folder in which a new run is put together, to be renamed when it is whole."""
        folder = self.path / f".{run}.new"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def remove(self, run: str) -> None:
        """Remove a run: at once out of sight, then file by file."""
        doomed = self.path / f".{run}.deleted"
        shutil.rmtree(doomed, ignore_errors=True)
        self.of(run).rename(doomed)
        shutil.rmtree(doomed)

    def sweep(self) -> None:
        """Remove what a server left behind that was killed while it made or removed a run."""
        for pattern in (".*.new", ".*.deleted"):
            for folder in self.path.glob(pattern):
                shutil.rmtree(folder, ignore_errors=True)

    def used_bytes(self) -> int:
        """The size of all files of all runs."""
        total = 0
        for folder, _, names in os.walk(self.path):
            for name in names:
                try:
                    total += os.stat(os.path.join(folder, name)).st_size
                except FileNotFoundError:  # a child renamed it meanwhile
                    continue
        return total

    def free_bytes(self) -> int:
        """What the disk still has."""
        return shutil.disk_usage(self.path).free
