from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.figures.attention_svg import draw_attention_svg
from seq2seq.figures.links_svg import draw_links_svg
from seq2seq.figures.svg import NAMESPACE, REPLACEMENT, element, text_width

HOSTILE = st.one_of(
    st.text(alphabet=st.characters(), max_size=12),
    st.sampled_from(
        [
            "</text><script>alert(1)</script>",
            '" onload="x',
            "]]>",
            "&amp;&#0;",
            "\x00\x0b\ud800\uffff",
            "<!--",
        ]
    ),
)


@given(words=st.lists(HOSTILE, min_size=1, max_size=4), title=HOSTILE, value=HOSTILE)
def test_any_string_stays_a_string(words, title, value):
    attention = np.full((len(words), len(words)), 0.5, np.float32)
    root = ElementTree.fromstring(draw_attention_svg(attention, words, words, title, [value]))  # noqa: S314
    names = {node.tag.removeprefix(f"{{{NAMESPACE}}}") for node in root.iter()}
    assert names <= {"svg", "title", "rect", "text"}
    assert len(root.findall(f"{{{NAMESPACE}}}text")) == 2 * len(words) + 2 + 2
    assert not any(name.startswith("on") for node in root.iter() for name in node.attrib)


@given(HOSTILE)
def test_an_attribute_holds_what_it_was_given(value):
    root = ElementTree.fromstring(element("a", "", note=value, font_size=1.5))  # noqa: S314
    assert root.attrib.keys() == {"note", "font-size"}
    if value.isprintable():
        assert root.attrib["note"] == value


def test_what_xml_cannot_say_becomes_a_sign():
    assert element("t", "a\x00b\ud800") == f"<t>a{REPLACEMENT}b{REPLACEMENT}</t>"


def test_a_cell_has_the_colour_of_its_weight():
    picture = draw_attention_svg(np.array([[0.0, 1.0]], np.float32), ["a", "b"], ["c"], "t", ["beam"])
    assert picture.count('fill="#ffffd9"') == 1 + 1  # the cell and the legend's first part
    assert picture.count('fill="#081d58"') == 1 + 1
    assert ">beam</text>" in picture


def test_a_large_picture_draws_only_what_stands_out():
    attention = np.full((60, 400), 1 / 400, np.float32)
    picture = draw_attention_svg(attention, ["a"] * 400, ["b"] * 60, "t", [])
    assert picture.count("<rect") < 600


@pytest.mark.parametrize(("words", "width"), [("", 0), ("ab", 12), ("我们", 20)])
def test_ideographs_are_wider_than_letters(words, width):
    assert text_width(words, 10) == pytest.approx(width)


@given(words=st.lists(HOSTILE, min_size=1, max_size=4), title=HOSTILE, value=HOSTILE)
def test_any_string_stays_a_string_beside_links(words, title, value):
    attention = np.full((len(words), len(words)), 0.5, np.float32)
    root = ElementTree.fromstring(draw_links_svg(attention, words, words, title, [value]))  # noqa: S314
    names = {node.tag.removeprefix(f"{{{NAMESPACE}}}") for node in root.iter()}
    assert names <= {"svg", "title", "rect", "text", "path"}
    assert len(root.findall(f"{{{NAMESPACE}}}path")) == len(words) ** 2
    assert not any(name.startswith("on") for node in root.iter() for name in node.attrib)


def test_a_link_is_as_thick_as_its_weight_and_nothing_is_no_link():
    weights = np.array([[0.0, 1.0, 0.0], [0.25, 0.0, 0.75]], np.float32)
    root = ElementTree.fromstring(draw_links_svg(weights, ["a", "b", "c"], ["d", "e"], "t", []))  # noqa: S314
    links = root.findall(f"{{{NAMESPACE}}}path")
    assert [float(link.get("stroke-width")) for link in links] == [2.25, 6.75, 9.0]
    heights = {node.text: float(node.get("y")) for node in root.findall(f"{{{NAMESPACE}}}text")}
    assert links[-1].get("d").startswith(f"M{links[-1].get('d')[1:].split(' ')[0]} {heights['b']:g}C")
    assert links[-1].get("d").endswith(f" {heights['d']:g}")
