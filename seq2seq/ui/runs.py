"""Which run of a visitor is the current one: how long work is stopped and superseded."""

import threading
from typing import Any, ClassVar, Self


class Runs:
    """One visitor's runs. A new run or a stop makes every older run stale, and a stale run ends itself.

    Gradio copies the value of a state for every visitor; a copy is a fresh one.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last_run = 0
        self._stopped = False

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return type(self)()

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


class ShownRuns(Runs):
    """Runs whose last picture is remembered, so that a failure can stand above it.

    Attributes:
        view: how the last run was shown.
    """

    empty_view: ClassVar[dict[str, Any]]

    def __init__(self) -> None:
        super().__init__()
        self.view = dict(self.empty_view)

    def fail(self, run: int, message: str) -> dict[str, Any]:
        """A message above what there is."""
        status = "stopped" if self.view["status"] == "running" else self.view["status"]
        self.view = {**self.view, "run": run, "status": status, "message": message}
        return self.view
