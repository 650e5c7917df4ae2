"""What a run will take, measured before it starts: 20 real updates, a validation and a snapshot."""

import re
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from seq2seq.data.batches import make_batches
from seq2seq.errors import ConfigError
from seq2seq.training.events import RunEnded, RunStarted, StepDone, Validated
from seq2seq.training.jobs import prepare_job
from seq2seq.training.loop import TrainingJob, train
from seq2seq.training.requests import TrainingRequest

MEASURED_STEPS: Final = 20
_WARM_UP_STEPS: Final = 3
_BYTES_A_PARAMETER: Final = 20
"""Weight, gradient, two moments of AdamW and the average, four bytes each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The size of a run and what it takes on this machine, as it is now.

    Attributes:
        parameters: weights of the network.
        memory_bytes: largest memory of the measuring process, Python and PyTorch included.
        disk_bytes: of the run's folder while a snapshot replaces the one before.
        steps: updates until the nearest limit; early stopping may end the run before.
        seconds: of the whole run with its preparation, validations and snapshots.
        preparation_seconds: reading, making tokenizers, building.
        step_seconds: of an average update.
        validation_seconds: of a validation and its snapshot; a trained model is often faster, because its
            translations end sooner.
    """

    parameters: int
    memory_bytes: int
    disk_bytes: int
    training_pairs: int
    dropped_pairs: int
    validation_pairs: int
    steps: int
    seconds: float
    preparation_seconds: float
    step_seconds: float
    validation_seconds: float
    tokens_per_second: float

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return asdict(self)


@dataclass(slots=True)
class _Measured:
    """What was seen while the first updates ran."""

    started: RunStarted | None = None
    steps: int = 0
    seconds: float = 0.0
    tokens: float = 0.0
    validation_seconds: float = 0.0


def estimate_run(request: TrainingRequest) -> Estimate:
    """Train a few updates of the run in a folder that is removed again.

    Raises:
        Seq2SeqError: for all that would keep the run itself from starting.
        ConfigError: when the run is to be resumed: what it takes is known by then.
    """
    if request.resume:
        raise ConfigError(["Only a new run can be estimated."], "Leave out --resume or --estimate.")
    limit = request.training.get("max_steps") or MEASURED_STEPS
    short = {"max_steps": min(limit, MEASURED_STEPS), "log_every": 1, "save_every_seconds": 86_400.0}
    with tempfile.TemporaryDirectory(prefix="seq2seq-estimate-") as place:
        start = time.perf_counter()
        brief = replace(
            request, output=Path(place) / "run", test=None, training={**request.training, **short}
        )
        job = prepare_job(brief)
        preparation = time.perf_counter() - start
        measured = _measure(job)
        disk = _folder_bytes(brief.output) + _folder_bytes(brief.output / "resume")
    return _project(request, job, measured, preparation, disk)


def _measure(job: TrainingJob) -> _Measured:
    """Run the job; the first updates, which are slower, do not count where there are others."""
    found, before = _Measured(), time.perf_counter()
    for event in train(job):
        now = time.perf_counter()
        match event:
            case RunStarted():
                found.started = event
            case StepDone():
                if event.step == _WARM_UP_STEPS + 1:
                    found.steps, found.seconds, found.tokens = 0, 0.0, 0.0
                found.steps += 1
                found.seconds += now - before
                found.tokens += event.tokens_per_second * (now - before)
            case Validated() | RunEnded():
                found.validation_seconds += now - before
            case _:
                continue
        before = now
    return found


def _project(
    request: TrainingRequest, job: TrainingJob, measured: _Measured, preparation: float, disk: int
) -> Estimate:
    config, limit = job.config, request.training.get("max_steps", 0)
    batches = len(make_batches(job.training, batch_tokens=config.batch_tokens, seed=config.seed, epoch=0))
    tokens = int(job.training.target.lengths.sum())
    rate = measured.tokens / max(1e-9, measured.seconds)
    step_seconds = tokens / batches / max(1e-9, rate)
    steps = min(config.epochs * batches, limit or config.epochs * batches)
    mean_seconds = step_seconds + measured.validation_seconds / config.validate_every
    if config.max_minutes:
        steps = min(steps, max(1, round(60 * config.max_minutes / mean_seconds)))
    parameters = measured.started.parameters if measured.started else 0
    return Estimate(
        parameters=parameters,
        memory_bytes=_peak_bytes() or _BYTES_A_PARAMETER * parameters,
        disk_bytes=disk,
        training_pairs=len(job.training),
        dropped_pairs=job.dropped_pairs,
        validation_pairs=len(job.validation),
        steps=steps,
        seconds=preparation + steps * mean_seconds + measured.validation_seconds,
        preparation_seconds=preparation,
        step_seconds=step_seconds,
        validation_seconds=measured.validation_seconds,
        tokens_per_second=rate,
    )


def _folder_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _peak_bytes() -> int:
    """The largest memory this process has had; 0 where the system does not say.

    Not `resource.getrusage`: there a child begins with the peak of the process that started it.
    """
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return 1024 * int(found[1]) if found else 0
