"""What a run is measured on at its end, and what it was before."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from reversal import TINY, reversal_pairs, write_pairs
from tiny_translators import make_corpus, make_translator

from seq2seq.checkpoints import GENERAL_TEST_FILE, read_scores
from seq2seq.training import before_after
from seq2seq.training.before_after import BEFORE_FILE, cut_test, keep_translations, meter_scores
from seq2seq.training.events import (
    RunEnded,
    ScoredTest,
    Validated,
    describe_event,
    event_from_json,
    event_to_json,
)
from seq2seq.training.jobs import prepare_job
from seq2seq.training.recording import train_and_record
from seq2seq.training.requests import TrainingRequest
from seq2seq.training.runs import read_events

PAIRS = reversal_pairs(420, seed=1)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A checkpoint that has learnt a little, with a general test of its own."""
    folder = tmp_path_factory.mktemp("base")
    list(train_and_record(prepare_job(request_for(folder, "base", epochs=4, learning_rate=0.02))))
    write_pairs(folder / "base" / GENERAL_TEST_FILE, PAIRS[380:])
    return folder / "base"


def request_for(folder, name, *, training=None, **settings):
    return TrainingRequest(
        train=write_pairs(folder / "train.tsv", training or PAIRS[:300]),
        validation=write_pairs(folder / "validation.tsv", PAIRS[300:330]),
        test=write_pairs(folder / "test.tsv", PAIRS[330:380]),
        output=folder / name,
        model=TINY["model"],
        training={**TINY["training"], **settings},
    )


def fine_tune(folder, base, name="tuned", **settings):
    request = request_for(folder, name, **settings)
    return replace(request, start_from=base, model={})


def scored(events):
    return {event.test: event for event in events if isinstance(event, ScoredTest)}


def test_a_new_run_is_scored_without_a_before_and_its_card_knows(tmp_path):
    events = list(train_and_record(prepare_job(request_for(tmp_path, "run"))))
    assert isinstance(events[-1], RunEnded)
    (found,) = scored(events).values()
    assert (found.test, found.sentences, found.exact_before) == ("test", 50, None)
    assert all(metric.before is None and metric.p_value is None for metric in found.metrics)
    assert [metric.name for metric in found.metrics] == ["bleu", "chrf", "ter"]
    changes = [change.change for change in found.changes]
    assert changes == sorted(changes)
    kept = read_scores(tmp_path / "run")["test"]["greedy"]
    assert kept["sources"] == 50
    assert kept["bleu"] == pytest.approx(found.metrics[0].after, abs=0.01)


def test_a_fine_tuning_is_compared_with_what_it_began_with(tmp_path, base):
    events = list(train_and_record(prepare_job(fine_tune(tmp_path, base, epochs=3, learning_rate=0.02))))
    found = scored(events)
    assert list(found) == ["test", "general"]
    for test in found.values():
        assert test.better + test.worse + test.equal == test.sentences
        assert all(metric.before is not None for metric in test.metrics)
        changes = [change.change for change in test.changes]
        assert changes == sorted(changes)
        assert all(change.before != change.after for change in test.changes)
    before = read_scores(base)["test"]["greedy"]["bleu"]
    assert found["test"].metrics[0].before == pytest.approx(before, abs=0.01)


def test_the_meter_runs_from_the_first_validation_to_the_end(tmp_path, base):
    events = list(train_and_record(prepare_job(fine_tune(tmp_path, base, epochs=2))))
    validated = [event for event in events if isinstance(event, Validated)]
    assert validated[0].step == 0
    assert all(event.general_bleu is not None and event.general_chrf is not None for event in validated)
    general = scored(events)["general"].metrics[0]
    assert validated[0].general_bleu == pytest.approx(general.before)


def test_weights_that_did_not_change_are_told_as_such(tmp_path, base):
    job = prepare_job(fine_tune(tmp_path, base, max_steps=1, learning_rate=1e-30))
    for test in scored(train_and_record(job)).values():
        assert (test.better, test.worse, test.changes) == (0, 0, ())
        assert all(metric.verdict == "undecided" for metric in test.metrics)


def test_a_run_that_forgets_is_caught(tmp_path):
    """The bundled dates model, right on each of its general sentences, learns to answer everything with one day."""
    days = [(f"March {day}, {year}", "1999-03-03") for day in range(1, 29) for year in range(1990, 1996)]
    request = TrainingRequest(
        train=write_pairs(tmp_path / "train.tsv", days[:140]),
        validation=write_pairs(tmp_path / "validation.tsv", days[140:]),
        output=tmp_path / "run",
        start_from=Path(__file__).parents[2] / "checkpoints" / "dates",
        training={"max_steps": 25, "learning_rate": 0.01, "validate_every": 25, "metric": "loss"},
    )
    (found,) = scored(train_and_record(prepare_job(request))).values()
    assert (found.test, found.exact_before) == ("general", 100.0)
    assert found.worse > 50
    assert {metric.verdict for metric in found.metrics} == {"worse"}


def test_the_before_is_that_of_the_beginning_also_after_a_resume(tmp_path, base):
    request = fine_tune(tmp_path, base, epochs=2, learning_rate=0.02)
    whole = scored(train_and_record(prepare_job(request)))
    begun = replace(request, output=tmp_path / "resumed")
    for event in train_and_record(prepare_job(begun)):
        if event.step >= 8 and isinstance(event, Validated):
            break
    resumed = list(train_and_record(prepare_job(replace(begun, resume=True))))
    assert scored(resumed)["test"].metrics[0].before == whole["test"].metrics[0].before


def test_a_general_test_goes_on_to_what_is_trained_from_a_checkpoint(tmp_path, base):
    list(train_and_record(prepare_job(fine_tune(tmp_path, base, epochs=1))))
    assert (tmp_path / "tuned" / GENERAL_TEST_FILE).read_bytes() == (base / GENERAL_TEST_FILE).read_bytes()


def test_a_damaged_before_costs_the_comparison_and_not_the_run(tmp_path, base):
    job = prepare_job(fine_tune(tmp_path, base, epochs=1))
    (tmp_path / "tuned" / BEFORE_FILE).write_text("{")
    events = list(train_and_record(job))
    assert scored(events)["test"].metrics[0].before is None
    assert events[-1].reason == "epochs"


def test_the_events_read_back_and_are_told_in_a_line(tmp_path, base):
    job = prepare_job(fine_tune(tmp_path, base, epochs=1))
    events = list(train_and_record(job))
    assert list(read_events(tmp_path / "tuned")) == events
    found = scored(events)["test"]
    assert event_from_json(event_to_json(found)) == found
    assert describe_event(found).strip().startswith("test (50 sentences): bleu ")


def test_a_long_test_is_cut_by_its_sources(monkeypatch):
    monkeypatch.setattr(before_after, "MOST_TESTED", 2)
    corpus = make_corpus([("a", "1"), ("b", "2"), ("c", "3"), ("a", "4")])
    assert [(pair.source, pair.target) for pair in cut_test(corpus).pairs] == [
        ("a", "1"),
        ("b", "2"),
        ("a", "4"),
    ]


def test_without_tests_nothing_is_kept_or_measured(tmp_path):
    checkpoint = make_translator("gru").checkpoint
    keep_translations(checkpoint, {}, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert meter_scores(checkpoint, {}) == {}


def test_a_model_in_training_stays_in_training(tmp_path):
    checkpoint = make_translator("gru").checkpoint
    checkpoint.model.train()
    keep_translations(checkpoint, {"general": make_corpus([("ab", "ba")])}, tmp_path)
    assert set(json.loads((tmp_path / BEFORE_FILE).read_text("utf-8"))) == {"general"}
    assert checkpoint.model.training
