"""The models that were pulled: ``<home>/models/OWNER--NAME/<commit>/NAME``, a checkpoint folder each.

What a revision was when it was pulled stands in ``revisions.json`` beside them. The Hub allows no ``--`` in a
name, so no two repositories share a folder.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from seq2seq.errors import CheckpointError
from seq2seq.home import default_home
from seq2seq.hub.names import HubName
from seq2seq.hub.refusals import refusal
from seq2seq.stored_files import read_json, write_json

REVISIONS_FILE: Final = "revisions.json"
_COMMIT: Final = re.compile("[0-9a-f]{40}")
_DRAFT: Final = ".draft-"


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledModel:
    """A model on this machine.

    Attributes:
        name: its repository and the revision that was asked for.
        commit: what that revision was, 40 hexadecimal digits.
        folder: the checkpoint.
        pulled: when, in UTC.
        private: whether the repository could not be seen by everyone.
        unasked: whether the Hub could not be asked if this is still what the revision stands for.
    """

    name: HubName
    commit: str
    folder: Path
    pulled: str
    private: bool
    unasked: bool = False

    @property
    def size_bytes(self) -> int:
        """Of all its files."""
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file())


class ModelStore:
    """The models below a home folder; safe to use from several processes.

    Args:
        home: by default `default_home`.
    """

    def __init__(self, home: Path | None = None) -> None:
        self.root = (home or default_home()).resolve() / "models"

    def find(self, name: HubName) -> PulledModel | None:
        """The model as it was pulled, by a revision that was pulled or by its commit; None where it was not."""
        known = self._revisions(name)
        note = known.get(name.revision)
        if note is None and _COMMIT.fullmatch(name.revision):
            note = next((each for each in known.values() if each["commit"] == name.revision), None)
        if note is None:
            return None
        folder = self._place(name) / note["commit"] / name.name
        return PulledModel(name=name, folder=folder, **note) if folder.is_dir() else None

    def models(self) -> tuple[PulledModel, ...]:
        """All models that were pulled, by name."""
        places = sorted(self.root.glob("*--*")) if self.root.is_dir() else []
        names: list[HubName] = []
        for place in places:
            owner, _, name = place.name.partition("--")
            revisions = self._revisions(HubName(owner=owner, name=name))
            names += (HubName(owner=owner, name=name, revision=revision) for revision in revisions)
        return tuple(model for each in names if (model := self.find(each)) is not None)

    @contextmanager
    def draft(self, name: HubName) -> Iterator[Path]:
        """An empty folder to put a model together in, gone afterwards; what a killed process left goes too.

        Raises:
            HubError: while another process pulls the same model, and where nothing can be written.
        """
        place = self._place(name)
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as problem:
            raise refusal("hub_no_home", home=str(self.root), reason=problem.strerror or problem) from problem
        lock = FileLock(place / ".lock", thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout as problem:
            raise refusal("hub_pulling_already", name=str(name)) from problem
        try:
            for left in place.glob(f"{_DRAFT}*"):
                shutil.rmtree(left, ignore_errors=True)
            with tempfile.TemporaryDirectory(prefix=_DRAFT, dir=place, ignore_cleanup_errors=True) as draft:
                yield Path(draft)
        finally:
            lock.release()

    def keep(self, name: HubName, commit: str, checkpoint: Path, *, private: bool) -> PulledModel:
        """Put a whole checkpoint in its place, inside `draft`; models that no revision names any more go."""
        place = self._place(name)
        if not (place / commit / name.name).is_dir():
            whole = checkpoint.with_name("whole")
            whole.mkdir()
            checkpoint.rename(whole / name.name)
            whole.rename(place / commit)
        note: dict[str, Any] = {
            "commit": commit,
            "pulled": datetime.now(UTC).isoformat(timespec="seconds"),
            "private": private,
        }
        known = {**self._revisions(name), name.revision: note}
        write_json(place / REVISIONS_FILE, known)
        used = {each["commit"] for each in known.values()}
        for folder in place.iterdir():
            if _COMMIT.fullmatch(folder.name) and folder.name not in used:
                shutil.rmtree(folder, ignore_errors=True)
        return PulledModel(name=name, folder=place / commit / name.name, **note)

    def make_room(self, name: HubName, coming_bytes: int, most_bytes: int) -> None:
        """Remove other models, the one that was pulled first before others, until what comes fits in."""
        others: dict[Path, int] = {}
        for model in sorted(self.models(), key=lambda model: model.pulled):
            place = self._place(model.name)
            if place != self._place(name):
                others[place] = others.get(place, 0) + model.size_bytes
        while others and sum(others.values()) + coming_bytes > most_bytes:
            place = next(iter(others))
            del others[place]
            _remove(place)

    def remove(self, name: HubName) -> None:
        """Remove all that was pulled of a repository."""
        _remove(self._place(name))

    def _place(self, name: HubName) -> Path:
        return self.root / f"{name.owner}--{name.name}"

    def _revisions(self, name: HubName) -> Mapping[str, dict[str, Any]]:
        """What is known of a repository; nothing where the file is missing or damaged: pulling mends it."""
        try:
            values = read_json(self._place(name) / REVISIONS_FILE)
        except CheckpointError:
            return {}
        return {revision: note for revision, note in values.items() if _is_note(note)}


def _remove(place: Path) -> None:
    """The note first, so that nobody sees half a model."""
    with suppress(FileNotFoundError):
        (place / REVISIONS_FILE).unlink()
    shutil.rmtree(place, ignore_errors=True)


def _is_note(note: object) -> bool:
    return (
        isinstance(note, dict)
        and note.keys() == {"commit", "pulled", "private"}
        and isinstance(note["commit"], str)
        and _COMMIT.fullmatch(note["commit"]) is not None
        and isinstance(note["pulled"], str)
        and isinstance(note["private"], bool)
    )
