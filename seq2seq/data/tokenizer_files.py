"""The files of a tokenizer: ``tokenizer.json``, and SentencePiece's model beside it.

They may come from strangers: everything is checked for type and size before anyone builds on it.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from seq2seq.data.normalization import Normalizer
from seq2seq.data.vocabulary import SPECIAL_TOKENS
from seq2seq.errors import CheckpointError

_VERSION: Final = 1
_META_FILE: Final = "tokenizer.json"
_MODEL_FILE: Final = "sentencepiece.model"
_LARGEST_FILE_BYTES: Final = 64_000_000
_MOST_TOKENS: Final = 1_000_000
_LONGEST_TOKEN_CHARACTERS: Final = 10_000


@dataclass(frozen=True, slots=True)
class TokenizerFiles:
    """What a tokenizer is made of.

    Attributes:
        kind: its name in the table of tokenizers.
        normalizer: what happens to text first.
        tokens: the tokens from id 4 on, or None.
        model: a SentencePiece model, or None.
    """

    kind: str
    normalizer: Normalizer
    tokens: tuple[str, ...] | None = None
    model: bytes | None = None


def write_tokenizer_files(folder: Path, files: TokenizerFiles) -> None:
    """Write into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    meta: dict[str, Any] = {"version": _VERSION, "kind": files.kind, "folds": files.normalizer.folds}
    if files.tokens is not None:
        meta["tokens"] = list(files.tokens)
    (folder / _META_FILE).write_text(json.dumps(meta, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    if files.model is not None:
        (folder / _MODEL_FILE).write_bytes(files.model)


def read_tokenizer_files(folder: Path) -> TokenizerFiles:
    """Read and check what `write_tokenizer_files` wrote.

    Raises:
        CheckpointError: in one sentence, for the first thing that is wrong.
    """
    path = folder / _META_FILE
    meta = _parse_meta(path)
    if meta.get("version") != _VERSION:
        raise CheckpointError(
            f"{path} has version {meta.get('version')!r}; this program reads version {_VERSION}."
        )
    kind = meta.get("kind")
    if not isinstance(kind, str):
        raise CheckpointError(f"{path} names no kind of tokenizer.")
    model = folder / _MODEL_FILE
    return TokenizerFiles(
        kind,
        Normalizer(_checked_folds(meta.get("folds", {}), path)),
        tokens=_checked_tokens(meta["tokens"], path) if "tokens" in meta else None,
        model=_read_bounded(model) if model.exists() else None,
    )


def _read_bounded(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            raise CheckpointError(
                f"{path} has more than {_LARGEST_FILE_BYTES:,} bytes: no tokenizer needs that."
            )
        return path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror}.") from error


def _parse_meta(path: Path) -> dict[str, Any]:
    try:
        meta = json.loads(_read_bounded(path).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} is damaged: it is not JSON.") from error
    if not isinstance(meta, dict):
        raise CheckpointError(f"{path} is damaged: it holds no JSON object.")
    return meta


def _checked_folds(folds: object, path: Path) -> dict[str, str]:
    if not isinstance(folds, dict) or not all(_is_fold(key, value) for key, value in folds.items()):
        raise CheckpointError(f"{path} is damaged: folds must map single non-ASCII characters to plain text.")
    return folds


def _is_fold(variant: object, plain: object) -> bool:
    return (
        isinstance(variant, str)
        and len(variant) == 1
        and not variant.isascii()
        and isinstance(plain, str)
        and plain.isascii()
        and len(plain) <= 3
    )


def _checked_tokens(tokens: object, path: Path) -> tuple[str, ...]:
    if not isinstance(tokens, list) or not all(_is_token(token) for token in tokens):
        raise CheckpointError(f"{path} is damaged: its tokens must be a list of non-empty texts.")
    if len(tokens) > _MOST_TOKENS:
        raise CheckpointError(f"{path} lists {len(tokens):,} tokens; at most {_MOST_TOKENS:,} are read.")
    if len(set(tokens).union(SPECIAL_TOKENS)) != len(tokens) + len(SPECIAL_TOKENS):
        raise CheckpointError(f"{path} is damaged: a token occurs twice, or repeats a special one.")
    return tuple(tokens)


def _is_token(token: object) -> bool:
    return isinstance(token, str) and 0 < len(token) <= _LONGEST_TOKEN_CHARACTERS
