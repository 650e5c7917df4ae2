"""One checkpoint whose weights are the mean of several, each trained on from another of them.

Runs that start from one another lie in one valley of the loss, and their mean is often better than each of them
(Izmailov 2018, arXiv:1803.05407, section 3; Wortsman 2022, arXiv:2203.05482, equation 1). Weights of runs that
began from different random numbers have nothing in common, and their mean is noise.
"""

from collections.abc import Sequence
from pathlib import Path

import torch

from seq2seq.checkpoints import Checkpoint, create_checkpoint, load_checkpoint, model_weights, save_weights
from seq2seq.errors import CheckpointError


def average_checkpoints(folders: Sequence[Path], output: Path, *, precision: str = "float32") -> None:
    """Make the checkpoint ``output`` from the mean of several; tokenizers and settings are the first one's.

    Args:
        folders: two checkpoints or more, of the same network and the same tokenizers.
        output: a new folder.
        precision: number format of the stored weights, float32 or float16.

    Raises:
        CheckpointError: when there are fewer than two, one is damaged, or they do not fit together.
    """
    if len(folders) < 2:
        raise CheckpointError("An average needs two checkpoints or more.", "Name them one after the other.")
    first, *others = checkpoints = [load_checkpoint(folder) for folder in folders]
    for folder, other in zip(folders[1:], others, strict=True):
        _check_fit(first, other, f"{folder} and {folders[0]}")
    weights = [model_weights(checkpoint.model) for checkpoint in checkpoints]
    mean = {name: torch.stack([each[name] for each in weights]).mean(0) for name in weights[0]}
    create_checkpoint(output, first.info, first.source_tokenizer, first.target_tokenizer)
    save_weights(output, mean, precision)


def _check_fit(first: Checkpoint, other: Checkpoint, names: str) -> None:
    """Dropout may differ, since it is no part of the network that decodes."""
    values = [checkpoint.info.model.to_json() | {"dropout": None} for checkpoint in (first, other)]
    if values[0] != values[1]:
        raise CheckpointError(f"{names} are different networks.", "Average runs that start from one another.")
    for side in ("source_tokenizer", "target_tokenizer"):
        tokens = [
            tokenizer.tokens(list(range(tokenizer.size)))
            for tokenizer in (getattr(first, side), getattr(other, side))
        ]
        if tokens[0] != tokens[1]:
            raise CheckpointError(
                f"{names} have different tokens.", "Average runs that start from one another."
            )
