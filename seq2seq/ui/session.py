"""What the server remembers of one visitor: which run is current and the last translation."""

import threading
from dataclasses import dataclass
from typing import Any

from seq2seq.translation import Translation

MEAN = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which part of a trace is shown: a hypothesis, and a layer and head or their mean (-1)."""

    hypothesis: int = 0
    layer: int = MEAN
    head: int = MEAN


class Session:
    """One visitor's runs. A new run or a stop makes every older run stale, and a stale run ends itself.

    Gradio copies the value of a state for every visitor; a copy of a session is a fresh one.

    Attributes:
        translation: the last one that was shown, whole or stopped.
        view: how it was shown last.
        choice: which part of it is shown.
    """

    def __init__(self) -> None:
        self.translation: Translation | None = None
        self.view: dict[str, Any] | None = None
        self.choice = Choice()
        self._lock = threading.Lock()
        self._last_run = 0
        self._stopped = False

    def __deepcopy__(self, memo: dict[int, object]) -> "Session":
        return Session()

    @property
    def run(self) -> int:
        """Number of the newest run."""
        return self._last_run

    def start(self) -> int:
        """Begin a run; its number is higher than that of any run before."""
        with self._lock:
            self._last_run += 1
            self._stopped = False
            return self._last_run

    def stop(self) -> None:
        """Ask the current run to end."""
        self._stopped = True

    def is_newest(self, run: int) -> bool:
        """Whether no later run has begun."""
        return run == self._last_run

    def may_go_on(self, run: int) -> bool:
        """Whether a run is neither stopped nor superseded."""
        return self.is_newest(run) and not self._stopped
