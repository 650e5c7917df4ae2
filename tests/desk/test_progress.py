"""Following events.jsonl by offset, in bounded memory."""

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.desk.progress import MOST_PROBES, RunProgress
from seq2seq.desk.series import MOST_POINTS, Thinned
from seq2seq.training.events import CheckpointSaved, Probed, RunEnded, RunStarted, StepDone, Validated
from seq2seq.training.runs import append_event, forget_events_after

STARTED = RunStarted(
    step=0,
    parameters=5,
    training_pairs=9,
    dropped_pairs=1,
    validation_pairs=2,
    device="cpu",
    precision="float32",
    time="2026-01-01T00:00:00+00:00",
)


def step_done(step, loss=1.0):
    return StepDone(
        step=step,
        epoch=0.1,
        loss=loss,
        learning_rate=0.01,
        gradient_norm=2.0,
        tokens_per_second=50.0,
        progress=0.25,
        seconds_left=12.0,
    )


def validated(step, *, best):
    samples = (("a", "b", f"c{step}"),)
    return Validated(
        step=step, epoch=0.1, loss=2.0, bleu=1.5, chrf=None, best=best, samples=samples, seconds=0.1
    )


def probed(step):
    return Probed(step=step, source="a", source_tokens=("a", "</s>"), target_tokens=("b",), attention="gH8=")


def append_all(folder, *events):
    for event in events:
        append_event(folder, event)


def test_before_a_run_begins_there_is_nothing(tmp_path):
    progress = RunProgress(tmp_path)
    assert not progress.update()
    assert (progress.state().step, progress.state().started, progress.state().losses) == (0, None, ())


def test_a_state_holds_all_that_a_page_shows(tmp_path):
    append_all(tmp_path, STARTED, step_done(10, 3.0), validated(10, best=True), probed(10))
    append_all(tmp_path, CheckpointSaved(step=10, metric="bleu", value=1.5), step_done(20, 2.0))
    append_event(tmp_path, validated(20, best=False))
    progress = RunProgress(tmp_path)
    assert progress.update()
    assert not progress.update()
    state = progress.state()
    assert (state.step, state.progress, state.seconds_left, state.best_step) == (20, 0.25, 12.0, 10)
    assert state.losses == ((10, 3.0), (20, 2.0))
    assert state.learning_rates[0] == (10, 0.01)
    assert state.gradient_norms[0] == (10, 2.0)
    assert state.speeds[0] == (10, 50.0)
    assert [point.best for point in state.validations] == [True, False]
    assert state.samples == (("a", "b", "c20"),)
    assert state.probes == (probed(10),)
    assert (state.started, state.ended) == (STARTED, None)
    append_event(tmp_path, RunEnded(step=20, reason="epochs", message="Done."))
    progress.update()
    assert progress.state().ended.reason == "epochs"
    assert progress.state().seconds_left is None


def test_it_reads_on_from_where_it_was_and_waits_for_the_end_of_a_line(tmp_path):
    append_all(tmp_path, STARTED, step_done(1))
    progress = RunProgress(tmp_path)
    progress.update()
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"x" * path.stat().st_size)  # in place: whoever reads it again would find no events
    line = json.dumps({"type": "CheckpointSaved", "step": 2, "metric": "bleu", "value": 1.0})
    with path.open("a") as file:
        file.write(line[:20])
        file.flush()
        assert not progress.update()
        file.write(line[20:] + "\n")
    assert progress.update()
    state = progress.state()
    assert (state.losses, state.best_step, state.damaged_lines) == (((1, 1.0),), 2, 0)


def test_a_resumed_run_shows_only_what_its_file_still_holds(tmp_path):
    append_all(tmp_path, STARTED, step_done(1), step_done(2), step_done(3))
    progress = RunProgress(tmp_path)
    progress.update()
    forget_events_after(tmp_path, 2)
    append_event(tmp_path, step_done(3, 9.0))
    progress.update()
    assert progress.state().losses == ((1, 1.0), (2, 1.0), (3, 9.0))


def test_a_line_that_is_no_event_is_counted_and_passed_over(tmp_path):
    append_event(tmp_path, STARTED)
    with (tmp_path / "events.jsonl").open("ab") as file:
        file.write(b'\xff\n{"type": "FromTheFuture", "step": 1}\n')
    append_event(tmp_path, step_done(4))
    progress = RunProgress(tmp_path)
    progress.update()
    assert (progress.state().damaged_lines, progress.state().step) == (2, 4)


@pytest.mark.parametrize("block", [10, 300])
def test_a_long_file_is_read_in_blocks(tmp_path, monkeypatch, block):
    monkeypatch.setattr("seq2seq.desk.progress.MOST_BYTES_A_LOOK", block)
    append_all(tmp_path, STARTED, *(step_done(step) for step in range(1, 6)))
    progress = RunProgress(tmp_path)
    progress.update()
    assert progress.state().step < 5
    progress.update_fully()
    assert len(progress.state().losses) == 5


def test_memory_is_bounded_however_long_a_run_is(tmp_path):
    lines = [json.dumps({"type": "StepDone", **STEP, "step": step}) for step in range(1, 5001)]
    (tmp_path / "events.jsonl").write_text("\n".join(lines) + "\n")
    append_all(tmp_path, *(probed(step) for step in range(200)))
    progress = RunProgress(tmp_path)
    progress.update_fully()
    state = progress.state()
    assert MOST_POINTS // 2 <= len(state.losses) <= MOST_POINTS
    assert (state.losses[0], state.losses[-1]) == ((1, 1.0), (5000, 1.0))
    assert len(state.probes) <= MOST_PROBES
    assert (state.probes[0].step, state.probes[-1].step) == (0, 199)


STEP = {
    **{"epoch": 0.1, "loss": 1.0, "learning_rate": 0.01, "gradient_norm": 2.0, "tokens_per_second": 5.0},
    **{"progress": 0.25, "seconds_left": 12.0},
}


@settings(max_examples=50)
@given(st.integers(0, 3000), st.integers(2, 40))
def test_a_thinned_sequence_is_even_short_and_has_both_ends(count, most):
    series = Thinned(most)
    for number in range(count):
        series.add(number)
    items = series.items()
    assert len(items) <= most
    assert len(items) >= min(count, most // 2)
    if count:
        assert (items[0], items[-1]) == (0, count - 1)
    gaps = {after - before for before, after in pairwise(items[:-1])}
    assert len(gaps) <= 1
