"""What the server remembers of one visitor: which run is current, and the translations one can go back to."""

from dataclasses import dataclass
from typing import Any, Final

from seq2seq.decoding.edits import AttentionEdit
from seq2seq.explanation.search_tree import SearchTree, build_tree
from seq2seq.options import DecodingOptions
from seq2seq.translation import Translation
from seq2seq.ui.runs import Runs

MEAN: Final = -1
MOST_REMEMBERED: Final = 30
"""Translations that a visitor can go back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which part of a trace is shown: a hypothesis, and a layer and head or their mean (-1)."""

    hypothesis: int = 0
    layer: int = MEAN
    head: int = MEAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a run is asked for: a model by name, a source text, settings, and the target tokens to begin with.

    With ``whole`` the translation ends behind them; ``edits`` change the attention. ``saved`` is a trace that
    came from a file. ``is_spelled`` says that the text of the target tokens gives the same tokens again.
    """

    model: str
    source: str
    options: DecodingOptions
    prefix_ids: tuple[int, ...] = ()
    whole: bool = False
    edits: tuple[AttentionEdit, ...] = ()
    saved: bool = False
    is_spelled: bool = True


class Session(Runs):
    """One visitor's runs of the Explore tab, and what they led to.

    Attributes:
        translation: the last one that was shown, whole or stopped.
        request: what it was asked for.
        view: how it was shown last.
        choice: which part of it is shown.
        alarms: what looks wrong in its best hypothesis.
    """

    def __init__(self) -> None:
        super().__init__()
        self.translation: Translation | None = None
        self.request: Request | None = None
        self.view: dict[str, Any] | None = None
        self.choice = Choice()
        self.alarms: list[dict[str, Any]] = []
        self._tree: tuple[Translation, SearchTree] | None = None
        self._trail: list[tuple[Request, Translation]] = []
        self._place = -1

    def tree_of(self, translation: Translation) -> SearchTree:
        """The search of a translation, built once: a table, a drawing and a choice look at the same one."""
        known = self._tree
        if known is None or known[0] is not translation:
            known = self._tree = translation, build_tree(translation.beams, translation.options)
        return known[1]

    # -- going back ------------------------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        """Whether there is a translation before the one shown."""
        return self._place > 0

    @property
    def can_redo(self) -> bool:
        """Whether the reader came back from a later translation."""
        return self._place < len(self._trail) - 1

    def remember(self, request: Request, translation: Translation, *, fresh: bool) -> None:
        """Keep a translation to come back to; a ``fresh`` one forgets those before it."""
        kept = [] if fresh else self._trail[: self._place + 1]
        self._trail = [*kept, (request, translation)][-MOST_REMEMBERED:]
        self._place = len(self._trail) - 1

    def travel(self, action: str) -> bool:
        """Undo, redo or go back to the start; False where there is nowhere to go."""
        places = {"undo": self._place - 1, "redo": self._place + 1, "restart": 0}
        place = places.get(action, -1)
        if not 0 <= place < len(self._trail) or place == self._place:
            return False
        self._place = place
        self.request, self.translation = self._trail[place]
        return True
