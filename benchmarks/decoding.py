"""Decoding: one sentence at a time with the full trace, and in batches of 64."""

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.children import ChildError, run_child
from benchmarks.corpus import PieceFiles, read_test
from benchmarks.settings import (
    BEAM_WIDTH,
    DECODING_BATCH,
    FIXED_OUTPUT,
    LONGEST_OUTPUT,
    Measurement,
    Settings,
)
from benchmarks.systems import System
from benchmarks.timing import Job

WARMUP_SINGLE, WARMUP_BATCHES = 10, 1
METHODS = {"greedy": 1, "beam": BEAM_WIDTH}
FIXED = {"shortest": FIXED_OUTPUT, "longest": FIXED_OUTPUT}


def make_job(name: str, sources: list[str], *, beam: int, batch: int, trace: bool = False) -> Job:
    """One decoding to be timed."""
    return {
        "name": name,
        "sources": sources,
        "beam": beam,
        "batch": batch,
        "trace": trace,
        "shortest": 1,
        "longest": LONGEST_OUTPUT,
        "warmup": WARMUP_SINGLE if batch == 1 else WARMUP_BATCHES,
        "repeats": 1,
        "keep_outputs": False,
    }


def decode(system: System, settings: Settings, checkpoint: Path, jobs: list[Job]) -> dict[str, Any]:
    """Run jobs in the system's own environment; the results by name.

    Raises:
        ChildError: when its process fails.
    """
    folder = system.folder(settings, "decoding")
    folder.mkdir(parents=True, exist_ok=True)
    job_file, result_file = folder / "jobs.json", folder / "results.json"
    order = {
        "jobs": jobs,
        "threads": settings.threads,
        "checkpoint": str(checkpoint),
    }
    job_file.write_text(json.dumps(order, ensure_ascii=False), encoding="utf-8")
    command = [str(system.python), "-m", system.decoder, str(job_file), str(result_file)]
    run_child(command, log=folder / "decode.log", environment=system.environment(settings))
    results: dict[str, Any] = json.loads(result_file.read_text(encoding="utf-8"))
    return results


def measure_decoding(
    systems: Sequence[System], settings: Settings, files: PieceFiles
) -> Iterator[list[Measurement]]:
    """Milliseconds at batch 1, tokens a second at batch 64, and what the trace costs, system by system.

    The systems take turns, as many as ``repeats``, so that a machine that is slow for a while is slow for all
    of them; of each decoding the fastest turn counts.
    """
    fastest: dict[str, dict[str, Any]] = {system.name: {} for system in systems}
    notes: dict[str, str] = {}
    for turn in range(settings.repeats):
        for system in systems:
            if system.name in notes:
                continue
            print(f"decoding, turn {turn + 1}: {system.name} ...", file=sys.stderr, flush=True)
            try:
                keep_fastest(fastest[system.name], _decode_all(system, settings, files))
            except ChildError as problem:
                notes[system.name] = str(problem)
    for system in systems:
        yield _no_figures(system.name, notes) or summarize(system.name, fastest[system.name])


def _no_figures(system: str, notes: Mapping[str, str]) -> list[Measurement]:
    if system not in notes:
        return []
    return [
        Measurement(system=system, measure=f"single_{name}", value=None, note=notes[system])
        for name in METHODS
    ]


def _decode_all(system: System, settings: Settings, files: PieceFiles) -> dict[str, Any]:
    if not system.installed:
        raise ChildError("not installed")
    checkpoint = find_model(system, settings)
    if checkpoint is None:
        raise ChildError("no trained model")
    return decode(system, settings, checkpoint, _make_jobs(system, settings, files))


def keep_fastest(known: dict[str, Any], results: Mapping[str, Any]) -> None:
    """Replace what is known of each decoding by a result that is faster; a failure stays only without a figure."""
    for name, result in results.items():
        before = known.get(name)
        better = before is None or "error" in before or result.get("seconds", math.inf) < before["seconds"]
        if better:
            known[name] = result


def find_model(system: System, settings: Settings) -> Path | None:
    """The newest model trained here; for ours, the one that the settings name."""
    if settings.checkpoint and not system.reads_pieces:
        return settings.checkpoint
    folders = sorted((settings.work / system.key).glob("*"))
    found = [path for folder in folders for path in system.find_checkpoints(folder)]
    return max(found, key=lambda path: path.stat().st_mtime, default=None)


def _make_jobs(system: System, settings: Settings, files: PieceFiles) -> list[Job]:
    """The same test sentences for everyone, in the batches sorted by length.

    Each is measured twice: with outputs as long as the model makes them, and with outputs of a fixed length,
    so that differently trained models do the same work.
    """
    sources = files.lines("test", "source")
    plain, _ = read_test(settings)
    given = sources if system.reads_pieces else plain
    many = range(min(settings.batch_sentences, len(given)))
    many = sorted(many, key=lambda index: len(sources[index].split()))
    batch_sources = [given[index] for index in many]
    jobs = []
    for name, beam in METHODS.items():
        single = make_job(f"single_{name}", given[: settings.sentences], beam=beam, batch=1, trace=True)
        batch = make_job(f"batch_{name}", batch_sources, beam=beam, batch=DECODING_BATCH)
        jobs += [single, batch]
        jobs += [job | FIXED | {"name": f"fixed_{job['name']}"} for job in (single, batch)]
        if not system.reads_pieces:
            jobs.append(single | {"name": f"single_{name}_no_trace", "trace": False})
    return jobs


def summarize(system: str, results: dict[str, Any]) -> list[Measurement]:
    """Figures from timings."""
    measurements = []
    for name in METHODS:
        for prefix in ("", "fixed_"):
            single, batch = f"{prefix}single_{name}", f"{prefix}batch_{name}"
            measurements += _per_sentence(system, single, results[single])
            measurements.append(_per_second(system, batch, results[batch]))
        single, without = results[f"single_{name}"], results.get(f"single_{name}_no_trace")
        if without and "error" not in without and "error" not in single:
            share = 1 - without["seconds"] / single["seconds"]
            measurements.append(Measurement(system=system, measure=f"trace_{name}", value=100 * share))
    return measurements


def _per_sentence(system: str, measure: str, result: dict[str, Any]) -> list[Measurement]:
    if "error" in result:
        return [Measurement(system=system, measure=measure, value=None, note=result["error"])]
    milliseconds = 1000 * result["seconds"]
    note = f"{result['steps'] / result['sentences']:.1f} steps a sentence"
    return [
        Measurement(system=system, measure=measure, value=milliseconds / result["sentences"], note=note),
        Measurement(system=system, measure=f"{measure}_step", value=milliseconds / result["steps"]),
    ]


def _per_second(system: str, measure: str, result: dict[str, Any]) -> Measurement:
    if "error" in result:
        return Measurement(system=system, measure=measure, value=None, note=result["error"])
    note = f"{result['tokens'] / result['sentences']:.1f} tokens a sentence"
    return Measurement(system=system, measure=measure, value=result["tokens"] / result["seconds"], note=note)
