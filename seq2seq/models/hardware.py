"""Where to compute and in which number format: measured, not guessed."""

import ctypes
import gc
import os
import platform
import time
from collections.abc import Mapping

import torch

from seq2seq.errors import ConfigError

PROBE_ROWS, PROBE_WIDTH, PROBE_REPEATS = 128, 512, 7
PROBE_SECONDS = 0.1
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # as in malloc.h
KEPT_BYTES = 1 << 30
YOUNG_OBJECTS = 20_000
"""So many new objects are looked through at once for garbage; by default it is 700."""
WORTHWHILE_RATIO = 1.3
"""How much faster a bfloat16 product must be before it is chosen."""


def is_zero_gpu(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this is a Space that borrows a GPU for moments, in processes of their own.

    There CUDA seems to be in every process, but what this one put on it would not be computed.
    """
    return environment.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")


def choose_device(name: str) -> torch.device:
    """The device of a name; auto prefers cuda, then mps, then cpu, and takes the cpu where GPUs are borrowed.

    Raises:
        ConfigError: when the named device is not there.
    """
    present = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto" and is_zero_gpu():
        return torch.device("cpu")
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if present[kind]))
    if not present[name]:
        raise ConfigError([f"There is no {name} device on this machine."], "Choose auto or cpu.")
    return torch.device(name)


def describe_device(device: torch.device) -> tuple[str, str]:
    """The kind of a device (cpu, cuda, mps), and its name or, of a processor, how many cores may be used."""
    if device.type == "cuda":
        return "cuda", str(torch.cuda.get_device_name(device))
    return device.type, str(choose_threads(0))


def choose_dtype(name: str, device: torch.device) -> torch.dtype:
    """The number format of matrix products: as set, or bfloat16 where a short probe finds it faster."""
    if name != "auto":
        return {"float32": torch.float32, "bfloat16": torch.bfloat16}[name]
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    if device.type == "mps":
        return torch.float32
    ratio = _product_seconds(torch.float32) / _product_seconds(torch.bfloat16)
    return torch.bfloat16 if ratio > WORTHWHILE_RATIO else torch.float32


def choose_threads(count: int) -> int:
    """Processor threads: as many as asked for, or for 0 all cores this process may use."""
    if count:
        return count
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_kept_back: list[int] = []
"""How many threads compute inside `AllThreads`, once a server keeps to one."""


def keep_to_one_thread() -> None:
    """Compute with the calling thread alone, except inside `AllThreads`; for a server.

    A step of a single sentence is done before a second thread has woken, which took a third of its time here,
    and readers who ask at once then do not wait for each other's threads.
    """
    if not _kept_back:
        _kept_back.append(torch.get_num_threads())
    torch.set_num_threads(1)


class AllThreads:
    """Inside, the calling thread computes with all others where `keep_to_one_thread` keeps them back."""

    def __enter__(self) -> None:
        if _kept_back:
            torch.set_num_threads(_kept_back[0])

    def __exit__(self, *problem: object) -> None:
        if _kept_back:
            torch.set_num_threads(1)


def use_one_thread() -> None:
    """Compute with the calling thread alone, as a forked process must: the others were not forked with it."""
    _kept_back.clear()
    torch.set_num_threads(1)


def keep_freed_memory() -> None:
    """Let the C library keep large blocks for the next tensor instead of giving them back to the system.

    A step of training or of a wide batch allocates the same large tensors again and again; fetching them as new
    pages each time took a fifth of a training step. Only glibc knows the option; elsewhere nothing happens.
    """
    if platform.libc_ver()[0] == "glibc":
        for option in (_MMAP_THRESHOLD, _TRIM_THRESHOLD):
            ctypes.CDLL(None).mallopt(option, KEPT_BYTES)


def spare_collections() -> None:
    """Let Python seek garbage more rarely, and not among what is alive now; for a server that has loaded its model.

    Seeking it among all that torch and gradio leave alive took a twelfth of the time of a translation here.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])


def _product_seconds(dtype: torch.dtype) -> float:
    left = torch.ones(PROBE_ROWS, PROBE_WIDTH, dtype=dtype)
    right = torch.ones(PROBE_WIDTH, 3 * PROBE_WIDTH, dtype=dtype)
    seconds = []
    for _ in range(PROBE_REPEATS):
        start = time.perf_counter()
        torch.mm(left, right)
        seconds.append(time.perf_counter() - start)
        if sum(seconds) > PROBE_SECONDS:  # slow beyond doubt, as bfloat16 is where the processor lacks it
            break
    return min(seconds)
