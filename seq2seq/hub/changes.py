"""What an upload changes in a repository: its files, opened and counted as they are read."""

import hashlib
import io
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from contextvars import copy_context
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO, Final

from seq2seq.hub.refusals import refusal
from seq2seq.hub.rights import Rights

Progress = Callable[[int, int], None]
_READ_BYTES: Final = 1 << 20


class Sent(io.BufferedIOBase):
    """A file as the client reads it, opened once, so that what is sent is what was looked at."""

    def __init__(self, path: str, content: BinaryIO) -> None:
        self.path, self._content = path, content
        self.size = content.seek(0, io.SEEK_END)
        content.seek(0)
        self.sha256, self.name_in_git = _digests(content, self.size)
        self.meter: Meter | None = None
        self._furthest = 0

    def is_there(self, there: Rights) -> bool:
        """Whether the repository has it with this content."""
        return there.files.get(self.path) in (self.sha256, self.name_in_git)

    def read(self, size: int | None = -1, /) -> bytes:
        """Like that of a file; once an upload has begun, what is read for the first time is counted as sent."""
        chunk = self._content.read(-1 if size is None else size)
        if self.meter is not None:
            end = self._content.tell()
            self.meter.add(max(0, end - self._furthest))
            self._furthest = max(self._furthest, end)
        return chunk

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Like that of a file."""
        return self._content.seek(offset, whence)

    def tell(self) -> int:
        """Like that of a file."""
        return self._content.tell()

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True


def _digests(content: BinaryIO, size: int) -> tuple[str, str]:
    """The sha256 of a content and its name in git; it is read to its end and stands at its begin again."""
    large, in_git = hashlib.sha256(), hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    while chunk := content.read(_READ_BYTES):
        large.update(chunk)
        in_git.update(chunk)
    content.seek(0)
    return large.hexdigest(), in_git.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What has to be sent and removed, and all that is to be there afterwards."""

    all: tuple[Sent, ...]
    sent: tuple[Sent, ...]
    removed: tuple[str, ...]

    @classmethod
    def between(
        cls, there: Rights, files: Mapping[str, Path | bytes], remove: Sequence[str], opened: ExitStack
    ) -> "Changes":
        """Of what is there to these files, which are open until ``opened`` ends."""
        every = tuple(
            Sent(path, opened.enter_context(_open(content))) for path, content in sorted(files.items())
        )
        gone = (
            path
            for path in there.files
            if path not in files and any(fnmatchcase(path, pattern) for pattern in remove)
        )
        sent = tuple(file for file in every if not file.is_there(there))
        return cls(all=every, sent=sent, removed=tuple(sorted(gone)))

    def are_in(self, now: Rights) -> bool:
        """Whether the repository is as it was to become."""
        return all(file.is_there(now) for file in self.all) and not any(
            path in now.files for path in self.removed
        )


def _open(content: Path | bytes) -> BinaryIO:
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


class Meter:
    """Counts the bytes that go, from any thread, and ends an upload that is to stop."""

    def __init__(
        self, name: str, changes: Changes, progress: Progress, should_stop: Callable[[], bool]
    ) -> None:
        self._name, self._files = name, changes.sent
        self._progress, self._should_stop = progress, should_stop
        self._total = sum(file.size for file in changes.sent)
        self._done, self._lock, self._context = 0, threading.Lock(), copy_context()

    def begin(self) -> None:
        """From now on what is read of the files is sent."""
        for file in self._files:
            file.meter = self
        self.look()

    def add(self, count: int) -> None:
        """So many bytes more."""
        with self._lock:
            self._done += count
        self.look()

    def finish(self) -> None:
        """All is there, also what the Hub did not have to be sent."""
        with self._lock:
            self._done = self._total
        self._tell()

    def look(self) -> None:
        """Tell how far it is, or end here where that is wished."""
        if self._should_stop():
            raise refusal("hub_push_stopped", name=self._name)
        self._tell()

    def _tell(self) -> None:
        with self._lock:  # the context, which has what a page needs to show it, takes one at a time
            self._context.run(self._progress, self._done, self._total)
