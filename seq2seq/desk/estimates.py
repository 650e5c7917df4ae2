"""An estimate made by a child process, so that the page's server neither computes nor waits without end."""

import json
import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from seq2seq.desk.outcomes import last_words
from seq2seq.desk.processes import PACKAGE_ROOT, child_environment, lower_priority
from seq2seq.desk.records import LOG_FILE
from seq2seq.desk.refusals import refusal
from seq2seq.training.estimate import Estimate


def measure(command: Sequence[str], folder: Path, *, threads: int, seconds: float) -> Estimate:
    """Run a training command with ``--estimate``; all it writes lies in ``folder``.

    Raises:
        TrainingError: when the run could not start, with its reason, or the time is over.
    """
    environment = child_environment(threads) | {"TMPDIR": str(folder)}
    with (
        (folder / LOG_FILE).open("ab") as errors,
        subprocess.Popen(
            [*command, "--estimate"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=PACKAGE_ROOT,
            env=environment,
            start_new_session=True,
        ) as child,
    ):
        lower_priority(child.pid)
        try:
            printed, _ = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as problem:
            raise refusal("desk_estimate_slow", seconds=seconds) from problem
        finally:
            if child.poll() is None:
                _end(child)
    if child.returncode:
        reason = last_words(folder) or f"it ended with code {child.returncode}."
        raise refusal("desk_estimate_failed", reason=reason)
    return Estimate(**json.loads(printed))


def _end(child: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
