"""The loop on a task of a few hundred short strings."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from reversal import TINY, reversal_pairs, write_pairs

from seq2seq.checkpoints import load_checkpoint, read_info
from seq2seq.config import ARCHITECTURE_NAMES, LEARNING_RATES, TrainingConfig
from seq2seq.errors import CheckpointError, ConfigError, TrainingError
from seq2seq.training.events import CheckpointSaved, RunEnded, RunStarted, StepDone, TrainingEvent, Validated
from seq2seq.training.jobs import prepare_job
from seq2seq.training.loop import train
from seq2seq.training.requests import TrainingRequest
from seq2seq.training.runs import append_event, load_snapshot, read_events
from seq2seq.training.schedule import learning_rate


def _request(
    folder: Path, name: str = "run", *, resume: bool = False, model=None, **training
) -> TrainingRequest:
    pairs = reversal_pairs(330, seed=1)
    return TrainingRequest(
        train=write_pairs(folder / "train.tsv", pairs[:300]),
        validation=write_pairs(folder / "validation.tsv", pairs[300:]),
        output=folder / name,
        resume=resume,
        model={**TINY["model"], **(model or {})},
        training={**TINY["training"], **training},
    )


def _run(request: TrainingRequest, stop_after: int | None = None) -> list[TrainingEvent]:
    """All events; with ``stop_after`` the generator is dropped behind that step, as a kill would."""
    events = []
    for event in train(prepare_job(request)):
        append_event(request.output, event)
        events.append(event)
        if stop_after is not None and isinstance(event, StepDone) and event.step >= stop_after:
            break
    return events


def _losses(events: list[TrainingEvent]) -> dict[int, float]:
    return {event.step: event.loss for event in events if isinstance(event, StepDone)}


def test_a_run_tells_its_story_in_order(tmp_path):
    events = _run(_request(tmp_path))
    assert isinstance(events[0], RunStarted)
    assert events[0].training_pairs == 300
    assert isinstance(events[-1], RunEnded)
    assert events[-1].reason == "epochs"
    steps = [event.step for event in events]
    assert steps == sorted(steps)
    assert any(isinstance(event, Validated) and event.samples for event in events)
    assert list(read_events(tmp_path / "run")) == events


def test_the_loss_falls(tmp_path):
    losses = list(_losses(_run(_request(tmp_path, epochs=8, learning_rate=0.02))).values())
    assert losses[-1] < 0.9 * losses[0]


def test_the_same_seed_gives_the_same_losses_and_another_seed_others(tmp_path):
    first, second = (_losses(_run(_request(tmp_path, name))) for name in ("one", "two"))
    assert first == second
    assert _losses(_run(_request(tmp_path, "three", seed=2))) != first


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"average_decay": 0.0},
        {"scheduled_sampling": "linear", "sampling_steps": 10, "sampling_rate": 0.5},
        {"tokenizer": "bpe", "vocabulary_size": 40, "byte_fallback": False, "subword_alpha": 0.3},
    ],
    ids=["averaged", "plain", "scheduled sampling", "subword sampling"],
)
def test_a_killed_run_resumes_with_the_losses_of_an_uninterrupted_one(tmp_path, settings):
    whole = _run(_request(tmp_path, "whole", **settings))
    _run(_request(tmp_path, "killed", **settings), stop_after=13)
    resumed = _run(_request(tmp_path, "killed", resume=True, **settings))
    assert resumed[0].step == 8
    expected = {step: loss for step, loss in _losses(whole).items() if step > 8}
    assert _losses(resumed) == expected
    story = list(read_events(tmp_path / "killed"))
    assert _losses(story) == _losses(whole)
    one, other = (load_checkpoint(tmp_path / name).model.state_dict() for name in ("whole", "killed"))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_resuming_before_the_first_snapshot_starts_again(tmp_path):
    _run(_request(tmp_path), stop_after=2)
    resumed = _run(_request(tmp_path, resume=True))
    assert resumed[0].step == 0
    assert _losses(resumed) == _losses(_run(_request(tmp_path, "whole")))


@pytest.mark.parametrize("limit", [{"epochs": 1}, {"max_steps": 3}])
def test_resuming_a_run_that_reached_its_limit_changes_nothing(tmp_path, limit):
    whole = _run(_request(tmp_path, **limit))
    again = _run(_request(tmp_path, resume=True, **limit))
    assert [event.step for event in again] == [whole[-1].step] * 2
    assert again[-1] == whole[-1]


def test_a_resumed_run_may_be_longer_but_not_another_one(tmp_path):
    _run(_request(tmp_path))
    longer = _run(_request(tmp_path, resume=True, epochs=3))
    assert longer[-1].step > longer[0].step > 0
    with pytest.raises(ConfigError, match=r"was started with dropout 0.1"):
        prepare_job(_request(tmp_path, resume=True, model={"dropout": 0.2}))


def test_resuming_on_other_data_is_refused(tmp_path):
    request = _request(tmp_path)
    _run(request)
    other = _request(tmp_path, resume=True)
    write_pairs(tmp_path / "train.tsv", reversal_pairs(300, seed=9))
    with pytest.raises(TrainingError, match=r"have changed since"):
        prepare_job(other)


def test_a_new_run_does_not_overwrite_a_folder(tmp_path):
    _run(_request(tmp_path, epochs=1))
    with pytest.raises(CheckpointError, match=r"exists and is not empty"):
        prepare_job(_request(tmp_path, epochs=1))


def test_a_loss_that_is_not_finite_ends_the_run_with_a_reason_and_keeps_the_snapshot(tmp_path):
    request = _request(tmp_path)
    job = prepare_job(request)
    events = []
    for event in train(job):
        events.append(event)
        if isinstance(event, StepDone) and event.step == 10:
            with torch.no_grad():
                next(job.checkpoint.model.parameters()).fill_(float("nan"))
    assert isinstance(events[-1], RunEnded)
    assert events[-1].reason == "non_finite"
    assert "step 11" in events[-1].message
    assert "learning rate" in events[-1].message
    snapshot = load_snapshot(request.output)
    assert snapshot is not None
    assert snapshot.counters.step == 8
    load_checkpoint(request.output)


def test_asking_to_stop_ends_the_run_so_that_it_can_be_resumed(tmp_path):
    asked: list[bool] = []
    events = []
    for event in train(prepare_job(_request(tmp_path), should_stop=lambda: bool(asked))):
        events.append(event)
        if isinstance(event, StepDone) and event.step == 5:
            asked.append(True)
    assert events[-1].reason == "stopped"
    snapshot = load_snapshot(tmp_path / "run")
    assert snapshot is not None
    assert snapshot.counters.step == events[-1].step == 6


@pytest.mark.parametrize(
    ("limits", "reason"),
    [({"max_steps": 3}, "max_steps"), ({"max_minutes": 1e-6}, "max_minutes"), ({"epochs": 1}, "epochs")],
)
def test_a_run_ends_at_its_nearest_limit(tmp_path, limits, reason):
    assert _run(_request(tmp_path, **limits))[-1].reason == reason


def test_patience_ends_a_run_that_does_not_improve(tmp_path):
    events = _run(_request(tmp_path, epochs=50, patience=2, learning_rate=1e-7, validate_every=2))
    validations = [event for event in events if isinstance(event, Validated)]
    assert [event.best for event in validations] == [True, False, False]
    assert isinstance(events[-1], RunEnded)
    assert events[-1].reason == "patience"
    assert events[-1].message == "bleu has not improved in 2 validations."


def test_the_best_weights_are_kept_and_not_the_last(tmp_path):
    events = _run(_request(tmp_path, metric="loss", epochs=4))
    validations = [event for event in events if isinstance(event, Validated)]
    best = min(validations, key=lambda event: event.loss)
    saved = [event for event in events if isinstance(event, CheckpointSaved)]
    assert saved[-1].step == best.step
    assert load_checkpoint(tmp_path / "run").scores["step"] == best.step


def test_the_learning_rate_of_the_events_follows_the_schedule(tmp_path):
    changes = {"schedule": "inverse_sqrt", "learning_rate": 0.003}
    config = TrainingConfig.from_json(TINY["training"] | changes)
    events = _run(_request(tmp_path, **changes))
    for event in events:
        if isinstance(event, StepDone):
            assert event.learning_rate == pytest.approx(learning_rate(config, event.step, 0.0))


@pytest.mark.parametrize("architecture", ARCHITECTURE_NAMES)
def test_a_run_notes_the_learning_rate_that_suits_its_architecture(tmp_path, architecture):
    request = _request(tmp_path, learning_rate=0.0, model={"architecture": architecture, "heads": 2})
    assert prepare_job(request).config.learning_rate == LEARNING_RATES[architecture]
    assert read_info(tmp_path / "run").training.learning_rate == LEARNING_RATES[architecture]


def test_an_architecture_without_shared_vocabulary_must_not_tie_all(tmp_path):
    with pytest.raises(ConfigError, match=r"tie_embeddings all needs shared_vocabulary"):
        prepare_job(_request(tmp_path, shared_vocabulary=False))
    assert not (tmp_path / "run").exists()
    _run(_request(tmp_path, shared_vocabulary=False, max_steps=1, model={"tie_embeddings": "target"}))


# Starting from a checkpoint


def _first_run(folder: Path) -> Path:
    _run(_request(folder, "first"))
    return folder / "first"


def test_a_run_that_starts_from_a_checkpoint_takes_over_weights_and_tokenizers(tmp_path):
    first = _first_run(tmp_path)
    request = replace(_request(tmp_path, "second", model={"dropout": 0.3}), start_from=first)
    job = prepare_job(request)
    before, after = load_checkpoint(first), job.checkpoint
    assert after.source_tokenizer.tokens(range(8)) == before.source_tokenizer.tokens(range(8))
    assert all(
        torch.equal(value, before.model.state_dict()[name])
        for name, value in after.model.state_dict().items()
    )
    assert (after.info.model.dropout, job.snapshot) == (0.3, None)


def test_a_run_goes_on_learning_from_where_the_checkpoint_was(tmp_path):
    first = _first_run(tmp_path)
    fresh = _losses(_run(_request(tmp_path, "fresh", max_steps=3)))
    warm = _losses(_run(replace(_request(tmp_path, "warm", max_steps=3), start_from=first)))
    assert warm[1] < fresh[1]
    again = _losses(_run(replace(_request(tmp_path, "warm", resume=True, max_steps=6), start_from=first)))
    assert list(again) == [4, 5, 6]


def test_another_network_than_the_checkpoints_is_refused(tmp_path):
    first = _first_run(tmp_path)
    request = _request(tmp_path, "second", model={"decoder_size": 24}, tokenizer="words")
    with pytest.raises(ConfigError) as raised:
        prepare_job(replace(request, start_from=first))
    assert len(raised.value.problems) == 2
    assert "decoder_size comes with" in str(raised.value)
    assert "there it is 'characters'. Leave these flags out" in str(raised.value)
    assert not (tmp_path / "second").exists()
