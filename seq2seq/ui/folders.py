"""The folder of a visitor's uploads and downloads, which no other user of the machine can take or read."""

import os
import tempfile
from pathlib import Path
from typing import Final

GRADIO_VARIABLE: Final = "GRADIO_TEMP_DIR"
_NAME: Final = "seq2seq-explorer"


def temporary_folder() -> Path:
    """This user's own folder among the system's temporary ones, made where it is not there yet."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"{_NAME}-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    is_ours = not folder.is_symlink() and status.st_uid == user
    return folder if is_ours else Path(tempfile.mkdtemp(prefix=f"{_NAME}-"))


def keep_uploads_apart() -> None:
    """Have gradio use that folder, unless ``GRADIO_TEMP_DIR`` says otherwise.

    Its own choice is one folder for all users, in which only the first of them can write.
    """
    os.environ.setdefault(GRADIO_VARIABLE, str(temporary_folder() / "gradio"))
