"""Equal systems do not differ, a real difference is found, and every sentence is in the table of changes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from noisy_outputs import noisy_test

from seq2seq.errors import ConfigError, DataError
from seq2seq.evaluation.comparison import TEST_KINDS, compare_systems, forgetting

BAD, REFERENCES = noisy_test(60, noise=0.5, seed=1)


@pytest.mark.parametrize("kind", TEST_KINDS)
def test_identical_systems_are_not_significant(kind):
    comparison = compare_systems(BAD, BAD, REFERENCES, kind=kind, samples=100)
    for metric in comparison.metrics.values():
        assert (metric.difference, metric.p_value, metric.verdict) == (0, 1, "undecided")
    assert (comparison.better, comparison.worse, comparison.equal) == (0, 0, 60)
    assert comparison.mean_change.mean == comparison.mean_change.half_width == 0


@pytest.mark.parametrize("kind", TEST_KINDS)
def test_a_great_difference_is_significant_whichever_comes_first(kind):
    references = noisy_test(60, noise=0.0, seed=2)[1]
    good = [" ".join([*row[0].split()[:-1], "wrong"]) for row in references]
    bad = [
        " ".join(word if index % 2 else "wrong" for index, word in enumerate(row[0].split()))
        for row in references
    ]
    forward = compare_systems(bad, good, references, kind=kind, samples=200)
    backward = compare_systems(good, bad, references, kind=kind, samples=200)
    for name, metric in forward.metrics.items():
        assert metric.verdict == "second", name
        assert metric.p_value < 0.05
        assert backward.metrics[name].verdict == "first"
        assert metric.difference == pytest.approx(-backward.metrics[name].difference)
        assert f"{TEST_KINDS[kind]}:200" in metric.signature
        assert metric.first_interval.low <= metric.first <= metric.first_interval.high
    assert forward.metrics["ter"].difference < 0 < forward.metrics["bleu"].difference
    assert forward.mean_change.low > 0


def test_changes_are_sorted_from_the_greatest_loss():
    first, second = ["a b c", "a b c", "x"], ["x y z", "a b c", "a b c"]
    comparison = compare_systems(first, second, [["a b c"]] * 3, sources=["one", "two", "three"], samples=10)
    assert [change.source for change in comparison.changes] == ["one", "two", "three"]
    assert [change.number for change in comparison.changes] == [1, 2, 3]
    assert (comparison.worse, comparison.equal, comparison.better) == (1, 1, 1)
    row = comparison.changes[0].to_row()
    assert row["change"] == -100
    assert row["first"] == "a b c"


@settings(max_examples=15)
@given(texts=st.lists(st.tuples(st.sampled_from(BAD), st.sampled_from(BAD)), min_size=1, max_size=8))
def test_every_sentence_is_in_the_table_once(texts):
    first, second = (list(column) for column in zip(*texts, strict=True))
    comparison = compare_systems(first, second, [["the cat runs"]] * len(texts), samples=10)
    assert sorted(change.number for change in comparison.changes) == list(range(1, len(texts) + 1))
    assert comparison.better + comparison.worse + comparison.equal == len(texts)
    assert all(0 < metric.p_value <= 1 for metric in comparison.metrics.values())


def test_forgetting_is_what_got_worse():
    references = noisy_test(60, noise=0.0, seed=2)[1]
    before = [row[0] for row in references]
    after = [" ".join("wrong" for _ in text.split()) for text in before]
    result = forgetting(before, after, references, samples=100)
    assert set(result.forgotten) == {"bleu", "chrf", "ter"}
    assert all(points > 50 for points in result.lost.values())
    assert forgetting(before, before, references, samples=100).forgotten == ()
    assert forgetting(after, before, references, samples=100).forgotten == ()


def test_systems_of_unequal_length_are_refused():
    with pytest.raises(DataError, match=r"There are 2 and 1 translations and 2 rows of references"):
        compare_systems(["a", "b"], ["a"], [["a"], ["b"]])
    with pytest.raises(DataError, match=r"at least one"):
        compare_systems([], [], [])


def test_too_many_samples_are_refused():
    with pytest.raises(ConfigError, match=r"resamples of 60 sentences need too much memory"):
        compare_systems(BAD, BAD, REFERENCES, samples=1_000_000)
