import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.config import TrainingConfig
from seq2seq.training.schedule import FINAL_SHARE, learning_rate, truth_probability


@pytest.mark.parametrize("schedule", ["constant", "inverse_sqrt", "cosine"])
def test_warm_up_rises_linearly_to_the_peak(schedule):
    config = TrainingConfig(schedule=schedule, learning_rate=0.01, warmup_steps=100)
    assert learning_rate(config, 50, 0.0) == pytest.approx(0.005)
    assert learning_rate(config, 100, 0.0) == pytest.approx(0.01)


def test_inverse_square_root_halves_when_the_steps_quadruple():
    config = TrainingConfig(schedule="inverse_sqrt", warmup_steps=100)
    assert learning_rate(config, 400, 0.0) == pytest.approx(learning_rate(config, 100, 0.0) / 2)


def test_cosine_ends_at_its_final_share():
    config = TrainingConfig(schedule="cosine", learning_rate=0.01, warmup_steps=0)
    assert learning_rate(config, 10, 0.5) == pytest.approx(0.01 * (1 + FINAL_SHARE) / 2)
    assert learning_rate(config, 10, 1.0) == pytest.approx(0.01 * FINAL_SHARE)


@given(
    kind=st.sampled_from(["none", "constant", "linear", "inverse_sigmoid"]),
    rate=st.floats(0, 1),
    steps=st.integers(1, 1000),
)
def test_truth_probability_falls_and_stays_above_its_floor(kind, rate, steps):
    config = TrainingConfig(scheduled_sampling=kind, sampling_rate=rate, sampling_steps=steps)
    values = [truth_probability(config, step) for step in range(0, 5000, 250)]
    assert values == sorted(values, reverse=True)
    assert all((1 - rate if kind != "none" else 1) <= value <= 1 for value in values)


def test_scheduled_sampling_follows_bengios_formulas():
    linear = TrainingConfig(scheduled_sampling="linear", sampling_rate=1.0, sampling_steps=200)
    assert truth_probability(linear, 50) == pytest.approx(0.75)
    sigmoid = TrainingConfig(scheduled_sampling="inverse_sigmoid", sampling_rate=1.0, sampling_steps=10)
    assert truth_probability(sigmoid, 0) == pytest.approx(10 / 11)
    assert truth_probability(sigmoid, 20) == pytest.approx(10 / (10 + 7.389056), rel=1e-6)
