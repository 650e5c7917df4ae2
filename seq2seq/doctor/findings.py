"""What can be wrong with a row, and the check of one pair after the other."""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from seq2seq.data.corpus import SentencePair
from seq2seq.doctor.languages import script_check
from seq2seq.errors import ConfigError

_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAK: Final = re.compile("[\t\n\r\x0b\x0c]")
_SLACK_CHARACTERS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What the rows are held against.

    Attributes:
        source_language, target_language: codes; where empty, scripts and languages are not checked.
        longest_characters: a side longer than this is over-long.
        most_ratio: how many times longer or shorter than usual a target may be for its source.
        sampled_rows: rows drawn for tokenizers.
        identified_rows: rows drawn for the identification of languages.
        examples: rows shown for each kind of finding.
        seed: of the draws.
    """

    source_language: str = ""
    target_language: str = ""
    longest_characters: int = 1000
    most_ratio: float = 3.0
    sampled_rows: int = 20_000
    identified_rows: int = 2000
    examples: int = 5
    seed: int = 1

    def __post_init__(self) -> None:
        problems = []
        if self.longest_characters < 1:
            problems.append(f"longest_characters must be 1 at least, not {self.longest_characters}.")
        if not self.most_ratio > 1:
            problems.append(f"most_ratio must be above 1, not {self.most_ratio}.")
        if min(self.sampled_rows, self.identified_rows, self.examples) < 0:
            problems.append("sampled_rows, identified_rows and examples must not be negative.")
        if problems:
            raise ConfigError(problems)


class PairChecker:
    """Names what is wrong with each pair of a stream; remembers a hash of every pair for duplicates.

    Args:
        checks: what to hold the pairs against.
        usual_ratio: characters of a target to those of its source, as is usual in this corpus.
        tested: `source_key` of every source of the test set.
    """

    def __init__(
        self, checks: Checks, *, usual_ratio: float = 1.0, tested: Collection[int] = frozenset()
    ) -> None:
        self._longest, self._most_ratio = checks.longest_characters, checks.most_ratio
        self._usual_ratio, self._tested = usual_ratio, tested
        self._is_foreign_source = script_check(checks.source_language)
        self._is_foreign_target = script_check(checks.target_language)
        self._seen: set[int] = set()

    def find(self, pair: SentencePair) -> list[str]:
        """The kinds of findings of the next pair, names in `KINDS`, none when it is well."""
        source, target = pair.source, pair.target
        if not source or not target or source.isspace() or target.isspace():
            return ["empty"]
        found = []
        if not (source.isprintable() and target.isprintable()):
            found += _unprintable(source, target)
        key = hash((fold_spaces(source), fold_spaces(target)))
        if key in self._seen:
            found.append("duplicate")
        else:
            self._seen.add(key)
        if source == target:
            found.append("identical")
        length = len(source) * self._usual_ratio + _SLACK_CHARACTERS
        if not length <= (len(target) + _SLACK_CHARACTERS) * self._most_ratio <= length * self._most_ratio**2:
            found.append("length_ratio")
        if len(source) > self._longest or len(target) > self._longest:
            found.append("too_long")
        if _is(self._is_foreign_source, source) or _is(self._is_foreign_target, target):
            found.append("wrong_script")
        if self._tested and source_key(source) in self._tested:
            found.append("leak")
        return found


def _is(check: Callable[[str], bool] | None, text: str) -> bool:
    return check is not None and check(text)


def _unprintable(source: str, target: str) -> list[str]:
    found = []
    if _CONTROL.search(source) or _CONTROL.search(target):
        found.append("control_characters")
    if _BREAK.search(source) or _BREAK.search(target):
        found.append("line_break")
    return found


def is_writable(text: str) -> bool:
    """Whether a text can stand in a line of tab-separated text as it is."""
    return text.isprintable() or not (_CONTROL.search(text) or _BREAK.search(text))


def make_writable(text: str) -> str:
    """The text with a space for every tab, line break and control character."""
    return _BREAK.sub(" ", _CONTROL.sub(" ", text))


def fold_spaces(text: str) -> str:
    """Composed characters (NFC) and single spaces: two texts that are one so are duplicates."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFC", text)).split())


def source_key(text: str) -> int:
    """A hash by which a source is found again, whatever its case and spaces; good in this process only."""
    return hash(fold_spaces(text).casefold())


KINDS: Final[dict[str, str]] = {
    "unreadable": "the row cannot be read",
    "unequal_lines": "one of the two files has no such line",
    "missing_side": "a side is missing",
    "extra_columns": "more columns than the others have",
    "empty": "a side is empty",
    "duplicate": "the same pair stood before",
    "identical": "source and target are the same",
    "length_ratio": "far longer or shorter than its source",
    "too_long": "too long",
    "wrong_script": "most letters are of another script",
    "wrong_language": "looks like another language (in a sample)",
    "control_characters": "control characters",
    "line_break": "a tab or line break in a text",
    "leak": "the source is also in the test set",
}
"""Every kind of finding, in words, in the order of reports."""

PROBLEM_KINDS: Final = ("unreadable", "unequal_lines", "missing_side", "extra_columns")
"""Of rows that give no pair: no copy can hold them."""
SAMPLED_KINDS: Final = ("wrong_language",)
"""Looked for in a sample, so no copy can be free of them."""
DROPPABLE_KINDS: Final = tuple(kind for kind in KINDS if kind not in (*PROBLEM_KINDS, *SAMPLED_KINDS))
DEFAULT_DROPS: Final = tuple(kind for kind in DROPPABLE_KINDS if kind not in ("identical", "line_break"))
"""Names and numbers may well be identical, and a line break becomes a space in the copy."""
