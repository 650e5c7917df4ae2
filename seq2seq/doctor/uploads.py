"""What a stranger sends: a plain file, gzip, a zip of one file or of a pair's two sides, or pasted text.

Names inside an archive are shown and never used as paths.
"""

import io
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO, Final

from seq2seq.doctor.parts import Limits, Part, explained, is_workbook, nested_archive, open_archive
from seq2seq.errors import DataError

GZIP_MAGIC: Final = b"\x1f\x8b"
ZIP_MAGIC: Final = b"PK\x03\x04"
_EMPTY_ZIP_MAGIC: Final = b"PK\x05\x06"
_LONGEST_NAME: Final = 100
_NOT_TEXT: Final = ("readme", "license", "licence")
_ENCRYPTED_FLAG: Final = 0x1


def open_upload(path: Path, limits: Limits | None = None) -> tuple[Part, ...]:
    """Look at a file: one part, or the two sides of a pair in a zip archive.

    Raises:
        DataError: for a file that cannot be read, is empty or too large, and for an archive that is damaged,
            encrypted, nested, or holds another number of files.
    """
    limits = limits or Limits()
    with explained(path.name), path.open("rb") as raw:
        size = raw.seek(0, io.SEEK_END)
        _check_size(size, path.name, limits)
        raw.seek(0)
        part = Part(name=path.name, packed_bytes=size, path=path, limits=limits)
        return _unpack(part, raw)


def open_pasted(content: bytes, name: str, limits: Limits | None = None) -> Part:
    """Text that was pasted into the page, UTF-8.

    Raises:
        DataError: when there is none or too much.
    """
    limits = limits or Limits()
    _check_size(len(content), name, limits)
    return Part(name=name, packed_bytes=len(content), content=content, limits=limits)


def _check_size(size: int, name: str, limits: Limits) -> None:
    if not size:
        raise DataError(f"{name} is empty.", key="doctor_empty_file", values={"name": name})
    if size > limits.most_bytes:
        found, most = f"{size / 1e6:,.0f}", f"{limits.most_bytes / 1e6:,.0f}"
        raise DataError(
            f"{name} has {found} MB, and at most {most} MB are read.",
            "Take a part of it.",
            key="doctor_too_large",
            values={"name": name, "megabytes": found, "most": most},
        )


def _unpack(part: Part, raw: IO[bytes]) -> tuple[Part, ...]:
    head = raw.read(4)
    if head.startswith(GZIP_MAGIC):
        packed = _derive(part, part.name.removesuffix(".gz"), "gzip")
        with packed.open() as source:
            _refuse_nested(source.read(4), part.name, workbook_may_follow=True)
        return (packed,)
    if head not in (ZIP_MAGIC, _EMPTY_ZIP_MAGIC):
        return (part,)
    with open_archive(raw, part.name) as archive:
        if is_workbook(archive):
            return (part,)
        members = _text_members(archive, part)
    for member in members:
        with member.open() as source:
            _refuse_nested(source.read(4), part.name, workbook_may_follow=len(members) == 1)
    return members


def _derive(part: Part, name: str, packing: str, member: int = 0) -> Part:
    return Part(
        name=name,
        packed_bytes=part.packed_bytes,
        packing=packing,
        path=part.path,
        member=member,
        limits=part.limits,
    )


def _refuse_nested(head: bytes, name: str, *, workbook_may_follow: bool) -> None:
    """Refuse an archive in an archive; a zip may still turn out to be a workbook."""
    if head.startswith(GZIP_MAGIC) or (head == ZIP_MAGIC and not workbook_may_follow):
        raise nested_archive(name)


def _text_members(archive: zipfile.ZipFile, part: Part) -> tuple[Part, ...]:
    """The one or two files of text; folders, hidden files and read-me files do not count."""
    members = [
        _derive(part, _shown_name(item.filename), "zip", number)
        for number, item in enumerate(archive.infolist())
        if not item.is_dir() and _may_be_text(item.filename)
    ]
    if len(members) not in (1, 2):
        names = ", ".join(member.name for member in members[:5])
        raise DataError(
            f"{part.name} holds {len(members)} files{': ' if names else ''}{names}"
            f"{', ...' if len(members) > 5 else ''}.",
            "A zip archive must hold one file, or the two sides of a pair.",
            key="doctor_members",
            values={"name": part.name, "count": len(members), "names": names},
        )
    if any(archive.infolist()[member.member].flag_bits & _ENCRYPTED_FLAG for member in members):
        raise DataError(
            f"{part.name} is locked with a password.",
            "Send it without one.",
            key="doctor_locked",
            values={"name": part.name},
        )
    return tuple(members)


def _may_be_text(filename: str) -> bool:
    name = _shown_name(filename).casefold()
    return not (filename.startswith("__MACOSX/") or name.startswith((".", *_NOT_TEXT)))


def _shown_name(filename: str) -> str:
    """The last part of a name in an archive, fit to be shown; never a path."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    return "".join(character for character in name if character.isprintable())[:_LONGEST_NAME] or "file"
