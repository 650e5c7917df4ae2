from pathlib import Path

import pytest
from scripted_translator import ScriptedShelf

from seq2seq import given
from seq2seq.decoding.edits import AttentionEdit
from seq2seq.explanation.faithfulness import Faithfulness
from seq2seq.options import DecodingOptions
from seq2seq.ui import faithfulness_panel
from seq2seq.ui.faithfulness_panel import describe_faithfulness, measure_faithfulness
from seq2seq.ui.runs import Runs
from seq2seq.ui.session import Choice, Request, Session
from seq2seq.ui.shelf import CheckpointShelf

SHELF = CheckpointShelf(Path(__file__).parents[2] / "checkpoints")
OPTIONS = DecodingOptions(beam_width=3, n_best=3)


def translated(model="dates", source="March 3, 1999", shelf=SHELF, **changes):
    session = Session()
    session.request = Request(model=model, source=source, options=OPTIONS)
    *_, session.translation = shelf.load(model).stream(source, OPTIONS, **changes)
    return session


def measured(session, language):
    *_, last = measure_faithfulness(SHELF, Runs(), session, language)
    return last


def test_a_stop_ends_it_after_the_sources_that_are_under_way(monkeypatch):
    monkeypatch.setattr(given, "BATCH_SENTENCES", 4)
    runs = Runs()
    seen = []
    for answer, table in measure_faithfulness(SHELF, runs, translated(), "en"):
        seen.append(answer)
        assert table == {"rows": []}
        runs.stop()
    assert [answer[:13] for answer in seen] == ["3 of 13 token", "Stopped after"]
    assert seen[-1].startswith("Stopped after 7 of 13 tokens")


def test_each_source_token_has_its_attention_and_its_loss():
    session = translated()
    answer, table = measured(session, "en")
    rows = table["rows"]
    assert [row[0] for row in rows] == list(session.translation.source_tokens[:-1])
    best = session.translation.beams[-1].hypotheses[0]
    assert 0 < sum(row[1] for row in rows) <= len(best.steps)
    most = max(rows, key=lambda row: row[2])
    assert most[0] == "3"
    assert most[2] > 0.5
    assert "Kendall’s τ = " in answer
    assert "13 tokens" in answer


def test_the_hypothesis_that_is_shown_is_measured():
    session = translated()
    first = measured(session, "en")[1]
    session.choice = Choice(hypothesis=2)
    assert measured(session, "en")[1] != first


@pytest.mark.parametrize(
    ("session", "sentence"),
    [
        (Session, "There is no whole translation to measure: translate first."),
        (lambda: translated(source="3"), "The source has a single token, so none can be left out"),
        (lambda: translated("plain", "one two", ScriptedShelf()), "This model has no attention"),
        (
            lambda: translated(edits=[AttentionEdit(kind="knock_out", position=1)]),
            "You have changed the attention",
        ),
    ],
)
def test_what_cannot_be_measured_gets_one_sentence(session, sentence):
    answer, table = measured(session(), "en")
    assert sentence in answer
    assert table == {"rows": []}
    assert measured(session(), "zh")[0] != answer


def test_a_long_source_is_refused_before_the_model_is_asked(monkeypatch):
    monkeypatch.setattr(faithfulness_panel, "MOST_SOURCE_TOKENS", 5)
    answer, _ = measured(translated(), "en")
    assert answer.startswith("The text has 13 tokens")


@pytest.mark.parametrize(
    ("tau", "chance", "words"),
    [
        (0.8, 0.4, ["They agree", "more than chance"]),
        (0.5, 1.0, ["They agree", "That is uncertain"]),
        (0.1, 0.2, ["hardly related", "That is uncertain"]),
        (-0.7, 0.3, ["contradict", "more than chance"]),
        (None, 0.3, ["nothing to correlate"]),
    ],
)
def test_what_a_correlation_means_is_said_in_words(tau, chance, words):
    said = describe_faithfulness(Faithfulness(tau=tau, rho=tau, chance=chance), 9, "en")
    assert all(word in said for word in words)
