"""A sentence with one of its tokens marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seq2seq.explanation.words import SPACE_MARK

SPECIAL: Final = ("<pad>", "<unk>", "<s>", "</s>")
SPACED_KINDS: Final = ("words", "whitespace")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSentence:
    """The text before a token, the token, and the text behind it; together they are the sentence."""

    before: str
    token: str
    after: str


def mark_token(tokens: Sequence[str], kind: str, place: int) -> MarkedSentence:
    """Mark the token at a place; ``kind`` is that of the tokenizer. A place behind the end means the end."""
    place = min(place, len(tokens) - 1)
    before, after = (_text(part, kind) for part in (tokens[:place], tokens[place + 1 :]))
    token = tokens[place] if tokens[place] in SPECIAL else tokens[place].replace(SPACE_MARK, " ")
    if kind in SPACED_KINDS:
        before, after = f"{before} " if before else "", f" {after}" if after else ""
    elif token.startswith(" ") and len(token) > 1:
        before, token = f"{before} ", token[1:]
    return MarkedSentence(before=before.lstrip(), token=token, after=after)


def _text(tokens: Sequence[str], kind: str) -> str:
    """The text of tokens; the end token leaves none, an unknown one is said to be there."""
    kept = [token for token in tokens if token != SPECIAL[-1]]
    return (" " if kind in SPACED_KINDS else "").join(kept).replace(SPACE_MARK, " ")
