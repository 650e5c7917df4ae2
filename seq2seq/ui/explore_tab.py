"""The Explore tab: type a sentence, watch its translation and what the model considered."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

import gradio as gr

from seq2seq.ui.decoding_form import build_run_buttons, build_settings
from seq2seq.ui.entrance import Entrance, samples_of
from seq2seq.ui.explore_handlers import PAUSE_SECONDS, choose_part, steer_live, stop_run, translate_live
from seq2seq.ui.faithfulness_panel import build_faithfulness_panel
from seq2seq.ui.forms import PAGE_SETTINGS, Texts, build_control, build_model_choice, model_choices
from seq2seq.ui.judge_panel import build_judge_panel
from seq2seq.ui.keep_handlers import open_link
from seq2seq.ui.keep_panel import build_keep_panel, build_upload, wire_upload
from seq2seq.ui.look import palettes
from seq2seq.ui.neighbours_panel import build_neighbours_panel
from seq2seq.ui.permalink import LINK_PARAMETERS, Link
from seq2seq.ui.search_panel import build_search_panel
from seq2seq.ui.session import Session
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.static_files import read_static, read_trace_script
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text, view_strings
from seq2seq.ui.view import EMPTY_VIEW

CONCURRENT_RUNS = 8
STREAMING: Final[Mapping[str, Any]] = {
    "show_progress": "hidden",
    "trigger_mode": "multiple",
    "concurrency_limit": CONCURRENT_RUNS,
    "concurrency_id": "runs",
    "api_visibility": "private",
}
"""How an event is wired whose answer is a run to watch: a newer one may start while it goes on."""
FOLDED_SETTINGS = (
    "repetition_penalty", "no_repeat_ngram", "minimum_length", "maximum_length", "n_best", "seed",
)  # fmt: skip


def build_explore_tab(shelf: Shelf, language: Any, texts: Texts) -> Entrance:
    """Lay out the tab and wire it; ``language`` is the page's language control."""
    session = gr.State(Session())
    with gr.Row(elem_classes="explore"):
        with gr.Column(elem_classes="explore-input"):
            model, source, examples = _build_input(shelf, language, texts)
            translate, stop = build_run_buttons(texts, "translate", "translate", "stop")
            upload = build_upload(texts)
        with gr.Column(elem_classes="explore-settings"):
            controls = build_settings(texts, explained=True)
            speed, prefix = _build_more(texts, controls)
        settings = [controls[name] for name in PAGE_SETTINGS]
        with gr.Column(elem_classes="explore-result"):
            view = build_view(texts)
            build_keep_panel(session, language, texts)
            search = build_search_panel(shelf, session, language, [model, source, prefix, *settings], texts)
            build_judge_panel(shelf, session, language, texts)
            build_faithfulness_panel(shelf, session, language, texts)
            near = build_neighbours_panel(shelf, session, language, model, texts)
    inputs = [session, language, model, source, prefix, speed, *settings]
    run = partial(translate_live, shelf)
    runs = [
        _wire_runs(run, inputs, view, [translate.click, source.submit], stop),
        _wire_examples(shelf, model, source, examples, run, inputs, view),
        _wire_steering(shelf, [session, language, speed], view),
        wire_upload(upload, session, language, view),
    ]
    chosen = view.choose(
        show_part,
        inputs=session,
        outputs=view,
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )

    def show_panels_after(run: Any) -> None:
        run.then(*search, show_progress="hidden", api_visibility="private")
        run.then(*near, show_progress="hidden", api_visibility="private")

    for started in runs:
        show_panels_after(started)
    chosen.then(*near, show_progress="hidden", api_visibility="private")

    def translate_after(filled: Any) -> None:
        show_panels_after(filled.success(run, inputs=inputs, outputs=view, **STREAMING))

    def translate_address(opened: Any) -> None:
        form = [model, source, examples, prefix, *settings]
        show_panels_after(_wire_opening(shelf, [session, language, speed], form, view, opened))

    return Entrance(
        controls=(model, source, examples),
        translate_after=translate_after,
        translate_address=translate_address,
    )


def build_view(texts: Texts) -> Any:
    """The live view: a constant template and JavaScript that draws the value it gets."""
    view = gr.HTML(
        value=dict(EMPTY_VIEW),
        html_template=read_static("trace.html"),
        js_on_load=read_trace_script(),
        apply_default_css=False,
        elem_id="trace",
        padding=False,
        strings=view_strings(DEFAULT_LANGUAGE),
        palette=palettes(DEFAULT_LANGUAGE),
        link_parameters=list(LINK_PARAMETERS),
    )
    texts.add(view, strings=view_strings)
    return view


def show_part(session: Session, event: gr.EventData) -> Any:
    """Answer a choice of hypothesis, layer or head in the live view."""
    view = choose_part(session, event._data)
    return gr.skip() if view is None else view


def _build_input(shelf: Shelf, language: Any, texts: Texts) -> tuple[Any, Any, Any]:
    names = list(shelf.names())
    model = build_model_choice(shelf, texts, "model", language)
    if not names:
        texts.add(gr.Markdown(text("no_models", DEFAULT_LANGUAGE)), value="no_models")
    samples = samples_of(shelf, model.value)
    source = gr.Textbox(
        value=samples[0][0] if samples else "",
        lines=3,
        max_lines=8,
        label=text("source", DEFAULT_LANGUAGE),
        info=text("source_help", DEFAULT_LANGUAGE),
        placeholder=text("source_placeholder", DEFAULT_LANGUAGE),
        elem_id="source",
    )
    texts.add(source, label="source", info="source_help", placeholder="source_placeholder")
    examples = gr.Dataset(
        components=[gr.Textbox(visible=False)],
        samples=samples,
        label=text("examples", DEFAULT_LANGUAGE),
        visible=bool(samples),
        elem_id="examples",
    )
    texts.add(examples, label="examples")
    return model, source, examples


def _build_more(texts: Texts, controls: dict[str, Any]) -> tuple[Any, Any]:
    def speeds(language: str) -> list[tuple[str, str]]:
        return [(text(f"speed_{name}", language), name) for name in PAUSE_SECONDS]

    with gr.Accordion(text("more_settings", DEFAULT_LANGUAGE), open=False) as folded:
        speed = gr.Radio(
            speeds(DEFAULT_LANGUAGE),
            value="quick",
            label=text("speed", DEFAULT_LANGUAGE),
            info=text("speed_help", DEFAULT_LANGUAGE),
            elem_id="speed",
        )
        prefix = gr.Textbox(
            label=text("prefix", DEFAULT_LANGUAGE),
            info=text("prefix_help", DEFAULT_LANGUAGE),
            elem_id="prefix",
        )
        controls |= {name: build_control(name, texts) for name in FOLDED_SETTINGS}
    texts.add(folded, label="more_settings")
    texts.add(speed, label="speed", info="speed_help", choices=speeds)
    texts.add(prefix, label="prefix", info="prefix_help")
    return speed, prefix


def _wire_runs(run: Any, inputs: list[Any], view: Any, triggers: list[Any], stop: Any) -> Any:
    started = gr.on(
        triggers,
        run,
        inputs=inputs,
        outputs=view,
        **STREAMING,
    )
    stop.click(stop_run, inputs=inputs[0], queue=False, show_progress="hidden", api_visibility="private")
    return started


def _wire_steering(shelf: Shelf, inputs: list[Any], view: Any) -> Any:
    """Another token, or a way back, chosen in the live view."""

    def steer(session: Session, language: str, speed: str, event: gr.EventData) -> Iterator[Any]:
        yield from steer_live(shelf, session, language, speed, event._data)

    return view.steer(
        steer,
        inputs=inputs,
        outputs=view,
        **STREAMING,
    )


def _wire_examples(
    shelf: Shelf, model: Any, source: Any, examples: Any, run: Any, inputs: list[Any], view: Any
) -> Any:
    """A click on an example fills it in and translates it; another model brings its own examples."""

    def change_model(name: str) -> tuple[Any, Any]:
        samples = samples_of(shelf, name)
        return gr.update(samples=samples, visible=bool(samples)), samples[0][0] if samples else gr.skip()

    started = examples.click(
        take_example,
        inputs=examples,
        outputs=source,
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    ).then(
        run,
        inputs=inputs,
        outputs=view,
        **STREAMING,
    )
    model.input(
        change_model, inputs=model, outputs=[examples, source], queue=False, show_progress="hidden",
        api_visibility="private",
    )  # fmt: skip
    return started


def take_example(sample: list[str]) -> str:
    """The text of a clicked example."""
    return sample[0]


def _wire_opening(shelf: Shelf, inputs: list[Any], form: list[Any], view: Any, opened: Any) -> Any:
    """Once the page is open, translate what its address asks for."""

    def follow_address(
        session: Session, language: str, speed: str, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        for shown, link in open_link(shelf, session, language, speed, request.query_params):
            yield gr.skip() if shown is None else shown, *fill_form(shelf, link, len(form), language)

    return opened.then(follow_address, inputs=inputs, outputs=[view, *form], **STREAMING)


def fill_form(shelf: Shelf, link: Link | None, controls: int, language: str) -> list[Any]:
    """What goes into the model, the source, the examples, the prefix and the settings: what a link asks for."""
    if link is None:
        return [gr.skip()] * controls
    samples = samples_of(shelf, link.model)
    source = link.source if link.source is not None else samples[0][0] if samples else gr.skip()
    examples = gr.update(samples=samples, visible=bool(samples)) if link.model else gr.skip()
    model = gr.skip()
    if link.model:
        model = gr.update(choices=model_choices(shelf, language, link.model), value=link.model)
    return [model, source, examples, link.prefix, *link.values()]
