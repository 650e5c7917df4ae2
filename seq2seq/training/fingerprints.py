"""What makes a run the run it is: the settings that may not change when it goes on, and its data."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from seq2seq.checkpoints import CheckpointInfo
from seq2seq.config import TrainingConfig
from seq2seq.data.corpus import SentencePair
from seq2seq.data.mapped_corpus import pair_line
from seq2seq.errors import ConfigError
from seq2seq.training.requests import TrainingRequest

CHANGEABLE_ON_RESUME: Final = frozenset(
    {"epochs", "max_steps", "max_minutes", "patience", "threads", "device", "save_every_seconds", "log_every"}
)
"""Settings that may differ when a run goes on; every other one is part of what the run is."""
ADDED_LATER: Final = {"freeze_embeddings": False}
"""Settings that older runs do not know, with what those did: a snapshot made before them can still be resumed."""


def run_fingerprint(info: CheckpointInfo, digests: Sequence[str]) -> str:
    """By which a snapshot is known: the settings and the `digest_pairs` of training and held-out pairs."""
    return hashlib.sha256(json.dumps([*_fixed_settings(info), *digests], sort_keys=True).encode()).hexdigest()


def older_fingerprint(info: CheckpointInfo, pairs: Iterable[SentencePair]) -> str:
    """What runs were known by whose text always was in memory; their snapshots can still be resumed."""
    digest = hashlib.sha256(json.dumps(_fixed_settings(info), sort_keys=True).encode())
    for pair in pairs:
        digest.update(pair_line(pair))
    return digest.hexdigest()


def _fixed_settings(info: CheckpointInfo) -> list[dict[str, Any]]:
    training = (info.training or TrainingConfig()).to_json()
    fixed = {
        name: value
        for name, value in training.items()
        if name not in CHANGEABLE_ON_RESUME and not (name in ADDED_LATER and value == ADDED_LATER[name])
    }
    return [info.model.to_json(), fixed]


def merge_settings(info: CheckpointInfo, request: TrainingRequest) -> CheckpointInfo:
    """The stored settings with the changes that a resumed run allows.

    Raises:
        ConfigError: for other changes.
    """
    stored = (info.training or TrainingConfig()).to_json()
    given = {**request.training, **request.model}
    before = {**info.model.to_json(), **stored}
    changed = [name for name, value in given.items() if before.get(name) != value]
    refused = sorted(name for name in changed if name not in CHANGEABLE_ON_RESUME)
    if refused:
        raise ConfigError(
            [
                f"The run in {request.output} was started with {name} {before.get(name)!r}."
                for name in refused
            ],
            "Leave these flags out to resume, or start a new run in another folder.",
        )
    return replace(info, training=TrainingConfig.from_json({**stored, **request.training}))
