"""A model card's text taken apart into its title, what comes first, and its sections; and put together again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

PICTURE, USE, MODEL, DATA = "What it looks at", "Use", "Model", "Training data"
TRAINING, SCORES, LIMITS = "How it was trained", "Scores", "Known weaknesses"
ORDER: Final = (PICTURE, USE, MODEL, DATA, TRAINING, SCORES, LIMITS)
"""Sections that every card has; others of a card keep their order after them."""
_FENCE: Final = re.compile(r"\s*(```|~~~)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardText:
    """The parts of a card, without its header.

    Attributes:
        title: of the whole.
        summary: what stands before the first section.
        sections: text by heading, in their order.
    """

    title: str
    summary: str
    sections: Mapping[str, str]

    def with_sections(self, changed: Mapping[str, str]) -> "CardText":
        """With these sections in place of those of the same name; empty ones are left out."""
        every = {**self.sections, **changed}
        order = [*ORDER, *(heading for heading in every if heading not in ORDER)]
        kept = {heading: every[heading] for heading in order if every.get(heading, "").strip()}
        return CardText(title=self.title, summary=self.summary, sections=kept)

    def write(self) -> str:
        """The card's text."""
        parts = [f"# {self.title}", self.summary]
        for heading, text in self.sections.items():
            parts += [f"## {heading}", text]
        return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def read_sections(text: str) -> CardText:
    """Take a card's text apart; what looks like a heading inside a block of code is none."""
    title = ""
    summary: list[str] = []
    sections: dict[str, list[str]] = {}
    lines = summary
    for line, is_code in _with_code(text.splitlines()):
        if not is_code and line.startswith("## "):
            lines = sections.setdefault(line[3:].strip(), [])
        elif not is_code and line.startswith("# ") and not title and not sections:
            title = line[2:].strip()
        else:
            lines.append(line)
    return CardText(
        title=title,
        summary="\n".join(summary).strip(),
        sections={heading: "\n".join(found).strip() for heading, found in sections.items()},
    )


def _with_code(lines: Sequence[str]) -> list[tuple[str, bool]]:
    """Each line, and whether it is of a block of code."""
    marked, fence = [], ""
    for line in lines:
        found = _FENCE.match(line)
        marked.append((line, bool(fence or found)))
        if found and not fence:
            fence = found[1]
        elif found and found[1] == fence:
            fence = ""
    return marked
