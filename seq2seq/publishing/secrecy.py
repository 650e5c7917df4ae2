"""What is never published: tokens, and where on this machine things lie."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from seq2seq.publishing.refusals import refusal

_TOKEN: Final = re.compile(r"hf_[A-Za-z0-9]{20,}")
_PATH: Final = re.compile(
    r"""(?<![\w./:~-])(?:~?/(?:[^\s/`'"<>|]+/)+|[A-Za-z]:[\\/](?:[^\s\\/`'"<>|]+[\\/])*|\\\\[^\s`'"]+\\)(?=[^\s`'"])"""
)
"""The folders of an absolute path, before its last name."""
_LONGEST_SCORE_NAME: Final = 80
_LONGEST_SCORE_TEXT: Final = 200
_SAID_BY_NOBODY_ELSE: Final = ("--probe", "--push-to", "--push-private", "--push-license", "--every-best")
"""Flags that say something of the person and nothing of the model."""


def check_text(file: str, text: str, tokens: Sequence[str] = (), places: Sequence[Path] = ()) -> None:
    """Refuse a token, and the paths of these folders.

    Raises:
        HubError: where the text holds one.
    """
    if _TOKEN.search(text) or any(token in text for token in tokens if token):
        raise refusal("publish_secret", file=file)
    for place in places:
        if len(place.parts) > 1 and f"{place}/" in f"{text}/":
            raise refusal("publish_path", file=file, path=str(place))


def check_values(file: str, values: object, tokens: Sequence[str] = ()) -> None:
    """Refuse tokens and absolute paths in the strings of JSON values.

    Raises:
        HubError: where there is one.
    """
    for text in _strings(values):
        check_text(file, text, tokens)
        if found := _PATH.search(text):
            raise refusal("publish_path", file=file, path=text[found.start() :][:80])


def check_scores(values: Mapping[str, Any], depth: int = 0) -> None:
    """Refuse what is in scores.json and no score.

    Raises:
        HubError: with what it is.
    """
    for name, value in values.items():
        if len(name) > _LONGEST_SCORE_NAME or depth > 3:
            raise refusal("publish_strange_scores", what=name[:40])
        if isinstance(value, Mapping):
            check_scores(value, depth + 1)
        elif not (
            value is None
            or isinstance(value, bool | int | float)
            or (isinstance(value, str) and len(value) <= _LONGEST_SCORE_TEXT)
        ):
            raise refusal("publish_strange_scores", what=name[:40])


def hide_paths(text: str) -> str:
    """A text in which files are called by their name alone."""
    return _PATH.sub("", text)


def public_command(command: str) -> str:
    """A command of training as others may read it: files by their names, no sentence of the person's own."""
    if "\n" in command.strip():
        return hide_paths(command)
    try:
        words = shlex.split(command)
    except ValueError:
        return hide_paths(command)
    kept: list[str] = []
    skipping = False
    for word in words:
        flag = word.partition("=")[0]
        if word.startswith("--"):
            skipping = flag in _SAID_BY_NOBODY_ELSE
        if not skipping:
            kept.append(hide_paths(word))
    return shlex.join(kept)


def _strings(values: object) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for name, value in values.items():
            yield str(name)
            yield from _strings(value)
    elif isinstance(values, list | tuple):
        for value in values:
            yield from _strings(value)
