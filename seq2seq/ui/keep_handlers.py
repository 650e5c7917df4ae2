"""Opening what was kept, a link or a saved trace, as functions on plain values."""

from collections.abc import Iterator, Mapping

from seq2seq.errors import Seq2SeqError
from seq2seq.ui.explore_handlers import translate_live
from seq2seq.ui.feedback import describe_problem, refusal
from seq2seq.ui.permalink import Link, read_query, shortened
from seq2seq.ui.session import Session
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
            shelf, session, language, model, link.source, link.prefix, speed, *link.values()
        ):
            yield view, None


def _asked_model(shelf: Shelf, link: Link | None) -> str:
    """The model that a link names, or the first one."""
    names = shelf.names()
    if link is None or link.model is None:
        return names[0] if names else ""
    if link.model not in names:
        raise refusal("unknown_model", name=repr(shortened(link.model)))
    return link.model
