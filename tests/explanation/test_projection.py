import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from seq2seq.explanation.projection import project

STATES = arrays(
    np.float32,
    st.tuples(st.integers(0, 12), st.integers(1, 9)),
    elements=st.floats(-8, 8, width=32),
)


@given(states=STATES)
def test_a_projection_loses_and_never_adds(states):
    projection = project(states)
    assert projection.points.shape == (len(states), 2)
    assert np.isfinite(projection.points).all()
    first, second = projection.kept
    assert 1 + 1e-9 >= first >= second >= 0
    assert first + second <= 1 + 1e-9
    if len(states):
        spread = ((states - states.mean(axis=0, dtype=np.float64)) ** 2).sum()
        assert (projection.points**2).sum() == pytest.approx((first + second) * spread, rel=1e-3, abs=1e-3)


@given(points=arrays(np.float64, (6, 2), elements=st.floats(-5, 5)), seed=st.integers(0, 50))
def test_what_lies_in_a_plane_keeps_all_its_distances(points, seed):
    basis, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(7, 2)))
    projected = project(points @ basis.T + 3.0).points
    np.testing.assert_allclose(distances(projected), distances(points), atol=1e-6)


def distances(points):
    return np.linalg.norm(points[:, None] - points[None], axis=-1)


@given(states=STATES)
def test_the_same_states_give_the_same_picture_with_its_furthest_points_positive(states):
    points = project(states).points
    np.testing.assert_array_equal(points, project(states.copy()).points)
    if len(points):
        assert (points.max(axis=0) >= -points.min(axis=0) - 1e-9).all()


def test_states_that_do_not_differ_lie_at_zero():
    projection = project(np.full((4, 5), 0.3, np.float32))
    assert not projection.points.any()
    assert projection.kept == (0.0, 0.0)
