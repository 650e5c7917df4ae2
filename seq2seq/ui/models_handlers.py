"""What the Models tab does, as functions on plain values."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from seq2seq.desk.quotas import Quotas
from seq2seq.errors import Seq2SeqError
from seq2seq.hub.names import HubName
from seq2seq.hub.store import ModelStore, PulledModel
from seq2seq.ui.feedback import describe_problem, refusal
from seq2seq.ui.runs import ShownRuns
from seq2seq.ui.shelf import CheckpointShelf
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
LOOK_SECONDS: Final = 0.2
LONGEST_TOKEN: Final = 500
SHOWN_COMMIT: Final = 12
MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRoom:
    """Where models are pulled to, and how.

    Attributes:
        shelf: the page's checkpoints, the pulled ones among them.
        store: where these lie.
        quotas: how large they may be.
        shared: whether strangers share this server. Then a model that not everyone may see is refused, nobody
            removes anything, and the server's own login is nobody's.
    """

    shelf: CheckpointShelf
    store: ModelStore
    quotas: Quotas
    shared: bool

    def own_token(self, typed: str | None) -> str | None:
        """The token of a visitor: what was typed, or else this machine's login where it is the visitor's own.

        Raises:
            InputError: for what is no token.
        """
        token = (typed or "").strip()
        if len(token) > LONGEST_TOKEN or not token.isprintable() or " " in token or not token.isascii():
            raise refusal("models_bad_token")
        return token or ("" if self.shared else None)


class ModelsSession(ShownRuns):
    """One visitor's look at the models.

    Attributes:
        newest: commits that the Hub has now, by name, as far as it was asked.
    """

    empty_view = EMPTY_MODELS

    def __init__(self) -> None:
        super().__init__()
        self.newest: dict[str, str] = {}


def list_models(room: ModelRoom, session: ModelsSession, language: str) -> View:
    """The models that are here."""
    session.view = {**session.view, **_listed(room, session, language)}
    return session.view


def pull_model(
    room: ModelRoom, session: ModelsSession, language: str, name: str | None, token: str | None
) -> Iterator[View]:
    """Pull a model and yield how far it is; a stop, a newer run or a closed page ends it."""
    run = session.start()
    try:
        wanted, own = HubName.parse(name or ""), room.own_token(token)
        yield _show(session, run, "running", {"key": "asking", "name": str(wanted)})
        before = room.store.find(wanted)
        model: PulledModel | None = None
        for told in _follow(session, run, _puller(room, wanted, own)):
            if isinstance(told, PulledModel):
                model = told
            else:
                yield _show(session, run, "running", _progress(wanted, *told), told[0] / max(told[1], 1))
        if model is None or not session.is_newest(run):
            return
        session.newest.pop(str(wanted), None)
        key = "same" if before is not None and before.commit == model.commit else "here"
        said = {"key": key, "name": str(wanted), "commit": model.commit[:SHOWN_COMMIT]}
        yield _show(session, run, "done", said) | list_models(room, session, language)
    except Seq2SeqError as problem:
        if session.is_newest(run):
            yield session.fail(run, describe_problem(problem, language))


def look_for_newer(
    room: ModelRoom, session: ModelsSession, language: str, token: str | None
) -> Iterator[View]:
    """Ask the Hub what the pulled models' revisions are now, and mark those that have moved."""
    from seq2seq.hub.pull import plan_pull  # the client takes half a second, and only the Hub needs it

    run = session.start()
    try:
        own = room.own_token(token)
        for model in room.shelf.pulled():
            if not session.may_go_on(run):
                break
            yield _show(session, run, "running", {"key": "asking", "name": str(model.name)})
            limit = room.quotas.pull_bytes
            session.newest[str(model.name)] = plan_pull(model.name, token=own, limit_bytes=limit).commit
    except Seq2SeqError as problem:
        if session.is_newest(run):
            yield session.fail(run, describe_problem(problem, language))
        return
    if session.is_newest(run):
        yield _show(session, run, "done", {}) | list_models(room, session, language)


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
    _show(session, run, "done", {"key": "removed", "name": wanted.repository})
    return list_models(room, session, language)


Told = tuple[int, int] | PulledModel
Work = Callable[[Callable[[int, int], None], Callable[[], bool]], PulledModel]


def _puller(room: ModelRoom, name: HubName, token: str | None) -> Work:
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


def _follow(session: ModelsSession, run: int, work: Work) -> Iterator[Told]:
    """Do the work in a thread; yields how far it is now and then, and what came of it at last.

    The work stops once the run is stopped, or nobody asks for more, as when the page is closed.

    Raises:
        Seq2SeqError: what the work raises.
    """
    told: queue.SimpleQueue[Told | Seq2SeqError] = queue.SimpleQueue()
    far, left = [(0, 0)], threading.Event()

    def do() -> None:
        try:
            told.put(
                work(
                    lambda done, total: far.__setitem__(0, (done, total)),
                    lambda: left.is_set() or not session.may_go_on(run),
                )
            )
        except Seq2SeqError as problem:
            told.put(problem)

    thread = threading.Thread(target=do, name="pull", daemon=True)
    thread.start()
    try:
        yield from _ask(told, far, thread)
    finally:
        left.set()


def _ask(
    told: "queue.SimpleQueue[Told | Seq2SeqError]", far: list[tuple[int, int]], thread: threading.Thread
) -> Iterator[Told]:
    while True:
        try:
            found = told.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            if not thread.is_alive() and told.empty():
                return  # a bug in the work, whose traceback stands on the terminal
            yield far[0]
            continue
        if isinstance(found, Seq2SeqError):
            raise found
        yield found
        return


def _progress(name: HubName, done: int, total: int) -> dict[str, str]:
    if not total:
        return {"key": "asking", "name": str(name)}
    megabytes = {"done": f"{done / MEGABYTE:.1f}", "total": f"{total / MEGABYTE:.1f}"}
    return {"key": "pulling", "name": str(name), **megabytes}


def _show(session: ModelsSession, run: int, status: str, said: dict[str, str], share: float = 0.0) -> View:
    session.view = {
        **session.view,
        "run": run,
        "status": status,
        "message": "",
        "said": said,
        "share": round(share, 3),
    }
    return session.view


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
