"""What goes wrong, said to the reader in one sentence."""

from seq2seq.errors import InputError, Seq2SeqError
from seq2seq.ui.strings import text

LONGEST_SOURCE_CHARACTERS = 1000
LONGEST_PREFIX_CHARACTERS = 300


def check_source(source: str, language: str) -> None:
    """Refuse what no model of this page should be asked to translate.

    Raises:
        InputError: in the reader's language, for an empty or too long text.
    """
    if not source.strip():
        raise InputError(text("empty_source", language))
    if len(source) > LONGEST_SOURCE_CHARACTERS:
        sentence = text("long_source", language)
        raise InputError(sentence.format(length=f"{len(source):,}", limit=f"{LONGEST_SOURCE_CHARACTERS:,}"))


def check_prefix(prefix: str, language: str) -> None:
    """Refuse a forced beginning that is too long.

    Raises:
        InputError: in the reader's language.
    """
    if len(prefix) > LONGEST_PREFIX_CHARACTERS:
        sentence = text("long_prefix", language)
        raise InputError(sentence.format(length=f"{len(prefix):,}", limit=LONGEST_PREFIX_CHARACTERS))


def check_lengths(minimum: int, maximum: int, language: str) -> None:
    """Refuse a minimum above the maximum (0 sets none).

    Raises:
        InputError: in the reader's language.
    """
    if maximum and minimum > maximum:
        raise InputError(text("lengths_cross", language).format(minimum=minimum, maximum=maximum))


def describe_problem(problem: Seq2SeqError) -> str:
    """The sentence for the message area, which shows it as text, never as HTML."""
    return str(problem)
