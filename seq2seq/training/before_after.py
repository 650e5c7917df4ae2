"""A run measured on sentences that it neither trains on nor is chosen by: before, after, and what was forgotten.

Two tests: ``test``, of the same kind as the training data, and ``general``, of what the checkpoint could do that a
fine-tuning starts from. Held-out pairs serve neither purpose, because the best weights are chosen by them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

from seq2seq.checkpoints import WEIGHTS_FILE, Checkpoint, load_checkpoint, read_scores, save_scores
from seq2seq.data.corpus import ParallelCorpus, group_references
from seq2seq.errors import CheckpointError
from seq2seq.evaluation.checkpoint_scores import score_test
from seq2seq.evaluation.comparison import Comparison, compare_systems
from seq2seq.evaluation.metrics import score_translations
from seq2seq.evaluation.sentences import (
    JudgedSentence,
    SourceSentence,
    gather_sentences,
    judge_sentences,
    translate_sentences,
    worst_sentences,
)
from seq2seq.options import DecodingOptions
from seq2seq.stored_files import read_json, write_json
from seq2seq.training.events import ScoredMetric, ScoredTest, SentenceChanged
from seq2seq.translator import Translator

BEFORE_FILE: Final = "before.json"
TESTS: Final = ("test", "general")
VERDICTS: Final = ("better", "worse", "undecided")
MOST_TESTED: Final = 500
"""Different sources of a test that are translated."""
METER_SENTENCES: Final = 100
"""Those of the general test that are translated at every validation."""
SHOWN_CHANGES: Final = 25
"""Sentences that are told from either end of the table."""
BOOTSTRAP_SAMPLES: Final = 1000
_VERDICT_OF: Final = dict(zip(("second", "first", "undecided"), VERDICTS, strict=True))
_SEARCH: Final = DecodingOptions(method="greedy")
Tests = Mapping[str, ParallelCorpus]


def cut_test(corpus: ParallelCorpus) -> ParallelCorpus:
    """The pairs of the first 500 different sources."""
    kept = set(list(group_references(corpus))[:MOST_TESTED])
    return replace(corpus, pairs=tuple(pair for pair in corpus.pairs if pair.source in kept))


def keep_translations(checkpoint: Checkpoint, tests: Tests, folder: Path) -> None:
    """Translate the tests with the weights that a run begins with, for `score_tests` at its end."""
    if tests:
        texts = {name: _translate(checkpoint, gather_sentences(test)) for name, test in tests.items()}
        write_json(folder / BEFORE_FILE, texts)


def meter_scores(checkpoint: Checkpoint, tests: Tests) -> dict[str, float]:
    """``general_bleu`` and ``general_chrf`` of the general test's first sentences; empty where there is none."""
    if "general" not in tests:
        return {}
    sentences = gather_sentences(tests["general"])[:METER_SENTENCES]
    texts = _translate(checkpoint, sentences)
    references = [sentence.references for sentence in sentences]
    scores = score_translations(texts, references, language=checkpoint.info.target_language)
    return {f"general_{name}": scores[name].value for name in ("bleu", "chrf")}


def score_tests(folder: Path, tests: Tests) -> Iterator[ScoredTest]:
    """Translate the tests with the best weights and compare them with those that the run began with.

    The scores of the test go to scores.json, and from there into the model card.

    Args:
        folder: the run's; with ``before.json`` where the run is a fine-tuning.
        tests: by name.
    """
    if not tests or not (folder / WEIGHTS_FILE).is_file():
        return
    translator, known = Translator(load_checkpoint(folder)), _read_before(folder)
    language, step = translator.target_language, int(read_scores(folder).get("step", 0))
    for name, test in tests.items():
        sentences = gather_sentences(test)
        after = _translate(translator.checkpoint, sentences)
        if name == "test":
            _keep_scores(folder, translator, test, sentences, after)
        before = known.get(name)
        yield (
            _without_before(name, step, sentences, after, language)
            if before is None or len(before) != len(sentences)
            else _with_before(name, step, sentences, (before, after), language)
        )


def _translate(checkpoint: Checkpoint, sentences: tuple[SourceSentence, ...]) -> list[str]:
    training = checkpoint.model.training
    texts = list(chain.from_iterable(translate_sentences(Translator(checkpoint), sentences, _SEARCH)))
    checkpoint.model.train(training)
    return texts


def _read_before(folder: Path) -> dict[str, Any]:
    try:
        return read_json(folder / BEFORE_FILE) if (folder / BEFORE_FILE).exists() else {}
    except CheckpointError:  # a comparison less, and no reason to lose the run
        return {}


def _keep_scores(
    folder: Path,
    translator: Translator,
    test: ParallelCorpus,
    sentences: tuple[SourceSentence, ...],
    texts: list[str],
) -> None:
    found = score_test(translator, test, sentences, texts, options=_SEARCH, seconds=0.0)
    save_scores(folder, {**read_scores(folder), "test": {"greedy": found.summary()}})


def _without_before(
    name: str, step: int, sentences: tuple[SourceSentence, ...], texts: list[str], language: str
) -> ScoredTest:
    references = [sentence.references for sentence in sentences]
    scores = score_translations(texts, references, language=language, bootstrap=BOOTSTRAP_SAMPLES)
    judged = worst_sentences(judge_sentences(sentences, texts, language=language))
    return ScoredTest(
        step=step,
        test=name,
        sentences=len(sentences),
        metrics=tuple(
            ScoredMetric(
                name=metric,
                after=score.value,
                after_half_width=score.interval.half_width if score.interval else None,
                signature=score.signature,
            )
            for metric, score in scores.items()
        ),
        exact_after=_share_exact(judged),
        changes=tuple(
            SentenceChanged(
                source=each.source,
                reference=each.references[0],
                before=None,
                after=each.translation,
                change=each.chrf,
            )
            for each in judged[:SHOWN_CHANGES]
        ),
    )


def _with_before(
    name: str,
    step: int,
    sentences: tuple[SourceSentence, ...],
    texts: tuple[list[str], list[str]],
    language: str,
) -> ScoredTest:
    found = compare_systems(
        *texts,
        [sentence.references for sentence in sentences],
        sources=[sentence.source for sentence in sentences],
        language=language,
        samples=BOOTSTRAP_SAMPLES,
    )
    exact = [
        100
        * sum(text in sentence.references for text, sentence in zip(translations, sentences, strict=True))
        / len(sentences)
        for translations in texts
    ]
    return ScoredTest(
        step=step,
        test=name,
        sentences=len(sentences),
        metrics=_compared_metrics(found),
        exact_before=exact[0],
        exact_after=exact[1],
        better=found.better,
        worse=found.worse,
        equal=found.equal,
        changes=_told_changes(found),
    )


def _compared_metrics(found: Comparison) -> tuple[ScoredMetric, ...]:
    return tuple(
        ScoredMetric(
            name=name,
            before=metric.first,
            before_half_width=metric.first_interval.half_width if metric.first_interval else None,
            after=metric.second,
            after_half_width=metric.second_interval.half_width if metric.second_interval else None,
            p_value=metric.p_value,
            verdict=_VERDICT_OF[metric.verdict],
            signature=metric.signature,
        )
        for name, metric in found.metrics.items()
    )


def _told_changes(found: Comparison) -> tuple[SentenceChanged, ...]:
    """The greatest losses and the greatest gains, in the order of their change; none that did not change."""
    changed = [each for each in found.changes if each.first != each.second]
    if len(changed) > 2 * SHOWN_CHANGES:
        changed = [*changed[:SHOWN_CHANGES], *changed[-SHOWN_CHANGES:]]
    return tuple(
        SentenceChanged(
            source=each.source,
            reference=each.references[0],
            before=each.first,
            after=each.second,
            change=each.change,
        )
        for each in changed
    )


def _share_exact(judged: list[JudgedSentence]) -> float:
    return 100 * sum(each.exact for each in judged) / len(judged)
