"""A link that brings back a translation: the model, the text and every setting that is not the page's default.

Pure functions between settings and the parameters of an address. What stands in an address may be anything: it
is read as strictly as the form reads its controls, and refused in one sentence, never repaired.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from seq2seq.options import DecodingOptions
from seq2seq.settings import Setting
from seq2seq.ui.feedback import refusal
from seq2seq.ui.forms import PAGE_BOUNDS, PAGE_DEFAULTS, PAGE_SETTINGS, SETTINGS, reachable_results
from seq2seq.ui.strings import LANGUAGES

MODEL, TEXT, PREFIX, LANGUAGE = "model", "text", "prefix", "lang"
LINK_PARAMETERS: Final = (MODEL, TEXT, PREFIX, LANGUAGE, *PAGE_SETTINGS)
"""The parameters of an address that are ours; all others, such as gradio's ``__theme``, are left alone."""
LONGEST_QUOTE: Final = 40
"""Characters of a wrong value that a sentence repeats."""
NUMBER: Final = re.compile(
    r"[+-]?(\d{1,15}(\.\d{0,20})?|\.\d{1,20})(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What the parameters of an address ask for.

    Attributes:
        model: name of a model; None where none is named.
        source: the text to translate; None where there is none.
        prefix: the forced beginning.
        settings: those that are named, by name.
    """

    model: str | None = None
    source: str | None = None
    prefix: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    def values(self) -> list[Any]:
        """The values of the controls of `PAGE_SETTINGS`."""
        return [self.settings.get(name, page_default(name)) for name in PAGE_SETTINGS]


def page_default(name: str) -> Any:
    """What the control of a setting holds on a fresh page."""
    return PAGE_DEFAULTS.get(name, SETTINGS[name].default)


def write_query(*, model: str, source: str, prefix: str, options: DecodingOptions) -> str:
    """The parameters that bring back a translation, without a question mark."""
    parameters = {MODEL: model, TEXT: source}
    if prefix:
        parameters[PREFIX] = prefix
    parameters |= {name: str(value) for name, value in _unusual_settings(options).items()}
    return urlencode(parameters, errors="replace")


def _unusual_settings(options: DecodingOptions) -> dict[str, Any]:
    """The settings that differ from what the page would take for this method and beam."""
    usual = {name: page_default(name) for name in PAGE_SETTINGS}
    usual["n_best"] = reachable_results(options.method, options.beam_width, usual["n_best"])
    return {name: value for name in PAGE_SETTINGS if (value := getattr(options, name)) != usual[name]}


def read_query(parameters: Mapping[str, str]) -> Link | None:
    """What the parameters of an address ask for; None where none of them is ours.

    Raises:
        InputError: for a language, a choice or a number that the form could not hold.
    """
    named = {name: parameters[name] for name in LINK_PARAMETERS if name in parameters}
    if not named:
        return None
    if named.get(LANGUAGE, LANGUAGES[0]) not in LANGUAGES:
        raise _refused_choice(LANGUAGE, named[LANGUAGE], LANGUAGES)
    return Link(
        model=named.get(MODEL),
        source=named.get(TEXT),
        prefix=named.get(PREFIX, ""),
        settings={
            name: _read_setting(SETTINGS[name], named[name]) for name in PAGE_SETTINGS if name in named
        },
    )


def asked_language(parameters: Mapping[str, str]) -> str | None:
    """The page's language that an address asks for, where it is one that the page speaks."""
    language = parameters.get(LANGUAGE)
    return language if language in LANGUAGES else None


def _read_setting(setting: Setting, words: str) -> Any:
    if setting.choices:
        if words not in setting.choices:
            raise _refused_choice(setting.name, words, setting.choices)
        return words
    low, high = _bounds(setting)
    number = float(words) if NUMBER.fullmatch(words) else math.nan
    is_whole = setting.type is not int or number.is_integer()
    if not (low <= number <= high and is_whole):
        key = "link_whole_number" if setting.type is int else "link_number"
        raise refusal(key, name=setting.name, value=shortened(words), low=f"{low:.10g}", high=f"{high:.10g}")
    return int(number) if setting.type is int else number


def _bounds(setting: Setting) -> tuple[float, float]:
    """The lowest and highest value of a setting's control."""
    if setting.name in PAGE_BOUNDS:
        low, high, _ = PAGE_BOUNDS[setting.name]
        return low, high
    low = -math.inf if setting.minimum is None else setting.minimum
    return low, math.inf if setting.maximum is None else setting.maximum


def _refused_choice(name: str, value: str, choices: tuple[str, ...]) -> Exception:
    return refusal("link_choice", name=name, value=shortened(value), choices=", ".join(choices))


def shortened(words: str) -> str:
    """The beginning of a long value, enough to know it again."""
    return words if len(words) <= LONGEST_QUOTE else f"{words[:LONGEST_QUOTE]}…"
