"""Pretrained embeddings in a run: placed, trained or frozen, and the same after a kill."""

import hashlib
import json
from dataclasses import replace

import pytest
import torch
from reversal import TINY, reversal_pairs, write_pairs

from seq2seq.checkpoints import load_checkpoint
from seq2seq.errors import ConfigError, DataError
from seq2seq.training.events import RunStarted, StepDone, describe_event
from seq2seq.training.fingerprints import CHANGEABLE_ON_RESUME
from seq2seq.training.jobs import prepare_job
from seq2seq.training.loop import train
from seq2seq.training.requests import TrainingRequest
from seq2seq.training.runs import append_event

SEPARATE = {"tie_embeddings": "none"}
QUICK = {"tokenizer": "whitespace", "validation_sentences": 0, "metric": "loss", "max_steps": 14}


def _request(folder, name="run", *, model=SEPARATE, **training):
    pairs = [(" ".join(source), " ".join(target)) for source, target in reversal_pairs(330, seed=1)]
    return TrainingRequest(
        train=write_pairs(folder / "train.tsv", pairs[:300]),
        validation=write_pairs(folder / "validation.tsv", pairs[300:]),
        output=folder / name,
        model={**TINY["model"], **model},
        training={**TINY["training"], **QUICK, **training},
    )


def _vectors(folder, letters="abc", name="letters.vec", width=8):
    path = folder / name
    rows = [
        f"{letter} {' '.join(str(number + 0.5) for _ in range(width))}"
        for number, letter in enumerate(letters)
    ]
    path.write_text(f"{len(rows)} {width}\n" + "".join(f"{row}\n" for row in rows))
    return path


def _run(request, stop_after=None):
    events = []
    for event in train(prepare_job(request)):
        append_event(request.output, event)
        events.append(event)
        if stop_after is not None and isinstance(event, StepDone) and event.step >= stop_after:
            break
    return events


def _rows(folder, side, letters):
    checkpoint = load_checkpoint(folder)
    tokenizer = getattr(checkpoint, f"{side}_tokenizer")
    return getattr(checkpoint.model, f"{side}_embedding")[tokenizer.encode(" ".join(letters))]


def test_found_rows_come_from_the_file_and_the_others_keep_their_first_values(tmp_path):
    plain = prepare_job(_request(tmp_path, "plain")).checkpoint.model
    request = replace(_request(tmp_path, "placed"), source_embeddings=_vectors(tmp_path))
    job = prepare_job(request)
    found = job.checkpoint.source_tokenizer.encode("a b c")
    assert job.checkpoint.model.source_embedding[found].tolist() == [[n + 0.5] * 8 for n in range(3)]
    others = [row for row in range(len(plain.source_embedding)) if row not in found]
    assert torch.equal(job.checkpoint.model.source_embedding[others], plain.source_embedding[others])
    assert torch.equal(job.checkpoint.model.target_embedding, plain.target_embedding)
    assert job.embeddings[0].share == 3 / 8


@pytest.mark.parametrize("frozen", [True, False])
def test_frozen_rows_stay_and_others_learn(tmp_path, frozen):
    request = _request(tmp_path, freeze_embeddings=frozen)
    files = {
        "source_embeddings": _vectors(tmp_path),
        "target_embeddings": _vectors(tmp_path, "hg", "other.txt"),
    }
    events = _run(replace(request, **files))
    before = torch.tensor([[n + 0.5] * 8 for n in range(3)])
    assert torch.equal(_rows(request.output, "source", "abc"), before) is frozen
    assert torch.equal(_rows(request.output, "target", "hg"), before[:2]) is frozen
    first = prepare_job(_request(tmp_path, "fresh")).checkpoint.model.source_embedding
    assert not torch.allclose(
        _rows(request.output, "source", "h"),
        first[load_checkpoint(request.output).source_tokenizer.encode("h")],
    )
    assert isinstance(events[0], RunStarted)
    assert (events[0].source_embeddings_share, events[0].target_embeddings_share) == (3 / 8, 2 / 8)
    assert "source embeddings for 37.5% of the vocabulary" in describe_event(events[0])


@pytest.mark.parametrize("tied", ["all", "target"])
def test_a_tied_matrix_takes_the_rows_once(tmp_path, tied):
    request = _request(tmp_path, model={"tie_embeddings": tied}, freeze_embeddings=True)
    _run(replace(request, target_embeddings=_vectors(tmp_path)))
    assert _rows(request.output, "target", "c").tolist() == [[2.5] * 8]


@pytest.mark.parametrize("again", [True, False], ids=["flag repeated", "flag left out"])
def test_a_killed_run_with_frozen_embeddings_resumes_with_the_same_weights(tmp_path, again):
    files = {"source_embeddings": _vectors(tmp_path)}
    whole, killed = (_request(tmp_path, name, freeze_embeddings=True) for name in ("whole", "killed"))
    _run(replace(whole, **files))
    _run(replace(killed, **files), stop_after=11)
    resumed = replace(killed, resume=True, **(files if again else {}))
    events = _run(resumed)
    assert events[0].step == 8
    assert events[0].source_embeddings_share == 3 / 8
    one, other = (load_checkpoint(run.output).model.state_dict() for run in (whole, killed))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_run_killed_before_its_first_snapshot_takes_the_same_files_again(tmp_path):
    files = {"source_embeddings": _vectors(tmp_path)}
    _run(replace(_request(tmp_path), **files), stop_after=2)
    for again in ({}, files):
        job = prepare_job(replace(_request(tmp_path), resume=True, **again))
        assert job.embeddings[0].share == 3 / 8
        row = job.embeddings[0].token_ids[0]
        assert job.checkpoint.model.source_embedding[row].detach().sum() in (4.0, 12.0, 20.0)
    (tmp_path / "run" / "embeddings.json").unlink()  # killed before it was written
    assert prepare_job(replace(_request(tmp_path), resume=True)).embeddings[0].share == 3 / 8
    other = {"target_embeddings": _vectors(tmp_path, name="other.vec")}
    with pytest.raises(ConfigError, match=r"was started with letters.vec"):
        prepare_job(replace(_request(tmp_path), resume=True, **other))
    files["source_embeddings"].unlink()
    with pytest.raises(DataError, match=r"letters.vec"):
        prepare_job(replace(_request(tmp_path), resume=True))


def test_other_files_are_refused_when_a_run_goes_on(tmp_path):
    request = _request(tmp_path)
    _run(replace(request, source_embeddings=_vectors(tmp_path)))
    other = replace(request, resume=True, source_embeddings=_vectors(tmp_path, name="other.vec"))
    with pytest.raises(
        ConfigError, match=r"started with letters.vec for source_embeddings, not with other.vec"
    ):
        prepare_job(other)
    _run(_request(tmp_path, "without"))
    late = replace(_request(tmp_path, "without"), resume=True, target_embeddings=_vectors(tmp_path))
    with pytest.raises(ConfigError, match=r"started with no file for target_embeddings"):
        prepare_job(late)


def test_what_cannot_work_is_refused_before_a_folder_is_made(tmp_path):
    both = {"source_embeddings": _vectors(tmp_path), "target_embeddings": _vectors(tmp_path)}
    wide = {"source_embeddings": _vectors(tmp_path, name="wide.vec", width=9)}
    for request, error, message in (
        (replace(_request(tmp_path, model={}), **both), ConfigError, r"tie_embeddings all has one matrix"),
        (_request(tmp_path, freeze_embeddings=True), ConfigError, r"nothing to freeze"),
        (
            replace(_request(tmp_path), **wide),
            DataError,
            r"wide.vec have 9 numbers, and the model's embeddings 8",
        ),
        (replace(_request(tmp_path), start_from=tmp_path, **both), ConfigError, r"The embeddings come with"),
    ):
        with pytest.raises(error, match=message):
            prepare_job(request)
        assert not request.output.exists()


def test_the_record_names_no_folder_of_this_machine(tmp_path):
    request = replace(_request(tmp_path), source_embeddings=_vectors(tmp_path))
    prepare_job(request)
    record = json.loads((request.output / "embeddings.json").read_text())
    assert record["embeddings"][0]["file"] == "letters.vec"
    assert str(tmp_path) not in (request.output / "embeddings.json").read_text()


def test_a_run_of_a_version_without_freezing_can_still_be_resumed(tmp_path):
    request = _request(tmp_path)
    _run(request, stop_after=11)
    config = json.loads((request.output / "config.json").read_text())
    del config["training"]["freeze_embeddings"]
    (request.output / "config.json").write_text(json.dumps(config))
    fixed = {name: value for name, value in config["training"].items() if name not in CHANGEABLE_ON_RESUME}
    digest = hashlib.sha256(json.dumps([config["model"], fixed], sort_keys=True).encode())
    for path in (request.train, request.validation):
        digest.update(path.read_bytes())
    counters = request.output / "resume" / "counters.json"
    values = json.loads(counters.read_text())
    counters.write_text(json.dumps({**values, "fingerprint": digest.hexdigest()}))
    assert _run(replace(request, resume=True))[0].step == 8
