"""What happens when the memory of a device is full: one sentence, and the memory is free again."""

import gc
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import torch

from seq2seq.errors import FullMemoryError

_SAYINGS: Final = ("out of memory", "can't allocate memory", "not enough memory")
"""How CUDA, MPS and the allocator of the processor say it, where they raise a plain `RuntimeError`."""


@contextmanager
def say_full_memory() -> Iterator[None]:
    """Turns a full memory into a sentence, once what was computed inside has been let go.

    Raises:
        FullMemoryError: where something inside needs more memory than there is.
    """
    try:
        yield
    except (RuntimeError, MemoryError) as problem:
        if not is_full_memory(problem):
            raise
        traceback.clear_frames(problem.__traceback__)  # they hold the tensors
    else:
        return
    free_memory()
    raise FullMemoryError(
        "The memory is full: this needs more than there is left.",
        "Take a shorter text, fewer lines or a narrower beam.",
        key="full_memory",
    )


def is_full_memory(problem: BaseException) -> bool:
    """Whether an exception says that memory ran out."""
    if isinstance(problem, torch.OutOfMemoryError | MemoryError):
        return True
    return any(saying in str(problem) for saying in _SAYINGS)


def free_memory() -> None:
    """Give back what tensors no longer use, so that the next computation has it."""
    gc.collect()
    torch.cuda.empty_cache()  # which does nothing where no GPU was used
