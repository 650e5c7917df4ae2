"""Several processes that train one model: who I am among them, what is added up, what is told by the first.

Every update has one batch for all processes together, and each reads its share of that batch's pairs. The loss is
a sum over target tokens, divided by the tokens of the whole batch, so that adding up the gradients of all
processes gives the gradient of one process with that batch. A mean of means, as of `DistributedDataParallel`,
would give a token more weight on a process whose share has fewer of them.

Only the first process, of rank 0, validates and writes; the others wait for what it tells them. Numbers and
decisions travel by gloo; gradients too on processors, by NCCL on GPUs.
"""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Protocol, TypeVar

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn

from seq2seq.errors import ConfigError, Seq2SeqError, TrainingError
from seq2seq.models.hardware import choose_device, choose_dtype, choose_threads

PEER_TIMEOUT_MINUTES: Final = 30.0
"""How long a process waits for one that says nothing; one whose connection closes is noticed at once."""
_NEEDED: Final = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")
T = TypeVar("T")


class LostProcessError(TrainingError):
    """Another process of the run has ended or does not answer."""


class Link(Protocol):
    """What carries tensors between processes; all of them must call the same methods in the same order."""

    def add_up(self, tensor: Tensor) -> None:
        """Put the sum over all processes in the tensor's place."""
        ...

    def take_first(self, tensor: Tensor) -> None:
        """Put the first process' values in the tensor's place."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The processes of a run, seen from one of them; without a link there is one, and nothing is exchanged.

    Attributes:
        rank: of this process, from 0.
        size: how many there are.
        local_rank: rank among those on this machine.
        local_size: how many are on this machine.
        link: what connects them.
    """

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    local_size: int = 1
    link: Link | None = None

    @property
    def leads(self) -> bool:
        """Whether this is the process that validates and writes."""
        return self.rank == 0

    # -- what is exchanged ----------------------------------------------------------------------------

    def sum_gradients(self, parameters: Sequence[nn.Parameter], loss: Tensor) -> Tensor:
        """Add up the gradients of all processes, in one flat tensor; gives the sum of their losses.

        A parameter that has a gradient nowhere has none afterwards, as with one process: AdamW leaves it alone.
        """
        if self.link is None:
            return loss
        with torch.no_grad():
            has = [float(parameter.grad is not None) for parameter in parameters]
            parts = [_gradient(parameter) for parameter in parameters]
            last = torch.tensor(has, device=parts[0].device)
            flat = torch.cat([*parts, last, loss.detach().reshape(1).to(last)])
            self.link.add_up(flat)
            *sums, flags, total = torch.split(flat, [*(part.numel() for part in parts), len(has), 1])
            for parameter, found, values in zip(parameters, flags.tolist(), sums, strict=True):
                parameter.grad = values.view_as(parameter) if found else None
        return total[0]

    def sum(self, values: Sequence[float]) -> list[float]:
        """Each value added up over all processes."""
        if self.link is None:
            return list(values)
        numbers = torch.tensor(values, dtype=torch.float64)
        self.link.add_up(numbers)
        return [float(number) for number in numbers.tolist()]

    def from_first(self, value: T) -> T:
        """The first process' value, which must be JSON; what the others give is not looked at."""
        if self.link is None:
            return value
        text = json.dumps(value).encode() if self.leads else b""
        size = torch.tensor([len(text)])
        self.link.take_first(size)
        letters = torch.zeros(int(size[0]), dtype=torch.uint8)
        if self.leads:
            letters.copy_(torch.frombuffer(bytearray(text), dtype=torch.uint8))
        self.link.take_first(letters)
        told: T = json.loads(letters.numpy().tobytes())
        return told

    def share_weights(self, parameters: Sequence[nn.Parameter]) -> None:
        """Give all processes the first one's weights: processors of two kinds may round differently."""
        if self.link is None:
            return
        with torch.no_grad():
            flat = torch.cat([parameter.reshape(-1) for parameter in parameters])
            self.link.take_first(flat)
            sizes = [parameter.numel() for parameter in parameters]
            for parameter, values in zip(parameters, torch.split(flat, sizes), strict=True):
                parameter.copy_(values.view_as(parameter))

    def seed_update(self, seed: int, step: int) -> None:
        """Let the random numbers of an update follow from seed, step and rank, and from nothing before.

        So every process has its own, and a run that goes on has those of one that never stopped, without the
        others' random states in its snapshot. One process alone goes on with the state it has.
        """
        if self.link is not None:
            mixed = np.random.SeedSequence([seed, step, self.rank]).generate_state(1, np.uint64)
            torch.manual_seed(int(mixed[0]))

    def wait(self) -> None:
        """Go on when all processes have come here."""
        self.sum([0.0])

    def first(self, work: Callable[[], T]) -> T | None:
        """Let the first process do something while the others wait; where it cannot, all of them end.

        Returns:
            What the work gave on the first process, None on the others.

        Raises:
            Seq2SeqError: what the work raised; on the others a `TrainingError` that quotes it.
        """
        problem, done = "", None
        if self.leads:
            try:
                done = work()
            except Seq2SeqError as raised:
                self.from_first(str(raised))
                raise
        problem = self.from_first(problem)
        if problem:
            raise TrainingError(f"The first process cannot begin: {problem}")
        return done

    # -- where this process computes --------------------------------------------------------------------

    def device(self, name: str) -> torch.device:
        """The device of a name; with several processes on a machine each takes a GPU of its own.

        Raises:
            ConfigError: when the named device is not there, or there are fewer GPUs than processes.
        """
        if self.link is None:
            return choose_device(name)
        kind = choose_device("cpu" if name == "auto" and not torch.cuda.is_available() else name).type
        kinds = sorted(set(self._all_words(kind)))
        if len(kinds) > 1:
            raise ConfigError(
                [f"Some processes would compute on {kinds[0]} and some on {kinds[1]}."],
                "Set device to one that all machines have.",
            )
        if kind == "mps":
            raise ConfigError(["Several processes cannot compute on mps."], "Set device to cpu.")
        if kind != "cuda":
            return torch.device(kind)
        if self.local_rank >= torch.cuda.device_count():
            raise ConfigError(
                [f"This machine has {torch.cuda.device_count()} GPUs for {self.local_size} processes."],
                "Start as many processes as there are GPUs (--nproc-per-node).",
            )
        torch.cuda.set_device(self.local_rank)
        return torch.device("cuda", self.local_rank)

    def dtype(self, name: str, device: torch.device) -> torch.dtype:
        """The number format of matrix products, as the first process finds it: a probe may differ elsewhere."""
        dtype = choose_dtype(name, device)
        return dtype if self.link is None else _DTYPES[self.from_first(str(dtype))]

    def threads(self, count: int) -> int:
        """Processor threads: as many as asked for, or for 0 this process' part of the cores."""
        return choose_threads(count) if count else max(1, choose_threads(0) // self.local_size)

    def _all_words(self, word: str) -> list[str]:
        """A short word of every process, by rank."""
        letters = torch.zeros(self.size, 16, dtype=torch.float64)
        letters[self.rank, : len(word)] = torch.tensor([float(ord(letter)) for letter in word])
        if self.link is not None:
            self.link.add_up(letters)
        return ["".join(chr(int(code)) for code in row if code) for row in letters.tolist()]


ALONE: Final = World()
_DTYPES: Final = {str(dtype): dtype for dtype in (torch.float32, torch.bfloat16)}


def _gradient(parameter: nn.Parameter) -> Tensor:
    """The gradient as a flat tensor; zeros where there is none."""
    gradient = parameter.grad if parameter.grad is not None else torch.zeros_like(parameter)
    return gradient.reshape(-1)


# -- torchrun -----------------------------------------------------------------------------------------


class _TorchLink:
    """`torch.distributed`; whatever it raises means that the processes no longer reach one another."""

    def add_up(self, tensor: Tensor) -> None:
        with _say_lost():
            dist.all_reduce(tensor)

    def take_first(self, tensor: Tensor) -> None:
        with _say_lost():
            dist.broadcast(tensor, src=0)


@contextmanager
def _say_lost() -> Iterator[None]:
    try:
        yield
    except RuntimeError as problem:
        raise LostProcessError(
            f"Another process of this run has ended or does not answer ({_first_sentence(problem)}).",
            "See what it printed last, then start all processes again with --resume.",
        ) from problem


def _first_sentence(problem: RuntimeError) -> str:
    """The first sentence of what a library says, without the place in its source."""
    line = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
    return re.sub(r"^\[[^]]*\]\s*", "", line).split(". ")[0][:200].rstrip(".")


@contextmanager
def open_world(timeout_minutes: float = PEER_TIMEOUT_MINUTES) -> Iterator[World]:
    """Join the processes that torchrun started, as its variables say; without them there is this one alone.

    Args:
        timeout_minutes: how long to wait for a process that neither answers nor closes its connection.

    Raises:
        ConfigError: when some of the variables are missing or contradict each other.
        LostProcessError: when not all processes come together in time.
    """
    world = read_world(os.environ)
    if world.size == 1:
        yield world
        return
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() and dist.is_nccl_available() else "gloo"
    with _say_lost():
        dist.init_process_group(
            backend, timeout=timedelta(minutes=timeout_minutes), rank=world.rank, world_size=world.size
        )
    yield replace(world, link=_TorchLink())
    dist.destroy_process_group()


def read_world(environment: Mapping[str, str]) -> World:
    """The place of this process among all, without a link yet.

    ``environment`` has RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT and perhaps LOCAL_WORLD_SIZE, or
    none of the first two.

    Raises:
        ConfigError: when some of torchrun's variables are missing or contradict each other.
    """
    if not {"RANK", "WORLD_SIZE"} & set(environment):
        return ALONE
    missing = [name for name in _NEEDED if not environment.get(name)]
    if missing:
        raise ConfigError(
            [f"Some variables of torchrun are set, and {', '.join(missing)} not."],
            "Start the processes with torchrun, or unset RANK and WORLD_SIZE for a single one.",
        )
    rank, size, local = (_whole(environment, name) for name in _NEEDED[:3])
    local_size = _whole(environment, "LOCAL_WORLD_SIZE") if environment.get("LOCAL_WORLD_SIZE") else local + 1
    if not (rank < size and local < local_size <= size):
        raise ConfigError(
            [
                f"RANK {rank} of WORLD_SIZE {size} and LOCAL_RANK {local} of {local_size} contradict each other."
            ],
            "Start the processes with torchrun.",
        )
    return World(rank=rank, size=size, local_rank=local, local_size=local_size)


def _whole(environment: Mapping[str, str], name: str) -> int:
    text = environment[name]
    if not (text.isascii() and text.isdigit()):
        raise ConfigError([f"{name} must be a whole number, not {text!r}."], "Start with torchrun.")
    return int(text)
