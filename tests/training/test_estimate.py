"""What a run will take, measured."""

import json
from dataclasses import replace

import pytest
from reversal import TINY, reversal_pairs, write_pairs

from seq2seq.cli import main
from seq2seq.errors import ConfigError
from seq2seq.flags import flags_of
from seq2seq.training.estimate import estimate_run
from seq2seq.training.requests import TrainingRequest


def request_in(folder, **training):
    pairs = reversal_pairs(330, seed=1)
    return TrainingRequest(
        train=write_pairs(folder / "train.tsv", pairs[:300]),
        validation=write_pairs(folder / "held_out.tsv", pairs[300:]),
        output=folder / "run",
        model=TINY["model"],
        training={**TINY["training"], "epochs": 40, **training},
    )


def test_an_estimate_measures_the_run_and_leaves_no_folder(tmp_path):
    request = request_in(tmp_path)
    found = estimate_run(request)
    assert not request.output.exists()
    assert (found.training_pairs, found.validation_pairs, found.dropped_pairs) == (300, 30, 0)
    assert found.parameters > 1000
    assert found.memory_bytes > 20 * found.parameters
    assert found.disk_bytes > 20 * found.parameters
    assert found.steps % 40 == 0
    least = found.steps * found.step_seconds
    assert least < found.seconds
    assert found.tokens_per_second > 0


def test_the_nearest_limit_counts(tmp_path):
    assert estimate_run(request_in(tmp_path, max_steps=5)).steps == 5
    short = estimate_run(request_in(tmp_path, max_minutes=0.001))
    assert short.steps < 40
    assert short.seconds < 0.06 + short.preparation_seconds + 3 * short.validation_seconds


def test_a_run_that_goes_on_is_not_estimated(tmp_path):
    with pytest.raises(ConfigError, match=r"Only a new run can be estimated"):
        estimate_run(replace(request_in(tmp_path), resume=True))


def test_the_command_prints_one_line_of_json(tmp_path, capsys):
    request = request_in(tmp_path)
    files = {"train": request.train, "validation": request.validation, "output": request.output}
    words = ["train", *flags_of({**files, **request.model, **request.training}), "--estimate"]
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert json.loads(printed)["training_pairs"] == 300
    assert not request.output.exists()
