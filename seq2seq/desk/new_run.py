"""A run before it is one: what was asked for, checked, its pairs written, its command put together."""

import os
import re
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from seq2seq.checkpoints import WEIGHTS_FILE, read_info
from seq2seq.config import ModelConfig, TrainingConfig
from seq2seq.desk.processes import threads_beside_page
from seq2seq.desk.quotas import MEGABYTE, Quotas
from seq2seq.desk.records import (
    CHECKPOINT_FOLDER,
    DATA_FOLDER,
    GENERAL_FILE,
    HELD_OUT_FILE,
    TEST_FILE,
    TRAINING_FILE,
    RunPush,
    RunRecord,
)
from seq2seq.desk.refusals import refusal
from seq2seq.errors import CheckpointError
from seq2seq.flags import flags_of
from seq2seq.hub.names import HubName

LONGEST_NAME: Final = 80
PROGRAM: Final = (sys.executable, "-m", "seq2seq")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NOT_IN_PAIRS: Final = re.compile(r"[\x00-\x1f\x7f]")
Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """What a visitor asks for; ``model`` and ``training`` hold only the settings that were given.

    ``base`` is the folder of a checkpoint that the page offers, never a text that a visitor typed.
    ``general_pairs`` are of what it can do, where it brings none itself. There may be none of these, and no
    ``test_pairs``. ``lesson`` is the name of the lesson that the pairs are of, where they are of one.
    ``embeddings`` are files of pretrained vectors by side, which are copied. ``push_token`` is the one
    that ``push`` goes with; it is kept in memory and given to the child alone.
    """

    name: str
    training_pairs: Pairs
    held_out_pairs: Pairs
    test_pairs: Pairs = ()
    general_pairs: Pairs = ()
    source_language: str = ""
    target_language: str = ""
    model: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    base: Path | None = None
    probe: str = ""
    lesson: str = ""
    embeddings: Mapping[str, Path] = field(default_factory=dict)
    push: RunPush | None = None
    push_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenData:
    """What stands in a run's data folder."""

    training_pairs: int
    held_out_pairs: int
    test_pairs: int
    general_pairs: int
    data_bytes: int


def check_name(name: str) -> str:
    """The name as it was given.

    Raises:
        TrainingError: when it is empty, too long, or has control characters.
    """
    if not name.strip() or len(name) > LONGEST_NAME or _CONTROL.search(name):
        raise refusal("desk_bad_name", limit=LONGEST_NAME, length=len(name))
    return name


def check_settings(new: NewRun, quotas: Quotas) -> dict[str, Any]:
    """The training settings to run with: those given, and the quota's time and the page's threads where left open.

    Raises:
        ConfigError: for settings out of range or contradictory.
        CheckpointError: when the base is no checkpoint.
        TrainingError: for a probe or a time that cannot be.
        HubError: for a name that nothing on the Hub can have.
    """
    if _CONTROL.search(new.probe):
        raise refusal("desk_bad_probe")
    if new.base is not None:
        read_info(new.base)
        if not (new.base / WEIGHTS_FILE).is_file():
            raise CheckpointError(f"{new.base.name} has no weights.", "Choose another checkpoint.")
    if new.push is not None:
        HubName.parse(new.push.to)
    ModelConfig.from_json(new.model)
    return bounded_settings(new.training, quotas)


def bounded_settings(given: Mapping[str, Any], quotas: Quotas) -> dict[str, Any]:
    """The training settings with a time and a number of threads.

    Raises:
        ConfigError: for settings out of range or contradictory.
        TrainingError: when they ask for more time than there is.
    """
    training = TrainingConfig.from_json(given)
    minutes, limit = training.max_minutes, quotas.run_minutes
    if limit and minutes > limit:
        raise refusal("desk_long_run", limit=limit, minutes=minutes)
    values = {**given, "threads": training.threads or threads_beside_page()}
    return {**values, "max_minutes": minutes or limit} if limit else values


def write_data(new: NewRun, folder: Path, quotas: Quotas) -> WrittenData:
    """Write the files of pairs below a run's folder, line by line, and flush them to the disk.

    Raises:
        TrainingError: for a pair that cannot stand in such a file, and for more than the quotas allow.
    """
    (folder / DATA_FOLDER).mkdir()
    counts: list[int] = []
    size = 0
    for part, name, pairs in (
        ("training", TRAINING_FILE, new.training_pairs),
        ("held-out", HELD_OUT_FILE, new.held_out_pairs),
        ("test", TEST_FILE, new.test_pairs),
        ("general", GENERAL_FILE, new.general_pairs),
    ):
        count = 0
        with (folder / DATA_FOLDER / name).open("wb") as file:
            for count, pair in enumerate(pairs, 1):
                line = _line(pair, part, count)
                size += len(line)
                _check_size(sum(counts) + count, size, quotas)
                file.write(line)
            file.flush()
            os.fsync(file.fileno())
        if not count and part in ("training", "held-out"):
            raise refusal("desk_no_pairs", part=part)
        counts.append(count)
    for side, path in new.embeddings.items():
        shutil.copyfile(path, embeddings_file(folder, side, path.name))
    names = ("training_pairs", "held_out_pairs", "test_pairs", "general_pairs")
    return WrittenData(**dict(zip(names, counts, strict=True)), data_bytes=size)


def embeddings_file(folder: Path, side: str, name: str) -> Path:
    """Where a run keeps a side's vectors; of the visitor's name for them only whether they are packed."""
    packed = ".gz" if name.lower().endswith(".gz") else ""
    return folder / DATA_FOLDER / f"{side}_embeddings.vec{packed}"


def training_command(
    program: Sequence[str], folder: Path, record: RunRecord, *, resume: bool = False
) -> tuple[str, ...]:
    """The command that trains a run: an argument for everything, nothing for a shell to read."""
    files = {
        "train": folder / DATA_FOLDER / TRAINING_FILE,
        "validation": folder / DATA_FOLDER / HELD_OUT_FILE,
        "output": folder / CHECKPOINT_FOLDER,
        "start_from": record.base,
        "source_language": record.source_language,
        "target_language": record.target_language,
        "probe": record.probe,
        "test": folder / DATA_FOLDER / TEST_FILE if record.test_pairs else "",
        "general": folder / DATA_FOLDER / GENERAL_FILE if record.general_pairs else "",
        **{
            f"{side}_embeddings": embeddings_file(folder, side, name)
            for side, name in record.embeddings.items()
        },
    }
    given = {name: value for name, value in files.items() if value}
    words = [*program, "train", *flags_of(given), *flags_of(record.model), *flags_of(record.training)]
    words += _push_flags(record.push)
    return (*words, "--resume") if resume else tuple(words)


def _push_flags(push: Mapping[str, Any]) -> list[str]:
    if not push:
        return []
    switches = {"--push-private": push["private"], "--every-best": push["every_best"]}
    told = flags_of({"push_to": push["to"], "push_license": push["licence"]})
    return [*told, *(flag for flag, is_on in switches.items() if is_on)]


def _line(pair: tuple[str, str], part: str, number: int) -> bytes:
    if any(not side.strip() or _NOT_IN_PAIRS.search(side) for side in pair):
        raise refusal("desk_bad_pair", number=number, part=part)
    try:
        return f"{pair[0]}\t{pair[1]}\n".encode()
    except UnicodeEncodeError as problem:  # half of a surrogate pair
        raise refusal("desk_bad_pair", number=number, part=part) from problem


def _check_size(pairs: int, size: int, quotas: Quotas) -> None:
    if quotas.pairs and pairs > quotas.pairs:
        raise refusal("desk_many_pairs", limit=quotas.pairs)
    if quotas.data_megabytes and size > quotas.data_megabytes * MEGABYTE:
        raise refusal("desk_large_data", limit=quotas.data_megabytes)
