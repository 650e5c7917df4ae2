"""The HTTP of the stand-in Hub: a request taken apart, an answer put together, and connections that break."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import parse_qsl, urlsplit

from stand_in_repositories import Faults, Kind

if TYPE_CHECKING:
    from stand_in_hub import StandInHub


class Request(NamedTuple):
    """A request that the Hub has seen; the names of its headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass(slots=True)
class Answer:
    """An answer before it is sent; with ``faults`` only if it is the content of a file."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    faults: Faults | None = None
    first_byte: int = 0


class Refused(Exception):  # noqa: N818 (an answer, not a mistake)
    """An answer that is an error: its status, the reason, and what the client reads in ``X-Error-Code``."""

    def __init__(self, status: int, message: str, code: str = "", **headers: str) -> None:
        super().__init__(message)
        named = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {})
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = Answer(status, json.dumps({"error": message}).encode(), named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request with its parts told apart; ``names`` are those of its pattern in `ROUTES`."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """The kind of repository that the path means: ``models``, nothing, ``spaces`` or ``spaces/``."""
        return cast(Kind, self.names.get("kind", "").rstrip("s/") or "model")

    @property
    def token(self) -> str:
        """The token of the user, or "" for a stranger."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


class Server(ThreadingHTTPServer):
    """The socket, with one thread per connection."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, hub: "StandInHub") -> None:
        self.hub = hub
        super().__init__(("127.0.0.1", 0), _Exchange)

    def handle_error(self, request: object, client_address: object) -> None:
        """Keeps an error of the stand-in; that a client went away is none."""
        failure = sys.exception()
        if failure is not None and not isinstance(failure, ConnectionError | TimeoutError | _CutError):
            self.hub.failures.append(failure)


class _CutError(Exception):
    """The connection is closed here, as a fault wants it."""


class _Exchange(BaseHTTPRequestHandler):
    """One connection: reads its requests, and sends the answers of the hub as its faults want it."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        """Answers any method."""
        hub, address = self.server.hub, urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        cut = hub.see(Request(self.command, self.path, headers))
        if cut == "before":
            raise _CutError
        asked = Asked(
            method=self.command,
            path=address.path,
            query=dict(parse_qsl(address.query)),
            headers=headers,
            body=self._read_body(halfway=cut == "halfway"),
        )
        answer = hub.answer(asked)
        if cut:
            raise _CutError
        self._send(answer)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def _read_body(self, *, halfway: bool) -> bytes:
        length = int(self.headers.get("Content-Length", "0"))
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            body = self.rfile.read(length // 2 if halfway else length)
            if len(body) < length:
                raise _CutError
            return body
        pieces = []
        while size := int(self.rfile.readline().split(b";")[0] or b"-1", 16):
            pieces.append(self.rfile.read(size + 2)[:-2] if size > 0 else b"")
            if halfway or len(pieces[-1]) != size:
                raise _CutError
        self.rfile.readline()
        return b"".join(pieces)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        headers = {"Content-Length": str(len(answer.body))} | answer.headers
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if answer.faults is not None and self._goes_wrong(answer, answer.faults):
            self._send_badly(answer, answer.faults)
        else:
            self.wfile.write(answer.body)

    def _goes_wrong(self, answer: Answer, faults: Faults) -> bool:
        end, limit = answer.first_byte + len(answer.body), faults.truncated_bytes
        if not faults.chunk_seconds and (limit is None or limit >= end):
            return False
        with self.server.hub.lock:
            return faults.strikes(urlsplit(self.path).path)

    def _send_badly(self, answer: Answer, faults: Faults) -> None:
        end = len(answer.body)
        if faults.truncated_bytes is not None:
            end = min(end, max(0, faults.truncated_bytes - answer.first_byte))
        for start in range(0, end, faults.chunk_bytes):
            self.wfile.write(answer.body[start : min(start + faults.chunk_bytes, end)])
            if self.server.hub.closed.wait(faults.chunk_seconds):
                raise _CutError
        if end < len(answer.body):
            raise _CutError

    def log_message(self, *_: object) -> None:
        """Says nothing on the standard error."""
