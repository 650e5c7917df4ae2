"""The sentences of a test: each different source once with all its references, its translation, its scores."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from seq2seq.data.corpus import ParallelCorpus
from seq2seq.errors import DataError, InputError
from seq2seq.evaluation.metrics import score_sentence
from seq2seq.options import DecodingOptions
from seq2seq.translator import Translator

CHUNK_SENTENCES: Final = 512
"""Sentences between two moments at which a translation of a test can be stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSentence:
    """A source with the line where it first stands and all its different references."""

    line: int
    source: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSentence:
    """A sentence of a test with its translation.

    Attributes:
        line: where the source first stands in the test file.
        source, references, translation: the texts.
        bleu, chrf: of this sentence alone, 0 to 100.
        exact: whether the translation is one of the references.
    """

    line: int
    source: str
    references: tuple[str, ...]
    translation: str
    bleu: float
    chrf: float
    exact: bool

    def to_row(self) -> dict[str, Any]:
        """A row of a table: the references joined by `` | ``."""
        return {
            "line": self.line,
            "source": self.source,
            "reference": " | ".join(self.references),
            "translation": self.translation,
            "bleu": round(self.bleu, 4),
            "chrf": round(self.chrf, 4),
            "exact": int(self.exact),
        }


def gather_sentences(
    corpus: ParallelCorpus, more_references: Sequence[Sequence[str]] = ()
) -> tuple[SourceSentence, ...]:
    """The different sources in first-seen order, each with all its different references.

    Args:
        corpus: pairs of sources and first references.
        more_references: further references, each as many lines as the corpus; an empty line is none.

    Raises:
        DataError: when further references have another number of lines than the corpus.
    """
    for number, lines in enumerate(more_references, start=2):
        if len(lines) != len(corpus):
            raise DataError(
                f"Reference {number} has {len(lines):,} lines, and the test {len(corpus):,}.",
                "Every file of references needs a line for each line of the test.",
                key="reference_lines",
                values={"number": number, "lines": len(lines), "pairs": len(corpus)},
            )
    lines_of: dict[str, int] = {}
    references: dict[str, dict[str, None]] = {}
    for index, pair in enumerate(corpus.pairs):
        lines_of.setdefault(pair.source, pair.line)
        found = references.setdefault(pair.source, {})
        found[pair.target] = None
        found |= {lines[index]: None for lines in more_references if lines[index].strip()}
    return tuple(
        SourceSentence(line=lines_of[source], source=source, references=tuple(found))
        for source, found in references.items()
    )


def check_sources(translator: Translator, sentences: Sequence[SourceSentence]) -> None:
    """Refuse a test with a source that the model cannot read, before any time is spent.

    Raises:
        InputError: with the line of the first such source.
    """
    for sentence in sentences:
        try:
            translator.encode_source(sentence.source)
        except InputError as problem:
            raise InputError(
                f"Line {sentence.line} of the test: {problem.message}",
                problem.hint,
                key="test_line",
                values={"line": sentence.line},
            ) from problem


def translate_sentences(
    translator: Translator,
    sentences: Sequence[SourceSentence],
    options: DecodingOptions,
    *,
    chunk_sentences: int = CHUNK_SENTENCES,
) -> Iterator[tuple[str, ...]]:
    """The best translation of each sentence, in their order and so many at a time; closing it stops the work.

    Raises:
        InputError: for a source that the model cannot read.
    """
    check_sources(translator, sentences)
    for first in range(0, len(sentences), chunk_sentences):
        sources = (sentence.source for sentence in sentences[first : first + chunk_sentences])
        lines = translator.translate_lines(sources, options)
        yield tuple(line.texts[0] if line.texts else "" for line in lines)


def judge_sentences(
    sentences: Sequence[SourceSentence], translations: Sequence[str], *, language: str = ""
) -> list[JudgedSentence]:
    """Each sentence with the scores of its translation, in the order given."""
    return [
        JudgedSentence(
            line=sentence.line,
            source=sentence.source,
            references=sentence.references,
            translation=translation,
            exact=translation in sentence.references,
            **score_sentence(translation, sentence.references, language=language),
        )
        for sentence, translation in zip(sentences, translations, strict=True)
    ]


def worst_sentences(judged: Sequence[JudgedSentence], count: int | None = None) -> list[JudgedSentence]:
    """The worst first, by chrF, then BLEU, then their order; all of them without a count."""
    ranked = sorted(judged, key=lambda sentence: (sentence.chrf, sentence.bleu, sentence.line))
    return ranked[:count]


def source_lengths(translator: Translator, sentences: Sequence[SourceSentence]) -> list[int]:
    """Tokens of each source as the model splits it, without the end token."""
    tokenizer = translator.checkpoint.source_tokenizer
    return [len(ids) for ids in tokenizer.encode_many([sentence.source for sentence in sentences])]
