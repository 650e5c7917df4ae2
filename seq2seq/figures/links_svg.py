"""The attention of a finished translation as links between its tokens: an SVG with a caption."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from seq2seq.decoding.trace import FloatArray
from seq2seq.figures.svg import INK, PAPER, SOFT_INK, drawing, element, lines_below, shortened, text_width

ROW: Final = 26
LETTER: Final = 13
MARGIN: Final = 18
GAP: Final = 8
ROOM: Final = 260
"""Between the two sides."""
THICKEST: Final = 9.0
THINNEST: Final = 0.75
LEAST_WEIGHT: Final = 6 / 255
"""Thinner links only blur the picture."""
LINK: Final = "#225ea8"


def draw_links_svg(
    attention: FloatArray,
    source_tokens: Sequence[str],
    target_tokens: Sequence[str],
    title: str,
    caption: Sequence[str],
) -> str:
    """Source tokens on the left, target tokens on the right, and a link for each weight of attention [T,S].

    A link's thickness and strength follow its weight. The lines of a caption stand below.
    """
    sources, targets = ([shortened(token) for token in tokens] for tokens in (source_tokens, target_tokens))
    left = MARGIN + _widest(sources) + GAP
    right = left + ROOM
    bottom = MARGIN + ROW * max(len(sources), len(targets), 1)
    lines = [title, *caption]
    width = max(right + GAP + _widest(targets), _widest(lines) + MARGIN) + MARGIN
    height = bottom + (len(lines) + 1) * 1.5 * LETTER + MARGIN
    source_heights = _heights(len(sources), bottom)
    target_heights = _heights(len(targets), bottom)
    parts = [
        element("rect", width=width, height=height, fill=PAPER),
        *_links(attention, source_heights, target_heights, left, right),
        *_labels(sources, source_heights, left - GAP, "end", SOFT_INK),
        *_labels(targets, target_heights, right + GAP, "start", INK),
        *lines_below(lines, MARGIN, bottom + 2 * LETTER, LETTER),
    ]
    return drawing(width, height, title, parts)


def _widest(words: Sequence[str]) -> float:
    return max((text_width(word, LETTER) for word in words), default=0.0)


def _heights(count: int, bottom: float) -> list[float]:
    """Where so many tokens stand, evenly between the margin and the bottom but not too far apart."""
    row = min((bottom - MARGIN) / max(1, count), 2.0 * ROW)
    return [MARGIN + (place + 0.5) * row for place in range(count)]


def _links(
    attention: FloatArray, sources: Sequence[float], targets: Sequence[float], left: float, right: float
) -> Iterator[str]:
    """The weak links first, so that the strong ones lie on top."""
    seen = np.argwhere(attention >= LEAST_WEIGHT)
    order = np.argsort(attention[tuple(seen.T)], kind="stable")
    middle = (left + right) / 2
    for row, column in seen[order]:
        weight, start, end = float(attention[row, column]), sources[column], targets[row]
        yield element(
            "path",
            d=f"M{left:.6g} {start:.6g}C{middle:.6g} {start:.6g} {middle:.6g} {end:.6g} {right:.6g} {end:.6g}",
            fill="none",
            stroke=LINK,
            stroke_width=max(THINNEST, THICKEST * weight),
            stroke_opacity=0.2 + 0.6 * weight,
        )


def _labels(
    words: Sequence[str], heights: Sequence[float], x: float, anchor: str, fill: str
) -> Iterator[str]:
    for word, height in zip(words, heights, strict=True):
        yield element(
            "text",
            word,
            x=x,
            y=height,
            text_anchor=anchor,
            dominant_baseline="central",
            font_size=LETTER,
            fill=fill,
        )
