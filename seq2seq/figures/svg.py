"""A small writer of SVG: elements as text, with everything escaped, so that any string stays a string."""

import re
from collections.abc import Sequence
from html import escape
from typing import Final

FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write (section 2.2)."""
REPLACEMENT: Final = "\ufffd"
NAMESPACE: Final = "http://www.w3.org/2000/svg"
INK, SOFT_INK, PAPER = "#1b2433", "#4a5669", "#ffffff"
LONGEST_LABEL: Final = 24
FONT: Final = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', sans-serif"


def xml_text(words: str) -> str:
    """A string as XML text or attribute value."""
    return escape(FORBIDDEN.sub(REPLACEMENT, words))


def element(name: str, content: Sequence[str] | str = (), **attributes: str | float) -> str:
    """An element. ``content`` is a string, which is escaped, or elements, which are not.

    Underscores in the names of attributes stand for hyphens, and one at the end for nothing: ``class_``.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items()
    )
    inside = xml_text(content) if isinstance(content, str) else "".join(content)
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


def drawing(width: float, height: float, title: str, content: Sequence[str]) -> str:
    """A whole SVG document, or an inline drawing of a page, with a title for those who do not see it."""
    return element(
        "svg",
        [element("title", title), *content],
        xmlns=NAMESPACE,
        width=width,
        height=height,
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        role="img",
        font_family=FONT,
    )


def text_width(words: str, size: float) -> float:
    """About how wide a text is, in pixels: an ideograph takes the size, a letter six tenths of it."""
    return sum(size if ord(letter) > 0x2E7F else 0.6 * size for letter in words)


def shortened(words: str) -> str:
    """The label of a token, cut where it is long."""
    return words if len(words) <= LONGEST_LABEL else f"{words[: LONGEST_LABEL - 1]}…"


def lines_below(lines: Sequence[str], x: float, top: float, size: float) -> list[str]:
    """The title and the caption of a picture, line by line."""
    return [
        element(
            "text",
            line,
            x=x,
            y=top + place * 1.5 * size,
            font_size=size,
            fill=SOFT_INK if place else INK,
            font_weight=400 if place else 600,
        )
        for place, line in enumerate(lines)
    ]


def _value(value: str | float) -> str:
    return xml_text(value) if isinstance(value, str) else f"{value:.6g}"
