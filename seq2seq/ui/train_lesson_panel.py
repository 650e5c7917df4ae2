"""The folded panel that offers lessons beside a visitor's own sentences."""

from dataclasses import dataclass
from typing import Any, Final

import gradio as gr

from seq2seq.data.lessons import DEFAULT_LANGUAGES, LESSONS
from seq2seq.ui.forms import Texts
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text
from seq2seq.ui.train_lessons import (
    LANGUAGE_LESSON,
    MOST_LANGUAGES,
    about_lesson,
    language_choices,
    lesson_choices,
)

FIRST_LESSON: Final = next(iter(LESSONS))
_QUIETLY: Final[dict[str, Any]] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonPanel:
    """The chosen lesson, the languages of its numbers, and the button that takes it."""

    lesson: Any
    languages: Any
    take: Any


def build_lesson_panel(language: Any, texts: Texts) -> LessonPanel:
    """Lay out the panel; what a lesson needs is told before it is taken."""
    with gr.Accordion(
        text("train_lesson", DEFAULT_LANGUAGE), open=False, elem_id="train-lesson-panel"
    ) as folded:
        lesson = gr.Dropdown(
            lesson_choices(DEFAULT_LANGUAGE),
            value=FIRST_LESSON,
            label=text("train_which_lesson", DEFAULT_LANGUAGE),
            filterable=False,
            elem_id="train-lesson",
        )
        texts.add(lesson, label="train_which_lesson", choices=lesson_choices)
        languages = gr.Dropdown(
            language_choices(DEFAULT_LANGUAGE),
            value=list(DEFAULT_LANGUAGES),
            multiselect=True,
            max_choices=MOST_LANGUAGES,
            label=text("train_lesson_languages", DEFAULT_LANGUAGE),
            visible=False,
            elem_id="train-lesson-languages",
        )
        texts.add(languages, label="train_lesson_languages", choices=language_choices)
        about = gr.Markdown(about_lesson(FIRST_LESSON, DEFAULT_LANGUAGE), elem_id="train-lesson-about")
        take = gr.Button(
            text("train_take_lesson", DEFAULT_LANGUAGE), variant="primary", elem_id="train-take-lesson"
        )
        texts.add(take, value="train_take_lesson")
    texts.add(folded, label="train_lesson")
    lesson.input(show_lesson, [lesson, language], [about, languages], **_QUIETLY)
    language.change(about_lesson, [lesson, language], about, **_QUIETLY)
    return LessonPanel(lesson=lesson, languages=languages, take=take)


def show_lesson(name: str | None, language: str) -> tuple[str, Any]:
    """What is said of a lesson, and whether it has languages to choose."""
    return about_lesson(name, language), gr.update(visible=name == LANGUAGE_LESSON)
