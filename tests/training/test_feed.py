"""The plan of an epoch for any number of processes: every pair once, in the same batches, shared fairly."""

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.config import TrainingConfig
from seq2seq.data.batches import EncodedCorpus, EncodedSentences, make_batches
from seq2seq.data.vocabulary import END_ID
from seq2seq.training.distributed import World
from seq2seq.training.feed import Feed
from seq2seq.training.runs import Counters

_LENGTHS = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), min_size=1, max_size=60)


def _corpus(lengths) -> EncodedCorpus:
    """Pair n has the number n as its first target token, so that it is known again."""
    return EncodedCorpus(
        EncodedSentences.build([[7] * source + [END_ID] for source, _ in lengths]),
        EncodedSentences.build([[100 + n] * target + [END_ID] for n, (_, target) in enumerate(lengths)]),
    )


def _feeds(corpus, budget, seed, place):
    config = TrainingConfig(batch_tokens=budget, maximum_tokens=16, seed=seed)
    feeds = [Feed(corpus, config, World(rank=rank, size=place.processes)) for rank in range(place.processes)]
    for feed in feeds:
        feed.begin(place)
    return feeds


def _values_of(place: Counters) -> dict[str, object]:
    return {name: getattr(place, name) for name in Counters.__slots__}


def _pairs(share) -> list[int]:
    return [] if share.batch is None else (share.batch.target_ids[:, 0] - 100).tolist()


@settings(max_examples=60, deadline=None)
@given(lengths=_LENGTHS, size=st.integers(1, 5), budget=st.integers(16, 60), seed=st.integers(0, 99))
def test_shares_are_the_batches_of_one_process_with_the_sum_of_the_budgets(lengths, size, budget, seed):
    corpus = _corpus(lengths)
    feeds = _feeds(corpus, budget, seed, Counters(epoch=3, processes=size))
    whole = make_batches(corpus, batch_tokens=size * budget, seed=seed, epoch=3)
    assert [len(feed) for feed in feeds] == [len(whole)] * size
    for number, rows in enumerate(whole):
        shares = [feed.share(number) for feed in feeds]
        read = [_pairs(share) for share in shares]
        assert sorted(pair for pairs in read for pair in pairs) == sorted(rows.tolist())
        assert max(map(len, read)) - min(map(len, read)) <= 1
        assert {share.tokens for share in shares} == {int(corpus.target.lengths[rows].sum())}


@settings(max_examples=60, deadline=None)
@given(
    lengths=_LENGTHS,
    parts=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 4)), min_size=1, max_size=5),
    budget=st.integers(16, 60),
)
def test_an_epoch_reads_every_pair_once_however_often_the_processes_change(lengths, parts, budget):
    """Each part reads some batches with its processes, the last one reads the rest."""
    corpus, place, read = _corpus(lengths), Counters(), Counter()
    shown = [0.0]
    for number, (size, batches) in enumerate(parts):
        place = Counters.from_json(_values_of(place.go_on_with(size)))
        feeds = _feeds(corpus, budget, 1, place)
        left = len(feeds[0]) - place.batch
        count = left if number == len(parts) - 1 else max(0, min(batches, left - 1))
        for batch in range(place.batch, place.batch + count):
            read.update(pair for feed in feeds for pair in _pairs(feed.share(batch)))
            place = Counters.from_json({**_values_of(place), "batch": batch + 1})
            shown.append(feeds[0].done(batch + 1))
    assert read == Counter(range(len(lengths)))
    assert all(later > sooner - 1e-12 for sooner, later in pairwise(shown))
    assert abs(shown[-1] - 1) < 1e-9


def test_the_same_number_of_processes_goes_on_in_the_same_place():
    place = Counters(batch=4, processes=2, earlier=((1, 3),))
    assert place.go_on_with(2) is place
    assert place.go_on_with(3) == Counters(batch=0, processes=3, earlier=((1, 3), (2, 4)))
    assert Counters(processes=2, epoch=5).go_on_with(1) == Counters(epoch=5)
