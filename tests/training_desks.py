"""Desks for tests: over a fake child or the real one, and ways to wait for what a child does."""

import os
import signal
import sys
import time
from pathlib import Path

from seq2seq.desk.desk import Desk
from seq2seq.desk.new_run import NewRun
from seq2seq.desk.visitors import Visitor

FAKE = (sys.executable, "-S", str(Path(__file__).with_name("fake_run.py")))
ANN, BEN = (Visitor.from_secret(name * 8) for name in ("ann-", "ben-"))
PAIRS = [("a b", "b a"), ("b c", "c b"), ("c d", "d c")]


def new_run(does="finish", name="Mine", **changes):
    values = {"training_pairs": PAIRS, "held_out_pairs": PAIRS[:2], "probe": does}
    return NewRun(name=name, **{**values, **changes})


def fake_desk(home, **settings):
    return Desk(home, **{"program": FAKE, **settings})


def wait_until(true, *, desk=None, seconds=30.0):
    """Let the desk look again and again until something holds."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("it did not come about")
        time.sleep(0.02)
        if desk:
            desk.advance()


def record_of(desk, run, visitor=ANN):
    return desk.follow(visitor, run)[0].record


def wait_for_status(desk, run, status, visitor=ANN, seconds=30.0):
    wait_until(lambda: record_of(desk, run, visitor).status == status, desk=desk, seconds=seconds)
    return record_of(desk, run, visitor)


def wait_for_weights(desk, run, visitor=ANN, seconds=30.0):
    wait_until(lambda: desk.follow(visitor, run)[1].best_step, desk=desk, seconds=seconds)


def kill(pid):
    """Kill one process; 0, the number of a run that is over, would kill the tests' own process group."""
    if pid <= 0:
        raise ValueError(f"{pid} is the number of no process: the run was over already")
    os.kill(pid, signal.SIGKILL)
