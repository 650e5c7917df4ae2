"""What the Explore tab does, as functions on plain values."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from seq2seq.errors import Seq2SeqError
from seq2seq.translation import Translation
from seq2seq.ui.feedback import check_prefix, check_source, describe_problem
from seq2seq.ui.forms import read_options
from seq2seq.ui.session import MEAN, Choice, Session
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.view import View, ViewMaker, failed_view, starting_view

PAUSE_SECONDS: Final = {"instant": 0.0, "quick": 0.04, "slow": 0.4}
FRAME_SECONDS: Final = 0.05
"""Without pauses, at least this much time lies between two pictures."""
POLL_SECONDS: Final = 0.02
"""How often a pause looks whether it has been cut short."""


def translate_live(
    shelf: Shelf,
    session: Session,
    language: str,
    model: str,
    source: str | None,
    prefix: str | None,
    speed: str,
    *values: Any,
) -> Iterator[View]:
    """Translate and yield what to show, until the end, a stop, or a newer run of the same visitor.

    ``values`` are those of the controls of `PAGE_SETTINGS`.
    """
    run = session.start()
    source, prefix = source or "", prefix or ""  # gradio's word for an empty text box is None
    try:
        check_source(source)
        check_prefix(prefix)
        options = read_options(values)
        yield starting_view(run)
        translator = shelf.load(model)
        stream = translator.stream(source, options, prefix=prefix)
        yield from _watch(session, run, stream, PAUSE_SECONDS.get(speed, 0.0))
    except Seq2SeqError as problem:
        if session.is_newest(run):
            yield failed_view(run, describe_problem(problem, language), session.view)


def _watch(session: Session, run: int, stream: Iterator[Translation], pause: float) -> Iterator[View]:
    session.choice = replace(session.choice, hypothesis=0)
    maker = ViewMaker(run, session.choice)
    shown_at, milliseconds = float("-inf"), 0.0
    while True:
        before = time.perf_counter()
        translation = next(stream, None)
        milliseconds += 1000 * (time.perf_counter() - before)
        if translation is None or not session.is_newest(run):
            return
        if session.choice != maker.choice:
            maker = ViewMaker(run, session.choice)
        if translation.done or pause or time.perf_counter() - shown_at >= FRAME_SECONDS:
            shown_at = time.perf_counter()
            status = "done" if translation.done else "running"
            yield _remember(session, maker.view(translation, status, milliseconds=milliseconds), translation)
        if translation.done:
            return
        rest(session, run, pause)
        if not session.may_go_on(run):
            if session.is_newest(run):
                yield _remember(
                    session, maker.view(translation, "stopped", milliseconds=milliseconds), translation
                )
            return


def _remember(session: Session, view: View, translation: Translation) -> View:
    session.view, session.translation = view, translation
    return view


def rest(session: Session, run: int, seconds: float) -> None:
    """Wait so that the reader can watch; ends at once when the run is stopped or superseded."""
    end = time.perf_counter() + seconds
    while session.may_go_on(run) and (left := end - time.perf_counter()) > 0:
        time.sleep(min(left, POLL_SECONDS))


def stop_run(session: Session) -> None:
    """Stop the visitor's run."""
    session.stop()


def choose_part(session: Session, wanted: Any) -> View | None:
    """Show another hypothesis, layer or head of the last translation; None where there is nothing to change.

    ``wanted`` comes from the browser and may be anything.
    """
    translation, view = session.translation, session.view
    if translation is None or view is None or not isinstance(wanted, dict):
        return None
    hypotheses = len(translation.beams[-1].hypotheses)
    session.choice = Choice(
        hypothesis=_index(wanted.get("hypothesis"), hypotheses, otherwise=0),
        layer=_index(wanted.get("layer"), view["layers"], otherwise=MEAN),
        head=_index(wanted.get("head"), view["heads"], otherwise=MEAN),
    )
    if view["status"] == "running":
        return None
    maker = ViewMaker(session.run, session.choice)
    return _remember(
        session, maker.view(translation, view["status"], milliseconds=view["milliseconds"]), translation
    )


def _index(value: Any, count: int, *, otherwise: int) -> int:
    return value if type(value) is int and 0 <= value < count else otherwise
