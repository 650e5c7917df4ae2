"""The Explore tab: type a sentence, watch its translation and what the model considered."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

import gradio as gr

from seq2seq.figures.style import palette
from seq2seq.options import METHODS_OF_SETTINGS
from seq2seq.ui import downloads
from seq2seq.ui.explore_handlers import PAUSE_SECONDS, choose_part, steer_live, stop_run, translate_live
from seq2seq.ui.forms import PAGE_SETTINGS, Texts, build_control
from seq2seq.ui.judge_panel import build_judge_panel
from seq2seq.ui.neighbours_panel import build_neighbours_panel
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
BEAM_SETTINGS = ("beam_width", "length_penalty", "coverage_penalty")
GROUP_SETTINGS = ("beam_groups", "diversity")
SAMPLING_SETTINGS = ("temperature", "top_k", "top_p")
FOLDED_SETTINGS = (
    "repetition_penalty", "no_repeat_ngram", "minimum_length", "maximum_length", "n_best", "seed",
)  # fmt: skip


def build_explore_tab(shelf: Shelf, language: Any, texts: Texts) -> None:
    """Lay out the tab and wire it; ``language`` is the page's language control."""
    session = gr.State(Session())
    with gr.Row(elem_classes="explore"):
        with gr.Column(elem_classes="explore-input"):
            model, source, examples = _build_input(shelf, texts)
            translate, stop = _build_buttons(texts)
        with gr.Column(elem_classes="explore-settings"):
            controls = _build_settings(texts)
            speed, prefix = _build_more(texts, controls)
        with gr.Column(elem_classes="explore-result"):
            view = build_view(texts)
            files = _build_downloads(texts)
            search = build_search_panel(session, language, texts)
            build_judge_panel(shelf, session, language, texts)
            near = build_neighbours_panel(shelf, session, language, model, texts)
    inputs = [session, language, model, source, prefix, speed, *(controls[name] for name in PAGE_SETTINGS)]
    runs = [
        _wire_runs(partial(translate_live, shelf), inputs, view, [translate.click, source.submit], stop),
        _wire_examples(shelf, model, source, examples, partial(translate_live, shelf), inputs, view),
        _wire_steering(shelf, [session, language, speed], view),
    ]
    chosen = view.choose(
        show_part,
        inputs=session,
        outputs=view,
        show_progress="hidden",
        queue=False,
        api_visibility="private",
    )
    for run in runs:
        run.then(*search, show_progress="hidden", api_visibility="private")
    for run in (*runs, chosen):
        run.then(*near, show_progress="hidden", api_visibility="private")
    _wire_downloads(files, session, language)


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
        palette={"light": palette("light"), "dark": palette("dark")},
    )
    texts.add(view, strings=view_strings)
    return view


def show_part(session: Session, event: gr.EventData) -> Any:
    """Answer a choice of hypothesis, layer or head in the live view."""
    view = choose_part(session, event._data)
    return gr.skip() if view is None else view


def _build_input(shelf: Shelf, texts: Texts) -> tuple[Any, Any, Any]:
    names = list(shelf.names())
    first = names[0] if names else None

    def choices(language: str) -> list[tuple[str, str]]:
        return [(shelf.label(name, language), name) for name in names]

    model = gr.Dropdown(
        choices(DEFAULT_LANGUAGE),
        value=first,
        label=text("model", DEFAULT_LANGUAGE),
        elem_id="model",
        filterable=False,
    )
    texts.add(model, label="model", choices=choices)
    if not names:
        texts.add(gr.Markdown(text("no_models", DEFAULT_LANGUAGE)), value="no_models")
    samples = _samples(shelf, first)
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


def _samples(shelf: Shelf, name: str | None) -> list[list[str]]:
    return [[example] for example in shelf.examples(name)] if name else []


def _build_buttons(texts: Texts) -> tuple[Any, Any]:
    with gr.Row(elem_classes="explore-buttons"):
        translate = gr.Button(
            text("translate", DEFAULT_LANGUAGE),
            variant="primary",
            elem_id="translate",
            scale=3,
            min_width=120,
        )
        stop = gr.Button(
            text("stop", DEFAULT_LANGUAGE), variant="stop", elem_id="stop", scale=1, min_width=90
        )
    texts.add(translate, value="translate")
    texts.add(stop, value="stop")
    return translate, stop


def _build_settings(texts: Texts) -> dict[str, Any]:
    """The method, and the settings of each method, shown only where they apply."""
    controls = {"method": build_control("method", texts)}
    with gr.Group() as beam:
        controls |= {name: build_control(name, texts) for name in BEAM_SETTINGS}
    with gr.Group(visible=False) as groups:
        controls |= {name: build_control(name, texts) for name in GROUP_SETTINGS}
    with gr.Group(visible=False) as sampling:
        controls |= {name: build_control(name, texts) for name in SAMPLING_SETTINGS}
    controls["method"].change(
        show_settings,
        inputs=controls["method"],
        outputs=[beam, groups, sampling],
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
    return controls


def show_settings(method: str) -> list[Any]:
    """Which settings a method uses: the beam's, its groups', sampling's."""
    first_of_each = (BEAM_SETTINGS[0], GROUP_SETTINGS[0], SAMPLING_SETTINGS[0])
    return [gr.update(visible=method in METHODS_OF_SETTINGS[name]) for name in first_of_each]


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
        samples = _samples(shelf, name)
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
    model.change(
        change_model, inputs=model, outputs=[examples, source], queue=False, show_progress="hidden",
        api_visibility="private",
    )  # fmt: skip
    return started


def take_example(sample: list[str]) -> str:
    """The text of a clicked example."""
    return sample[0]


def _build_downloads(texts: Texts) -> dict[str, tuple[Any, Any]]:
    """A button that makes each file, and the hidden one that hands it to the browser."""
    files = {}
    with gr.Row(elem_classes="explore-downloads", elem_id="downloads"):
        for name in ("figure", "json", "csv"):
            words = text(f"download_{name}", DEFAULT_LANGUAGE)
            button = gr.Button(words, size="sm", min_width=90, elem_id=f"make-{name}")
            texts.add(button, value=f"download_{name}")
            files[name] = button, gr.DownloadButton(visible="hidden", elem_id=f"take-{name}")
    return files


def _wire_downloads(files: dict[str, tuple[Any, Any]], session: Any, language: Any) -> None:
    makers = {
        "figure": (downloads.save_figure, [session, language]),
        "json": (downloads.save_json, [session]),
        "csv": (downloads.save_csv, [session]),
    }
    for name, (button, link) in files.items():
        make, inputs = makers[name]
        button.click(
            make, inputs=inputs, outputs=link, show_progress="hidden", api_visibility="private"
        ).success(None, js=f"() => document.querySelector('#take-{name}')?.click()")
