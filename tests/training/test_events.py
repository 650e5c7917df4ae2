import json

import pytest

from seq2seq.errors import TrainingError
from seq2seq.training.events import (
    CheckpointSaved,
    Probed,
    RunEnded,
    RunStarted,
    StepDone,
    Validated,
    event_from_json,
    event_to_json,
)

EVENTS = [
    RunStarted(
        step=0,
        parameters=5,
        training_pairs=9,
        dropped_pairs=1,
        validation_pairs=2,
        device="cpu",
        precision="float32",
        time="2026-01-01T00:00:00+00:00",
    ),
    StepDone(
        step=20,
        epoch=0.5,
        loss=3.25,
        learning_rate=0.001,
        gradient_norm=1.5,
        tokens_per_second=9000.0,
        progress=0.25,
        seconds_left=12.0,
    ),
    Validated(
        step=20,
        epoch=0.5,
        loss=3.0,
        bleu=None,
        chrf=1.5,
        best=True,
        samples=(("你好", "bonjour", "salut\n"),),
        seconds=0.1,
    ),
    CheckpointSaved(step=20, metric="bleu", value=12.5),
    Probed(
        step=20,
        source="你 a",
        source_tokens=("你", "a", "</s>"),
        target_tokens=("b", "</s>"),
        attention="/wAAAH+A",
    ),
    RunEnded(step=20, reason="epochs", message="All 1 epochs are done."),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_is_one_line_of_json_with_its_type_and_comes_back_equal(event):
    line = event_to_json(event)
    assert "\n" not in line
    assert json.loads(line)["type"] == type(event).__name__
    assert event_from_json(line) == event


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"type": "Nothing"}', '{"type": "RunEnded", "step": 1}'])
def test_a_line_that_is_no_event_is_named(line):
    with pytest.raises(TrainingError, match=r"is not a training event"):
        event_from_json(line)


def test_the_attention_of_a_probe_is_rows_of_weights():
    assert EVENTS[4].weights() == ((1.0, 0.0, 0.0), (0.0, 127 / 255, 128 / 255))
