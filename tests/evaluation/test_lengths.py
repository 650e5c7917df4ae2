"""Every sentence is in one bucket of lengths, and small buckets are merged, not hidden."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.evaluation.lengths import score_by_length


def _buckets(lengths, **settings):
    texts = [f"text number {index}" for index in range(len(lengths))]
    return score_by_length(texts, [[text] for text in texts], lengths, **settings)


@settings(max_examples=40)
@given(
    lengths=st.lists(st.integers(1, 60), min_size=1, max_size=40),
    fewest=st.integers(1, 15),
    width=st.integers(1, 9),
)
def test_counts_add_up_and_buckets_do_not_overlap(lengths, fewest, width):
    buckets = _buckets(lengths, bucket_tokens=width, fewest_sentences=fewest)
    assert sum(bucket.sentences for bucket in buckets) == len(lengths)
    assert all(bucket.sentences >= min(fewest, len(lengths)) for bucket in buckets)
    for bucket in buckets:
        assert bucket.sentences == sum(bucket.shortest <= length <= bucket.longest for length in lengths)
    assert all(one.longest < other.shortest for one, other in pairwise(buckets))


def test_a_small_bucket_joins_the_next_and_the_last_the_one_before():
    buckets = _buckets([2, 7, 8, 9, 12, 13, 14, 40], bucket_tokens=5, fewest_sentences=3)
    assert [(bucket.shortest, bucket.longest, bucket.sentences, bucket.merged) for bucket in buckets] == [
        (1, 10, 4, 2),
        (11, 40, 4, 2),
    ]


def test_a_bucket_has_the_scores_of_its_sentences():
    texts = ["one two three four"] * 3 + ["bad bad"] * 3
    references = [["one two three four"]] * 6
    short, long = score_by_length(texts, references, [1, 2, 3, 11, 12, 13], fewest_sentences=1)
    assert (short.bleu, short.chrf, short.length_ratio) == (pytest.approx(100), pytest.approx(100), 1)
    assert (long.bleu, long.length_ratio) == (0, 0.5)
    assert long.to_row()["shortest"] == 11
