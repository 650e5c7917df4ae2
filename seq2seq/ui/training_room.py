"""Where this server trains, and whose runs those are."""

from dataclasses import dataclass
from typing import Any

from seq2seq.desk.desk import Desk
from seq2seq.desk.quotas import is_shared, quotas_of
from seq2seq.desk.visitors import Visitor
from seq2seq.home import default_home
from seq2seq.ui.model_room import ModelRoom
from seq2seq.ui.shelf import CheckpointShelf


@dataclass(frozen=True, slots=True)
class TrainingRoom:
    """What the tabs stand on: where runs are made, and the checkpoints that they may start from."""

    desk: Desk
    bundled: CheckpointShelf

    @property
    def models(self) -> ModelRoom | None:
        """Where models are pulled to; None where they are not."""
        store = self.bundled.store
        if store is None:
            return None
        return ModelRoom(
            shelf=self.bundled, store=store, quotas=self.desk.quotas, shared=not self.desk.is_open
        )


def open_desk() -> Desk:
    """The desk of this server: open to all on one's own machine, shared with limits on a Space.

    Raises:
        ConfigError: for a variable of the environment that cannot be.
    """
    shared = is_shared()
    return Desk(quotas=quotas_of(shared=shared), is_open=not shared)


def open_room(bundled: CheckpointShelf) -> TrainingRoom | None:
    """Where this server trains; None, and a sentence on the terminal, where runs cannot be kept.

    Raises:
        ConfigError: for a variable of the environment that cannot be.
    """
    try:
        return TrainingRoom(open_desk(), bundled)
    except OSError as problem:
        reason = problem.strerror or problem
        print(f"Runs cannot be kept in {default_home()}: {reason}. The page starts without the Train tab;")
        print("set SEQ2SEQ_HOME to a folder that can be written to have it.")
        return None


def visitor_of(secret: Any) -> Visitor:
    """The visitor with a secret that the browser sent, which may be anything."""
    return Visitor.from_secret(secret if isinstance(secret, str) else "")
