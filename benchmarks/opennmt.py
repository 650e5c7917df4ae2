"""OpenNMT-py: the reference model as its configuration, its training log, and its decoding."""

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
    LEARNING_RATE,
    ROOT,
    Settings,
)
from benchmarks.systems import System, read_log, whole_models

SAVE_STEPS: Final = 100
_RATE = re.compile(r"Step (\d+)/.*?; *[\d.]+/ *([\d.]+) tok/s;")

CONFIGURATION: Final = """\
save_data: {folder}/data
data:
  corpus_1:
    path_src: {train}.source
    path_tgt: {train}.target
    transforms: []
    weight: 1
src_vocab: {vocabulary}
tgt_vocab: {vocabulary}
share_vocab: true
src_vocab_size: 50000
tgt_vocab_size: 50000
save_model: {folder}/model
save_checkpoint_steps: {save_steps}
keep_checkpoint: -1
train_steps: 1000000
valid_steps: 1000000
report_every: 20
seed: 1
encoder_type: brnn
decoder_type: rnn
rnn_type: GRU
enc_layers: 1
dec_layers: 1
enc_hid_size: {hidden}
dec_hid_size: {hidden}
word_vec_size: {embedding}
global_attention: general
input_feed: 1
dropout: [{dropout}]
batch_type: sents
batch_size: {batch}
normalization: tokens
bucket_size: 262144
num_workers: 0
optim: adam
learning_rate: {rate}
max_grad_norm: 5
param_init: 0.1
"""


def prepare_training(settings: Settings, files: PieceFiles, folder: Path, minutes: float | None) -> list[str]:
    """Its own training command on a configuration file beside its models; it is stopped by us."""
    path = folder / "config.yaml"
    text = CONFIGURATION.format(
        folder=folder,
        train=files.prefix("train"),
        vocabulary=files.vocabulary,
        save_steps=SAVE_STEPS,
        hidden=DECODER_SIZE,
        embedding=EMBEDDING_SIZE,
        dropout=DROPOUT,
        batch=BATCH_SENTENCES,
        rate=LEARNING_RATE,
    )
    path.write_text(text, encoding="utf-8")
    return [str(OPENNMT.python), "-m", "onmt.bin.train", "-config", str(path)]


def parse_rates(lines: Iterable[str]) -> list[float]:
    """Target tokens a second, from each line of progress; it counts the end token too."""
    return [float(match[2]) for line in lines if (match := _RATE.search(line))]


def find_checkpoints(folder: Path) -> list[Path]:
    """Its kept models, oldest first."""
    return whole_models(folder.glob("model_step_*.pt"))


OPENNMT: Final = System(
    name="OpenNMT-py",
    key="opennmt",
    python=ROOT / ".venv-opennmt" / "bin" / "python",
    decoder="benchmarks.peers.opennmt_decode",
    output_width=DECODER_SIZE,
    reads_pieces=True,
    extra_environment={"TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD": "1"},  # its checkpoints hold an argparse.Namespace
    prepare_training=prepare_training,
    read_rates=lambda folder: parse_rates(read_log(folder)),
    find_checkpoints=find_checkpoints,
)
