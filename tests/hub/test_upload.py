"""Uploading with the real client in a process of its own, and who may not."""

import json

import pytest
from hub_process import HubProcess
from stand_in_hub import EXPIRED_TOKEN, OTHER_TOKEN, READ_TOKEN, WRITE_TOKEN
from uploaded import WEIGHTS, contents, new_name

pytestmark = pytest.mark.usefixtures("mended")
TOKENS = (WRITE_TOKEN, READ_TOKEN, OTHER_TOKEN, EXPIRED_TOKEN)


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


def test_of_large_files_with_one_content_one_goes_and_all_are_there(hub, client, files):
    name, weights = new_name(), files["model.safetensors"]
    before = len(hub.requests)
    same = {f"part{number}.safetensors": weights for number in range(4)}
    made = client(repository=name, files=files | same, token=WRITE_TOKEN)
    sent = [asked for asked in hub.requests[before:] if asked.method == "PUT"]
    assert len(sent) == 1  # two threads of the client would share one file, and send each other's bytes
    assert contents(hub, name).keys() == {*files, *same}
    assert {contents(hub, name)[path] for path in same} == {WEIGHTS}
    assert made["progress"][-1] == [5 * len(WEIGHTS) + 18] * 2


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


def test_a_large_file_goes_in_parts_where_the_hub_wants_it(hub, client, files):
    name, hub.part_bytes = new_name(), 300_000
    made = client(repository=name, files=files, token=WRITE_TOKEN)
    assert contents(hub, name)["model.safetensors"] == WEIGHTS
    assert len([request for request in hub.requests if request.path.startswith(f"/lfs/{name}/")]) == 5
    assert made["progress"] == sorted(made["progress"])
    assert made["progress"][-1] == [len(WEIGHTS) + 18] * 2


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
