"""What goes wrong, said to the reader in one sentence and in the reader's language."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from seq2seq.errors import InputError, Seq2SeqError
from seq2seq.ui.strings import DEFAULT_LANGUAGE, STRINGS, text

LONGEST_SOURCE_CHARACTERS = 1000
LONGEST_PREFIX_CHARACTERS = 300


def refusal(key: str, **values: Any) -> InputError:
    """The error that the page says as its string ``key``, filled in with values."""
    return InputError(text(key, DEFAULT_LANGUAGE).format(**values), key=key, values=values)


def check_source(source: str) -> None:
    """Refuse what no model of this page should be asked to translate.

    Raises:
        InputError: for an empty or too long text.
    """
    if not source.strip():
        raise refusal("empty_source")
    if len(source) > LONGEST_SOURCE_CHARACTERS:
        raise refusal("long_source", length=f"{len(source):,}", limit=f"{LONGEST_SOURCE_CHARACTERS:,}")


def check_prefix(prefix: str) -> None:
    """Refuse a forced beginning that is too long.

    Raises:
        InputError: for more characters than the limit.
    """
    if len(prefix) > LONGEST_PREFIX_CHARACTERS:
        raise refusal("long_prefix", length=f"{len(prefix):,}", limit=LONGEST_PREFIX_CHARACTERS)


def check_lengths(minimum: int, maximum: int) -> None:
    """Refuse a minimum above the maximum (0 sets none).

    Raises:
        InputError: where the two contradict each other.
    """
    if maximum and minimum > maximum:
        raise refusal("lengths_cross", minimum=minimum, maximum=maximum)


def check_groups(width: int, groups: int) -> None:
    """Refuse a beam that its groups cannot share evenly.

    Raises:
        InputError: where the width is not a multiple of the groups.
    """
    if width % groups:
        raise refusal("uneven_groups", width=width, groups=groups)


def read_uploaded(path: str | None, check_size: Callable[[int], None]) -> bytes:
    """The bytes of an uploaded file, whose size is looked at before it is read; nothing where there is none.

    Raises:
        InputError: where ``check_size`` refuses the size, or the file has gone.
    """
    if not path:
        return b""
    try:
        check_size(Path(path).stat().st_size)
        return Path(path).read_bytes()
    except OSError as problem:
        raise refusal("upload_gone") from problem


def describe_problem(problem: Seq2SeqError, language: str) -> str:
    """The sentence for the message area, which shows it as text, never as HTML.

    Where the page has no words of its own for a problem, the engine's English ones, said to be so.
    """
    if problem.key in STRINGS:
        return text(problem.key, language).format(**problem.values)
    return text("engine_problem", language).format(problem=problem)
