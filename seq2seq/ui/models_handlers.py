"""What the Models tab does, as functions on plain values."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from seq2seq.errors import HubError, Seq2SeqError
from seq2seq.hub.names import HubName
from seq2seq.hub.store import PulledModel
from seq2seq.ui.feedback import describe_problem, refusal
from seq2seq.ui.model_card_view import show_card
from seq2seq.ui.model_room import Account, ModelRoom
from seq2seq.ui.transfers import MEGABYTE, Far, TransferRuns, Work, follow
from seq2seq.ui.view import View

EMPTY_MODELS: Final[View] = {
    "run": 0,
    "status": "empty",
    "message": "",
    "said": {},
    "share": 0.0,
    "rows": [],
    "removable": False,
}
SHOWN_COMMIT: Final = 12
OF_ALL_MODELS: Final = ("hub_unreachable", "hub_offline", "hub_bad_token", "hub_rate_limited", "hub_broken")
"""What keeps the Hub from telling of any model."""


class ModelsSession(TransferRuns):
    """One visitor's look at the models.

    Attributes:
        newest: commits that the Hub has now, by name, as far as it was asked.
        carded: the model whose card is shown, or empty.
    """

    empty_view = EMPTY_MODELS

    def __init__(self) -> None:
        super().__init__()
        self.newest: dict[str, str] = {}
        self.carded = ""


def list_models(room: ModelRoom, session: ModelsSession, language: str) -> View:
    """The models that are here."""
    session.view = {**session.view, **_listed(room, session, language)}
    return session.view


def pull_model(
    room: ModelRoom, session: ModelsSession, language: str, name: str | None, account: Account
) -> Iterator[View]:
    """Pull a model and yield how far it is; a stop, a newer run or a closed page ends it."""
    run = session.start()
    try:
        wanted, own = HubName.parse(name or ""), room.own_token(account)
        yield session.show(run, "running", {"key": "asking", "name": str(wanted)})
        before = room.store.find(wanted)
        model: PulledModel | None = None
        for told in follow(session, run, _puller(room, wanted, own)):
            if isinstance(told, Far):
                yield session.show(run, "running", _progress(wanted, told), told.share)
            else:
                model = told
        if model is None or not session.is_newest(run):
            return
        session.newest.pop(str(wanted), None)
        key = "same" if before is not None and before.commit == model.commit else "here"
        key = "unasked" if model.unasked else key
        said = {"key": key, "name": str(wanted), "commit": model.commit[:SHOWN_COMMIT]}
        yield session.show(run, "done", said) | list_models(room, session, language)
    except Seq2SeqError as problem:
        if session.is_newest(run):
            yield session.fail(run, describe_problem(problem, language))


def look_for_newer(
    room: ModelRoom, session: ModelsSession, language: str, account: Account
) -> Iterator[View]:
    """Ask the Hub what the pulled models' revisions are now, and mark those that have moved.

    One that cannot be asked for, as it is gone or private, does not keep the others from being asked for.
    """
    from seq2seq.hub.pull import plan_pull  # the client takes half a second, and only the Hub needs it

    run, problems = session.start(), list[str]()
    try:
        own = room.own_token(account)
        for model in room.shelf.pulled():
            if not session.may_go_on(run):
                break
            yield session.show(run, "running", {"key": "asking", "name": str(model.name)})
            try:
                plan = plan_pull(model.name, token=own, limit_bytes=room.quotas.pull_bytes)
            except HubError as found:
                if found.key in OF_ALL_MODELS:
                    raise
                problems.append(describe_problem(found, language))
            else:
                session.newest[str(model.name)] = plan.commit
    except Seq2SeqError as problem:
        if session.is_newest(run):
            yield session.fail(run, describe_problem(problem, language))
        return
    if session.is_newest(run):
        session.show(run, "done", {})
        list_models(room, session, language)
        yield session.fail(run, " ".join(problems))


def remove_model(room: ModelRoom, session: ModelsSession, language: str, name: object) -> View:
    """Remove all that was pulled of a repository; ``name`` comes from the browser."""
    run = session.start()
    try:
        if room.shared:
            raise refusal("models_no_removal")
        wanted = HubName.parse(name if isinstance(name, str) else "")
        room.store.remove(wanted)
    except Seq2SeqError as problem:
        return session.fail(run, describe_problem(problem, language))
    session.show(run, "done", {"key": "removed", "name": wanted.repository})
    return list_models(room, session, language)


def shown_card(room: ModelRoom, session: ModelsSession, language: str) -> str:
    """The card that is looked at, as HTML; empty where none is, and once its model is gone."""
    if not session.carded or not room.shelf.knows(session.carded):
        session.carded = ""
        return ""
    return show_card(room.shelf.folder(session.carded), session.carded, language)


def _puller(room: ModelRoom, name: HubName, token: str | None) -> Work[PulledModel]:
    def work(progress: Callable[[int, int], None], should_stop: Callable[[], bool]) -> PulledModel:
        from seq2seq.hub.pull import pull  # the client takes half a second, and only the Hub needs it

        return pull(
            name,
            room.store,
            token=token,
            limit_bytes=room.quotas.pull_bytes,
            store_bytes=room.quotas.models_bytes,
            public_only=room.shared,
            progress=progress,
            should_stop=should_stop,
        )

    return work


def _progress(name: HubName, far: Far) -> dict[str, str]:
    if not far.total:
        return {"key": "asking", "name": str(name)}
    return {"key": "pulling", "name": str(name), **far.megabytes}


def _listed(room: ModelRoom, session: ModelsSession, language: str) -> View:
    pulled = {str(model.name): model for model in room.shelf.pulled()}
    return {
        "rows": [_describe(room, session, name, pulled.get(name), language) for name in room.shelf.names()],
        "removable": not room.shared,
    }


def _describe(
    room: ModelRoom, session: ModelsSession, name: str, model: PulledModel | None, language: str
) -> dict[str, Any]:
    """A row of the table; of a bundled model there is no commit."""
    about = room.shelf.label(name, language).removeprefix(f"{name} · ")
    row = {
        "name": name,
        "about": about,
        "commit": "",
        "size": "",
        "pulled": "",
        "private": False,
        "newer": None,
    }
    if model is None:
        return row
    newest = session.newest.get(name)
    return row | {
        "commit": model.commit[:SHOWN_COMMIT],
        "size": f"{model.size_bytes / MEGABYTE:.1f} MB",
        "pulled": model.pulled[:16].replace("T", " "),
        "private": model.private,
        "newer": newest and ("" if newest == model.commit else newest[:SHOWN_COMMIT]),
    }


def offered_model(knows: Callable[[str], bool], model: str | None) -> str:
    """The name on the Hub that a link asks for, where it can be pulled and is not here; else an empty string."""
    try:
        name = str(HubName.parse(model or ""))
    except Seq2SeqError:
        return ""
    return "" if knows(model or "") or knows(name) else name
