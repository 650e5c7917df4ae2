"""Uploading with the real client in a process of its own: whole or not at all, and the truth about which."""

import hashlib
import json
import time
from itertools import count

import pytest
from hub_process import HubProcess
from stand_in_hub import EXPIRED_TOKEN, OTHER_TOKEN, READ_TOKEN, WRITE_TOKEN, StandInHub
from stand_in_repositories import Faults

WEIGHTS = bytes(range(256)) * 4000
TOKENS = (WRITE_TOKEN, READ_TOKEN, OTHER_TOKEN, EXPIRED_TOKEN)
NUMBERS = count()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("uploads")
    (folder / "weights").write_bytes(WEIGHTS)
    return folder


@pytest.fixture(scope="module")
def hub():
    with StandInHub() as stand_in:
        stand_in.organizations = {"ana": ["team"]}
        yield stand_in


@pytest.fixture(scope="module")
def client(hub, place):
    with HubProcess(hub, place / "client") as process:
        yield process
    assert process.said.read_bytes() == b""


@pytest.fixture(autouse=True)
def mended(hub):
    yield
    hub.mend()
    hub.faults.clear()
    hub.uploads.clear()


@pytest.fixture
def files(place):
    return {
        "config.json": "text:{}",
        "README.md": "text:---\na: b\n---\n# A",
        "model.safetensors": str(place / "weights"),
    }


def new_name(owner="ana"):
    return f"{owner}/m{next(NUMBERS)}"


def contents(hub, name, kind="model"):
    files = hub.files_of(name, kind=kind)
    return {path: content for path, content in files.items() if path != ".gitattributes"}


def test_all_files_come_with_one_commit_into_a_repository_that_is_made(hub, client, files):
    name = new_name()
    made = client(repository=name, files=files, token=WRITE_TOKEN)
    assert contents(hub, name) == {
        "config.json": b"{}",
        "README.md": b"---\na: b\n---\n# A",
        "model.safetensors": WEIGHTS,
    }
    assert made["created"] is True
    assert made["unchanged"] is False
    assert [commit.title for commit in hub.commits_of(name)] == ["push", "initial commit"]
    assert made["commit"] == hub.commits_of(name)[0].sha
    assert made["address"] == f"{hub.address}/{name}"
    assert made["progress"][0][0] == 0
    assert made["progress"] == sorted(made["progress"])
    assert made["progress"][-1] == [len(WEIGHTS) + 18, len(WEIGHTS) + 18]
    assert not hub.repository(name).private


@pytest.mark.parametrize("owner", ["ana", "team"])
def test_a_private_repository_of_a_user_or_a_team(hub, client, files, owner):
    name = new_name(owner)
    client(repository=name, files=files, token=WRITE_TOKEN, private=True)
    assert hub.repository(name).private
    again = client(repository=name, files=files | {"config.json": "text:[]"}, token=WRITE_TOKEN, private=True)
    assert again["sent"] == ["config.json"]
    assert contents(hub, name)["config.json"] == b"[]"


@pytest.mark.parametrize(
    ("scopes", "may"),
    [
        ({"ana": ["repo.content.read", "repo.write"]}, True),
        ({"ana": ["repo.content.read"]}, False),
        ({"team": ["repo.write"]}, False),
    ],
)
def test_a_fine_grained_token_is_told_by_its_scopes(hub, client, scopes, may):
    hub.fine_grained[WRITE_TOKEN] = scopes
    answer = client(repository=new_name(), plan=True, token=WRITE_TOKEN)
    del hub.fine_grained[WRITE_TOKEN]
    assert (answer.get("user") == "ana") is may
    assert (answer.get("key") == "hub_read_only_token") is not may


def test_several_large_files_are_counted_together(hub, client, place):
    (place / "more").write_bytes(WEIGHTS[::-1])
    files = {"a.safetensors": str(place / "weights"), "b.safetensors": str(place / "more")}
    name = new_name()
    made = client(repository=name, files=files, token=WRITE_TOKEN)
    assert made["progress"][-1] == [2 * len(WEIGHTS)] * 2
    assert [done for done, _ in made["progress"]] == sorted(done for done, _ in made["progress"])
    assert set(contents(hub, name)) == set(files)
    stopped = new_name()
    hub.uploads.clear()
    answer = client(repository=stopped, files=files, token=WRITE_TOKEN, stop_after=1_200_000)
    assert answer["key"] == "hub_push_stopped"
    assert contents(hub, stopped) == {}


def test_a_space_has_its_kind(hub, client):
    name = new_name()
    made = client(repository=name, files={"app.py": "text:1"}, token=WRITE_TOKEN, kind="space")
    assert made["address"] == f"{hub.address}/spaces/{name}"
    assert contents(hub, name, "space") == {"app.py": b"1"}
    assert hub.repository(name, "space").sdk == "gradio"


def test_what_is_there_already_makes_no_commit(hub, client, files):
    name = new_name()
    first = client(repository=name, files=files, token=WRITE_TOKEN)
    seen = len(hub.requests)
    second = client(repository=name, files=files, token=WRITE_TOKEN)
    assert second["unchanged"] is True
    assert second["commit"] == first["commit"]
    assert len(hub.commits_of(name)) == 2
    assert {request.method for request in hub.requests[seen:]} == {"GET"}


def test_only_changes_are_sent_and_what_is_named_is_removed(hub, client, files):
    name = new_name()
    client(repository=name, files=files | {"old/a.txt": "text:a", "other.txt": "text:o"}, token=WRITE_TOKEN)
    changed = files | {"config.json": "text:[1]"}
    made = client(repository=name, files=changed, token=WRITE_TOKEN, remove=["old/*", "config.json"])
    assert made["sent"] == ["config.json"]
    assert made["removed"] == ["old/a.txt"]
    assert set(contents(hub, name)) == {"config.json", "README.md", "model.safetensors", "other.txt"}
    assert made["progress"][-1] == [3, 3]


@pytest.mark.parametrize(
    ("repository", "token", "key", "words"),
    [
        ("ana/new", None, "hub_no_token", "Nobody is logged in to the Hub here. Log in with"),
        ("ana/new", "", "hub_no_token", "Nobody is logged in"),
        ("ana/new", EXPIRED_TOKEN, "hub_bad_token", "The Hub does not take this token."),
        ("ana/new", READ_TOKEN, "hub_read_only_token", "of ana may only read. Make one that may write to ana"),
        ("ana/new", OTHER_TOKEN, "hub_not_yours", "to ana/new. Push to a repository of ben's own"),
        ("ana/public", OTHER_TOKEN, "hub_not_yours", "ben may not write to ana/public."),
        ("ana/hidden", OTHER_TOKEN, "hub_not_yours", "ben may not write to ana/hidden."),
        ("team/new", OTHER_TOKEN, "hub_not_yours", "ben may not write to team/new."),
        ("new", WRITE_TOKEN, "hub_bad_name", "'new' is no name"),
        ("ana/new@dev", WRITE_TOKEN, "hub_bad_name", "'ana/new@dev' is no name"),
    ],
)  # fmt: skip
def test_who_may_not_write_is_told_within_a_second_and_nothing_is_sent(
    hub, client, files, repository, token, key, words
):
    hub.add_repository("ana/public", {"a": b"a"})
    hub.add_repository("ana/hidden", {"a": b"a"}, private=True)
    before, seen = hub.names(), len(hub.requests)
    answer = client(repository=repository, files=files, token=token)
    assert answer["key"] == key
    assert words in answer["message"]
    assert answer["waits"] == []
    assert answer["seconds"] < 2
    assert {request.method for request in hub.requests[seen:]} <= {"GET"}
    assert hub.names() == before


@pytest.mark.parametrize(
    ("faults", "key"),
    [
        (Faults(rate_limited_seconds=60), "hub_rate_limited"),
        (Faults(broken=500), "hub_broken"),
        (Faults(silent_seconds=1.5), "hub_unreachable"),
        (Faults(rate_limited_seconds=60, where="auth-check"), "hub_rate_limited"),
        (Faults(broken=503, where="auth-check"), "hub_broken"),
    ],
)
def test_a_hub_that_does_not_answer_is_told_before_anything_is_sent(hub, client, files, faults, key):
    name = new_name()
    hub.add_repository(name, {"a": b"a"})
    hub.faults[""] = faults
    answer = client(repository=name, files=files, token=WRITE_TOKEN, patience=0.5)
    assert answer["key"] == key
    assert answer["waits"] == []
    assert len(hub.commits_of(name)) == 1


@pytest.mark.parametrize(
    ("faults", "key"),
    [
        (Faults(rate_limited_seconds=60, where="/preupload/"), "hub_rate_limited"),
        (Faults(rate_limited_seconds=60, where="/verify"), "hub_rate_limited"),
        (Faults(rate_limited_seconds=60, where="/commit/"), "hub_rate_limited"),
        (Faults(broken=500, where="/preupload/"), "hub_broken"),
        (Faults(broken=500, where="/commit/"), "hub_broken"),
        (Faults(silent_seconds=1.5, where="/preupload/"), "hub_unreachable"),
        (Faults(broken=413, where="/commit/"), "hub_broken"),
    ],
)
def test_what_fails_on_the_way_leaves_the_repository_as_it_was_and_says_so(hub, client, files, faults, key):
    name = new_name()
    hub.add_repository(name, {"a": b"a"})
    hub.faults[name] = faults
    answer = client(repository=name, files=files, token=WRITE_TOKEN, patience=0.5)
    assert answer["key"] == key
    assert answer["message"].endswith(f"{name} is as it was.")
    assert hub.files_of(name) == {"a": b"a"}
    assert sum(answer["waits"]) in (0, 23, 24)


def test_a_short_wait_that_the_hub_asks_for_is_granted(hub, client, files):
    name = new_name()
    hub.add_repository(name, {"a": b"a"})
    hub.faults[name] = Faults(rate_limited_seconds=2, where="/preupload/", times=1)
    answer = client(repository=name, files=files, token=WRITE_TOKEN)
    assert answer["commit"] == hub.commits_of(name)[0].sha
    assert answer["waits"] == [3]


def test_what_was_to_be_private_never_goes_where_all_can_see_it(hub, client, files):
    name = new_name()
    hub.add_repository(name, {"a": b"a"})
    answer = client(repository=name, files=files, token=WRITE_TOKEN, private=True)
    assert answer["key"] == "hub_is_public"
    assert f"{name} exists and is public, and it was to be private." in answer["message"]
    assert hub.files_of(name) == {"a": b"a"}


def test_a_change_by_another_meanwhile_is_told_and_not_overwritten(hub, client, files):
    name, theirs = new_name(), b"theirs"
    hub.add_repository(name, {"config.json": b"a"})

    def change_once(request):
        if "/preupload/" in request.path:
            hub.on_request = None
            hub.add_commit(name, {"config.json": theirs})

    hub.on_request = change_once
    answer = client(repository=name, files=files, token=WRITE_TOKEN)
    assert answer["key"] == "hub_changed"
    assert hub.files_of(name) == {"config.json": theirs}


def test_an_upload_that_is_stopped_makes_no_commit(hub, client, files):
    name = new_name()
    answer = client(repository=name, files=files, token=WRITE_TOKEN, stop_after=100_000)
    assert answer["key"] == "hub_push_stopped"
    assert answer["message"].endswith(f"{name} was created and is empty.")
    assert contents(hub, name) == {}
    assert answer["progress"][-1][0] < len(WEIGHTS)


def test_a_card_that_the_hub_does_not_take_is_told(hub, client):
    name = new_name()
    answer = client(repository=name, files={"README.md": "text:---\na: b\n"}, token=WRITE_TOKEN)
    assert answer["key"] == "hub_bad_card"
    assert "The Hub does not take this README.md: - the header has no end" in answer["message"]


SMALL = {"config.json": "text:{}", "scores.json": "text:[]"}


@pytest.mark.parametrize("large", [True, False], ids=["with git-LFS", "small files"])
@pytest.mark.parametrize("exists", [True, False], ids=["there", "to be made"])
@pytest.mark.parametrize("when", ["before", "halfway", "after"])
@pytest.mark.parametrize("times", [1, None], ids=["once", "for good"])
def test_cut_at_every_request_it_is_whole_or_as_it_was_and_the_answer_is_true(
    hub, client, files, large, exists, when, times
):
    given = files if large else SMALL
    for served in count():
        name = new_name()
        if exists:
            hub.add_repository(name, {"a": b"a"})
        hub.uploads.clear()
        hub.cut(served, when=when, times=times)
        answer = client(repository=name, files=given, token=WRITE_TOKEN, patience=3.0)
        hub.mend()
        there = contents(hub, name) if ("model", name) in hub.names() else {}
        before = {"a": b"a"} if exists else {}
        if "key" not in answer:
            assert set(there) == {*before, *given}
            assert (
                hashlib.sha256(there.get("model.safetensors", WEIGHTS)).digest()
                == hashlib.sha256(WEIGHTS).digest()
            )
            assert answer["commit"] == hub.commits_of(name)[0].sha
        elif answer["key"] == "hub_outcome_unknown":
            assert set(there) in ({*before, *given}, set(before))
        else:
            assert answer["key"] == "hub_unreachable"
            assert there == before
        if hub.counted <= served:  # it needed no more requests than these, so this one was not cut
            assert "key" not in answer
            break
    assert served >= 5


def test_a_commit_whose_answer_comes_too_late_is_found(hub, client, files):
    name = new_name()
    hub.add_repository(name, {"a": b"a"})
    hub.faults[name] = Faults(silent_seconds=1.0, where="/commit/")
    answer = client(repository=name, files=files, token=WRITE_TOKEN, patience=0.5, wait=True)
    assert answer["commit"] == hub.commits_of(name)[0].sha
    assert set(contents(hub, name)) == {"a", *files}


def test_killed_while_the_weights_go_nothing_has_changed_and_the_next_push_works(hub, place, files):
    name = new_name()
    hub.add_repository(name, {"a": b"a"})
    with HubProcess(hub, place / "killed") as process:
        hub.faults[""] = Faults(silent_seconds=5, where="/lfs/")
        process.begin(repository=name, files=files, token=WRITE_TOKEN)
        end = time.monotonic() + 30
        while not any("/lfs/" in request.path for request in hub.requests[-3:]):
            assert time.monotonic() < end
            time.sleep(0.02)
        process.process.kill()
    assert hub.files_of(name) == {"a": b"a"}
    hub.faults.clear()
    with HubProcess(hub, place / "after") as process:
        made = process(repository=name, files=files, token=WRITE_TOKEN)
    assert made["commit"] == hub.commits_of(name)[0].sha


def test_the_token_of_the_login_is_taken_and_no_byte_that_is_written_holds_one(hub, client, place, files):
    name = new_name()
    with HubProcess(hub, place / "logged in", token=WRITE_TOKEN) as process:
        answers = [process(repository=name, files=files), process(repository=name, plan=True)]
    assert answers[1]["user"] == "ana"
    assert answers[1]["commit"] == answers[0]["commit"]
    client(repository=name, files=files, token=EXPIRED_TOKEN)
    written = [path.read_bytes() for path in place.rglob("*") if path.is_file()]
    assert len(written) > 2
    assert not [token for token in TOKENS for content in written if token.encode() in content]
    assert not [token for token in TOKENS if token in json.dumps(answers)]
