"""Work that waits for the Hub: done in a thread, followed by a page, and ended when nobody follows it any more."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from seq2seq.errors import Seq2SeqError
from seq2seq.ui.feedback import refusal
from seq2seq.ui.runs import Runs, ShownRuns

LOOK_SECONDS: Final = 0.2
MEGABYTE: Final = 1_000_000
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Far:
    """How far a transfer is, in bytes; a total of 0 before it is known."""

    done: int = 0
    total: int = 0

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.done / self.total if self.total else 0.0

    @property
    def megabytes(self) -> dict[str, str]:
        """Both numbers as the page says them."""
        return {"done": f"{self.done / MEGABYTE:.1f}", "total": f"{self.total / MEGABYTE:.1f}"}


class TransferRuns(ShownRuns):
    """One visitor's transfers; the view says what is going on and how far it is."""

    def show(self, run: int, status: str, said: dict[str, str], share: float = 0.0) -> dict[str, Any]:
        """What is going on, instead of what was, above what is there."""
        self.view = {
            **self.view,
            "run": run,
            "status": status,
            "message": "",
            "said": said,
            "share": round(share, 3),
        }
        return self.view


Work = Callable[[Callable[[int, int], None], Callable[[], bool]], Result]
"""Gets what to tell the bytes to, and what to ask whether to stop."""


def follow(session: Runs, run: int, work: Work[Result]) -> Iterator[Far | Result]:
    """Yields how far the work is, a few times a second, and what came of it at last.

    It is asked to stop once the run is stopped, or nobody asks for more, as when the page is closed.

    Raises:
        Seq2SeqError: what the work raises; a bug's traceback is on the terminal, and here a sentence.
    """
    told: queue.SimpleQueue[Result | Seq2SeqError] = queue.SimpleQueue()
    far, left = [Far()], threading.Event()

    def note(done: int, total: int) -> None:
        far[0] = Far(done, total)

    def do() -> None:
        try:
            told.put(work(note, lambda: left.is_set() or not session.may_go_on(run)))
        except Seq2SeqError as problem:
            told.put(problem)

    thread = threading.Thread(target=do, name="transfer", daemon=True)
    thread.start()
    try:
        while thread.is_alive() or not told.empty():
            try:
                found = told.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                yield far[0]
                continue
            if isinstance(found, Seq2SeqError):
                raise found
            yield found
            return
        raise refusal("transfer_broke")
    finally:
        left.set()
