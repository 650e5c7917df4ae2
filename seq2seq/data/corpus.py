"""Parallel text as it was read: pairs of sentences that remember their line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SentencePair:
    """A source sentence, its translation, and the 1-based line of the file they came from."""

    source: str
    target: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelCorpus:
    """Sentence pairs with where they came from; languages are codes such as ``en`` or empty."""

    pairs: tuple[SentencePair, ...]
    source_language: str
    target_language: str
    origin: str

    def __len__(self) -> int:
        return len(self.pairs)


def group_references(corpus: ParallelCorpus) -> dict[str, tuple[str, ...]]:
    """The different sources in first-seen order, each with its different targets in theirs.

    This is what multi-reference scores are computed on: one translation for a source, all its references.
    """
    targets: dict[str, dict[str, None]] = {}
    for pair in corpus.pairs:
        targets.setdefault(pair.source, {})[pair.target] = None
    return {source: tuple(found) for source, found in targets.items()}
