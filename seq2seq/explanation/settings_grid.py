"""Beam width by length penalty: what the search finds under each, and where a wider beam does worse.

A wider beam finds hypotheses that the model scores higher, and yet translations get worse beyond some width, mostly
because they get too short: the beam search curse (Koehn and Knowles 2017, arXiv:1706.03872, section 3.6; Stahlberg
and Byrne 2019, arXiv:1908.10090).
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from seq2seq.evaluation import score_translations
from seq2seq.lines import LineResult
from seq2seq.options import DecodingOptions

TOLERANCES: Final = {"chrf": 0.05, "log_probability": 0.005}
"""By measure, the least difference that counts: half of the last digit shown."""
CSV_COLUMNS: Final = (
    "beam_width", "length_penalty", "log_probability", "tokens", "chrf", "bleu", "worse_than_beam_width",
    "worse_by", "translation",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """What the search found under one pair of settings.

    Attributes:
        log_probability: sum over all tokens of all sentences, in nats.
        tokens: how many these are, end tokens included.
        text: the translation of the only sentence; empty where there are several.
        chrf, bleu: against the references; None without.
        seconds: how long it took.
    """

    beam_width: int
    length_penalty: float
    log_probability: float
    tokens: int
    text: str
    chrf: float | None
    bleu: float | None
    seconds: float

    @property
    def measure(self) -> str:
        """What cells are compared by: chrF where there are references, else the log-probability."""
        return "log_probability" if self.chrf is None else "chrf"

    @property
    def value(self) -> float:
        """The value of the measure."""
        return self.log_probability if self.chrf is None else self.chrf


@dataclass(frozen=True, slots=True, kw_only=True)
class Worse:
    """That a wider beam did worse than a narrower one: the best narrower width, and by how much."""

    beam_width: int
    difference: float


def grid_options(widths: Sequence[int], penalties: Sequence[float]) -> Iterator[DecodingOptions]:
    """The settings of each cell, narrow beams first, so that a cell can be compared once it is there."""
    for width in sorted(widths):
        for penalty in sorted(penalties):
            yield DecodingOptions(method="beam", beam_width=width, length_penalty=penalty)


def measure_cell(
    options: DecodingOptions, results: Sequence[LineResult], references: Sequence[str], seconds: float
) -> GridCell:
    """The cell of results under some settings; ``references`` is empty or has one for each result."""
    texts = [result.text for result in results]
    scores = score_translations(texts, [[reference] for reference in references]) if references else {}
    return GridCell(
        beam_width=options.beam_width,
        length_penalty=options.length_penalty,
        log_probability=sum(result.log_probability for result in results),
        tokens=sum(result.tokens for result in results),
        text=texts[0] if len(texts) == 1 else "",
        chrf=scores["chrf"].value if scores else None,
        bleu=scores["bleu"].value if scores else None,
        seconds=seconds,
    )


def find_worse(cell: GridCell, cells: Sequence[GridCell]) -> Worse | None:
    """The best narrower beam with the same length penalty that did better than a cell, or None."""
    narrower = [
        other
        for other in cells
        if other.length_penalty == cell.length_penalty and other.beam_width < cell.beam_width
    ]
    best = max(narrower, key=lambda other: other.value, default=cell)
    difference = best.value - cell.value
    if difference < TOLERANCES[cell.measure]:
        return None
    return Worse(beam_width=best.beam_width, difference=difference)


def as_csv(cells: Sequence[GridCell]) -> str:
    """A row for each cell, with a header."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for cell in cells:
        worse = find_worse(cell, cells)
        writer.writerow(
            [
                cell.beam_width,
                f"{cell.length_penalty:g}",
                f"{cell.log_probability:.6g}",
                cell.tokens,
                "" if cell.chrf is None else f"{cell.chrf:.4f}",
                "" if cell.bleu is None else f"{cell.bleu:.4f}",
                worse.beam_width if worse else "",
                f"{worse.difference:.4f}" if worse else "",
                cell.text,
            ]
        )
    return file.getvalue()
