"""The card of a model as the page shows it: its words and tables, and nothing that a stranger makes the page do."""

import html
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from seq2seq.checkpoints import CARD_FILE
from seq2seq.model_card import split_header
from seq2seq.ui.strings import text

LONGEST_CARD: Final = 100_000
_FOLLOWED: Final = ("https://", "http://", "mailto:")


def show_card(folder: Path, name: str, language: str) -> str:
    """The card of a checkpoint as HTML, or the sentence that it has none.

    HTML in a card is shown as it is written, and a picture as a link: a look at a stranger's card runs
    nothing and asks no other server. Links within the repository lead nowhere here, so they are words.

    Args:
        folder: of the checkpoint.
        name: of the model, as the page calls it.
        language: of the page.
    """
    try:
        with (folder / CARD_FILE).open(encoding="utf-8", errors="replace") as file:
            card = file.read(LONGEST_CARD + 1)
    except OSError:
        return _article(name, f"<p>{html.escape(text('models_no_card', language).format(name=name))}</p>")
    licence, body = _take_apart(card[:LONGEST_CARD])
    notes = []
    if licence:
        notes.append(text("models_licence", language).format(licence=licence))
    if len(card) > LONGEST_CARD:
        notes.append(text("models_long_card", language).format(most=f"{LONGEST_CARD:,}"))
    told = "".join(f'<p class="model-card-note">{html.escape(note)}</p>' for note in notes)
    return _article(name, told + _render(body))


def _article(name: str, content: str) -> str:
    return f'<article class="prose" tabindex="-1" aria-label="{html.escape(name)}">{content}</article>'


def _take_apart(card: str) -> tuple[str, str]:
    """The licence that the header names, empty where it names none, and the text below the header."""
    header, body = split_header(card.removeprefix("\ufeff"))
    named = (line.partition(":")[2] for line in header.split("\n") if line.startswith("license:"))
    return next(named, "").strip(" \"'"), body


def _render(body: str) -> str:
    tokens = _parser().parse(body)
    _tame_links(tokens)
    rendered: str = _parser().renderer.render(tokens, _parser().options, {})
    return rendered


@cache
def _parser() -> MarkdownIt:
    """Tables, and neither raw HTML nor pictures: their ``!`` stays and a link follows."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def _tame_links(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type == "link_open":
            address = str(token.attrs.pop("href", ""))
            if address.startswith(_FOLLOWED):
                token.attrs |= {"href": address, "target": "_blank", "rel": "noopener noreferrer nofollow"}
        _tame_links(token.children or ())
