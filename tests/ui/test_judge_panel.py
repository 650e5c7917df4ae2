from pathlib import Path

import pytest

from seq2seq.explanation.verdict import VERDICTS, Verdict
from seq2seq.options import DecodingOptions
from seq2seq.ui.judge_panel import describe_verdict, judge_own
from seq2seq.ui.session import Request, Session
from seq2seq.ui.shelf import CheckpointShelf

SHELF = CheckpointShelf(Path(__file__).parents[2] / "checkpoints")


@pytest.fixture
def session():
    session = Session()
    options = DecodingOptions(beam_width=3, n_best=3)
    session.request = Request(model="dates", source="March 3, 1999", options=options)
    session.translation = SHELF.load("dates").translate("March 3, 1999", options)
    return session


def test_the_models_own_translation_is_the_same(session):
    sentence, rows = judge_own(SHELF, session, "en", "1999-03-03")
    assert sentence.startswith("Same: this is the model's own translation.")
    assert "BLEU 100.0, chrF 100.0" in sentence
    assert [row[2] for row in rows] == [1] * 11
    assert rows[0][0] == "1"


def test_a_wrong_translation_is_the_models_preference_and_its_odd_token_has_a_low_rank(session):
    sentence, rows = judge_own(SHELF, session, "en", "1999-03-04")
    assert sentence.startswith("Model error: the model scores its own translation higher")
    assert rows[9][0] == "4"
    assert rows[9][2] > 1
    assert judge_own(SHELF, session, "zh", "1999-03-04")[0].startswith("模型错误")


def test_without_a_translation_there_is_nothing_to_judge():
    assert judge_own(SHELF, Session(), "en", "x") == (
        "There is no translation to compare with: translate first.",
        [],
    )


@pytest.mark.parametrize(
    ("own", "sentence"), [("", "no translation to score"), ("a" * 301, "301 characters")]
)
def test_what_cannot_be_judged_is_one_sentence(session, own, sentence):
    found, rows = judge_own(SHELF, session, "en", own)
    assert sentence in found
    assert rows == []


def test_a_result_that_is_not_the_best_has_its_place(session):
    second = session.translation.texts[1]
    assert "found yours too, at place 2" in judge_own(SHELF, session, "en", second)[0]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", VERDICTS)
def test_every_verdict_has_its_sentence(kind, language):
    verdict = Verdict(
        kind=kind, own_score=-1.25, found_score=-2.5, lost_at=3, own_total=-4.0, kept_total=-3.5
    )
    assert "-1.25" in describe_verdict(verdict, language)
