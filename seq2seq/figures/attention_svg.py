"""The attention of a finished translation as a picture for papers and slides: an SVG with a caption."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from seq2seq.decoding.trace import FloatArray
from seq2seq.figures.style import color_at
from seq2seq.figures.svg import INK, PAPER, SOFT_INK, drawing, element, lines_below, shortened, text_width

CELL: Final = 30
LETTER: Final = 13
MARGIN: Final = 18
GAP: Final = 8
LEGEND_WIDTH, LEGEND_HEIGHT, LEGEND_PARTS = 120, 10, 24
LEAST_WEIGHT: Final = 1 / 255
SLANT_DEGREES: Final = -55


def draw_attention_svg(
    attention: FloatArray,
    source_tokens: Sequence[str],
    target_tokens: Sequence[str],
    title: str,
    caption: Sequence[str],
) -> str:
    """A heatmap of attention [T,S] with a row for each target token, and the lines of a caption below."""
    sources, targets = ([shortened(token) for token in tokens] for tokens in (source_tokens, target_tokens))
    left = MARGIN + GAP + max((text_width(token, LETTER) for token in targets), default=0)
    top = MARGIN + GAP + 0.85 * max((text_width(token, LETTER) for token in sources), default=0) + LETTER
    bottom = top + CELL * len(targets) + GAP
    lines = [title, *caption]
    widest = max(text_width(line, LETTER) for line in lines)
    width = max(left + CELL * len(sources) + 4 * LETTER, widest + 2 * MARGIN, LEGEND_WIDTH + 8 * LETTER)
    height = bottom + (len(lines) + 2) * 1.5 * LETTER + MARGIN
    parts = [
        element("rect", width=width, height=height, fill=PAPER),
        *_labels(sources, targets, left, top),
        *_cells(attention, left, top),
        *_legend(MARGIN, bottom + LETTER),
        *lines_below(lines, MARGIN, bottom + 4 * LETTER, LETTER),
    ]
    return drawing(width, height, title, parts)


def _labels(sources: Sequence[str], targets: Sequence[str], left: float, top: float) -> list[str]:
    columns = [
        element(
            "text",
            token,
            transform=f"translate({left + (place + 0.5) * CELL:.6g} {top - GAP:.6g}) rotate({SLANT_DEGREES})",
            font_size=LETTER,
            fill=SOFT_INK,
        )
        for place, token in enumerate(sources)
    ]
    rows = [
        element(
            "text",
            token,
            x=left - GAP,
            y=top + (place + 0.5) * CELL,
            text_anchor="end",
            dominant_baseline="central",
            font_size=LETTER,
            fill=INK,
        )
        for place, token in enumerate(targets)
    ]
    return columns + rows


def _cells(attention: FloatArray, left: float, top: float) -> list[str]:
    """The ground, its gaps, and the cells that stand out; a row sums to 1, so that at most 255 of it do."""
    rows, columns = attention.shape
    width, height = columns * CELL - 1, rows * CELL - 1
    ground = element("rect", x=left, y=top, width=width, height=height, fill=color_at(0.0))
    gaps = [
        element("rect", x=left + place * CELL - 1, y=top, width=1, height=height, fill=PAPER)
        for place in range(1, columns)
    ]
    gaps += [
        element("rect", x=left, y=top + place * CELL - 1, width=width, height=1, fill=PAPER)
        for place in range(1, rows)
    ]
    cells = [
        element(
            "rect",
            x=left + column * CELL,
            y=top + row * CELL,
            width=CELL - 1,
            height=CELL - 1,
            fill=color_at(float(attention[row, column])),
        )
        for row, column in np.argwhere(attention >= LEAST_WEIGHT)
    ]
    return [ground, *gaps, *cells]


def _legend(x: float, y: float) -> list[str]:
    """From 0 to 100 percent."""
    part = LEGEND_WIDTH / LEGEND_PARTS
    start = x + 3 * LETTER
    colors = [
        element(
            "rect",
            x=start + place * part,
            y=y,
            width=part + 0.3,
            height=LEGEND_HEIGHT,
            fill=color_at(place / (LEGEND_PARTS - 1)),
        )
        for place in range(LEGEND_PARTS)
    ]
    ends = [
        element("text", words, x=place, y=y + LEGEND_HEIGHT, font_size=LETTER - 1, fill=SOFT_INK)
        for words, place in (("0 %", x), ("100 %", start + LEGEND_WIDTH + GAP))
    ]
    return [*colors, *ends]
