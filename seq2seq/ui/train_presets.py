"""What a new run gets where its settings are left open: how long it may take, and a network and pace to match."""

from collections.abc import Mapping
from typing import Any, Final

MINUTES: Final[Mapping[str, float]] = {"minutes": 5.0, "hour": 60.0, "overnight": 480.0}
FINE_TUNING: Final[Mapping[str, Any]] = {"learning_rate": 0.0004, "warmup_steps": 10, "patience": 12}
"""A checkpoint's weights are near where they should be: small steps keep what they know, after a short warm-up."""
_SMALL_NETWORK: Final[Mapping[str, Any]] = {
    "embedding_size": 128, "encoder_size": 128, "decoder_size": 256, "attention_size": 128, "dropout": 0.1,
}  # fmt: skip
_BYTES_AND_MARKS: Final = 300
_PAIRS_PER_PIECE: Final = 3
_MOST_PIECES: Final = {"minutes": 2000, "hour": 8000, "overnight": 8000}


def preset_settings(
    preset: str, pairs: int, characters: int, *, fine_tuning: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings of the network and of the training for a preset of `MINUTES` and the size of the data.

    Args:
        preset: how long the run may take.
        pairs: training pairs.
        characters: different ones in them; each is a piece, and so is each byte.
        fine_tuning: whether the network and its pieces come with a checkpoint.

    With few pairs a run validates often, so that the first better score is there within a minute.
    """
    short = preset == "minutes"
    training: dict[str, Any] = {
        "max_minutes": MINUTES[preset],
        "epochs": 1000,
        "validate_every": 50 if short else 250 if preset == "hour" else 1000,
        "validation_sentences": 200 if short else 500,
        "log_every": 10,
        "save_every_seconds": 30.0,
    }
    if fine_tuning:
        often = {"validate_every": 25} if short else {}
        return {}, {**training, **FINE_TUNING, **often}
    least = _BYTES_AND_MARKS + characters
    pieces = max(least, min(_MOST_PIECES[preset], pairs // _PAIRS_PER_PIECE))
    training |= {"vocabulary_size": pieces, "warmup_steps": 100, "average_decay": 0.99 if short else 0.999}
    return dict(_SMALL_NETWORK) if short else {}, training
