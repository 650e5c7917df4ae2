"""What a reader changed between two translations, and what moved."""

from difflib import SequenceMatcher
from typing import Final

from seq2seq.decoding.trace import Hypothesis
from seq2seq.explanation.differences import mark_differences
from seq2seq.ui.session import Request

LEAST_ALIKE: Final = 0.5
"""The share of words that an edited source has in common with the one before."""


def is_small_edit(before: Request | None, after: Request) -> bool:
    """Whether the reader changed some words of the source and nothing else, so that one can see what moves."""
    if before is None or before.source == after.source:
        return False
    if (before.model, before.options) != (after.model, after.options) or after.prefix_ids:
        return False
    words = (before.source.split(), after.source.split())
    return SequenceMatcher(None, *words, autojunk=False).ratio() >= LEAST_ALIKE


def changed_tokens(before: Hypothesis, after: Hypothesis) -> list[int]:
    """Which tokens of a hypothesis were not in the one before."""
    _, marks = mark_differences(before.token_ids, after.token_ids)
    return [index for index, mark in enumerate(marks) if mark]
