"""Pushing the best weights of a run while it goes on: by a child process, which neither stops nor breaks training.

At most one push is under way; of the bests that come meanwhile, the newest is next. What is pushed is a copy, made
between two steps, so that its files belong together.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from seq2seq.checkpoints import WEIGHTS_FILE, read_scores
from seq2seq.hub.pull import PULLED

SECONDS_BETWEEN_PUSHES: Final = 60.0
"""From the begin of one to that of the next while a run goes on: the Hub counts commits."""
LAST_PUSH_SECONDS: Final = 600.0
"""The longest that a run waits at its end for what it has begun to push."""
NICENESS: Final = 10
PACKAGE_ROOT: Final = Path(__file__).resolve().parents[2]


class BestPusher:
    """Pushes a run's folder, again and again.

    Args:
        folder: of the run.
        command: what pushes, with the copy in place of ``{folder}`` and its step in ``Step {step}``.
        tell: is told one line of what came of each push.
        every_best: whether to push while the run goes on, or at its end only.
        between_seconds: see `SECONDS_BETWEEN_PUSHES`.
    """

    def __init__(
        self,
        folder: Path,
        command: Sequence[str],
        tell: Callable[[str], None],
        *,
        every_best: bool,
        between_seconds: float = SECONDS_BETWEEN_PUSHES,
    ) -> None:
        self._folder, self._command, self._tell = folder, tuple(command), tell
        self._every_best, self._between = every_best, between_seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._place: Path | None = None
        self._began = -between_seconds
        self._step, self._tried_step, self._child_step = -1, -1, -1

    def offer(self, step: int) -> None:
        """The folder holds new best weights, of this step."""
        self._step = step
        self.look()

    def look(self) -> None:
        """See what became of the push that is under way, and begin the next where one is due; takes a moment."""
        if self._child is not None and self._child.poll() is not None:
            self._collect(self._child)
        due = time.monotonic() - self._began >= self._between
        if self._every_best and self._step != self._tried_step and self._child is None and due:
            self._begin()

    def finish(self, limit_seconds: float = LAST_PUSH_SECONDS) -> None:
        """Push what is best at the end, and wait for it, or for what is under way, so long at most."""
        end = time.monotonic() + limit_seconds
        self._wait(end)
        if self._child is None and (self._folder / WEIGHTS_FILE).is_file():
            self._step = int(read_scores(self._folder).get("step", self._step))
            self._begin()
            self._wait(end)
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._tell(f"the push of step {self._child_step:,} took too long and was ended")
            self._clear()

    def _begin(self) -> None:
        self._began, self._tried_step = time.monotonic(), self._step
        try:
            self._place = place = Path(tempfile.mkdtemp(prefix="seq2seq-push-"))
            _copy(self._folder, place / self._folder.resolve().name)
            words = self._words(place / self._folder.resolve().name)
            with (place / "said").open("wb") as said, _ignored_interrupts():
                child = subprocess.Popen(
                    words, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, env=_environment()
                )
        except OSError as problem:
            self._tell(f"step {self._step:,} was not pushed: {problem}")
            self._clear()
            return
        self._child, self._child_step = child, self._step
        if hasattr(os, "setpriority"):
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, child.pid, NICENESS)

    def _words(self, copy: Path) -> list[str]:
        given = {"{folder}": str(copy), "Step {step}": f"Step {self._step:,}"}
        return [given.get(word, word) for word in self._command]

    def _wait(self, end: float) -> None:
        if self._child is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(max(0.0, end - time.monotonic()))
            self._collect(self._child)

    def _collect(self, child: "subprocess.Popen[bytes]") -> None:
        said = self._place / "said" if self._place else Path()
        lines = said.read_text("utf-8", "replace").strip().splitlines() or [""]
        if child.returncode == 0:
            self._tell(f"pushed the best weights, of step {self._child_step:,}: {lines[-1]}")
        else:
            reason = lines[-1].removeprefix("error: ") or f"it ended with {child.returncode}"
            self._tell(f"step {self._child_step:,} was not pushed: {reason}")
        self._clear()

    def _clear(self) -> None:
        if self._place is not None:
            shutil.rmtree(self._place, ignore_errors=True)
        self._child = self._place = None


def _copy(folder: Path, place: Path) -> None:
    """The files that may be published, the weights as a link: training replaces files and never changes one."""
    for name in PULLED:
        if (folder / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            try:
                if name != WEIGHTS_FILE:
                    raise OSError
                os.link(folder / name, place / name)
            except OSError:
                shutil.copyfile(folder / name, place / name)


def _environment() -> dict[str, str]:
    """The child's: one thread, no graphics card, and this package where it is not installed."""
    paths = [str(PACKAGE_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join(paths),
    }


@contextmanager
def _ignored_interrupts() -> Iterator[None]:
    """While open a child is started that an interrupt at the terminal, meant for training, does not reach."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def push_command(repository: str, licence: str, *, private: bool) -> tuple[str, ...]:
    """The command that pushes a run's best weights."""
    words = [sys.executable, "-m", "seq2seq", "push", "{folder}", repository, "--yes"]
    words += ["--message", "Step {step}", "--license", licence]
    return (*words, "--private") if private else tuple(words)
