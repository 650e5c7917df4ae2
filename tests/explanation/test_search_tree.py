from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_model import ScriptedModel, options_for

from seq2seq.data.vocabulary import END_ID, PAD_ID, START_ID
from seq2seq.decoding.strategies import decode_stream
from seq2seq.explanation.search_tree import ROOT, build_tree
from seq2seq.options import METHOD_NAMES

SOURCE = [4, 5, 3]
SEEDS = st.integers(0, 10_000)
law = settings(deadline=None, max_examples=25)


def search(seed, options, prefix=()):
    beams = list(decode_stream(ScriptedModel.random(seed), SOURCE, options, prefix=prefix))
    return beams, build_tree(beams, options)


@pytest.mark.parametrize("method", METHOD_NAMES)
@law
@given(seed=SEEDS, prefix=st.lists(st.sampled_from([1, 4, 5]), max_size=2))
def test_the_path_of_a_winner_is_its_translation(method, seed, prefix):
    n_best = 1 if method == "greedy" else 3
    beams, tree = search(seed, options_for(method, n_best=n_best), prefix)
    assert len(tree.winners) == len(beams[-1].hypotheses)
    for number, hypothesis in zip(tree.winners, beams[-1].hypotheses, strict=True):
        path = [tree.nodes[node] for node in tree.path(number)]
        assert tuple(node.token_id for node in path) == hypothesis.token_ids
        assert path[-1].total == pytest.approx(sum(node.log_probability for node in path), abs=1e-5)
        assert path[-1].score == hypothesis.score
        assert path[-1].status == ("finished" if hypothesis.finished else "cut")


@pytest.mark.parametrize("method", METHOD_NAMES)
@law
@given(seed=SEEDS)
def test_only_nodes_with_children_are_alive(method, seed):
    _, tree = search(seed, options_for(method))
    parents = {node.parent for node in tree.nodes}
    for number, node in enumerate(tree.nodes):
        assert (node.status == "alive") == (number in parents)
        assert node.parent == ROOT or tree.nodes[node.parent].step == node.step - 1


@law
@given(seed=SEEDS, width=st.integers(1, 5))
def test_what_a_full_beam_drops_is_worse_than_all_it_keeps(seed, width):
    beams, tree = search(seed, options_for("beam", beam_width=width, n_best=width))
    for number, (beam, table) in enumerate(zip(beams, tree.steps, strict=True)):
        totals = [item.total for item in table if item.reason != "blocked"]
        assert totals == sorted(totals, reverse=True)
        assert [item.rank for item in table if item.reason != "blocked"] == list(range(len(totals)))
        kept = [item for item in table if item.node >= 0]
        if not beam.done:
            before = {item.token_ids for item in beams[number - 1].hypotheses} if number else set()
            assert len(kept) == sum(item.token_ids not in before for item in beam.hypotheses)
        for item in table:
            assert (item.reason == "blocked") == (item.token_id in (PAD_ID, START_ID))
            if item.reason == "beam_full":
                assert item.gap == pytest.approx(tree.nodes[item.winner].total - item.total)
                assert item.total <= min(other.total for other in kept)


def test_greedy_search_names_the_likelier_token():
    script = np.log([1e-6, 1e-6, 1e-6, 0.2, 0.5, 0.3])
    beams = list(decode_stream(ScriptedModel(6, lambda *_: script), SOURCE, options_for("greedy")))
    (first, *_) = build_tree(beams, options_for("greedy")).steps
    assert [(item.token_id, item.reason) for item in first[:3]] == [
        (4, "kept"),
        (5, "less_likely"),
        (END_ID, "less_likely"),
    ]
    assert first[1].gap == pytest.approx(np.log(0.5 / 0.3), abs=1e-5)
    assert first[1].winner == first[0].node


def test_a_hypothesis_without_a_child_was_pruned_and_its_continuations_tell_why():
    def script(source, prefix):
        likely = {(): [0.45, 0.55], (4,): [0.5, 0.5], (5,): [0.9, 0.1]}.get(prefix, [0.5, 0.5])
        return np.log([1e-9, 1e-9, 1e-9, 1e-3, *likely])

    options = options_for("beam", beam_width=2, n_best=2, maximum_length=3)
    beams = list(decode_stream(ScriptedModel(6, script), SOURCE, options))
    tree = build_tree(beams[:2], options)
    named = {
        tuple(tree.nodes[n].token_id for n in tree.path(number)): number for number in range(len(tree.nodes))
    }
    assert tree.nodes[named[5,]].status == "alive"
    considered = {(item.parent, item.token_id): item for item in tree.steps[1]}
    assert considered[named[5,], 4].reason == "kept"
    dropped = considered[named[5,], 5]
    assert (dropped.reason, dropped.winner) == (
        "beam_full",
        min((item.node for item in tree.steps[1] if item.node >= 0), key=lambda node: tree.nodes[node].total),
    )


def test_what_sampling_did_not_draw_is_said_to_be_not_drawn():
    _, tree = search(3, options_for("sampling"))
    assert {item.reason for table in tree.steps for item in table} == {"kept", "not_drawn", "blocked"}


def test_the_tree_grows_with_the_search():
    options = options_for("beam", beam_width=3, n_best=3)
    beams, whole = search(5, options)
    for shorter, longer in pairwise(range(1, len(beams))):
        small, large = build_tree(beams[:shorter], options), build_tree(beams[:longer], options)
        assert [node.token_id for node in large.nodes[: len(small.nodes)]] == [
            n.token_id for n in small.nodes
        ]
        assert not small.winners
    assert whole.winners
    assert build_tree([], options).nodes == ()
