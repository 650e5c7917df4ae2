"""What stands below a picture and at the head of a report: the model, the method and its settings, the date."""

import datetime
from collections.abc import Sequence
from textwrap import wrap

from seq2seq.options import METHODS_OF_SETTINGS, DecodingOptions
from seq2seq.translation import MadeBy, Translation
from seq2seq.ui.forms import PAGE_SETTINGS, SETTINGS
from seq2seq.ui.shelf import describe_pair
from seq2seq.ui.strings import text

LINE_CHARACTERS = 64
MOST_LINES = 12


def describe_caption(translation: Translation, language: str, day: datetime.date) -> list[tuple[str, str]]:
    """Pairs of a name and what it is here."""
    lines = [
        (text("caption_source", language), translation.source),
        (text("model", language), describe_maker(translation.made_by, language)),
        (text("method", language), describe_options(translation.options, language)),
        (text("prefix", language), translation.prefix),
        (text("caption_date", language), day.isoformat()),
    ]
    return [(name, value) for name, value in lines if value]


def caption_lines(translation: Translation, language: str, day: datetime.date) -> list[str]:
    """The same as lines of text below a picture; a long text is cut."""
    return _wrapped(describe_caption(translation, language, day))


def captions_of_methods(translations: Sequence[Translation], language: str, day: datetime.date) -> list[str]:
    """Lines below a picture of translations of one text by several methods, one at least."""
    method = text("method", language)
    first = [pair for pair in describe_caption(translations[0], language, day) if pair[0] != method]
    methods = [(method, describe_options(item.options, language)) for item in translations]
    return _wrapped([*first[:-1], *methods, first[-1]])


def _wrapped(pairs: Sequence[tuple[str, str]]) -> list[str]:
    wrapped = [line for name, value in pairs for line in wrap(f"{name}: {value}", LINE_CHARACTERS)]
    return wrapped if len(wrapped) <= MOST_LINES else [*wrapped[: MOST_LINES - 1], "…"]


def describe_maker(made_by: MadeBy, language: str) -> str:
    """The model's name and its languages."""
    pair = describe_pair(made_by.source_language, made_by.target_language, language)
    return f"{made_by.name} ({pair})" if pair else made_by.name


def describe_options(options: DecodingOptions, language: str) -> str:
    """The method, the settings that belong to it, and what else differs from the defaults."""
    parts = [text(f"method_{options.method}", language)]
    for name in PAGE_SETTINGS[1:]:
        value, methods = getattr(options, name), METHODS_OF_SETTINGS.get(name, ())
        drawn = name == "seed" and options.method == "sampling"
        if options.method in methods or drawn or (not methods and value != SETTINGS[name].default):
            parts.append(f"{text(name, language)} {value:g}")
    return " · ".join(parts)
