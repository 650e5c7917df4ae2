"""The page's own HTML, CSS and JavaScript, read from the package."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "static"
TRACE_SCRIPTS: Final = (
    "trace_colors.js",
    "trace_text.js",
    "trace_tokens.js",
    "trace_heatmap.js",
    "trace_details.js",
    "trace_steer.js",
    "trace_edit.js",
    "trace_alarms.js",
    "trace_start.js",
)
"""In this order they make the body of one function, so they share their names."""
TREE_SCRIPTS: Final = (
    "trace_text.js",
    "tree_layout.js",
    "tree_words.js",
    "tree_legend.js",
    "tree_draw.js",
    "tree_keys.js",
    "tree_start.js",
)


def read_static(name: str) -> str:
    """A file of the static folder."""
    return (FOLDER / name).read_text(encoding="utf-8")


def read_trace_script() -> str:
    """The JavaScript of the live view."""
    return "\n".join(read_static(name) for name in TRACE_SCRIPTS)


def read_tree_script() -> str:
    """The JavaScript of a drawn tree; it says its words as the live view does."""
    return "\n".join(read_static(name) for name in TREE_SCRIPTS)


def read_faithfulness_script() -> str:
    """The JavaScript of the table of the faithfulness panel."""
    return "\n".join(read_static(name) for name in ("trace_text.js", "faithfulness_table.js"))
