"""Several "processes" of a run as threads of one: what `torch.distributed` does, by a barrier and a list."""

import threading
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor

from seq2seq.training.distributed import LostProcessError, World

T = TypeVar("T")
SECONDS = 60.0


class Meeting:
    """Where threads exchange tensors; one that ends early breaks it for the others."""

    def __init__(self, size: int) -> None:
        self.barrier = threading.Barrier(size, timeout=SECONDS)
        self.brought: list[Tensor] = [torch.empty(0)] * size

    def exchange(self, rank: int, tensor: Tensor) -> list[Tensor]:
        self.brought[rank] = tensor.clone()
        try:
            self.barrier.wait()
            found = list(self.brought)
            self.barrier.wait()
        except threading.BrokenBarrierError as problem:
            raise LostProcessError("Another process of this run has ended.") from problem
        return found


class ThreadLink:
    """The link of one of the threads."""

    def __init__(self, meeting: Meeting, rank: int) -> None:
        self._meeting, self._rank = meeting, rank

    def add_up(self, tensor: Tensor) -> None:
        tensor.copy_(torch.stack(self._meeting.exchange(self._rank, tensor)).sum(0))

    def take_first(self, tensor: Tensor) -> None:
        tensor.copy_(self._meeting.exchange(self._rank, tensor)[0])


def run_together(size: int, work: Callable[[World], T]) -> list[T | BaseException]:
    """What the work gives, or raises, on each of ``size`` processes, by rank."""
    meeting = Meeting(size)
    results: list[T | BaseException] = [RuntimeError("did not end")] * size

    def run(rank: int) -> None:
        world = World(rank=rank, size=size, local_rank=rank, local_size=size, link=ThreadLink(meeting, rank))
        try:
            results[rank] = work(world)
        except BaseException as problem:  # noqa: BLE001 - told to the test
            results[rank] = problem
            meeting.barrier.abort()

    threads = [threading.Thread(target=run, args=(rank,), daemon=True) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    return results
