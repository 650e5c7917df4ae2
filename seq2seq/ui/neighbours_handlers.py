"""What the neighbours panel does, as functions on plain values."""

import datetime
import math
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from seq2seq.data.corpus import ParallelCorpus
from seq2seq.data.uploads import read_upload
from seq2seq.data.vocabulary import END_ID
from seq2seq.errors import CheckpointError, Seq2SeqError
from seq2seq.explanation.marked import mark_token
from seq2seq.explanation.projection import project
from seq2seq.neighbours.files import KeptIndex, corpus_key, find_kept, keep_index, load_index
from seq2seq.neighbours.index import MOST_STATES, Neighbour, NeighbourIndex, build_index
from seq2seq.neighbours.states import SIDES, SentenceStates, Side, sentence_states
from seq2seq.translator import Translator
from seq2seq.ui.captions import caption_lines
from seq2seq.ui.feedback import describe_problem, refusal
from seq2seq.ui.session import Session
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.view import View

NEIGHBOURS: Final = 10
SEED: Final = 0
FEWEST_STATES: Final = 1_000
DEFAULT_STATES: Final = 50_000
FRAME_SECONDS: Final = 0.25
EMPTY_NEIGHBOURS: Final[View] = {
    "shown": 0, "source": [], "target": [], "edited": False, "maps": {}, "chosen": None, "found": [],
    "message": "", "progress": None, "stopped": False, "index": None, "caption": [],
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The translation whose states are looked at: the model's name, the source, and the target's ids."""

    model: str
    source: str
    target_ids: tuple[int, ...]


class Neighbourhood:
    """What the server remembers of one visitor's panel. A newer build, or a stop, ends an older one.

    Gradio copies the value of a state for every visitor; a copy is a fresh one.

    Attributes:
        view: what is shown.
        sentence: the translation that it is about.
        kept: the index to search in, if there is one.
    """

    def __init__(self) -> None:
        self.view: View = dict(EMPTY_NEIGHBOURS)
        self.sentence: Sentence | None = None
        self.kept: KeptIndex | None = None
        self._lock = threading.Lock()
        self._build = 0

    def __deepcopy__(self, memo: dict[int, object]) -> "Neighbourhood":
        return Neighbourhood()

    def start(self) -> int:
        """Begin a build, or end the current one; its number is higher than that of any before."""
        with self._lock:
            self._build += 1
            return self._build

    def may_go_on(self, build: int) -> bool:
        """Whether a build is neither stopped nor superseded."""
        return build == self._build

    def show(self, **changes: Any) -> View:
        """Change what is shown."""
        with self._lock:
            self.view = {**self.view, **changes}
            return dict(self.view)


def show_tokens(session: Session, hood: Neighbourhood, language: str) -> View:
    """The tokens of the session's translation, each of which can be asked about."""
    translation, request = session.translation, session.request
    if translation is None or request is None or not translation.beams:
        return hood.show()
    hypotheses = translation.beams[-1].hypotheses
    steps = hypotheses[min(session.choice.hypothesis, len(hypotheses) - 1)].steps
    sentence = Sentence(
        model=request.model,
        source=translation.source,
        target_ids=tuple(step.token_id for step in steps),
    )
    if sentence == hood.sentence:
        return hood.show(edited=bool(translation.edits))
    hood.sentence = sentence
    return hood.show(
        shown=hood.view["shown"] + 1,
        source=list(translation.source_tokens),
        target=[translation.token_strings[number] for number in sentence.target_ids],
        edited=bool(translation.edits),
        maps={},
        chosen=None,
        found=[],
        message="",
        caption=caption_lines(translation, language, datetime.date.today()),
    )


def build_neighbours(
    shelf: Shelf, hood: Neighbourhood, language: str, model: str, upload: str | None, limit: Any
) -> Iterator[View]:
    """Build the index of an uploaded corpus for a model, or take the one that is kept, and say how far it is."""
    build = hood.start()
    try:
        if not upload:
            raise refusal("near_no_file")
        yield hood.show(message="", stopped=False, progress={"share": 0.0, "sentences": 0, "states": 0})
        corpus, translator = read_upload(Path(upload)), shelf.load(model)
        key = corpus_key(corpus, limit=_read_limit(limit), seed=SEED)
        kept = find_kept(translator.checkpoint, key)
        if kept is not None and _is_usable(kept, translator):
            yield _found_index(hood, kept, translator, reused=True)
            return
        yield from _build(hood, build, translator, corpus, key, _read_limit(limit))
    except Seq2SeqError as problem:
        yield hood.show(message=describe_problem(problem, language), progress=None)


def stop_building(hood: Neighbourhood) -> View:
    """Stop the visitor's build; what was collected is dropped."""
    hood.start()
    return hood.show(progress=None, stopped=True)


def answer(shelf: Shelf, hood: Neighbourhood, language: str, wanted: Any) -> View:
    """Draw the states of the sentence, and find the neighbours of one of them.

    ``wanted`` comes from the browser and may be anything. Its ``side`` is source or target, its ``place`` the
    number of a token; without them the states are only drawn.
    """
    sentence = hood.sentence
    if sentence is None or not isinstance(wanted, dict):
        return hood.show()
    try:
        translator = shelf.load(sentence.model)
        states = sentence_states(translator, translator.encode_source(sentence.source), sentence.target_ids)
        hood.show(maps=_draw(states), message="")
        side, place = wanted.get("side"), wanted.get("place")
        if side not in SIDES:
            return hood.show()
        if type(place) is not int or not 0 <= place < len(states.side(side)):
            raise refusal("no_such_token")
        return _look_up(hood, translator, states, side, place)
    except Seq2SeqError as problem:
        return hood.show(message=describe_problem(problem, language), found=[], chosen=None)


def _build(
    hood: Neighbourhood, build: int, translator: Translator, corpus: ParallelCorpus, key: str, limit: int
) -> Iterator[View]:
    shown_at = time.perf_counter()
    for building in build_index(translator, corpus, limit=limit, seed=SEED):
        if not hood.may_go_on(build):
            # What was on its way when the reader stopped may arrive after the answer to the stop.
            yield hood.show(progress=None)
            return
        if building.index is not None:
            kept = keep_index(translator.checkpoint, key, building.index)
            yield _found_index(hood, kept, translator, reused=False)
        elif time.perf_counter() - shown_at >= FRAME_SECONDS:
            shown_at = time.perf_counter()
            progress = {
                "share": building.share, "sentences": building.sentences, "states": building.states,
            }  # fmt: skip
            yield hood.show(progress=progress)


def _is_usable(kept: KeptIndex, translator: Translator) -> bool:
    """Whether a kept index is whole and of these weights; else it is built again in its place."""
    try:
        load_index(kept, translator.checkpoint.fingerprint)
    except CheckpointError:
        return False
    return True


def _found_index(hood: Neighbourhood, kept: KeptIndex, translator: Translator, *, reused: bool) -> View:
    index = load_index(kept, translator.checkpoint.fingerprint)
    hood.kept = kept
    return hood.show(
        progress=None,
        message="",
        chosen=None,
        found=[],
        index={
            "origin": index.origin,
            "model": translator.name,
            "sentences": len(index.pairs),
            "corpus": index.corpus_sentences,
            "skipped": index.skipped,
            "sample": index.is_sample,
            "states": {side: len(index.tables[side]) for side in SIDES},
            "in_cache": kept.in_cache,
            "reused": reused,
        },
    )


def _look_up(
    hood: Neighbourhood, translator: Translator, states: SentenceStates, side: Side, place: int
) -> View:
    if hood.kept is None:
        raise refusal("near_no_index")
    index = load_index(hood.kept, translator.checkpoint.fingerprint)
    if not len(index.tables[side]):
        raise refusal("near_no_translations")
    found = index.nearest(side, states.side(side)[place], NEIGHBOURS)
    return hood.show(
        chosen={"side": side, "place": place},
        found=[_describe(neighbour, translator, index, side) for neighbour in found],
    )


def _describe(neighbour: Neighbour, translator: Translator, index: NeighbourIndex, side: Side) -> View:
    """A neighbour as the page shows it: the marked sentence, its other side, its line and how similar it is."""
    checkpoint, pair = translator.checkpoint, neighbour.pair
    tokenizer = checkpoint.source_tokenizer if side == "source" else checkpoint.target_tokenizer
    own, other = (pair.source, pair.target) if side == "source" else (pair.target, pair.source)
    tokens = tokenizer.tokens([*tokenizer.encode(own), END_ID])
    marked = mark_token(tokens, tokenizer.kind, neighbour.position)
    return {
        **asdict(marked),
        "other": other,
        "line": pair.line,
        "similarity": round(neighbour.similarity, 5),
    }


def _draw(states: SentenceStates) -> View:
    """The projections of both sides."""
    maps: View = {}
    for side in SIDES:
        projection = project(states.side(side).numpy())
        points = [[round(float(number), 4) for number in point] for point in projection.points]
        maps[side] = {"points": points, "kept": [round(share, 4) for share in projection.kept]}
    return maps


def _read_limit(limit: Any) -> int:
    """The most states, within bounds; what is not a number means the default."""
    if not isinstance(limit, int | float) or not math.isfinite(limit):
        return DEFAULT_STATES
    return int(min(max(limit, FEWEST_STATES), MOST_STATES))
