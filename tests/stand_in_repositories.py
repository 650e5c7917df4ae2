"""What the stand-in Hub keeps: repositories with their commits, files as git and git-LFS know them, and faults."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal

Kind = Literal["model", "dataset", "space"]
LFS_SUFFIXES = (".safetensors", ".bin", ".npz")
LFS_LIMIT_BYTES = 100_000
"""Files from this size on are kept by git-LFS, like all with one of the suffixes (the real limit is 10 MB)."""
GIT_ATTRIBUTES = "".join(
    f"*{suffix} filter=lfs diff=lfs merge=lfs -text\n" for suffix in LFS_SUFFIXES
).encode()


@dataclass(slots=True, kw_only=True)
class Faults:
    """What goes wrong with one repository; nothing by default. A test may change the fields at any time.

    Args:
        broken: status of every answer, for example 500 or 503.
        rate_limited_seconds: every answer is 429 with this ``Retry-After``.
        silent_seconds: every answer comes so much later.
        chunk_bytes: a file is sent in pieces of this size ...
        chunk_seconds: ... with so long a pause after each.
        truncated_bytes: the connection is closed before this byte of a file, however often one resumes.
        hidden_bytes: the listings announce every file this much smaller than what is sent.
        hidden_from_head: the answer to HEAD lies in the same way; otherwise it tells the true size.
        extra: files that only the listings know, with any name: ``../../evil``, ``/etc/x``, ``C:\\x``.
        where: only requests with this in their path, for example ``/resolve/`` or ``/tree/``.
        times: the fault heals after so many requests; None for never.
    """

    broken: int | None = None
    rate_limited_seconds: int | None = None
    silent_seconds: float = 0.0
    chunk_bytes: int = 8192
    chunk_seconds: float = 0.0
    truncated_bytes: int | None = None
    hidden_bytes: int = 0
    hidden_from_head: bool = False
    extra: Mapping[str, bytes] = field(default_factory=dict)
    where: str = ""
    times: int | None = None

    def strikes(self, path: str) -> bool:
        """Whether the request for this path goes wrong; counts it if so."""
        if self.where not in path or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One state of a repository."""

    sha: str
    title: str
    description: str
    author: str
    date: datetime
    files: Mapping[str, bytes]

    @property
    def stamp(self) -> str:
        """The date as the Hub writes it."""
        return self.date.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(slots=True, kw_only=True)
class Repository:
    """A repository: its commits, oldest first, and the names that point at them."""

    name: str
    kind: Kind
    private: bool = False
    gated: bool = False
    granted: set[str] = field(default_factory=set)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    commits: list[Commit] = field(default_factory=list)
    sdk: str | None = None
    hardware: str | None = None

    @property
    def page(self) -> str:
        """The path of the repository in the address of its page."""
        return self.name if self.kind == "model" else f"{self.kind}s/{self.name}"

    def commit(
        self,
        files: Mapping[str, bytes],
        *,
        title: str,
        description: str = "",
        author: str = "system",
        branch: str = "main",
    ) -> Commit:
        """Makes these files, all of them, the newest state of the branch."""
        digest = hashlib.sha1(f"{self.kind} {self.name} {len(self.commits)}".encode(), usedforsecurity=False)
        made = Commit(
            sha=digest.hexdigest(),
            title=title,
            description=description,
            author=author,
            date=datetime.now(UTC),
            files=MappingProxyType(dict(sorted(files.items()))),
        )
        self.commits.append(made)
        self.branches[branch] = made.sha
        return made

    def at(self, revision: str) -> Commit | None:
        """The commit that a branch, a tag or a whole sha means."""
        sha = self.branches.get(revision) or self.tags.get(revision) or revision
        return next((commit for commit in self.commits if commit.sha == sha), None)


@dataclass(frozen=True, slots=True)
class Blob:
    """A file as git knows it: its own bytes, or the pointer to them if git-LFS keeps it."""

    path: str
    content: bytes

    @property
    def is_lfs(self) -> bool:
        """Whether git-LFS keeps it."""
        return kept_by_lfs(self.path, len(self.content))

    @property
    def sha256(self) -> str:
        """Its name in git-LFS."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def pointer(self) -> bytes:
        """The text that git keeps in place of a git-LFS file."""
        version = "version https://git-lfs.github.com/spec/v1"
        return f"{version}\noid sha256:{self.sha256}\nsize {len(self.content)}\n".encode()

    @property
    def oid(self) -> str:
        """Its name in git."""
        kept = self.pointer if self.is_lfs else self.content
        return hashlib.sha1(b"blob %d\0" % len(kept) + kept, usedforsecurity=False).hexdigest()

    def sibling(self, hidden_bytes: int = 0) -> dict[str, Any]:
        """Its line in the information about a repository."""
        size = max(0, len(self.content) - hidden_bytes)
        lfs = {"sha256": self.sha256, "size": size, "pointerSize": len(self.pointer)}
        return {"rfilename": self.path, "size": size, "blobId": self.oid} | (
            {"lfs": lfs} if self.is_lfs else {}
        )

    def entry(self, hidden_bytes: int = 0) -> dict[str, Any]:
        """Its line in a tree."""
        size = max(0, len(self.content) - hidden_bytes)
        lfs = {"oid": self.sha256, "size": size, "pointerSize": len(self.pointer)}
        line = {"type": "file", "path": self.path, "size": size, "oid": self.oid}
        return line | ({"lfs": lfs} if self.is_lfs else {})


def kept_by_lfs(path: str, size: int) -> bool:
    """Whether a file of this name and size in bytes belongs in git-LFS; an empty one never does."""
    return size > 0 and (path.endswith(LFS_SUFFIXES) or size >= LFS_LIMIT_BYTES)


def tree_entries(
    files: Mapping[str, bytes], folder: str, recursive: bool, hidden_bytes: int
) -> list[dict[str, Any]]:
    """The lines of a tree: what lies in a folder ("" for the root), and all below it if recursive."""
    prefix = f"{folder}/" if folder else ""
    lines: dict[str, dict[str, Any]] = {}
    for path, content in files.items():
        if not path.startswith(prefix):
            continue
        below = path.removeprefix(prefix).split("/")
        for depth in range(1, len(below)):
            parent = prefix + "/".join(below[:depth])
            oid = hashlib.sha1(parent.encode(), usedforsecurity=False).hexdigest()
            lines[parent] = {"type": "directory", "path": parent, "size": 0, "oid": oid}
        lines[path] = Blob(path, content).entry(hidden_bytes)
    return [line for path, line in lines.items() if recursive or "/" not in path.removeprefix(prefix)]
