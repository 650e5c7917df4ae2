"""A training run as the values that its view draws."""

import json
from dataclasses import asdict
from typing import Any, Final

from seq2seq.desk.outcomes import OUTCOMES
from seq2seq.desk.progress import Curve, ProgressState, ValidationPoint
from seq2seq.desk.records import RunRecord, RunView
from seq2seq.training.events import Probed
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text
from seq2seq.ui.train_lessons import describe_target

View = dict[str, Any]
EMPTY_TRAIN: Final[View] = {"run": "", "status": "empty", "message": ""}
RUN_STATUSES: Final = ("queued", "running", "done", "stopped", "failed")
FINISHED: Final = ("epochs", "max_steps", "max_minutes", "patience")
BROKEN: Final = ("killed", "lost", "disk_full", "full_memory", "failed", "non_finite")
DIGITS: Final = 6


def show_run(shown: RunView, state: ProgressState, language: str) -> View:
    """The view of a run at one moment."""
    record, validations = shown.record, state.validations
    best = next((point for point in reversed(validations) if point.best), None)
    metric = str(record.training.get("metric", "bleu"))
    value = None if best is None else {"loss": best.loss, "bleu": best.bleu, "chrf": best.chrf}[metric]
    names = {"loss": "loss", "bleu": "BLEU", "chrf": "chrF"}
    return {
        "run": record.id,
        "status": status_of(record),
        "stopping": record.status == "stopping",
        "message": "",
        "name": record.name,
        "place": shown.place,
        "happened": say_outcome(record, language),
        "progress": state.progress,
        "seconds_left": state.seconds_left or 0.0,
        "step": state.step,
        "epoch": state.epoch,
        "tokens_per_second": state.tokens_per_second,
        "gradient_norm": state.gradient_norms[-1][1] if state.gradient_norms else None,
        "parameters": state.started.parameters if state.started else 0,
        "embeddings": [
            [side, share]
            for side in ("source", "target")
            if state.started and (share := getattr(state.started, f"{side}_embeddings_share")) is not None
        ],
        "pairs": record.training_pairs,
        "best": None if best is None or value is None else
        {"metric": names[metric], "value": value, "step": best.step},
        "losses": _curve(state.losses),
        "rates": _curve(state.learning_rates),
        "validations": json.dumps([_row(point) for point in validations]),
        "samples": json.dumps(state.samples, ensure_ascii=False),
        "probes": [_probe(probe) for probe in state.probes],
        "tests": [json.dumps(asdict(test), ensure_ascii=False) for test in state.tests.values()],
        "target": describe_target(record, state),
        "command": shown.command_line,
        "push": _describe_push(shown),
        "can_resume": shown.can_resume,
        "has_weights": shown.has_weights,
    }  # fmt: skip


def _describe_push(shown: RunView) -> dict[str, Any]:
    """Where its best weights are pushed to, and what came of the last time; empty where they are not."""
    if not shown.record.push:
        return {}
    last = shown.pushed
    return {
        "to": shown.record.push["to"],
        "step": last.step if last else None,
        "reason": last.reason if last else "",
    }


def status_of(record: RunRecord) -> str:
    """One word for a run: queued, running, done, stopped or failed."""
    if record.status != "ended":
        return "running" if record.is_active else "queued"
    if record.reason in FINISHED:
        return "done"
    return "failed" if record.reason in BROKEN else "stopped"


def say_outcome(record: RunRecord, language: str) -> str:
    """Why a run is over, in the reader's language; empty while it is not."""
    if record.status != "ended" or record.reason not in OUTCOMES:
        return ""
    if language == DEFAULT_LANGUAGE:
        return record.message
    values = {"said": "", "by": "", "step": 0, "best_step": 0, "kept": False, **record.values}
    kept = text("outcome_kept" if values["kept"] else "outcome_nothing_kept", language)
    return f"{text(f'outcome_{record.reason}', language)}{kept}".format(**values)


def _row(point: ValidationPoint) -> list[Any]:
    scores = (point.loss, point.bleu, point.chrf)
    return [point.step, *scores, point.best, point.general_bleu, point.exact_match]


def _curve(points: Curve) -> str:
    return json.dumps([[step, float(f"{value:.{DIGITS}g}")] for step, value in points])


def _probe(probe: Probed) -> str:
    values = {
        "step": probe.step,
        "source": probe.source_tokens,
        "target": probe.target_tokens,
        "attention": probe.attention,
    }
    return json.dumps(values, ensure_ascii=False)
