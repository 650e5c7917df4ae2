"""From what the user asked for to a job that can be trained: files read, tokenizers made, model built."""

import time
from collections.abc import Callable
from itertools import chain
from typing import Final

import torch

from seq2seq.checkpoints import (
    CONFIG_FILE,
    GENERAL_TEST_FILE,
    Checkpoint,
    CheckpointInfo,
    read_info,
)
from seq2seq.config import TrainingConfig
from seq2seq.data.corpus import ParallelCorpus
from seq2seq.data.mapped_corpus import digest_files, digest_pairs
from seq2seq.data.readers import read_corpus
from seq2seq.data.tokenizers import load_tokenizer
from seq2seq.errors import TrainingError
from seq2seq.models.architectures import build_model
from seq2seq.training.before_after import cut_test
from seq2seq.training.beginnings import create_run, take_up_start
from seq2seq.training.distributed import ALONE, World
from seq2seq.training.fingerprints import merge_settings, older_fingerprint, run_fingerprint
from seq2seq.training.first_weights import place_known_embeddings, put_first_weights
from seq2seq.training.loop import TrainingJob
from seq2seq.training.pretrained import SIDES
from seq2seq.training.probe import choose_probe
from seq2seq.training.requests import TrainingRequest
from seq2seq.training.runs import Snapshot, forget_events_after, load_snapshot
from seq2seq.training.texts import TrainingText, check_text_fits, open_text

_SHARED_FOLDER_SECONDS: Final = 60.0
"""How long a folder that another machine has made may take to be seen here."""


def prepare_job(
    request: TrainingRequest,
    should_stop: Callable[[], bool] = lambda: False,
    *,
    world: World = ALONE,
    tell: Callable[[str], None] = lambda _: None,
) -> TrainingJob:
    """Read, check and build everything; makes the run's folder when the run is new.

    Args:
        request: what the user asked for.
        should_stop: is asked after every update.
        world: the processes that train together; the first of them makes the folder, and all must see it.
        tell: is told in one sentence what is done with a corpus cache.

    Raises:
        Seq2SeqError: for anything the user can mend: files, settings, a folder in the way, a run to resume
            that was made with other data or settings.
    """
    text = open_text(request, world, tell)
    validation = read_corpus(
        request.validation,
        request.validation_target,
        source_language=request.source_language,
        target_language=request.target_language,
    )
    goes_on = request.resume and request.output.is_dir() and any(request.output.iterdir())
    goes_on = world.from_first(goes_on)
    if not goes_on:
        world.first(lambda: create_run(request, text))
    _see_folder(request, world)
    info = read_info(request.output)
    snapshot = None
    if goes_on:
        info, snapshot = merge_settings(info, request), load_snapshot(request.output)
        check_text_fits(request, info.training or TrainingConfig())
    begun = request
    if goes_on and not snapshot:
        begun = world.first(lambda: take_up_start(request)) or request
    return _build_job(begun, info, (text, validation), snapshot, should_stop, world)


def _see_folder(request: TrainingRequest, world: World) -> None:
    """Make sure that this process sees the run's folder as the first one does."""
    path = request.output / CONFIG_FILE
    wanted = world.from_first(digest_files([path]) if world.leads and path.is_file() else "")
    deadline = time.monotonic() + _SHARED_FOLDER_SECONDS
    while not world.leads and not (path.is_file() and digest_files([path]) == wanted):
        if time.monotonic() > deadline:
            raise TrainingError(
                f"{request.output} is not here what it is for the first process.",
                "All machines need to see the same --output: a folder that they share.",
            )
        time.sleep(0.2)


def _read_tests(request: TrainingRequest) -> dict[str, ParallelCorpus]:
    own = request.output / GENERAL_TEST_FILE
    general = request.general or (own if own.is_file() else None)
    paths = {"test": request.test, "general": general}
    languages = {"source_language": request.source_language, "target_language": request.target_language}
    return {name: cut_test(read_corpus(path, **languages)) for name, path in paths.items() if path}


def _check_data(
    info: CheckpointInfo,
    texts: tuple[TrainingText, ParallelCorpus],
    digest: str,
    snapshot: Snapshot | None,
    world: World,
) -> str:
    """The run's fingerprint, which all processes and the snapshot agree on."""
    fingerprint = run_fingerprint(info, (digest, digest_pairs(texts[1].pairs)))
    step = snapshot.counters.step if snapshot else -1
    if world.from_first([fingerprint, step]) != [fingerprint, step]:
        raise TrainingError(
            f"Process {world.rank} has other data or settings, or another snapshot, than the first one.",
            "Give all machines the same files and the same flags.",
        )
    if snapshot and snapshot.fingerprint != fingerprint:
        older = older_fingerprint(info, chain(texts[0].pairs(), texts[1].pairs))
        if snapshot.fingerprint != older:
            raise TrainingError(
                "This run was started on other data: the training or validation pairs have changed since.",
                "Resume with the same files, or start a new run in another folder.",
            )
    return fingerprint


def _build_job(
    request: TrainingRequest,
    info: CheckpointInfo,
    texts: tuple[TrainingText, ParallelCorpus],
    snapshot: Snapshot | None,
    should_stop: Callable[[], bool],
    world: World,
) -> TrainingJob:
    config, validation = info.training or TrainingConfig(), texts[1]
    source, target = (load_tokenizer(request.output / f"{side}_tokenizer") for side in SIDES)
    encoded = texts[0].encode((source, target), request.output, config)
    fingerprint = _check_data(info, texts, encoded.digest, snapshot, world)
    if world.leads:
        forget_events_after(request.output, snapshot.counters.step if snapshot else -1)
    torch.manual_seed(config.seed)
    model = build_model(
        info.model,
        source_vocabulary_size=info.source_vocabulary_size,
        target_vocabulary_size=info.target_vocabulary_size,
    )
    checkpoint = Checkpoint(
        name=request.output.resolve().name,
        info=info,
        model=model,
        source_tokenizer=source,
        target_tokenizer=target,
    )
    tests = _read_tests(request)
    embeddings = world.first(
        lambda: put_first_weights(request, checkpoint, encoded.pairs, tests, begins=snapshot is None)
    )
    if embeddings is None:
        embeddings = place_known_embeddings(request, checkpoint, begins=False)
    return TrainingJob(
        checkpoint=checkpoint,
        probe=choose_probe(checkpoint, validation, request.probe),
        config=config,
        training=encoded.pairs,
        dropped_pairs=encoded.dropped,
        validation=validation,
        folder=request.output,
        fingerprint=fingerprint,
        snapshot=snapshot,
        split_anew=encoded.split_anew,
        embeddings=embeddings,
        should_stop=should_stop,
        begins_trained=world.from_first(request.start_from is not None),
        tests=tests,
        world=world,
    )
