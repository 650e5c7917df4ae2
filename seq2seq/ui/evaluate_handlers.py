"""What the Evaluate tab does, as functions on plain values."""

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar

from seq2seq.errors import Seq2SeqError
from seq2seq.evaluation.beam_widths import score_by_beam_width
from seq2seq.evaluation.calibration import CALIBRATION_KINDS, measure_calibration
from seq2seq.evaluation.checkpoint_scores import mean_loss
from seq2seq.evaluation.comparison import compare_systems
from seq2seq.evaluation.exposure import measure_exposure_bias
from seq2seq.evaluation.lengths import score_by_length
from seq2seq.evaluation.metrics import score_sentence, score_translations
from seq2seq.evaluation.sentences import source_lengths, translate_sentences
from seq2seq.evaluation.tables import as_csv
from seq2seq.options import DecodingOptions
from seq2seq.translator import Translator
from seq2seq.ui.downloads import save_file
from seq2seq.ui.evaluate_data import BroughtTest, bring_test
from seq2seq.ui.evaluate_view import EMPTY_EVALUATION, PARTS, Report, System, View, describe_report
from seq2seq.ui.feedback import describe_problem, refusal
from seq2seq.ui.forms import read_few_options
from seq2seq.ui.grid_handlers import read_numbers
from seq2seq.ui.runs import ShownRuns
from seq2seq.ui.shelf import Shelf

BOOTSTRAP_SAMPLES: Final = 1000
CHUNK_SENTENCES: Final = 128
"""Sentences between two moments at which an evaluation can be stopped."""
MOST_WIDTHS: Final = 8
DEFAULT_WIDTHS: Final = "1, 2, 5, 10"
LARGEST_LOSS: Final = 700.0
"""Whose exponential is still a number."""
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the form of the tab says; ``other`` is empty where only one model is evaluated."""

    model: str
    other: str
    settings: Mapping[str, Any]
    parts: Collection[str]
    widths: str


class Step(NamedTuple):
    """How far an evaluation is: what is being done, its share (None where nobody knows), whether there is news."""

    stage: str
    share: float | None
    news: bool = False


class EvaluateSession(ShownRuns):
    """One visitor's evaluation.

    Attributes:
        report: what is known by now.
        view: how it was shown last.
    """

    empty_view = EMPTY_EVALUATION

    def __init__(self) -> None:
        super().__init__()
        self.report: Report | None = None


def evaluate_models(
    shelf: Shelf,
    session: EvaluateSession,
    language: str,
    bring: Callable[[], BroughtTest],
    wish: Wish,
) -> Iterator[View]:
    """Translate a test, score it and yield the view as it fills, until the end, a stop or a newer run."""
    run = session.start()
    try:
        yield {**EMPTY_EVALUATION, "run": run, "status": "running", "stage": "reading"}
        test, options = bring(), read_few_options(dict(wish.settings))
        widths = read_numbers(wish.widths, "beam_width", MOST_WIDTHS, int) if "widths" in wish.parts else ()
        names = [wish.model, wish.other] if wish.other else [wish.model]
        if len(set(names)) < len(names):
            raise refusal("evaluate_same_model")
        translators = [shelf.load(name) for name in names]
        systems = [System(name=name, label=shelf.label(name, language)) for name in names]
        report = Report(test=test, options=options, systems=systems)
        if not session.is_newest(run):
            return
        session.report = report
        parts = [part for part in PARTS if part in wish.parts]
        steps = measure(report, translators, parts, widths, lambda: session.may_go_on(run))
        yield from _follow(session, run, report, steps)
    except Seq2SeqError as problem:
        if session.is_newest(run):
            yield session.fail(run, describe_problem(problem, language))


def bring_files(paths: Sequence[str] | None, pasted: str | None) -> Callable[[], BroughtTest]:
    """What reads a test when the evaluation begins."""
    return lambda: bring_test(paths, pasted)


def _follow(session: EvaluateSession, run: int, report: Report, steps: Iterator[Step]) -> Iterator[View]:
    view: View = {**EMPTY_EVALUATION, "run": run, "status": "running"}
    for step in steps:
        if not session.is_newest(run):
            return
        if step.news:
            view = {**view, "report": describe_report(report)}
        view = session.view = {
            **view,
            "stage": step.stage,
            "share": -1.0 if step.share is None else step.share,
        }
        yield view
        if not session.may_go_on(run):
            break
    if session.is_newest(run):
        status = "done" if session.may_go_on(run) else "stopped"
        session.view = {**view, "status": status, "stage": "", "report": describe_report(report)}
        yield session.view


def measure(
    report: Report,
    translators: Sequence[Translator],
    parts: Sequence[str],
    widths: Sequence[int],
    may_go_on: Callable[[], bool],
) -> Iterator[Step]:
    """Fill a report step by step: translations, scores, then what was asked for besides."""
    yield from _translate(report, translators)
    yield Step("scoring", None)
    _score(report, translators)
    yield Step("scoring", 1.0, news=True)
    for part in parts:
        for system, translator in zip(report.systems, translators, strict=True):
            yield Step(part, None)
            yield from _MEASURES[part](report, system, translator, translators[0], widths, may_go_on)
            yield Step(part, 1.0, news=True)


def _translate(report: Report, translators: Sequence[Translator]) -> Iterator[Step]:
    sentences, done = report.test.sentences, 0
    total = len(sentences) * len(translators)
    for system, translator in zip(report.systems, translators, strict=True):
        start = time.perf_counter()
        chunks = translate_sentences(translator, sentences, report.options, chunk_sentences=CHUNK_SENTENCES)
        for chunk in chunks:
            system.texts += chunk
            done += len(chunk)
            system.seconds = time.perf_counter() - start
            yield Step("translating", done / total)


def _score(report: Report, translators: Sequence[Translator]) -> None:
    references = [sentence.references for sentence in report.test.sentences]
    language, corpus = translators[0].target_language, report.test.corpus()
    for system, translator in zip(report.systems, translators, strict=True):
        pairs = list(zip(system.texts, references, strict=True))
        system.chrf = [score_sentence(text, known, language=language)["chrf"] for text, known in pairs]
        system.exact = 100 * sum(text in known for text, known in pairs) / len(pairs)
        system.loss, _ = mean_loss(translator.checkpoint, translator.checkpoint.model, corpus)
        system.perplexity = 2.718281828459045 ** min(system.loss, LARGEST_LOSS)
        system.scores = score_translations(
            system.texts, references, language=language, bootstrap=BOOTSTRAP_SAMPLES
        )
    if len(report.systems) > 1:
        first, second = (system.texts for system in report.systems)
        report.comparison = compare_systems(first, second, references, language=language)


def _measure_lengths(
    report: Report,
    system: System,
    translator: Translator,
    first: Translator,
    _widths: Sequence[int],
    _may_go_on: Callable[[], bool],
) -> Iterator[Step]:
    """One tokenizer measures the sources for both models, so that their buckets are the same."""
    sentences = report.test.sentences
    system.lengths = score_by_length(
        system.texts,
        [sentence.references for sentence in sentences],
        source_lengths(first, sentences),
        language=translator.target_language,
    )
    yield Step("lengths", 1.0)


def _measure_calibration(
    report: Report,
    system: System,
    translator: Translator,
    _first: Translator,
    _widths: Sequence[int],
    _may_go_on: Callable[[], bool],
) -> Iterator[Step]:
    for kind in CALIBRATION_KINDS:
        for found in measure_calibration(translator, report.test.sentences, kind=kind):
            system.calibration[kind] = found
            yield Step("calibration", None)


def _measure_exposure(
    report: Report,
    system: System,
    translator: Translator,
    _first: Translator,
    _widths: Sequence[int],
    _may_go_on: Callable[[], bool],
) -> Iterator[Step]:
    for found in measure_exposure_bias(translator, report.test.sentences):
        system.exposure = found
        yield Step("exposure", None)


def _measure_widths(
    report: Report,
    system: System,
    translator: Translator,
    _first: Translator,
    widths: Sequence[int],
    may_go_on: Callable[[], bool],
) -> Iterator[Step]:
    options, sentences = report.options, report.test.sentences
    for found in score_by_beam_width(translator, sentences, options, widths, may_go_on=may_go_on):
        system.widths.append(found)
        yield Step("widths", len(system.widths) / len(widths), news=True)


def chosen_sentence(session: EvaluateSession, wanted: Any) -> tuple[str, str] | None:
    """The model and the source that a reader wants to explore, as the browser says it, which may be anything."""
    place = wanted.get("place") if isinstance(wanted, dict) else None
    side = wanted.get("side", 0) if isinstance(wanted, dict) else None
    report = session.report
    if report is None or type(place) is not int or type(side) is not int:
        return None
    if not (0 <= place < len(report.test.sentences) and 0 <= side < len(report.systems)):
        return None
    return report.systems[side].name, report.test.sentences[place].source


def save_sentences(session: EvaluateSession) -> str | None:
    """Path of all sentences as CSV, the worst first; None before there are scores."""
    report = session.report
    return save_file("sentences.csv", as_csv(report.rows())) if report and report.is_scored else None


def save_evaluation(session: EvaluateSession) -> str | None:
    """Path of the whole evaluation as JSON; None before there are scores."""
    report = session.report
    if report is None or not report.is_scored:
        return None
    return save_file("evaluation.json", json.dumps(report.to_json(), ensure_ascii=False, indent=2) + "\n")


def describe_options(options: DecodingOptions) -> str:
    """The search in a word or two: its method, and its width where it has one."""
    return f"{options.method} {options.beam_width}" if options.method == "beam" else options.method


Measure = Callable[
    [Report, System, Translator, Translator, Sequence[int], Callable[[], bool]], Iterator[Step]
]
_MEASURES: Final[Mapping[str, Measure]] = {
    "lengths": _measure_lengths,
    "calibration": _measure_calibration,
    "exposure": _measure_exposure,
    "widths": _measure_widths,
}
