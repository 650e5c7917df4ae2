"""Opening what was kept, a link or a saved trace, as functions on plain values."""

from collections.abc import Iterator, Mapping
from itertools import takewhile

from seq2seq.errors import Seq2SeqError
from seq2seq.explanation.saved_traces import check_trace_size, read_trace
from seq2seq.hub.names import is_hub_name
from seq2seq.translation import Translation
from seq2seq.ui.explore_handlers import show_translation, translate_live
from seq2seq.ui.feedback import describe_problem, read_uploaded, refusal
from seq2seq.ui.permalink import Link, read_query, shortened
from seq2seq.ui.session import Choice, Request, Session
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.view import View, failed_view


def open_link(
    shelf: Shelf, session: Session, language: str, speed: str, parameters: Mapping[str, str]
) -> Iterator[tuple[View | None, Link | None]]:
    """Read the parameters of the page's address and translate what they ask for.

    Yields what to show, and what to fill the form with; None leaves each as it is.
    """
    try:
        link = read_query(parameters)
        model = _asked_model(shelf, link)
    except Seq2SeqError as problem:
        yield failed_view(session.start(), describe_problem(problem, language), session.view), None
        return
    yield None, link  # at least once: gradio empties the outputs of a generator that yields nothing
    if link is not None and link.source is not None:
        for view in translate_live(
            shelf,
            session,
            language,
            model,
            link.source,
            link.prefix,
            speed,
            *link.values(),
            whole=link.whole,
            edits=link.edits,
        ):
            yield view, None


def _asked_model(shelf: Shelf, link: Link | None) -> str:
    """The model that a link names, or the first one."""
    names = shelf.names()
    if link is None or link.model is None:
        return names[0] if names else ""
    if not shelf.knows(link.model):
        if is_hub_name(link.model):
            raise refusal("link_not_pulled", name=shortened(link.model))
        raise refusal("unknown_model", name=repr(shortened(link.model)))
    return link.model


def open_trace(session: Session, language: str, path: str | None) -> View:
    """Show the trace saved in an uploaded file, which is not read where it is too large.

    Nothing of what was there is lost where it cannot be shown.
    """
    run = session.start()
    try:
        translation = read_trace(read_uploaded(path, check_trace_size))
    except Seq2SeqError as problem:
        return failed_view(run, describe_problem(problem, language), session.view)
    session.request, session.translation = _request_of(translation), translation
    session.choice = Choice()
    session.remember(session.request, translation, fresh=True)
    return show_translation(session, run)


def _request_of(translation: Translation) -> Request:
    """What a saved trace was asked for, as far as it says so."""
    steps = translation.beams[-1].hypotheses[0].steps
    return Request(
        model=translation.made_by.name,
        source=translation.source,
        options=translation.options,
        prefix_ids=tuple(step.token_id for step in takewhile(lambda step: step.forced, steps)),
        edits=translation.edits,
        saved=True,
    )
