"""A search tree as the value that the page draws: one compact JSON text, sent when a run has ended."""

import datetime
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from seq2seq.explanation.branches import Branch, list_branches
from seq2seq.ui.captions import caption_lines
from seq2seq.ui.session import Session

EMPTY_TREE: Final[dict[str, Any]] = {"run": 0, "tree": "", "caption": []}
FIELDS: Final = (
    "parent", "step", "token", "log_probability", "total", "score", "status", "result", "place",
    "reason", "winner", "gap", "leads", "unseen",
)  # fmt: skip
"""The columns of a row; the token is a place in the list of token strings."""
DIGITS: Final = 3


def session_branches(session: Session) -> tuple[Branch, ...]:
    """The branches of the session's translation, always in the same order."""
    translation = session.translation
    if translation is None or not translation.beams:
        return ()
    return list_branches(session.tree_of(translation))


def show_tree(session: Session, language: str) -> dict[str, Any] | None:
    """The tree of the session's last translation; None while a newer run goes on, which will send its own.

    It carries the number of the newest run, so that a run that failed leaves it as it was, and choosable.
    """
    run, view, translation = session.run, session.view, session.translation
    if view is None or translation is None or view["status"] == "running":
        return None
    tree = encode_rows(session_branches(session), FIELDS, translation.token_strings)
    if session.translation is not translation:
        return None
    return {
        "run": run,
        "tree": tree,
        "caption": caption_lines(translation, language, datetime.date.today()),
    }


def encode_rows(nodes: Sequence[Any], fields: Sequence[str], strings: Mapping[int, str]) -> str:
    """The nodes of a tree as JSON: each token string once, and a row of their fields for each node."""
    token_ids = sorted({node.token_id for node in nodes})
    places = {token_id: place for place, token_id in enumerate(token_ids)}
    rows = [
        [places[node.token_id] if name == "token" else _short(getattr(node, name)) for name in fields]
        for node in nodes
    ]
    tokens = [strings[token_id] for token_id in token_ids]
    return json.dumps(
        {"tokens": tokens, "fields": fields, "rows": rows}, ensure_ascii=False, separators=(",", ":")
    )


def _short(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return round(value, DIGITS) if isinstance(value, float) else value
