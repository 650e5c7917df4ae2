"""What goes wrong with an upload: the repository is whole or as it was, and what is said of it is true."""

import hashlib
import time
from itertools import count

import pytest
from hub_process import HubProcess
from stand_in_hub import WRITE_TOKEN
from stand_in_repositories import Faults
from uploaded import WEIGHTS, contents, new_name

pytestmark = pytest.mark.usefixtures("mended")


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
