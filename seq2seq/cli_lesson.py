"""The command `lesson`: the data of a small task, and the command that learns it."""

import argparse
import shlex
from pathlib import Path

from seq2seq.data.lessons import DEFAULT_LANGUAGES, LESSONS, find_lesson, write_lesson


def add_lesson(parser: argparse.ArgumentParser) -> None:
    """The flags of `lesson`."""
    parser.set_defaults(run=_run_lesson)
    parser.description = "Lessons: " + " ".join(
        f"{lesson.name}: {lesson.description} {lesson.target_exact_match:g} % right after about "
        f"{lesson.minutes:g} minutes.".replace("%", "%%")
        for lesson in LESSONS.values()
    )
    parser.add_argument("name", choices=tuple(LESSONS), help="which lesson")
    parser.add_argument("--output", type=Path, required=True, help="folder for train, validation and test")
    parser.add_argument(
        "--pairs", type=int, default=0, metavar="N", help="training pairs. Default: by lesson."
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of every choice. Default: 1.")
    parser.add_argument(
        "--languages",
        default="",
        metavar="en,fr",
        help=f"numbers: the languages. Default: {','.join(DEFAULT_LANGUAGES)}.",
    )


def _run_lesson(options: argparse.Namespace) -> int:
    lesson = find_lesson(options.name)
    languages = tuple(code for code in options.languages.split(",") if code)
    counts = write_lesson(
        lesson.name, options.output, pairs=options.pairs, seed=options.seed, languages=languages
    )
    train = shlex.join(["python", "-m", "seq2seq", *lesson.command(options.output)])
    evaluate = shlex.join(["python", "-m", "seq2seq", *lesson.test_command(options.output)])
    print(lesson.description)
    print("; ".join(f"{split}.tsv has {count:,} pairs" for split, count in counts.items()))
    print(f"Learn it (about {lesson.minutes:g} minutes on one core):\n{train}")
    print(f"Test it (target: exact match {lesson.target_exact_match:g} %):\n{evaluate}")
    return 0
