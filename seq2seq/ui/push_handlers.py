"""What pushing a model in the page does, as functions on plain values: first a look at all of it, then the push."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from seq2seq.errors import Seq2SeqError
from seq2seq.model_card import split_header
from seq2seq.ui.feedback import describe_problem, refusal
from seq2seq.ui.model_room import Account, ModelRoom
from seq2seq.ui.models_handlers import SHOWN_COMMIT
from seq2seq.ui.strings import text
from seq2seq.ui.transfers import Far, TransferRuns, Work, follow
from seq2seq.ui.view import View

if TYPE_CHECKING:  # the client takes half a second, and only pushing needs it
    from seq2seq.hub.rights import Rights
    from seq2seq.hub.upload import Uploaded
    from seq2seq.publishing.publication import Publication

EMPTY_PUSH: Final[View] = {
    "run": 0,
    "status": "empty",
    "message": "",
    "said": {},
    "share": 0.0,
    "target": {},
    "files": [],
    "left_out": "",
}
LONGEST_WORDS: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PushForm:
    """What is to be pushed and where; all of it as it was typed."""

    model: str
    repository: str
    licence: str
    private: bool
    summary: str
    data: str
    example: str


class PushSession(TransferRuns):
    """One visitor's push.

    Attributes:
        form: what the preview was made of.
        publication: what it showed.
        rights: where it may go; None where that is not known.
        card: the model card of the preview, as Markdown.
    """

    empty_view = EMPTY_PUSH

    def __init__(self) -> None:
        super().__init__()
        self.form: PushForm | None = None
        self.publication: Publication | None = None
        self.rights: Rights | None = None
        self.card = ""


def preview(
    room: ModelRoom,
    session: PushSession,
    language: str,
    form: PushForm,
    account: Account,
    find: Callable[[str], Path],
) -> Iterator[View]:
    """Show exactly what would be published, then whether one may.

    Args:
        room: how models are shared here.
        session: the visitor's.
        language: the page's.
        form: the wishes.
        account: who pushes.
        find: the folder of a model that the visitor may push; raises a `Seq2SeqError` for another.
    """
    run = session.start()
    session.form = session.publication = session.rights = None
    session.card, session.view = "", dict(EMPTY_PUSH)
    try:
        token = room.own_token(account)
        yield session.show(run, "running", {"key": "preparing"})
        for told in follow(session, run, _preparer(form, find(form.model), token)):
            if not isinstance(told, Far) and session.is_newest(run):
                session.form, session.publication, session.card = form, told, _shown_card(told)
                yield session.show(run, "running", {"key": "asking"}) | _describe(session, form)
        for found in follow(session, run, _asker(form, token)):
            if not isinstance(found, Far) and session.is_newest(run):
                session.rights = found
                yield session.show(run, "previewed", {}) | _describe(session, form)
    except Seq2SeqError as problem:
        if session.is_newest(run):
            yield session.fail(run, describe_problem(problem, language))


def push(
    room: ModelRoom, session: PushSession, language: str, form: PushForm, account: Account
) -> Iterator[View]:
    """Push what the preview showed."""
    run = session.start()
    publication, rights, session.rights = session.publication, session.rights, None
    try:
        if publication is None or rights is None or session.form != form:
            raise refusal("push_changed")
        token = room.own_token(account)
        for told in follow(session, run, _pusher(publication, rights, form, token)):
            if not session.is_newest(run):
                return
            if isinstance(told, Far):
                said = {"key": "pushing", "name": publication.repository, **told.megabytes}
                yield session.show(run, "running", said, told.share)
            else:
                yield session.show(run, "done", _outcome(told, publication.repository))
    except Seq2SeqError as problem:
        if session.is_newest(run):
            session.view = {
                **session.view,
                "status": "stopped",
            }  # before another push there is another preview
            yield session.fail(run, _describe_failure(problem, language))


def _preparer(form: PushForm, folder: Path, token: str | None) -> "Work[Publication]":
    def work(*_: object) -> "Publication":
        from seq2seq.publishing.publication import Wishes, prepare_publication

        for words in (form.summary, form.data, form.example):
            if len(words) > LONGEST_WORDS:
                raise refusal("push_long_words", length=f"{len(words):,}", limit=f"{LONGEST_WORDS:,}")
        wishes = Wishes(
            repository=form.repository,
            licence=form.licence,
            summary=form.summary,
            data=form.data,
            example=form.example,
            token=token or "",
        )
        return prepare_publication(folder, wishes)

    return work


def _asker(form: PushForm, token: str | None) -> "Work[Rights]":
    def work(*_: object) -> "Rights":
        from seq2seq.publishing.push import plan_push

        return plan_push(form.repository, token=token)

    return work


def _pusher(
    publication: "Publication", rights: "Rights", form: PushForm, token: str | None
) -> "Work[Uploaded]":
    def work(progress: Callable[[int, int], None], should_stop: Callable[[], bool]) -> "Uploaded":
        from seq2seq.publishing.push import push_publication

        return push_publication(
            publication,
            rights=rights,
            private=form.private,
            token=token,
            progress=progress,
            should_stop=should_stop,
        )

    return work


def _describe(session: PushSession, form: PushForm) -> View:
    """What would be published, for the preview."""
    publication, rights = session.publication, session.rights
    if publication is None:
        return session.view
    target = {"name": publication.repository, "licence": publication.licence, "user": "", "state": ""}
    private = form.private
    if rights is not None:
        target |= {"user": rights.user, "state": "there" if rights.exists else "new"}
        private = rights.private if rights.exists else private
    session.view = {
        **session.view,
        "target": {**target, "seen": "private" if private else "public"},
        "files": [[name, size] for name, size in publication.sizes.items()],
        "left_out": ", ".join(publication.left_out),
    }
    return session.view


def _shown_card(publication: "Publication") -> str:
    """The card without its header, with its picture inside: the page has no such file."""
    from seq2seq.publishing.card import PICTURE_FILE

    _, body = split_header(publication.card)
    picture = publication.files.get(PICTURE_FILE)
    if not isinstance(picture, bytes):
        return body
    inside = f"data:image/svg+xml;base64,{base64.b64encode(picture).decode()}"
    return body.replace(f"]({PICTURE_FILE})", f"]({inside})")


def _outcome(uploaded: "Uploaded", name: str) -> dict[str, str]:
    said = {"name": name, "address": uploaded.address, "commit": uploaded.commit[:SHOWN_COMMIT]}
    if uploaded.unchanged:
        return {"key": "unchanged", **said}
    return {"key": "pushed", **said, "files": str(len(uploaded.sent))}


def _describe_failure(problem: Seq2SeqError, language: str) -> str:
    """What went wrong, and in which state the repository is."""
    state = text(f"push_state_{problem.values['state']}", language) if "state" in problem.values else ""
    return f"{describe_problem(problem, language)} {state}".strip()
