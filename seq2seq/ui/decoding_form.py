"""The part of a form that says how to decode: the method, its settings, and the buttons that start and stop."""

from collections.abc import Sequence
from typing import Any, Final

import gradio as gr

from seq2seq.options import METHOD_NAMES, METHODS_OF_SETTINGS
from seq2seq.ui.explanations import build_explanation
from seq2seq.ui.forms import Texts, build_control
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text

BEAM_SETTINGS: Final = ("beam_width", "length_penalty", "coverage_penalty")
GROUP_SETTINGS: Final = ("beam_groups", "diversity")
SAMPLING_SETTINGS: Final = ("temperature", "top_k", "top_p")


def build_settings(
    texts: Texts,
    place: str = "",
    *,
    method: str = "beam",
    sampling: Sequence[str] = SAMPLING_SETTINGS,
    explained: bool = False,
) -> dict[str, Any]:
    """The method, and the settings of each method, shown only where they apply; ``place`` begins their ids.

    With ``explained`` a sentence on the chosen method stands below it, and one in each group of settings.
    """
    controls = {"method": build_control("method", texts, place)}
    controls["method"].value = method
    methods = [build_explanation(name, texts, visible=name == method) for name in METHOD_NAMES if explained]
    beam_shown, groups_shown, sampling_shown = (update["visible"] for update in show_settings(method)[:3])
    with gr.Group(visible=beam_shown) as beam:
        controls |= {name: build_control(name, texts, place) for name in BEAM_SETTINGS}
        if explained:
            build_explanation("length_penalty", texts)
    with gr.Group(visible=groups_shown) as groups:
        controls |= {name: build_control(name, texts, place) for name in GROUP_SETTINGS}
    with gr.Group(visible=sampling_shown) as drawing:
        controls |= {name: build_control(name, texts, place) for name in sampling}
        if explained:
            build_explanation("temperature", texts)
    controls["method"].change(
        show_settings if explained else lambda method: show_settings(method)[:3],
        inputs=controls["method"],
        outputs=[beam, groups, drawing, *methods],
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
    return controls


def show_settings(method: str) -> list[Any]:
    """Which settings a method uses: the beam's, its groups', sampling's; then which explanation is its own."""
    first_of_each = (BEAM_SETTINGS[0], GROUP_SETTINGS[0], SAMPLING_SETTINGS[0])
    groups = [gr.update(visible=method in METHODS_OF_SETTINGS[name]) for name in first_of_each]
    return groups + [gr.update(visible=name == method) for name in METHOD_NAMES]


def build_run_buttons(texts: Texts, start_words: str, start_id: str, stop_id: str) -> tuple[Any, Any]:
    """The buttons that start a run and stop it."""
    with gr.Row(elem_classes="explore-buttons"):
        start = gr.Button(
            text(start_words, DEFAULT_LANGUAGE), variant="primary", elem_id=start_id, scale=3, min_width=120
        )
        stop = gr.Button(
            text("stop", DEFAULT_LANGUAGE), variant="stop", elem_id=stop_id, scale=1, min_width=90
        )
    texts.add(start, value=start_words)
    texts.add(stop, value="stop")
    return start, stop
