"""A run's child process: started so that it outlives the server and gives way to it, found again, ended.

A child is known by its number and an identity (when it began), since a system uses the numbers again.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

PACKAGE_ROOT: Final = Path(__file__).resolve().parents[2]
"""Where ``python -m seq2seq`` finds the package, installed or not."""
NICENESS: Final = 10
_OUT_OF_MEMORY_SCORE: Final = "600"
"""Linux ends the process of the highest score (0 to 1000) first: the run and not the page."""
_TOKEN_VARIABLES: Final = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
_CHILDREN: Final[dict[int, "subprocess.Popen[bytes]"]] = {}
"""The children of this very process, by number: only for these an exit code can be known."""


def threads_beside_page() -> int:
    """Processor threads for a run, so that one core stays with the page where there are several."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - 1)


def child_environment(threads: int, token: str | None = None) -> dict[str, str]:
    """The environment of a run: waiting threads sleep, since spinning ones would stop the page's.

    Args:
        threads: of the processor.
        token: of the Hugging Face Hub; empty for none, not even the one of this machine's login; None for that.
    """
    counts = {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
    inherited = {name: value for name, value in os.environ.items() if name != "GOMP_SPINCOUNT"}
    if token is not None:
        inherited = {name: value for name, value in inherited.items() if name not in _TOKEN_VARIABLES}
        inherited |= {"HF_TOKEN": token} if token else {"HF_TOKEN_PATH": os.devnull}
    return {**inherited, **counts, "OMP_WAIT_POLICY": "PASSIVE", "PYTHONIOENCODING": "utf-8"}


def start_child(
    command: Sequence[str], log: Path, *, threads: int, memory_bytes: int = 0, token: str | None = None
) -> int:
    """Start a command in a session of its own, at low priority, printing to a new log; the process' number.

    For ``token`` see `child_environment`.

    Raises:
        OSError: when it cannot be started or the log cannot be made.
    """
    log.unlink(missing_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=PACKAGE_ROOT,
            env=child_environment(threads, token),
            start_new_session=True,
        )
    _CHILDREN[child.pid] = child
    lower_priority(child.pid)
    if memory_bytes and sys.platform == "linux":
        import resource

        with suppress(ProcessLookupError):
            resource.prlimit(child.pid, resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    return child.pid


def lower_priority(pid: int) -> None:
    """Let a process give way to the page; what the system does not offer is left out."""
    if hasattr(os, "setpriority"):
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, pid, NICENESS)
    # Where Linux groups processes by session, niceness between sessions is the group's and not the process's.
    for name, value in (("autogroup", str(NICENESS)), ("oom_score_adj", _OUT_OF_MEMORY_SCORE)):
        with suppress(OSError):
            (Path("/proc") / str(pid) / name).write_text(value)


def process_identity(pid: int) -> str:
    """What tells a living process from others that had or will have its number; empty for a dead one."""
    if Path("/proc/self/stat").exists():
        try:
            fields = (
                (Path("/proc") / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            )
        except OSError:
            return ""
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return "" if fields[0] in "ZX" else f"{boot}:{fields[19]}"
    listed = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)],  # noqa: S607 - wherever a system keeps it
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout.strip()


def is_alive(pid: int, identity: str) -> bool:
    """Whether the process of this number is still the one of this identity."""
    if not pid or not identity:
        return False
    if pid in _CHILDREN:
        _CHILDREN[pid].poll()
    return process_identity(pid) == identity


def exit_code(pid: int) -> int | None:
    """How a child of this process ended, minus a signal's number where one ended it; else None."""
    child = _CHILDREN.get(pid)
    return child.poll() if child else None


def find_process(command: Sequence[str]) -> int:
    """The number of a living process with just these arguments, or 0; only Linux tells."""
    wanted = b"".join(os.fsencode(word) + b"\0" for word in command)
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (folder / "cmdline").read_bytes() == wanted:
                return int(folder.name)
    return 0


def ask_to_stop(pid: int, identity: str) -> None:
    """Ask a run to validate, keep its snapshot and end."""
    if is_alive(pid, identity):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def end_child(pid: int, identity: str) -> None:
    """End a run and whatever it started, at once."""
    if is_alive(pid, identity):
        with suppress(ProcessLookupError):
            if hasattr(os, "killpg"):
                os.killpg(pid, signal.SIGKILL)
            else:
                os.kill(pid, signal.SIGTERM)
