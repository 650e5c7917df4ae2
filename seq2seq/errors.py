"""The errors a user can cause, each with one sentence of what happened and one of what to do.

::

    Seq2SeqError
    ├── ConfigError         settings out of range or contradictory; `problems` lists all of them
    ├── DataError           a file or a line of parallel text that cannot be read
    ├── InputError          a source text or a forced prefix that cannot be translated as asked
    ├── CheckpointError     a checkpoint folder that is missing, damaged, hostile or of another version
    ├── TrainingError       a run that cannot start, go on or be resumed
    ├── FullMemoryError     a computation that needs more memory than its device has left
    └── HubError            a repository on the Hugging Face Hub that cannot be pulled or pushed

Anything else that is raised is a bug and keeps its traceback.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class Seq2SeqError(Exception):
    """Something the user can mend.

    Args:
        message: What happened, with the actual value.
        hint: What to do about it.
        key: A name for this sentence where an interface may say it in another language, else empty.
        values: What that sentence is filled in with.
    """

    def __init__(
        self, message: str, hint: str = "", *, key: str = "", values: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.key = key
        self.values = dict(values or {})

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ConfigError(Seq2SeqError):
    """Settings that are out of range or contradict each other; all problems at once."""

    def __init__(self, problems: Sequence[str], hint: str = "") -> None:
        super().__init__(" ".join(problems), hint)
        self.problems = tuple(problems)


class DataError(Seq2SeqError):
    """A file or a line of parallel text that cannot be read."""


class InputError(Seq2SeqError):
    """A source text or forced prefix that cannot be translated as asked."""


class CheckpointError(Seq2SeqError):
    """A checkpoint folder that is missing, damaged, hostile or of another version."""


class TrainingError(Seq2SeqError):
    """A training run that cannot start, go on or be resumed."""


class FullMemoryError(Seq2SeqError):
    """A computation that needs more memory than its device has left; what it took is given back."""


class HubError(Seq2SeqError):
    """A repository on the Hugging Face Hub that cannot be pulled or pushed."""
