"""A stand-in for the Hugging Face Hub on 127.0.0.1: what `huggingface_hub` asks when it pulls and pushes by HTTP.

A client must be a process of its own with `StandInHub.environment`, for it reads ``HF_ENDPOINT`` when imported.
"""

import re
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal, Self
from urllib.parse import unquote

from stand_in_exchange import Answer, Asked, Refused, Request, Server
from stand_in_large_files import LFS_ROUTES
from stand_in_repositories import Commit, Faults, Kind, Repository
from stand_in_routes import ROUTES
from stand_in_space_routes import SPACE_ROUTES

WRITE_TOKEN, READ_TOKEN, OTHER_TOKEN, EXPIRED_TOKEN = "hf_write", "hf_read", "hf_other", "hf_expired"
REMEMBERED_REQUESTS = 2000
CutWhen = Literal["before", "halfway", "after"]


class StandInHub:
    """The Hub; use it in a ``with``. Its attributes may be changed while it runs.

    Attributes:
        users: the user of each token. Any other token is refused as an expired one is (401).
        read_only: the tokens that may not write.
        fine_grained: what a token of that kind may do, by owner: ``{"hf_x": {"ana": ["repo.write"]}}``.
        organizations: the organizations that a user may write to.
        faults: what goes wrong, by the name of a repository; "" is for every request, also ``whoami``.
        uploads: the git-LFS objects that have arrived, by sha256.
        part_bytes: git-LFS objects that are larger are uploaded in parts of this size; None for none.
        failures: errors of the stand-in itself; the first is raised at the end of the ``with``.
        on_request: called before each request is served, in a thread of the server.
        page_entries: how many lines one page of a tree has.
    """

    def __init__(self) -> None:
        self.users = {WRITE_TOKEN: "ana", READ_TOKEN: "ana", OTHER_TOKEN: "ben"}
        self.read_only = {READ_TOKEN}
        self.fine_grained: dict[str, dict[str, list[str]]] = {}
        self.organizations: dict[str, list[str]] = {}
        self.faults: dict[str, Faults] = {}
        self.uploads: dict[str, bytes] = {}
        self.part_bytes: int | None = None
        self.parts: dict[str, dict[int, bytes]] = {}
        self.failures: list[BaseException] = []
        self.on_request: Callable[[Request], None] | None = None
        self.page_entries = 1000
        self.lock = threading.RLock()
        self.closed = threading.Event()
        self._repositories: dict[tuple[Kind, str], Repository] = {}
        self._seen: deque[Request] = deque(maxlen=REMEMBERED_REQUESTS)
        self._cuts, self._cut_when, self._count = range(0), "", 0
        self._server = Server(self)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.closed.set()
        self._server.shutdown()
        self._server.server_close()
        if kind is None and self.failures:
            raise self.failures[0]

    @property
    def address(self) -> str:
        """Where it listens, for ``HF_ENDPOINT``."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def requests(self) -> list[Request]:
        """The last requests, oldest first."""
        with self.lock:
            return list(self._seen)

    def environment(self, folder: Path, token: str = "") -> dict[str, str]:
        """The variables that send a client process here, with its cache and its login in the folder."""
        off = dict.fromkeys(("DISABLE_XET", "DISABLE_TELEMETRY", "DISABLE_PROGRESS_BARS"), "1")
        variables = {f"HF_HUB_{name}": value for name, value in (off | {"OFFLINE": "0"}).items()}
        variables |= {"HF_ENDPOINT": self.address, "HF_HOME": str(folder), "HF_TOKEN": token}
        return variables | {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}

    def add_repository(
        self,
        name: str,
        files: Mapping[str, bytes],
        *,
        kind: Kind = "model",
        private: bool = False,
        gated: bool = False,
        faults: Faults | None = None,
    ) -> str:
        """Adds a repository ``namespace/name`` with exactly these files; returns the sha of its commit."""
        made = Repository(name=name, kind=kind, private=private, gated=gated)
        sha = made.commit(files, title="initial commit").sha
        with self.lock:
            self._repositories[kind, name] = made
            if faults is not None:
                self.faults[name] = faults
        return sha

    def add_commit(
        self,
        name: str,
        files: Mapping[str, bytes | None],
        *,
        kind: Kind = "model",
        branch: str = "main",
        title: str = "change",
    ) -> str:
        """Adds and replaces files of main, and removes those given as None, in one commit; returns its sha."""
        with self.lock:
            changed = {**self.files_of(name, kind=kind), **files}
            kept = {path: content for path, content in changed.items() if content is not None}
            return self.repository(name, kind).commit(kept, title=title, branch=branch).sha

    def repository(self, name: str, kind: Kind = "model") -> Repository:
        """The repository itself, to change who sees it or to name a revision; KeyError if there is none."""
        return self._repositories[kind, name]

    def files_of(self, name: str, revision: str = "main", kind: Kind = "model") -> dict[str, bytes]:
        """The files at a revision; KeyError if there is no such repository or revision."""
        found = self.repository(name, kind).at(revision)
        if found is None:
            raise KeyError(revision)
        return dict(found.files)

    def commits_of(self, name: str, kind: Kind = "model") -> list[Commit]:
        """All commits, newest first."""
        return self.repository(name, kind).commits[::-1]

    @property
    def counted(self) -> int:
        """The requests since the last `cut` began."""
        with self.lock:
            return self._count

    def names(self) -> list[tuple[Kind, str]]:
        """The kind and name of every repository."""
        return sorted(self._repositories)

    def cut(self, served: int, *, times: int | None = None, when: CutWhen = "before") -> None:
        """Serves so many more requests, then closes the connection of the next ones without an answer.

        Args:
            served: how many requests are still answered.
            times: how many are cut after that; None for all until `mend`.
            when: before the body of a request is read, halfway through it, or after the request was obeyed.
        """
        with self.lock:
            self._count, self._cut_when = 0, when
            self._cuts = range(served, sys.maxsize if times is None else served + times)

    def mend(self) -> None:
        """Ends what `cut` has begun."""
        with self.lock:
            self._cuts = range(0)

    def see(self, request: Request) -> str:
        """Notes a request; says when its connection is to be cut, or ""."""
        if self.on_request is not None:
            self.on_request(request)
        with self.lock:
            self._seen.append(request)
            self._count += 1
            return self._cut_when if self._count - 1 in self._cuts else ""

    def answer(self, asked: Asked) -> Answer:
        """What the Hub says to a request."""
        try:
            self._fail(self.faults.get(""), asked)
            for methods, pattern, route in (*ROUTES, *LFS_ROUTES, *SPACE_ROUTES):
                match = re.fullmatch(pattern, asked.path) if asked.method in methods.split() else None
                if match:
                    names = {name: unquote(text) for name, text in match.groupdict("").items()}
                    self._fail(self.faults.get(names["name"]) if "name" in names else None, asked)
                    return route(self, replace(asked, names=names))
            raise Refused(404, f"The stand-in Hub does not know {asked.method} {asked.path}.")
        except Refused as refusal:
            return refusal.answer

    def _fail(self, faults: Faults | None, asked: Asked) -> None:
        if faults is None or not (
            faults.broken or faults.silent_seconds or faults.rate_limited_seconds is not None
        ):
            return
        with self.lock:
            if not faults.strikes(asked.path):
                return
        self.closed.wait(faults.silent_seconds)
        if faults.rate_limited_seconds is not None:
            raise Refused(429, "Too many requests", Retry_After=str(faults.rate_limited_seconds))
        if faults.broken:
            raise Refused(
                faults.broken, "Internal Error - We're working hard to fix this as soon as possible!"
            )
