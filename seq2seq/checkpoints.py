"""A trained model as a folder: config.json, model.safetensors, both tokenizers, scores.json. Never pickle.

A new folder is written beside its final place and renamed, and a changed file replaces its old one by a
rename, so a crash leaves the old state whole.
"""

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from seq2seq.config import ModelConfig, TrainingConfig
from seq2seq.data.tokenizers import Tokenizer, load_tokenizer
from seq2seq.errors import CheckpointError, ConfigError
from seq2seq.models.architectures import build_model
from seq2seq.models.encoder_decoder import EncoderDecoder
from seq2seq.stored_files import read_json, read_shapes, read_tensors, write_json, write_tensors

FORMAT = "seq2seq-explorer"
VERSION = 1
CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"
SCORES_FILE = "scores.json"
CARD_FILE = "README.md"
GENERAL_TEST_FILE = "general_test.tsv"
"""Pairs on which it is measured what a fine-tuning of the checkpoint forgets; a checkpoint need not have them."""
LARGEST_PARAMETERS = 2_000_000_000
STORED_DTYPES = ("F16", "BF16", "F32", "F64")
"""What weights may be stored in, as safetensors calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointInfo:
    """What config.json says: everything but weights and tokenizers."""

    model: ModelConfig
    source_vocabulary_size: int
    target_vocabulary_size: int
    source_language: str = ""
    target_language: str = ""
    training: TrainingConfig | None = None
    examples: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The content of config.json."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "model": self.model.to_json(),
            "source_vocabulary_size": self.source_vocabulary_size,
            "target_vocabulary_size": self.target_vocabulary_size,
            "source_language": self.source_language,
            "target_language": self.target_language,
            "training": self.training.to_json() if self.training else None,
            "examples": list(self.examples),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A loaded checkpoint: float32 model in evaluation mode on the processor, and its tokenizers.

    Attributes:
        folder: where it was read from.
        fingerprint: SHA-256 of its file of weights, by which things made with them are known.
    """

    name: str
    info: CheckpointInfo
    model: EncoderDecoder
    source_tokenizer: Tokenizer
    target_tokenizer: Tokenizer
    scores: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None
    fingerprint: str = ""


def read_info(folder: Path) -> CheckpointInfo:
    """What a checkpoint's config.json says, checked, without loading weights.

    Raises:
        CheckpointError: when the folder or the file is missing, damaged or of another version.
    """
    if not folder.is_dir():
        raise CheckpointError(f"There is no checkpoint folder at {folder}.", "Check the path.")
    values = read_json(folder / CONFIG_FILE)
    if values.get("format") != FORMAT:
        raise CheckpointError(f"{folder / CONFIG_FILE} is not the config of a Seq2Seq Explorer checkpoint.")
    if values.get("version") != VERSION:
        raise CheckpointError(
            f"{folder} is a checkpoint of version {values.get('version')!r}; this program reads {VERSION}.",
            "Update the program.",
        )
    try:
        return _info_from_json(values)
    except ConfigError as problem:
        raise CheckpointError(f"{folder / CONFIG_FILE} has settings that do not fit: {problem}") from problem
    except (KeyError, TypeError, ValueError) as problem:
        raise CheckpointError(f"{folder / CONFIG_FILE} is incomplete or damaged: {problem!r}.") from problem


def read_scores(folder: Path) -> dict[str, Any]:
    """The content of scores.json, empty when there is none yet.

    Raises:
        CheckpointError: when the file is damaged.
    """
    return read_json(folder / SCORES_FILE) if (folder / SCORES_FILE).exists() else {}


def list_checkpoints(root: Path) -> list[Path]:
    """The checkpoint folders directly below ``root``, by name; folders without weights are left out."""
    if not root.is_dir():
        return []
    return sorted(
        path.parent for path in root.glob(f"*/{WEIGHTS_FILE}") if (path.parent / CONFIG_FILE).is_file()
    )


def load_checkpoint(folder: Path) -> Checkpoint:
    """Read a checkpoint folder and check all of it.

    Raises:
        CheckpointError: one sentence on what is missing, damaged or does not fit.
    """
    info = read_info(folder)
    source_tokenizer = load_tokenizer(folder / "source_tokenizer")
    target_tokenizer = load_tokenizer(folder / "target_tokenizer")
    for side, size, tokenizer in (
        ("source", info.source_vocabulary_size, source_tokenizer),
        ("target", info.target_vocabulary_size, target_tokenizer),
    ):
        if tokenizer.size != size:
            raise CheckpointError(
                f"{folder}: the {side} tokenizer has {tokenizer.size} tokens and the model expects {size}.",
                "The folder mixes files of two checkpoints.",
            )
    model = _load_model(folder / WEIGHTS_FILE, info)
    return Checkpoint(
        name=folder.resolve().name,
        info=info,
        model=model,
        source_tokenizer=source_tokenizer,
        target_tokenizer=target_tokenizer,
        scores=read_scores(folder),
        folder=folder,
        fingerprint=_fingerprint(folder / WEIGHTS_FILE),
    )


def create_checkpoint(
    folder: Path, info: CheckpointInfo, source_tokenizer: Tokenizer, target_tokenizer: Tokenizer, **notes: Any
) -> None:
    """Make a new checkpoint folder with all but the weights, whole or not at all; notes are more JSON files.

    Raises:
        CheckpointError: when the folder exists and is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise CheckpointError(
            f"{folder} exists and is not empty.", "Choose another folder or delete this one."
        )
    draft = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for name, values in {Path(CONFIG_FILE).stem: info.to_json(), **notes}.items():
        write_json(draft / f"{name}.json", values)
    source_tokenizer.save(draft / "source_tokenizer")
    target_tokenizer.save(draft / "target_tokenizer")
    if folder.exists():
        folder.rmdir()
    draft.rename(folder)


def save_weights(folder: Path, weights: Mapping[str, Tensor], precision: str = "float32") -> None:
    """Replace the weights of a checkpoint; ``precision`` is float32 or float16 on disk."""
    dtype = {"float32": torch.float32, "float16": torch.float16}[precision]
    write_tensors(folder / WEIGHTS_FILE, {name: tensor.to(dtype) for name, tensor in weights.items()})


def save_scores(folder: Path, scores: Mapping[str, Any]) -> None:
    """Replace scores.json."""
    write_json(folder / SCORES_FILE, scores)


def save_info(folder: Path, **changes: Any) -> None:
    """Replace fields of config.json, such as the examples."""
    write_json(folder / CONFIG_FILE, replace(read_info(folder), **changes).to_json())


def model_weights(model: EncoderDecoder) -> dict[str, Tensor]:
    """The weights by name, a shared matrix once (under its first name)."""
    return {name: parameter.detach() for name, parameter in model.named_parameters()}


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _info_from_json(values: Mapping[str, Any]) -> CheckpointInfo:
    sizes = (values["source_vocabulary_size"], values["target_vocabulary_size"])
    if any(type(size) is not int or not 4 < size <= 1_000_000 for size in sizes):
        raise ValueError(f"vocabulary sizes {sizes}")
    examples = values.get("examples") or []
    if not all(isinstance(text, str) for text in examples):
        raise ValueError("examples must be texts")
    return CheckpointInfo(
        model=ModelConfig.from_json(values["model"]),
        source_vocabulary_size=sizes[0],
        target_vocabulary_size=sizes[1],
        source_language=str(values.get("source_language", ""))[:40],
        target_language=str(values.get("target_language", ""))[:40],
        training=TrainingConfig.from_json(values["training"]) if values.get("training") else None,
        examples=tuple(examples[:50]),
    )


def _load_model(path: Path, info: CheckpointInfo) -> EncoderDecoder:
    with torch.device("meta"):
        model = build_model(
            info.model,
            source_vocabulary_size=info.source_vocabulary_size,
            target_vocabulary_size=info.target_vocabulary_size,
        )
    expected = {name: tuple(parameter.shape) for name, parameter in model.named_parameters()}
    found = read_shapes(path, STORED_DTYPES)
    if expected != found:
        names = expected.keys() | found.keys()
        wrong = sorted(name for name in names if expected.get(name) != found.get(name))
        raise CheckpointError(
            f"{path} does not fit its config.json: {wrong[0][:100]} is "
            f"{found.get(wrong[0], 'missing')} and should be {expected.get(wrong[0], 'absent')}"
            + (f" ({len(wrong) - 1} more)." if wrong[1:] else ".")
        )
    return _with_weights(info, {name: tensor.float() for name, tensor in read_tensors(path).items()}, path)


def _with_weights(info: CheckpointInfo, tensors: Mapping[str, Tensor], path: Path) -> EncoderDecoder:
    if not all(bool(torch.isfinite(tensor).all()) for tensor in tensors.values()):
        raise CheckpointError(f"{path} holds weights that are not finite numbers.")
    model = build_model(
        info.model,
        source_vocabulary_size=info.source_vocabulary_size,
        target_vocabulary_size=info.target_vocabulary_size,
    )
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(tensors[name])
    return model.eval()
