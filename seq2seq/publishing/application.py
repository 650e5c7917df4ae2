"""Exactly what a Space gets: the files of the app, and the checkpoints that it shows."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seq2seq.checkpoints import (
    CARD_FILE,
    CONFIG_FILE,
    GENERAL_TEST_FILE,
    SCORES_FILE,
    WEIGHTS_FILE,
    list_checkpoints,
    load_checkpoint,
)
from seq2seq.hub.client import login_token
from seq2seq.hub.pull import TOKENIZER_FILES
from seq2seq.hub.space import space_refusal
from seq2seq.publishing.places import BUNDLED, find_checkpoint
from seq2seq.publishing.secrecy import check_text, check_values, hide_paths
from seq2seq.stored_files import read_json

ROOT: Final = BUNDLED.parent
NEEDED: Final = ("app.py", "requirements.txt", "README.md")
OTHERS: Final = ("LICENSE", "docs/explore.png")
PACKAGE: Final = "seq2seq"
SUFFIXES: Final = (".py", ".css", ".js", ".html")
CHECKPOINTS: Final = "checkpoints"
REQUIREMENTS: Final = "requirements.txt"
TORCH_OF_HARDWARE: Final[Mapping[str, str]] = {"zero-a10g": "torch>=2.8,<2.12"}
"""Where a Space cannot take every version that the app can: ZeroGPU patches PyTorch, and knows it up to 2.11."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What is put on a Space.

    Attributes:
        files: path there, to a file here or its content.
        checkpoints: the names of the models.
    """

    files: Mapping[str, Path | bytes]
    checkpoints: tuple[str, ...]

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of each part: the app, and each checkpoint."""
        parts = dict.fromkeys(("app", *(f"{CHECKPOINTS}/{name}" for name in self.checkpoints)), 0)
        for path, content in self.files.items():
            part = "/".join(path.split("/")[:2]) if path.startswith(f"{CHECKPOINTS}/") else "app"
            parts[part] += len(content) if isinstance(content, bytes) else content.stat().st_size
        return parts


def collect_application(wanted: Sequence[str] = (), root: Path = ROOT, *, hardware: str = "") -> Application:
    """The app of this checkout with checkpoints: the bundled ones, or those that `find_checkpoint` understands.

    Args:
        wanted: the checkpoints.
        root: of the checkout.
        hardware: of the Space, as the Hub calls it; its requirements follow it.

    Raises:
        HubError: when this is no checkout, there is no such checkpoint, or one has what is never published.
        CheckpointError: when one is damaged.
    """
    for file in NEEDED:
        if not (root / file).is_file():
            raise space_refusal("space_no_app", file=file, root=str(root))
    files: dict[str, Path | bytes] = {path: root / path for path in _app_files(root)}
    if torch := TORCH_OF_HARDWARE.get(hardware):
        text = (root / REQUIREMENTS).read_text("utf-8")
        files[REQUIREMENTS] = re.sub("(?m)^torch[<>=].*$", torch, text).encode()
    folders = [find_checkpoint(each) for each in wanted] or list_checkpoints(root / CHECKPOINTS)
    names: list[str] = []
    for folder in folders:
        name = folder.resolve().parent.name if folder.name == "checkpoint" else folder.resolve().name
        if name in names:
            raise space_refusal("space_same_name", name=name)
        names.append(name)
        files |= {f"{CHECKPOINTS}/{name}/{path}": content for path, content in _model_files(folder).items()}
    return Application(files=files, checkpoints=tuple(names))


def _app_files(root: Path) -> Iterator[str]:
    """The app's own files; where git knows this checkout, only those that it keeps."""
    tracked = _tracked(root)
    package = (
        path for path in sorted((root / PACKAGE).rglob("*")) if path.suffix in SUFFIXES and path.is_file()
    )
    names = [*NEEDED, *OTHERS, *(path.relative_to(root).as_posix() for path in package)]
    for name in names:
        if (root / name).is_file() and (tracked is None or name in tracked):
            yield name


def _tracked(root: Path) -> set[str] | None:
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return None
    listed = subprocess.run(
        [git, "-C", str(root), "ls-files", "-z"], capture_output=True, text=True, check=False
    )
    return set(listed.stdout.split("\0")) if listed.returncode == 0 else None


def _model_files(folder: Path) -> dict[str, Path | bytes]:
    """The files of a checkpoint that loads: never its events, snapshots or text, and no path in its card."""
    load_checkpoint(folder)
    tokens = [login_token()]
    for name in (CONFIG_FILE, SCORES_FILE):
        if (folder / name).is_file():
            check_values(name, read_json(folder / name), tokens)
    files: dict[str, Path | bytes] = {
        name: folder / name
        for name in (CONFIG_FILE, *TOKENIZER_FILES, SCORES_FILE, WEIGHTS_FILE)
        if (folder / name).is_file()
    }
    if folder.parent == BUNDLED and (folder / GENERAL_TEST_FILE).is_file():
        files[GENERAL_TEST_FILE] = folder / GENERAL_TEST_FILE
    if (folder / CARD_FILE).is_file():
        card = hide_paths((folder / CARD_FILE).read_text("utf-8"))
        check_text(CARD_FILE, card, tokens, [folder.resolve(), Path.home()])
        files[CARD_FILE] = card.encode()
    return files
