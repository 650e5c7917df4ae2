"""Where this server trains, and whose runs those are."""

import os
from dataclasses import dataclass

from seq2seq.desk.desk import Desk
from seq2seq.desk.home import default_home
from seq2seq.desk.quotas import NO_LIMITS, Quotas
from seq2seq.ui.shelf import CheckpointShelf


@dataclass(frozen=True, slots=True)
class TrainingRoom:
    """What the tab stands on: where runs are made, and the checkpoints that they may start from."""

    desk: Desk
    bundled: CheckpointShelf


def open_desk() -> Desk:
    """The desk of this server: open to all on one's own machine, shared with limits on a Space.

    ``SEQ2SEQ_SHARED`` (true or false) says otherwise.
    """
    on_space = os.environ.get("SPACE_ID", "") != ""
    is_shared = os.environ.get("SEQ2SEQ_SHARED", str(on_space)).lower() in ("1", "true", "yes")
    return Desk(quotas=Quotas() if is_shared else NO_LIMITS, is_open=not is_shared)


def open_room(bundled: CheckpointShelf) -> TrainingRoom | None:
    """Where this server trains; None, and a sentence on the terminal, where runs cannot be kept."""
    try:
        return TrainingRoom(open_desk(), bundled)
    except OSError as problem:
        reason = problem.strerror or problem
        print(f"Runs cannot be kept in {default_home()}: {reason}. The page starts without the Train tab;")
        print("set SEQ2SEQ_HOME to a folder that can be written to have it.")
        return None
