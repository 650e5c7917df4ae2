"""Seq2Seq Explorer: watch an attention sequence-to-sequence model think, and train one on your own text."""

import os

# Torch reads this when it is loaded: threads that wait for each other spin for a moment, then sleep. Always
# sleeping made training 1.4 times slower here; always spinning lets two programs on few cores stop each other.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
# Torch reads this too: large tensors in large pages, where Linux leaves the choice to the program. A product of
# one row reads its matrix a seventh faster then.
os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")

from seq2seq.checkpoints import load_checkpoint
from seq2seq.config import ModelConfig, TrainingConfig
from seq2seq.data.readers import read_corpus
from seq2seq.decoding.trace import Beam, Candidate, DecodeStep, Hypothesis
from seq2seq.errors import Seq2SeqError
from seq2seq.evaluation import evaluate
from seq2seq.options import DecodingOptions
from seq2seq.training.jobs import prepare_job
from seq2seq.training.loop import train
from seq2seq.training.requests import TrainingRequest
from seq2seq.translation import Translation
from seq2seq.translator import Translator, load_translator

__all__ = [
    "Beam",
    "Candidate",
    "DecodeStep",
    "DecodingOptions",
    "Hypothesis",
    "ModelConfig",
    "Seq2SeqError",
    "TrainingConfig",
    "TrainingRequest",
    "Translation",
    "Translator",
    "evaluate",
    "load_checkpoint",
    "load_translator",
    "prepare_job",
    "read_corpus",
    "train",
]
