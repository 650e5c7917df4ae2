import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_model import ScriptedModel, options_for

from seq2seq.decoding.strategies import decode
from seq2seq.explanation.methods import cover, merge_translations

SOURCE = [4, 5, 3]
SEEDS = st.integers(0, 10_000)
law = settings(deadline=None, max_examples=25)


def translations(seed, samples=8, width=3, prefix=(), limit=5):
    """What each method finds under one made-up model."""
    wanted = {
        "g": options_for("greedy", maximum_length=limit),
        "b": options_for("beam", beam_width=width, n_best=width, maximum_length=limit),
        "s": options_for("sampling", n_best=samples, seed=seed, maximum_length=limit),
    }
    model = ScriptedModel.random(seed)
    return {
        name: decode(model, SOURCE, options, prefix=prefix).hypotheses for name, options in wanted.items()
    }


def path_of(nodes, number):
    ids = []
    while number != -1:
        ids.insert(0, nodes[number].token_id)
        number = nodes[number].parent
    return tuple(ids)


@law
@given(seed=SEEDS, prefix=st.lists(st.sampled_from([1, 4, 5]), max_size=2))
def test_every_translation_is_a_path_and_every_end_a_translation(seed, prefix):
    found = translations(seed, prefix=prefix)
    nodes = merge_translations(found)
    paths = [path_of(nodes, number) for number in range(len(nodes))]
    assert len(set(paths)) == len(paths)
    said = {item.token_ids: item for items in found.values() for item in items}
    assert said.keys() <= set(paths)
    parents = {node.parent for node in nodes}
    assert {paths[number] for number in range(len(nodes)) if number not in parents} <= said.keys()
    for node, path in zip(nodes, paths, strict=True):
        assert node.step == len(path) - 1
        if path in said:
            assert node.status in ("finished" if said[path].finished else "cut", "alive")
            assert node.total == pytest.approx(said[path].log_probability, abs=1e-4)


@law
@given(seed=SEEDS, samples=st.integers(1, 12))
def test_counts_add_up_along_branches(seed, samples):
    found = translations(seed, samples=samples)
    nodes = merge_translations(found)
    for method, items in found.items():
        first = sum(node.takers.get(method, 0) for node in nodes if node.step == 0)
        assert first == len(items)
        for number, node in enumerate(nodes):
            below = sum(child.takers.get(method, 0) for child in nodes if child.parent == number)
            ending = sum(item.token_ids == path_of(nodes, number) for item in items)
            assert node.takers.get(method, 0) == below + ending
    assert all(sum(node.takers.values()) > 0 for node in nodes)


@law
@given(seed=SEEDS, samples=st.integers(1, 12))
def test_the_probabilities_of_distinct_translations_sum_to_at_most_1(seed, samples):
    found = translations(seed, samples=samples)
    together = cover(item for items in found.values() for item in items)
    each = [cover(items) for items in found.values()]
    assert together.probability <= 1 + 1e-5
    assert max(item.probability for item in each) <= together.probability + 1e-12
    assert together.translations <= sum(item.translations for item in each)


def test_a_beam_as_wide_as_the_tree_covers_all_that_ends():
    limit, model = 2, ScriptedModel.random(3)
    found = decode(model, SOURCE, options_for("beam", beam_width=50, n_best=50, maximum_length=limit))
    expected = math.exp(model.log_probabilities(SOURCE, ())[3])
    expected += sum(
        math.exp(model.log_probabilities(SOURCE, ())[token] + model.log_probabilities(SOURCE, (token,))[3])
        for token in range(model.target_vocabulary_size)
        if token not in (0, 2, 3)
    )
    assert cover(found.hypotheses).probability == pytest.approx(expected, abs=1e-5)


def test_equal_samples_count_once_and_cut_ones_do_not():
    found = translations(2, samples=12, limit=3)
    finished = {item.token_ids: item.log_probability for item in found["s"] if item.finished}
    assert len(finished) < 12
    covered = cover(found["s"])
    assert covered.translations == len(finished)
    assert covered.probability == pytest.approx(sum(map(math.exp, finished.values())))


@law
@given(seed=SEEDS)
def test_results_are_ranked_by_probability(seed):
    nodes = merge_translations(translations(seed))
    totals = [node.total for node in sorted(nodes, key=lambda node: node.result) if node.result >= 0]
    assert totals == sorted(totals, reverse=True)
    assert len(totals) == sum(node.status == "finished" for node in nodes)


def test_nothing_makes_no_tree():
    assert merge_translations({}) == ()
    assert cover([]).probability == 0
