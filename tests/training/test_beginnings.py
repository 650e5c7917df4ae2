"""What a run begins with is remembered: killed before its first snapshot, it begins with the same again."""

import json
from dataclasses import replace

import pytest
import torch
from reversal import TINY, reversal_pairs, write_pairs

from seq2seq.checkpoints import load_checkpoint, save_weights
from seq2seq.errors import ConfigError, TrainingError
from seq2seq.training.events import RunStarted, StepDone
from seq2seq.training.jobs import prepare_job
from seq2seq.training.loop import train
from seq2seq.training.requests import TrainingRequest
from seq2seq.training.texts import TOKENIZER_PAIRS


def _request(folder, name="run", **training):
    pairs = reversal_pairs(150, seed=1)
    return TrainingRequest(
        train=write_pairs(folder / "train.tsv", pairs[:120]),
        validation=write_pairs(folder / "dev.tsv", pairs[120:]),
        output=folder / name,
        model=TINY["model"],
        training={
            **TINY["training"],
            "max_steps": 3,
            "validation_sentences": 0,
            "metric": "loss",
            **training,
        },
    )


@pytest.fixture
def first(tmp_path):
    """The folder of a short run."""
    list(train(prepare_job(_request(tmp_path, "first"))))
    return tmp_path / "first"


def _has_weights_of(job, folder):
    before = load_checkpoint(folder).model.state_dict()
    return all(torch.equal(value, before[name]) for name, value in job.checkpoint.model.state_dict().items())


def test_a_run_without_a_snapshot_begins_again_with_the_checkpoint_it_started_from(tmp_path, first):
    request = _request(tmp_path)
    prepare_job(replace(request, start_from=first))  # killed before it trained
    for start in (None, first):
        job = prepare_job(replace(request, resume=True, start_from=start))
        assert _has_weights_of(job, first)
        assert job.begins_trained


def test_a_checkpoint_that_moved_may_be_named_and_one_that_changed_is_refused(tmp_path, first):
    request = _request(tmp_path)
    prepare_job(replace(request, start_from=first))
    moved = first.rename(tmp_path / "moved")
    with pytest.raises(ConfigError, match="which is no longer there"):
        prepare_job(replace(request, resume=True))
    assert _has_weights_of(prepare_job(replace(request, resume=True, start_from=moved)), moved)
    weights = {name: value + 1 for name, value in load_checkpoint(moved).model.named_parameters()}
    save_weights(moved, weights)
    with pytest.raises(ConfigError, match="started from other weights"):
        prepare_job(replace(request, resume=True, start_from=moved))


def test_a_run_that_began_at_random_takes_no_checkpoint_later(tmp_path, first):
    prepare_job(_request(tmp_path))
    with pytest.raises(ConfigError, match="did not start from a checkpoint"):
        prepare_job(replace(_request(tmp_path), resume=True, start_from=first))


@pytest.mark.parametrize(
    "note", [{}, {"start_from": 1, "weights": "", "embeddings": {}}, {"embeddings": {"x": "y"}}]
)
def test_a_damaged_note_is_named(tmp_path, note):
    prepare_job(_request(tmp_path))
    (tmp_path / "run" / "start.json").write_text(json.dumps(note))
    with pytest.raises(TrainingError, match=r"start.json is damaged"):
        prepare_job(replace(_request(tmp_path), resume=True))


# -- text in a cache --------------------------------------------------------------------------------------


def _losses(request):
    events = list(train(prepare_job(request)))
    assert isinstance(events[0], RunStarted)
    return [(event.step, event.loss) for event in events if isinstance(event, StepDone)]


def test_a_run_on_mapped_text_is_the_run_on_text_in_memory(tmp_path):
    cached = replace(_request(tmp_path, "cached"), corpus_cache=tmp_path / "cache")
    assert TOKENIZER_PAIRS > 120
    assert _losses(cached) == _losses(_request(tmp_path, "plain"))
    told = []
    prepare_job(replace(_request(tmp_path, "again"), corpus_cache=tmp_path / "cache"), tell=told.append)
    assert told == [f"{tmp_path / 'cache'} holds this text already: 120 pairs."]


def test_a_run_goes_on_with_and_without_a_cache(tmp_path):
    request = _request(tmp_path)
    whole = _losses(_request(tmp_path, "whole", max_steps=9, schedule="constant", epochs=5))
    parts = []
    for number, cache in enumerate((None, tmp_path / "cache", None)):
        part = _request(tmp_path, max_steps=3 * number + 3, schedule="constant", epochs=5)
        parts += _losses(replace(part, corpus_cache=cache, resume=number > 0))
    assert parts == whole
    write_pairs(request.train, reversal_pairs(120, seed=4))
    with pytest.raises(TrainingError, match="have changed since"):
        prepare_job(replace(part, resume=True, corpus_cache=tmp_path / "cache"))


def test_random_splits_and_a_cache_are_refused_before_a_folder_is_made(tmp_path):
    request = _request(tmp_path, tokenizer="bpe", vocabulary_size=40, byte_fallback=False, subword_alpha=0.3)
    with pytest.raises(ConfigError, match=r"subword_alpha 0.3 splits the text anew"):
        prepare_job(replace(request, corpus_cache=tmp_path / "cache"))
    assert not (tmp_path / "run").exists()
    assert not (tmp_path / "cache").exists()
