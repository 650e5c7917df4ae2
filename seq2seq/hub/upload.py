"""Uploading files as one commit: all of them are there afterwards, or none, and which is said truthfully."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, constants

from seq2seq.errors import HubError
from seq2seq.hub.changes import Changes, Meter, Progress
from seq2seq.hub.client import open_hub, say_hub_errors
from seq2seq.hub.names import MAIN
from seq2seq.hub.refusals import refusal
from seq2seq.hub.rights import Kind, Rights, check_privacy, look_at, plan_upload

SECOND_LOOK_SECONDS: Final = 2.0
_SPACE_PREFIX: Final = "spaces/"
STATES: Final = {"same": "is as it was", "empty": "was created and is empty"}
"""What a repository is after what went wrong with an upload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """What came of an upload.

    Attributes:
        commit: that holds the files now.
        address: of the repository's page.
        unchanged: whether all was there already, so that no commit was made.
        created: whether the repository was made.
        sent: the files that were new or other than what was there.
        removed: the files that were removed.
    """

    commit: str
    address: str
    unchanged: bool
    created: bool
    sent: tuple[str, ...]
    removed: tuple[str, ...]


def page_of(repository: str, kind: Kind = "model") -> str:
    """The address of a repository's page."""
    return f"{constants.ENDPOINT}/{_SPACE_PREFIX if kind == 'space' else ''}{repository}"


def upload(
    repository: str,
    files: Mapping[str, Path | bytes],
    *,
    kind: Kind = "model",
    message: str,
    private: bool = False,
    token: str | None = None,
    remove: Sequence[str] = (),
    creation: Mapping[str, Any] | None = None,
    rights: Rights | None = None,
    progress: Progress = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Uploaded:
    """Make these files the newest state of a repository, in one commit; others that are there stay.

    Args:
        repository: ``OWNER/NAME``.
        files: path in the repository, to a file here or its content.
        kind: of repository.
        message: the title of the commit.
        private: whether a repository that has to be made is seen by its owner only.
        token: see `open_hub`.
        remove: patterns of files that are removed where ``files`` does not have them.
        creation: what else `HfApi.create_repo` is told.
        rights: what `plan_upload` found; where the repository has changed since then, that is refused.
        progress: told the bytes that were sent and those that will be, perhaps in another thread.
        should_stop: asked as bytes go; where it says yes, no commit is made.

    Raises:
        HubError: in one sentence, whatever goes wrong; its hint says in which state the repository is.
    """
    rights = rights or plan_upload(repository, kind, token=token)
    check_privacy(rights, private=private)
    with ExitStack() as opened:
        changes = Changes.between(rights, files, remove, opened)
        if rights.exists and not changes.sent and not changes.removed:
            return _uploaded(rights, changes, rights.commit, created=False)
        meter = Meter(repository, changes, progress, should_stop)
        hub = open_hub(token)
        there = rights if rights.exists else _create(hub, rights, private, creation or {})
        with _say_state(rights):
            commit = _commit(hub, there, changes, message, meter)
        meter.finish()
        return _uploaded(rights, changes, commit, created=not rights.exists)


def _uploaded(rights: Rights, changes: Changes, commit: str, *, created: bool) -> Uploaded:
    sent = tuple(file.path for file in changes.sent)
    return Uploaded(
        commit=commit,
        address=page_of(rights.repository, rights.kind),
        unchanged=not created and not sent and not changes.removed,
        created=created,
        sent=sent,
        removed=changes.removed,
    )


def _create(hub: HfApi, rights: Rights, private: bool, creation: Mapping[str, Any]) -> Rights:
    """Make the repository; what it holds then."""
    more = {"space_sdk": "gradio", **creation} if rights.kind == "space" else dict(creation)
    try:
        with _say_errors(rights.repository):
            hub.create_repo(rights.repository, repo_type=rights.kind, private=private, **more)
    except HubError as problem:
        if problem.key != "hub_unreachable":
            raise
        return _made_all_the_same(hub, rights, problem)
    with _say_state(rights):
        return look_at(hub, rights.repository, rights.kind, rights.user)


def _made_all_the_same(hub: HfApi, rights: Rights, problem: HubError) -> Rights:
    """The repository where it was made although the answer was lost; else the problem is raised."""
    try:
        now = look_at(hub, rights.repository, rights.kind, rights.user)
    except HubError:
        raise refusal("hub_outcome_unknown", name=rights.repository) from problem
    if not now.exists:
        raise problem
    return now


def _commit(hub: HfApi, there: Rights, changes: Changes, message: str, meter: Meter) -> str:
    additions = [CommitOperationAdd(file.path, cast(BinaryIO, file)) for file in changes.sent]
    # Of files with one content the client would read a single one in several threads at once.
    of_content = {file.sha256: addition for file, addition in zip(changes.sent, additions, strict=True)}
    meter.begin()
    with _say_errors(there.repository):
        hub.preupload_lfs_files(
            there.repository,
            list(of_content.values()),
            repo_type=there.kind,
            revision=MAIN,
            free_memory=False,
        )
    meter.look()
    try:
        with _say_errors(there.repository):
            made = hub.create_commit(
                there.repository,
                [*additions, *map(CommitOperationDelete, changes.removed)],
                commit_message=message,
                repo_type=there.kind,
                parent_commit=there.commit or None,
            )
    except HubError as problem:
        if problem.key == "hub_push_stopped":
            raise
        return _look_back(hub, there, changes, problem)
    return str(made.oid)


def _look_back(hub: HfApi, before: Rights, changes: Changes, problem: HubError) -> str:
    """The commit where it was made although its answer was lost; else the problem is raised."""
    try:
        now = look_at(hub, before.repository, before.kind, before.user)
        if now.commit == before.commit and problem.key == "hub_unreachable":
            time.sleep(SECOND_LOOK_SECONDS)  # the Hub may still be at it
            now = look_at(hub, before.repository, before.kind, before.user)
    except HubError:
        raise refusal("hub_outcome_unknown", name=before.repository) from problem
    if now.commit == before.commit:
        raise problem
    if not changes.are_in(now):
        raise refusal("hub_changed", name=before.repository) from problem
    return now.commit


@contextmanager
def _say_errors(name: str) -> Iterator[None]:
    """As `say_hub_errors`, with those that the client hides, and what only an upload meets."""
    with say_hub_errors(name):
        try:
            yield
        except RuntimeError as problem:  # of a thread of the client, with its reason inside
            raise (problem.__cause__ or problem) from None
        except ValueError as problem:
            if isinstance(problem, OSError):
                raise
            raise _strange_answer(problem) from None


def _strange_answer(problem: ValueError) -> HubError:
    first, _, rest = str(problem).partition("\n")
    if first.startswith("Invalid metadata in README.md"):
        return refusal("hub_bad_card", reason=" ".join(rest.split())[:300] or "its header is not valid.")
    return refusal("hub_strange")


@contextmanager
def _say_state(before: Rights) -> Iterator[None]:
    """Adds to the hint of what goes wrong in which state the repository is left."""
    try:
        yield
    except HubError as problem:
        if problem.key in ("hub_outcome_unknown", "hub_changed"):
            raise
        state = "same" if before.exists else "empty"
        hint = f"{problem.hint} {before.repository} {STATES[state]}."
        values = {**problem.values, "state": state}
        raise HubError(problem.message, hint, key=problem.key, values=values) from problem
