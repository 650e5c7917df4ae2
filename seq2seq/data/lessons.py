"""Lessons: small tasks made by generators, each learned in minutes, each with a score to reach.

No pair of a lesson stands in two of its files: training, validation and test share no source, and those of dates
and numbers not even a day or a number. Equal arguments write equal bytes.
"""

import hashlib
import os
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from num2words import CONVERTER_CLASSES, num2words

from seq2seq.data.dates import generate_dates
from seq2seq.errors import ConfigError, DataError

SPLITS: Final = ("train", "validation", "test")
FEWEST_PAIRS: Final = 100
MOST_PAIRS: Final = 500_000
LARGEST_NUMBER: Final = 999_999
DEFAULT_LANGUAGES: Final = ("en", "fr")
NUMBER_LANGUAGES: Final = tuple(sorted(set(CONVERTER_CLASSES) - {"am"}))
"""Codes of the languages that numbers can be written in; num2words fails on numbers in Amharic."""
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_DIGITS: Final = "0123456789"

Pair = tuple[str, str]
PairsOfSplit = Callable[[str, int, int, Sequence[str]], Iterator[Pair]]
"""From a split, how many pairs are wanted, a seed and languages to pairs, all their sources different."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A task to learn.

    Attributes:
        name: what it is called.
        description: what is to be learned, and what can be seen.
        pairs: how many training pairs are usual; validation and test have a tenth each, at most 1,000.
        generate: makes the pairs of a split.
        flags: what ``python -m seq2seq train`` is given besides the files.
        test_flags: likewise for ``evaluate``.
        target_exact_match: percent of the test's sentences that the recommended training gets exactly right.
        minutes: how long that took with one thread on a machine of two cores that others used too.
    """

    name: str
    description: str
    pairs: int
    generate: PairsOfSplit
    flags: tuple[str, ...]
    target_exact_match: float
    minutes: float
    test_flags: tuple[str, ...] = ("--method", "greedy")

    def command(self, folder: Path) -> tuple[str, ...]:
        """The words of the recommended command behind ``python -m seq2seq`` for data in a folder."""
        files = ("--train", str(folder / "train.tsv"), "--validation", str(folder / "validation.tsv"))
        return ("train", *files, "--output", str(folder / "run"), *self.flags)

    def test_command(self, folder: Path) -> tuple[str, ...]:
        """As `command`, to test what was learned."""
        files = ("--checkpoint", str(folder / "run"), "--test", str(folder / "test.tsv"))
        return ("evaluate", *files, *self.test_flags)


def write_lesson(
    name: str, folder: Path, *, pairs: int = 0, seed: int = 1, languages: Sequence[str] = ()
) -> dict[str, int]:
    """Write ``train.tsv``, ``validation.tsv`` and ``test.tsv`` of a lesson; tells how many pairs each has.

    Args:
        name: a name in `LESSONS`.
        folder: is made where it is missing; files of these names in it are replaced.
        pairs: of the training file; 0 takes what is usual for the lesson.
        seed: of every choice.
        languages: for numbers; empty takes `DEFAULT_LANGUAGES`.

    Raises:
        ConfigError: for an unknown lesson or language, or a number of pairs out of bounds.
        DataError: when a file cannot be written.
    """
    drawn = draw_lesson(name, pairs=pairs, seed=seed, languages=languages)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for split, rows in drawn.items():
            _write_pairs(folder / f"{split}.tsv", rows)
    except OSError as problem:
        raise DataError(
            f"The lesson cannot be written to {folder}: {problem.strerror}.", "Choose another folder."
        ) from problem
    return {split: len(rows) for split, rows in drawn.items()}


def draw_lesson(
    name: str, *, pairs: int = 0, seed: int = 1, languages: Sequence[str] = ()
) -> dict[str, list[Pair]]:
    """The pairs of a lesson by split, as `write_lesson` writes them.

    Raises:
        ConfigError: likewise.
    """
    lesson = find_lesson(name)
    counts = split_sizes(pairs or lesson.pairs)
    check_languages(lesson, languages)
    return {split: list(lesson.generate(split, count, seed, languages)) for split, count in counts.items()}


def find_lesson(name: str) -> Lesson:
    """The lesson of a name.

    Raises:
        ConfigError: when there is none.
    """
    if name not in LESSONS:
        raise ConfigError([f"There is no lesson {name!r}."], f"Choose {', '.join(LESSONS)}.")
    return LESSONS[name]


def split_sizes(pairs: int) -> dict[str, int]:
    """How many pairs each file of a lesson has.

    Raises:
        ConfigError: for a number out of bounds.
    """
    if not FEWEST_PAIRS <= pairs <= MOST_PAIRS:
        raise ConfigError([f"pairs must lie between {FEWEST_PAIRS} and {MOST_PAIRS:,}, not {pairs:,}."])
    held_out = min(1000, pairs // 10)
    return {"train": pairs, "validation": held_out, "test": held_out}


def check_languages(lesson: Lesson, languages: Sequence[str]) -> None:
    """Refuse languages that numbers cannot be written in, and any for a lesson without language.

    Raises:
        ConfigError: naming all of them.
    """
    if languages and lesson.name != "numbers":
        raise ConfigError([f"The lesson {lesson.name} has no language to choose."], "Leave it out.")
    unknown = [code for code in languages if code not in NUMBER_LANGUAGES]
    if unknown:
        known = ", ".join(NUMBER_LANGUAGES)
        raise ConfigError([f"Numbers cannot be written in {', '.join(unknown)}."], f"Choose from {known}.")


def _write_pairs(path: Path, pairs: Iterable[Pair]) -> None:
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{source}\t{target}\n" for source, target in pairs)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


# -- the tasks ----------------------------------------------------------------------------------------


def _belongs(source: str, split: str) -> bool:
    """Whether something is of a split: its hash gives a tenth each to test and validation."""
    bucket = int.from_bytes(hashlib.sha256(source.encode()).digest()[:4]) % 10
    return {0: "test", 1: "validation"}.get(bucket, "train") == split


def _strings(letters: str, shortest: int, longest: int, change: Callable[[str], str]) -> PairsOfSplit:
    """Random strings of letters, and what a change makes of them."""

    def generate(split: str, count: int, seed: int, languages: Sequence[str]) -> Iterator[Pair]:
        generator = random.Random(f"{seed} {split}")  # noqa: S311 - data, not secrets
        seen: set[str] = set()
        while len(seen) < count:
            source = "".join(generator.choices(letters, k=generator.randint(shortest, longest)))
            if source not in seen and _belongs(source, split):
                seen.add(source)
                yield source, change(source)

    return generate


def _sorted(text: str) -> str:
    return "".join(sorted(text))


def _reversed(text: str) -> str:
    return text[::-1]


def _dates(split: str, count: int, seed: int, languages: Sequence[str]) -> Iterator[Pair]:
    """The dates of `seq2seq.data.dates`, in all their languages."""
    for pair in generate_dates(count, seed=seed, split=split).pairs:
        yield pair.source, pair.target


def _numbers(split: str, count: int, seed: int, languages: Sequence[str]) -> Iterator[Pair]:
    """``fr 71`` becomes ``soixante et onze``; short numbers are as frequent as long ones."""
    generator = random.Random(f"{seed} {split}")  # noqa: S311 - data, not secrets
    codes, seen = tuple(languages) or DEFAULT_LANGUAGES, set[str]()
    digits = len(str(LARGEST_NUMBER))
    while len(seen) < count:
        number = generator.randrange(10 ** generator.randint(1, digits))
        source = f"{generator.choice(codes)} {number}"
        if source not in seen and _belongs(str(number), split):
            seen.add(source)
            yield source, " ".join(str(num2words(number, lang=source.split()[0])).split())


_SMALL: Final = (
    "--tokenizer", "characters", "--embedding-size", "64", "--encoder-size", "64", "--decoder-size", "128",
    "--attention", "additive", "--attention-size", "64", "--dropout", "0", "--label-smoothing", "0",
    "--batch-tokens", "2048", "--average-decay", "0.99", "--metric", "loss", "--validate-every", "200",
    "--validation-sentences", "100", "--threads", "1",
)  # fmt: skip
LESSONS: Final[dict[str, Lesson]] = {
    lesson.name: lesson
    for lesson in (
        Lesson(
            name="copy",
            description="Say again what was said. Attention walks along the diagonal.",
            pairs=10_000,
            generate=_strings(_LETTERS, 3, 12, str),
            flags=(*_SMALL, "--epochs", "10"),
            target_exact_match=99.0,
            minutes=1.3,
        ),
        Lesson(
            name="reverse",
            description="Say it backwards. Attention walks along the other diagonal.",
            pairs=10_000,
            generate=_strings(_LETTERS, 3, 12, _reversed),
            flags=(*_SMALL, "--epochs", "10"),
            target_exact_match=99.0,
            minutes=0.7,
        ),
        Lesson(
            name="sort",
            description="Put digits in order. Attention looks for the next greater one, wherever it stands.",
            pairs=10_000,
            generate=_strings(_DIGITS, 3, 12, _sorted),
            flags=(*_SMALL, "--epochs", "10"),
            target_exact_match=99.0,
            minutes=0.7,
        ),
        Lesson(
            name="dates",
            description="Dates as people write them in ten languages, to YYYY-MM-DD. Attention finds the year.",
            pairs=20_000,
            generate=_dates,
            flags=(*_SMALL, "--no-shared-vocabulary", "--tie-embeddings", "target", "--epochs", "8"),
            target_exact_match=99.0,
            minutes=1.9,
        ),
        Lesson(
            name="numbers",
            description="Numbers up to 999,999 to words, in one language or several: `fr 71` to soixante et onze.",
            pairs=20_000,
            generate=_numbers,
            flags=(*_SMALL, "--no-shared-vocabulary", "--tie-embeddings", "target", "--epochs", "3"),
            target_exact_match=98.0,
            minutes=6.9,
            test_flags=("--method", "greedy", "--maximum-length", "200"),  # words are longer than digits
        ),
    )
}
