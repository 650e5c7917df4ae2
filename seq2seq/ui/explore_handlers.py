"""What the Explore tab does, as functions on plain values."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Final, cast

from seq2seq.data.vocabulary import END_ID, PAD_ID, START_ID
from seq2seq.decoding.edits import AttentionEdit, check_edits
from seq2seq.decoding.trace import DecodeStep
from seq2seq.errors import Seq2SeqError
from seq2seq.explanation.alarms import find_alarms
from seq2seq.given import force_ids
from seq2seq.translation import Translation
from seq2seq.translator import Translator
from seq2seq.ui.changes import is_small_edit
from seq2seq.ui.feedback import check_prefix, check_source, describe_problem, refusal
from seq2seq.ui.forms import read_options
from seq2seq.ui.origin import describe_origin, take_up
from seq2seq.ui.permalink import MOST_EDITS
from seq2seq.ui.session import MEAN, Choice, Request, Session
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.view import View, ViewMaker, failed_view, starting_view

PAUSE_SECONDS: Final = {"instant": 0.0, "quick": 0.04, "slow": 0.4}
MESSAGE_SECONDS: Final = 0.05
"""Without pauses, the pictures of at least so long go to the browser together, which draws them one by one."""
POLL_SECONDS: Final = 0.02
"""How often a pause looks whether it has been cut short."""


def translate_live(
    shelf: Shelf,
    session: Session,
    language: str,
    model: str,
    source: str | None,
    prefix: str | None,
    speed: str,
    *values: Any,
    whole: bool = False,
    edits: tuple[AttentionEdit, ...] = (),
) -> Iterator[View]:
    """Translate and yield what to show, until the end, a stop, or a newer run of the same visitor.

    ``values`` are those of the controls of `PAGE_SETTINGS`; ``whole`` and ``edits`` are a link's.
    """
    run = session.start()
    source, prefix = source or "", prefix or ""  # gradio's word for an empty text box is None
    try:
        check_source(source)
        check_prefix(prefix)
        request = Request(model=model, source=source, options=read_options(values), whole=whole, edits=edits)
        if not shelf.was_loaded(model):  # else the first token is there at once
            yield starting_view(run)
        request = replace(request, prefix_ids=tuple(shelf.load(model).encode_prefix(prefix)))
        edited = session.translation if is_small_edit(session.request, request) else None
        pause = PAUSE_SECONDS.get(speed, 0.0)
        yield from _watch(shelf, session, run, request, pause, before=None, edited=edited)
    except Seq2SeqError as problem:
        if session.is_newest(run):
            yield failed_view(run, describe_problem(problem, language), session.view)


def steer_live(shelf: Shelf, session: Session, language: str, speed: str, wanted: Any) -> Iterator[View]:
    """Go on from another token than the model's, or back to an earlier translation.

    ``wanted`` comes from the browser and may be anything. Its ``action`` is ``force``, with a ``step`` and either
    a ``candidate`` (place in the alternatives of that step) or a ``text``; ``edit``, with the fields of an
    `AttentionEdit`, or ``unedit``, with the place of an ``edit``; ``undo``, ``redo`` or ``restart``.
    """
    before, request = session.translation, session.request
    if before is None or request is None or not isinstance(wanted, dict):
        return
    run = session.start()
    try:
        if wanted.get("action") not in ("force", "edit", "unedit"):
            if session.travel(str(wanted.get("action"))):
                session.choice = replace(session.choice, hypothesis=0)
                yield show_translation(session, run)
            return
        request = take_up(shelf, request, before) if request.saved else request
        request = _steered(shelf, session, request, before, wanted)
        yield from _watch(shelf, session, run, request, PAUSE_SECONDS.get(speed, 0.0), before=before)
    except Seq2SeqError as problem:
        if session.is_newest(run):
            yield failed_view(run, describe_problem(problem, language), session.view)


def _steered(
    shelf: Shelf, session: Session, request: Request, before: Translation, wanted: Mapping[str, Any]
) -> Request:
    """The request with what the reader changed."""
    if wanted["action"] == "unedit":
        place = _index(wanted.get("edit"), len(request.edits), otherwise=len(request.edits))
        return replace(request, edits=request.edits[:place] + request.edits[place + 1 :])
    hypotheses = before.beams[-1].hypotheses
    steps = hypotheses[min(session.choice.hypothesis, len(hypotheses) - 1)].steps
    if wanted["action"] == "edit":
        return _edited(request, steps, len(before.source_tokens), wanted)
    prefix_ids = _forced_ids(shelf, request, steps, wanted)
    whole = prefix_ids[-1] == END_ID
    return replace(request, prefix_ids=prefix_ids[:-1] if whole else prefix_ids, whole=whole)


def _edited(
    request: Request, steps: Sequence[DecodeStep], source_length: int, wanted: Mapping[str, Any]
) -> Request:
    """The request with another edit; what was said before the edited step stays."""
    step = wanted.get("step")
    place = None if step is None else _index(step, len(steps), otherwise=-1)
    position, factor = _index(wanted.get("position"), source_length, otherwise=-1), wanted.get("factor", 1)
    if place == -1 or position == -1 or isinstance(factor, bool) or not isinstance(factor, int | float):
        raise refusal("no_such_token")
    edit = AttentionEdit(kind=str(wanted.get("kind")), position=position, step=place, factor=float(factor))
    edits = (*request.edits, edit)[-MOST_EDITS:]  # the oldest go first
    check_edits(edits, source_length)
    kept = request.prefix_ids if place is None else tuple(item.token_id for item in steps[:place])
    return replace(request, edits=edits, prefix_ids=kept, whole=False)


def _forced_ids(
    shelf: Shelf, request: Request, steps: Sequence[DecodeStep], wanted: Mapping[str, Any]
) -> tuple[int, ...]:
    """The tokens before the chosen step, and what the reader wants there."""
    step = _index(wanted.get("step"), len(steps), otherwise=-1)
    words = wanted.get("text")
    if step < 0:
        raise refusal("no_such_token")
    kept = tuple(item.token_id for item in steps[:step])
    if isinstance(words, str):
        check_prefix(words)
        added = shelf.load(request.model).encode_prefix(words.strip())
        if not added:
            raise refusal("empty_token")
        return (*kept, *added)
    candidates = steps[step].candidates
    place = _index(wanted.get("candidate"), len(candidates), otherwise=-1)
    if place < 0:
        raise refusal("no_such_token")
    if candidates[place].token_id in (PAD_ID, START_ID):
        raise refusal("special_token")
    return (*kept, candidates[place].token_id)


def show_translation(session: Session, run: int) -> View:
    """The view of the session's translation, as it was when it ended."""
    translation = cast(Translation, session.translation)
    session.alarms = describe_alarms(translation)
    status = "done" if translation.done else "stopped"
    maker = ViewMaker(run, session.choice)
    view = maker.view(translation, status, milliseconds=1000 * translation.seconds)
    return _remember(session, view, translation)


def _watch(
    shelf: Shelf,
    session: Session,
    run: int,
    request: Request,
    pause: float,
    *,
    before: Translation | None,
    edited: Translation | None = None,
) -> Iterator[View]:
    """Follow a run; ``before`` is the translation that it changes, ``edited`` that of a source much like it."""
    translator = shelf.load(request.model)
    stream = translator.stream(
        request.source,
        request.options,
        prefix_ids=request.prefix_ids,
        whole=request.whole,
        edits=request.edits,
    )
    effect: list[float] = []
    session.alarms = []
    session.choice = replace(session.choice, hypothesis=0)
    for view in _follow(session, run, stream, pause, before or edited):
        if view["status"] != "running":
            translation = cast(Translation, session.translation)
            request = replace(request, is_spelled=is_spelled(translator, request, translation))
            session.request = request
            session.remember(request, translation, fresh=before is None)
            session.alarms = describe_alarms(translation)
            if before is not None and request.edits:
                effect = effect_of_edits(translator, before, request.edits)
            view |= describe_origin(request, translation)
        view |= {
            "can_undo": session.can_undo,
            "can_redo": session.can_redo,
            "edits": [asdict(edit) for edit in request.edits],
            "effect": effect,
            "alarms": session.alarms,
        }
        yield view


def is_spelled(translator: Translator, request: Request, translation: Translation) -> bool:
    """Whether the text of the forced tokens gives these tokens again."""
    return tuple(translator.encode_prefix(translation.prefix)) == request.prefix_ids


def describe_alarms(translation: Translation) -> list[dict[str, Any]]:
    """The alarms of the best hypothesis as JSON values."""
    return [asdict(alarm) for alarm in find_alarms(translation, 0)]


def effect_of_edits(
    translator: Translator, before: Translation, edits: Sequence[AttentionEdit]
) -> list[float]:
    """The log-probability of a translation as it was, and under edits of the attention."""
    best = before.beams[-1].hypotheses[0]
    ids = best.token_ids[:-1] if best.finished else best.token_ids
    forced = force_ids(translator, before.source, ids, before.options, edits=edits)
    steps = forced.beams[-1].hypotheses[0].steps[: len(best.steps)]
    return [best.log_probability, sum(step.log_probability for step in steps)]


def _follow(
    session: Session, run: int, stream: Iterator[Translation], pause: float, before: Translation | None
) -> Iterator[View]:
    maker = ViewMaker(run, session.choice, before=before, live=True)
    sent_at, milliseconds = float("-inf"), 0.0
    while True:
        start = time.perf_counter()
        translation = next(stream, None)
        milliseconds += 1000 * (time.perf_counter() - start)
        if translation is None or not session.is_newest(run):
            return
        if session.choice != maker.choice:
            maker = ViewMaker(run, session.choice, before=before, live=True)
        if translation.done or pause or time.perf_counter() - sent_at >= MESSAGE_SECONDS:
            status = "done" if translation.done else "running"
            yield _remember(session, maker.view(translation, status, milliseconds=milliseconds), translation)
            sent_at = time.perf_counter()  # what gradio did meanwhile does not count
        if translation.done:
            return
        rest(session, run, pause)
        if not session.may_go_on(run):
            if session.is_newest(run):
                yield _remember(
                    session, maker.view(translation, "stopped", milliseconds=milliseconds), translation
                )
            return


def _remember(session: Session, view: View, translation: Translation) -> View:
    view |= {"can_undo": session.can_undo, "can_redo": session.can_redo}
    view |= {"edits": [asdict(edit) for edit in translation.edits], "effect": []}
    view["alarms"] = session.alarms if session.choice.hypothesis == 0 else []
    if view["status"] != "running":
        view |= describe_origin(session.request, translation)
    session.view, session.translation = view, translation
    return view


def rest(session: Session, run: int, seconds: float) -> None:
    """Wait so that the reader can watch; ends at once when the run is stopped or superseded."""
    end = time.perf_counter() + seconds
    while session.may_go_on(run) and (left := end - time.perf_counter()) > 0:
        time.sleep(min(left, POLL_SECONDS))


def stop_run(session: Session) -> None:
    """Stop the visitor's run."""
    session.stop()


def choose_part(session: Session, wanted: Any) -> View | None:
    """Show another hypothesis, layer or head of the last translation; None where there is nothing to change.

    ``wanted`` comes from the browser and may be anything.
    """
    translation, view = session.translation, session.view
    if translation is None or view is None or not isinstance(wanted, dict):
        return None
    hypotheses = len(translation.beams[-1].hypotheses)
    session.choice = Choice(
        hypothesis=_index(wanted.get("hypothesis"), hypotheses, otherwise=0),
        layer=_index(wanted.get("layer"), view["layers"], otherwise=MEAN),
        head=_index(wanted.get("head"), view["heads"], otherwise=MEAN),
    )
    if view["status"] == "running":
        return None
    maker = ViewMaker(session.run, session.choice)
    return _remember(
        session, maker.view(translation, view["status"], milliseconds=view["milliseconds"]), translation
    )


def _index(value: Any, count: int, *, otherwise: int) -> int:
    return value if type(value) is int and 0 <= value < count else otherwise
