"""The dates task: a date as people write it in ten languages, and the same date as ISO 8601.

``the 3rd of March 1999``, ``3/3/99``, ``mercredi 3 mars 1999`` and ``1999年3月3日`` all become
``1999-03-03``. Small enough to learn in minutes with characters as tokens, and the classic picture of
attention: the year of the answer looks at the year of the question, wherever that stands.

So that there is one right answer to every question:

- Numbers with separators are day, month, year (``3/4/99`` is 3 April) unless they begin with a year of four
  digits; month before day occurs with the month as a word only.
- Years of two digits are read as POSIX ``strptime`` does: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to
  2068. Other years are written in full.

Training, validation and test data share no date: the date's hash decides where it belongs.

Run ``python -m seq2seq.data.dates --count 60000 --seed 1 --split train --output dates.train.tsv.gz``.
"""

import argparse
import gzip
import hashlib
import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from babel.dates import format_date, get_day_names, get_month_names

from seq2seq.data.corpus import ParallelCorpus, SentencePair
from seq2seq.errors import ConfigError

FIRST_DATE: Final = date(1900, 1, 1)
LAST_DATE: Final = date(2099, 12, 31)
FIRST_SHORT_YEAR: Final = 1969
SPLITS: Final = ("train", "validation", "test", "all")
_MOST_PAIRS: Final = 500_000

_SPELLED: Final = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth",
    "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth",
    "twenty-sixth", "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DateStyle:
    """A way to write a date.

    Attributes:
        language: CLDR locale of its names.
        template: fields in braces (see `_fields`), or the name of a CLDR format: full, long, medium.
    """

    language: str
    template: str

    @property
    def allows_short_year(self) -> bool:
        """Whether the template may have a year of two digits."""
        return "{year}" in self.template


def render_date(day: date, style: DateStyle, *, short_year: bool = False, apostrophe: bool = False) -> str:
    """Write a date in a style; ``short_year`` with an ``apostrophe`` gives ``'99``.

    Only years from 1969 to 2068 may be short, in styles that allow it.
    """
    if "{" not in style.template:
        return " ".join(format_date(day, style.template, locale=style.language).split())
    year = f"{day.year % 100:02d}" if short_year else str(day.year)
    if apostrophe:
        year = "'" + year
    return style.template.format_map(_fields(day, style.language) | {"year": year})


def _fields(day: date, language: str) -> dict[str, str]:
    """What templates can hold besides ``year``, which may be short; ``y`` is in full, the rest as in CLDR."""
    months, short_months, weekdays, short_weekdays = _names(language)
    return {
        "y": str(day.year),
        "d": str(day.day),
        "dd": f"{day.day:02d}",
        "M": str(day.month),
        "MM": f"{day.month:02d}",
        "MMM": short_months[day.month],
        "MMMM": months[day.month],
        "EEE": short_weekdays[day.weekday()],
        "EEEE": weekdays[day.weekday()],
        "ordinal": _ordinal(day.day, language),
        "spelled": _SPELLED[day.day - 1],
    }


@cache
def _names(language: str) -> tuple[dict[int, str], ...]:
    return (
        dict(get_month_names("wide", "format", language)),
        dict(get_month_names("abbreviated", "format", language)),
        dict(get_day_names("wide", "format", language)),
        dict(get_day_names("abbreviated", "format", language)),
    )


def _ordinal(day: int, language: str) -> str:
    """``3rd`` in English; the Romance languages have an ordinal for the first of the month only."""
    if language.startswith("en"):
        suffix = "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
        return f"{day}{suffix}"
    return (
        {"fr": "1er", "es": "1.º", "it": "1º", "pt": "1º"}.get(language, str(day)) if day == 1 else str(day)
    )


def split_of(day: date) -> str:
    """Where a date belongs: a tenth each to ``test`` and ``validation``, the others to ``train``."""
    bucket = int.from_bytes(hashlib.sha256(day.isoformat().encode()).digest()[:4]) % 10
    return {0: "test", 1: "validation"}.get(bucket, "train")


def generate_dates(count: int, *, seed: int, split: str = "all") -> ParallelCorpus:
    """Draw ``count`` different ways of writing dates from 1900 to 2099; equal arguments give equal pairs.

    Raises:
        ConfigError: when the count is out of bounds or the split unknown.
    """
    problems = []
    if not 1 <= count <= _MOST_PAIRS:
        problems.append(f"count must lie between 1 and {_MOST_PAIRS:,}, not {count}.")
    if split not in SPLITS:
        problems.append(f"split must be one of {', '.join(SPLITS)}, not {split!r}.")
    if problems:
        raise ConfigError(problems)
    generator = random.Random(f"{seed} {split}")  # noqa: S311 - data, not secrets
    days = [day for day in _all_dates() if split in ("all", split_of(day))]
    drawn: dict[str, str] = {}
    while len(drawn) < count:
        day = generator.choice(days)
        drawn[_draw_surface(day, generator)] = day.isoformat()
    pairs = tuple(
        SentencePair(source=source, target=target, line=line)
        for line, (source, target) in enumerate(drawn.items(), 1)
    )
    return ParallelCorpus(
        pairs=pairs, source_language="", target_language="", origin=f"dates, seed {seed}, split {split}"
    )


def _all_dates() -> list[date]:
    return [FIRST_DATE + timedelta(days) for days in range((LAST_DATE - FIRST_DATE).days + 1)]


def _draw_surface(day: date, generator: random.Random) -> str:
    styles = generator.choice(_FAMILIES)
    style = generator.choice(styles)
    in_window = FIRST_SHORT_YEAR <= day.year < FIRST_SHORT_YEAR + 100
    short = in_window and style.allows_short_year and generator.random() < 0.5
    apostrophe = short and "MMM" in style.template and generator.random() < 0.2
    text = render_date(day, style, short_year=short, apostrophe=apostrophe)
    for change, probability in _CARELESS:
        if generator.random() < probability:
            text = change(text)
    return text


def _drop_marks(text: str) -> str:
    """``fevrier`` for ``février``."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _drop_points(text: str) -> str:
    """``3 janv 1999`` for ``3 janv. 1999``; points between numbers stay."""
    return re.sub(r"(?<=[^\W\d])\.", "", text)


def _drop_commas(text: str) -> str:
    return text.replace(",", "")


def write_corpus(corpus: ParallelCorpus, path: Path) -> None:
    """Write tab-separated pairs, gzipped where the name ends in ``.gz``; equal pairs give equal bytes.

    Raises:
        OSError: when the file cannot be written.
    """
    content = "".join(f"{pair.source}\t{pair.target}\n" for pair in corpus.pairs).encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write a file of dates as the command line asks; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m seq2seq.data.dates", description="Write the dates task as tab-separated pairs."
    )
    parser.add_argument("--count", type=int, required=True, help="number of pairs")
    parser.add_argument("--seed", type=int, default=1, help="seed of every choice (default 1)")
    parser.add_argument("--split", choices=SPLITS, default="all", help="which dates (default all)")
    parser.add_argument("--output", type=Path, required=True, help="file to write: .tsv or .tsv.gz")
    options = parser.parse_args(arguments)
    try:
        write_corpus(generate_dates(options.count, seed=options.seed, split=options.split), options.output)
    except (ConfigError, OSError) as error:
        parser.error(str(error))
    return 0


_CARELESS: Final[tuple[tuple[Callable[[str], str], float], ...]] = (
    (_drop_commas, 0.15),
    (_drop_points, 0.2),
    (_drop_marks, 0.1),
    (str.lower, 0.2),
    (str.upper, 0.08),
)
_NUMERIC: Final = (
    "{d}/{M}/{year}", "{dd}/{MM}/{year}", "{d}-{M}-{year}", "{dd}-{MM}-{year}", "{d}.{M}.{year}",
    "{dd}.{MM}.{year}", "{d}. {M}. {year}", "{d} {M} {year}", "{dd} {MM} {year}", "{d} / {M} / {year}",
    "{y}-{MM}-{dd}", "{y}/{MM}/{dd}", "{y}.{MM}.{dd}", "{y}-{M}-{d}", "{y}/{M}/{d}", "{y} {MM} {dd}",
    "{y}{MM}{dd}",
)  # fmt: skip
_IN_EVERY_LANGUAGE: Final = (
    "full", "long", "medium", "{d} {MMMM} {year}", "{dd} {MMMM} {year}", "{d} {MMM} {year}",
    "{d}-{MMM}-{year}", "{EEE} {d} {MMM} {year}", "{EEEE} {d} {MMMM} {year}",
)  # fmt: skip
_TEMPLATES: Final[dict[str, tuple[str, ...]]] = {
    "en_GB": (
        "the {ordinal} of {MMMM} {year}", "{ordinal} {MMMM} {year}", "{ordinal} of {MMMM}, {year}",
        "{EEEE} the {ordinal} of {MMMM} {year}", "on {EEEE}, {d} {MMMM} {year}", "{dd}{MMM}{year}",
        "the {spelled} of {MMMM} {year}", "{EEEE}, the {spelled} of {MMMM}, {year}",
    ),
    "en_US": (
        "{MMMM} {d}, {year}", "{MMMM} {ordinal}, {year}", "{MMM} {d}, {year}", "{EEE}, {MMM} {d}, {year}",
        "{EEEE}, {MMMM} {ordinal}, {year}", "{MMMM} the {ordinal}, {year}", "{MMMM} {spelled}, {year}",
        "{y} {MMMM} {d}",
    ),
    "fr": ("le {ordinal} {MMMM} {year}", "le {EEEE} {ordinal} {MMMM} {year}"),
    "de": (
        "{d}. {MMMM} {year}", "am {d}. {MMMM} {year}", "{EEEE}, den {d}. {MMMM} {year}",
        "{EEE}, {d}. {MMM} {year}",
    ),
    "es": (
        "el {ordinal} de {MMMM} de {year}", "{ordinal} de {MMMM} de {year}",
        "{EEEE} {d} de {MMMM} del {year}",
    ),
    "it": ("il {ordinal} {MMMM} {year}", "{ordinal} {MMMM} {year}", "{EEEE} {ordinal} {MMMM} {year}"),
    "pt": (
        "{ordinal} de {MMMM} de {year}", "em {d} de {MMMM} de {year}",
        "{EEEE}, {ordinal} de {MMMM} de {year}",
    ),
    "nl": ("op {d} {MMMM} {year}", "op {EEEE} {d} {MMMM} {year}"),
    "sv": ("den {d} {MMMM} {year}", "{EEEE} den {d} {MMMM} {year}"),
}  # fmt: skip
_CHINESE_AND_JAPANESE: Final = (
    "full", "{year}年{M}月{d}日", "{year}年{MM}月{dd}日", "{year}年{M}月{d}日 {EEEE}",
    "{year}年{M}月{d}日({EEE})",
)  # fmt: skip
DATE_STYLES: Final[dict[str, tuple[DateStyle, ...]]] = {
    "numeric": tuple(DateStyle("en_GB", template) for template in _NUMERIC),
    **{
        language: tuple(DateStyle(language, template) for template in (*_IN_EVERY_LANGUAGE, *templates))
        for language, templates in _TEMPLATES.items()
    },
    **{
        language: tuple(DateStyle(language, template) for template in _CHINESE_AND_JAPANESE)
        for language in ("ja", "zh")
    },
}
_SHARES: Final = {"numeric": 4, "en_GB": 2, "en_US": 2}  # drawn more often than the others
_FAMILIES: Final = tuple(styles for name, styles in DATE_STYLES.items() for _ in range(_SHARES.get(name, 1)))

if __name__ == "__main__":
    raise SystemExit(main())
