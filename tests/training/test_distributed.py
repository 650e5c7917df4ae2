"""One run on several processes: the same as one process with their batch, and nobody left waiting.

The fast tests use threads in place of processes; the slow ones start real processes with torchrun.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from reversal import TINY, reversal_pairs, write_pairs
from together import run_together

from seq2seq.data.batches import EncodedCorpus
from seq2seq.errors import ConfigError, DataError, TrainingError
from seq2seq.training.distributed import ALONE, LostProcessError, World, read_world
from seq2seq.training.events import RunEnded, StepDone, Validated
from seq2seq.training.jobs import prepare_job
from seq2seq.training.loop import train
from seq2seq.training.recording import train_and_record
from seq2seq.training.requests import TrainingRequest
from seq2seq.training.runs import load_snapshot, read_events

GOES_ON = ("--epochs=2000", "--log-every=1", "--max-steps=60")
SMALL = {"batch_tokens": 48, "maximum_tokens": 16, "validation_sentences": 0, "metric": "loss"}


@pytest.fixture(scope="module")
def beginning(tmp_path_factory):
    """A checkpoint to start from: threads share one source of random numbers, so none may make first weights."""
    folder = tmp_path_factory.mktemp("beginning")
    request = request_in(folder, "begun", max_steps=1)
    assert isinstance(list(train(prepare_job(request)))[-1], RunEnded)
    return request.output


def request_in(folder, name="run", start=None, *, resume=False, **training):
    pairs = reversal_pairs(150, seed=1)
    return TrainingRequest(
        train=write_pairs(folder / "train.tsv", pairs[:120]),
        validation=write_pairs(folder / "dev.tsv", pairs[120:]),
        output=folder / name,
        start_from=start,
        resume=resume,
        model={**TINY["model"], "dropout": 0.0},
        training={**TINY["training"], **SMALL, **training},
    )


def run_on(size, request, watch=lambda world, event, job: None, **changes):
    """The events of each process; ``watch`` sees every event as it comes."""

    def work(world: World):
        job = prepare_job(request, world=world, **{name: make(world) for name, make in changes.items()})
        events = []
        for event in train_and_record(job):
            events.append(event)
            watch(world, event, job)
        return events

    return run_together(size, work) if size > 1 else [work(ALONE)]


def losses(events):
    return [(event.step, event.loss, event.gradient_norm) for event in events if isinstance(event, StepDone)]


# -- the law ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("budget", [16, 48])
def test_processes_with_a_budget_are_one_process_with_the_sum_of_their_budgets(
    tmp_path, beginning, size, budget
):
    """With 16 tokens some batches have fewer rows than there are processes."""
    one = request_in(tmp_path, "one", beginning, batch_tokens=size * budget, epochs=1)
    many = request_in(tmp_path, "many", beginning, batch_tokens=budget, epochs=1)
    (alone,), together = run_on(1, one), run_on(size, many)
    assert len(losses(alone)) >= 5
    for events in together:
        assert [step for step, *_ in losses(events)] == [step for step, *_ in losses(alone)]
        for mine, expected in zip(losses(events), losses(alone), strict=True):
            assert mine == pytest.approx(expected, rel=2e-5)
    validated = [
        [event.loss for event in events if isinstance(event, Validated)] for events in (alone, together[0])
    ]
    assert validated[0] == pytest.approx(validated[1], rel=1e-5)


def test_only_the_first_process_validates_and_writes(tmp_path, beginning):
    first, second = run_on(2, request_in(tmp_path, start=beginning))
    assert list(read_events(tmp_path / "run")) == first
    assert not any(isinstance(event, Validated) for event in second)
    assert first[-1] == second[-1]


def test_adding_up_gradients_leaves_out_a_parameter_that_has_none_anywhere():
    def work(world: World):
        parameters = [torch.nn.Parameter(torch.zeros(2, 2)) for _ in range(3)]
        parameters[0].grad = torch.full((2, 2), world.rank + 1.0)
        if world.rank == 1:
            parameters[1].grad = torch.eye(2)
        total = world.sum_gradients(parameters, torch.tensor(2.0 * world.rank))
        return [parameter.grad for parameter in parameters], float(total)

    for gradients, total in run_together(3, work):
        assert torch.equal(gradients[0], torch.full((2, 2), 6.0))
        assert torch.equal(gradients[1], torch.eye(2))
        assert gradients[2] is None
        assert total == 6.0


def test_what_the_first_process_tells_arrives_as_it_is():
    told = {"text": "é 汉", "number": 0.1, "none": None, "list": [1, [2]]}
    assert run_together(3, lambda world: world.from_first(told if world.leads else "mine")) == [told] * 3
    assert ALONE.from_first(told) is told


def test_one_process_alone_exchanges_nothing():
    loss = torch.tensor(1.0)
    assert ALONE.sum_gradients([], loss) is loss
    assert ALONE.sum([1.0, 0.5]) == [1.0, 0.5]
    before = torch.get_rng_state()
    ALONE.seed_update(1, 2)
    assert torch.equal(before, torch.get_rng_state())


def test_random_numbers_of_an_update_follow_from_seed_step_and_rank():
    def draw(rank: int, seed: int, step: int) -> float:
        World(rank=rank, size=2, link=object()).seed_update(seed, step)
        return float(torch.rand(()))

    drawn = [draw(rank, seed, step) for rank in (0, 1) for seed in (1, 2) for step in (0, 1)]
    assert len(set(drawn)) == 8
    assert drawn == [draw(rank, seed, step) for rank in (0, 1) for seed in (1, 2) for step in (0, 1)]


# -- going on with another number of processes ----------------------------------------------------------


@pytest.mark.parametrize("sizes", [(2, 1), (1, 2), (2, 2), (3, 1, 2)], ids=str)
def test_every_pair_is_read_once_in_an_epoch_whatever_the_processes(tmp_path, beginning, monkeypatch, sizes):
    """Each part of the epoch stops behind two more updates, without a word in the last one."""
    read: Counter[tuple[int, ...]] = Counter()
    collate = EncodedCorpus.collate

    def spy(self, rows):
        read.update(tuple(self.target[row]) + tuple(self.source[row]) for row in rows if len(self) == 120)
        return collate(self, rows)

    monkeypatch.setattr(EncodedCorpus, "collate", spy)
    for number, size in enumerate(sizes):
        last = number == len(sizes) - 1
        limit = {} if last else {"max_steps": 2 * number + 2}
        request = request_in(
            tmp_path, start=beginning, resume=number > 0, batch_tokens=32, epochs=1, max_steps=0
        )
        request = replace(request, training={**request.training, **limit})
        ended = [events[-1].reason for events in run_on(size, request)]
        assert set(ended) == {"epochs" if last else "max_steps"}
    assert len(read) == 120
    assert set(read.values()) == {1}


def test_a_snapshot_of_a_single_process_of_before_is_one_of_one_process(tmp_path, beginning):
    list(train(prepare_job(request_in(tmp_path, start=beginning, max_steps=2))))
    path = tmp_path / "run" / "resume" / "counters.json"
    values = json.loads(path.read_text())
    del values["counters"]["processes"], values["counters"]["earlier"]
    path.write_text(json.dumps(values))
    counters = load_snapshot(tmp_path / "run").counters
    assert (counters.processes, counters.earlier, counters.batch) == (1, (), 2)


# -- ending together ------------------------------------------------------------------------------------


def test_one_process_that_is_asked_to_stop_stops_all_at_the_same_update(tmp_path, beginning):
    asked = []

    def watch(world, event, job):
        if world.rank == 1 and isinstance(event, StepDone) and event.step == 3:
            asked.append(True)

    ends = run_on(
        2,
        request_in(tmp_path, start=beginning),
        watch,
        should_stop=lambda world: lambda: bool(asked) and world.rank == 1,
    )
    assert [events[-1].reason for events in ends] == ["stopped", "stopped"]
    assert {events[-1].step for events in ends} == {load_snapshot(tmp_path / "run").counters.step} == {4}


def test_weights_that_break_on_one_process_end_all_with_the_same_reason(tmp_path, beginning):
    def watch(world, event, job):
        if world.rank == 1 and isinstance(event, StepDone) and event.step == 5:
            with torch.no_grad():
                next(job.checkpoint.model.parameters()).fill_(float("nan"))

    request = request_in(tmp_path, start=beginning, validate_every=4)
    ends = [events[-1] for events in run_on(2, request, watch)]
    assert [(end.reason, end.step) for end in ends] == [("non_finite", 5)] * 2
    assert load_snapshot(tmp_path / "run").counters.step == 4


def test_a_process_that_ends_is_told_and_the_snapshot_is_whole(tmp_path, beginning):
    def watch(world, event, job):
        if world.rank == 1 and isinstance(event, StepDone) and event.step == 6:
            raise KeyboardInterrupt

    request = request_in(tmp_path, start=beginning, validate_every=4)
    first, second = run_on(2, request, watch)
    assert isinstance(second, KeyboardInterrupt)
    assert first[-1].reason == "failed"
    assert "Another process of this run has ended" in first[-1].message
    assert list(read_events(request.output))[-1] == first[-1]
    assert load_snapshot(request.output).counters.step == 4


# -- beginning together ---------------------------------------------------------------------------------


def test_what_the_first_process_cannot_begin_ends_all(tmp_path, beginning):
    request = replace(request_in(tmp_path), model={"architecture": "recurrent", "tie_embeddings": "all"})
    request = replace(request, training={**request.training, "shared_vocabulary": False})
    first, second = run_on(2, request)
    assert isinstance(first, ConfigError)
    assert isinstance(second, TrainingError)
    assert str(first) in str(second)
    assert not request.output.exists()


def test_processes_that_read_other_data_do_not_begin(tmp_path, beginning):
    requests = [request_in(tmp_path, start=beginning), request_in(tmp_path, start=beginning)]
    other = write_pairs(tmp_path / "other.tsv", reversal_pairs(50, seed=9))
    requests[1] = replace(requests[1], train=other)
    first, second = run_together(2, lambda world: prepare_job(requests[world.rank], world=world))
    assert isinstance(first, LostProcessError)
    assert isinstance(second, TrainingError)
    assert "Process 1 has other data or settings" in str(second)


def test_processes_share_a_corpus_cache_that_the_first_one_makes(tmp_path, beginning):
    told: list[str] = []
    request = replace(request_in(tmp_path, start=beginning), corpus_cache=tmp_path / "cache")
    jobs = run_together(2, lambda world: prepare_job(request, world=world, tell=told.append))
    assert told == [f"{tmp_path / 'cache'} is new: the text is encoded."]
    assert jobs[0].fingerprint == jobs[1].fingerprint
    assert jobs[0].training.target.ids.tolist() == jobs[1].training.target.ids.tolist()


def test_a_cache_that_cannot_be_made_ends_all(tmp_path, beginning):
    request = replace(request_in(tmp_path, start=beginning), corpus_cache=tmp_path)
    first, second = run_together(2, lambda world: prepare_job(request, world=world))
    assert isinstance(first, DataError)
    assert "something else than an encoded corpus" in str(second)


# -- torchrun's variables ---------------------------------------------------------------------------------

PLACE = {
    "RANK": "1",
    "WORLD_SIZE": "4",
    "LOCAL_RANK": "1",
    "LOCAL_WORLD_SIZE": "2",
    "MASTER_ADDR": "10.0.0.1",
    "MASTER_PORT": "29500",
}


def test_the_place_of_a_process_is_what_torchrun_says():
    world = read_world(PLACE)
    assert (world.rank, world.size, world.local_rank, world.local_size, world.leads) == (1, 4, 1, 2, False)
    assert read_world({"LOCAL_RANK": "0", "MASTER_ADDR": "x"}) is ALONE
    assert read_world({}) is ALONE


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"MASTER_ADDR": None}, "MASTER_ADDR not"),
        ({"RANK": None, "MASTER_PORT": ""}, "RANK, MASTER_PORT not"),
        ({"RANK": "one"}, "RANK must be a whole number, not 'one'"),
        ({"RANK": "-1"}, "RANK must be a whole number, not '-1'"),
        ({"RANK": "4"}, "RANK 4 of WORLD_SIZE 4 and LOCAL_RANK 1 of 2 contradict each other"),
        ({"LOCAL_RANK": "2"}, "contradict each other"),
        ({"LOCAL_WORLD_SIZE": "5"}, "contradict each other"),
    ],
)
def test_variables_that_are_half_set_or_contradict_each_other_are_refused(changes, message):
    values = {name: value for name, value in {**PLACE, **changes}.items() if value is not None}
    with pytest.raises(ConfigError, match=message):
        read_world(values)


def test_processes_of_a_machine_share_its_cores():
    cores = World(local_size=1).threads(0)
    assert World(size=2, local_size=2).threads(0) == max(1, cores // 2)
    assert World(size=2, local_size=2).threads(3) == 3


# -- real processes -------------------------------------------------------------------------------------


def _command(request: TrainingRequest, *more: str, processes: int = 2) -> list[str]:
    torchrun = ["torch.distributed.run", "--standalone", f"--nproc-per-node={processes}", "-m"]
    settings = {**request.model, **request.training}
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
    files = [f"--train={request.train}", f"--validation={request.validation}", f"--output={request.output}"]
    return [
        sys.executable,
        "-m",
        *(torchrun if processes > 1 else []),
        "seq2seq",
        "train",
        *files,
        *flags,
        *more,
    ]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1"}


def _train_real(request, *more, processes=2):
    subprocess.run(
        _command(request, *more, processes=processes),
        env=_environment(),
        check=True,
        timeout=120,
        capture_output=True,
    )
    return losses(list(read_events(request.output)))


def _process_of_rank(rank: int, output: Path) -> int:
    """The number of the training process of a rank."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            variables = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--output={output}".encode() in words and f"RANK={rank}".encode() in variables:
            return int(folder.name)
    raise AssertionError(f"no process of rank {rank}")


def _signal_at_step(request, step: int, number: int, rank: int = 1) -> tuple[int, str]:
    """Start two processes, send a signal to one of them at a step; the exit code and all output."""
    with subprocess.Popen(
        _command(request, "--epochs=2000", "--log-every=1"),
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if f"step {step} " in line:
                os.kill(_process_of_rank(rank, request.output), number)
        return process.wait(timeout=60), "".join(lines)


@pytest.mark.slow
def test_two_real_processes_are_one_with_the_doubled_batch(tmp_path):
    together = _train_real(request_in(tmp_path, "two"))
    alone = _train_real(request_in(tmp_path, "one", batch_tokens=96), processes=1)
    assert len(alone) == len(together) > 10
    for mine, expected in zip(together, alone, strict=True):
        assert mine == pytest.approx(expected, rel=2e-5)


@pytest.mark.slow
def test_two_real_processes_that_go_on_have_the_losses_of_two_that_never_stopped(tmp_path):
    """With dropout: the random numbers of both processes are those of the uninterrupted run."""
    requests = [request_in(tmp_path, name, schedule="constant") for name in ("whole", "stopped")]
    requests = [replace(request, model={**request.model, "dropout": 0.3}) for request in requests]
    whole = _train_real(requests[0])
    part = _train_real(requests[1], "--max-steps=5")
    assert len(whole) > len(part) == 5
    assert _train_real(requests[1], "--resume", "--max-steps=0") == whole


@pytest.mark.slow
def test_a_real_process_killed_hard_ends_the_other_in_time_with_a_whole_snapshot(tmp_path):
    request = request_in(tmp_path, validate_every=10)
    code, printed = _signal_at_step(request, 25, signal.SIGKILL)
    assert code == 1
    assert "Another process of this run has ended or does not answer" in printed
    ended = list(read_events(request.output))[-1]
    assert (ended.reason, ended.step >= 25) == ("failed", True)
    snapshot = load_snapshot(request.output)
    assert snapshot.counters.step % 10 == 0
    assert snapshot.counters.processes == 2
    steps = [step for step, *_ in _train_real(request, "--resume", *GOES_ON, processes=1)]
    assert steps == list(range(1, 61))


@pytest.mark.slow
def test_a_real_process_asked_to_stop_stops_both_with_a_snapshot(tmp_path):
    request = request_in(tmp_path)
    code, printed = _signal_at_step(request, 25, signal.SIGTERM)
    assert code == 0, printed
    ended = list(read_events(request.output))[-1]
    assert ended.reason == "stopped"
    assert load_snapshot(request.output).counters.step == ended.step
