"""The Evaluate tab: a test in, scores with their doubt out, and every sentence a click away from Explore."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import gradio as gr

from seq2seq.ui.decoding_form import build_run_buttons, build_settings
from seq2seq.ui.download_button import add_download
from seq2seq.ui.entrance import Entrance, fill_in
from seq2seq.ui.evaluate_handlers import (
    DEFAULT_WIDTHS,
    EvaluateSession,
    Wish,
    bring_files,
    chosen_sentence,
    evaluate_models,
    save_evaluation,
    save_sentences,
)
from seq2seq.ui.evaluate_view import EMPTY_EVALUATION, PARTS, View
from seq2seq.ui.explore_handlers import stop_run
from seq2seq.ui.feedback import describe_problem, refusal
from seq2seq.ui.forms import Texts, build_model_choice, model_choices
from seq2seq.ui.lines_tab import EXPLORE_TAB, LONG_STREAMING
from seq2seq.ui.look import palettes
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.static_files import read_evaluate_script, read_static
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text, view_strings

PLACE: Final = "evaluate-"
EVALUATE_TAB: Final = "evaluate_tab"
FIRST_PARTS: Final = ("lengths",)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateTab:
    """What the rest of the page needs of the tab.

    Attributes:
        lead_to_explore: wires the way from a sentence to the Explore tab, given the page's tabs and its entrance.
        model, other, pasted: the controls that another tab may fill in.
    """

    lead_to_explore: Callable[[Any, Entrance], None]
    model: Any
    other: Any
    pasted: Any


def build_evaluate_tab(shelf: Shelf, language: Any, texts: Texts) -> EvaluateTab:
    """Lay out the tab and wire it; ``language`` is the page's language control."""
    session = gr.State(EvaluateSession())
    with gr.Row(elem_classes="evaluate-columns"):
        with gr.Column(elem_classes="evaluate-form"):
            model = build_model_choice(shelf, texts, "evaluate-model", language)
            other = _build_other(shelf, texts)
            upload, pasted = _build_input(texts)
            parts, widths = _build_parts(texts)
            with gr.Accordion(
                text("evaluate_decoding", DEFAULT_LANGUAGE), open=False, elem_id="evaluate-decoding"
            ) as folded:
                controls = build_settings(texts, PLACE, method="greedy", sampling=())
            texts.add(folded, label="evaluate_decoding")
            start, stop = build_run_buttons(texts, "evaluate_start", "evaluate-start", "evaluate-stop")
        with gr.Column(elem_classes="evaluate-result"):
            view = _build_view(texts)
            with gr.Row(elem_classes="explore-downloads", elem_id="evaluate-downloads"):
                add_download("evaluate_csv", save_sentences, [session], texts, "evaluate-csv")
                add_download("evaluate_json", save_evaluation, [session], texts, "evaluate-json")
    names = list(controls)

    def run(
        session: EvaluateSession,
        language: str,
        model: str,
        other: str | None,
        paths: list[str] | None,
        pasted: str | None,
        parts: list[str] | None,
        widths: str | None,
        *values: Any,
    ) -> Iterator[View]:
        settings = dict(zip(names, values, strict=True))
        wish = Wish(model=model, other=other or "", settings=settings, parts=parts or (), widths=widths or "")
        yield from evaluate_models(shelf, session, language, bring_files(paths, pasted), wish)

    inputs = [session, language, model, other, upload, pasted, parts, widths, *controls.values()]
    start.click(run, inputs=inputs, outputs=view, **LONG_STREAMING)
    stop.click(stop_run, inputs=session, queue=False, show_progress="hidden", api_visibility="private")

    def lead_to_explore(tabs: Any, entrance: Entrance) -> None:
        def explore(session: EvaluateSession, language: str, event: gr.EventData) -> tuple[Any, ...]:
            return explore_sentence(shelf, session, language, event._data)

        filled = view.explore(
            explore,
            inputs=[session, language],
            outputs=[tabs, *entrance.controls],
            show_progress="hidden",
            api_visibility="private",
        )
        entrance.translate_after(filled)

    return EvaluateTab(lead_to_explore=lead_to_explore, model=model, other=other, pasted=pasted)


def explore_sentence(shelf: Shelf, session: EvaluateSession, language: str, wanted: Any) -> tuple[Any, ...]:
    """The tab to open and what its entrance is filled with; ``wanted`` comes from the browser.

    Raises:
        gradio.Error: where there is no such sentence any more.
    """
    chosen = chosen_sentence(session, wanted)
    if chosen is None:
        sentence = describe_problem(refusal("no_such_line"), language)
        raise gr.Error(escape(sentence, quote=False), print_exception=False)
    return gr.update(selected=EXPLORE_TAB), *fill_in(shelf, *chosen)


def _build_other(shelf: Shelf, texts: Texts) -> Any:
    def choices(language: str) -> list[tuple[str, str]]:
        return [(text("evaluate_alone", language), ""), *model_choices(shelf, language)]

    other = gr.Dropdown(
        choices(DEFAULT_LANGUAGE),
        value="",
        label=text("evaluate_other", DEFAULT_LANGUAGE),
        info=text("evaluate_other_help", DEFAULT_LANGUAGE),
        filterable=False,
        elem_id="evaluate-other",
    )
    texts.add_model_list(
        other, lambda code, current: [*choices(code)[:1], *model_choices(shelf, code, current)]
    )
    return texts.add(other, label="evaluate_other", info="evaluate_other_help", choices=choices)


def _build_input(texts: Texts) -> tuple[Any, Any]:
    texts.add(gr.Markdown(text("evaluate_test_help", DEFAULT_LANGUAGE)), value="evaluate_test_help")
    upload = gr.File(
        file_count="multiple",
        type="filepath",
        label=text("evaluate_upload", DEFAULT_LANGUAGE),
        height=140,
        elem_id="evaluate-file",
    )
    texts.add(upload, label="evaluate_upload")
    pasted = gr.Textbox(
        lines=2,
        max_lines=8,
        label=text("evaluate_pasted", DEFAULT_LANGUAGE),
        info=text("evaluate_pasted_help", DEFAULT_LANGUAGE),
        elem_id="evaluate-paste",
    )
    texts.add(pasted, label="evaluate_pasted", info="evaluate_pasted_help")
    return upload, pasted


def _build_parts(texts: Texts) -> tuple[Any, Any]:
    def choices(language: str) -> list[tuple[str, str]]:
        return [(text(f"evaluate_part_{part}", language), part) for part in PARTS]

    parts = gr.CheckboxGroup(
        choices(DEFAULT_LANGUAGE),
        value=list(FIRST_PARTS),
        label=text("evaluate_parts", DEFAULT_LANGUAGE),
        elem_id="evaluate-parts",
    )
    texts.add(parts, label="evaluate_parts", choices=choices)
    widths = gr.Textbox(
        value=DEFAULT_WIDTHS,
        label=text("evaluate_widths", DEFAULT_LANGUAGE),
        max_lines=1,
        visible=False,
        elem_id="evaluate-widths",
    )
    texts.add(widths, label="evaluate_widths")
    parts.change(
        lambda chosen: gr.update(visible="widths" in (chosen or ())),
        parts,
        widths,
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
    return parts, widths


def _build_view(texts: Texts) -> Any:
    view = gr.HTML(
        value=dict(EMPTY_EVALUATION),
        html_template=read_static("evaluate.html"),
        js_on_load=read_evaluate_script(),
        apply_default_css=False,
        elem_id="evaluate",
        padding=False,
        strings=view_strings(DEFAULT_LANGUAGE),
        palette=palettes(DEFAULT_LANGUAGE),
    )
    # What was never opened loses what an update does not repeat.
    return texts.add(view, strings=view_strings, palette=palettes)
