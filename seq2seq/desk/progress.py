"""How a run stands, from its events.jsonl: read on from where the last look ended, kept in bounded memory."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seq2seq.desk.series import Thinned
from seq2seq.errors import TrainingError
from seq2seq.training.events import (
    CheckpointSaved,
    Probed,
    RunEnded,
    RunStarted,
    ScoredTest,
    StepDone,
    TrainingEvent,
    Validated,
    event_from_json,
)
from seq2seq.training.runs import EVENTS_FILE

MOST_BYTES_A_LOOK: Final = 4_000_000
MOST_PROBES: Final = 60
Curve = tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationPoint:
    """The scores of one validation, as in `Validated`."""

    step: int
    loss: float
    bleu: float | None
    chrf: float | None
    best: bool
    general_bleu: float | None = None
    general_chrf: float | None = None
    exact_match: float | None = None
    trained_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressState:
    """All that a page shows of a run at one moment; curves are (step, value), long ones thinned.

    Attributes:
        step, epoch, progress, seconds_left, tokens_per_second: as in the last `StepDone`.
        losses, learning_rates, gradient_norms, speeds: curves of the training.
        validations: scores at the validations.
        samples: source, reference, translation, of the last validation.
        best_step: the step whose weights are kept, 0 before there are any.
        probes: attention of the probe sentence, for a time-lapse.
        tests: the scores of the run's tests by their name, once it is over.
        started: the last start or resume; None before.
        ended: how that ended; None while it goes on, or when it was killed.
        damaged_lines: lines of the file that are no events.
    """

    step: int
    epoch: float
    progress: float
    seconds_left: float | None
    tokens_per_second: float
    losses: Curve
    learning_rates: Curve
    gradient_norms: Curve
    speeds: Curve
    validations: tuple[ValidationPoint, ...]
    samples: tuple[tuple[str, str, str], ...]
    best_step: int
    probes: tuple[Probed, ...]
    tests: Mapping[str, ScoredTest]
    started: RunStarted | None
    ended: RunEnded | None
    damaged_lines: int


class RunProgress:
    """Follows the events of a run's checkpoint folder.

    Each `update` reads only what was added. A resumed run replaces the file, without the events it will
    produce again: then, and only then, the new file is read from its beginning.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / EVENTS_FILE
        self._file_number = 0
        self._forget()

    def update(self) -> bool:
        """Read on, at most 4 MB; whether there was anything new."""
        try:
            with self._path.open("rb") as file:
                status = os.fstat(file.fileno())
                if status.st_ino != self._file_number or status.st_size < self._offset:
                    self._forget()
                    self._file_number = status.st_ino
                file.seek(self._offset)
                block = file.read(MOST_BYTES_A_LOOK)
                if b"\n" not in block:
                    block += file.readline()
        except FileNotFoundError:
            return False
        whole = block[: block.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.splitlines():
            self._take_line(line)
        return bool(whole)

    def update_fully(self) -> None:
        """Read on to the end of the file."""
        while self.update():
            pass

    def state(self) -> ProgressState:
        """How the run stands."""
        last = self._last_step
        return ProgressState(
            step=self._step,
            epoch=last.epoch if last else 0.0,
            progress=last.progress if last else 0.0,
            seconds_left=last.seconds_left if last and not self._ended else None,
            tokens_per_second=last.tokens_per_second if last else 0.0,
            losses=self._losses.items(),
            learning_rates=self._rates.items(),
            gradient_norms=self._norms.items(),
            speeds=self._speeds.items(),
            validations=self._validations.items(),
            samples=self._samples,
            best_step=self._best_step,
            probes=self._probes.items(),
            tests=dict(self._tests),
            started=self._started,
            ended=self._ended,
            damaged_lines=self._damaged_lines,
        )

    def _forget(self) -> None:
        self._offset = self._step = self._best_step = self._damaged_lines = 0
        self._last_step: StepDone | None = None
        self._started: RunStarted | None = None
        self._ended: RunEnded | None = None
        self._samples: tuple[tuple[str, str, str], ...] = ()
        self._validations: Thinned[ValidationPoint] = Thinned()
        self._probes: Thinned[Probed] = Thinned(MOST_PROBES)
        self._tests: dict[str, ScoredTest] = {}
        self._losses: Thinned[tuple[int, float]] = Thinned()
        self._rates: Thinned[tuple[int, float]] = Thinned()
        self._norms: Thinned[tuple[int, float]] = Thinned()
        self._speeds: Thinned[tuple[int, float]] = Thinned()

    def _take_line(self, line: bytes) -> None:
        try:
            self._take(event_from_json(line.decode("utf-8", "replace")))
        except TrainingError:
            self._damaged_lines += 1

    def _take(self, event: TrainingEvent) -> None:
        self._step = event.step
        match event:
            case RunStarted():
                self._started, self._ended, self._tests = event, None, {}
            case StepDone():
                self._take_step(event)
            case Validated():
                self._take_validation(event)
            case CheckpointSaved():
                self._best_step = event.step
            case Probed():
                self._probes.add(event)
            case ScoredTest():
                self._tests[event.test] = event
            case RunEnded():
                self._ended = event

    def _take_step(self, event: StepDone) -> None:
        self._last_step = event
        self._losses.add((event.step, event.loss))
        self._rates.add((event.step, event.learning_rate))
        self._norms.add((event.step, event.gradient_norm))
        self._speeds.add((event.step, event.tokens_per_second))

    def _take_validation(self, event: Validated) -> None:
        self._samples = event.samples
        if event.best:
            self._best_step = event.step
        self._validations.add(
            ValidationPoint(
                step=event.step,
                loss=event.loss,
                bleu=event.bleu,
                chrf=event.chrf,
                best=event.best,
                general_bleu=event.general_bleu,
                general_chrf=event.general_chrf,
                exact_match=event.exact_match,
                trained_seconds=event.trained_seconds,
            )
        )
