"""The ways from a run to the other tabs: its model explored, or evaluated on its test pairs."""

from dataclasses import dataclass
from html import escape
from typing import Any, Final

import gradio as gr

from seq2seq.desk.desk import Desk
from seq2seq.errors import Seq2SeqError
from seq2seq.ui.entrance import Entrance
from seq2seq.ui.evaluate_tab import EVALUATE_TAB, EvaluateTab
from seq2seq.ui.feedback import describe_problem
from seq2seq.ui.forms import model_choices
from seq2seq.ui.lines_tab import EXPLORE_TAB
from seq2seq.ui.pull_panel import MODELS_TAB
from seq2seq.ui.push_panel import PushPanel
from seq2seq.ui.run_shelf import RUN_PREFIX, RunShelf
from seq2seq.ui.shelf import CheckpointShelf
from seq2seq.ui.strings import text
from seq2seq.ui.train_handlers import follow_run, test_of_run
from seq2seq.ui.training_room import visitor_of

SHOW_STARTED: Final = """() => {
  const runs = document.querySelector('.train-runs');
  if (!runs || document.querySelector('#train-answer')?.checkVisibility()) return;
  const { top } = runs.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) runs.scrollIntoView();
}"""
"""Brings a run that has just started on the screen; where none has, the answer says why."""
SHOW_PUSH: Final = """() => setTimeout(
  () => document.querySelector('#push-repository')?.scrollIntoView({ block: 'center' }), 300)"""
"""Brings the form on the screen once the tab is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenRun:
    """The run that is shown: where runs are, and the controls of secret, run and language."""

    desk: Desk
    bundled: CheckpointShelf
    controls: tuple[Any, Any, Any]


def lead_to_explore(chosen: ChosenRun, button: Any, shelf: RunShelf, tabs: Any, entrance: Entrance) -> None:
    """Wire the button that opens a run's model in the Explore tab."""
    model, source, examples = entrance.controls

    def explore(secret: Any, run: str | None, language: str) -> tuple[Any, ...]:
        view = follow_run(chosen.desk, visitor_of(secret), run, language)
        if not view.get("has_weights"):
            raise gr.Error(text("desk_no_weights", language), print_exception=False)
        name = f"{RUN_PREFIX}{run}"
        choices = model_choices(shelf, language, name)
        samples = [[example] for example in shelf.examples(name)]
        return (
            gr.update(selected=EXPLORE_TAB),
            gr.update(choices=choices, value=name),
            samples[0][0] if samples else gr.skip(),
            gr.update(samples=samples, visible=bool(samples)),
        )

    filled = button.click(
        explore,
        inputs=list(chosen.controls),
        outputs=[tabs, model, source, examples],
        show_progress="hidden",
        api_visibility="private",
    )
    entrance.translate_after(filled)


def lead_to_evaluate(
    chosen: ChosenRun, button: Any, shelf: RunShelf, tabs: Any, evaluate: EvaluateTab
) -> None:
    """Wire the button that fills in the Evaluate tab: a run's model, what it began with, and its test pairs."""

    def fill(secret: Any, run: str | None, language: str) -> tuple[Any, ...]:
        try:
            base, pairs = test_of_run(chosen.desk, chosen.bundled, visitor_of(secret), run)
        except Seq2SeqError as problem:
            sentence = escape(describe_problem(problem, language), quote=False)
            raise gr.Error(sentence, print_exception=False) from problem
        name = f"{RUN_PREFIX}{run}"
        models = gr.update(choices=model_choices(shelf, language, name), value=name)
        return gr.update(selected=EVALUATE_TAB), models, base, pairs

    button.click(
        fill,
        inputs=list(chosen.controls),
        outputs=[tabs, evaluate.model, evaluate.other, evaluate.pasted],
        show_progress="hidden",
        api_visibility="private",
    )


def lead_to_push(chosen: ChosenRun, button: Any, tabs: Any, panel: PushPanel) -> None:
    """Wire the button that opens the Models tab with a run's model chosen to be pushed."""

    def fill(secret: Any, run: str | None, language: str) -> tuple[Any, Any]:
        view = follow_run(chosen.desk, visitor_of(secret), run, language)
        if not view.get("has_weights"):
            raise gr.Error(text("desk_no_weights", language), print_exception=False)
        return gr.update(selected=MODELS_TAB), panel.list_models(secret, language, f"{RUN_PREFIX}{run}")

    filled = button.click(
        fill,
        inputs=list(chosen.controls),
        outputs=[tabs, panel.model],
        show_progress="hidden",
        api_visibility="private",
    )
    filled.success(None, js=SHOW_PUSH)
