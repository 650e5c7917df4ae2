"""Training: target tokens a second over a fixed window, and BLEU after so many minutes."""

import shutil
import time
from pathlib import Path
from statistics import median

from benchmarks.children import ChildError, run_child, run_until
from benchmarks.corpus import PieceFiles, join_pieces, read_test, score_bleu
from benchmarks.decoding import decode, make_job
from benchmarks.settings import BEAM_WIDTH, DECODING_BATCH, Measurement, Settings
from benchmarks.systems import TRAINING_LOG, System

FEWEST_REPORTS = 3
LIMIT_FACTOR = 4.0
"""A throughput run that has not reported enough after this many windows is stopped all the same."""


def measure_throughput(system: System, settings: Settings, files: PieceFiles) -> list[Measurement]:
    """The median of the rates that the system reports, after its warm-up.

    The window begins with the first report. The run goes on until there is a model to decode with, too.
    """
    folder = fresh_folder(system.folder(settings, "throughput"))
    command = system.prepare_training(settings, files, folder, None)
    first_report: list[float] = []

    def enough(seconds: float) -> bool:
        if system.read_rates(folder) and not first_report:
            first_report.append(seconds)
        window_over = bool(first_report) and seconds - first_report[0] >= settings.training_seconds
        has_model = bool(system.find_checkpoints(folder)) or not system.reads_pieces
        reports = len(system.read_rates(folder)) - settings.warmup_reports
        return (
            window_over and has_model and reports >= FEWEST_REPORTS
        ) or seconds > LIMIT_FACTOR * settings.training_seconds + 60

    log = folder / TRAINING_LOG
    code = run_until(command, log=log, environment=system.environment(settings), enough=enough)
    rates = system.read_rates(folder)[settings.warmup_reports :]
    if code != 0 or not rates:
        note = f"ended with {code} and {len(rates)} reports after warm-up: see {log}"
        return [Measurement(system=system.name, measure="training", value=None, note=note)]
    note = f"median of {len(rates)} reports, {min(rates):,.0f} to {max(rates):,.0f}"
    return [Measurement(system=system.name, measure="training", value=median(rates), note=note)]


def measure_quality(system: System, settings: Settings, files: PieceFiles) -> list[Measurement]:
    """BLEU on the test split with beam 5, line by line, after each number of minutes since the command."""
    train = _train_once if system.reads_pieces else _train_each
    measurements = []
    for minutes, (checkpoint, age) in train(system, settings, files).items():
        measure = f"quality_{minutes:g}_minutes"
        if checkpoint is None:
            measurements.append(
                Measurement(system=system.name, measure=measure, value=None, note="no model yet")
            )
            continue
        bleu = score_checkpoint(system, settings, files, checkpoint)
        measurements.append(
            Measurement(system=system.name, measure=measure, value=bleu, note=f"model of {age / 60:.1f} min")
        )
    return measurements


def score_checkpoint(system: System, settings: Settings, files: PieceFiles, checkpoint: Path) -> float:
    """BLEU of one model on the whole test split.

    Raises:
        ChildError: when the system fails to decode.
    """
    sources, references = read_test(settings)
    given = files.lines("test", "source") if system.reads_pieces else sources
    order = sorted(range(len(given)), key=lambda index: len(given[index]))
    job = make_job("test", [given[index] for index in order], beam=BEAM_WIDTH, batch=DECODING_BATCH)
    job |= {"repeats": 1, "warmup": 0, "keep_outputs": True}
    result = decode(system, settings, checkpoint, [job])["test"]
    if "error" in result:
        raise ChildError(result["error"])
    outputs = [""] * len(given)
    for index, pieces in zip(order, result["outputs"], strict=True):
        outputs[index] = join_pieces(pieces)
    return score_bleu(outputs, references)


def fresh_folder(folder: Path) -> Path:
    """An empty folder in this place."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


Models = dict[float, tuple[Path | None, float]]
"""For each number of minutes the model and its age in seconds since the command was started."""


def _train_once(system: System, settings: Settings, files: PieceFiles) -> Models:
    """One long run that keeps models on its way; for each time, the last model before it."""
    folder = fresh_folder(system.folder(settings, "quality"))
    command = system.prepare_training(settings, files, folder, None)
    start, longest = time.time(), 60 * max(settings.quality_minutes)
    code = run_until(
        command,
        log=folder / TRAINING_LOG,
        environment=system.environment(settings),
        enough=lambda seconds: seconds >= longest,
    )
    if code != 0:
        raise ChildError(f"{system.name} ended with {code}: see {folder / TRAINING_LOG}")
    ages = {path: path.stat().st_mtime - start for path in system.find_checkpoints(folder)}
    models = {minutes: _last_before(ages, 60 * minutes) for minutes in settings.quality_minutes}
    kept = {path for path, _ in models.values()}
    for path in ages:
        if path not in kept:
            path.unlink()
    return models


def _last_before(ages: dict[Path, float], seconds: float) -> tuple[Path | None, float]:
    old_enough = [(age, path) for path, age in ages.items() if age <= seconds]
    age, path = max(old_enough, default=(0.0, None))
    return path, age


def _train_each(system: System, settings: Settings, files: PieceFiles) -> Models:
    """A run of its own for each time, since the learning rate follows the length of the run."""
    models: Models = {}
    for minutes in settings.quality_minutes:
        folder = fresh_folder(system.folder(settings, f"quality-{minutes:g}"))
        command = system.prepare_training(settings, files, folder, minutes)
        seconds = run_child(command, log=folder / TRAINING_LOG, environment=system.environment(settings))
        models[minutes] = (next(iter(system.find_checkpoints(folder)), None), seconds)
    return models
