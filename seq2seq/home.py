"""Where this program keeps a user's runs and the models that were pulled."""

import os
from pathlib import Path
from typing import Final

from platformdirs import user_data_path

APPLICATION: Final = "seq2seq-explorer"


def default_home() -> Path:
    """``SEQ2SEQ_HOME``, or this program's folder where the system keeps a user's data."""
    home = os.environ.get("SEQ2SEQ_HOME")
    return Path(home) if home else user_data_path(APPLICATION, appauthor=False)
