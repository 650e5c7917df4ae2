"""How many requests of one visitor may run or wait, so that nobody fills the queue alone.

Gradio bounds its queue for all visitors together; who one is, it does not ask.
"""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, Protocol

import gradio as gr

from seq2seq.ui.strings import preferred_language, text

FULL: Final = "queue_full"
"""Gradio's word for a request that is not taken, which it answers with status 503 and the sentence."""


class Asked(Protocol):
    """What is looked at of a request."""

    headers: Any
    client: Any


def address_of(request: Asked) -> str:
    """The address that a request comes from.

    On a Space all come through the Hub, which names the visitor first. Behind another proxy that is not this
    machine, name it in ``FORWARDED_ALLOW_IPS``: uvicorn then takes the visitor's address from it.
    """
    if os.environ.get("SPACE_ID") and (forwarded := request.headers.get("x-forwarded-for", "")):
        return str(forwarded).split(",")[0].strip()
    return str(request.client.host) if request.client else ""


def limit_visitors(page: gr.Blocks, most: int) -> None:
    """Have the queue of a page refuse what goes beyond so many requests of a visitor; 0 sets no limit."""
    if not most:
        return
    queue: Any = page._queue
    take = queue.push

    async def take_or_refuse(body: Any, request: Asked, username: str | None) -> Any:
        if Counter(address_of(event.request) for event in _events(queue))[address_of(request)] >= most:
            language = preferred_language(request.headers.get("accept-language", ""))
            return False, text("many_requests", language).format(limit=most), FULL
        return await take(body, request, username)

    queue.push = take_or_refuse


def _events(queue: Any) -> Iterator[Any]:
    """All events that run or wait."""
    for job in queue.active_jobs:
        yield from job or ()
    for waiting in queue.event_queue_per_concurrency_id.values():
        yield from waiting.queue
