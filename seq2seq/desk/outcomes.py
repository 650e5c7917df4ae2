"""What happened to a run that is over, in one sentence."""

import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from seq2seq.desk.progress import ProgressState
from seq2seq.desk.records import CHECKPOINT_FOLDER, LOG_FILE, RunRecord

MOST_LOG_BYTES: Final = 1_000_000
_KEPT_LOG_BYTES: Final = 100_000
_TAIL_BYTES: Final = 8_000
_LONGEST_REASON: Final = 300
_FULL_BELOW_BYTES: Final = 1_000_000
_ERROR: Final = "error: "
_FULL: Final = "The disk is full"

OUTCOMES: Final[dict[str, str]] = {
    "epochs": "{said}",
    "max_steps": "{said}",
    "max_minutes": "{said}",
    "patience": "It stopped early: {said}",
    "non_finite": "{said}",
    "stopped": "You stopped it at step {step}.",
    "ended_hard": "You stopped it, and it was ended at step {step} because it did not end by itself.",
    "over_time": "It was stopped at step {step}: its time on this server is over.",
    "withdrawn": "You took it out of the queue.",
    "disk_full": "The disk is full: the run ended at step {step}.",
    "full_memory": "The memory is full: the run ended at step {step}.",
    "killed": "It was killed{by} at step {step}, by someone or because memory ran out.",
    "lost": "It ended at step {step} while no server watched it: it was killed or the machine stopped.",
    "failed": "It failed: {said}",
}
"""The first half by reason; the second says what is kept."""
_KEPT: Final = " The weights of step {best_step}, its best, are kept."
_NOTHING_KEPT: Final = " No weights were kept yet."
_RESUMABLE_ENDS: Final = "It can be resumed."
RESUMABLE: Final = frozenset(
    {"stopped", "ended_hard", "withdrawn", "disk_full", "full_memory", "killed", "lost", "failed"}
)
"""Reasons after which a run goes on without any change of its settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Why a run is over: a word, a sentence, and what fills that sentence in."""

    reason: str
    message: str
    values: dict[str, Any]


def describe_outcome(reason: str, state: ProgressState, said: str = "", by: str = "") -> Outcome:
    """The outcome of a reason; ``said`` is the run's own words and ``by`` the signal that ended it."""
    values = {"step": state.step, "best_step": state.best_step, "said": said, "by": by}
    values["kept"] = bool(state.validations)
    kept = _KEPT if state.validations else _NOTHING_KEPT
    message = (OUTCOMES[reason] + kept).format(**values)
    if reason in RESUMABLE:
        message += f" {_RESUMABLE_ENDS}"
    return Outcome(reason=reason, message=message, values=values)


def find_outcome(
    folder: Path, record: RunRecord, state: ProgressState, code: int | None, free_bytes: int
) -> Outcome:
    """What became of a run whose child is no more.

    Args:
        folder: the run's.
        record: as it was while the child lived.
        state: of all its events.
        code: how the child ended, None where that is not known.
        free_bytes: what the disk still has.
    """
    ended = state.ended
    is_of_this_start = bool(state.started and state.started.time >= record.started)
    said = last_words(folder)
    if ended and is_of_this_start:
        reason = "over_time" if ended.reason == "stopped" and record.reason else ended.reason
        return describe_outcome(reason, state, ended.message)
    if said.startswith(_FULL) or "No space left" in said or free_bytes < _FULL_BELOW_BYTES:
        return describe_outcome("disk_full", state)
    if record.status == "stopping":
        hard = code == -signal.SIGKILL.value
        return describe_outcome(record.reason or ("ended_hard" if hard else "stopped"), state)
    if code is None:
        return describe_outcome("lost" if not said else "failed", state, said)
    if code < 0:
        return describe_outcome("killed", state, by=f" by signal {-code}")
    return describe_outcome("failed", state, said or f"it ended with code {code}.")


def last_words(folder: Path) -> str:
    """The last error in a run's log, without traceback or the server's paths; empty where it shows none."""
    try:
        with (folder / LOG_FILE).open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return ""
    written = [line for line in lines if line.strip()]
    words = next((line.removeprefix(_ERROR) for line in reversed(written) if line.startswith(_ERROR)), "")
    if not words and any(line.startswith("Traceback ") for line in written):
        words = written[-1]
    for inside in (f"{folder / CHECKPOINT_FOLDER}", f"{folder}/"):
        words = words.replace(inside, "" if inside.endswith("/") else "the run's folder")
    return words if len(words) <= _LONGEST_REASON else f"{words[:_LONGEST_REASON]}…"


def trim_log(folder: Path) -> None:
    """Cut a log that has grown long down to its last part, in place: the child goes on appending to it."""
    path = folder / LOG_FILE
    if path.exists() and path.stat().st_size > MOST_LOG_BYTES:
        with path.open("r+b") as file:
            file.seek(-_KEPT_LOG_BYTES, 2)
            rest = file.read()
            file.seek(0)
            file.write(rest[rest.find(b"\n") + 1 :])
            file.truncate()
