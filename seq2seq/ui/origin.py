"""Where a shown translation comes from: the link that brings it back, and whether it is a saved trace."""

from dataclasses import replace
from typing import Any

from seq2seq.translation import Translation
from seq2seq.ui.feedback import refusal
from seq2seq.ui.permalink import write_query
from seq2seq.ui.session import Request
from seq2seq.ui.shelf import Shelf


def describe_origin(request: Request | None, translation: Translation) -> dict[str, Any]:
    """What the live view says of it.

    ``link`` are the parameters of the link, ``link_whole`` whether they bring back all of it; ``saved`` is the
    name of the model of a saved trace, and None for a translation made here.
    """
    saved = translation.made_by.name if request is not None and request.saved else None
    if request is None or not request.model:
        return {"link": "", "link_whole": False, "saved": saved}
    query = write_query(
        model=request.model,
        source=request.source,
        prefix=translation.prefix,
        options=request.options,
        whole=request.whole,
        edits=request.edits,
    )
    return {"link": query, "link_whole": request.is_spelled, "saved": saved}


def take_up(shelf: Shelf, request: Request, translation: Translation) -> Request:
    """The request of a saved trace, to go on from with the model that made it.

    Raises:
        Seq2SeqError: where that model is not here, or another one by now.
    """
    if request.model not in shelf.names():
        raise refusal("trace_without_model", name=request.model or "?")
    known, strings = shelf.load(request.model).token_strings, translation.token_strings
    if not all(0 <= number < len(known) and known[number] == string for number, string in strings.items()):
        raise refusal("trace_of_another_model", name=request.model)
    return replace(request, saved=False)
