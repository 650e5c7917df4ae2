"""The stand-in Hub against the real client, which one process runs for all of these tests (see `hub_client`)."""

import http.client
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from stand_in_hub import OTHER_TOKEN, WRITE_TOKEN, StandInHub
from stand_in_repositories import GIT_ATTRIBUTES, Faults

SMALL, LARGE = b'{"a": 1}', bytes(range(256)) * 1000
FILES = {"config.json": SMALL, "model.safetensors": LARGE}
SIZES = {"config.json": 8, "model.safetensors": 256_000}
FAULTS = {
    "limited": Faults(rate_limited_seconds=7),
    "limited-files": Faults(rate_limited_seconds=7, where="/resolve/"),
    "broken": Faults(broken=500),
    "broken-files": Faults(broken=503, where="/resolve/"),
    "healing": Faults(broken=500, where="/tree/", times=2),
    "truncated": Faults(truncated_bytes=1000, chunk_bytes=300),
    "truncated-once": Faults(truncated_bytes=1000, times=1),
    "lying": Faults(hidden_bytes=5),
    "lying-twice": Faults(hidden_bytes=5, hidden_from_head=True),
    "hostile": Faults(extra={"../../evil": b"e", "/etc/x": b"e", "C:\\x": b"e"}),
    "newline": Faults(extra={"a\nb": b"e"}),
    "silent": Faults(silent_seconds=1.0),
    "slow": Faults(chunk_bytes=64_000, chunk_seconds=0.1),
}


class Client:
    def __init__(self, hub, folder):
        environment = (
            os.environ | hub.environment(folder / "home") | {"PYTHONPATH": str(Path(__file__).parent)}
        )
        command = [sys.executable, str(Path(__file__).with_name("hub_client.py")), str(folder)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, env=environment, text=True, **pipes)

    def __call__(self, case):
        self.process.stdin.write(case + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with self.process:
            self.process.stdin.close()
            self.process.wait(10)


@pytest.fixture(scope="module")
def hub():
    with StandInHub() as hub:
        hub.add_repository("ana/plain", FILES)
        hub.add_repository("ana/text", {"a.txt": b"hello"}, kind="dataset")
        hub.add_repository("ana/many", {f"voices/{number}.txt": b"x" for number in range(5)})
        hub.add_repository("ana/changing", {"old/a": b"a", "old/c": b"c"})
        hub.add_repository("ana/private", FILES, private=True)
        hub.add_repository("ana/gated", FILES, gated=True)
        hub.add_repository("ana/granted", FILES, gated=True)
        hub.repository("ana/granted").granted.add(hub.users[OTHER_TOKEN])
        hub.organizations["ana"] = ["team"]
        for name, faults in FAULTS.items():
            hub.add_repository(f"ana/{name}", FILES, faults=faults)
        yield hub


@pytest.fixture(scope="module")
def client(hub, tmp_path_factory):
    with Client(hub, tmp_path_factory.mktemp("client")) as client:
        yield client


def asked_since(hub, count):
    return [f"{request.method} {request.path}" for request in hub.requests[count:]]


@pytest.mark.parametrize(
    ("case", "result"),
    [
        ("sizes", SIZES),
        ("pull", SIZES),
        ("pull some", {"config.json": 8}),
        ("pull a dataset", "hello"),
        ("whoami", ["ana", "read"]),
        ("may write", None),
        ("push a space", ["space", "gradio", "print()"]),
        ("push to a team", "team/new"),
        ("private for its owner", SIZES),
        ("gated for the granted", SMALL.decode()),
        ("newline", {"a\nb": 1, **SIZES}),
    ],
)
def test_what_is_allowed_is_done(client, case, result):
    told = client(case)
    assert (told["error"], told["result"]) == (None, result)


@pytest.mark.parametrize(
    ("case", "error", "status", "retries"),
    [
        ("no repository", "RepositoryNotFoundError", 401, []),
        ("private", "RepositoryNotFoundError", 401, []),
        ("private for another", "RepositoryNotFoundError", 404, []),
        ("gated", "GatedRepoError", 401, []),
        ("gated for another", "GatedRepoError", 403, []),
        ("gated check", "GatedRepoError", 401, []),
        ("no revision", "RevisionNotFoundError", 404, []),
        ("no file", "RemoteEntryNotFoundError", 404, []),
        ("expired whoami", "HfHubHTTPError", 401, []),
        ("expired pull", "HfHubHTTPError", 401, []),
        ("expired push", "HfHubHTTPError", 401, []),
        ("read-only check", "HfHubHTTPError", 403, []),
        ("read-only push", "HfHubHTTPError", 403, []),
        ("read-only create", "HfHubHTTPError", 403, []),
        ("create elsewhere", "HfHubHTTPError", 403, []),
        ("stale parent", "HfHubHTTPError", 412, []),
        ("bad card", "ValueError", None, []),
        ("limited", "LocalEntryNotFoundError", None, []),
        ("limited files", "LocalEntryNotFoundError", None, [8.0] * 5),
        ("broken", "LocalEntryNotFoundError", None, []),
        ("broken files", "LocalEntryNotFoundError", None, [1, 2, 4, 8, 8]),
        ("broken push", "HfHubHTTPError", 500, [1, 2, 4, 8, 8]),
        ("truncated", "RemoteProtocolError", None, [1] * 5),
        ("lying twice", "OSError", None, []),
        ("hostile", "ValueError", None, []),
        ("silent", "ReadTimeout", None, []),
    ],
)
def test_what_fails_fails_as_at_the_real_hub(client, case, error, status, retries):
    told = client(case)
    assert (told["error"], told["status"], told["retries"]) == (error, status, retries), told["message"]


def test_a_fault_that_heals_only_costs_a_wait(client):
    assert client("healing")["retries"] == [1, 2]
    told = client("truncated once")
    assert (told["result"], told["retries"]) == (SIZES, [1])


def test_a_lying_list_is_believed_by_the_client(client):
    announced, pulled = client("lying")["result"]
    assert announced == {"config.json": 3, "model.safetensors": 255_995}
    assert pulled == SIZES


def test_a_slow_file_takes_its_time(client):
    assert client("slow")["seconds"] > 0.3


def test_the_client_takes_a_full_folder_for_a_pulled_one(client):
    assert client("pull into a full folder")["result"] == "full"


def test_a_long_tree_comes_page_by_page(hub, client):
    hub.page_entries, count = 4, len(hub.requests)
    told = client("pull pages")
    hub.page_entries = 1000
    assert len(told["result"]) == 5
    assert sum("/tree/" in line for line in asked_since(hub, count)) == 2


def test_a_pushed_folder_is_one_commit_and_can_be_pulled(hub, client):
    name, again, commit, unchanged, pulled = client("push a folder")["result"]
    assert name == again == "ana/pushed"
    assert [line.title for line in hub.commits_of(name)] == [
        "Upload folder using huggingface_hub",
        "initial commit",
    ]
    assert commit == unchanged == hub.commits_of(name)[0].sha
    files = hub.files_of(name)
    assert pulled == {path: len(content) for path, content in files.items()}
    assert (files["model.safetensors"], files[".gitattributes"]) == (b"w" * 5000, GIT_ATTRIBUTES)
    assert hub.repository(name).private


def test_old_revisions_stay_readable(hub, client):
    first, now, titles, is_main, paths = client("delete")["result"]
    assert first == {"old/a": 1, "old/c": 1}
    assert now == {"old/b": 3, "old/c": 1}
    assert titles == ["push", "initial commit"]
    assert is_main
    assert paths == ["old", "old/b", "old/c"]
    assert hub.files_of("ana/changing", hub.commits_of("ana/changing")[-1].sha) == {
        "old/a": b"a",
        "old/c": b"c",
    }


@pytest.mark.parametrize("when", ["before", "halfway", "after"])
def test_a_push_cut_anywhere_leaves_the_repository_as_it_was(hub, client, when):
    steps = ["preupload", "objects/batch", "/lfs/", "objects/verify", "commit"]
    for served, step in enumerate(steps):
        hub.uploads.clear()
        sha, count = hub.add_repository("ana/cut", FILES), len(hub.requests)
        hub.cut(served, when=when)
        told = client("push again")
        hub.mend()
        assert step in asked_since(hub, count)[-1]
        assert told["error"] in ("RemoteProtocolError", "ReadError", "WriteError", "RuntimeError")
        assert told["retries"] == ([] if step == "commit" else [1, 2, 4, 8, 8])
        if (when, step) == ("after", "commit"):
            assert hub.files_of("ana/cut")["config.json"] == b"new"
        else:
            assert (hub.files_of("ana/cut"), hub.commits_of("ana/cut")[0].sha) == (FILES, sha)


def test_a_push_survives_one_cut(hub, client):
    hub.uploads.clear()
    hub.add_repository("ana/cut", FILES)
    hub.cut(2, times=1, when="halfway")
    assert client("push again")["retries"] == [1]
    assert hub.files_of("ana/cut") == {"config.json": b"new", "model.safetensors": b"new"}


def get(hub, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", int(hub.address.rsplit(":")[-1]))
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.getheader("Content-Range"), content


def test_a_part_of_a_file_can_be_asked(hub):
    path = "/ana/plain/resolve/main/config.json"
    assert get(hub, path, range="bytes=2-4") == (206, "bytes 2-4/8", SMALL[2:5])
    assert get(hub, path, range="bytes=5-") == (206, "bytes 5-7/8", SMALL[5:])
    assert get(hub, path, range="bytes=8-")[:2] == (416, "bytes */8")


def test_faults_without_a_name_are_for_everything_and_requests_are_seen(hub, client):
    seen = []
    hub.on_request, hub.faults[""] = seen.append, Faults(rate_limited_seconds=1, times=1)
    told = client("whoami")
    hub.on_request = None
    assert (told["status"], hub.faults.pop("").times) == (429, 0)
    assert [(request.path, request.headers["authorization"]) for request in seen] == [
        ("/api/whoami-v2", f"Bearer {WRITE_TOKEN}")
    ]


def test_a_mistake_of_the_stand_in_does_not_pass_for_a_fault():
    def mistake(request):
        raise KeyError(request.path)

    def ask():
        with pytest.raises(http.client.RemoteDisconnected):
            get(hub, "/api/whoami-v2")

    hub = StandInHub()
    hub.on_request = mistake
    with pytest.raises(KeyError, match="whoami-v2"), hub:
        ask()
