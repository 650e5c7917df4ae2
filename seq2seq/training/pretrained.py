"""Pretrained embeddings in a run: put into the first weights, remembered in the run's folder, maybe frozen.

``embeddings.json`` in the folder says which rows came from which file, so that a resumed run freezes the same rows
without reading a file again; the vectors themselves are in the weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import nn

from seq2seq.config import ModelConfig, TrainingConfig
from seq2seq.data.embeddings import check_width, read_embeddings
from seq2seq.data.tokenizers import Tokenizer
from seq2seq.errors import ConfigError, TrainingError
from seq2seq.models.encoder_decoder import EncoderDecoder
from seq2seq.stored_files import read_json, write_json

EMBEDDINGS_FILE: Final = "embeddings.json"
SIDES: Final = ("source", "target")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedEmbeddings:
    """The rows of one side's embeddings that came from a file.

    Attributes:
        side: source or target.
        file: the name of that file.
        share: of the vocabulary that was found, 0 to 1.
        lowercase: tokens found only in lower case.
        token_ids: the rows.
    """

    side: str
    file: str
    share: float
    lowercase: int
    token_ids: tuple[int, ...]


class FrozenRows:
    """Rows of embeddings that no update changes: no gradient, no decay, and the optimiser's state stays 0."""

    def __init__(self, model: EncoderDecoder, placed: Sequence[PlacedEmbeddings]) -> None:
        self._held = []
        for each in placed:
            parameter = embedding_of(model, each.side)
            rows = torch.tensor(each.token_ids, dtype=torch.long, device=parameter.device)
            self._held.append((parameter, rows, parameter.detach()[rows].clone()))

    def drop_gradients(self) -> None:
        """Before the gradient is clipped: nothing is to be learned for these rows."""
        for parameter, rows, _ in self._held:
            if parameter.grad is not None:
                parameter.grad.index_fill_(0, rows, 0.0)

    def put_back(self) -> None:
        """After an update: what weight decay took from them."""
        with torch.no_grad():
            for parameter, rows, vectors in self._held:
                parameter.index_copy_(0, rows, vectors)


def check_embeddings(files: Mapping[str, Path], model: ModelConfig, training: TrainingConfig) -> None:
    """Refuse what cannot work, before a run's folder is made.

    Raises:
        ConfigError: for two files and one matrix, or nothing to freeze.
        DataError: for a file that cannot be read, or whose vectors have another width than the model's.
    """
    if len(files) > 1 and model.tie_embeddings == "all":
        raise ConfigError(
            [
                "tie_embeddings all has one matrix for source and target, and there are two files of embeddings."
            ],
            "Give one of them, or set tie_embeddings to target or none.",
        )
    if training.freeze_embeddings and not files:
        raise ConfigError(
            ["freeze_embeddings has nothing to freeze without a file of embeddings."],
            "Give source_embeddings or target_embeddings.",
        )
    for path in files.values():
        check_width(path, model.embedding_size)


def place_embeddings(
    folder: Path,
    files: Mapping[str, Path],
    model: EncoderDecoder,
    tokenizers: Mapping[str, Tokenizer],
    *,
    begins: bool,
) -> tuple[PlacedEmbeddings, ...]:
    """Put the vectors of files into a model that ``begins`` to train; tell which rows a run has from files.

    A run that goes on knows its rows: no file need be given, and others are refused.

    Raises:
        ConfigError: for other files than the run began with.
        DataError: for a damaged file.
        TrainingError: when the run's record of its embeddings is damaged.
    """
    record = folder / EMBEDDINGS_FILE
    known = _read_record(record) if record.exists() else ()
    if record.exists() or not begins:
        _check_same_files(files, known, all_again=begins)
    if not begins or not files:
        return known
    placed = tuple(_place(side, path, model, tokenizers[side]) for side, path in files.items())
    write_json(record, {"embeddings": [asdict(each) for each in placed]})
    return placed


def embedding_of(model: EncoderDecoder, side: str) -> nn.Parameter:
    """The matrix [V,D] that embeds the tokens of a side."""
    parameter: nn.Parameter = getattr(model, f"{side}_embedding")
    return parameter


def _place(side: str, path: Path, model: EncoderDecoder, tokenizer: Tokenizer) -> PlacedEmbeddings:
    parameter = embedding_of(model, side)
    tokens = tokenizer.tokens(range(tokenizer.size))
    found = read_embeddings(path, tokens, tokenizer.kind, width=parameter.shape[1])
    with torch.no_grad():
        parameter[list(found.token_ids)] = torch.from_numpy(found.vectors).to(parameter.device)
    return PlacedEmbeddings(
        side=side,
        file=path.name,
        share=found.share,
        lowercase=found.lowercase,
        token_ids=found.token_ids,
    )


def _check_same_files(
    files: Mapping[str, Path], known: Sequence[PlacedEmbeddings], *, all_again: bool
) -> None:
    """Only the files a run began with may be given; all of them where it has to begin again."""
    before = {each.side: each.file for each in known}
    asked = SIDES if all_again else tuple(files)
    given = {side: path.name for side, path in files.items()}
    changed = [side for side in asked if before.get(side) != given.get(side)]
    if changed:
        raise ConfigError(
            [
                f"The run was started with {before.get(side, 'no file')} for {side}_embeddings, "
                f"not with {given.get(side, 'no file')}."
                for side in changed
            ],
            "Give the same files again, or start a new run in another folder.",
        )


def _read_record(path: Path) -> tuple[PlacedEmbeddings, ...]:
    try:
        return tuple(_from_json(values) for values in read_json(path)["embeddings"])
    except (KeyError, TypeError, ValueError) as problem:
        raise TrainingError(f"{path} is damaged: {problem!r}.", "Start again in a new folder.") from problem


def _from_json(values: Mapping[str, Any]) -> PlacedEmbeddings:
    if values["side"] not in SIDES:
        raise ValueError(f"side {values['side']!r}")
    return PlacedEmbeddings(
        side=values["side"],
        file=str(values["file"]),
        share=float(values["share"]),
        lowercase=int(values["lowercase"]),
        token_ids=tuple(int(number) for number in values["token_ids"]),
    )
