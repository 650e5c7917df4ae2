"""The command ``check``: a report on any file of parallel text, and a cleaned copy of it."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seq2seq.cli_flags import CHECKPOINT_HELP
from seq2seq.data.tokenizers import Tokenizer, load_tokenizer
from seq2seq.doctor.cleaning import CopyCounts, clean, write_copy
from seq2seq.doctor.examination import Row, Tested, collect_tested, examine
from seq2seq.doctor.findings import DEFAULT_DROPS, DROPPABLE_KINDS, KINDS, Checks
from seq2seq.doctor.formats import FORMATS
from seq2seq.doctor.parts import Limits
from seq2seq.doctor.reading import read_table
from seq2seq.doctor.report import Finding, Lengths, Report, Side
from seq2seq.doctor.tables import Column, Table
from seq2seq.errors import ConfigError
from seq2seq.hub.locate import locate_checkpoint

_BAR_CHARACTERS = 40


def add_check(parser: argparse.ArgumentParser) -> None:
    """Give a parser the flags of ``check``."""
    parser.set_defaults(run=run_check)
    files = parser.add_argument_group("files")
    files.add_argument(
        "--data", type=Path, required=True, help="TSV, CSV, JSON lines, TMX, XLSX, or a source side"
    )
    files.add_argument("--target", type=Path, help="target side, when --data is one of two files")
    files.add_argument("--source-column", default="", help="name, or number from 1")
    files.add_argument("--target-column", default="", help="name, or number from 1")
    files.add_argument("--source-language", default="", help="code such as en; guessed when left out")
    files.add_argument("--target-language", default="", help="code such as fr; guessed when left out")
    files.add_argument("--encoding", default="", help="such as gb18030; detected when left out")
    files.add_argument(
        "--header", action=argparse.BooleanOptionalAction, help="whether the first row names the columns"
    )
    files.add_argument("--max-megabytes", type=int, default=200, help="largest file that is read; 200")
    checks = parser.add_argument_group("checks")
    checks.add_argument(
        "--checkpoint", type=locate_checkpoint, help=f"{CHECKPOINT_HELP}: how its tokenizers cope"
    )
    checks.add_argument("--test", type=Path, help="test set that no source may be in, in any of the formats")
    checks.add_argument(
        "--longest", type=int, default=Checks().longest_characters, help="characters of a side"
    )
    checks.add_argument("--json", action="store_true", help="print JSON")
    copy = parser.add_argument_group("cleaned copy")
    copy.add_argument("--clean", type=Path, help="write a copy without bad pairs, as TSV")
    copy.add_argument(
        "--drop",
        nargs="+",
        choices=DROPPABLE_KINDS,
        default=DEFAULT_DROPS,
        metavar="KIND",
        help=f"what the copy is free of, of {', '.join(DROPPABLE_KINDS)}; "
        f"all but {', '.join(kind for kind in DROPPABLE_KINDS if kind not in DEFAULT_DROPS)} when left out",
    )
    copy.add_argument("--held-out", type=Path, help="a second file, for sources that the copy does not have")
    copy.add_argument("--held-out-share", type=float, default=0.02, help="of the sources; 0.02")
    copy.add_argument("--seed", type=int, default=1, help="another one holds out other sources")


def run_check(options: argparse.Namespace) -> int:
    """Read, report, and where asked write the copy; 0 whatever was found."""
    if options.held_out is not None and options.clean is None:
        raise ConfigError(["--held-out needs --clean: it takes its pairs from the cleaned copy."])
    limits = Limits(most_bytes=options.max_megabytes * 1_000_000)
    table = read_table(
        options.data, options.target, encoding=options.encoding, header=options.header, limits=limits
    )
    languages = options.source_language, options.target_language
    columns = table.choose_columns(options.source_column, options.target_column, languages=languages)
    checks = Checks(
        source_language=languages[0] or columns[0].language,
        target_language=languages[1] or columns[1].language,
        longest_characters=options.longest,
        seed=options.seed,
    )
    tested = _read_test(options, limits, checks)
    report = examine(
        table.iter_pairs(*columns), checks, tested=tested, tokenizers=_load_tokenizers(options.checkpoint)
    )
    counts = _write_copy(options, table.iter_pairs(*columns), report, checks, tested)
    if options.json:
        print(json.dumps(_as_json(table, columns, report, counts), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_describe(table, columns, report, counts, options)))
    return 0


def _read_test(options: argparse.Namespace, limits: Limits, checks: Checks) -> Tested:
    if options.test is None:
        return Tested()
    table = read_table(options.test, limits=limits)
    return collect_tested(
        table.iter_pairs(*table.choose_columns(languages=(checks.source_language, checks.target_language)))
    )


def _load_tokenizers(folder: Path | None) -> tuple[Tokenizer, Tokenizer] | None:
    if folder is None:
        return None
    return load_tokenizer(folder / "source_tokenizer"), load_tokenizer(folder / "target_tokenizer")


def _write_copy(
    options: argparse.Namespace, rows: Iterator[Row], report: Report, checks: Checks, tested: Tested
) -> CopyCounts | None:
    if options.clean is None:
        return None
    counts = CopyCounts()
    kept = clean(rows, report, options.drop, checks=checks, tested=tested, counts=counts)
    write_copy(
        kept,
        options.clean,
        counts,
        held_out=options.held_out,
        share=options.held_out_share,
        seed=options.seed,
    )
    return counts


def _as_json(
    table: Table, columns: tuple[Column, Column], report: Report, counts: CopyCounts | None
) -> dict[str, Any]:
    return {
        "file": table.name,
        "format": table.format,
        "encoding": table.encoding,
        "columns": [column.name for column in table.columns],
        "source_column": columns[0].name,
        "target_column": columns[1].name,
        "notes": list(table.notes),
        "report": report.to_json(),
        "copy": counts.to_json() if counts else None,
    }


def _describe(
    table: Table,
    columns: tuple[Column, Column],
    report: Report,
    counts: CopyCounts | None,
    options: argparse.Namespace,
) -> Iterator[str]:
    """The report for people."""
    encoding = f", {table.encoding}" if table.encoding else ""
    yield f"{table.name}: {FORMATS[table.format]}{encoding}, columns {columns[0].name} and {columns[1].name}"
    yield from table.notes
    yield (
        f"{report.rows:,} rows, {report.pairs:,} pairs, {report.clean:,} without a finding; {report.seconds:.1f} s"
    )
    for finding in report.findings.values():
        yield from _describe_finding(finding)
    if report.test_rows:
        yield f"leaks were looked for in {report.test_rows:,} rows of the test set"
    for name, side in (("source", report.source), ("target", report.target)):
        yield from _describe_side(name, side, report)
    if counts is not None:
        yield from _describe_copy(counts, options)


def _describe_finding(finding: Finding) -> Iterator[str]:
    share = finding.count / finding.looked_at
    sampled = f" of {finding.looked_at:,} sampled" if finding.kind == "wrong_language" else ""
    yield f"{finding.kind}: {finding.count:,}{sampled} ({share:.2%}): {finding.title}"
    for example in finding.examples:
        note = f"  ({example.note})" if example.note else ""
        yield f"  row {example.row:,}: {example.source} | {example.target}{note}"


def _describe_side(name: str, side: Side, report: Report) -> Iterator[str]:
    unit = side.lengths.unit
    capped = "at least " if side.is_capped else ""
    yield (
        f"{name} {side.language or '(language unknown: scripts not checked)'}: {capped}{side.words:,} different "
        f"{unit}, {side.characters:,} characters; a text has {side.lengths.mean:.1f} {unit}, "
        f"95 % have {side.lengths.percentile_95:,} at most, the longest {side.lengths.longest:,}"
    )
    if side.identified:
        found = ", ".join(f"{language} {share:.0%}" for language, share in side.identified.items())
        yield f"  looks like {found} (of {report.identified_rows:,} sampled rows, where it is sure)"
    if side.coverage is not None:
        coverage = side.coverage
        yield (
            f"  the checkpoint's tokenizer: {coverage.pieces_per_word:.2f} pieces a word, "
            f"{coverage.unknown_share:.3%} unknown, {coverage.byte_share:.3%} bytes "
            f"({coverage.rows:,} rows sampled)"
        )
    yield from _draw_lengths(side.lengths)


def _draw_lengths(lengths: Lengths) -> Iterator[str]:
    most = max(lengths.counts, default=0)
    for start, end, count in zip(lengths.edges, (*lengths.edges[1:], 0), lengths.counts, strict=True):
        if count:
            label = f"{start}" if end == start + 1 else f"{start} to {end - 1}" if end else f"{start} or more"
            bar = "#" * max(1, round(_BAR_CHARACTERS * count / most))
            yield f"  {label:>12} {lengths.unit}: {count:>9,} {bar}"


def _describe_copy(counts: CopyCounts, options: argparse.Namespace) -> Iterator[str]:
    yield f"{options.clean}: {counts.kept:,} pairs; {counts.dropped.total():,} of {counts.rows:,} rows left out"
    for kind in KINDS:
        if counts.dropped[kind]:
            yield f"  {kind}: {counts.dropped[kind]:,}"
    if options.held_out is not None:
        yield f"{options.held_out}: {counts.held_out:,} pairs held out"
    if counts.rewritten:
        yield f"  in {counts.rewritten:,} pairs a space stands for a tab, line break or control character"
