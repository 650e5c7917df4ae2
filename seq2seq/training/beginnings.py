"""How a run begins: its folder with settings and tokenizers, and a note of what its first weights are.

``start.json`` in the folder names the checkpoint and the files of embeddings that the first weights come from, so
that a run killed before its first snapshot begins again with the same ones, also where they are not named again.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

from seq2seq.checkpoints import (
    GENERAL_TEST_FILE,
    WEIGHTS_FILE,
    CheckpointInfo,
    create_checkpoint,
    load_checkpoint,
)
from seq2seq.config import LEARNING_RATES, ModelConfig, TrainingConfig
from seq2seq.data.corpus import SentencePair
from seq2seq.data.mapped_corpus import digest_files
from seq2seq.data.tokenizers import Tokenizer, train_tokenizer
from seq2seq.errors import ConfigError, TrainingError
from seq2seq.stored_files import read_json
from seq2seq.training.pretrained import SIDES, check_embeddings
from seq2seq.training.requests import TrainingRequest
from seq2seq.training.texts import TrainingText, check_text_fits

START_FILE: Final = "start.json"
FIXED_BY_TOKENIZER: Final = ("tokenizer", "vocabulary_size", "shared_vocabulary", "byte_fallback")
"""Settings that come with the checkpoint a run starts from, like those of its network but the dropout."""


def create_run(request: TrainingRequest, text: TrainingText) -> None:
    """Make the folder of a new run, with all but weights.

    Raises:
        Seq2SeqError: for settings and files that do not fit, and a folder that is not empty.
    """
    create = _create_run if request.start_from is None else _create_run_from
    create(request, text)


def take_up_start(request: TrainingRequest) -> TrainingRequest:
    """The request with the first weights of a run that begins again, from its note.

    Raises:
        ConfigError: when the request names other ones, or the checkpoint is not what it was.
        TrainingError: when the note is damaged.
    """
    if not (request.output / START_FILE).exists():  # a run of before there was such a note
        return request
    note = _read_note(request.output / START_FILE)
    if not note["weights"] and request.start_from is not None:
        raise ConfigError(
            [f"The run in {request.output} did not start from a checkpoint."],
            "Leave --start-from out, or start a new run in another folder.",
        )
    if note["weights"]:
        request = replace(request, start_from=_same_start(request, note))
    given, before = request.embeddings, {side: Path(path) for side, path in note["embeddings"].items()}
    if given and {s: path.name for s, path in given.items()} != {s: path.name for s, path in before.items()}:
        names = " and ".join(path.name for path in before.values()) or "no embeddings"
        raise ConfigError(
            [f"The run in {request.output} was started with {names}."],
            "Give the same files again or none, or start a new run in another folder.",
        )
    files = {f"{side}_embeddings": path for side, path in (given or before).items()}
    return replace(request, **cast(dict[str, Any], files))


def _same_start(request: TrainingRequest, note: Mapping[str, Any]) -> Path:
    """The checkpoint of the note, or the one that is named now when it has the same weights."""
    path = request.start_from or Path(note["start_from"])
    weights = path / WEIGHTS_FILE
    if not weights.is_file():
        raise ConfigError(
            [f"The run in {request.output} starts from {path}, which is no longer there."],
            "Name the place where it is now with --start-from, or start a new run in another folder.",
        )
    if digest_files([weights]) != note["weights"]:
        raise ConfigError(
            [f"The run in {request.output} started from other weights than {path} has now."],
            "Name the checkpoint it started from, or start a new run in another folder.",
        )
    return path


def _note_of(request: TrainingRequest) -> dict[str, Any]:
    start = request.start_from
    return {
        "start_from": str(start.resolve()) if start else "",
        "weights": digest_files([start / WEIGHTS_FILE]) if start else "",
        "embeddings": {side: str(path.resolve()) for side, path in request.embeddings.items()},
    }


def _read_note(path: Path) -> dict[str, Any]:
    note = read_json(path)
    texts = [note.get("start_from"), note.get("weights")]
    embeddings = note.get("embeddings")
    if not isinstance(embeddings, dict) or not set(embeddings) <= set(SIDES):
        raise TrainingError(f"{path} is damaged.", "Start again in a new folder.")
    if not all(isinstance(text, str) for text in (*texts, *embeddings.values())):
        raise TrainingError(f"{path} is damaged.", "Start again in a new folder.")
    return note


def _create_run(request: TrainingRequest, text: TrainingText) -> None:
    model = ModelConfig.from_json(request.model)
    training = _with_learning_rate(request.training, model)
    check_embeddings(request.embeddings, model, training)
    check_text_fits(request, training)
    source, target = _train_tokenizers(text.sample(training.seed), training)
    if model.tie_embeddings == "all" and not training.shared_vocabulary:
        raise ConfigError(
            ["tie_embeddings all needs shared_vocabulary, because source and target use one matrix."],
            "Set tie_embeddings to target or none.",
        )
    info = CheckpointInfo(
        model=model,
        source_vocabulary_size=source.size,
        target_vocabulary_size=target.size,
        source_language=text.source_language,
        target_language=text.target_language,
        training=training,
    )
    create_checkpoint(request.output, info, source, target, start=_note_of(request))


def _create_run_from(request: TrainingRequest, text: TrainingText) -> None:
    """A new run with the network and tokenizers of ``start_from``."""
    if request.embeddings:
        raise ConfigError(
            [f"The embeddings come with {request.start_from}."], "Leave the files of embeddings out."
        )
    start_from = cast(Path, request.start_from)
    base = load_checkpoint(start_from)
    network, inherited = settings_of_start(base.info)
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
        source_language=text.source_language or base.info.source_language,
        target_language=text.target_language or base.info.target_language,
    )
    check_text_fits(request, cast(TrainingConfig, info.training))
    tokenizers = base.source_tokenizer, base.target_tokenizer
    create_checkpoint(request.output, info, *tokenizers, start=_note_of(request))
    if (start_from / GENERAL_TEST_FILE).is_file():  # also for what is trained from this one some day
        shutil.copyfile(start_from / GENERAL_TEST_FILE, request.output / GENERAL_TEST_FILE)


def settings_of_start(info: CheckpointInfo) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings that come with the checkpoint a run starts from: of its network, and of its tokenizers."""
    training = (info.training or TrainingConfig()).to_json()
    return info.model.to_json(), {name: training[name] for name in FIXED_BY_TOKENIZER}


def _with_learning_rate(values: Mapping[str, Any], model: ModelConfig) -> TrainingConfig:
    """The training settings, with the learning rate that suits the network where none is set."""
    training = TrainingConfig.from_json(values)
    return replace(training, learning_rate=training.learning_rate or LEARNING_RATES[model.architecture])


def _train_tokenizers(pairs: Sequence[SentencePair], config: TrainingConfig) -> tuple[Tokenizer, Tokenizer]:
    sources = [pair.source for pair in pairs]
    targets = [pair.target for pair in pairs]

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
