"""What the Train tab does with runs, as functions on plain values."""

import math
import re
import zipfile
from pathlib import Path
from typing import Any, Final

from seq2seq.checkpoints import GENERAL_TEST_FILE
from seq2seq.config import ModelConfig, TrainingConfig
from seq2seq.data.readers import read_corpus
from seq2seq.desk.desk import Desk
from seq2seq.desk.new_run import NewRun, Pairs
from seq2seq.desk.visitors import Visitor
from seq2seq.errors import Seq2SeqError
from seq2seq.publishing.licences import check_licence
from seq2seq.settings import Setting
from seq2seq.training.estimate import Estimate
from seq2seq.ui.downloads import new_file
from seq2seq.ui.feedback import describe_problem, refusal
from seq2seq.ui.model_room import Account
from seq2seq.ui.run_shelf import RUN_PREFIX
from seq2seq.ui.shelf import CheckpointShelf
from seq2seq.ui.strings import text
from seq2seq.ui.train_data import DataSession, Progress
from seq2seq.ui.train_lessons import LESSON_PRESET, lesson_settings
from seq2seq.ui.train_presets import MINUTES, preset_settings
from seq2seq.ui.train_view import EMPTY_TRAIN, View, show_run, status_of
from seq2seq.ui.train_wish import Wish

LONGEST_PROBE_CHARACTERS: Final = 200
STARTS: Final = ("fine_tune", "new")
PRESETS: Final = (*MINUTES, LESSON_PRESET)
PACKED: Final = (
    "config.json", "model.safetensors", "source_tokenizer", "target_tokenizer", "scores.json", "README.md",
)  # fmt: skip
FOLDERS: Final = re.compile(r"(?<=[\s'\"`])/(?:[^\s'\"`/]+/)+")
"""Of paths in a command; a card that is handed out does not tell where things lie on the server."""
HEADING: Final = re.compile(r"^# .*$", re.MULTILINE)
MARKED: Final = re.compile(r"[\\`*_{}\[\]<>()#+!|~&]")
"""What Markdown or HTML would read as more than text."""
MODEL_SETTINGS: Final = {setting.name: setting for setting in ModelConfig.settings()}
TRAINING_SETTINGS: Final = {setting.name: setting for setting in TrainingConfig.settings()}
SETTINGS: Final = {**MODEL_SETTINGS, **TRAINING_SETTINGS}


def build_new_run(
    desk: Desk,
    bundled: CheckpointShelf,
    visitor: Visitor,
    data: DataSession,
    wish: Wish,
    progress: Progress = lambda share: None,
) -> NewRun:
    """The run that a form asks for; its pairs are not gone through yet, ``progress`` tells when they are.

    Raises:
        Seq2SeqError: for data that was not examined, and settings that cannot be.
    """
    parts, probe = data.pairs(wish.drop, progress), wish.probe.strip()
    if len(probe) > LONGEST_PROBE_CHARACTERS:
        raise refusal("train_long_probe", length=len(probe), limit=LONGEST_PROBE_CHARACTERS)
    fine_tuning = wish.start == "fine_tune"
    if wish.start not in STARTS or wish.preset not in PRESETS:
        raise refusal("train_no_start")
    base, general = find_base(desk, bundled, visitor, wish.base) if fine_tuning else (None, ())
    model, training = usual_settings(data, wish.preset, fine_tuning=fine_tuning)
    if fine_tuning and wish.embeddings:
        raise refusal("train_embeddings_new")
    if wish.push is not None:
        check_licence(wish.push.licence, wish.push.to)
    given = {name: str(value).strip() for name, value in wish.settings.items() if value is not None}
    read = {name: read_setting(SETTINGS[name], words) for name, words in given.items() if words}
    model |= {name: read[name] for name in read.keys() & MODEL_SETTINGS}
    training |= {name: read[name] for name in read.keys() & TRAINING_SETTINGS}
    return NewRun(
        name=wish.name,
        training_pairs=parts.training,
        held_out_pairs=parts.held_out,
        test_pairs=parts.test,
        general_pairs=general,
        source_language=data.checks.source_language,
        target_language=data.checks.target_language,
        model=model,
        training=training,
        base=base,
        lesson=data.lesson,
        probe=probe,
        embeddings={side: Path(path) for side, path in wish.embeddings.items()},
        push=wish.push,
        push_token=wish.account.token() if wish.push else "",
    )


def usual_settings(
    data: DataSession, preset: str, *, fine_tuning: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What settings that are left open become.

    Raises:
        InputError: for a lesson's settings without its data, or for a model that has its own.
    """
    if preset == LESSON_PRESET:
        if fine_tuning or not data.lesson:
            raise refusal("train_lesson_settings")
        return lesson_settings(data.lesson)
    model, training = preset_settings(preset, *data.size(), fine_tuning=fine_tuning)
    return model, training | ({"metric": "chrf"} if data.is_beyond_bleu else {})


def find_base(desk: Desk, bundled: CheckpointShelf, visitor: Visitor, name: str) -> tuple[Path, Pairs]:
    """The folder of a bundled checkpoint or of the visitor's own run, and a general test where it brings none.

    Raises:
        Seq2SeqError: when there is no such checkpoint.
    """
    if not name.startswith(RUN_PREFIX):
        return bundled.folder(name), ()
    run = name.removeprefix(RUN_PREFIX)
    folder, test = desk.checkpoint(visitor, run), desk.test_file(visitor, run)
    if (folder / GENERAL_TEST_FILE).is_file() or not test.is_file():
        return folder, ()
    return folder, [(pair.source, pair.target) for pair in read_corpus(test).pairs]


def base_folder(
    desk: Desk, bundled: CheckpointShelf, visitor: Visitor, start: str | None, base: str | None
) -> Path | None:
    """The folder of the checkpoint that is chosen to fine-tune; None for a new model or one that is not there."""
    if start != STARTS[0]:
        return None
    try:
        return find_base(desk, bundled, visitor, base or "")[0]
    except Seq2SeqError:
        return None


def test_of_run(desk: Desk, bundled: CheckpointShelf, visitor: Visitor, run: str | None) -> tuple[str, str]:
    """The bundled model that a run began with, or empty, and its test pairs as tab-separated lines.

    Raises:
        Seq2SeqError: when the visitor has no such run or it has no weights yet.
    """
    desk.checkpoint(visitor, run or "")
    shown, _ = desk.follow(visitor, run or "")
    base, test = Path(shown.record.base), desk.test_file(visitor, run or "")
    names = (name for name in bundled.names() if bundled.folder(name).resolve() == base)
    return next(names, ""), test.read_text("utf-8") if test.is_file() else ""


def list_bases(
    desk: Desk, bundled: CheckpointShelf, visitor: Visitor, language: str
) -> list[tuple[str, str]]:
    """The checkpoints that a run may start from: the bundled ones, and those of the visitor's runs."""
    runs = [shown.record for shown in desk.list_runs(visitor) if shown.has_weights]
    return [
        *((bundled.label(name, language), name) for name in bundled.names()),
        *((text("train_base_run", language).format(name=run.name), f"{RUN_PREFIX}{run.id}") for run in runs),
    ]


def start_run(
    desk: Desk,
    bundled: CheckpointShelf,
    visitor: Visitor,
    data: DataSession,
    language: str,
    wish: Wish,
    progress: Progress = lambda share: None,
) -> tuple[str, str]:
    """Put a run into the queue: its id and no message, or no id and what is wrong."""
    try:
        return desk.create(visitor, build_new_run(desk, bundled, visitor, data, wish, progress)), ""
    except Seq2SeqError as problem:
        return "", describe_problem(problem, language)


def estimate_run(
    desk: Desk,
    bundled: CheckpointShelf,
    visitor: Visitor,
    data: DataSession,
    language: str,
    wish: Wish,
    progress: Progress = lambda share: None,
) -> str:
    """What a run would take, in one sentence."""
    try:
        found = desk.estimate(visitor, build_new_run(desk, bundled, visitor, data, wish, progress))
    except Seq2SeqError as problem:
        return describe_problem(problem, language)
    return say_estimate(found, language)


def say_estimate(found: Estimate, language: str) -> str:
    """An estimate in words."""
    return text("train_estimated", language).format(
        parameters=f"{found.parameters:,}",
        megabytes=f"{found.memory_bytes / 1e6:,.0f}",
        speed=f"{found.tokens_per_second:,.0f}",
        minutes=f"{found.seconds / 60:,.1f}",
    )


def list_choices(desk: Desk, visitor: Visitor, language: str) -> list[tuple[str, str]]:
    """The visitor's runs, the newest first: what each is called and how it stands, and its id."""
    return [
        (f"{shown.record.name} · {text(f'run_is_{status_of(shown.record)}', language)}", shown.record.id)
        for shown in desk.list_runs(visitor)
    ]


def follow_run(desk: Desk, visitor: Visitor, run: str | None, language: str) -> View:
    """How a run stands; the empty view where none is chosen."""
    if not run:
        return dict(EMPTY_TRAIN)
    try:
        shown, state = desk.follow(visitor, run)
    except Seq2SeqError as problem:
        return {**EMPTY_TRAIN, "message": describe_problem(problem, language)}
    return show_run(shown, state, language)


def change_run(
    desk: Desk,
    visitor: Visitor,
    run: str | None,
    language: str,
    action: str,
    name: str = "",
    account: Account = Account(),  # noqa: B008 - frozen, and empty
) -> str:
    """Stop, resume, rename or delete a run; what is wrong with that, or an empty string."""
    try:
        if not run:
            raise refusal("train_no_run")
        if action == "rename":
            desk.rename(visitor, run, name)
        elif action == "resume":
            desk.resume(visitor, run, push_token=account.token())
        else:
            {"stop": desk.stop, "delete": desk.delete}[action](visitor, run)
    except Seq2SeqError as problem:
        return describe_problem(problem, language)
    return ""


def pack_run(desk: Desk, visitor: Visitor, run: str | None) -> str | None:
    """Path of a zip archive of a run's checkpoint, without data and resume state; None where there is none."""
    try:
        folder = desk.checkpoint(visitor, run or "")
    except Seq2SeqError:
        return None
    path = new_file("checkpoint.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in PACKED:
            for file in sorted((folder / part).rglob("*") if (folder / part).is_dir() else [folder / part]):
                if file.name == "README.md":
                    card = title_card(file.read_text("utf-8"), desk.title(run or ""))
                    archive.writestr(file.name, FOLDERS.sub("", card))
                elif file.is_file():
                    archive.write(file, file.relative_to(folder))
    return str(path)


def title_card(card: str, title: str) -> str:
    """A model card under the name that its owner gave the run, instead of its folder's; Markdown in it is text."""
    plain = MARKED.sub(r"\\\g<0>", title)
    return HEADING.sub(lambda _: f"# {plain}", card, count=1)


def read_setting(setting: Setting, words: str) -> Any:
    """The value that someone typed or chose for a setting.

    Raises:
        InputError: for words that are no number where one is wanted.
    """
    if setting.type is bool:
        return words == "true"
    if setting.type is str:
        return words
    try:
        number = float(words)
        if setting.type is float and math.isfinite(number):
            return number
        if number.is_integer():
            return int(number)
    except (ValueError, OverflowError):
        pass
    raise refusal("train_bad_number", name=setting.name, value=words[:20])
