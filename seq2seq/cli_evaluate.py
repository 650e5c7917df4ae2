"""The command `evaluate`: scores, and where they come from, as text, JSON and CSV."""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeVar

from seq2seq.cli_flags import CHECKPOINT_HELP, add_hardware, add_test, count, positive
from seq2seq.evaluation.beam_widths import beam_searches, score_by_beam_width
from seq2seq.evaluation.calibration import CALIBRATION_KINDS, Calibration, measure_calibration
from seq2seq.evaluation.checkpoint_scores import Evaluation, score_test
from seq2seq.evaluation.exposure import ExposureBias, measure_exposure_bias
from seq2seq.evaluation.lengths import BUCKET_TOKENS, score_by_length
from seq2seq.evaluation.metrics import Score, check_resamples
from seq2seq.evaluation.reference_files import read_test
from seq2seq.evaluation.sentences import (
    SourceSentence,
    gather_sentences,
    judge_sentences,
    source_lengths,
    translate_sentences,
    worst_sentences,
)
from seq2seq.evaluation.tables import as_text_table, write_csv
from seq2seq.flags import add_settings, given_settings
from seq2seq.hub.locate import locate_checkpoint
from seq2seq.model_card import keep_test_scores
from seq2seq.options import DecodingOptions
from seq2seq.translator import Translator, load_translator

SHOWN_POSITIONS: Final = 30
Result = TypeVar("Result")


def add_evaluate(parser: argparse.ArgumentParser) -> None:
    """The flags of `evaluate`."""
    parser.set_defaults(run=_run_evaluate)
    parser.add_argument("--checkpoint", type=locate_checkpoint, required=True, help=CHECKPOINT_HELP)
    add_test(parser)
    add_hardware(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--csv", type=Path, help="a file for the table of all sentences, the worst first")
    parser.add_argument(
        "--save", action="store_true", help="also keep the scores in the checkpoint and its model card"
    )
    more = parser.add_argument_group("more than scores")
    more.add_argument(
        "--bootstrap", type=count, default=0, metavar="N", help="resamples for 95 %% intervals, such as 1000"
    )
    more.add_argument("--by-length", action="store_true", help="scores by tokens of the source")
    more.add_argument(
        "--bucket-tokens",
        type=positive,
        default=BUCKET_TOKENS,
        metavar="N",
        help=f"width of a bucket of lengths. Default: {BUCKET_TOKENS}.",
    )
    more.add_argument(
        "--beam-widths", type=_widths, default=(), metavar="1,2,5", help="scores by width of the beam"
    )
    more.add_argument("--calibration", action="store_true", help="confidence of tokens against correctness")
    more.add_argument("--exposure-bias", action="store_true", help="teacher-forced against free-running")
    more.add_argument("--worst", type=count, default=0, metavar="N", help="show the N worst sentences")
    add_settings(parser.add_argument_group("decoding"), DecodingOptions)


def _run_evaluate(options: argparse.Namespace) -> int:
    decoding = DecodingOptions.from_json(given_settings(options, DecodingOptions))
    test = read_test(options.test, options.test_target, options.reference)
    check_resamples(options.bootstrap, len(test.corpus))
    beam_searches(decoding, options.beam_widths)  # a width that cannot be is refused before any work
    translator = load_translator(options.checkpoint, options.device, options.precision)
    sentences, start = gather_sentences(test.corpus, test.more_references), time.perf_counter()
    texts = list(chain.from_iterable(translate_sentences(translator, sentences, decoding)))
    seconds = time.perf_counter() - start
    result = score_test(
        translator,
        test.corpus,
        sentences,
        texts,
        options=decoding,
        seconds=seconds,
        bootstrap=options.bootstrap,
    )
    parts = dict(_more_than_scores(options, translator, sentences, texts, decoding))
    if options.json:
        values = {name: _to_json(part) for name, part in parts.items()}
        print(json.dumps({**result.to_json(), **values}, indent=2, ensure_ascii=False))
    else:
        shown = [f"{name.replace('_', ' ')}\n{_describe(part)}" for name, part in parts.items()]
        print("\n\n".join([describe_evaluation(result), *shown]))
    if options.csv:
        judged = judge_sentences(sentences, texts, language=translator.target_language)
        write_csv(options.csv, [row.to_row() for row in worst_sentences(judged)])
    if options.save:
        width = f" {decoding.beam_width}" if decoding.method == "beam" else ""
        keep_test_scores(options.checkpoint, f"{decoding.method}{width}", result.summary())
    return 0


def _more_than_scores(
    options: argparse.Namespace,
    translator: Translator,
    sentences: Sequence[SourceSentence],
    texts: Sequence[str],
    decoding: DecodingOptions,
) -> Iterator[tuple[str, Any]]:
    """What was asked for besides scores, by name: rows of a table, or a result of its own."""
    references = [sentence.references for sentence in sentences]
    if options.by_length:
        buckets = score_by_length(
            texts,
            references,
            source_lengths(translator, sentences),
            language=translator.target_language,
            bucket_tokens=options.bucket_tokens,
        )
        yield "by_length", [bucket.to_row() for bucket in buckets]
    if options.beam_widths:
        scores = score_by_beam_width(translator, sentences, decoding, options.beam_widths)
        yield "by_beam_width", [score.to_row() for score in scores]
    if options.calibration:
        for kind in CALIBRATION_KINDS:
            yield f"calibration_{kind}", _last(measure_calibration(translator, sentences, kind=kind))
    if options.exposure_bias:
        yield "exposure_bias", _last(measure_exposure_bias(translator, sentences))
    if options.worst:
        judged = judge_sentences(sentences, texts, language=translator.target_language)
        yield "worst", [row.to_row() for row in worst_sentences(judged, options.worst)]


def describe_evaluation(result: Evaluation) -> str:
    """A few lines for people."""
    lines = [f"{result.pairs:,} pairs, {result.sources:,} different sources, {result.seconds:.1f} s"]
    for title, scores in (
        ("line by line", result.single_reference),
        ("multi-reference", result.multi_reference),
    ):
        lines += [
            f"{name:5} {score.value:6.2f}{_shown_interval(score)}  {title}  {score.signature}"
            for name, score in scores.items()
        ]
    lines.append(f"exact {result.exact_match:6.2f} %")
    lines.append(f"loss  {result.loss:6.3f}  nats a token; perplexity {result.perplexity:.2f}")
    return "\n".join(lines)


def _shown_interval(score: Score) -> str:
    return f" ({score.interval.low:.2f} to {score.interval.high:.2f})" if score.interval else ""


def _to_json(part: Any) -> Any:
    return part if isinstance(part, list) else part.to_json()


def _describe(part: Any) -> str:
    match part:
        case Calibration():
            rows = as_text_table([each.to_row() for each in part.bins if each.tokens])
            return (
                f"{rows}\nexpected calibration error {part.expected_error:.4f} over {part.tokens:,} tokens; "
                f"mean confidence {part.confidence:.4f}, right {part.accuracy:.4f}"
            )
        case ExposureBias():
            rows = as_text_table([each.to_row() for each in part.positions[:SHOWN_POSITIONS]])
            left = len(part.positions) - SHOWN_POSITIONS
            more = f"\n({left} more positions: --json has all)" if left > 0 else ""
            return (
                f"{rows}{more}\nforced {part.forced_accuracy:.4f}, free {part.free_agreement:.4f} of all tokens; "
                f"{part.never_diverged:,} of {part.sentences:,} sentences never diverged\n"
                f"behind the first divergence: forced {part.forced_after:.4f}, free and aligned "
                f"{part.aligned_after:.4f}, gap {part.gap:.4f} over {part.tokens_after:,} tokens"
            )
        case _:
            return as_text_table(part)


def _last(results: Iterator[Result]) -> Result:
    *_, last = results
    return last


def _widths(word: str) -> tuple[int, ...]:
    return tuple(positive(part) for part in word.split(","))
