"""What commands that move bytes share: a line that tells how far it is, and a first interrupt that asks."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # the client takes half a second, and only a few commands need it
    from seq2seq.hub.upload import Uploaded

MEGABYTE: Final = 1_000_000
_SECONDS_BETWEEN_LINES: Final = 0.2


@contextmanager
def interrupts(stopping: threading.Event) -> Iterator[None]:
    """While open, the first interrupt asks to stop and the second one ends the program."""

    def ask(number: int, _frame: object) -> None:
        stopping.set()
        signal.signal(number, signal.SIG_DFL)

    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # whoever started this program wants it so
        yield
        return
    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class TransferLine:
    """A line on the terminal that tells how far it is; silent where there is none."""

    def __init__(self) -> None:
        self._shown = 0.0

    def __call__(self, done: int, total: int) -> None:
        """So many bytes of so many."""
        now = time.monotonic()
        if not sys.stderr.isatty() or (done < total and now - self._shown < _SECONDS_BETWEEN_LINES):
            return
        self._shown = now
        end = "\n" if done >= total else ""
        print(f"\r{done / MEGABYTE:.1f} of {total / MEGABYTE:.1f} MB", end=end, file=sys.stderr, flush=True)


def is_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def agrees(question: str) -> bool:
    """Whether the person says yes, who is asked only where there is a terminal."""
    return not is_terminal() or input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def describe_upload(uploaded: "Uploaded") -> str:
    """What came of an upload, in a line."""
    if uploaded.unchanged:
        return f"{uploaded.address} has all of it already, at commit {uploaded.commit[:12]}"
    removed = f", {len(uploaded.removed)} removed" if uploaded.removed else ""
    return f"{uploaded.address} is at commit {uploaded.commit[:12]}: {len(uploaded.sent)} files sent{removed}"
