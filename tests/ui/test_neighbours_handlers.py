import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from scripted_translator import ScriptedTranslator

from seq2seq.data.dates import generate_dates
from seq2seq.decoding.edits import AttentionEdit
from seq2seq.options import DecodingOptions
from seq2seq.translator import Translator, load_translator
from seq2seq.ui.neighbours_handlers import (
    DEFAULT_STATES,
    EMPTY_NEIGHBOURS,
    FEWEST_STATES,
    Neighbourhood,
    answer,
    build_neighbours,
    show_tokens,
    stop_building,
)
from seq2seq.ui.session import Request, Session

DATES = Path(__file__).parents[2] / "checkpoints" / "dates"
SOURCE = "March 3, 1999"


class DateShelf:
    """The bundled dates model, whose indexes lie in a folder of the test."""

    def __init__(self, folder):
        self.translator = Translator(
            replace(load_translator(DATES, "cpu").checkpoint, folder=folder), "float32"
        )

    def load(self, name):
        return self.translator


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setenv("SEQ2SEQ_HOME", str(tmp_path / "home"))
    return DateShelf(tmp_path / "dates")


@pytest.fixture
def hood():
    return Neighbourhood()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    lines = [f"{pair.source}\t{pair.target}" for pair in generate_dates(80, seed=7).pairs]
    path = tmp_path_factory.mktemp("uploads") / "dates.tsv.gz"
    path.write_bytes(gzip.compress("\n".join([f"{SOURCE}\t1999-03-03", *lines]).encode()))
    return str(path)


def shown_session(translator, source=SOURCE, model="dates"):
    session = Session()
    options = DecodingOptions(beam_width=2, n_best=2)
    session.request = Request(model=model, source=source, options=options)
    session.translation = translator.translate(source, options)
    return session


def build(shelf, hood, corpus, limit=DEFAULT_STATES):
    return list(build_neighbours(shelf, hood, "en", "dates", corpus, limit))


def test_the_tokens_of_a_translation_are_shown_and_another_one_takes_their_place(hood):
    session = shown_session(ScriptedTranslator(), "one two")
    view = show_tokens(session, hood, "en")
    assert (view["source"], view["target"]) == (["▁one", "▁two", "</s>"], ["▁ONE", "▁TWO", "</s>"])
    assert show_tokens(session, hood, "en")["shown"] == view["shown"] == 1
    assert show_tokens(shown_session(ScriptedTranslator(), "three"), hood, "en")["shown"] == 2
    session.choice = replace(session.choice, hypothesis=1)
    assert show_tokens(session, hood, "en")["shown"] == 3


def test_before_a_translation_there_is_nothing(hood, shelf):
    assert show_tokens(Session(), hood, "en") == EMPTY_NEIGHBOURS
    assert answer(shelf, hood, "en", {}) == EMPTY_NEIGHBOURS


def test_edits_of_the_attention_are_said_not_to_be_in_the_states(hood):
    session = shown_session(ScriptedTranslator(), "one two")
    edit = AttentionEdit(kind="knock_out", position=0, step=None)
    session.translation = replace(session.translation, edits=(edit,))
    assert show_tokens(session, hood, "en")["edited"] is True


def test_the_states_of_both_sides_are_drawn(hood, shelf):
    show_tokens(shown_session(shelf.translator), hood, "en")
    maps = answer(shelf, hood, "en", {})["maps"]
    assert [len(maps[side]["points"]) for side in ("source", "target")] == [14, 11]
    for projection in maps.values():
        first, second = projection["kept"]
        assert 1 >= first >= second > 0


def test_a_corpus_is_read_and_the_sentence_itself_is_nearest(hood, shelf, corpus):
    show_tokens(shown_session(shelf.translator), hood, "en")
    *_, last = build(shelf, hood, corpus)
    assert last["progress"] is None
    index = last["index"]
    assert (index["origin"], index["model"], index["sample"], index["reused"]) == (
        "dates.tsv.gz",
        "dates",
        False,
        False,
    )
    for side, place, marked in (
        ("source", 6, ("March ", "3", ", 1999")),
        ("target", 4, ("1999", "-", "03-03")),
    ):
        view = answer(shelf, hood, "en", {"side": side, "place": place})
        assert view["chosen"] == {"side": side, "place": place}
        first, *others = view["found"]
        assert (first["before"], first["token"], first["after"]) == marked
        assert first["similarity"] == pytest.approx(1.0, abs=1e-3)
        assert first["other"] == ("1999-03-03" if side == "source" else SOURCE)
        assert first["line"] == 1
        assert len(others) == 9
        json.dumps(view)


def test_what_was_read_once_is_found_again_but_not_with_other_weights(shelf, corpus):
    build(shelf, Neighbourhood(), corpus)
    assert build(shelf, Neighbourhood(), corpus)[-1]["index"]["reused"] is True
    shelf.translator.checkpoint = replace(shelf.translator.checkpoint, fingerprint="other")
    assert build(shelf, Neighbourhood(), corpus)[-1]["index"]["reused"] is False


def test_other_weights_refuse_an_index_in_one_sentence(hood, shelf, corpus):
    show_tokens(shown_session(shelf.translator), hood, "en")
    build(shelf, hood, corpus)
    shelf.translator.checkpoint = replace(shelf.translator.checkpoint, fingerprint="other")
    view = answer(shelf, hood, "en", {"side": "source", "place": 1})
    assert "other weights" in view["message"]
    assert view["found"] == []
    assert "权重不同" in answer(shelf, hood, "zh", {"side": "source", "place": 1})["message"]


def test_where_the_checkpoint_cannot_be_written_the_page_says_so(hood, shelf, corpus, tmp_path):
    (tmp_path / "dates").write_text("")
    assert build(shelf, hood, corpus)[-1]["index"]["in_cache"] is True


def test_a_larger_corpus_is_sampled_within_the_limit(hood, shelf, corpus):
    index = build(shelf, hood, corpus, limit=1)[-1]["index"]
    assert index["sample"] is True
    assert max(index["states"].values()) <= FEWEST_STATES


def test_a_stop_really_stops_and_keeps_nothing(hood, shelf, corpus, tmp_path, monkeypatch):
    monkeypatch.setattr("seq2seq.ui.neighbours_handlers.FRAME_SECONDS", 0.0)
    building = build_neighbours(shelf, hood, "en", "dates", corpus, DEFAULT_STATES)
    views = [next(building), next(building)]
    assert views[1]["progress"]["states"] > 0
    view = stop_building(hood)
    assert (view["progress"], view["stopped"]) == (None, True)
    assert list(building) == [view]
    assert hood.kept is None
    assert not (tmp_path / "dates").exists()


def test_plain_sentences_have_no_translations_to_look_up(hood, shelf, tmp_path):
    path = tmp_path / "plain.txt"
    path.write_text("March 4, 1999\nApril 3, 1999\n")
    show_tokens(shown_session(shelf.translator), hood, "en")
    build(shelf, hood, str(path))
    assert answer(shelf, hood, "en", {"side": "source", "place": 0})["found"][0]["other"] == ""
    assert "no translations" in answer(shelf, hood, "en", {"side": "target", "place": 0})["message"]


@pytest.mark.parametrize(
    "wanted",
    [None, [], "x", {"side": "source"}, {"side": "source", "place": 99}, {"side": "target", "place": -1},
     {"side": "source", "place": True}, {"side": "source", "place": "1"}, {"side": ["source"], "place": 1}],
)  # fmt: skip
def test_whatever_the_browser_asks_is_answered(hood, shelf, wanted):
    show_tokens(shown_session(shelf.translator), hood, "en")
    view = answer(shelf, hood, "en", wanted)
    assert view["found"] == []
    assert view["source"]


def test_without_a_corpus_one_sentence_says_what_to_do(hood, shelf):
    show_tokens(shown_session(shelf.translator), hood, "en")
    view = answer(shelf, hood, "en", {"side": "source", "place": 0})
    assert view["message"].startswith("There are no sentences to search in yet")
    assert build(shelf, hood, None)[-1]["message"] == "Choose a file of sentences first."


@pytest.mark.parametrize("content", [b"", b"a\tb\nc\n", b"\xff\xfe", b"\x1f\x8b\x08 not gzip"])
def test_a_bad_file_is_one_sentence_and_nothing_is_lost(hood, shelf, tmp_path, content):
    show_tokens(shown_session(shelf.translator), hood, "en")
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    view = build(shelf, hood, str(path))[-1]
    assert "bad.txt" in view["message"]
    assert str(tmp_path) not in view["message"]
    assert view["progress"] is None
    assert view["source"]


@pytest.mark.parametrize("limit", [None, "x", float("nan"), float("inf"), -5, 1e12])
def test_any_limit_is_brought_within_bounds(hood, shelf, corpus, limit):
    assert build(shelf, hood, corpus, limit)[-1]["index"]["sentences"] > 0
