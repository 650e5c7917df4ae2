"""The training loop: a generator of events that never prints and never draws."""

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import torch
from torch import Tensor, nn

from seq2seq.checkpoints import Checkpoint, model_weights, save_scores, save_weights
from seq2seq.config import TrainingConfig
from seq2seq.data.batches import EncodedCorpus
from seq2seq.data.corpus import ParallelCorpus
from seq2seq.evaluation import ValidationScores, validate
from seq2seq.models.hardware import keep_freed_memory
from seq2seq.training.before_after import Tests, meter_scores
from seq2seq.training.distributed import ALONE, World
from seq2seq.training.events import CheckpointSaved, RunEnded, RunStarted, StepDone, TrainingEvent, Validated
from seq2seq.training.feed import Feed, Share
from seq2seq.training.objective import training_loss
from seq2seq.training.pretrained import FrozenRows, PlacedEmbeddings
from seq2seq.training.probe import probe_attention
from seq2seq.training.runs import Counters, Snapshot, save_snapshot
from seq2seq.training.schedule import learning_rate
from seq2seq.training.state import TrainingState, make_optimizer, set_learning_rate

SAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJob:
    """All that a run needs, read and checked.

    ``checkpoint.model`` holds the initial weights; ``training`` are the pairs in their usual split, and
    ``split_anew`` gives them as they are split in an epoch, where that is random;
    ``fingerprint`` names the data and settings a snapshot belongs to; ``embeddings`` are the pretrained rows of
    the weights; ``should_stop`` is asked after every update; ``probe`` is the sentence whose attention is kept at
    every validation, or empty; ``begins_trained``: the weights are a checkpoint's, and kept until better ones;
    ``tests`` are scored when the run is over, the general one also at its validations; ``world``: the processes
    that train together, of which only the first validates and writes.
    """

    checkpoint: Checkpoint
    config: TrainingConfig
    training: EncodedCorpus
    dropped_pairs: int
    validation: ParallelCorpus
    folder: Path
    fingerprint: str
    snapshot: Snapshot | None = None
    split_anew: Callable[[int], EncodedCorpus] | None = None
    embeddings: tuple[PlacedEmbeddings, ...] = ()
    should_stop: Callable[[], bool] = lambda: False
    probe: str = ""
    begins_trained: bool = False
    tests: Tests = field(default_factory=dict)
    world: World = ALONE


def train(job: TrainingJob) -> Iterator[TrainingEvent]:
    """Train until a limit is reached, yielding every event; the best weights are kept in the run's folder.

    A run that goes on and has reached its limit already makes no more update.
    """
    torch.set_num_threads(job.world.threads(job.config.threads))
    keep_freed_memory()
    trainer = _Trainer(job)
    yield trainer.started()
    if job.begins_trained and not job.snapshot:
        yield from trainer.lead(trainer.validate)
    reason, message = trainer.reason_to_end() if job.snapshot else ("", "")
    while not reason:
        if problem := trainer.update():
            yield RunEnded(step=trainer.counters.step, reason="non_finite", message=problem)
            return
        reason, message = trainer.reason_to_end()
        yield from trainer.after_update(last=bool(reason))
        if not reason:
            reason, message = trainer.out_of_patience()
    yield RunEnded(step=trainer.counters.step, reason=reason, message=message)


class _Trainer:
    """The state of a run between two updates."""

    def __init__(self, job: TrainingJob) -> None:
        torch.manual_seed(job.config.seed)
        self.job, self.config, self.world = job, job.config, job.world
        self.device = self.world.device(job.config.device)
        self.dtype = self.world.dtype(job.config.precision, self.device)
        self.model = job.checkpoint.model.to(self.device)
        self.model.compute_dtype = self.dtype
        self.averaged = copy.deepcopy(self.model) if job.config.average_decay else self.model
        self.parameters = list(self.model.parameters())
        self.optimizer = make_optimizer(self.model, job.config)
        self.state = TrainingState(self.model, self.averaged, self.optimizer)
        self.counters = Counters(processes=self.world.size)
        if job.snapshot:
            self.state.restore(job.snapshot.tensors)
            self.counters = job.snapshot.counters.go_on_with(self.world.size)
        self.world.share_weights(self.parameters)
        self.frozen = FrozenRows(self.model, job.embeddings if job.config.freeze_embeddings else ())
        self.feed = Feed(job.training, job.config, self.world, job.split_anew)
        self.feed.begin(self.counters)
        self.stopping = self.snapshot_due = False
        self.rate = self.norm = self.logged_seconds = 0.0
        self.clock = self.snapshot_clock = time.perf_counter()

    # -- the three phases of an update ----------------------------------------------------------------

    def update(self) -> str:
        """One step of the optimiser; the reason, when the loss or its gradient is not a finite number."""
        counters, config = self.counters, self.config
        share = self.feed.share(counters.batch)
        self.model.train()
        self.world.seed_update(config.seed, counters.step)
        loss = self.world.sum_gradients(self.parameters, self._gradients(share, counters.step + 1))
        self.frozen.drop_gradients()
        norm = nn.utils.clip_grad_norm_(self.parameters, config.clip_norm or float("inf"))
        value, self.norm = loss.item(), norm.item()
        if not (abs(value) < float("inf") and self.norm < float("inf")):
            return (
                f"The loss or its gradient stopped being a finite number at step {counters.step + 1}. "
                "Lower the learning rate or raise warmup_steps; the best weights so far are kept."
            )
        self.rate = learning_rate(config, counters.step + 1, self.progress())
        set_learning_rate(self.optimizer, self.rate)
        self.optimizer.step()
        self.frozen.put_back()
        self.optimizer.zero_grad(set_to_none=True)
        self.state.average(config.average_decay, counters.step + 1)
        self._count(value, share.tokens)
        return ""

    def after_update(self, *, last: bool) -> Iterator[TrainingEvent]:
        """Progress, validation and snapshot, where they are due."""
        config, step = self.config, self.counters.step
        if step % config.log_every == 0 or last:
            yield self._progress_event()
        if step % config.validate_every == 0 or last:
            yield from self.lead(self._validate_and_save)
        elif self.snapshot_due:
            yield from self.lead(self._save_snapshot)

    def lead(self, work: Callable[[], Iterator[TrainingEvent]]) -> Iterator[TrainingEvent]:
        """Something that the first process does alone; the others then stand where it does."""
        if self.world.leads:
            yield from work()
        if self.world.size > 1:
            self.counters = Counters.from_json(self.world.from_first(asdict(self.counters)))
            self.world.share_weights(self.parameters)

    def reason_to_end(self) -> tuple[str, str]:
        """The limit that is reached, as a word and a sentence; empty while there is none."""
        self._agree()
        config, counters = self.config, self.counters
        if self.stopping:
            return "stopped", "The run was asked to stop; it can be resumed."
        if counters.epoch >= config.epochs:
            return "epochs", f"All {config.epochs} epochs are done."
        if config.max_steps and counters.step >= config.max_steps:
            return "max_steps", f"All {config.max_steps} steps are done."
        if config.max_minutes and counters.seconds >= 60 * config.max_minutes:
            return "max_minutes", f"The {config.max_minutes:g} minutes are over."
        return "", ""

    def out_of_patience(self) -> tuple[str, str]:
        """Whether the last ``patience`` validations brought nothing better."""
        patience = self.config.patience
        if patience and self.counters.validations_without_gain >= patience:
            return "patience", f"{self.config.metric} has not improved in {patience} validations."
        return "", ""

    # -- what is told ---------------------------------------------------------------------------------

    def started(self) -> RunStarted:
        return RunStarted(
            step=self.counters.step,
            parameters=self.model.size,
            training_pairs=len(self.job.training),
            dropped_pairs=self.job.dropped_pairs,
            validation_pairs=len(self.job.validation),
            device=str(self.device),
            precision=str(self.dtype).removeprefix("torch."),
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            **{f"{placed.side}_embeddings_share": placed.share for placed in self.job.embeddings},
        )

    def progress(self) -> float:
        """The share of the run that is behind it, 0 to 1, by the nearest limit."""
        config, counters = self.config, self.counters
        epochs = self._epoch() / config.epochs
        steps = counters.step / config.max_steps if config.max_steps else 0.0
        minutes = counters.seconds / (60 * config.max_minutes) if config.max_minutes else 0.0
        return min(1.0, max(epochs, steps, minutes))

    def _progress_event(self) -> StepDone:
        counters, progress = self.counters, self.progress()
        event = StepDone(
            step=counters.step,
            epoch=round(self._epoch(), 4),
            loss=counters.logged_loss / max(1, counters.logged_tokens),
            learning_rate=self.rate,
            gradient_norm=self.norm,
            tokens_per_second=counters.logged_tokens / max(1e-9, self.logged_seconds),
            progress=progress,
            seconds_left=counters.seconds * (1 - progress) / max(1e-9, progress),
        )
        self.counters = replace(counters, logged_loss=0.0, logged_tokens=0)
        self.logged_seconds = 0.0
        return event

    def validate(self) -> Iterator[TrainingEvent]:
        """Scores of the averaged weights on held-out pairs; the best ones are kept."""
        scores, general = self._scores()
        value = {"loss": -scores.loss, "bleu": scores.bleu, "chrf": scores.chrf}[self.config.metric]
        best = self.counters.best_value is None or (value is not None and value > self.counters.best_value)
        gainless = 0 if best else self.counters.validations_without_gain + 1
        self.counters = replace(self.counters, validations_without_gain=gainless)
        if best:
            self._keep(scores)
            self.counters = replace(self.counters, best_value=value, best_step=self.counters.step)
        yield Validated(
            step=self.counters.step,
            epoch=round(self._epoch(), 4),
            loss=scores.loss,
            bleu=scores.bleu,
            chrf=scores.chrf,
            best=best,
            samples=scores.samples[:SAMPLES],
            seconds=scores.seconds,
            exact_match=scores.exact_match,
            trained_seconds=round(self.counters.seconds, 1),
            **general,
        )
        if best and value is not None:
            yield CheckpointSaved(step=self.counters.step, metric=self.config.metric, value=abs(value))
        yield from self._probe()

    def _probe(self) -> Iterator[TrainingEvent]:
        start, checkpoint = time.perf_counter(), replace(self.job.checkpoint, model=self.averaged)
        probed = probe_attention(checkpoint, self.job.probe, self.counters.step)
        self._exclude(start)
        if probed:
            yield probed

    def _agree(self) -> None:
        """Know alike on all processes: whether one was asked to stop, the first one's time, if it is to save."""
        due = time.perf_counter() - self.snapshot_clock > self.config.save_every_seconds
        told = (self.counters.seconds, float(due)) if self.world.leads else (0.0, 0.0)
        asked, seconds, saves = self.world.sum((float(self.job.should_stop()), *told))
        self.stopping, self.snapshot_due = asked > 0, saves > 0
        self.counters = replace(self.counters, seconds=seconds)

    # -- the parts ------------------------------------------------------------------------------------

    def _gradients(self, share: Share, step: int) -> Tensor:
        """Add this process' part of the gradients of the batch's mean loss; its summed loss."""
        if share.batch is None:
            return torch.zeros((), device=self.device)
        loss = training_loss(self.model, share.batch.to(self.device), self.config, step, self.dtype)
        torch.autograd.backward(loss / share.tokens)
        return loss

    def _count(self, loss: float, tokens: int) -> None:
        counters, now = self.counters, time.perf_counter()
        elapsed, self.clock = now - self.clock, now
        self.logged_seconds += elapsed
        self.counters = replace(
            counters,
            step=counters.step + 1,
            batch=counters.batch + 1,
            seconds=counters.seconds + elapsed,
            logged_loss=counters.logged_loss + loss,
            logged_tokens=counters.logged_tokens + tokens,
        )
        if self.counters.batch >= len(self.feed):
            self.counters = replace(self.counters, epoch=counters.epoch + 1, batch=0, earlier=())
            self.feed.begin(self.counters)

    def _epoch(self) -> float:
        return self.counters.epoch + self.feed.done(self.counters.batch)

    def _scores(self) -> tuple[ValidationScores, dict[str, float]]:
        start, checkpoint = time.perf_counter(), replace(self.job.checkpoint, model=self.averaged)
        scores = validate(checkpoint, self.job.validation, sentences=self.config.validation_sentences)
        general = meter_scores(checkpoint, self.job.tests)
        self._exclude(start)
        return scores, general

    def _keep(self, scores: ValidationScores) -> None:
        weights = model_weights(self.averaged)
        save_weights(self.job.folder, weights, self.config.stored_precision)
        save_scores(self.job.folder, {"step": self.counters.step, "validation": scores.to_json()})

    def _validate_and_save(self) -> Iterator[TrainingEvent]:
        yield from self.validate()
        yield from self._save_snapshot()

    def _save_snapshot(self) -> Iterator[TrainingEvent]:
        start = time.perf_counter()
        snapshot = Snapshot(
            counters=self.counters, tensors=self.state.tensors(), fingerprint=self.job.fingerprint
        )
        save_snapshot(self.job.folder, snapshot)
        self._exclude(start)
        self.snapshot_clock = self.clock
        yield from ()

    def _exclude(self, start: float) -> None:
        """Count the time since ``start`` to the run but not to its tokens a second."""
        self.clock = time.perf_counter()
        self.counters = replace(self.counters, seconds=self.counters.seconds + self.clock - start)
