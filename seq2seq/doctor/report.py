"""The report on a corpus: findings with examples, lengths, vocabularies, how tokenizers cope. All of it JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from seq2seq.doctor.findings import KINDS

_SHORT: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A row with a finding; its texts shortened."""

    row: int
    source: str
    target: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One kind of finding: how many rows have it, of how many looked at, and the first of them."""

    kind: str
    count: int
    looked_at: int
    examples: tuple[Example, ...]

    @property
    def title(self) -> str:
        """What it is, in words."""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """Lengths of the texts of a side in ``words`` (what stands between white space) or ``characters``.

    Attributes:
        edges: bin i counts lengths from ``edges[i]`` up to but without ``edges[i + 1]``; the last has no end.
        counts: as many as edges.
    """

    unit: str
    edges: tuple[int, ...]
    counts: tuple[int, ...]
    mean: float
    median: int
    percentile_95: int
    longest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How a tokenizer copes with a sample of texts.

    Attributes:
        rows: texts looked at.
        pieces_per_word: tokens to words and punctuation marks.
        unknown_share: of the tokens, those that are the unknown one.
        byte_share: of the tokens, those that spell a character as bytes.
    """

    rows: int
    pieces_per_word: float
    unknown_share: float
    byte_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of the corpus.

    Attributes:
        language: as expected, a code or empty.
        scripts: that its letters were held against; empty when not checked.
        words: number of different words (runs of letters and digits; in unspaced scripts characters).
        characters: number of different characters.
        is_capped: whether there are more words than were counted.
        identified: share of the sampled texts in each language that the identifier was sure of.
        coverage: with a tokenizer, how it copes.
    """

    language: str
    scripts: tuple[str, ...]
    lengths: Lengths
    words: int
    characters: int
    is_capped: bool
    identified: Mapping[str, float]
    coverage: Coverage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found in one pass over a corpus.

    Attributes:
        rows: all rows, those without a pair included.
        pairs: rows that give a pair.
        clean: pairs without any finding.
        findings: by kind, in the order of `KINDS`; only those that occur.
        usual_ratio: characters of a target to those of its source, the median of the first rows.
        sampled_rows, identified_rows: rows that tokenizers and the identifier of languages looked at.
        test_rows: rows of the test set that leaks were looked for in; 0 without one.
    """

    rows: int
    pairs: int
    clean: int
    findings: Mapping[str, Finding]
    source: Side
    target: Side
    usual_ratio: float
    sampled_rows: int
    identified_rows: int
    test_rows: int
    seconds: float

    def count(self, kind: str) -> int:
        """How many rows have a kind of finding."""
        return self.findings[kind].count if kind in self.findings else 0

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        values = asdict(self)
        values["findings"] = {kind: asdict(finding) for kind, finding in self.findings.items()}
        return values


def shorten(text: str) -> str:
    """A text as an example shows it: on one line, at most 120 characters, what is unprintable escaped."""
    shown = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text[:_SHORT]
    )
    return shown[: _SHORT - 1] + "…" if len(text) > _SHORT or len(shown) > _SHORT else shown
