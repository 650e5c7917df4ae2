"""Stands in for the package `spaces` on ZeroGPU: a call runs in a forked process and comes back by pickle.

`STAND_IN_SPACES` says what a call meets: `lent`, `no_quota`, `aborted` or `unreachable`.
"""

import multiprocessing
import os

import httpx

ASKED = []
"""For every call: the seconds it asked for, and the process that did the work."""
OUTCOME = os.environ.get("STAND_IN_SPACES", "lent")


def GPU(task, *, duration):  # noqa: N802 - its name
    def call(*arguments):
        import gradio

        if OUTCOME == "no_quota":
            raise gradio.Error("You have exceeded your free ZeroGPU quota", print_exception=False)
        if OUTCOME == "aborted":
            raise RuntimeError("ZeroGPU API /schedule error: 500")
        if OUTCOME == "unreachable":
            raise httpx.ConnectError("Connection refused")
        there = multiprocessing.get_context("fork")
        ours, theirs = there.Pipe()
        process = there.Process(target=_work, args=(theirs, task))
        process.start()
        ours.send(arguments)
        answer = ours.recv()
        process.join()
        ASKED.append((duration(*arguments), process.pid))
        return answer

    return call


def _work(pipe, task):
    pipe.send(task(*pipe.recv()))
