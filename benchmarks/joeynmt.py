"""JoeyNMT: the reference model as its configuration, its training log, and its decoding."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from benchmarks.corpus import PieceFiles
from benchmarks.settings import (
    BATCH_SENTENCES,
    DECODER_SIZE,
    DROPOUT,
    EMBEDDING_SIZE,
    ENCODER_SIZE,
    LEARNING_RATE,
    LONGEST_OUTPUT,
    ROOT,
    Settings,
)
from benchmarks.systems import System, read_log, whole_models

SAVE_STEPS: Final = 20
VALIDATION_LINES: Final = 64
_RATE = re.compile(r"Step: *(\d+),.*?Tokens per Sec: *([\d.]+)")

CONFIGURATION: Final = """\
name: reference
joeynmt_version: 2.3.0
model_dir: {folder}/model
use_cuda: false
random_seed: 1
data:
  train: {train}
  dev: {validation}
  test: {validation}
  dataset_type: plain
  src:
    lang: source
    level: word
    voc_file: {vocabulary}
    max_length: 200
  trg:
    lang: target
    level: word
    voc_file: {vocabulary}
    max_length: 200
testing:
  batch_size: 64
  batch_type: sentence
  max_output_length: {longest}
  eval_metrics: [bleu]
  beam_size: 1
training:
  optimizer: adam
  learning_rate: {rate}
  scheduling: exponential
  decrease_factor: 1.0
  clip_grad_norm: 1.0
  loss: crossentropy
  normalization: tokens
  batch_size: {batch}
  batch_type: sentence
  shuffle: true
  epochs: 1000
  logging_freq: 5
  validation_freq: {save_steps}
  keep_best_ckpts: -1
  early_stopping_metric: loss
  print_valid_sents: []
model:
  initializer: xavier_uniform
  bias_initializer: zeros
  embed_initializer: normal
  embed_init_weight: 0.1
  tied_embeddings: false
  tied_softmax: false
  encoder:
    type: recurrent
    rnn_type: gru
    bidirectional: true
    num_layers: 1
    hidden_size: {encoder}
    dropout: {dropout}
    embeddings: {{embedding_dim: {embedding}, dropout: {dropout}}}
  decoder:
    type: recurrent
    rnn_type: gru
    num_layers: 1
    hidden_size: {decoder}
    dropout: {dropout}
    hidden_dropout: {dropout}
    embeddings: {{embedding_dim: {embedding}, dropout: {dropout}}}
    attention: bahdanau
    input_feeding: true
    init_hidden: bridge
"""


def prepare_training(settings: Settings, files: PieceFiles, folder: Path, minutes: float | None) -> list[str]:
    """Its own training command on a configuration file beside its models; it is stopped by us.

    It saves when it validates, so it gets a few lines to validate on.
    """
    for side in ("source", "target"):
        few = files.lines("validation", side)[:VALIDATION_LINES]
        (folder / f"few.{side}").write_text("\n".join(few) + "\n", encoding="utf-8")
    path = folder / "config.yaml"
    text = CONFIGURATION.format(
        folder=folder,
        train=files.prefix("train"),
        validation=folder / "few",
        vocabulary=files.vocabulary,
        save_steps=SAVE_STEPS,
        longest=LONGEST_OUTPUT,
        rate=LEARNING_RATE,
        batch=BATCH_SENTENCES,
        encoder=ENCODER_SIZE,
        decoder=DECODER_SIZE,
        embedding=EMBEDDING_SIZE,
        dropout=DROPOUT,
    )
    path.write_text(text, encoding="utf-8")
    return [str(JOEYNMT.python), "-m", "joeynmt", "train", str(path), "--skip-test"]


def parse_rates(lines: Iterable[str]) -> list[float]:
    """Target tokens a second, from each line of progress; validations are not in its time."""
    return [float(match[2]) for line in lines if (match := _RATE.search(line))]


def find_checkpoints(folder: Path) -> list[Path]:
    """Its kept models, oldest first."""
    return whole_models(path for path in (folder / "model").glob("*.ckpt") if path.stem.isdigit())


JOEYNMT: Final = System(
    name="JoeyNMT",
    key="joeynmt",
    python=ROOT / ".venv-joeynmt" / "bin" / "python",
    decoder="benchmarks.peers.joeynmt_decode",
    output_width=DECODER_SIZE,
    reads_pieces=True,
    extra_environment={"TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD": "1"},  # its checkpoints hold numpy values
    prepare_training=prepare_training,
    read_rates=lambda folder: parse_rates(read_log(folder)),
    find_checkpoints=find_checkpoints,
)
