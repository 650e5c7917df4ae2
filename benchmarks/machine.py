"""The machine: what it is, and its measured limits. Run as a child: ``python -m benchmarks.machine OUT``.

Each limit is the best of several tries, at the shapes of the reference model, with the threads it is given.
"""

import json
import os
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.settings import BATCH_SENTENCES, DECODER_SIZE, EMBEDDING_SIZE, PIECES

TRIES = 12
TRAINING_ROWS = 2048
PACKAGES = ("torch", "numpy", "gradio", "sentencepiece", "sacrebleu")


def describe_machine() -> dict[str, Any]:
    """Processor, cores, memory, system and the versions of our own environment."""
    return {
        "processor": _processor_name(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gigabytes": round(_meminfo("MemTotal") / 2**20, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in PACKAGES},
    }


def measure_limits() -> dict[str, float]:
    """Matrix products in GFLOP/s, memory in GB/s; a torch call and a step's weights in microseconds."""
    import torch

    limits = _product_limits(torch)
    limits["memory_gigabytes_per_second"] = _memory_rate(torch)
    limits["torch_call_microseconds"] = _call_microseconds(torch)
    limits["step_weights_microseconds"] = _step_microseconds(torch)
    return limits


def best_seconds(work: Callable[[], object], tries: int = TRIES) -> float:
    """The shortest of several runs, after one that does not count."""
    work()
    seconds = []
    for _ in range(tries):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def _product_limits(torch: Any) -> dict[str, float]:
    """Products of the output layer in training and of a GRU step, by number format.

    ``medium`` is `torch.set_float32_matmul_precision`, which hands fp32 products to oneDNN; its largest error
    relative to the largest value is reported, since processors with AMX may compute in bf16 there.
    """
    limits: dict[str, float] = {}
    shapes = {
        "output_layer": (TRAINING_ROWS, EMBEDDING_SIZE, PIECES),
        "gru_step": (BATCH_SENTENCES, DECODER_SIZE, 3 * DECODER_SIZE),
    }
    for name, (rows, inner, columns) in shapes.items():
        left, right = torch.randn(rows, inner), torch.randn(columns, inner)
        exact = left @ right.t()
        for setting, label in (("highest", "fp32"), ("medium", "fp32_medium")):
            torch.set_float32_matmul_precision(setting)
            limits[f"{name}_{label}_gigaflops"] = _gigaflops(torch, left, right)
            if setting == "medium":
                error = (torch.nn.functional.linear(left, right) - exact).abs().max() / exact.abs().max()
                limits[f"{name}_fp32_medium_error"] = float(error)
        torch.set_float32_matmul_precision("highest")
        limits[f"{name}_bf16_gigaflops"] = _gigaflops(torch, left.bfloat16(), right.bfloat16())
    return limits


def _gigaflops(torch: Any, left: Any, right: Any) -> float:
    operations = 2.0 * left.shape[0] * left.shape[1] * right.shape[0]
    return float(operations / best_seconds(lambda: torch.nn.functional.linear(left, right), 40) / 1e9)


def _memory_rate(torch: Any) -> float:
    """Bytes read and written by a copy of 256 MB, a second."""
    source = torch.ones(64 * 2**20)
    target = torch.empty_like(source)
    return float(2.0 * source.numel() * 4 / best_seconds(lambda: target.copy_(source)) / 1e9)


def _call_microseconds(torch: Any, calls: int = 1000) -> float:
    """One in-place addition to a single number."""
    number = torch.zeros(1)

    def call_many() -> None:
        for _ in range(calls):
            number.add_(1.0)

    return best_seconds(call_many) / calls * 1e6


def _step_microseconds(torch: Any, repeats: int = 50) -> float:
    """Products of one row with the weights of a decoder's step: GRU cell, attention, output layer.

    This is the least that a step of this model can take at batch 1: it reads these weights once.
    """
    d, e = DECODER_SIZE, EMBEDDING_SIZE
    sizes = ((3 * d, e), (3 * d, d), (d, d), (e, 2 * d), (PIECES, e))
    weights = [torch.randn(size) for size in sizes]
    rows = [torch.randn(1, size[1]) for size in sizes]

    def read_weights() -> None:
        for _ in range(repeats):
            for row, weight in zip(rows, weights, strict=True):
                torch.nn.functional.linear(row, weight)

    with torch.inference_mode():
        return best_seconds(read_weights) / repeats * 1e6


def _processor_name() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def _meminfo(key: str) -> int:
    lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(key)), 0)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(measure_limits()), encoding="utf-8")
