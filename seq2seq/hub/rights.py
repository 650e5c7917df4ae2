"""What a token may do with a repository, asked before anything is sent, and answered within seconds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from huggingface_hub import HfApi

from seq2seq.errors import HubError
from seq2seq.hub.client import answers_within, open_hub, say_hub_errors
from seq2seq.hub.names import MAIN, HubName
from seq2seq.hub.refusals import refusal

Kind = Literal["model", "space"]
PREFLIGHT_SECONDS: Final = 10.0
_ROLES_THAT_WRITE: Final = ("admin", "write", "contributor")
_WRITES: Final = ("repo.write", "repo.content.write")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Who may write to a repository, and what is there.

    Attributes:
        user: whose token it is.
        repository: owner and name.
        kind: of repository.
        exists: whether it is there; else it can be made.
        private: whether it is there and not everyone may see it.
        commit: the newest one of main; empty where there is none.
        files: what is there, each with the sha256 of its content where git-LFS keeps it, or else its name in git.
    """

    user: str
    repository: str
    kind: Kind
    exists: bool
    private: bool = False
    commit: str = ""
    files: Mapping[str, str] = field(default_factory=dict)


def plan_upload(repository: str, kind: Kind = "model", *, token: str | None = None) -> Rights:
    """Ask who one is and what one may do, without changing anything.

    Args:
        repository: ``OWNER/NAME``.
        kind: of repository.
        token: see `open_hub`.

    Raises:
        HubError: where the token is missing, not taken or may not write there, or the Hub does not answer.
    """
    name = HubName.parse(repository)
    if name.revision != MAIN:
        raise refusal("hub_bad_name", name=repr(repository[:100]))
    if token == "":
        raise refusal("hub_no_token")
    hub = open_hub(token)
    with answers_within(PREFLIGHT_SECONDS):
        with say_hub_errors(name.repository):
            who = hub.whoami()
        user = str(who.get("name", ""))
        _check_token(who, user, name)
        found = look_at(hub, name.repository, kind, user)
        _check_place(hub, who, found, name)
    return found


def check_privacy(rights: Rights, *, private: bool) -> None:
    """Refuse to put what is to be private where everyone sees it.

    Raises:
        HubError: where the repository is there and public.
    """
    if rights.exists and private and not rights.private:
        raise refusal("hub_is_public", name=rights.repository)


def look_at(hub: HfApi, repository: str, kind: Kind, user: str) -> Rights:
    """What is there now.

    Raises:
        HubError: where the Hub does not say it.
    """
    try:
        with answers_within(PREFLIGHT_SECONDS), say_hub_errors(repository):
            info: Any = hub.repo_info(
                repository, repo_type=kind, files_metadata=True, timeout=PREFLIGHT_SECONDS
            )
    except HubError as problem:
        if problem.key != "hub_not_found":
            raise
        return Rights(user=user, repository=repository, kind=kind, exists=False)
    return Rights(
        user=user,
        repository=repository,
        kind=kind,
        exists=True,
        private=bool(info.private),
        commit=info.sha or "",
        files=dict(_contents(info.siblings or ())),
    )


def _contents(siblings: Iterable[Any]) -> Iterable[tuple[str, str]]:
    for file in siblings:
        yield file.rfilename, file.lfs.sha256 if file.lfs else file.blob_id or ""


def _check_token(who: Mapping[str, Any], user: str, name: HubName) -> None:
    """Tell a token that cannot write; where it says nothing of itself, as one of OAuth, the Hub decides."""
    token = who.get("auth", {}).get("accessToken") or {}
    scopes = token.get("fineGrained")
    may = token.get("role") != "read"
    if scopes:
        may = any(
            scope.get("entity", {}).get("name") in (name.owner, name.repository)
            and any(right in scope.get("permissions", ()) for right in _WRITES)
            for scope in scopes.get("scoped", ())
        )
    if not may:
        raise refusal("hub_read_only_token", user=user, owner=name.owner)


def _check_place(hub: HfApi, who: Mapping[str, Any], found: Rights, name: HubName) -> None:
    teams = {
        str(team.get("name"))
        for team in who.get("orgs", ())
        if team.get("roleInOrg", "write") in _ROLES_THAT_WRITE
    }
    not_yours = refusal("hub_not_yours", user=found.user, name=name.repository)
    if not found.exists:
        if name.owner.casefold() not in {owner.casefold() for owner in (found.user, *teams)}:
            raise not_yours
        return
    try:
        with say_hub_errors(name.repository):
            hub.auth_check(name.repository, repo_type=found.kind, write=True)
    except HubError as problem:
        raise (not_yours if problem.key == "hub_forbidden" else problem) from None
