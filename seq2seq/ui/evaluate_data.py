"""A test as a visitor brings it: sources with one reference or several, from any file the data doctor reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from seq2seq.data.corpus import ParallelCorpus, SentencePair
from seq2seq.doctor.findings import make_writable
from seq2seq.doctor.reading import read_pasted, read_table
from seq2seq.doctor.rows import RowProblem
from seq2seq.doctor.tables import Column, Table
from seq2seq.evaluation.sentences import SourceSentence
from seq2seq.ui.feedback import LONGEST_SOURCE_CHARACTERS, refusal

MOST_SENTENCES: Final = 5000
"""Different sources of a test."""
MOST_FILES: Final = 9
_REFERENCE_HEADINGS: Final = ("reference", "ref", "参考")


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtTest:
    """A test that can be translated and scored.

    Attributes:
        name: of the file or files.
        sentences: the different sources in their order, each with all its different references.
        left_out: rows that gave no pair.
    """

    name: str
    sentences: tuple[SourceSentence, ...]
    left_out: int

    @property
    def references(self) -> int:
        """References of all sentences together."""
        return sum(len(sentence.references) for sentence in self.sentences)

    def corpus(self) -> ParallelCorpus:
        """Every reference as a pair of its own."""
        pairs = tuple(
            SentencePair(source=sentence.source, target=reference, line=sentence.line)
            for sentence in self.sentences
            for reference in sentence.references
        )
        return ParallelCorpus(pairs=pairs, source_language="", target_language="", origin=self.name)


def bring_test(paths: Sequence[str] | None, pasted: str | None) -> BroughtTest:
    """Read a test: a table, or a file of sources and files of references line by line, or pasted pairs.

    In a table every column whose heading begins with "reference" counts; rows with the same source are references
    of one sentence.

    Raises:
        Seq2SeqError: when nothing was brought, it cannot be read, or it is too much.
    """
    if paths and len(paths) > MOST_FILES:
        raise refusal("evaluate_many_files", files=len(paths), limit=MOST_FILES)
    if paths:
        first, *others = (Path(path) for path in paths)
        tables = [read_table(first, other) for other in others] or [read_table(first)]
        rows: Iterator[SentencePair | RowProblem] = chain.from_iterable(map(_pairs, tables))
        name = " + ".join(Path(path).name for path in paths)
    elif pasted and pasted.strip():
        table = read_pasted(pasted)
        rows, name = _pairs(table), table.name
    else:
        raise refusal("evaluate_no_test")
    return _gather(name, rows)


def _pairs(table: Table) -> Iterator[SentencePair | RowProblem]:
    source, target = table.choose_columns()
    yield from table.iter_pairs(source, target)
    for column in table.columns:
        if column not in (source, target) and _is_reference(column):
            yield from (row for row in table.iter_pairs(source, column) if isinstance(row, SentencePair))


def _is_reference(column: Column) -> bool:
    return column.name.casefold().startswith(_REFERENCE_HEADINGS)


def _gather(name: str, rows: Iterator[SentencePair | RowProblem]) -> BroughtTest:
    lines: dict[str, int] = {}
    references: dict[str, dict[str, None]] = {}
    left_out = 0
    for row in rows:
        if isinstance(row, RowProblem):
            left_out += 1
            continue
        source, target = make_writable(row.source), make_writable(row.target)
        if not source or not target:
            left_out += 1
            continue
        if len(source) > LONGEST_SOURCE_CHARACTERS:
            limit = f"{LONGEST_SOURCE_CHARACTERS:,}"
            raise refusal("long_line", number=row.line, length=f"{len(source):,}", limit=limit)
        if source not in lines and len(lines) == MOST_SENTENCES:
            raise refusal("evaluate_many_sentences", limit=f"{MOST_SENTENCES:,}")
        lines.setdefault(source, row.line)
        references.setdefault(source, {})[target] = None
    if not lines:
        raise refusal("evaluate_no_pairs", name=name)
    sentences = tuple(
        SourceSentence(line=lines[source], source=source, references=tuple(found))
        for source, found in references.items()
    )
    return BroughtTest(name=name, sentences=sentences, left_out=left_out)
