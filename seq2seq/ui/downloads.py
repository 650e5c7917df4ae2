"""The last translation as files: figures, a picture, a report, the whole trace as JSON, the numbers as CSV."""

import csv
import datetime
import io
import json
import math
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from seq2seq.decoding.trace import FloatArray, Hypothesis
from seq2seq.figures.attention import AttentionLabels, draw_attention, figure_page
from seq2seq.figures.attention_svg import draw_attention_svg
from seq2seq.figures.links_svg import draw_links_svg
from seq2seq.translation import Translation
from seq2seq.ui.captions import caption_lines
from seq2seq.ui.folders import temporary_folder
from seq2seq.ui.report import report_page
from seq2seq.ui.session import Choice, Session
from seq2seq.ui.strings import text, token_text
from seq2seq.ui.view import select_attention

KEPT_FILES: Final = 20
"""The newest files that stay in the folder; Gradio serves a copy, which its own cache deletes in time."""
TITLE_CHARACTERS: Final = 80
HEATMAP: Final = "attention"
Draw = Callable[[FloatArray, Sequence[str], Sequence[str], str, Sequence[str]], str]
PICTURES: Final[dict[str, Draw]] = {HEATMAP: draw_attention_svg, "links": draw_links_svg}
"""What draws each view of the attention, by the name of its file."""


def save_figure(session: Session, language: str) -> str | None:
    """Path of the attention figure of the shown hypothesis; None when nothing was translated."""
    if session.translation is None:
        return None
    return save_file("attention.html", figure_text(session.translation, session.choice, language))


def save_svg(session: Session, language: str, view: str = HEATMAP) -> str | None:
    """Path of the picture of the shown hypothesis; None when nothing was translated."""
    picture = make_picture(session, language, view)
    return save_file(f"{_picture_name(view)}.svg", picture) if picture else None


def save_report(session: Session, language: str) -> str | None:
    """Path of the report on the shown hypothesis; None when nothing was translated."""
    if session.translation is None:
        return None
    seen = session.translation.beams[-1].hypotheses[0].steps[0].attention.size > 0
    page = report_page(
        session.translation,
        session.choice,
        session.alarms,
        picture_text(session.translation, session.choice, language) if seen else "",
        language,
        datetime.date.today(),
    )
    return save_file("report.html", page)


def make_picture(session: Session, language: str, view: str = HEATMAP) -> str:
    """The attention of the shown hypothesis as SVG; empty when nothing was translated.

    ``view`` is one of `PICTURES`; it comes from the browser, and anything else means the heatmap.
    """
    if session.translation is None:
        return ""
    day = datetime.date.today()
    return picture_text(session.translation, session.choice, language, day, PICTURES[_picture_name(view)])


def _picture_name(view: str) -> str:
    return view if view in PICTURES else HEATMAP


def save_json(session: Session) -> str | None:
    """Path of the whole trace as JSON; None when nothing was translated."""
    return save_file("trace.json", json_text(session.translation)) if session.translation else None


def save_csv(session: Session) -> str | None:
    """Path of the numbers of the shown hypothesis as CSV; None when nothing was translated."""
    return (
        save_file("trace.csv", csv_text(session.translation, session.choice)) if session.translation else None
    )


def figure_text(translation: Translation, choice: Choice, language: str) -> str:
    """The HTML page of the figure."""
    hypothesis, output = _shown(translation, choice)
    title = text("figure_title", language).format(text=output[:TITLE_CHARACTERS])
    figure = draw_attention(
        attention_rows(hypothesis, choice, len(translation.source_tokens)),
        [_readable(token) for token in translation.source_tokens],
        [_readable(translation.token_strings[step.token_id]) for step in hypothesis.steps],
        [math.exp(step.log_probability) for step in hypothesis.steps],
        AttentionLabels(
            title=title,
            source=text("figure_source", language),
            target=text("figure_target", language),
            attention=text("figure_attention", language),
        ),
    )
    return figure_page(figure)


def picture_text(
    translation: Translation,
    choice: Choice,
    language: str,
    day: datetime.date | None = None,
    draw: Draw = draw_attention_svg,
) -> str:
    """The SVG of the attention; with a day, a caption says of what it is and when it was made."""
    hypothesis, output = _shown(translation, choice)
    return draw(
        attention_rows(hypothesis, choice, len(translation.source_tokens)),
        [token_text(token, language) for token in translation.source_tokens],
        [token_text(translation.token_strings[step.token_id], language) for step in hypothesis.steps],
        text("figure_title", language).format(text=output[:TITLE_CHARACTERS]),
        caption_lines(translation, language, day) if day else [],
    )


def json_text(translation: Translation) -> str:
    """The translation with its whole trace."""
    return json.dumps(translation.to_json(), ensure_ascii=False) + "\n"


def csv_text(translation: Translation, choice: Choice) -> str:
    """A row for each token: its numbers, then its attention to each source token."""
    hypothesis, _ = _shown(translation, choice)
    rows = attention_rows(hypothesis, choice, len(translation.source_tokens))
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    sources = [
        f"attention {place}: {token}" for place, token in enumerate(translation.source_tokens, start=1)
    ]
    writer.writerow(["position", "token", "probability", "log_probability", "entropy_nats", *sources])
    for place, (step, weights) in enumerate(zip(hypothesis.steps, rows, strict=True), start=1):
        token = translation.token_strings[step.token_id]
        numbers = [math.exp(step.log_probability), step.log_probability, step.entropy, *weights]
        writer.writerow([place, token, *(f"{number:.6g}" for number in numbers)])
    return file.getvalue()


def attention_rows(hypothesis: Hypothesis, choice: Choice, length: int) -> FloatArray:
    """Attention [T,S] of the chosen layer and head; zeros for a model without attention."""
    rows = [select_attention(step.attention, choice) for step in hypothesis.steps]
    return np.stack([row if row.size else np.zeros(length, np.float32) for row in rows])


def _readable(token: str) -> str:
    """A token without SentencePiece's mark of a word's start."""
    return token.removeprefix("▁") or token


def _shown(translation: Translation, choice: Choice) -> tuple[Hypothesis, str]:
    hypotheses = translation.beams[-1].hypotheses
    index = min(choice.hypothesis, len(hypotheses) - 1)
    return hypotheses[index], translation.texts[index]


def save_file(name: str, content: str) -> str:
    """Path of a new file; the oldest ones go."""
    path = new_file(name)
    path.write_text(content, encoding="utf-8")
    return str(path)


def new_file(name: str) -> Path:
    """Where a new file may be written; the oldest ones go."""
    root = temporary_folder() / "downloads"
    root.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=root))
    _forget_old_files(root)
    return folder / name


def _forget_old_files(root: Path) -> None:
    """Delete all but the newest files; another visitor's may go at the same moment."""
    folders = [(entry.stat().st_mtime_ns, entry) for entry in root.iterdir() if entry.is_dir()]
    for _, folder in sorted(folders)[:-KEPT_FILES]:
        for file in folder.iterdir():
            file.unlink(missing_ok=True)
        folder.rmdir()
