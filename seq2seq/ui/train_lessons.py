"""Lessons in the Train tab: their pairs, the settings that learn them, and whether a run has reached the target."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from seq2seq.config import ModelConfig, TrainingConfig
from seq2seq.data.lessons import (
    DEFAULT_LANGUAGES,
    LESSONS,
    NUMBER_LANGUAGES,
    draw_lesson,
    find_lesson,
    split_sizes,
)
from seq2seq.desk.progress import ProgressState
from seq2seq.desk.records import RunRecord
from seq2seq.doctor.reading import read_pasted
from seq2seq.errors import Seq2SeqError
from seq2seq.flags import settings_of
from seq2seq.ui.feedback import describe_problem
from seq2seq.ui.shelf import language_name
from seq2seq.ui.strings import text
from seq2seq.ui.train_data import DataSession, View, examine_data

LESSON_PRESET: Final = "lesson"
"""Instead of a time: train as the lesson recommends."""
LANGUAGE_LESSON: Final = "numbers"
MOST_LANGUAGES: Final = 6
_WATCHED: Final[dict[str, Any]] = {"log_every": 10, "save_every_seconds": 30.0}
_QUICK_MINUTES: Final = 3.0


def take_lesson(
    session: DataSession,
    language: str,
    name: str | None,
    codes: Sequence[str] | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> View:
    """Make the pairs of a lesson the visitor's data, examined and with its own held-out part."""
    try:
        lesson = find_lesson(name or "")
        languages = tuple(codes or ())[:MOST_LANGUAGES] if lesson.name == LANGUAGE_LESSON else ()
        drawn = draw_lesson(lesson.name, languages=languages)
        lines = "".join(f"{source}\t{target}\n" for source, target in drawn["train"])
        table = read_pasted(lines, name=text(f"lesson_{lesson.name}", language), header=False)
    except Seq2SeqError as problem:
        session.view = {**session.view, "message": describe_problem(problem, language)}
        return session.view
    session.take(table, lesson.name, (drawn["validation"], drawn["test"]))
    view = examine_data(session, language, ("1", "2"), ("", ""), progress)
    # What a generator made on purpose is not wrong.
    session.view = {**view, "findings": [], "clean": view["pairs"]} if "pairs" in view else view
    return session.view


def lesson_settings(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Settings of the network and of the training that a lesson recommends.

    It is validated more often than the lesson says, because someone watches.
    """
    lesson = find_lesson(name)
    training = settings_of(lesson.flags, TrainingConfig) | _WATCHED
    training["validate_every"] = 50 if lesson.minutes < _QUICK_MINUTES else 100
    return settings_of(lesson.flags, ModelConfig), training


def lesson_choices(language: str) -> list[tuple[str, str]]:
    """What each lesson is called, and its name."""
    return [(text(f"lesson_{name}", language), name) for name in LESSONS]


def language_choices(language: str) -> list[tuple[str, str]]:
    """The languages that numbers can be written in, the usual ones first."""
    named = sorted((language_name(code, language), code) for code in NUMBER_LANGUAGES)
    return sorted(named, key=lambda choice: choice[1] not in DEFAULT_LANGUAGES)


def about_lesson(name: str | None, language: str) -> str:
    """What a lesson teaches, what it takes and what it sets."""
    if name not in LESSONS:
        return ""
    lesson = LESSONS[name]
    sizes = split_sizes(lesson.pairs)
    model, training = lesson_settings(name)
    shown = ("tokenizer", "embedding_size", "encoder_size", "decoder_size", "attention", "epochs")
    values = {**ModelConfig().to_json(), **TrainingConfig().to_json(), **model, **training}
    return text("lesson_about", language).format(
        about=text(f"lesson_about_{name}", language),
        target=f"{lesson.target_exact_match:g}",
        minutes=f"{lesson.minutes:g}",
        pairs=f"{sizes['train']:,}",
        held_out=f"{sizes['validation']:,}",
        settings=", ".join(f"`{setting} {values[setting]}`" for setting in shown),
    )


def describe_target(record: RunRecord, state: ProgressState) -> dict[str, Any] | None:
    """How far a new model of a lesson is from its target: percent of held-out sentences that are exactly right.

    ``step`` and ``seconds`` tell when it was reached first; None before.
    """
    if record.lesson not in LESSONS or record.base:
        return None
    wanted = LESSONS[record.lesson].target_exact_match
    measured = [point for point in state.validations if point.exact_match is not None]
    reached = next((point for point in measured if (point.exact_match or 0.0) >= wanted), None)
    return {
        "wanted": wanted,
        "now": measured[-1].exact_match if measured else None,
        "step": reached.step if reached else None,
        "seconds": reached.trained_seconds if reached else None,
    }
