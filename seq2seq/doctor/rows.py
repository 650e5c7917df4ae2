"""Rows of a table as every reader gives them: cells under numbers or names, or what is wrong with a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cells = Sequence[str] | Mapping[str, str]
"""Texts by the number of their column from 0, or by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A row that gives no pair.

    Attributes:
        row: its line, unit or row in the file, from 1.
        kind: a name in `seq2seq.doctor.findings.KINDS`.
        reason: in words.
        source, target: what can be shown of it.
    """

    row: int
    kind: str
    reason: str
    source: str = ""
    target: str = ""


def blank_line(number: int) -> RowProblem:
    """The problem of a line with nothing on it."""
    return RowProblem(row=number, kind="missing_side", reason="blank line")


Record = tuple[int, Cells] | RowProblem
"""A row's number from 1 and its cells, or its problem."""
