"""Child processes: run one to its end, or for a while, with its output in a log file."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.settings import ROOT

GRACE_SECONDS = 60.0
POLL_SECONDS = 0.5


class ChildError(Exception):
    """A child process that failed; the message ends with the last lines of its log."""


def run_child(command: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> float:
    """Run to the end and give the seconds it took.

    Raises:
        ChildError: when it exits with anything but 0.
    """
    start = time.perf_counter()
    code = run_until(command, log=log, environment=environment, enough=lambda seconds: False)
    if code != 0:
        raise ChildError(f"{' '.join(map(str, command))} ended with {code}:\n{_last_lines(log)}")
    return time.perf_counter() - start


def run_until(
    command: Sequence[str], *, log: Path, environment: Mapping[str, str], enough: Callable[[float], bool]
) -> int:
    """Run until it ends, or ``enough(seconds since start)`` says so; its exit code (0 when stopped)."""
    log.parent.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    with log.open("wb") as output:
        child = subprocess.Popen(
            list(map(str, command)),
            cwd=ROOT,
            env=dict(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        while child.poll() is None:
            if enough(time.perf_counter() - start):
                return 0
            time.sleep(POLL_SECONDS)
        return child.returncode
    finally:
        stop_group(child)


def stop_group(child: "subprocess.Popen[bytes]") -> None:
    """End a child that leads its own process group, and everything it started."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, sign)
        except ProcessLookupError:
            break
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    child.wait(GRACE_SECONDS)


def _last_lines(log: Path, count: int = 15) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
