import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_model import ScriptedModel, options_for

from seq2seq.decoding.strategies import decode_stream
from seq2seq.explanation import branches as branches_module
from seq2seq.explanation.branches import DROPPED_OF_EACH, STATUSES, list_branches
from seq2seq.explanation.search_tree import REASONS, ROOT, build_tree
from seq2seq.options import METHOD_NAMES

SOURCE = [4, 5, 3]
SEEDS = st.integers(0, 10_000)
law = settings(deadline=None, max_examples=25)


def search(seed, options, steps=None):
    beams = list(decode_stream(ScriptedModel.random(seed), SOURCE, options))[:steps]
    return build_tree(beams, options)


def path(branches, place):
    found = []
    while place != -1:
        found.append(place)
        place = branches[place].parent
    return found[::-1]


@pytest.mark.parametrize("method", METHOD_NAMES)
@law
@given(seed=SEEDS)
def test_what_was_kept_is_drawn_as_it_stands_in_the_tree(method, seed):
    tree = search(seed, options_for(method, n_best=1 if method == "greedy" else 3))
    branches = list_branches(tree)
    kept = branches[: len(tree.nodes)]
    assert [branch.node for branch in kept] == list(range(len(tree.nodes)))
    assert [branch.parent for branch in kept] == [node.parent for node in tree.nodes]
    assert [branch.status for branch in kept] == [node.status for node in tree.nodes]
    assert all(branch.status == "dropped" and branch.node == -1 for branch in branches[len(kept) :])
    assert {branch.status for branch in branches} <= set(STATUSES)
    assert {branch.reason for branch in branches} <= set(REASONS)


@law
@given(seed=SEEDS, width=st.integers(1, 4))
def test_exactly_the_paths_of_results_lead_to_results(seed, width):
    tree = search(seed, options_for("beam", beam_width=width, n_best=width))
    branches = list_branches(tree)
    on_paths = {place for winner in tree.winners for place in path(branches, winner)}
    assert {place for place, branch in enumerate(branches) if branch.leads} == on_paths
    assert sorted(branch.result for branch in branches if branch.result >= 0) == list(range(width))


@law
@given(seed=SEEDS, width=st.integers(1, 4))
def test_every_dropped_continuation_is_drawn_or_counted(seed, width):
    tree = search(seed, options_for("beam", beam_width=width, n_best=width))
    branches = list_branches(tree)
    for number in range(len(tree.nodes)):
        lost = [
            item
            for table in tree.steps
            for item in table
            if item.parent == number and item.node < 0 and item.reason != "blocked"
        ]
        drawn = [branch for branch in branches if branch.status == "dropped" and branch.parent == number]
        assert len(drawn) <= DROPPED_OF_EACH
        assert len(drawn) + branches[number].unseen == len(lost)
        assert [branch.total for branch in drawn] == sorted((item.total for item in lost), reverse=True)[
            : len(drawn)
        ]


@law
@given(seed=SEEDS)
def test_a_pruned_hypothesis_names_what_took_its_place(seed):
    tree = search(seed, options_for("beam", beam_width=3, n_best=3))
    branches = list_branches(tree)
    for branch in branches:
        if branch.reason == "beam_full":
            assert branch.status in ("pruned", "dropped")
            assert branches[branch.winner].step == branch.step + (branch.status == "pruned")
            assert branch.gap >= 0


def test_a_search_that_was_stopped_leads_to_its_last_beam():
    tree = search(5, options_for("beam", beam_width=3, n_best=3), steps=2)
    branches = list_branches(tree)
    ends = [branch for branch in branches if branch.leads and branch.step == 1]
    assert not tree.winners
    assert len(ends) == sum(node.step == 1 for node in tree.nodes)


def test_a_large_tree_keeps_whole_paths_and_the_results_first(monkeypatch):
    monkeypatch.setattr(branches_module, "MOST_KEPT", 12)
    tree = search(5, options_for("beam", beam_width=4, n_best=4, maximum_length=12))
    branches = list_branches(tree)
    kept = [branch for branch in branches if branch.status != "dropped"]
    assert len(tree.nodes) > 12 >= len(kept)
    best = [branch for branch in kept if branch.result == 0]
    assert len(best) == 1
    for place, branch in enumerate(branches):
        assert branch.parent < len(kept)
        assert branch.above == (ROOT if branch.parent == -1 else branches[branch.parent].node)
        assert place >= len(kept) or branch.parent < place


def test_of_no_search_there_is_nothing_to_draw():
    assert list_branches(build_tree([], options_for("beam"))) == ()
