"""The one loop that times every system's decoding; standard library only, for it runs in all environments."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Job = dict[str, Any]
"""``name``, ``sources``, ``beam`` (1 is greedy), ``batch``, ``shortest`` and ``longest`` output in tokens,
``trace`` (ours only), ``warmup`` batches, ``repeats``, ``keep_outputs``."""
Translate = Callable[[list[str], Job], list[list[str]]]
"""Translates a batch of sources as a job says; gives the tokens of each best output, without the end."""


def run_jobs(job_file: Path, result_file: Path, translate: Translate) -> None:
    """Time every decoding that the job file asks for and write the results.

    A decoding that fails leaves its error as its result, and the others go on.
    """
    jobs = json.loads(job_file.read_text(encoding="utf-8"))["jobs"]
    results: dict[str, Any] = {}
    for job in jobs:
        try:
            results[job["name"]] = time_decoding(translate, job)
        except (RuntimeError, ValueError, TypeError, AttributeError, IndexError, KeyError) as problem:
            results[job["name"]] = {"error": f"{type(problem).__name__}: {problem}"[:300]}
    result_file.write_text(json.dumps(results, ensure_ascii=False), encoding="utf-8")


def time_decoding(translate: Translate, job: Job) -> dict[str, Any]:
    """The fastest of several passes over the sources, after a warm-up.

    A step is counted for each token of the longest output of a batch and for its end; a token for each output
    token and each end. An output that was cut at its longest has no end.
    """
    batches = _batches(job["sources"], job["batch"])
    for batch in batches[: job["warmup"]]:
        translate(batch, job)
    passes = []
    for _ in range(job["repeats"]):
        outputs: list[list[str]] = []
        start = time.perf_counter()
        for batch in batches:
            outputs += translate(batch, job)
        passes.append(time.perf_counter() - start)
    lengths = [min(len(output) + 1, job["longest"]) for output in outputs]
    return {
        "seconds": min(passes),
        "passes": passes,
        "sentences": len(outputs),
        "tokens": sum(lengths),
        "steps": sum(max(part) for part in _batches(lengths, job["batch"])),
        "outputs": outputs if job["keep_outputs"] else [],
    }


def _batches(items: Sequence[Any], size: int) -> list[list[Any]]:
    return [list(items[start : start + size]) for start in range(0, len(items), size)]
