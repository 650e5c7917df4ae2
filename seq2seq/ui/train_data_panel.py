"""The panel where sentence pairs are brought to the Train tab and looked through."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from seq2seq.doctor.parts import Limits
from seq2seq.ui.download_button import add_download
from seq2seq.ui.forms import Texts
from seq2seq.ui.static_files import read_data_script, read_static
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text, view_strings
from seq2seq.ui.train_clean import pack_cleaned
from seq2seq.ui.train_data import (
    EMPTY_DATA,
    DataSession,
    View,
    chosen_columns,
    column_names,
    examine_data,
    found_kinds,
    guess_languages,
    look_at,
)
from seq2seq.ui.train_lesson_panel import build_lesson_panel
from seq2seq.ui.train_lessons import take_lesson


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPanel:
    """What the rest of the tab needs of the panel.

    Attributes:
        session: the visitor's data.
        drop: the kinds of rows to leave out.
        brought: the events after which there are other data.
        examined: the event after which there is a report on them.
    """

    session: Any
    drop: Any
    brought: tuple[Any, ...]
    examined: Any


def build_data_panel(language: Any, texts: Texts, limits: Limits) -> DataPanel:
    """Lay out the panel and wire it; ``limits`` bound what is read."""
    session = gr.State(DataSession())
    texts.add(gr.Markdown(text("train_step_data", DEFAULT_LANGUAGE)), value="train_step_data")
    upload = gr.File(
        file_count="multiple",
        type="filepath",
        label=text("train_upload", DEFAULT_LANGUAGE),
        height=140,
        elem_id="train-file",
    )
    texts.add(upload, label="train_upload")
    with gr.Accordion(
        text("train_paste", DEFAULT_LANGUAGE), open=False, elem_id="train-paste-panel"
    ) as folded:
        pasted = gr.Textbox(
            lines=4,
            max_lines=10,
            label=text("train_pasted", DEFAULT_LANGUAGE),
            info=text("train_pasted_help", DEFAULT_LANGUAGE),
            elem_id="train-paste",
        )
        texts.add(pasted, label="train_pasted", info="train_pasted_help")
        take = gr.Button(text("train_take", DEFAULT_LANGUAGE), size="sm", elem_id="train-take")
        texts.add(take, value="train_take")
    texts.add(folded, label="train_paste")
    lessons = build_lesson_panel(language, texts)
    with gr.Row():
        columns = [_build_column(key, texts) for key in ("train_source_column", "train_target_column")]
        codes = [_build_code(key, texts) for key in ("train_source_language", "train_target_language")]
    examine = gr.Button(text("train_examine", DEFAULT_LANGUAGE), variant="primary", elem_id="train-examine")
    texts.add(examine, value="train_examine")
    view = gr.HTML(
        value=dict(EMPTY_DATA),
        html_template=read_static("data.html"),
        js_on_load=read_data_script(),
        apply_default_css=False,
        elem_id="train-data",
        padding=False,
        strings=view_strings(DEFAULT_LANGUAGE),
    )
    texts.add(view, strings=view_strings)
    drop = gr.CheckboxGroup(
        [], label=text("train_drop", DEFAULT_LANGUAGE), info=text("train_drop_help", DEFAULT_LANGUAGE),
        visible=False, elem_id="train-drop",
    )  # fmt: skip
    texts.add(drop, label="train_drop", info="train_drop_help")
    with gr.Row(visible=False, elem_id="train-cleaned-row") as cleaned:
        add_download("train_cleaned", pack_cleaned, [session, drop, language], texts, "train-cleaned")

    def show_file(session: DataSession, language: str, paths: list[str] | None) -> tuple[Any, ...]:
        return show_look(session, look_at(session, language, paths, None, limits))

    def show_pasted(session: DataSession, language: str, words: str | None) -> tuple[Any, ...]:
        return show_look(session, look_at(session, language, None, words, limits))

    def show_lesson(
        session: DataSession,
        language: str,
        name: str | None,
        codes: list[str] | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - gradio's way to ask for it
    ) -> tuple[Any, ...]:
        return show_look(session, take_lesson(session, language, name, codes, progress))

    def show_examined(
        session: DataSession,
        language: str,
        *chosen: str | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - gradio's way to ask for it
    ) -> tuple[View, Any, Any]:
        found = examine_data(session, language, (chosen[0], chosen[1]), (chosen[2], chosen[3]), progress)
        kinds, wanted = found_kinds(session, language)
        is_examined = gr.update(visible=session.report is not None)
        return found, gr.update(choices=kinds, value=wanted, visible=bool(kinds)), is_examined

    def guess_languages_of(session: DataSession, *names: str | None) -> tuple[str, str]:
        return guess_languages(session, (names[0], names[1]))

    def translate_kinds(session: DataSession, language: str) -> Any:
        return gr.update(choices=found_kinds(session, language)[0])

    language.change(
        translate_kinds,
        [session, language],
        drop,
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
    outputs = [view, *columns, *codes, drop, cleaned]
    quietly: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private"}
    uploaded = upload.upload(show_file, inputs=[session, language, upload], outputs=outputs, **quietly)
    taken = take.click(show_pasted, inputs=[session, language, pasted], outputs=outputs, **quietly)
    for column in columns:
        column.input(
            guess_languages_of, [session, *columns], codes,
            queue=False, show_progress="hidden", api_visibility="private",
        )  # fmt: skip
    chosen = [lessons.lesson, lessons.languages]
    learnt = lessons.take.click(
        show_lesson, inputs=[session, language, *chosen], outputs=outputs, trigger_mode="once", **quietly
    )
    examined = examine.click(
        show_examined,
        inputs=[session, language, *columns, *codes],
        outputs=[view, drop, cleaned],
        show_progress="full",
        trigger_mode="once",
        api_visibility="private",
    )
    return DataPanel(session=session, drop=drop, brought=(uploaded, taken, learnt), examined=examined)


def show_look(session: DataSession, view: View) -> tuple[Any, ...]:
    """What the panel shows of a file just opened: its beginning and its columns, nothing to leave out yet."""
    names, chosen = column_names(session), chosen_columns(session)
    updates = [gr.update(choices=names, value=name) for name in chosen]
    codes = guess_languages(session, chosen)
    return view, *updates, *codes, gr.update(choices=[], value=[], visible=False), gr.update(visible=False)


def _build_column(key: str, texts: Texts) -> Any:
    column = gr.Dropdown(
        [], label=text(key, DEFAULT_LANGUAGE), min_width=120, elem_id=key.replace("_", "-"), filterable=False
    )
    return texts.add(column, label=key)


def _build_code(key: str, texts: Texts) -> Any:
    box = gr.Textbox(
        label=text(key, DEFAULT_LANGUAGE),
        placeholder="en",
        max_lines=1,
        min_width=100,
        elem_id=key.replace("_", "-"),
    )
    return texts.add(box, label=key)
