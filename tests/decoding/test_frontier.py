import numpy as np
import pytest
import torch

from seq2seq.decoding.frontier import Frontier, Layout, advance
from seq2seq.decoding.generation import Generation, Reading


def frontier_of(sentence):
    size = len(sentence)
    layout = Layout.of(np.array(sentence))
    return Frontier(0, layout, np.arange(size), np.full(size, 9), np.zeros(size), np.zeros(size, np.int64))


def generation_of(frontier, rows):
    rows, size = np.array(rows), len(rows)
    nothing = np.empty(0, np.float32)
    reading = Reading(
        np.empty((0, 0), np.int64), np.empty((0, 0), np.float32), nothing, nothing, torch.empty(0)
    )
    return Generation(
        reading=reading,
        considered=None,
        sentence=frontier.layout.sentence[rows],
        parent=rows,
        row=rows,
        token_ids=np.arange(10, 10 + size),
        log_probability=np.zeros(size, np.float32),
        total=-np.arange(1.0, 1.0 + size),
        finished=np.zeros(size, np.bool_),
        forced=np.zeros(size, np.bool_),
    )


def step(frontier, rows):
    generation = generation_of(frontier, rows)
    return advance(frontier, generation, np.arange(len(rows)), np.arange(len(rows)))


def test_a_layout_knows_the_rows_of_each_sentence():
    layout = Layout.of(np.array([1, 1, 4, 7, 7, 7]))
    assert layout.group.tolist() == [0, 0, 1, 2, 2, 2]
    assert layout.position.tolist() == [0, 1, 0, 0, 1, 2]
    assert layout.first_row.tolist() == [0, 2, 3]
    assert layout.sizes.tolist() == [2, 1, 3]
    assert layout.present.tolist() == [1, 4, 7]


def test_rows_that_all_stay_move_nothing():
    new, move = step(frontier_of([0, 1, 2]), [0, 1, 2])
    assert move.rows is None
    assert move.keeps_memory
    assert new.previous_ids.tolist() == [10, 11, 12]
    assert new.length == 1


def test_reordering_within_a_sentence_keeps_the_memory():
    new, move = step(frontier_of([0, 0, 1, 1]), [1, 1, 3, 2])
    assert move.rows.tolist() == [1, 1, 3, 2]
    assert move.keeps_memory
    assert new.layout.sentence.tolist() == [0, 0, 1, 1]


def test_a_few_dead_rows_are_carried_along():
    new, move = step(frontier_of([0] * 5 + [1] * 5), [0, 1, 2, 3, 5, 6, 7, 8, 9])
    assert move.keeps_memory
    assert new.total.tolist() == [-1.0, -2.0, -3.0, -4.0, -np.inf, -5.0, -6.0, -7.0, -8.0, -9.0]
    assert new.parent.tolist() == [0, 1, 2, 3, 0, 4, 5, 6, 7, 8]


def test_many_dead_rows_are_dropped():
    new, move = step(frontier_of([0, 0, 1, 1]), [3, 2])
    assert move.rows.tolist() == [3, 2]
    assert not move.keeps_memory
    assert new.layout.sentence.tolist() == [1, 1]
    assert new.total.tolist() == [-1.0, -2.0]


@pytest.mark.parametrize("rows", [[0, 0, 0], [0, 0, 1]])
def test_a_sentence_that_needs_more_rows_gets_them(rows):
    new, move = step(frontier_of([0, 1]), rows)
    assert move.rows.tolist() == rows
    assert not move.keeps_memory
    assert new.layout.sentence.tolist() == rows
