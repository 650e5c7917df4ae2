"""Desks that leave no child behind."""

import os
import signal
from contextlib import suppress

import pytest

from seq2seq.desk import processes


@pytest.fixture(autouse=True)
def no_child_is_left():
    """End, by their numbers, the children that a test's desks started and did not wait for."""
    before = set(processes._CHILDREN)
    yield
    for pid in set(processes._CHILDREN) - before:
        child = processes._CHILDREN.pop(pid)
        if child.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            child.wait()
