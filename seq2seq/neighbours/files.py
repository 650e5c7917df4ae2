"""Indexes kept beside their checkpoint: ``neighbours/<key>/`` with safetensors and JSON, never pickle.

The key follows from the content of the corpus, so an index is found again only by who has the corpus. A folder
is written beside its place and renamed. What lies there belongs to a machine, not to the checkpoint: it is not
committed or pushed, and where the checkpoint cannot be written it lies in a cache folder instead.
"""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from seq2seq.checkpoints import Checkpoint
from seq2seq.data.corpus import ParallelCorpus, SentencePair
from seq2seq.errors import CheckpointError
from seq2seq.neighbours.index import NeighbourIndex, StateTable
from seq2seq.neighbours.states import SIDES, Side
from seq2seq.stored_files import read_json, read_tensors, write_json, write_tensors

FOLDER: Final = "neighbours"
MOST_KEPT: Final = 3
"""Indexes kept of one checkpoint; the oldest go first."""
_FORMAT: Final = "seq2seq-explorer-neighbours"
_INDEX_FILE: Final = "index.json"
_STATES_FILE: Final = "states.safetensors"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptIndex:
    """Where an index lies, and whether that is the cache because the checkpoint cannot be written."""

    folder: Path
    in_cache: bool


def corpus_key(corpus: ParallelCorpus, *, limit: int, seed: int) -> str:
    """The name of the index of a corpus under these settings."""
    digest = hashlib.sha256(f"{limit} {seed}\n".encode())
    for pair in corpus.pairs:
        digest.update(f"{pair.source}\t{pair.target}\n".encode())
    return digest.hexdigest()[:32]


def find_kept(checkpoint: Checkpoint, key: str) -> KeptIndex | None:
    """The kept index of this name, whether or not it is of these weights."""
    for place in _places(checkpoint):
        if (place.folder / key / _INDEX_FILE).is_file():
            return KeptIndex(folder=place.folder / key, in_cache=place.in_cache)
    return None


def keep_index(checkpoint: Checkpoint, key: str, index: NeighbourIndex) -> KeptIndex:
    """Write an index whole or not at all, beside the checkpoint or, where that is refused, in the cache.

    Raises:
        CheckpointError: when neither can be written.
    """
    problem: OSError | None = None
    for place in _places(checkpoint):
        try:
            place.folder.mkdir(parents=True, exist_ok=True)
            _write(place.folder, key, index)
        except OSError as refused:
            problem = refused
            continue
        _forget_old(place.folder)
        return KeptIndex(folder=place.folder / key, in_cache=place.in_cache)
    raise CheckpointError(
        f"The index cannot be kept: {(problem and problem.strerror) or problem}.",
        "Free disk space, or set SEQ2SEQ_HOME to a folder that can be written.",
        key="near_not_kept",
    ) from problem


def load_index(kept: KeptIndex, fingerprint: str) -> NeighbourIndex:
    """Read a kept index, or take it from the two that stay in memory for all visitors.

    Raises:
        CheckpointError: when it is damaged, or of other weights than those of the fingerprint.
    """
    file = kept.folder / _INDEX_FILE
    return _load(kept.folder, file.stat().st_mtime_ns if file.exists() else 0, fingerprint)


@lru_cache(maxsize=2)
def _load(folder: Path, changed: int, fingerprint: str) -> NeighbourIndex:
    try:
        values = read_json(folder / _INDEX_FILE)
        if values["format"] != _FORMAT:
            raise ValueError("it is not an index of neighbours")
        if values["fingerprint"] == fingerprint:
            return _from_files(values, read_tensors(folder / _STATES_FILE))
    except (CheckpointError, KeyError, TypeError, ValueError) as problem:
        raise CheckpointError(
            f"The index of neighbours is damaged: {problem}", "Build it again.", key="near_damaged"
        ) from problem
    raise CheckpointError(
        "This index of neighbours was made with other weights.", "Build it again.", key="near_stale"
    )


def cache_folder() -> Path:
    """Where things lie that can be made again: ``SEQ2SEQ_HOME``, or the user's cache."""
    home = os.environ.get("SEQ2SEQ_HOME")
    if home:
        return Path(home)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "seq2seq-explorer"


def _places(checkpoint: Checkpoint) -> list[KeptIndex]:
    """The folders that may hold a checkpoint's indexes, the better one first."""
    places = []
    if checkpoint.folder is not None:
        places.append(KeptIndex(folder=checkpoint.folder / FOLDER, in_cache=False))
    cache = cache_folder() / FOLDER / (checkpoint.fingerprint[:16] or "unsaved")
    return [*places, KeptIndex(folder=cache, in_cache=True)]


def _write(root: Path, key: str, index: NeighbourIndex) -> None:
    draft = Path(tempfile.mkdtemp(prefix=f".{key}.", dir=root))
    try:
        write_tensors(draft / _STATES_FILE, _tensors(index))
        write_json(draft / _INDEX_FILE, _values(index))
        draft.chmod(0o755)
        if (root / key).exists():
            (root / key).rename(draft / "replaced")
        draft.rename(root / key)
        shutil.rmtree(root / key / "replaced", ignore_errors=True)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _forget_old(root: Path) -> None:
    """Delete all but the newest indexes, and drafts that a crash left behind."""
    folders = [entry for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
    folders.sort(key=lambda folder: folder.stat().st_mtime_ns)
    for folder in folders[:-MOST_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)


def _values(index: NeighbourIndex) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "fingerprint": index.fingerprint,
        "origin": index.origin,
        "corpus_sentences": index.corpus_sentences,
        "skipped": index.skipped,
        "seed": index.seed,
        "sentences": [[pair.source, pair.target, pair.line] for pair in index.pairs],
    }


def _tensors(index: NeighbourIndex) -> dict[str, Tensor]:
    return {
        f"{side}_{name}": getattr(index.tables[side], name)
        for side in SIDES
        for name in ("vectors", "sentences", "positions")
    }


def _from_files(values: dict[str, Any], tensors: dict[str, Tensor]) -> NeighbourIndex:
    pairs = tuple(
        SentencePair(source=str(source), target=str(target), line=int(line))
        for source, target, line in values["sentences"]
    )
    return NeighbourIndex(
        pairs=pairs,
        tables={side: _table(side, tensors, len(pairs)) for side in SIDES},
        fingerprint=values["fingerprint"],
        origin=str(values["origin"]),
        corpus_sentences=int(values["corpus_sentences"]),
        skipped=int(values["skipped"]),
        seed=int(values["seed"]),
    )


def _table(side: Side, tensors: dict[str, Tensor], pairs: int) -> StateTable:
    vectors, sentences, positions = (
        tensors[f"{side}_{name}"] for name in ("vectors", "sentences", "positions")
    )
    numbers = (sentences, positions)
    fits = vectors.ndim == 2 and vectors.dtype == torch.float16
    fits = fits and all(each.dtype == torch.int32 and each.shape == vectors.shape[:1] for each in numbers)
    if not fits or any(bool((each < 0).any()) for each in numbers) or bool((sentences >= pairs).any()):
        raise ValueError(f"the {side} states do not fit their sentences")
    return StateTable(vectors=vectors, sentences=sentences, positions=positions)
