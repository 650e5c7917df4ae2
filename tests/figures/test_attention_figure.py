import json
import re

import numpy as np
import pytest

from seq2seq.figures.attention import AttentionLabels, draw_attention, figure_page

SOURCE = ["the", "cat", "the", "end"]
TARGET = ["le", "chat", "le"]
WEIGHTS = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.8, 0.05, 0.05], [0.1, 0.1, 0.7, 0.1]], np.float32)
HOSTILE = "</script><img src=x onerror=alert(1)><b>${1}</b>"


@pytest.fixture
def figure():
    return draw_attention(WEIGHTS, SOURCE, TARGET, [0.9, 0.8, 0.7], AttentionLabels(title="A <b>title</b>"))


def test_the_figure_shows_the_weights(figure):
    np.testing.assert_array_equal(figure.data[0].z, WEIGHTS)
    assert (figure.data[0].zmin, figure.data[0].zmax) == (0.0, 1.0)


def test_tokens_that_repeat_keep_their_own_rows_and_columns(figure):
    assert list(figure.data[0].x) == [0, 1, 2, 3]
    assert list(figure.data[0].y) == [0, 1, 2]
    assert list(figure.layout.xaxis.ticktext) == SOURCE
    assert list(figure.layout.yaxis.ticktext) == TARGET


def test_reading_order_is_downwards_with_the_source_on_top(figure):
    assert figure.layout.yaxis.autorange == "reversed"
    assert figure.layout.xaxis.side == "top"


def test_pointing_at_a_cell_names_both_tokens_and_the_probability(figure):
    target, source, probability = figure.data[0].customdata[1][2]
    assert (target, source, float(probability)) == ("chat", "the", 0.8)


def test_tokens_and_titles_are_never_markup(figure):
    assert figure.layout.title.text == "A &lt;b&gt;title&lt;/b&gt;"
    hostile = draw_attention(WEIGHTS[:1], [HOSTILE, "b", "c", "d"], [HOSTILE], [1.0], AttentionLabels())
    assert "<" not in "".join([*hostile.layout.xaxis.ticktext, *hostile.layout.yaxis.ticktext])
    assert "<" not in hostile.data[0].customdata[0][0][0] + hostile.data[0].customdata[0][0][1]
    assert "<img" not in without_plotly(figure_page(hostile))


def test_the_page_works_without_a_network(figure):
    page = figure_page(figure)
    assert "Plotly.newPlot" in page
    assert not re.search(r"<(script|link|img)[^>]*(src|href)\s*=", without_plotly(page))


def test_many_tokens_make_a_larger_figure_within_reason():
    few = draw_attention(WEIGHTS, SOURCE, TARGET, [1.0] * 3, AttentionLabels())
    wide = draw_attention(np.ones((1, 300), np.float32), ["x"] * 300, ["y"], [1.0], AttentionLabels())
    assert few.layout.width < wide.layout.width <= 300 * 16 + 220


def test_the_figure_is_plain_json(figure):
    assert json.loads(figure.to_json())["layout"]["xaxis"]["ticktext"] == SOURCE


def without_plotly(page):
    """The page without plotly's own source text, which is by far the longest script."""
    return page.replace(max(re.findall(r"<script[^>]*>.*?</script>", page, re.DOTALL), key=len), "")
