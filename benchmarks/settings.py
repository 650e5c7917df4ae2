"""What every measurement needs to know: the data, where to work, how long, and the reference model."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
DATA: Final = ROOT.parent / "shared" / "data"

PIECES: Final = 8000
EMBEDDING_SIZE: Final = 256
ENCODER_SIZE: Final = 256
DECODER_SIZE: Final = 512
BATCH_SENTENCES: Final = 128
LEARNING_RATE: Final = 0.001
DROPOUT: Final = 0.2
BEAM_WIDTH: Final = 5
LENGTH_PENALTY: Final = 0.6
"""As in the peers' decoders."""
DECODING_BATCH: Final = 64
LONGEST_OUTPUT: Final = 100
FIXED_OUTPUT: Final = 10
"""Tokens of every output where all systems are made to write the same number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One run of the benchmarks.

    Attributes:
        train, validation, test: tab-separated pairs.
        work: folder for data, models and logs; what is there already is used again.
        threads: processor threads of every system.
        wait_policy: ``OMP_WAIT_POLICY`` of all children; empty leaves it unset, which is OpenMP's default.
        training_seconds: length of a throughput run, loading and warm-up not counted.
        warmup_reports: first reported rates that are thrown away.
        quality_minutes: when BLEU is taken, in minutes since the command was started.
        sentences: sentences of the batch-1 measurement.
        batch_sentences: sentences of the batch-64 measurement.
        repeats: turns of decoding that the systems take; of each decoding the fastest counts.
        checkpoint: our model to decode with; None takes the one trained here.
    """

    train: Path = DATA / "tatoeba.en-fr.train.tsv.gz"
    validation: Path = DATA / "tatoeba.en-fr.dev.tsv.gz"
    test: Path = DATA / "tatoeba.en-fr.test.tsv.gz"
    work: Path = ROOT / "runs" / "benchmarks"
    threads: int = 2
    wait_policy: str = ""
    training_seconds: float = 180.0
    warmup_reports: int = 2
    quality_minutes: tuple[float, ...] = (5.0, 10.0, 20.0)
    sentences: int = 200
    batch_sentences: int = 2000
    repeats: int = 3
    checkpoint: Path | None = None

    def environment(self) -> dict[str, str]:
        """The environment of a child: its threads, and no word to the outside."""
        values = dict(os.environ) | {
            "OMP_NUM_THREADS": str(self.threads),
            "MKL_NUM_THREADS": str(self.threads),
            "PYTHONUNBUFFERED": "1",
            "GRADIO_ANALYTICS_ENABLED": "False",
            "HF_HUB_OFFLINE": "1",
        }
        values.pop("OMP_WAIT_POLICY", None)
        return values | ({"OMP_WAIT_POLICY": self.wait_policy} if self.wait_policy else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One figure of one system; ``value`` is None where there is none, and ``note`` says why."""

    system: str
    measure: str
    value: float | None
    note: str = ""
