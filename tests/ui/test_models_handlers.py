import shutil
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from seq2seq.desk.quotas import NO_LIMITS, Quotas
from seq2seq.errors import InputError
from seq2seq.hub import pull as hub_pull
from seq2seq.hub.names import HubName
from seq2seq.hub.refusals import refusal
from seq2seq.hub.store import ModelStore
from seq2seq.ui.model_room import Account, ModelRoom
from seq2seq.ui.models_handlers import (
    ModelsSession,
    list_models,
    look_for_newer,
    offered_model,
    pull_model,
    remove_model,
    shown_card,
)
from seq2seq.ui.shelf import CheckpointShelf

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"
OLD, NEW = "a" * 40, "b" * 40


def room_of(folder, *, shared=False):
    store = ModelStore(folder / "home")
    shelf = CheckpointShelf(CHECKPOINTS, store=store, shows_private=not shared)
    return ModelRoom(shelf=shelf, store=store, quotas=Quotas() if shared else NO_LIMITS, shared=shared)


def keep(store, name, commit=OLD, *, private=False):
    """What a pull leaves, without a Hub."""
    with store.draft(HubName.parse(name)) as draft:
        shutil.copytree(CHECKPOINTS / "dates", draft / "checkpoint", ignore=shutil.ignore_patterns("events*"))
        return store.keep(HubName.parse(name), commit, draft / "checkpoint", private=private)


@pytest.fixture
def asked(monkeypatch):
    """What was asked of a pull that tells three times how far it is, and keeps a model."""
    calls = []

    def pull(name, store, *, progress, should_stop, **options):
        calls.append({"name": str(name), **options})
        for done in (0, 500_000, 1_000_000):
            progress(done, 2_000_000)
            time.sleep(0.25)
            if should_stop():
                calls.append("stopped")
                raise refusal("hub_stopped", name=str(name))
        return keep(store, str(name))

    monkeypatch.setattr(hub_pull, "pull", pull)
    return calls


def test_a_pull_tells_how_far_it_is_and_the_model_is_on_every_list(asked, tmp_path):
    room, session = room_of(tmp_path), ModelsSession()
    views = list(pull_model(room, session, "en", " ana/dates ", Account("hf_secret")))
    said = [view["said"] for view in views]
    assert said[0] == {"key": "asking", "name": "ana/dates"}
    assert {"key": "pulling", "name": "ana/dates", "done": "0.5", "total": "2.0"} in said
    assert said[-1] == {"key": "here", "name": "ana/dates", "commit": OLD[:12]}
    assert [view["status"] for view in views[:-1]] == ["running"] * (len(views) - 1)
    assert [view["share"] for view in views] == [0.0, *sorted(view["share"] for view in views[1:-1]), 0.0]
    assert [row["name"] for row in views[-1]["rows"]] == ["en-fr", "dates", "ana/dates"]
    assert room.shelf.load("ana/dates").name == "ana/dates"
    assert "hf_secret" not in str(session.view)
    assert asked[0] == {
        "name": "ana/dates",
        "token": "hf_secret",
        "limit_bytes": 2_000_000_000,
        "store_bytes": 0,
        "public_only": False,
    }
    assert list(pull_model(room, session, "en", "ana/dates", Account()))[-1]["said"]["key"] == "same"


def test_on_a_shared_server_only_public_models_come_and_nobody_uses_the_servers_login(asked, tmp_path):
    list(pull_model(room_of(tmp_path, shared=True), ModelsSession(), "en", "ana/dates", Account()))
    assert asked[0] == {
        "name": "ana/dates",
        "token": "",
        "limit_bytes": 500_000_000,
        "store_bytes": 5_000_000_000,
        "public_only": True,
    }


def test_a_stop_ends_the_pull_and_says_so(asked, tmp_path):
    session = ModelsSession()
    views = pull_model(room_of(tmp_path), session, "zh", "ana/dates", Account())
    next(views), next(views)
    session.stop()
    *_, last = views
    assert (last["status"], last["message"]) == ("stopped", "已停止拉取 ana/dates，没有保存其任何内容。")
    assert asked[-1] == "stopped"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_is_a_sentence_in_the_page_and_no_pull_without_an_end(monkeypatch, tmp_path):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(hub_pull, "pull", broken)
    *_, last = pull_model(room_of(tmp_path), ModelsSession(), "en", "ana/dates", Account())
    assert (last["status"], last["message"][:46]) == (
        "stopped",
        "This failed by a fault of this program, which ",
    )


def test_a_closed_page_ends_the_pull(asked, tmp_path):
    views = pull_model(room_of(tmp_path), ModelsSession(), "en", "ana/dates", Account())
    next(views), next(views)
    views.close()
    for thread in threading.enumerate():
        if thread.name == "transfer":
            thread.join(10)
    assert asked[-1] == "stopped"


@pytest.mark.parametrize(
    ("name", "token", "sentence"),
    [
        ("dates", "", "'dates' is no name of a model on the Hugging Face Hub. Write OWNER/NAME"),
        (None, "", "'' is no name of a model"),
        ("ana/dates", "two words", "A token has at most 500 characters without spaces"),
        ("ana/dates", "t" * 501, "A token has at most 500 characters without spaces"),
        ("ana/dates", "hf_\nx", "A token has at most 500 characters without spaces"),
    ],
)
def test_what_cannot_be_pulled_is_said_and_nothing_is_asked_of_the_hub(
    asked, tmp_path, name, token, sentence
):
    (view,) = [*pull_model(room_of(tmp_path), ModelsSession(), "en", name, Account(token))][-1:]
    assert sentence in view["message"]
    assert asked == []


def test_a_newer_version_is_noticed_when_one_asks(monkeypatch, tmp_path):
    room, session = room_of(tmp_path), ModelsSession()
    keep(room.store, "ana/moved"), keep(room.store, "ana/same")
    commits = {"ana/moved": NEW, "ana/same": OLD}

    class Plan:
        def __init__(self, name):
            self.commit = commits[str(name)]

    monkeypatch.setattr(hub_pull, "plan_pull", lambda name, **_: Plan(name))
    assert [row["newer"] for row in list_models(room, session, "en")["rows"]] == [None] * 4
    *_, last = look_for_newer(room, session, "en", Account())
    assert [row["newer"] for row in last["rows"]] == [None, None, NEW[:12], ""]


def test_a_model_that_is_gone_does_not_hide_what_is_new_of_others(monkeypatch, tmp_path):
    room, session = room_of(tmp_path), ModelsSession()
    keep(room.store, "ana/gone"), keep(room.store, "ana/moved")

    def plan(name, **_):
        if str(name) == "ana/gone":
            raise refusal("hub_not_found", name="ana/gone")
        return SimpleNamespace(commit=NEW)

    monkeypatch.setattr(hub_pull, "plan_pull", plan)
    *_, last = look_for_newer(room, session, "en", Account())
    assert [row["newer"] for row in last["rows"]][2:] == [None, NEW[:12]]
    assert last["message"].startswith("There is no model ana/gone on the Hub, or it is private.")
    assert last["status"] == "done"


def test_a_hub_that_cannot_be_asked_is_told(monkeypatch, tmp_path):
    room = room_of(tmp_path)
    keep(room.store, "ana/dates")

    def unreachable(name, **_):
        raise refusal("hub_unreachable")

    monkeypatch.setattr(hub_pull, "plan_pull", unreachable)
    *_, last = look_for_newer(room, ModelsSession(), "en", Account())
    assert last["message"].startswith("The Hub cannot be reached")


def test_a_model_is_removed_on_ones_own_machine_only(tmp_path):
    mine, shared = room_of(tmp_path), room_of(tmp_path, shared=True)
    keep(mine.store, "ana/dates")
    view = remove_model(shared, ModelsSession(), "en", "ana/dates")
    assert view["message"] == "Visitors of a shared server cannot remove its models."
    assert list_models(shared, ModelsSession(), "en")["removable"] is False
    view = remove_model(mine, ModelsSession(), "en", "ana/dates")
    assert view["said"] == {"key": "removed", "name": "ana/dates"}
    assert [row["name"] for row in view["rows"]] == ["en-fr", "dates"]
    assert "is no name" in remove_model(mine, ModelsSession(), "en", {"name": "ana/dates"})["message"]


def test_the_card_of_a_model_is_shown_as_long_as_it_is_here(tmp_path):
    room, session = room_of(tmp_path), ModelsSession()
    keep(room.store, "ana/dates")
    assert shown_card(room, session, "en") == ""
    session.carded = "ana/dates"
    assert "<h1>dates</h1>" in shown_card(room, session, "en")
    remove_model(room, session, "en", "ana/dates")
    assert shown_card(room, session, "en") == ""


@pytest.mark.parametrize("name", ["../en-fr", "/etc", "<b>", "nobody/nothing"])
def test_no_card_of_what_is_no_model(tmp_path, name):
    session = ModelsSession()
    session.carded = name
    assert shown_card(room_of(tmp_path), session, "en") == ""


def test_a_private_model_is_hidden_where_strangers_share_the_server(tmp_path):
    mine, shared = room_of(tmp_path), room_of(tmp_path, shared=True)
    keep(mine.store, "ana/secret", private=True)
    assert "ana/secret" in mine.shelf.names()
    assert "ana/secret" not in shared.shelf.names()
    with pytest.raises(InputError, match=r"'ana/secret'"):
        shared.shelf.load("ana/secret")


def test_a_row_tells_what_a_model_is(tmp_path):
    room = room_of(tmp_path)
    model = keep(room.store, "ana/dates")
    *_, bundled, pulled = list_models(room, ModelsSession(), "en")["rows"]
    assert (bundled["name"], bundled["commit"], bundled["size"]) == ("dates", "", "")
    assert pulled == {
        "name": "ana/dates",
        "about": "100.0 % exact · GRU + additive",
        "commit": OLD[:12],
        "size": "1.9 MB",
        "pulled": model.pulled[:16].replace("T", " "),
        "private": False,
        "newer": None,
    }


@pytest.mark.parametrize(
    ("model", "offered"),
    [
        ("ana/new", "ana/new"),
        ("ana/new@main", "ana/new"),
        ("ana/here", ""),
        ("ana/here@main", ""),
        ("en-fr", ""),
        (None, ""),
        ("../x", ""),
        ("<b>/x", ""),
    ],
)
def test_a_link_offers_a_model_of_the_hub_that_is_not_here(model, offered):
    assert offered_model(lambda name: name == "ana/here", model) == offered
