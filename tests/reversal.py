"""A task small enough to learn in a test: reverse a string of letters."""

import random
from pathlib import Path

LETTERS = "abcdefgh"


def reversal_pairs(count: int, seed: int, longest: int = 6) -> list[tuple[str, str]]:
    """Different random strings and their reversals."""
    source = random.Random(seed)  # noqa: S311 - no secret
    texts: dict[str, None] = {}
    while len(texts) < count:
        texts["".join(source.choices(LETTERS, k=source.randint(1, longest)))] = None
    return [(text, text[::-1]) for text in texts]


def write_pairs(path: Path, pairs: list[tuple[str, str]]) -> Path:
    """Tab-separated lines."""
    path.write_text("".join(f"{source}\t{target}\n" for source, target in pairs), encoding="utf-8")
    return path


TINY = {
    "model": {
        "embedding_size": 8,
        "encoder_size": 8,
        "decoder_size": 16,
        "dropout": 0.1,
    },
    "training": {
        "tokenizer": "characters",
        "batch_tokens": 256,
        "epochs": 2,
        "validate_every": 8,
        "validation_sentences": 4,
        "log_every": 1,
        "warmup_steps": 5,
        "precision": "float32",
        "threads": 1,
    },
}
