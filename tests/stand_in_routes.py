"""What the stand-in Hub answers to each request, as `huggingface_hub` 2.4 reads it: one function per address."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from stand_in_exchange import Answer, Asked, Refused
from stand_in_repositories import (
    GIT_ATTRIBUTES,
    Blob,
    Commit,
    Faults,
    Kind,
    Repository,
    kept_by_lfs,
    tree_entries,
)

if TYPE_CHECKING:
    from stand_in_hub import StandInHub


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})


def _user(hub: "StandInHub", asked: Asked) -> str | None:
    if asked.token and asked.token not in hub.users:
        raise Refused(401, "Invalid credentials in Authorization header")
    return hub.users.get(asked.token)


def _known_user(hub: "StandInHub", asked: Asked) -> str:
    user = _user(hub, asked)
    if user is None:
        raise Refused(401, "Invalid username or password.")
    return user


def _belongs(hub: "StandInHub", user: str | None, name: str) -> bool:
    return user is not None and name.split("/")[0] in (user, *hub.organizations.get(user, ()))


def find_repository(
    hub: "StandInHub", asked: Asked, *, write: bool = False, content: bool = False
) -> Repository:
    """The repository of a request, if its user may see it (and write it, or read its files)."""
    user, name = _user(hub, asked), asked.names["name"]
    missing = Refused(401 if user is None else 404, "Repository not found", "RepoNotFound")
    try:
        found = hub.repository(name, asked.kind)
    except KeyError:
        raise missing from None
    mine = _belongs(hub, user, name)
    if found.private and not mine:
        raise missing
    if content and found.gated and not mine and user not in found.granted:
        message = (
            f"Access to {asked.kind} {name} is restricted. You must have access to it and be authenticated."
        )
        raise Refused(401 if user is None else 403, message, "GatedRepo")
    if write and _known_user(hub, asked) and (not mine or asked.token in hub.read_only):
        raise Refused(403, "Forbidden: you must use a write token to upload to a repository.")
    return found


def _commit_at(repository: Repository, asked: Asked) -> Commit:
    found = repository.at(asked.names.get("revision") or "main")
    if found is None:
        raise Refused(404, f"Invalid rev id: {asked.names['revision']}", "RevisionNotFound")
    return found


def _faults(hub: "StandInHub", asked: Asked) -> Faults:
    return hub.faults.get(asked.names["name"], Faults())


def whoami(hub: "StandInHub", asked: Asked) -> Answer:
    """Who the token belongs to, and whether it may write."""
    user = _known_user(hub, asked)
    role = "read" if asked.token in hub.read_only else "write"
    teams = hub.organizations.get(user, [])
    token: dict[str, Any] = {"displayName": "test", "role": role}
    if asked.token in hub.fine_grained:
        scopes = hub.fine_grained[asked.token].items()
        scoped = [
            {"entity": {"type": "user", "name": name}, "permissions": rights} for name, rights in scopes
        ]
        token |= {"role": "fineGrained", "fineGrained": {"global": [], "scoped": scoped}}
    return json_answer(
        {
            **{"type": "user", "id": hashlib.sha256(user.encode()).hexdigest()[:24], "name": user},
            **{"fullname": user.title(), "email": f"{user}@example.org", "isPro": False},
            "avatarUrl": "",
            "orgs": [{"type": "org", "name": name, "roleInOrg": "write"} for name in teams],
            "auth": {"type": "access_token", "accessToken": token},
        }
    )


def create(hub: "StandInHub", asked: Asked) -> Answer:
    """Makes a repository with the one file that the Hub puts into each, ``.gitattributes``."""
    user, wanted = _known_user(hub, asked), json.loads(asked.body)
    kind, namespace = cast(Kind, wanted.get("type") or "model"), wanted.get("organization") or user
    name, private = f"{namespace}/{wanted['name']}", wanted.get("visibility") == "private"
    if not _belongs(hub, user, name) or asked.token in hub.read_only:
        raise Refused(403, f'You don\'t have the rights to create a {kind} under the namespace "{namespace}"')
    with hub.lock:
        there = (kind, name) in hub.names()
        if not there:
            hub.add_repository(name, {".gitattributes": GIT_ATTRIBUTES}, kind=kind, private=private)
            made = hub.repository(name, kind)
            made.sdk, made.hardware = wanted.get("sdk"), wanted.get("hardware")
    described = {"url": f"{hub.address}/{hub.repository(name, kind).page}", "name": name}
    if there:
        return json_answer(described | {"error": f"You already created this {kind} repo"}, status=409)
    return json_answer(described)


def validate_card(hub: "StandInHub", asked: Asked) -> Answer:
    """Checks that the README has a closed header; it does not read the YAML in it."""
    content = json.loads(asked.body)["content"]
    begun = content.startswith("---")
    closed = re.match(r"---\n.*?^---$", content, flags=re.DOTALL | re.MULTILINE)
    warnings = [] if begun else [{"message": "empty or missing yaml metadata in repo card"}]
    errors = [{"message": "the header has no end"}] if begun and not closed else []
    return json_answer({"errors": errors, "warnings": warnings}, status=400 if errors else 200)


def information(hub: "StandInHub", asked: Asked) -> Answer:
    """The repository at a revision, with the size of each file if ``blobs`` is asked."""
    repository, faults = find_repository(hub, asked), _faults(hub, asked)
    commit = _commit_at(repository, asked)
    files = {**commit.files, **faults.extra}
    siblings = [Blob(path, content).sibling(faults.hidden_bytes) for path, content in files.items()]
    if asked.query.get("blobs", "").lower() not in ("true", "1"):
        siblings = [{"rfilename": line["rfilename"]} for line in siblings]
    return json_answer(
        {
            **{"id": repository.name, "author": repository.name.split("/")[0], "sha": commit.sha},
            **{
                "private": repository.private,
                "gated": "manual" if repository.gated else False,
                "disabled": False,
            },
            **{"lastModified": commit.stamp, "createdAt": repository.commits[0].stamp, "tags": []},
            **{"downloads": 0, "likes": 0, "siblings": siblings},
        }
        | ({"sdk": repository.sdk} if repository.kind == "space" else {})
    )


def tree(hub: "StandInHub", asked: Asked) -> Answer:
    """The files and folders at a revision, page by page."""
    commit, faults = _commit_at(find_repository(hub, asked), asked), _faults(hub, asked)
    recursive, folder = asked.query.get("recursive", "").lower() in ("true", "1"), asked.names["path"]
    lines = tree_entries(commit.files, folder, recursive, faults.hidden_bytes)
    lines += [Blob(path, content).entry(faults.hidden_bytes) for path, content in faults.extra.items()]
    if folder and not lines:
        raise Refused(404, f"{folder} does not exist", "EntryNotFound")
    first = int(asked.query.get("cursor", "0"))
    rest = f"{hub.address}{asked.path}?recursive={recursive}&cursor={first + hub.page_entries}"
    more = {"Link": f'<{rest}>; rel="next"'} if first + hub.page_entries < len(lines) else {}
    return json_answer(lines[first : first + hub.page_entries], headers=more)


def references(hub: "StandInHub", asked: Asked) -> Answer:
    """The branches and tags."""
    found = find_repository(hub, asked)
    heads, tags = (
        [{"name": name, "ref": f"refs/{folder}/{name}", "targetCommit": sha} for name, sha in named.items()]
        for folder, named in (("heads", found.branches), ("tags", found.tags))
    )
    return json_answer({"branches": heads, "tags": tags, "converts": [], "pullRequests": []})


def history(hub: "StandInHub", asked: Asked) -> Answer:
    """The commits up to a revision, newest first; the stand-in knows one line of them only."""
    repository = find_repository(hub, asked)
    until = repository.commits.index(_commit_at(repository, asked)) + 1
    return json_answer(
        [
            {
                **{"id": commit.sha, "title": commit.title, "message": commit.description},
                **{"date": commit.stamp, "authors": [{"user": commit.author}]},
            }
            for commit in repository.commits[:until][::-1]
        ]
    )


def check_access(hub: "StandInHub", asked: Asked) -> Answer:
    """Whether the user may read the files, or write with ``/write``."""
    find_repository(hub, asked, write=bool(asked.names["write"]), content=True)
    return json_answer({})


def resolve(hub: "StandInHub", asked: Asked) -> Answer:
    """The content of a file, or a part of it."""
    commit, faults = _commit_at(find_repository(hub, asked, content=True), asked), _faults(hub, asked)
    path = asked.names["path"]
    content = commit.files.get(path, faults.extra.get(path))
    if content is None:
        raise Refused(404, "Entry not found", "EntryNotFound", X_Repo_Commit=commit.sha)
    blob, announced = Blob(path, content), len(content)
    headers = {"X-Repo-Commit": commit.sha, "Accept-Ranges": "bytes", "ETag": f'"{blob.oid}"'}
    if asked.method == "HEAD" and faults.hidden_from_head:
        announced = max(0, announced - faults.hidden_bytes)
        headers["Content-Length"] = str(announced)
    if blob.is_lfs:
        headers |= {"X-Linked-Etag": f'"{blob.sha256}"', "X-Linked-Size": str(announced)}
    part = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.headers.get("range", ""))
    if part is None:
        return Answer(200, content, headers, faults)
    first, last = int(part[1]), min(int(part[2] or len(content)), len(content) - 1)
    if first > last:
        raise Refused(416, "Range not satisfiable", Content_Range=f"bytes */{len(content)}")
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return Answer(206, content[first : last + 1], headers, faults, first)


def choose_modes(hub: "StandInHub", asked: Asked) -> Answer:
    """Before an upload: which files git keeps and which git-LFS, and what is there already."""
    commit = _commit_at(find_repository(hub, asked, write=True), asked)
    lines = []
    for file in json.loads(asked.body)["files"]:
        line = {"path": file["path"], "shouldIgnore": False}
        line["uploadMode"] = "lfs" if kept_by_lfs(file["path"], file["size"]) else "regular"
        if file["path"] in commit.files:
            there = Blob(file["path"], commit.files[file["path"]])
            line["oid"] = there.sha256 if there.is_lfs else there.oid
        lines.append(line)
    return json_answer({"files": lines})


def commit(hub: "StandInHub", asked: Asked) -> Answer:
    """Makes a commit of all its lines, or none if one of them is wrong."""
    with hub.lock:
        repository = find_repository(hub, asked, write=True)
        parent = _commit_at(repository, asked)
        lines = [json.loads(line) for line in asked.body.splitlines() if line.strip()]
        header = next(line["value"] for line in lines if line["key"] == "header")
        if header.get("parentCommit", parent.sha) != parent.sha:
            raise Refused(412, "A commit has happened since. Please refresh and try again.")
        files = dict(parent.files)
        for line in lines:
            _change(files, line["key"], line["value"], hub.uploads)
        made = repository.commit(
            files,
            title=header["summary"],
            description=header.get("description", ""),
            author=hub.users[asked.token],
            branch=asked.names["revision"],
        )
    url = f"{hub.address}/{repository.page}/commit/{made.sha}"
    return json_answer({"success": True, "commitOid": made.sha, "commitUrl": url, "hookOutput": ""})


def _change(
    files: dict[str, bytes], kind: str, value: Mapping[str, Any], uploads: Mapping[str, bytes]
) -> None:
    """Does to the files what one line of a commit says."""
    path = value.get("path", "")
    if kind == "file":
        files[path] = base64.b64decode(value["content"])
    elif kind == "lfsFile":
        if value["oid"] not in uploads:
            raise Refused(400, f"Your push was rejected: the git-LFS object of {path} was not uploaded.")
        files[path] = uploads[value["oid"]]
    elif kind in ("deletedFile", "deletedFolder"):
        gone = [name for name in files if name == path or name.startswith(path.rstrip("/") + "/")]
        if not gone:
            raise Refused(404, f"A file with this name doesn't exist: {path}", "EntryNotFound")
        for name in gone:
            del files[name]


API = r"/api/(?P<kind>models|datasets|spaces)/(?P<name>[^/]+/[^/]+)"
PAGE = r"/(?P<kind>datasets/|spaces/|)(?P<name>[^/]+/[^/]+?)"

ROUTES: tuple[tuple[str, str, Callable[["StandInHub", Asked], Answer]], ...] = (
    ("GET", r"/api/whoami-v2", whoami),
    ("POST", r"/api/repos/create", create),
    ("POST", r"/api/validate-yaml", validate_card),
    ("GET", rf"{API}(?:/revision/(?P<revision>[^/]+))?", information),
    ("GET", rf"{API}/tree/(?P<revision>[^/]+)/?(?P<path>.*)", tree),
    ("GET", rf"{API}/refs", references),
    ("GET", rf"{API}/commits/(?P<revision>[^/]+)", history),
    ("GET", rf"{API}/auth-check(?P<write>/write)?", check_access),
    ("POST", rf"{API}/preupload/(?P<revision>[^/]+)", choose_modes),
    ("POST", rf"{API}/commit/(?P<revision>[^/]+)", commit),
    ("GET HEAD", rf"{PAGE}/resolve/(?P<revision>[^/]+)/(?P<path>.+)", resolve),
)
"""Which function answers a method and a path; names in the paths are still quoted."""
