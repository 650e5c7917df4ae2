"""Languages: their codes, the scripts they are written in, and which one a text is in.

Scripts come from CLDR's likely subtags (babel). Texts are identified by py3langid: offline, from bytes, in 139
languages; a guess, so it is made on samples only.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

import regex
from babel import Locale
from babel.core import get_global

_CODE: Final = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_](?:[a-z]{2}|\d{3}))?", re.IGNORECASE)
_PARTS_OF_SCRIPTS: Final = {
    "Hans": ("Hani", "Bopo"),
    "Hant": ("Hani", "Bopo"),
    "Jpan": ("Hani", "Hira", "Kana"),
    "Kore": ("Hang", "Hani"),
}
_SECOND_SCRIPTS: Final = {"sr": ("Latn",), "bs": ("Cyrl",), "uz": ("Cyrl",), "az": ("Cyrl",), "kk": ("Latn",)}
_UNSPACED_SCRIPTS: Final = {"Hani", "Hira", "Kana", "Thai", "Laoo", "Khmr", "Mymr", "Tibt"}
_SCRIPTS_OF_ONE: Final = {
    "zh": ("Hani",), "ja": ("Hira", "Kana"), "ko": ("Hang",), "th": ("Thai",), "lo": ("Laoo",), "km": ("Khmr",),
    "my": ("Mymr",), "bo": ("Tibt",), "el": ("Grek",), "he": ("Hebr",), "ka": ("Geor",), "hy": ("Armn",),
}  # fmt: skip
"""The scripts that are all but one language's own."""
_LETTER: Final = regex.compile(r"\p{L}")
_LEAST_LETTERS: Final = 25
_SURE: Final = 0.9


def language_code(text: str) -> str:
    """The two or three letters of a language by its code (``en``, ``eng``, ``en-GB``) or English name, or "".

    A script stays (``sr-Latn``), a region does not.
    """
    match = _CODE.fullmatch(text.strip())
    if match is None:
        return _codes_by_name().get(text.strip().casefold(), "")
    code = str(get_global("language_aliases").get(match[1].lower(), match[1].lower()))
    if code not in Locale("en").languages:
        return _codes_by_name().get(text.strip().casefold(), "")
    return f"{code}-{match[2].title()}" if match[2] else code


@cache
def _codes_by_name() -> dict[str, str]:
    """Codes by English names, of languages that have a code of two letters."""
    return {name.casefold(): code for code, name in Locale("en").languages.items() if len(code) == 2}


@cache
def scripts_of(language: str) -> tuple[str, ...]:
    """The ISO 15924 codes of the scripts a language is written in, empty where it is not known."""
    code, _, script = language_code(language).partition("-")
    if not code:
        return ()
    found = script or _likely_script(code)
    also = () if script else _SECOND_SCRIPTS.get(code, ())
    return (*_PARTS_OF_SCRIPTS.get(found, (found,) if found else ()), *also)


def _likely_script(code: str) -> str:
    parts = str(get_global("likely_subtags").get(code, "")).split("_")
    return parts[1] if len(parts) > 2 else ""


def is_unspaced(language: str) -> bool:
    """Whether a language is written without spaces between words."""
    return bool(_UNSPACED_SCRIPTS.intersection(scripts_of(language)))


def language_by_script(texts: Iterable[str]) -> str:
    """The language that most letters of texts tell by their script, else an empty string.

    Only scripts tell that are all but one language's own, and all that are written without spaces are among
    them: Han alone is Chinese, with any kana it is Japanese.
    """
    joined = "".join(texts)
    letters = len(_LETTER.findall(joined))
    counts = {
        language: len(regex.findall("|".join(rf"\p{{Script={script}}}" for script in scripts), joined))
        for language, scripts in _SCRIPTS_OF_ONE.items()
    }
    if counts["ja"]:
        counts["ja"] += counts.pop("zh")
    return next((language for language, count in counts.items() if 2 * count > letters), "")


def script_check(language: str) -> Callable[[str], bool] | None:
    """A function that tells whether most letters of a text are in no script of the language; None where unknown."""
    scripts = scripts_of(language)
    if not scripts:
        return None
    own = "".join(rf"\p{{Script={script}}}" for script in scripts)
    foreign = regex.compile(rf"[\p{{L}}--[{own}]]", regex.VERSION1)
    takes_ascii = "Latn" in scripts

    def is_foreign(text: str) -> bool:
        if takes_ascii and text.isascii():
            return False
        if foreign.search(text) is None:
            return False
        return 2 * len(foreign.findall(text)) > len(_LETTER.findall(text))

    return is_foreign


def identify_language(text: str) -> str:
    """The language of a text where the identifier is sure of it, else an empty string."""
    if len(_LETTER.findall(text, endpos=200)) < (_LEAST_LETTERS if text.isascii() else _LEAST_LETTERS // 2):
        return ""
    language, probability = _identifier().classify(text[:1000])
    return str(language) if probability >= _SURE else ""


def can_identify(language: str) -> bool:
    """Whether the identifier knows a language."""
    return language.partition("-")[0] in _identifier().labels


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # half a second, and only reports need it

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
