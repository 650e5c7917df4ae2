"""The command line: check, train, average, translate, evaluate, compare, lesson, pull, push, models, deploy.

A `Seq2SeqError` is one line on standard error and exit code 2; anything else is a bug with its traceback.
"""

import argparse
import json
import os
import shlex
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from seq2seq.averaging import average_checkpoints
from seq2seq.checkpoints import GENERAL_TEST_FILE, list_checkpoints
from seq2seq.cli_check import add_check
from seq2seq.cli_compare import add_compare
from seq2seq.cli_deploy import add_deploy
from seq2seq.cli_evaluate import add_evaluate
from seq2seq.cli_flags import CHECKPOINT_HELP, add_hardware
from seq2seq.cli_hub import add_models, add_pull
from seq2seq.cli_lesson import add_lesson
from seq2seq.cli_push import add_push
from seq2seq.cli_train_push import TrainPush, add_train_push
from seq2seq.config import ModelConfig, TrainingConfig
from seq2seq.errors import ConfigError, InputError, Seq2SeqError
from seq2seq.flags import add_settings, given_settings
from seq2seq.hub.locate import locate_checkpoint
from seq2seq.model_card import CardNotes, write_model_card
from seq2seq.options import DecodingOptions
from seq2seq.training.distributed import PEER_TIMEOUT_MINUTES, World, open_world, read_world
from seq2seq.training.estimate import estimate_run
from seq2seq.training.events import RunEnded, describe_event
from seq2seq.training.jobs import prepare_job
from seq2seq.training.recording import say_full_disk, train_and_record
from seq2seq.training.requests import TrainingRequest
from seq2seq.translator import TranslatedLine, Translator, load_translator

FAILURES = ("non_finite", "disk_full", "full_memory", "failed")
"""Why a run may end that did not do what it was asked for."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code is 0, 1 for a run that failed, or 2 for something the user can mend."""
    try:
        options = build_parser().parse_args(arguments)
        options.words = sys.argv[1:] if arguments is None else list(arguments)
        return int(options.run(options))
    except Seq2SeqError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def build_parser() -> argparse.ArgumentParser:
    """The parser with all commands."""
    parser = argparse.ArgumentParser(prog="python -m seq2seq", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_check(commands.add_parser("check", help="report what is wrong with parallel text, and clean it"))
    _add_train(commands.add_parser("train", help="train a model on parallel text"))
    _add_average(
        commands.add_parser("average", help="average the weights of runs that start from one another")
    )
    _add_translate(commands.add_parser("translate", help="translate lines of text"))
    add_evaluate(commands.add_parser("evaluate", help="score a checkpoint on a test set"))
    add_compare(commands.add_parser("compare", help="test whether two checkpoints differ on a test set"))
    add_lesson(commands.add_parser("lesson", help="write the data of a small task to learn from"))
    add_pull(commands.add_parser("pull", help="get a checkpoint from the Hugging Face Hub"))
    add_push(commands.add_parser("push", help="publish a checkpoint on the Hugging Face Hub"))
    add_deploy(commands.add_parser("deploy", help="put the app on a Hugging Face Space"))
    add_models(commands.add_parser("models", help="list the checkpoints that were pulled"))
    return parser


# -- train --------------------------------------------------------------------------------------------


def _add_train(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_run_train)
    files = parser.add_argument_group("files")
    files.add_argument("--train", type=Path, required=True, help="tab-separated pairs, or the source side")
    files.add_argument("--train-target", type=Path, help="target side, when --train is one of two files")
    files.add_argument("--validation", type=Path, required=True, help="held-out pairs, like --train")
    files.add_argument("--validation-target", type=Path, help="target side of --validation")
    files.add_argument("--output", type=Path, required=True, help="the run's folder; becomes the checkpoint")
    files.add_argument("--resume", action="store_true", help="go on with the run in --output")
    files.add_argument(
        "--start-from",
        type=locate_checkpoint,
        help="a checkpoint whose weights and tokenizers a new run takes over",
    )
    files.add_argument(
        "--probe",
        default="",
        help="sentence whose attention is kept at every validation, 40 tokens at most; by default a short one "
        "of the held-out pairs",
    )
    files.add_argument(
        "--test",
        type=Path,
        help="pairs to score at the end, with what the run began with where that was trained",
    )
    files.add_argument(
        "--general",
        type=Path,
        help="pairs of what --start-from can do, scored at every validation and at the end, to see what is "
        f"forgotten; by default its {GENERAL_TEST_FILE}, where it has one",
    )
    files.add_argument(
        "--estimate",
        action="store_true",
        help="print the size, memory and time of the run as a line of JSON, by 20 updates; leaves no folder",
    )
    files.add_argument(
        "--source-embeddings", type=Path, help="pretrained vectors: word2vec text, GloVe or fastText .vec"
    )
    files.add_argument("--target-embeddings", type=Path, help="likewise, for the target's tokens")
    files.add_argument(
        "--corpus-cache",
        type=Path,
        metavar="FOLDER",
        help="encode the training text once into this folder and map it, for text that is larger than memory or "
        "read by several processes; used again while text and tokenizers are the same",
    )
    files.add_argument(
        "--peer-timeout",
        type=float,
        default=PEER_TIMEOUT_MINUTES,
        metavar="MINUTES",
        help="with torchrun: how long to wait for a process that does not answer (default: %(default)g)",
    )
    files.add_argument("--source-language", default="", help="code such as en; guessed from the file's name")
    files.add_argument("--target-language", default="", help="code such as fr; guessed from the file's name")
    add_train_push(parser)
    add_settings(parser.add_argument_group("model"), ModelConfig)
    add_settings(parser.add_argument_group("training"), TrainingConfig)


def _run_train(options: argparse.Namespace) -> int:
    request = TrainingRequest(
        train=options.train,
        train_target=options.train_target,
        validation=options.validation,
        validation_target=options.validation_target,
        output=options.output,
        resume=options.resume,
        start_from=options.start_from,
        probe=options.probe,
        test=options.test,
        general=options.general,
        corpus_cache=options.corpus_cache,
        source_embeddings=options.source_embeddings,
        target_embeddings=options.target_embeddings,
        source_language=options.source_language,
        target_language=options.target_language,
        model=given_settings(options, ModelConfig),
        training=given_settings(options, TrainingConfig),
    )
    if options.estimate:
        if read_world(os.environ).size > 1:
            raise ConfigError(["One process estimates a run."], "Leave torchrun or --estimate out.")
        print(json.dumps(estimate_run(request).to_json()))
        return 0
    with open_world(options.peer_timeout) as world:
        return _train(options, request, world)


def _train(options: argparse.Namespace, request: TrainingRequest, world: World) -> int:
    """Train as one of several processes or alone; only the first prints and writes."""
    stopping: list[int] = []
    with _stop_signals(stopping), say_full_disk(options.output):
        pushing = TrainPush(options, leads=world.leads)
        job = prepare_job(request, should_stop=lambda: bool(stopping), world=world, tell=_tell)
        for event in train_and_record(job):
            failed = isinstance(event, RunEnded) and event.reason in FAILURES
            if world.leads or failed:
                print(describe_event(event), flush=True)
            pushing.see(event)
        if world.leads:
            _describe_run(options, len(job.training))
        pushing.finish()
    return 1 if failed else 0


def _tell(note: str) -> None:
    print(note, flush=True)


def _describe_run(options: argparse.Namespace, pairs: int) -> None:
    """Write the model card of a run that has weights to describe."""
    if list_checkpoints(options.output.parent).count(options.output):
        notes = CardNotes(
            data=f"{pairs:,} pairs of `{options.train.name}`.",
            commands=shlex.join(["python", "-m", "seq2seq", *options.words]),
        )
        write_model_card(options.output, notes)


@contextmanager
def _stop_signals(stopping: list[int]) -> Iterator[None]:
    """While open, the first interrupt or termination asks the run to stop and the second one ends it."""

    def ask(number: int, _frame: object) -> None:
        stopping.append(number)
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


# -- average -------------------------------------------------------------------------------------------


def _add_average(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_run_average)
    parser.add_argument("checkpoints", type=Path, nargs="+", help="folders of two checkpoints or more")
    parser.add_argument("--output", type=Path, required=True, help="the new checkpoint's folder")
    parser.add_argument("--stored-precision", choices=("float32", "float16"), default="float32")


def _run_average(options: argparse.Namespace) -> int:
    average_checkpoints(options.checkpoints, options.output, precision=options.stored_precision)
    print(f"{options.output} is the mean of {len(options.checkpoints)} checkpoints")
    return 0


# -- translate ----------------------------------------------------------------------------------------


def _add_translate(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_run_translate)
    parser.add_argument("--checkpoint", type=locate_checkpoint, required=True, help=CHECKPOINT_HELP)
    parser.add_argument("--input", type=Path, help="a text file; standard input when left out")
    parser.add_argument("--output", type=Path, help="a file to write; standard output when left out")
    add_hardware(parser)
    parser.add_argument("--format", choices=("plain", "jsonl"), default="plain", help="what to write")
    add_settings(parser.add_argument_group("decoding"), DecodingOptions)


def _run_translate(options: argparse.Namespace) -> int:
    decoding = DecodingOptions.from_json(given_settings(options, DecodingOptions))
    if options.format == "plain" and decoding.n_best > 1:
        raise ConfigError(
            [f"The plain format has one line for each line, and n_best is {decoding.n_best}."],
            "Use --format jsonl.",
        )
    translator = load_translator(options.checkpoint, options.device, options.precision)
    describe = _plain_line if options.format == "plain" else _json_line
    with _open_input(options.input) as source, _open_output(options.output) as target:
        lines = translator.translate_lines(
            _text_lines(source), decoding, with_trace=options.format == "jsonl"
        )
        for line in lines:
            target.write(describe(line, translator) + "\n")
    return 0


def _plain_line(line: TranslatedLine, _translator: Translator) -> str:
    return " ".join(line.texts[0].split("\n")) if line.texts else ""


def _json_line(line: TranslatedLine, translator: Translator) -> str:
    values = {
        "source": line.source,
        "source_tokens": line.source_tokens,
        "translations": [
            translator.describe_hypothesis(hypothesis, text)
            for hypothesis, text in zip(line.hypotheses, line.texts, strict=True)
        ],
    }
    return json.dumps(values, ensure_ascii=False)


def _text_lines(file: IO[bytes]) -> Iterator[str]:
    for number, line in enumerate(file, start=1):
        try:
            yield line.decode("utf-8").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError as problem:
            raise InputError(f"Line {number} is not UTF-8.", "Convert the file to UTF-8.") from problem


@contextmanager
def _open_input(path: Path | None) -> Iterator[IO[bytes]]:
    if path is None:
        yield sys.stdin.buffer
        return
    try:
        with path.open("rb") as file:
            yield file
    except OSError as problem:
        raise InputError(f"{path} cannot be read: {problem.strerror}.", "Check the path.") from problem


@contextmanager
def _open_output(path: Path | None) -> Iterator[IO[str]]:
    """Standard output, or a file that appears whole when all is written."""
    if path is None:
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
        yield sys.stdout
        sys.stdout.flush()
        return
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        draft.replace(path)
    except OSError as problem:
        raise InputError(f"{path} cannot be written: {problem.strerror}.", "Check the path.") from problem
    finally:
        draft.unlink(missing_ok=True)
