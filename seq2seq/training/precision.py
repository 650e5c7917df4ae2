"""Where to compute and in which number format: measured, not guessed."""

import os
import time

import torch

from seq2seq.config import TrainingConfig
from seq2seq.errors import TrainingError

PROBE_ROWS, PROBE_WIDTH, PROBE_REPEATS = 128, 512, 7
WORTHWHILE_RATIO = 1.3
"""How much faster a bfloat16 product must be before it is chosen."""


def choose_device(name: str) -> torch.device:
    """The device of a name; auto prefers cuda, then mps, then cpu.

    Raises:
        TrainingError: when the named device is not there.
    """
    present = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if present[kind]))
    if not present[name]:
        raise TrainingError(f"There is no {name} device on this machine.", "Use --device auto or cpu.")
    return torch.device(name)


def choose_dtype(config: TrainingConfig, device: torch.device) -> torch.dtype:
    """The number format of matrix products: as set, or bfloat16 where a short probe finds it faster."""
    if config.precision != "auto":
        return {"float32": torch.float32, "bfloat16": torch.bfloat16}[config.precision]
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    if device.type == "mps":
        return torch.float32
    ratio = _product_seconds(torch.float32) / _product_seconds(torch.bfloat16)
    return torch.bfloat16 if ratio > WORTHWHILE_RATIO else torch.float32


def choose_threads(config: TrainingConfig) -> int:
    """Processor threads: as set, or all cores this process may use."""
    return config.threads or len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else [0]) or 1


def _product_seconds(dtype: torch.dtype) -> float:
    left = torch.ones(PROBE_ROWS, PROBE_WIDTH, dtype=dtype)
    right = torch.ones(PROBE_WIDTH, 3 * PROBE_WIDTH, dtype=dtype)
    seconds = []
    for _ in range(PROBE_REPEATS):
        start = time.perf_counter()
        torch.mm(left, right)
        seconds.append(time.perf_counter() - start)
    return min(seconds)
