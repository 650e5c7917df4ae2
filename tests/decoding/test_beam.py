import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.decoding.beam import best_of_each_row, best_of_each_sentence
from seq2seq.decoding.frontier import Layout

law = settings(deadline=None, max_examples=60)


@law
@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=5), seed=st.integers(0, 9999), data=st.data())
def test_the_best_of_a_sentence_are_those_that_sorting_finds(sizes, seed, data):
    sentence = np.repeat(np.arange(len(sizes)) * 2, sizes)
    scores = np.random.default_rng(seed).normal(size=(len(sentence), 3))
    scores[np.random.default_rng(seed + 1).random(scores.shape) < 0.3] = -np.inf
    free = np.array(data.draw(st.lists(st.integers(0, 5), min_size=2 * len(sizes), max_size=2 * len(sizes))))
    expected = []
    for number in sorted(set(sentence.tolist())):
        rows = np.flatnonzero(sentence == number)
        pool = [(-scores[row, column], row, column) for row in rows for column in range(3)]
        kept = sorted(item for item in pool if item[0] < np.inf)[: free[number]]
        expected += [(row, column, rank) for rank, (_, row, column) in enumerate(kept)]
    found = best_of_each_sentence(scores, Layout.of(sentence), free)
    assert list(zip(*(part.tolist() for part in found), strict=True)) == expected


def test_ties_go_to_the_earlier_row_and_column():
    row, column, rank = best_of_each_sentence(
        np.zeros((2, 2)), Layout.of(np.zeros(2, np.int64)), np.array([3])
    )
    assert (row.tolist(), column.tolist(), rank.tolist()) == ([0, 0, 1], [0, 1, 0], [0, 1, 2])


def test_a_row_without_any_continuation_has_no_best_one():
    scores = np.array([[-1.0, -0.5], [-np.inf, -np.inf], [-np.inf, -3.0]])
    row, column = best_of_each_row(scores)
    assert (row.tolist(), column.tolist()) == ([0, 2], [1, 1])
