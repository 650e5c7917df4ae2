"""A link that brings back a translation: the model, the text and every setting that is not the page's default.

Pure functions between settings and the parameters of an address. What stands in an address may be anything: it
is read as strictly as the form reads its controls, and refused in one sentence, never repaired.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from seq2seq.decoding.edits import EDIT_KINDS, AttentionEdit
from seq2seq.options import DecodingOptions
from seq2seq.settings import Setting
from seq2seq.ui.feedback import refusal
from seq2seq.ui.forms import PAGE_BOUNDS, PAGE_DEFAULTS, PAGE_SETTINGS, SETTINGS, reachable_results
from seq2seq.ui.strings import LANGUAGES

MODEL, TEXT, PREFIX, WHOLE, EDITS, LANGUAGE = "model", "text", "prefix", "whole", "edits", "lang"
LINK_PARAMETERS: Final = (MODEL, TEXT, PREFIX, WHOLE, EDITS, LANGUAGE, *PAGE_SETTINGS)
"""The parameters of an address that are ours; all others, such as gradio's ``__theme``, are left alone."""
MOST_EDITS: Final = 20
"""Edits of the attention that a visitor can have at once."""
LONGEST_QUOTE: Final = 40
"""Characters of a wrong value that a sentence repeats."""
NUMBER: Final = re.compile(
    r"[+-]?(\d{1,15}(\.\d{0,20})?|\.\d{1,20})(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE
)

EVERY_STEP: Final = "all"
EDIT: Final = re.compile(
    r"(?P<kind>\w{1,20}):(?P<position>\d{1,5}):(?P<step>\d{1,5}|all)(:(?P<factor>[^:]*))?", re.ASCII
)
"""An edit of the attention: ``knock_out:3:all``, ``scale:2:5:10``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What the parameters of an address ask for.

    Attributes:
        model: name of a model; None where none is named.
        source: the text to translate; None where there is none.
        prefix: the forced beginning.
        whole: the translation ends behind it.
        edits: of the attention.
        settings: those that are named, by name.
    """

    model: str | None = None
    source: str | None = None
    prefix: str = ""
    whole: bool = False
    edits: tuple[AttentionEdit, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    def values(self) -> list[Any]:
        """The values of the controls of `PAGE_SETTINGS`."""
        return [self.settings.get(name, page_default(name)) for name in PAGE_SETTINGS]


def page_default(name: str) -> Any:
    """What the control of a setting holds on a fresh page."""
    return PAGE_DEFAULTS.get(name, SETTINGS[name].default)


def write_query(
    *,
    model: str,
    source: str,
    prefix: str,
    options: DecodingOptions,
    whole: bool = False,
    edits: Sequence[AttentionEdit] = (),
) -> str:
    """The parameters that bring back a translation, without a question mark."""
    parameters = {MODEL: model, TEXT: source}
    if prefix:
        parameters[PREFIX] = prefix
    if whole:
        parameters[WHOLE] = "1"
    if edits:
        parameters[EDITS] = ",".join(map(_write_edit, edits))
    parameters |= {name: str(value) for name, value in _unusual_settings(options).items()}
    return urlencode(parameters, errors="replace", safe=":,")


def _write_edit(edit: AttentionEdit) -> str:
    words = f"{edit.kind}:{edit.position}:{EVERY_STEP if edit.step is None else edit.step}"
    return f"{words}:{_number(edit.factor)}" if edit.kind == "scale" else words


def _number(value: float) -> str:
    """As short as gives the same number again."""
    return short if float(short := f"{value:g}") == value else f"{value:.16e}"


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
        whole=_read_whole(named.get(WHOLE, "0")),
        edits=_read_edits(named.get(EDITS, "")),
        settings={
            name: _read_setting(SETTINGS[name], named[name]) for name in PAGE_SETTINGS if name in named
        },
    )


def _read_whole(words: str) -> bool:
    if words not in ("0", "1"):
        raise _refused_choice(WHOLE, words, ("0", "1"))
    return words == "1"


def _read_edits(words: str) -> tuple[AttentionEdit, ...]:
    parts = words.split(",") if words else []
    if len(parts) > MOST_EDITS:
        raise refusal("link_many_edits", count=len(parts), limit=MOST_EDITS)
    return tuple(map(_read_edit, parts))


def _read_edit(words: str) -> AttentionEdit:
    """One edit; whether the source has its position is seen once the source is read."""
    found = EDIT.fullmatch(words)
    number = found["factor"] if found and found["factor"] is not None else "1"
    factor = float(number) if NUMBER.fullmatch(number) else math.nan
    if found is None or found["kind"] not in EDIT_KINDS or not 0 < factor < math.inf:
        raise refusal("link_edit", value=shortened(words))
    step = None if found["step"] == EVERY_STEP else int(found["step"])
    return AttentionEdit(kind=found["kind"], position=int(found["position"]), step=step, factor=factor)


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
