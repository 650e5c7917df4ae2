"""The one door to the Hugging Face Hub: its client, over plain HTTP, and what it raises in words of ours."""

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Final

import httpx2
from huggingface_hub import HfApi, constants, get_token, set_client_factory
from huggingface_hub.errors import (
    DisabledRepoError,
    EntryNotFoundError,
    FileMetadataError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalTokenNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils._http import default_client_factory
from huggingface_hub.utils.tqdm import disable_progress_bars

from seq2seq.errors import HubError
from seq2seq.hub.refusals import refusal

ANSWER_SECONDS: Final = 15.0
SILENCE_SECONDS: Final = 60.0
"""The longest that a transfer stands still; the client's own requests would wait for ever."""
LONGEST_WAIT_SECONDS: Final = 5
"""The longest that the Hub may ask to wait before the next try; the client would wait five times for minutes."""
CHUNK_BYTES: Final = 1 << 18
"""How much comes between two looks at whether to go on; the client's own 10 MB are many seconds on a slow line."""
_STATUS_KEYS: Final = {
    401: "hub_bad_token",
    402: "hub_payment",
    403: "hub_forbidden",
    409: "hub_changed",
    412: "hub_changed",
    429: "hub_rate_limited",
}
_answer_seconds: ContextVar[float | None] = ContextVar("answer_seconds", default=None)


def open_hub(token: str | None = None) -> HfApi:
    """The client.

    Files come over plain HTTP instead of Xet, so that every byte is counted, and can be refused, as it comes.

    Args:
        token: what to say who one is with; None for the login of this machine, empty for nobody.
    """
    constants.HF_HUB_DISABLE_XET = True
    constants.DOWNLOAD_CHUNK_SIZE = CHUNK_BYTES
    _set_up_once()
    return HfApi(token=False if token == "" else token, library_name="seq2seq-explorer")


def login_token() -> str:
    """The token of this machine's login, to know it where it must not be; empty without one."""
    return get_token() or ""


@contextmanager
def answers_within(seconds: float) -> Iterator[None]:
    """While open, a request of this thread that is not answered in time fails."""
    before = _answer_seconds.set(seconds)
    try:
        yield
    finally:
        _answer_seconds.reset(before)


@cache
def _set_up_once() -> None:
    """What goes wrong is said once, by us; and no request waits for ever."""
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", message="Warnings while validating metadata in README.md")
    disable_progress_bars()
    set_client_factory(_make_client)


def _make_client() -> httpx2.Client:
    client = default_client_factory()
    client.timeout = httpx2.Timeout(SILENCE_SECONDS, connect=ANSWER_SECONDS)
    hooks = client.event_hooks
    client.event_hooks = {"request": [*hooks["request"], _hurry], "response": [_refuse_to_wait]}
    return client


def _hurry(request: httpx2.Request) -> None:
    if (seconds := _answer_seconds.get()) is not None:
        request.extensions["timeout"] = httpx2.Timeout(seconds).as_dict()


def _refuse_to_wait(response: httpx2.Response) -> None:
    if response.status_code != httpx2.codes.TOO_MANY_REQUESTS:
        return
    wait = response.headers.get("Retry-After", "")
    if "ratelimit" in response.headers or not wait.isdecimal() or int(wait) > LONGEST_WAIT_SECONDS:
        raise refusal("hub_rate_limited")


@contextmanager
def say_hub_errors(name: str, revision: str = "") -> Iterator[None]:
    """Turns what the client raises into a `HubError` of one sentence, which holds nothing of a token."""
    try:
        yield
    except (httpx2.HTTPError, EntryNotFoundError, OSError, ValueError) as problem:
        found = _translate(problem, name, revision)
        if found is None:
            raise
        raise found from None  # the client's errors hold requests, and those the token


def _translate(problem: Exception, name: str, revision: str) -> HubError | None:
    for kind, key in _KEYS.items():
        if isinstance(problem, kind):
            return refusal(key, name=name, revision=revision)
    if isinstance(problem, HfHubHTTPError):
        return _by_status(name, problem)
    if isinstance(problem.__cause__, HfHubHTTPError):
        return _by_status(name, problem.__cause__)
    if isinstance(problem, httpx2.HTTPError | EntryNotFoundError | FileMetadataError):
        return refusal("hub_unreachable")
    if "Consistency check failed" in str(problem):
        return refusal("hub_lies", name=name, file="a file")
    return None


def _by_status(name: str, problem: HfHubHTTPError) -> HubError:
    status = problem.response.status_code
    if status == 400 and re.search("(?i)token", str(problem)):
        return refusal("hub_bad_token")
    return refusal(_STATUS_KEYS.get(status, "hub_broken"), name=name, status=status)


_KEYS: Final[dict[type[Exception], str]] = {
    GatedRepoError: "hub_gated",
    RevisionNotFoundError: "hub_no_revision",
    RepositoryNotFoundError: "hub_not_found",
    DisabledRepoError: "hub_not_found",
    OfflineModeIsEnabled: "hub_offline",
    HFValidationError: "hub_bad_name",
    LocalTokenNotFoundError: "hub_no_token",
}
"""By kind; a gated repository is one that is not found, so it comes first."""
