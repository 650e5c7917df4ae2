"""The page's own HTML, CSS and JavaScript, read from the package."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "static"
TRACE_SCRIPTS: Final = (
    "trace_colors.js",
    "trace_text.js",
    "trace_pictures.js",
    "trace_tokens.js",
    "trace_reading.js",
    "trace_heatmap.js",
    "trace_links.js",
    "trace_replay.js",
    "trace_details.js",
    "trace_steer.js",
    "trace_edit.js",
    "trace_alarms.js",
    "trace_link.js",
    "trace_start.js",
)
"""In this order they make the body of one function, so they share their names."""
TREE_SCRIPTS: Final = (
    "trace_text.js",
    "svg.js",
    "tree_layout.js",
    "tree_words.js",
    "tree_legend.js",
    "tree_draw.js",
    "save_picture.js",
    "tree_keys.js",
    "tree_start.js",
)


def read_static(name: str) -> str:
    """A file of the static folder."""
    return (FOLDER / name).read_text(encoding="utf-8")


def read_trace_script() -> str:
    """The JavaScript of the live view."""
    return _join(*TRACE_SCRIPTS)


def read_lines_script() -> str:
    """The JavaScript of the table of many sentences."""
    return _join("trace_text.js", "tables.js", "lines.js")


def read_models_script() -> str:
    """The JavaScript of the table of models."""
    return _join("trace_text.js", "tables.js", "models.js")


def read_push_script() -> str:
    """The JavaScript of what would be pushed."""
    return _join("trace_text.js", "tables.js", "push.js")


def read_compare_script() -> str:
    """The JavaScript of two results side by side."""
    return _join("trace_text.js", "trace_colors.js", "tables.js", "compare.js")


def read_grid_script() -> str:
    """The JavaScript of the settings grid."""
    return _join("trace_text.js", "tables.js", "grid.js")


def read_tree_script() -> str:
    """The JavaScript of a drawn tree; it says its words as the live view does."""
    return _join(*TREE_SCRIPTS)


def read_faithfulness_script() -> str:
    """The JavaScript of the table of the faithfulness panel."""
    return _join("trace_text.js", "faithfulness_table.js")


def read_neighbours_script() -> str:
    """The JavaScript of the neighbours panel."""
    return _join("svg.js", "neighbours_map.js", "save_picture.js", "neighbours.js")


def read_data_script() -> str:
    """The JavaScript of the panel where sentence pairs are looked through."""
    return _join("trace_text.js", "svg.js", "tables.js", "data.js")


def read_train_script() -> str:
    """The JavaScript of a training run."""
    return _join(
        "trace_text.js", "trace_colors.js", "svg.js", "tables.js", "chart.js", "save_picture.js", "train_lapse.js",
        "scores.js", "train_tests.js", "train_target.js", "train.js",
    )  # fmt: skip


def read_evaluate_script() -> str:
    """The JavaScript of an evaluation."""
    return _join(
        "trace_text.js", "trace_colors.js", "svg.js", "tables.js", "chart.js", "scores.js", "evaluate.js"
    )


def _join(*names: str) -> str:
    return "\n".join(read_static(name) for name in names)
