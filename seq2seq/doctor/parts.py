"""The bytes of one file of an upload, plain, gzipped or in a zip archive, as a stream within limits.

A small archive may hold a very large text, so unpacking is watched: by the size of what comes out, and by its
ratio to what went in.
"""

import gzip
import io
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from seq2seq.errors import DataError

Progress = Callable[[int, int], None]
"""Is told the bytes read of the file as it was sent, and how many it has."""

CHUNK_BYTES: Final = 1 << 18
_RATIO_COUNTS_FROM_BYTES: Final = 10_000_000
_MOST_MEMBERS: Final = 2000
_WORKBOOK_PARTS: Final = {"[Content_Types].xml", "xl/workbook.xml"}
_DAMAGE: Final = (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, NotImplementedError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is read from one upload.

    Attributes:
        most_bytes: of the file as it was sent.
        most_unpacked_bytes: of what an archive holds.
        most_ratio: unpacked to packed bytes, once more than 10 MB came out.
        most_rows: rows of the table.
        longest_line: characters of a line or cell.
    """

    most_bytes: int = 200_000_000
    most_unpacked_bytes: int = 1_000_000_000
    most_ratio: int = 200
    most_rows: int = 5_000_000
    longest_line: int = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of text or one workbook, wherever it lies.

    Attributes:
        name: what it is called, without folders.
        packed_bytes: size of the file it was sent in.
        packing: ``plain``, ``gzip`` or ``zip``.
        path: the file; None when ``content`` was pasted.
        content: the pasted bytes.
        member: its number in a zip archive.
        limits: what may be read.
    """

    name: str
    packed_bytes: int
    packing: str = "plain"
    path: Path | None = None
    content: bytes = field(default=b"", repr=False)
    member: int = 0
    limits: Limits = field(default_factory=Limits)

    @contextmanager
    def open(self, on_progress: Progress | None = None) -> Iterator["Source"]:
        """Its bytes as a stream.

        Raises:
            DataError: while open, for a damaged archive and one that unpacks to too much.
        """
        with explained(self.name), self._raw() as raw:
            if self.packing == "gzip":
                with gzip.GzipFile(fileobj=raw) as stream:
                    yield Source(stream, raw, self, on_progress)
            elif self.packing == "zip":
                with open_archive(raw, self.name) as archive, _open_member(archive, self) as stream:
                    yield Source(stream, raw, self, on_progress)
            else:
                yield Source(raw, raw, self, on_progress)

    @contextmanager
    def open_seekable(self, on_progress: Progress | None = None) -> Iterator[IO[bytes]]:
        """Its bytes as a file to jump about in; what is packed is unpacked to a nameless file first."""
        if self.packing == "plain":
            with explained(self.name), self._raw() as raw:
                yield raw
            return
        with tempfile.TemporaryFile() as copy:
            with self.open(on_progress) as source:
                while chunk := source.read():
                    copy.write(chunk)
            copy.seek(0)
            yield copy

    def _raw(self) -> IO[bytes]:
        return io.BytesIO(self.content) if self.path is None else self.path.open("rb")


class Source:
    """A stream of unpacked bytes that keeps within the limits of its part and tells how far it is."""

    def __init__(
        self, stream: IO[bytes] | gzip.GzipFile, raw: IO[bytes], part: Part, on_progress: Progress | None
    ) -> None:
        self._stream, self._raw, self._part, self._on_progress = stream, raw, part, on_progress
        self._unpacked_bytes = 0

    def read(self, size: int = CHUNK_BYTES) -> bytes:
        """The next bytes, none at the end.

        Raises:
            DataError: when the limits are reached.
        """
        data = self._stream.read(size)
        self._unpacked_bytes += len(data)
        if self._part.packing != "plain":
            check_unpacked(self._unpacked_bytes, self._part.packed_bytes, self._part.name, self._part.limits)
        if self._on_progress is not None:
            self._on_progress(min(self._raw.tell(), self._part.packed_bytes), self._part.packed_bytes)
        return data


def check_unpacked(unpacked_bytes: int, packed_bytes: int, name: str, limits: Limits) -> None:
    """Refuse an archive that unpacks to too much.

    Raises:
        DataError: for more bytes than the limit, or more than the limit for each packed one.
    """
    if unpacked_bytes > limits.most_unpacked_bytes:
        megabytes = f"{limits.most_unpacked_bytes // 1_000_000:,}"
        raise DataError(
            f"{name} unpacks to more than {megabytes} MB.",
            "Take a part of it.",
            key="doctor_unpacks_to_too_much",
            values={"name": name, "megabytes": megabytes},
        )
    if unpacked_bytes > max(_RATIO_COUNTS_FROM_BYTES, limits.most_ratio * packed_bytes):
        raise DataError(
            f"{name} unpacks to more than {limits.most_ratio} times its size: it looks like a zip bomb.",
            "Send it unpacked if it is meant.",
            key="doctor_bomb",
            values={"name": name, "ratio": limits.most_ratio},
        )


def nested_archive(name: str) -> DataError:
    """What to say of an archive inside an archive."""
    return DataError(
        f"{name} is an archive inside an archive.",
        "Unpack it once and send what is inside.",
        key="doctor_nested",
        values={"name": name},
    )


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether a zip archive is an XLSX workbook."""
    return set(archive.namelist()) >= _WORKBOOK_PARTS


@contextmanager
def open_archive(raw: IO[bytes], name: str) -> Iterator[zipfile.ZipFile]:
    """A zip archive.

    Raises:
        DataError: when it is damaged or has too many members.
    """
    try:
        archive = zipfile.ZipFile(raw)
    except (*_DAMAGE, ValueError, OverflowError) as error:
        raise _damaged(name) from error
    with archive:
        if len(archive.infolist()) > _MOST_MEMBERS:
            raise DataError(
                f"{name} holds {len(archive.infolist()):,} files; at most {_MOST_MEMBERS:,} are looked at.",
                key="doctor_many_members",
                values={"name": name, "count": len(archive.infolist()), "most": _MOST_MEMBERS},
            )
        yield archive


def _open_member(archive: zipfile.ZipFile, part: Part) -> IO[bytes]:
    try:
        return archive.open(archive.infolist()[part.member])
    except (ValueError, OverflowError, RuntimeError, IndexError) as error:  # offsets and flags that lie
        raise _damaged(part.name) from error


def _damaged(name: str) -> DataError:
    return DataError(
        f"{name} is a damaged or truncated archive.",
        "Fetch or write it again.",
        key="doctor_damaged_archive",
        values={"name": name},
    )


@contextmanager
def explained(name: str) -> Iterator[None]:
    """While open, trouble with the file or the archive is a `DataError` that names no folder."""
    try:
        yield
    except _DAMAGE as error:
        raise _damaged(name) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise DataError(
            f"{name} cannot be read: {reason}.",
            "Check the path.",
            key="doctor_cannot_read",
            values={"name": name, "reason": reason},
        ) from error
