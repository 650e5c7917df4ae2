"""What a user asks of a training run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRequest:
    """What the user asked for; ``model`` and ``training`` hold only the settings that were given.

    ``start_from`` is a checkpoint whose weights, tokenizers and network a new run takes over; its optimiser
    starts afresh. ``probe`` is a sentence whose attention is kept at every validation; where it is empty, a
    short held-out source is taken. ``source_embeddings`` and ``target_embeddings`` are files of pretrained
    vectors. ``test`` and ``general`` are pairs to measure the run on at its end, as `before_after` has it; where
    ``general`` is left out, that of ``start_from`` is taken. ``corpus_cache`` is a folder for the encoded training
    text, where that is larger than memory.
    """

    train: Path
    validation: Path
    output: Path
    train_target: Path | None = None
    validation_target: Path | None = None
    source_language: str = ""
    target_language: str = ""
    resume: bool = False
    start_from: Path | None = None
    probe: str = ""
    model: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    source_embeddings: Path | None = None
    target_embeddings: Path | None = None
    test: Path | None = None
    general: Path | None = None
    corpus_cache: Path | None = None

    @property
    def train_files(self) -> tuple[Path, ...]:
        """The one or two files of the training text."""
        return (self.train,) if self.train_target is None else (self.train, self.train_target)

    @property
    def embeddings(self) -> dict[str, Path]:
        """The files of pretrained embeddings by side."""
        sides = {"source": self.source_embeddings, "target": self.target_embeddings}
        return {side: path for side, path in sides.items() if path is not None}
