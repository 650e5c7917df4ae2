"""Several "processes" of a run as threads of one: what `torch.distributed` does, by lists of what each brings."""

import threading
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor

from seq2seq.training.distributed import LostProcessError, World

T = TypeVar("T")
SECONDS = 60.0


class Meeting:
    """Where threads exchange tensors, round after round; one that has left is missed by the others."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._rounds: list[dict[int, Tensor]] = []
        self._joined = [0] * size
        self._left: set[int] = set()
        self._changed = threading.Condition()

    def exchange(self, rank: int, tensor: Tensor) -> list[Tensor]:
        """What all bring to this thread's next round, by rank."""
        with self._changed:
            number = self._joined[rank]
            self._joined[rank] += 1
            if number == len(self._rounds):
                self._rounds.append({})
            brought = self._rounds[number]
            brought[rank] = tensor.clone()
            self._changed.notify_all()
            self._changed.wait_for(lambda: len(brought) == self._size or self._left - set(brought), SECONDS)
            if len(brought) < self._size:
                raise LostProcessError("Another process of this run has ended.")
            return [brought[each] for each in range(self._size)]

    def leave(self, rank: int) -> None:
        """Bring nothing any more."""
        with self._changed:
            self._left.add(rank)
            self._changed.notify_all()


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
        finally:
            meeting.leave(rank)

    threads = [threading.Thread(target=run, args=(rank,), daemon=True) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    return results
