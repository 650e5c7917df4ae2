"""Grouping by source for multi-reference scores."""

from seq2seq.data.corpus import ParallelCorpus, SentencePair, group_references


def test_references_are_grouped_by_source_in_first_seen_order():
    rows = [("b", "B"), ("a", "A1"), ("b", "B"), ("a", "A2")]
    corpus = ParallelCorpus(
        pairs=tuple(SentencePair(source=s, target=t, line=n) for n, (s, t) in enumerate(rows, 1)),
        source_language="",
        target_language="",
        origin="memory",
    )
    assert list(group_references(corpus).items()) == [("b", ("B",)), ("a", ("A1", "A2"))]
    assert len(corpus) == 4
