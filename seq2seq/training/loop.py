"""The training loop: a generator of events that never prints and never draws."""

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from seq2seq.checkpoints import Checkpoint, model_weights, save_scores, save_weights
from seq2seq.config import TrainingConfig
from seq2seq.data.batches import Batch, EncodedCorpus, encode_corpus, make_batches
from seq2seq.data.corpus import ParallelCorpus
from seq2seq.evaluation import ValidationScores, validate
from seq2seq.models.hardware import choose_device, choose_dtype, choose_threads, keep_freed_memory
from seq2seq.training.before_after import Tests, meter_scores
from seq2seq.training.events import CheckpointSaved, RunEnded, RunStarted, StepDone, TrainingEvent, Validated
from seq2seq.training.objective import scheduled_sampling_loss, teacher_forced_loss
from seq2seq.training.pretrained import FrozenRows, PlacedEmbeddings
from seq2seq.training.probe import probe_attention
from seq2seq.training.runs import Counters, Snapshot, save_snapshot
from seq2seq.training.schedule import learning_rate, truth_probability
from seq2seq.training.state import TrainingState, make_optimizer

SAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJob:
    """All that a run needs, read and checked.

    ``checkpoint.model`` holds the initial weights; ``training`` is ``corpus`` in its usual split;
    ``fingerprint`` names the data and settings a snapshot belongs to; ``embeddings`` are the pretrained rows of
    the weights; ``should_stop`` is asked after every update; ``probe`` is the sentence whose attention is kept at
    every validation, or empty; ``begins_trained``: the weights are a checkpoint's, and kept until better ones;
    ``tests`` are scored when the run is over, the general one also at its validations.
    """

    checkpoint: Checkpoint
    config: TrainingConfig
    corpus: ParallelCorpus
    training: EncodedCorpus
    dropped_pairs: int
    validation: ParallelCorpus
    folder: Path
    fingerprint: str
    snapshot: Snapshot | None = None
    embeddings: tuple[PlacedEmbeddings, ...] = ()
    should_stop: Callable[[], bool] = lambda: False
    probe: str = ""
    begins_trained: bool = False
    tests: Tests = field(default_factory=dict)


def train(job: TrainingJob) -> Iterator[TrainingEvent]:
    """Train until a limit is reached, yielding every event; the best weights are kept in the run's folder."""
    torch.set_num_threads(choose_threads(job.config.threads))
    keep_freed_memory()
    trainer = _Trainer(job)
    yield trainer.started()
    if job.begins_trained and not job.snapshot:
        yield from trainer.validate()
    reason, message = "", ""
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
        self.job, self.config = job, job.config
        self.device = choose_device(job.config.device)
        self.dtype = choose_dtype(job.config.precision, self.device)
        self.model = job.checkpoint.model.to(self.device)
        self.model.compute_dtype = self.dtype
        self.averaged = copy.deepcopy(self.model) if job.config.average_decay else self.model
        self.parameters = list(self.model.parameters())
        self.optimizer = make_optimizer(self.model, job.config)
        self.state = TrainingState(self.model, self.averaged, self.optimizer)
        self.counters = Counters()
        if job.snapshot:
            self.state.restore(job.snapshot.tensors)
            self.counters = job.snapshot.counters
        self.frozen = FrozenRows(self.model, job.embeddings if job.config.freeze_embeddings else ())
        self._begin_epoch(self.counters.epoch)
        self.rate = self.norm = self.logged_seconds = 0.0
        self.clock = self.snapshot_clock = time.perf_counter()

    # -- the three phases of an update ----------------------------------------------------------------

    def update(self) -> str:
        """One step of the optimiser; the reason, when the loss or its gradient is not a finite number."""
        counters, config = self.counters, self.config
        batch = self._next_batch()
        tokens = int(batch.target_lengths.sum())
        self.model.train()
        loss = self._loss(batch, counters.step + 1)
        torch.autograd.backward(loss / tokens)
        self.frozen.drop_gradients()
        norm = nn.utils.clip_grad_norm_(self.parameters, config.clip_norm or float("inf"))
        value, self.norm = loss.item(), norm.item()
        if not (abs(value) < float("inf") and self.norm < float("inf")):
            return (
                f"The loss or its gradient stopped being a finite number at step {counters.step + 1}. "
                "Lower the learning rate or raise warmup_steps; the best weights so far are kept."
            )
        self.rate = learning_rate(config, counters.step + 1, self.progress())
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate
        self.optimizer.step()
        self.frozen.put_back()
        self.optimizer.zero_grad(set_to_none=True)
        self._average(counters.step + 1)
        self._count(value, tokens)
        return ""

    def after_update(self, *, last: bool) -> Iterator[TrainingEvent]:
        """Progress, validation and snapshot, where they are due."""
        config, step = self.config, self.counters.step
        if step % config.log_every == 0 or last:
            yield self._progress_event()
        if step % config.validate_every == 0 or last:
            yield from self.validate()
            self._save_snapshot()
        elif time.perf_counter() - self.snapshot_clock > config.save_every_seconds:
            self._save_snapshot()

    def reason_to_end(self) -> tuple[str, str]:
        """The limit that is reached, as a word and a sentence; empty while there is none."""
        config, counters = self.config, self.counters
        if self.job.should_stop():
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
            parameters=sum(parameter.numel() for parameter in self.parameters),
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
        epochs = (counters.epoch + counters.batch / max(1, len(self.batches))) / config.epochs
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

    # -- the parts ------------------------------------------------------------------------------------

    def _loss(self, batch: Batch, step: int) -> Tensor:
        truth = truth_probability(self.config, step)
        if truth < 1.0:
            return scheduled_sampling_loss(
                self.model, batch, label_smoothing=self.config.label_smoothing, truth_probability=truth
            )
        return teacher_forced_loss(
            self.model, batch, label_smoothing=self.config.label_smoothing, compute_dtype=self.dtype
        )

    def _begin_epoch(self, epoch: int) -> None:
        config = self.config
        self.training = self._split_anew(epoch) if config.subword_alpha else self.job.training
        self.batches = make_batches(
            self.training, batch_tokens=config.batch_tokens, seed=config.seed, epoch=epoch
        )

    def _split_anew(self, epoch: int) -> EncodedCorpus:
        config, checkpoint = self.config, self.job.checkpoint
        encoded, _ = encode_corpus(
            self.job.corpus,
            checkpoint.source_tokenizer,
            checkpoint.target_tokenizer,
            maximum_tokens=config.maximum_tokens,
            subword_alpha=config.subword_alpha,
            seed=(config.seed, epoch),
        )
        return encoded

    def _next_batch(self) -> Batch:
        return self.training.collate(self.batches[self.counters.batch]).to(self.device)

    def _count(self, loss: float, tokens: int) -> None:
        counters, now = self.counters, time.perf_counter()
        elapsed, self.clock = now - self.clock, now
        self.logged_seconds += elapsed
        epoch, batch = counters.epoch, counters.batch + 1
        if batch >= len(self.batches):
            epoch, batch = epoch + 1, 0
            self._begin_epoch(epoch)
        self.counters = replace(
            counters,
            step=counters.step + 1,
            epoch=epoch,
            batch=batch,
            seconds=counters.seconds + elapsed,
            logged_loss=counters.logged_loss + loss,
            logged_tokens=counters.logged_tokens + tokens,
        )

    def _average(self, step: int) -> None:
        if self.averaged is not self.model:
            decay = min(self.config.average_decay, (1 + step) / (10 + step))
            with torch.no_grad():
                average = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
                average(list(self.averaged.parameters()), self.parameters, step)

    def _epoch(self) -> float:
        return self.counters.epoch + self.counters.batch / max(1, len(self.batches))

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

    def _save_snapshot(self) -> None:
        start = time.perf_counter()
        snapshot = Snapshot(
            counters=self.counters, tensors=self.state.tensors(), fingerprint=self.job.fingerprint
        )
        save_snapshot(self.job.folder, snapshot)
        self._exclude(start)
        self.snapshot_clock = self.clock

    def _exclude(self, start: float) -> None:
        """Count the time since ``start`` to the run but not to its tokens a second."""
        self.clock = time.perf_counter()
        self.counters = replace(self.counters, seconds=self.counters.seconds + self.clock - start)
