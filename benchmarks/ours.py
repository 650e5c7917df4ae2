"""Ours: driven by its own command line, read from its own events."""

import json
import sys
from pathlib import Path
from typing import Final

from benchmarks.corpus import PieceFiles
from benchmarks.settings import (
    BATCH_SENTENCES,
    DECODER_SIZE,
    EMBEDDING_SIZE,
    ENCODER_SIZE,
    PIECES,
    Settings,
)
from benchmarks.systems import System

STARTING_MINUTES: Final = 0.25
"""What a run of a given length leaves for reading, tokenizing and the last validation."""
SHORT_MINUTES: Final = 10
"""Up to here a run sees each training pair about once."""
TOKENS_A_SENTENCE: Final = 12
"""A batch of so many tokens a sentence, padding included, holds about as many sentences as the peers'."""
REFERENCE_FLAGS: Final = {
    "architecture": "recurrent",
    "cell": "gru",
    "embedding-size": EMBEDDING_SIZE,
    "encoder-size": ENCODER_SIZE,
    "decoder-size": DECODER_SIZE,
    "vocabulary-size": PIECES,
    "attention": "general",
    "validate-every": 1_000_000,
    "validation-sentences": 100,
}


def prepare_training(
    settings: Settings, files: PieceFiles, folder: Path, minutes: float | None, *extra: str
) -> list[str]:
    """Our training command; without ``minutes`` it is stopped by us and keeps what it has then.

    The learning rate follows the length of the run, so a run of given minutes is told them. A run that
    measures throughput has batches as large as the peers'; one that races for quality our own defaults, but
    no dropout where it sees the pairs about once, as the README advises.
    """
    flags = REFERENCE_FLAGS | {
        "train": settings.train,
        "validation": settings.validation,
        "output": folder / "model",
        "threads": settings.threads,
    }
    if minutes is not None:
        flags["max-minutes"] = minutes - STARTING_MINUTES
        if minutes <= SHORT_MINUTES:
            flags["dropout"] = 0
    else:
        flags["batch-tokens"] = BATCH_SENTENCES * TOKENS_A_SENTENCE
    words = [word for name, value in flags.items() for word in (f"--{name}", str(value))]
    return [sys.executable, "-m", "seq2seq", "train", *words, *extra]


def parse_rates(lines: list[str]) -> list[float]:
    """Target tokens a second, from the events of a run."""
    events = [json.loads(line) for line in lines if line.endswith("}")]
    return [event["tokens_per_second"] for event in events if event["type"] == "StepDone"]


def read_rates(folder: Path) -> list[float]:
    """The rates of the run in a folder."""
    path = folder / "model" / "events.jsonl"
    return parse_rates(path.read_text(encoding="utf-8").split("\n")) if path.exists() else []


def find_checkpoints(folder: Path) -> list[Path]:
    """The run's folder, once it holds weights."""
    return [path.parent for path in folder.glob("model/model.safetensors")]


def _make_system(name: str, key: str, *extra: str) -> System:
    return System(
        name=name,
        key=key,
        python=Path(sys.executable),
        decoder="benchmarks.ours_decode",
        output_width=EMBEDDING_SIZE,
        reads_pieces=False,
        extra_environment={},
        prepare_training=lambda settings, files, folder, minutes: prepare_training(
            settings, files, folder, minutes, *extra
        ),
        read_rates=read_rates,
        find_checkpoints=find_checkpoints,
    )


OURS: Final = _make_system("ours", "ours")
OURS_FEEDING: Final = _make_system("ours, input feeding", "ours-feeding", "--input-feeding")
