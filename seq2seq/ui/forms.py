"""Controls made from settings: name, help, bounds and default come from the field in `seq2seq.options`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import gradio as gr

from seq2seq.options import METHODS_OF_SETTINGS, DecodingOptions, settings_for_method
from seq2seq.settings import Setting
from seq2seq.ui.feedback import check_groups, check_lengths
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.strings import DEFAULT_LANGUAGE, text

PAGE_SETTINGS: Final = (
    "method", "beam_width", "beam_groups", "diversity", "length_penalty", "coverage_penalty",
    "temperature", "top_k", "top_p",
    "repetition_penalty", "no_repeat_ngram", "minimum_length", "maximum_length", "n_best", "seed",
)  # fmt: skip
SETTINGS: Final[Mapping[str, Setting]] = {setting.name: setting for setting in DecodingOptions.settings()}
PAGE_BOUNDS: Final[Mapping[str, tuple[float, float, float]]] = {
    "beam_width": (1, 50, 1),
    "beam_groups": (1, 10, 1),
    "diversity": (0, 3, 0.1),
    "length_penalty": (0, 2, 0.1),
    "coverage_penalty": (0, 2, 0.1),
    "repetition_penalty": (1, 3, 0.1),
    "no_repeat_ngram": (0, 10, 1),
    "temperature": (0.1, 3, 0.1),
    "top_k": (0, 100, 1),
    "top_p": (0.05, 1, 0.05),
    "minimum_length": (0, 200, 1),
    "maximum_length": (0, 200, 1),
    "n_best": (1, 20, 1),
}
"""Lowest value, highest value and step of the sliders; never wider than the setting's own bounds."""
PAGE_DEFAULTS: Final[Mapping[str, Any]] = {"n_best": 5}


ModelChoices = Callable[[str, str | None], list[tuple[str, str]]]


class Texts:
    """The components whose words depend on the language, and what each says."""

    def __init__(self) -> None:
        self._entries: list[tuple[gr.components.Component | gr.blocks.Block, Mapping[str, Any]]] = []
        self._model_lists: dict[Any, ModelChoices] = {}

    def add(self, component: Any, **keys: Any) -> Any:
        """Remember a component; ``keys`` maps properties to keys of `STRINGS` or functions of a language."""
        self._entries.append((component, keys))
        return component

    def add_model_list(self, component: Any, choices: "ModelChoices") -> None:
        """Remember a list of models; ``choices`` gives its entries for a language and what is chosen now."""
        self._model_lists[component] = choices

    @property
    def model_lists(self) -> list[Any]:
        """The lists of models, in the order of `list_models_again`."""
        return list(self._model_lists)

    def list_models_again(self, language: str, *chosen: Any) -> list[Any]:
        """One update for each list of models: what there is now; what is chosen stays while it is there."""
        updates = []
        for choices, current in zip(self._model_lists.values(), chosen, strict=True):
            found = choices(language, current)
            stays = any(name == current for _, name in found)
            kept: dict[str, Any] = {} if stays else {"value": found[0][1] if found else None}
            updates.append(gr.update(choices=found, **kept))
        return updates

    @property
    def components(self) -> list[Any]:
        """The components, in the order of `updates`."""
        return [component for component, _ in self._entries]

    def updates(self, language: str) -> list[Any]:
        """One update for each component."""
        return [
            gr.update(**{name: resolve_text(key, language) for name, key in keys.items()})
            for _, keys in self._entries
        ]


def resolve_text(key: Any, language: str) -> Any:
    """The words behind a key, or what a function of the language returns."""
    return key(language) if callable(key) else text(key, language)


def setting_help(name: str, language: str) -> str:
    """The help of a setting: the field's own in English, else from the table."""
    translated = text(f"{name}_help", language)
    if translated:
        return translated
    sentence = SETTINGS[name].help.split(": ", 1)[-1] if name in METHODS_OF_SETTINGS else SETTINGS[name].help
    return sentence[:1].upper() + sentence[1:]


def setting_choices(name: str, language: str) -> list[tuple[str, str]]:
    """Pairs of shown and real value."""
    return [(text(f"{name}_{choice}", language), choice) for choice in SETTINGS[name].choices]


def model_choices(shelf: Shelf, language: str, current: str | None = None) -> list[tuple[str, str]]:
    """Pairs of label and name of a shelf's models, before them the current one where it is on no list."""
    names = list(shelf.names())
    if current and current not in names and shelf.knows(current):
        names.insert(0, current)
    return [(shelf.label(name, language), name) for name in names]


def build_model_choice(shelf: Shelf, texts: Texts, elem_id: str, language: Any = None) -> Any:
    """The list of a shelf's models, the default one chosen.

    With the page's ``language`` control the list keeps a model that is on no list when the language changes.
    """
    names = list(shelf.names())

    def choices(language: str) -> list[tuple[str, str]]:
        return model_choices(shelf, language)

    model = gr.Dropdown(
        choices(DEFAULT_LANGUAGE),
        value=names[0] if names else None,
        label=text("model", DEFAULT_LANGUAGE),
        elem_id=elem_id,
        elem_classes="model-choice",
        filterable=False,
    )
    texts.add_model_list(model, lambda code, current: model_choices(shelf, code, current))
    if language is None:
        return texts.add(model, label="model", choices=choices)
    language.change(
        lambda code, current: gr.update(choices=model_choices(shelf, code, current), value=current),
        [language, model],
        model,
        queue=False,
        show_progress="hidden",
        api_visibility="private",
    )
    return texts.add(model, label="model")


def build_control(name: str, texts: Texts, place: str = "") -> Any:
    """The control of one setting, in the default language; ``place`` begins its id where it stands twice."""
    setting = SETTINGS[name]
    keys: dict[str, Any] = {"label": name, "info": lambda language: setting_help(name, language)}
    if setting.choices:
        keys["choices"] = lambda language: setting_choices(name, language)
    words = {key: resolve_text(value, DEFAULT_LANGUAGE) for key, value in keys.items()}
    elem_id = f"{place}setting-{setting.name.replace('_', '-')}"
    return texts.add(_plain_control(setting, words, elem_id), **keys)


def _plain_control(setting: Setting, words: Mapping[str, Any], elem_id: str) -> Any:
    value = PAGE_DEFAULTS.get(setting.name, setting.default)
    if setting.choices:
        return gr.Radio(value=value, elem_id=elem_id, **words)
    if setting.name in PAGE_BOUNDS:
        low, high, step = PAGE_BOUNDS[setting.name]
        return gr.Slider(low, high, value=value, step=step, elem_id=elem_id, **words)
    return gr.Number(
        value=value,
        minimum=setting.minimum,
        maximum=setting.maximum,
        precision=0 if setting.type is int else None,
        elem_id=elem_id,
        **words,
    )


def read_options(values: Sequence[Any]) -> DecodingOptions:
    """The options behind the controls of `PAGE_SETTINGS`; an emptied control means its default.

    Raises:
        InputError: when the lengths contradict each other.
        ConfigError: when values are out of bounds.
    """
    given = {
        name: _read_value(SETTINGS[name], value) for name, value in zip(PAGE_SETTINGS, values, strict=True)
    }
    method = given["method"]
    given["n_best"] = reachable_results(method, given["beam_width"], given["n_best"])
    check_lengths(given["minimum_length"], given["maximum_length"])
    if method == "diverse_beam":
        check_groups(given["beam_width"], given["beam_groups"])
    return DecodingOptions(**settings_for_method(method, given))


def read_few_options(values: Mapping[str, Any]) -> DecodingOptions:
    """The options behind some of the controls, by name; every other setting has its default.

    Raises:
        InputError: when the values contradict each other.
        ConfigError: when values are out of bounds.
    """
    return read_options([values.get(name) for name in PAGE_SETTINGS])


def reachable_results(method: str, beam_width: int, wanted: int) -> int:
    """How many of the wanted translations a method can give: greedy one, a beam as many as it is wide."""
    if method == "greedy":
        return 1
    return wanted if method == "sampling" else min(wanted, beam_width)


def _read_value(setting: Setting, value: Any) -> Any:
    if value is None:
        return setting.default
    if setting.type is int and isinstance(value, float) and value.is_integer():
        return int(value)
    return value
