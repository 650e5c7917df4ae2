"""Many lines, translated batch by batch: numbered results, of which one that cannot be read stops no other."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from seq2seq.errors import InputError
from seq2seq.options import DecodingOptions
from seq2seq.translator import TranslatedLine, Translator

BATCH_LINES: Final = 64
BATCH_HYPOTHESES: Final = 320
"""Hypotheses that grow at once: a wide beam takes fewer lines, so that progress shows and a stop is heard."""
TABLE_COLUMNS: Final = (
    "line", "source", "translation", "log_probability", "log_probability_per_token", "tokens",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResult:
    """What became of one line.

    Attributes:
        number: its place, from 1.
        source: the line.
        text: its translation; empty for an empty line and for one that cannot be read.
        tokens: tokens of the translation, the end token included.
        log_probability: their sum, in nats.
        problem: why it cannot be read, or None.
    """

    number: int
    source: str
    text: str = ""
    tokens: int = 0
    log_probability: float = 0.0
    problem: InputError | None = None

    @property
    def log_probability_per_token(self) -> float:
        """The mean, in nats; 0 without a token."""
        return self.log_probability / self.tokens if self.tokens else 0.0


def split_lines(content: str) -> list[str]:
    """The lines of a text; they end at line feeds, and the last end is no further line."""
    lines = content.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def translate_batches(
    translator: Translator, lines: Sequence[str], options: DecodingOptions
) -> Iterator[tuple[LineResult, ...]]:
    """Translate lines in their order, a batch at a time; empty ones stay empty."""
    size = batch_size(options)
    for first in range(0, len(lines), size):
        yield _translate_batch(translator, first, lines[first : first + size], options)


def translate_one(translator: Translator, source: str, options: DecodingOptions) -> LineResult:
    """A single line in float32, for numbers that are compared to the last digit shown.

    Raises:
        InputError: when it cannot be read.
    """
    translation = translator.translate(source, options)
    best = translation.beams[-1].hypotheses[0]
    return LineResult(
        number=1,
        source=source,
        text=translation.texts[0],
        tokens=len(best.steps),
        log_probability=best.log_probability,
    )


def batch_size(options: DecodingOptions) -> int:
    """How many lines are translated at once."""
    width = options.beam_width if "beam" in options.method else options.n_best
    return max(1, min(BATCH_LINES, BATCH_HYPOTHESES // width))


def _translate_batch(
    translator: Translator, first: int, lines: Sequence[str], options: DecodingOptions
) -> tuple[LineResult, ...]:
    problems = [_problem_with(translator, line) for line in lines]
    readable = ["" if problem else line for line, problem in zip(lines, problems, strict=True)]
    translated = translator.translate_lines(iter(readable), options)
    return tuple(
        LineResult(number=number, source=line, problem=problem) if problem else _result(number, line, result)
        for number, (line, problem, result) in enumerate(
            zip(lines, problems, translated, strict=True), start=first + 1
        )
    )


def _problem_with(translator: Translator, line: str) -> InputError | None:
    if not line.strip():
        return None
    try:
        translator.encode_source(line)
    except InputError as problem:
        return problem
    return None


def _result(number: int, line: str, result: TranslatedLine) -> LineResult:
    if not result.hypotheses:
        return LineResult(number=number, source=line)
    best = result.hypotheses[0]
    return LineResult(
        number=number,
        source=line,
        text=result.texts[0],
        tokens=len(best.token_ids),
        log_probability=float(best.log_probability),
    )


def as_plain_text(results: Sequence[LineResult]) -> str:
    """One line for each line: the translations alone."""
    return "".join(f"{_on_one_line(result.text)}\n" for result in results)


def as_table(results: Sequence[LineResult]) -> str:
    """Tab-separated values with a header; tabs inside a text become spaces."""
    rows = ["\t".join(TABLE_COLUMNS)]
    for result in results:
        numbers = [f"{result.log_probability:.6g}", f"{result.log_probability_per_token:.6g}"]
        texts = [_on_one_line(result.source), _on_one_line(result.text)]
        rows.append("\t".join([str(result.number), *texts, *numbers, str(result.tokens)]))
    return "".join(f"{row}\n" for row in rows)


def as_json_lines(results: Sequence[LineResult]) -> str:
    """A JSON object for each line; a line that cannot be read has a ``problem``."""
    return "".join(f"{json.dumps(_describe(result), ensure_ascii=False)}\n" for result in results)


def _describe(result: LineResult) -> dict[str, str | int | float]:
    described: dict[str, str | int | float] = {
        "line": result.number,
        "source": result.source,
        "translation": result.text,
        "log_probability": result.log_probability,
        "log_probability_per_token": result.log_probability_per_token,
        "tokens": result.tokens,
    }
    return described | ({"problem": str(result.problem)} if result.problem else {})


def _on_one_line(words: str) -> str:
    """A text without what ends a line or a column."""
    return words.translate({9: " ", 10: " ", 13: " "})
