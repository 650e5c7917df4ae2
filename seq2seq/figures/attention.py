"""The attention of a finished translation as an interactive figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import plotly.graph_objects as go

from seq2seq.decoding.trace import FloatArray
from seq2seq.figures.style import color_scale

CELL_PIXELS = 36
LEAST_CELL_PIXELS = 16
LARGEST_SIDE_PIXELS = 1400


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionLabels:
    """The words on the figure, in the reader's language."""

    title: str = "Attention"
    source: str = "Source"
    target: str = "Translation"
    attention: str = "Attention"
    probability: str = "Probability"


def draw_attention(
    attention: FloatArray,
    source_tokens: Sequence[str],
    target_tokens: Sequence[str],
    probabilities: Sequence[float],
    labels: AttentionLabels,
) -> go.Figure:
    """A heatmap of attention [T,S]: a row for each target token, a column for each source token.

    The axes are numeric with tick text, because plotly merges rows whose names repeat.
    """
    rows, columns = attention.shape
    names = [[escape(target), escape(source)] for target in target_tokens for source in source_tokens]
    hover = [
        [[*names[row * columns + column], probabilities[row]] for column in range(columns)]
        for row in range(rows)
    ]
    heatmap = go.Heatmap(
        z=attention,
        x=list(range(columns)),
        y=list(range(rows)),
        customdata=hover,
        hovertemplate=_hover_template(labels),
        colorscale=color_scale(),
        zmin=0.0,
        zmax=1.0,
        xgap=1,
        ygap=1,
        colorbar={"title": {"text": escape(labels.attention)}, "tickformat": ".0%", "thickness": 12},
    )
    figure = go.Figure(heatmap)
    _lay_out(figure, source_tokens, target_tokens, labels)
    return figure


def figure_page(figure: go.Figure) -> str:
    """A whole HTML page with the figure and plotly itself, which works without a network."""
    page: str = figure.to_html(
        include_plotlyjs=True,
        full_html=True,
        config={"displaylogo": False, "responsive": True, "showSendToCloud": False},
    )
    return page


def _hover_template(labels: AttentionLabels) -> str:
    return (
        f"{escape(labels.target)}: %{{customdata[0]}} (%{{customdata[2]:.1%}})<br>"
        f"{escape(labels.source)}: %{{customdata[1]}}<br>"
        f"{escape(labels.attention)}: %{{z:.1%}}<extra></extra>"
    )


def _lay_out(
    figure: go.Figure, source_tokens: Sequence[str], target_tokens: Sequence[str], labels: AttentionLabels
) -> None:
    figure.update_layout(
        title={
            "text": escape(labels.title),
            "x": 0.02,
            "yref": "container",
            "y": 1,
            "yanchor": "top",
            "pad": {"t": 14},
        },
        template="plotly_white",
        width=_side(len(source_tokens)) + 220,
        height=_side(len(target_tokens)) + 210,
        font={"family": "system-ui, sans-serif", "size": 13},
        margin={"l": 100, "r": 40, "t": 170, "b": 40},
    )
    figure.update_xaxes(
        title={"text": escape(labels.source)},
        side="top",
        tickangle=-50,
        showgrid=False,
        zeroline=False,
        **_ticks(source_tokens),
    )
    figure.update_yaxes(
        title={"text": escape(labels.target)},
        autorange="reversed",
        showgrid=False,
        zeroline=False,
        **_ticks(target_tokens),
    )


def _ticks(tokens: Sequence[str]) -> dict[str, object]:
    return {
        "tickmode": "array",
        "tickvals": list(range(len(tokens))),
        "ticktext": [escape(token) for token in tokens],
    }


def _side(tokens: int) -> int:
    """Pixels of one side of the grid."""
    return max(tokens * LEAST_CELL_PIXELS, min(LARGEST_SIDE_PIXELS, max(3, tokens) * CELL_PIXELS))
