"""A model's card in the page: what a stranger wrote is shown, and can make the page do nothing."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.ui.model_card_view import LONGEST_CARD, show_card

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"
ALLOWED = re.compile(
    r"</?(article|p|h[1-6]|ul|ol|li|em|strong|code|pre|blockquote|table|thead|tbody|tr|th|td|a|hr|br)\b"
    r'(?: (?:class|href|title|rel|target|style|start|tabindex|aria-label)="[^"<>]*")*\s*/?>'
)

PARTS = ["<", ">", '"', "'", "![a](", "](", ")", "[", "]", "`", "```\n", "# ", "\n", "---\n", "license: "]
PARTS += [
    "| a | b |\n|---|---|\n",
    "<img src=x onerror=y>",
    "javascript:",
    "https://x.org",
    "&",
    "&lt;",
    "&#60;",
]


def show(tmp_path, card, language="en"):
    (tmp_path / "README.md").write_text(card, "utf-8")
    return show_card(tmp_path, "ana/days", language)


def test_a_bundled_card_is_shown_with_its_licence_and_tables():
    shown = show_card(CHECKPOINTS / "en-fr", "en-fr", "en")
    assert "Licence of the weights: cc-by-2.0" in shown
    assert "<h1>en-fr</h1>" in shown
    assert "<td>embedding_size</td>" in shown
    assert "library_name" not in shown
    assert '<a href="https://tatoeba.org" target="_blank" rel="noopener noreferrer nofollow">' in shown
    assert "权重许可证：cc-by-2.0" in show_card(CHECKPOINTS / "en-fr", "en-fr", "zh")


@pytest.mark.parametrize(
    ("card", "shown"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<img src=https://x.org/a.png>", "&lt;img src=https://x.org/a.png&gt;"),
        ("![seen](https://x.org/a.png)", '!<a href="https://x.org/a.png" target="_blank"'),
        ("![seen][a]\n\n[a]: https://x.org/a.png", '!<a href="https://x.org/a.png" target="_blank"'),
        ("[go](javascript:alert(1))", "[go](javascript:alert(1))"),
        ("[files](scores.json)", "<a>files</a>"),
        ("[up](//x.org)", "<a>up</a>"),
        ("---\nlicense: <b>\n---\n# A", "Licence of the weights: &lt;b&gt;"),
        ("---\nno end", "<hr />\n<p>no end</p>"),
        ("no header", "<p>no header</p>"),
        ("```\na < b\n```", "<pre><code>a &lt; b\n</code></pre>"),
    ],
)
def test_a_card_runs_nothing_and_asks_no_other_server(tmp_path, card, shown):
    given_card = show(tmp_path, card)
    assert shown in given_card
    assert "<img" not in given_card
    assert "<script" not in given_card


@settings(max_examples=300, deadline=None)
@given(card=st.lists(st.sampled_from(PARTS) | st.text(max_size=5), max_size=30).map("".join))
def test_whatever_is_written_only_plain_elements_come_out(tmp_path_factory, card):
    shown = show(tmp_path_factory.mktemp("card"), card.encode("utf-8", "replace").decode())
    assert re.sub(ALLOWED, "", shown).count("<") == 0


def test_a_long_card_is_cut_and_says_so(tmp_path):
    shown = show(tmp_path, "word " * LONGEST_CARD)
    assert "Only the first 100,000 characters are shown." in shown
    assert len(shown) < LONGEST_CARD + 1000


def test_a_model_without_a_card_says_so(tmp_path):
    assert "a &lt;b&gt; came without a model card." in show_card(tmp_path, "a <b>", "en")
