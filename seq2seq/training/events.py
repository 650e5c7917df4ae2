"""What a training run tells the world: one JSON line each, with its type, and one line for people."""

import base64
import json
from dataclasses import asdict, dataclass
from typing import Any

from seq2seq.errors import TrainingError


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The first event, and the first after each resume (then ``step`` is above 0).

    The shares, 0 to 1, say for how much of a vocabulary a file of embeddings had a vector; None without a file.
    """

    step: int
    parameters: int
    training_pairs: int
    dropped_pairs: int
    validation_pairs: int
    device: str
    precision: str
    time: str
    source_embeddings_share: float | None = None
    target_embeddings_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """Progress since the event before.

    Attributes:
        step: updates made.
        epoch: passes over the data, with its fraction.
        loss: smoothed cross-entropy in nats a real target token, averaged over these updates.
        learning_rate: of the last update.
        gradient_norm: of the last update, before clipping.
        tokens_per_second: real target tokens, validations and snapshots not counted in the time.
        progress: share of the whole run that is done, 0 to 1, by its nearest limit.
        seconds_left: estimated time to the end of the run.
    """

    step: int
    epoch: float
    loss: float
    learning_rate: float
    gradient_norm: float
    tokens_per_second: float
    progress: float
    seconds_left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """Scores on held-out pairs: plain cross-entropy in nats a token; scores of greedy translations.

    BLEU, chrF and the share of exact matches in percent are None where no sentences are translated. ``samples`` are
    source, reference, translation. The general scores are those of a fine-tuning on what its first weights could
    do: the forgetting meter. The run had trained for ``trained_seconds``, its validations included.
    """

    step: int
    epoch: float
    loss: float
    bleu: float | None
    chrf: float | None
    best: bool
    samples: tuple[tuple[str, str, str], ...]
    seconds: float
    general_bleu: float | None = None
    general_chrf: float | None = None
    exact_match: float | None = None
    trained_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointSaved:
    """The weights of this step are now the checkpoint."""

    step: int
    metric: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """Where the model looked while it translated the probe sentence greedily, mean of layers and heads.

    Attributes:
        source_tokens: the S tokens of the probe, the end token last.
        target_tokens: the T tokens of its translation by the weights of this step.
        attention: base64 of T times S bytes, row by row: each weight times 255, rounded.
    """

    step: int
    source: str
    source_tokens: tuple[str, ...]
    target_tokens: tuple[str, ...]
    attention: str

    def weights(self) -> tuple[tuple[float, ...], ...]:
        """The attention as T rows of S weights; a row sums to 1 up to its rounding."""
        flat, width = [byte / 255 for byte in base64.b64decode(self.attention)], len(self.source_tokens)
        return tuple(tuple(flat[start : start + width]) for start in range(0, len(flat), width))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredMetric:
    """A metric of a test; what was ``before`` is None for a run that began with random weights.

    Attributes:
        before, after: the scores (TER: errors a hundred words, the fewer the better; the others 0 to 100).
        before_half_width, after_half_width: of their 95 % bootstrap intervals.
        p_value: of the paired bootstrap test.
        verdict: ``better`` or ``worse`` with p below 0.05, or ``undecided``; empty without a before.
        signature: sacrebleu's.
    """

    name: str
    after: float
    signature: str
    after_half_width: float | None = None
    before: float | None = None
    before_half_width: float | None = None
    p_value: float | None = None
    verdict: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceChanged:
    """A sentence of a test; ``change`` is the gain in its chrF, or its chrF where there is no ``before``."""

    source: str
    reference: str
    before: str | None
    after: str
    change: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredTest:
    """How good the best weights are on a test, and those that the run began with.

    Attributes:
        step: the step of the best weights.
        test: ``test``, of the kind of the training data, or ``general``, of what the first weights could do.
        sentences: different sources.
        metrics: BLEU, chrF, TER.
        exact_before, exact_after: share of translations that are a reference, in percent.
        better, worse, equal: sentences with a higher, lower, equal chrF than before.
        changes: some sentences, the greatest loss first and the greatest gain last; the worst first without
            a before.
    """

    step: int
    test: str
    sentences: int
    metrics: tuple[ScoredMetric, ...]
    exact_after: float
    exact_before: float | None = None
    better: int = 0
    worse: int = 0
    equal: int = 0
    changes: tuple[SentenceChanged, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """The last event: why the run is over, in one word and in one sentence."""

    step: int
    reason: str
    message: str


TrainingEvent = RunStarted | StepDone | Validated | CheckpointSaved | Probed | ScoredTest | RunEnded
_EVENTS: dict[str, type[TrainingEvent]] = {
    kind.__name__: kind
    for kind in (RunStarted, StepDone, Validated, CheckpointSaved, Probed, ScoredTest, RunEnded)
}


def event_to_json(event: TrainingEvent) -> str:
    """One line of JSON without the line break."""
    return json.dumps({"type": type(event).__name__, **asdict(event)}, ensure_ascii=False)


def event_from_json(line: str) -> TrainingEvent:
    """The event of one line.

    Raises:
        TrainingError: when the line is not one of our events.
    """
    try:
        values: dict[str, Any] = json.loads(line)
        kind = _EVENTS[values.pop("type")]
        if "samples" in values:
            values["samples"] = tuple(tuple(sample) for sample in values["samples"])
        for name in ("source_tokens", "target_tokens"):
            if name in values:
                values[name] = tuple(values[name])
        for name, part in (("metrics", ScoredMetric), ("changes", SentenceChanged)):
            if name in values:
                values[name] = tuple(part(**each) for each in values[name])
        return kind(**values)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise TrainingError(
            f"This line of events.jsonl is not a training event: {line[:80]!r}.",
            "The file is damaged; delete the line.",
        ) from problem


def describe_event(event: TrainingEvent) -> str:
    """One line for people."""
    match event:
        case RunStarted():
            return (
                f"{event.parameters:,} parameters on {event.device} in {event.precision}; "
                f"{event.training_pairs:,} training pairs ({event.dropped_pairs:,} too long), "
                f"{event.validation_pairs:,} validation pairs"
                + (f"; from step {event.step:,}" * bool(event.step))
                + _found_embeddings(event)
            )
        case StepDone():
            return (
                f"{event.progress:6.1%}  step {event.step:,}  epoch {event.epoch:.2f}  "
                f"loss {event.loss:.3f}  {event.tokens_per_second:,.0f} tok/s  "
                f"{_clock(event.seconds_left)} left"
            )
        case Validated():
            scores = "".join(
                f"  {name} {value:.2f}"
                for name, value in (("BLEU", event.bleu), ("chrF", event.chrf))
                if value
            )
            return f"        validation: loss {event.loss:.3f}{scores}  ({event.seconds:.1f} s)"
        case CheckpointSaved():
            return f"        best {event.metric} so far: kept"
        case Probed():
            return f"        probe: {len(event.source_tokens)} tokens to {len(event.target_tokens)}"
        case ScoredTest():
            scores = "; ".join(_tell_metric(metric) for metric in event.metrics)
            return f"        {event.test} ({event.sentences:,} sentences): {scores}"
        case RunEnded():
            return f"ended at step {event.step:,}: {event.message}"


def _tell_metric(metric: ScoredMetric) -> str:
    if metric.before is None or metric.p_value is None:
        return f"{metric.name} {metric.after:.2f}"
    return (
        f"{metric.name} {metric.before:.2f} to {metric.after:.2f}, {metric.verdict} (p {metric.p_value:.3f})"
    )


def _found_embeddings(event: RunStarted) -> str:
    sides = (("source", event.source_embeddings_share), ("target", event.target_embeddings_share))
    return "".join(
        f"; {side} embeddings for {share:.1%} of the vocabulary" for side, share in sides if share is not None
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
