"""The way into the Explore tab: how another tab has a text explored there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from seq2seq.ui.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """What the Explore tab offers to other tabs.

    Attributes:
        controls: what is filled in: the outputs of `fill_in`.
        translate_after: starts the translation once an event that filled them in has succeeded.
        translate_address: translates what the page's address asks for, once an event has opened the page.
    """

    controls: tuple[Any, ...]
    translate_after: Callable[[Any], None]
    translate_address: Callable[[Any], None]


def fill_in(shelf: Shelf, model: str, source: str) -> tuple[str, str, Any]:
    """Values for the controls of an `Entrance`: the model, the text, and the model's examples."""
    samples = samples_of(shelf, model)
    return model, source, gr.update(samples=samples, visible=bool(samples))


def samples_of(shelf: Shelf, name: str | None) -> list[list[str]]:
    """The examples of a model as rows of a `gradio.Dataset`."""
    return [[example] for example in shelf.examples(name)] if name else []
