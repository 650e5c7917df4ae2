import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from seq2seq.desk.quotas import NO_LIMITS, Quotas
from seq2seq.errors import HubError
from seq2seq.hub.refusals import refusal
from seq2seq.hub.rights import Rights
from seq2seq.hub.store import ModelStore
from seq2seq.hub.upload import Uploaded
from seq2seq.publishing import push as publishing_push
from seq2seq.ui.model_room import Account, ModelRoom
from seq2seq.ui.push_handlers import LONGEST_WORDS, PushForm, PushSession, preview, push
from seq2seq.ui.shelf import CheckpointShelf

CHECKPOINTS = Path(__file__).parents[2] / "checkpoints"
FORM = PushForm(
    model="dates", repository="ana/days", licence="", private=False, summary="", data="", example=""
)
RIGHTS = Rights(user="ana", repository="ana/days", kind="model", exists=False)
DONE = Uploaded(
    commit="c" * 40,
    address="http://127.0.0.1/ana/days",
    unchanged=False,
    created=True,
    sent=("config.json", "model.safetensors"),
    removed=(),
)


@pytest.fixture
def room(tmp_path):
    shelf = CheckpointShelf(CHECKPOINTS)
    return ModelRoom(shelf=shelf, store=ModelStore(tmp_path), quotas=NO_LIMITS, shared=False)


@pytest.fixture
def hub(monkeypatch):
    """What the Hub was asked; its answers may be changed."""

    class Hub:
        rights, outcome = RIGHTS, DONE

        def __init__(self):
            self.asked = []

        def plan_push(self, repository, *, token):
            self.asked.append(("rights", repository, token))
            if isinstance(self.rights, HubError):
                raise self.rights
            return self.rights

        def push_publication(self, publication, *, progress, should_stop, **options):
            self.asked.append(("push", publication.repository, options))
            for done in (1_000_000, 2_000_000):
                progress(done, 2_000_000)
                time.sleep(0.25)
                if should_stop():
                    raise refusal("hub_push_stopped", name=publication.repository)
            if isinstance(self.outcome, HubError):
                raise self.outcome
            return self.outcome

    there = Hub()
    monkeypatch.setattr(publishing_push, "plan_push", there.plan_push)
    monkeypatch.setattr(publishing_push, "push_publication", there.push_publication)
    return there


def look(room, session, form=FORM, token="hf_mine", language="en"):  # noqa: S107
    return list(preview(room, session, language, form, Account(token), CHECKPOINTS.joinpath))


def test_the_preview_shows_every_file_and_the_card_before_the_hub_is_asked(room, hub):
    session = PushSession()
    views = preview(room, session, "en", FORM, Account("hf_mine"), CHECKPOINTS.joinpath)
    shown = next(view for view in views if view["files"])
    assert hub.asked == []
    assert (
        dict(shown["files"])["model.safetensors"] == (CHECKPOINTS / "dates/model.safetensors").stat().st_size
    )
    assert {"README.md", "config.json", "assets/attention.svg"} < {name for name, _ in shown["files"]}
    assert "events.jsonl" in shown["left_out"]
    assert shown["target"]["state"] == ""
    *_, last = views
    assert hub.asked == [("rights", "ana/days", "hf_mine")]
    assert last["status"] == "previewed"
    assert last["target"] == {
        "name": "ana/days",
        "licence": session.publication.licence,
        "user": "ana",
        "state": "new",
        "seen": "public",
    }
    assert session.card.lstrip().startswith("# days")
    assert "](data:image/svg+xml;base64," in session.card
    assert "hf_mine" not in json.dumps(session.view) + session.card


def test_what_the_preview_showed_is_pushed_with_its_bytes_told(room, hub):
    session = PushSession()
    look(room, session)
    publication = session.publication
    views = list(push(room, session, "en", FORM, Account("hf_mine")))
    (_, repository, options) = hub.asked[-1]
    assert (repository, options) == ("ana/days", {"rights": RIGHTS, "private": False, "token": "hf_mine"})
    assert {"key": "pushing", "name": "ana/days", "done": "1.0", "total": "2.0"} in [v["said"] for v in views]
    assert views[-1]["status"] == "done"
    assert views[-1]["said"] == {
        "key": "pushed",
        "name": "ana/days",
        "address": DONE.address,
        "commit": "c" * 12,
        "files": "2",
    }
    assert session.publication is publication


@pytest.mark.parametrize("changed", [{"repository": "ana/other"}, {"private": True}, {"summary": "Better."}])
def test_nothing_is_pushed_that_was_not_looked_at(room, hub, changed):
    session = PushSession()
    look(room, session)
    (view,) = push(room, session, "en", replace(FORM, **changed), Account("hf_mine"))
    assert view["message"].startswith("What would be pushed is not what the last preview showed.")
    assert view["status"] == "stopped"
    assert [kind for kind, *_ in hub.asked] == ["rights"]
    (again,) = push(room, session, "en", FORM, Account("hf_mine"))
    assert again["message"] == view["message"]  # the rights may have changed: look again


def test_pushing_again_says_that_all_is_there(room, hub):
    hub.outcome = replace(DONE, unchanged=True, created=False, sent=())
    session = PushSession()
    look(room, session)
    *_, last = push(room, session, "en", FORM, Account("hf_mine"))
    assert last["said"]["key"] == "unchanged"


def test_where_one_may_not_push_the_preview_stays_and_says_why(room, hub):
    hub.rights = refusal("hub_not_yours", user="ana", name="ben/days")
    session = PushSession()
    *_, last = look(room, session, language="zh")
    assert last["message"] == "ana 不能写入 ben/days。请推送到 ana 自己的仓库，或其可写入的组织的仓库。"
    assert last["files"]
    assert last["status"] != "previewed"
    (view,) = push(room, session, "en", FORM, Account("hf_mine"))
    assert view["message"].startswith("What would be pushed is not")


def test_after_a_broken_push_the_page_says_in_which_state_the_repository_is(room, hub):
    broken = refusal("hub_unreachable")
    hub.outcome = HubError(broken.message, "", key="hub_unreachable", values={"state": "empty"})
    session = PushSession()
    look(room, session)
    *_, last = push(room, session, "en", FORM, Account("hf_mine"))
    assert last["message"].endswith(
        "Check the network and try again. The repository was created and is empty."
    )


def test_a_stop_ends_the_push(room, hub):
    session = PushSession()
    look(room, session)
    views = push(room, session, "en", FORM, Account("hf_mine"))
    next(views)
    session.stop()
    *_, last = views
    assert last["message"] == "Pushing to ana/days was stopped. Push again to go on."


def test_on_a_shared_server_nobody_pushes_with_its_login(room, hub, tmp_path):
    shared = replace(room, shared=True, quotas=Quotas())
    look(shared, PushSession(), token="")
    look(room, PushSession(), token="")
    list(preview(shared, PushSession(), "en", FORM, Account("", "hf_signed_in"), CHECKPOINTS.joinpath))
    assert [token for _, _, token in hub.asked] == ["", None, "hf_signed_in"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"repository": "days"}, "'days' is no name of a model on the Hugging Face Hub."),
        ({"licence": "my-own"}, "The Hub knows no licence 'my-own'."),
        ({"summary": "x" * (LONGEST_WORDS + 1)}, "A text for the card has 20,001 characters"),
        ({"example": "x" * 5000}, "The example cannot be translated: "),
        ({"model": "nowhere"}, "There is no checkpoint folder at"),
    ],
)
def test_what_cannot_be_published_is_said_and_nothing_is_asked_of_the_hub(room, hub, changes, sentence):
    *_, last = look(room, PushSession(), replace(FORM, **changes))
    assert sentence in last["message"]
    assert hub.asked == []


def test_a_token_in_the_card_is_refused(room, hub):
    form = replace(FORM, summary="Made by hf_abcdefghijklmnopqrstuvwxyz012345")
    *_, last = look(room, PushSession(), form)
    assert "README.md holds what looks like a token of the Hub." in last["message"]
    assert "hf_abcdefghijkl" not in json.dumps(last)
