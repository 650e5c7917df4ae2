"""How well the tokenizers of a checkpoint cover the sentences that are to fine-tune it."""

from itertools import islice
from pathlib import Path
from typing import Final

from seq2seq.data.corpus import SentencePair
from seq2seq.data.tokenizers import load_tokenizer
from seq2seq.doctor.measures import measure_coverage
from seq2seq.doctor.report import Coverage
from seq2seq.errors import Seq2SeqError
from seq2seq.ui.feedback import describe_problem
from seq2seq.ui.strings import text
from seq2seq.ui.train_data import DataSession

SAMPLED_PAIRS: Final = 2000
MOST_UNKNOWN: Final = 0.005
MOST_BYTES: Final = 0.05
MOST_PIECES: Final = 3.0


def describe_coverage(session: DataSession, base: Path | None, language: str) -> str:
    """What the tokenizers make of the first pairs, with a verdict; empty without data or a checkpoint."""
    table, columns = session.table, session.columns
    if base is None or table is None or columns is None or session.report is None:
        return ""
    try:
        rows = (row for row in table.iter_pairs(*columns) if isinstance(row, SentencePair))
        pairs = list(islice(rows, SAMPLED_PAIRS))
        found = [
            measure_coverage(
                load_tokenizer(base / f"{side}_tokenizer"), [getattr(pair, side) for pair in pairs]
            )
            for side in ("source", "target")
        ]
    except Seq2SeqError as problem:
        return describe_problem(problem, language)
    source, target = (_say(coverage, language) for coverage in found)
    sides = text("coverage_sides", language).format(source=source, target=target, rows=f"{len(pairs):,}")
    return f"{sides} {text(f'coverage_{judge_coverage(*found)}', language)}"


def judge_coverage(source: Coverage, target: Coverage) -> str:
    """In a word: ``unknown`` where characters are lost, ``spelled`` where words fall to pieces, or ``good``."""
    sides = (source, target)
    if max(side.unknown_share for side in sides) > MOST_UNKNOWN:
        return "unknown"
    if max(side.byte_share for side in sides) > MOST_BYTES:
        return "spelled"
    return "spelled" if max(side.pieces_per_word for side in sides) > MOST_PIECES else "good"


def _say(coverage: Coverage, language: str) -> str:
    return text("coverage_side", language).format(
        pieces=f"{coverage.pieces_per_word:.1f}",
        unknown=f"{coverage.unknown_share:.1%}",
        spelled=f"{coverage.byte_share:.1%}",
    )
