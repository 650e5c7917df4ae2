import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.figures.style import LEVELS, color_at, color_scale, contrast, palette, text_on

LEAST_CONTRAST = 4.5
"""WCAG 2.2, level AA, for text of ordinary size."""


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_is_legible_on_every_color_of_the_palette(mode):
    assert len(palette(mode)) == LEVELS
    assert all(contrast(fill, ink) >= LEAST_CONTRAST for fill, ink in palette(mode))


@given(red=st.integers(0, 255), green=st.integers(0, 255), blue=st.integers(0, 255))
def test_text_is_legible_on_any_color(red, green, blue):
    color = f"#{red:02x}{green:02x}{blue:02x}"
    assert contrast(color, text_on(color)) >= LEAST_CONTRAST


@pytest.mark.parametrize(("mode", "sign"), [("light", 1), ("dark", -1)])
def test_lightness_alone_orders_the_palette(mode, sign):
    on_white = [contrast(fill, "#ffffff") * sign for fill, _ in palette(mode)]
    assert on_white == sorted(on_white)
    assert on_white[0] != on_white[-1]


@pytest.mark.parametrize("share", [0.0, 0.125, 0.25, 0.5, 0.75, 1.0])
def test_dark_mode_runs_backwards(share):
    assert color_at(share, "dark") == color_at(1.0 - share, "light")


def test_shares_out_of_bounds_get_the_ends():
    assert (color_at(-1.0), color_at(7.0)) == ("#ffffd9", "#081d58")
    assert (color_at(-1.0, "dark"), color_at(7.0, "dark")) == ("#081d58", "#ffffd9")


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#225ea8", "#225ea8") == 1.0


def test_plotly_gets_the_same_colors():
    scale = color_scale()
    assert (scale[0], scale[-1]) == ([0.0, color_at(0.0)], [1.0, color_at(1.0)])
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for _, color in scale)
