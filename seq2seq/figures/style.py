"""The colours of every picture: one sequential palette, from nothing to certainty.

The nine colours are ColorBrewer's YlGnBu (Harrower and Brewer 2003), which stays ordered for people with any
kind of colour blindness because its lightness falls from end to end. In dark mode it runs backwards, so that
nothing stays close to the background and much stands out in both modes.
"""

from typing import Final, Literal

Mode = Literal["light", "dark"]
Color = tuple[float, float, float]

SEQUENTIAL: Final = (
    "#ffffd9", "#edf8b1", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#253494", "#081d58",
)  # fmt: skip
LEVELS: Final = 64
BLACK: Final = "#000000"
WHITE: Final = "#ffffff"


def color_at(share: float, mode: Mode = "light") -> str:
    """The colour of a share between 0 and 1, as #rrggbb."""
    share = min(1.0, max(0.0, share))
    place = (share if mode == "light" else 1.0 - share) * (len(SEQUENTIAL) - 1)
    index = min(int(place), len(SEQUENTIAL) - 2)
    below, above = _channels(SEQUENTIAL[index]), _channels(SEQUENTIAL[index + 1])
    mixed = [low + (high - low) * (place - index) for low, high in zip(below, above, strict=True)]
    return "#" + "".join(f"{round(channel):02x}" for channel in mixed)


def text_on(color: str) -> str:
    """Black or white, whichever is read more easily on a colour; at least 4.5 to 1 on any (WCAG AA)."""
    return max((BLACK, WHITE), key=lambda text: contrast(text, color))


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palette(mode: Mode) -> list[list[str]]:
    """``LEVELS`` pairs of fill and text colour, from share 0 to share 1."""
    fills = [color_at(level / (LEVELS - 1), mode) for level in range(LEVELS)]
    return [[fill, text_on(fill)] for fill in fills]


def color_scale() -> list[list[float | str]]:
    """The light palette as plotly takes it."""
    return [[index / (len(SEQUENTIAL) - 1), color] for index, color in enumerate(SEQUENTIAL)]


def _channels(color: str) -> Color:
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return float(red), float(green), float(blue)


def _luminance(color: str) -> float:
    """Relative luminance of sRGB (WCAG 2.2)."""
    shares = [channel / 255 for channel in _channels(color)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
