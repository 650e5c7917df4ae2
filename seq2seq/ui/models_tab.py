"""The Models tab: models pulled from the Hugging Face Hub, and models pushed there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from seq2seq.ui.entrance import Entrance
from seq2seq.ui.forms import Texts
from seq2seq.ui.model_room import ModelRoom
from seq2seq.ui.pull_panel import QUIETLY, PullPanel
from seq2seq.ui.push_panel import PushPanel
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.train_handlers import find_base, list_bases
from seq2seq.ui.training_room import TrainingRoom, visitor_of


class ModelsTab:
    """The two halves of the tab.

    Attributes:
        pulling: the upper one.
        pushing: the lower one.
    """

    def __init__(
        self, room: ModelRoom, training: TrainingRoom, secret: Any, shelf: Shelf, language: Any, texts: Texts
    ) -> None:
        desk, bundled = training.desk, training.bundled

        def choices(secret: Any, language: str) -> list[tuple[str, str]]:
            return list_bases(desk, bundled, visitor_of(secret), language)

        def find(secret: Any, name: str) -> Path:
            return find_base(desk, bundled, visitor_of(secret), name)[0]

        self._secret, self._language = secret, language
        self.pulling = PullPanel(room, shelf, language, texts)
        self.pushing = PushPanel(room, choices, find, (secret, language, self.pulling.token), texts)

    def wire(self, tabs: Any, entrance: Entrance, select: Callable[..., Any]) -> None:
        """Wire the events, given the page's tabs, the way into Explore, and the event that opens this tab."""
        self.pulling.wire(tabs, entrance, select)
        chosen = [self._secret, self._language, self.pushing.model]
        for event in (select, self._language.change, *self.pulling.changed):
            event(self.pushing.list_models, inputs=chosen, outputs=self.pushing.model, **QUIETLY)


def build_models_tab(
    room: ModelRoom, training: TrainingRoom, secret: Any
) -> Callable[[Shelf, Any, Texts], ModelsTab]:
    """What lays out the tab; ``secret`` is the control of the visitor's secret."""

    def build(shelf: Shelf, language: Any, texts: Texts) -> ModelsTab:
        return ModelsTab(room, training, secret, shelf, language, texts)

    return build
