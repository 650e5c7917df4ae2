"""From what the user asked for to a job that can be trained: files read, tokenizers made, model built."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import torch

from seq2seq.checkpoints import (
    GENERAL_TEST_FILE,
    Checkpoint,
    CheckpointInfo,
    create_checkpoint,
    load_checkpoint,
    read_info,
)
from seq2seq.config import LEARNING_RATES, ModelConfig, TrainingConfig
from seq2seq.data.batches import encode_corpus
from seq2seq.data.corpus import ParallelCorpus
from seq2seq.data.readers import read_corpus
from seq2seq.data.tokenizers import Tokenizer, load_tokenizer, train_tokenizer
from seq2seq.errors import ConfigError, TrainingError
from seq2seq.models.architectures import build_model
from seq2seq.training.before_after import cut_test, keep_translations
from seq2seq.training.loop import TrainingJob
from seq2seq.training.pretrained import check_embeddings, place_embeddings
from seq2seq.training.probe import choose_probe
from seq2seq.training.runs import Snapshot, forget_events_after, load_snapshot

CHANGEABLE_ON_RESUME = frozenset(
    {"epochs", "max_steps", "max_minutes", "patience", "threads", "device", "save_every_seconds", "log_every"}
)
"""Settings that may differ when a run goes on; every other one is part of what the run is."""
ADDED_LATER = {"freeze_embeddings": False}
"""Settings that older runs do not know, with what those did: a snapshot made before them can still be resumed."""
FIXED_BY_TOKENIZER = ("tokenizer", "vocabulary_size", "shared_vocabulary", "byte_fallback")
"""Settings that come with the checkpoint a run starts from, like those of its network but the dropout."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRequest:
    """What the user asked for; ``model`` and ``training`` hold only the settings that were given.

    ``start_from`` is a checkpoint whose weights, tokenizers and network a new run takes over; its optimiser
    starts afresh. ``probe`` is a sentence whose attention is kept at every validation; where it is empty, a
    short held-out source is taken. ``source_embeddings`` and ``target_embeddings`` are files of pretrained
    vectors. ``test`` and ``general`` are pairs to measure the run on at its end, as `before_after` has it; where
    ``general`` is left out, that of ``start_from`` is taken.
    """

    train: Path
    validation: Path
    output: Path
    train_target: Path | None = None
    validation_target: Path | None = None
    source_language: str = ""
    target_language: str = ""
    resume: bool = False
    start_from: Path | None = None
    probe: str = ""
    model: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    source_embeddings: Path | None = None
    target_embeddings: Path | None = None
    test: Path | None = None
    general: Path | None = None

    @property
    def embeddings(self) -> dict[str, Path]:
        """The files of pretrained embeddings by side."""
        sides = {"source": self.source_embeddings, "target": self.target_embeddings}
        return {side: path for side, path in sides.items() if path is not None}


def prepare_job(request: TrainingRequest, should_stop: Callable[[], bool] = lambda: False) -> TrainingJob:
    """Read, check and build everything; makes the run's folder when the run is new.

    Raises:
        Seq2SeqError: for anything the user can mend: files, settings, a folder in the way, a run to resume
            that was made with other data or settings.
    """
    corpora = _read_corpora(request)
    if request.resume and request.output.is_dir() and any(request.output.iterdir()):
        info = read_info(request.output)
        info = replace(info, **_merged_settings(info, request))
        snapshot = load_snapshot(request.output)
    else:
        create = _create_run if request.start_from is None else _create_run_from
        info, snapshot = create(request, corpora[0]), None
    fingerprint = _fingerprint(info, corpora)
    _check_snapshot(snapshot, fingerprint)
    forget_events_after(request.output, snapshot.counters.step if snapshot else -1)
    return _build_job(request, info, corpora, fingerprint, snapshot, should_stop)


def _read_corpora(request: TrainingRequest) -> tuple[ParallelCorpus, ParallelCorpus]:
    languages = {"source_language": request.source_language, "target_language": request.target_language}
    return (
        read_corpus(request.train, request.train_target, **languages),
        read_corpus(request.validation, request.validation_target, **languages),
    )


def _create_run(request: TrainingRequest, corpus: ParallelCorpus) -> CheckpointInfo:
    model = ModelConfig.from_json(request.model)
    training = _with_learning_rate(request.training, model)
    check_embeddings(request.embeddings, model, training)
    source, target = _train_tokenizers(corpus, training)
    if model.tie_embeddings == "all" and not training.shared_vocabulary:
        raise ConfigError(
            ["tie_embeddings all needs shared_vocabulary, because source and target use one matrix."],
            "Set tie_embeddings to target or none.",
        )
    info = CheckpointInfo(
        model=model,
        source_vocabulary_size=source.size,
        target_vocabulary_size=target.size,
        source_language=corpus.source_language,
        target_language=corpus.target_language,
        training=training,
    )
    create_checkpoint(request.output, info, source, target)
    return info


def _create_run_from(request: TrainingRequest, corpus: ParallelCorpus) -> CheckpointInfo:
    """A new run with the network and tokenizers of ``start_from``."""
    if request.embeddings:
        raise ConfigError(
            [f"The embeddings come with {request.start_from}."], "Leave the files of embeddings out."
        )
    start_from = cast(Path, request.start_from)
    base = load_checkpoint(start_from)
    network, training = base.info.model.to_json(), (base.info.training or TrainingConfig()).to_json()
    inherited = {name: training[name] for name in FIXED_BY_TOKENIZER}
    fixed = {name: value for name, value in (network | inherited).items() if name != "dropout"}
    given = {**request.model, **request.training}
    refused = [name for name, value in fixed.items() if given.get(name, value) != value]
    if refused:
        raise ConfigError(
            [f"{name} comes with {request.start_from}: there it is {fixed[name]!r}." for name in refused],
            "Leave these flags out, or start without a checkpoint.",
        )
    info = replace(
        base.info,
        model=ModelConfig.from_json({**network, **request.model}),
        training=_with_learning_rate({**inherited, **request.training}, base.info.model),
        source_language=corpus.source_language or base.info.source_language,
        target_language=corpus.target_language or base.info.target_language,
    )
    create_checkpoint(request.output, info, base.source_tokenizer, base.target_tokenizer)
    if (start_from / GENERAL_TEST_FILE).is_file():  # also for what is trained from this one some day
        shutil.copyfile(start_from / GENERAL_TEST_FILE, request.output / GENERAL_TEST_FILE)
    return info


def _read_tests(request: TrainingRequest) -> dict[str, ParallelCorpus]:
    own = request.output / GENERAL_TEST_FILE
    general = request.general or (own if own.is_file() else None)
    paths = {"test": request.test, "general": general}
    languages = {"source_language": request.source_language, "target_language": request.target_language}
    return {name: cut_test(read_corpus(path, **languages)) for name, path in paths.items() if path}


def _with_learning_rate(values: Mapping[str, Any], model: ModelConfig) -> TrainingConfig:
    """The training settings, with the learning rate that suits the network where none is set."""
    training = TrainingConfig.from_json(values)
    return replace(training, learning_rate=training.learning_rate or LEARNING_RATES[model.architecture])


def _train_tokenizers(corpus: ParallelCorpus, config: TrainingConfig) -> tuple[Tokenizer, Tokenizer]:
    sources = [pair.source for pair in corpus.pairs]
    targets = [pair.target for pair in corpus.pairs]

    def learn(texts: list[str]) -> Tokenizer:
        return train_tokenizer(
            config.tokenizer,
            texts,
            vocabulary_size=config.vocabulary_size,
            byte_fallback=config.byte_fallback,
        )

    if config.shared_vocabulary:
        shared = learn(sources + targets)
        return shared, shared
    return learn(sources), learn(targets)


def _merged_settings(info: CheckpointInfo, request: TrainingRequest) -> dict[str, Any]:
    """The stored settings with the changes that a resumed run allows."""
    stored = (info.training or TrainingConfig()).to_json()
    given = {**request.training, **request.model}
    before = {**info.model.to_json(), **stored}
    changed = [name for name, value in given.items() if before.get(name) != value]
    refused = sorted(name for name in changed if name not in CHANGEABLE_ON_RESUME)
    if refused:
        raise ConfigError(
            [
                f"The run in {request.output} was started with {name} {before.get(name)!r}."
                for name in refused
            ],
            "Leave these flags out to resume, or start a new run in another folder.",
        )
    return {"training": TrainingConfig.from_json({**stored, **request.training})}


def _fingerprint(info: CheckpointInfo, corpora: tuple[ParallelCorpus, ParallelCorpus]) -> str:
    training = (info.training or TrainingConfig()).to_json()
    fixed = {
        name: value
        for name, value in training.items()
        if name not in CHANGEABLE_ON_RESUME and not (name in ADDED_LATER and value == ADDED_LATER[name])
    }
    digest = hashlib.sha256(json.dumps([info.model.to_json(), fixed], sort_keys=True).encode())
    for corpus in corpora:
        for pair in corpus.pairs:
            digest.update(f"{pair.source}\t{pair.target}\n".encode())
    return digest.hexdigest()


def _check_snapshot(snapshot: Snapshot | None, fingerprint: str) -> None:
    if snapshot and snapshot.fingerprint != fingerprint:
        raise TrainingError(
            "This run was started on other data: the training or validation pairs have changed since.",
            "Resume with the same files, or start a new run in another folder.",
        )


def _build_job(
    request: TrainingRequest,
    info: CheckpointInfo,
    corpora: tuple[ParallelCorpus, ParallelCorpus],
    fingerprint: str,
    snapshot: Snapshot | None,
    should_stop: Callable[[], bool],
) -> TrainingJob:
    config = info.training or TrainingConfig()
    source_tokenizer = load_tokenizer(request.output / "source_tokenizer")
    target_tokenizer = load_tokenizer(request.output / "target_tokenizer")
    training, dropped = encode_corpus(
        corpora[0], source_tokenizer, target_tokenizer, maximum_tokens=config.maximum_tokens
    )
    torch.manual_seed(config.seed)
    model = build_model(
        info.model,
        source_vocabulary_size=info.source_vocabulary_size,
        target_vocabulary_size=info.target_vocabulary_size,
    )
    if request.start_from is not None and snapshot is None:
        model.load_state_dict(load_checkpoint(request.start_from).model.state_dict())
    tokenizers = {"source": source_tokenizer, "target": target_tokenizer}
    embeddings = place_embeddings(
        request.output, request.embeddings, model, tokenizers, begins=snapshot is None
    )
    checkpoint = Checkpoint(
        name=request.output.resolve().name,
        info=info,
        model=model,
        source_tokenizer=source_tokenizer,
        target_tokenizer=target_tokenizer,
    )
    tests = _read_tests(request)
    if request.start_from is not None and snapshot is None:
        keep_translations(checkpoint, tests, request.output)
    return TrainingJob(
        checkpoint=checkpoint,
        probe=choose_probe(checkpoint, corpora[1], request.probe),
        config=config,
        corpus=corpora[0],
        training=training,
        dropped_pairs=dropped,
        validation=corpora[1],
        folder=request.output,
        fingerprint=fingerprint,
        snapshot=snapshot,
        embeddings=embeddings,
        should_stop=should_stop,
        begins_trained=request.start_from is not None,
        tests=tests,
    )
