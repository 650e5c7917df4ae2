"""The command `compare`: whether two checkpoints differ on a test, which sentences changed, what was forgotten."""

import argparse
import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

from seq2seq.cli_flags import CHECKPOINT_HELP, add_hardware, add_test, count
from seq2seq.evaluation.comparison import TEST_KINDS, Comparison, Forgetting, compare_systems, forgetting
from seq2seq.evaluation.reference_files import ReferenceFiles, read_test
from seq2seq.evaluation.sentences import gather_sentences, translate_sentences
from seq2seq.evaluation.tables import as_text_table, write_csv
from seq2seq.flags import add_settings, given_settings
from seq2seq.hub.locate import locate_checkpoint
from seq2seq.options import DecodingOptions
from seq2seq.translator import Translator, load_translator

SHOWN_CHANGES: Final = 10


def add_compare(parser: argparse.ArgumentParser) -> None:
    """The flags of `compare`."""
    parser.set_defaults(run=_run_compare)
    parser.add_argument(
        "--first", type=locate_checkpoint, required=True, help=f"{CHECKPOINT_HELP}; the one before"
    )
    parser.add_argument("--second", type=locate_checkpoint, required=True, help="another; the one after")
    add_test(parser)
    parser.add_argument("--general", type=Path, help="pairs of a general test, to see what was forgotten")
    parser.add_argument("--kind", choices=tuple(TEST_KINDS), default="bootstrap", help="the paired test")
    parser.add_argument(
        "--samples", type=count, default=0, metavar="N", help="resamples or shuffles; 0 takes what is usual"
    )
    add_hardware(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--csv", type=Path, help="a file for the table of all sentences, sorted by change")
    add_settings(parser.add_argument_group("decoding"), DecodingOptions)


def _run_compare(options: argparse.Namespace) -> int:
    decoding = DecodingOptions.from_json(given_settings(options, DecodingOptions))
    test = read_test(options.test, options.test_target, options.reference)
    general = read_test(options.general) if options.general else None
    translators = [
        load_translator(folder, options.device, options.precision)
        for folder in (options.first, options.second)
    ]
    settings: dict[str, Any] = {
        "kind": options.kind,
        "samples": options.samples,
        "language": translators[0].target_language,
    }
    first, second, references, sources = _translate_both(translators, test, decoding)
    comparison = compare_systems(first, second, references, sources=sources, **settings)
    forgotten = None
    if general:
        before, after, references, sources = _translate_both(translators, general, decoding)
        forgotten = forgetting(before, after, references, sources=sources, **settings)
    if options.json:
        values = comparison.to_json() | ({"forgetting": forgotten.to_json()} if forgotten else {})
        print(json.dumps(values, indent=2, ensure_ascii=False))
    else:
        print(describe_comparison(comparison, forgotten))
    if options.csv:
        write_csv(options.csv, [change.to_row() for change in comparison.changes])
    return 0


def describe_comparison(comparison: Comparison, forgotten: Forgetting | None = None) -> str:
    """A table of the metrics, and the sentences with the greatest changes."""
    shown = [*comparison.changes[:SHOWN_CHANGES], *comparison.changes[-SHOWN_CHANGES:]]
    rows = [change.to_row() for change in dict.fromkeys(shown) if change.change]
    mean = comparison.mean_change
    lines = [
        _metrics_table(comparison),
        f"sentence chrF: {comparison.better:,} better, {comparison.worse:,} worse, {comparison.equal:,} equal; "
        f"mean change {mean.mean:+.2f} ({mean.low:+.2f} to {mean.high:+.2f})",
    ]
    lines += [
        f"{row['change']:+7.2f}  {row['source']}\n         first:  {row['first']}\n         second: {row['second']}"
        for row in rows
    ]
    if forgotten:
        names = ", ".join(forgotten.forgotten) or "nothing that is significant"
        lines += ["", "general test", _metrics_table(forgotten.comparison), f"forgotten: {names}"]
    return "\n".join(lines)


def _metrics_table(comparison: Comparison) -> str:
    rows = [
        {
            "metric": name,
            "first": metric.first,
            "second": metric.second,
            "difference": metric.difference,
            "p": metric.p_value,
            "better": metric.verdict,
        }
        for name, metric in comparison.metrics.items()
    ]
    signatures = [f"{name}: {metric.signature}" for name, metric in comparison.metrics.items()]
    return "\n".join([as_text_table(rows), *signatures])


def _translate_both(
    translators: Sequence[Translator], test: ReferenceFiles, decoding: DecodingOptions
) -> tuple[list[str], list[str], list[tuple[str, ...]], list[str]]:
    """The outputs of two models, the references and the sources."""
    sentences = gather_sentences(test.corpus, test.more_references)
    first, second = (
        list(chain.from_iterable(translate_sentences(translator, sentences, decoding)))
        for translator in translators
    )
    references = [sentence.references for sentence in sentences]
    return first, second, references, [sentence.source for sentence in sentences]
