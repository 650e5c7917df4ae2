"""JSON and tensors on the disk: written whole or not at all, and checked when read, for they may be a stranger's.

A changed file replaces its old one by a rename, so a crash leaves the old one whole.
"""

import errno
import json
import os
import re
import struct
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from seq2seq.errors import CheckpointError

LARGEST_JSON_BYTES: Final = 16_000_000
LARGEST_HEADER_BYTES: Final = 16_000_000
_LENGTH_BYTES: Final = 8


def write_tensors(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Write a safetensors file whole or not at all; an `OSError` says why not, as on a full disk."""
    draft = path.with_name(f".{path.name}.new")
    try:
        save_file({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, draft)
    except SafetensorError as problem:
        number = re.search(r"os error (\d+)", str(problem))
        code = int(number[1]) if number else errno.EIO
        raise OSError(code, f"{path} cannot be written: {problem}") from problem
    draft.chmod(0o644)  # safetensors makes files that only their owner can read
    put_in_place(draft, path)


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write a JSON file whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(json.dumps(values, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    put_in_place(draft, path)


def read_tensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a safetensors file.

    Raises:
        CheckpointError: when it is missing, truncated or not a safetensors file.
    """
    if not path.is_file():
        raise CheckpointError(f"{path} is missing.", "The checkpoint is incomplete; copy or pull it again.")
    try:
        _check_header_length(path)
        return load_file(path)
    except (SafetensorError, OSError, struct.error, ValueError) as problem:
        raise _not_safetensors(path) from problem


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        CheckpointError: when it is missing, too large, or not an object in JSON.
    """
    if not path.is_file():
        raise CheckpointError(f"{path} is missing.", "This is not a whole checkpoint folder.")
    if path.stat().st_size > LARGEST_JSON_BYTES:
        raise CheckpointError(f"{path} is {path.stat().st_size} bytes, far too large for what it is.")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as problem:
        raise CheckpointError(f"{path} is not valid JSON.", "Copy or pull the checkpoint again.") from problem
    if not isinstance(values, dict):
        raise CheckpointError(f"{path} does not hold a JSON object.")
    return values


def read_shapes(path: Path, dtypes: Collection[str]) -> dict[str, tuple[int, ...]]:
    """The shapes of all tensors of a safetensors file, by its header alone: no memory is taken for them.

    Args:
        path: the file.
        dtypes: the ones that may occur, as safetensors calls them.

    Raises:
        CheckpointError: when it is missing, truncated, not a safetensors file, or has another dtype.
    """
    if not path.is_file():
        raise CheckpointError(f"{path} is missing.", "The checkpoint is incomplete; copy or pull it again.")
    try:
        _check_header_length(path)
        with safe_open(path, "pt") as file:
            slices = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
            found = {name: (each.get_dtype(), tuple(each.get_shape())) for name, each in slices.items()}
    except (SafetensorError, OSError, struct.error, ValueError) as problem:
        raise _not_safetensors(path) from problem
    other = sorted(name for name, (dtype, _) in found.items() if dtype not in dtypes)
    if other:
        raise CheckpointError(
            f"{path}: {other[0][:100]} is stored as {found[other[0]][0]}; weights are {', '.join(dtypes)}."
        )
    return {name: shape for name, (_, shape) in found.items()}


def read_tensor_notes(path: Path) -> dict[str, str]:
    """What a safetensors file says of itself besides its tensors.

    Raises:
        CheckpointError: when it is not a safetensors file.
    """
    try:
        _check_header_length(path)
        with safe_open(path, "pt") as file:
            return dict(file.metadata() or {})
    except (SafetensorError, OSError, struct.error, ValueError) as problem:
        raise _not_safetensors(path) from problem


def _check_header_length(path: Path) -> None:
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(_LENGTH_BYTES))
    if length > min(LARGEST_HEADER_BYTES, path.stat().st_size - _LENGTH_BYTES):
        raise ValueError(f"a header of {length} bytes")


def _not_safetensors(path: Path) -> CheckpointError:
    return CheckpointError(
        f"{path} is truncated or not a safetensors file.", "Copy or pull the checkpoint again."
    )


def put_in_place(draft: Path, path: Path) -> None:
    """Flush a finished draft to the disk and give it its name."""
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)
