"""Where a shown translation comes from: the link that brings it back, and whether it is a saved trace."""

from typing import Any

from seq2seq.translation import Translation
from seq2seq.ui.permalink import write_query
from seq2seq.ui.session import Request


def describe_origin(request: Request | None, translation: Translation) -> dict[str, Any]:
    """What the live view says of it: the parameters of the link, and whether they bring back all of it."""
    if request is None or not request.model:
        return {"link": "", "link_whole": False}
    query = write_query(
        model=request.model,
        source=request.source,
        prefix=translation.prefix,
        options=request.options,
    )
    return {"link": query, "link_whole": not request.edits and not request.whole}
