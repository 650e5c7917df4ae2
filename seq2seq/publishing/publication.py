"""Exactly what is published of a checkpoint; what cannot be pulled again, or tells too much, is refused here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from seq2seq.checkpoints import (
    CARD_FILE,
    CONFIG_FILE,
    GENERAL_TEST_FILE,
    SCORES_FILE,
    WEIGHTS_FILE,
    Checkpoint,
    load_checkpoint,
)
from seq2seq.errors import InputError
from seq2seq.hub.card_header import read_header
from seq2seq.hub.client import login_token
from seq2seq.hub.names import HubName, is_hub_name
from seq2seq.hub.pull import TOKENIZER_FILES
from seq2seq.publishing.card import PICTURE_FILE, CardFacts, write_card
from seq2seq.publishing.card_sections import read_sections
from seq2seq.publishing.licences import check_licence
from seq2seq.publishing.picture import Picture, draw_picture, example_of
from seq2seq.publishing.refusals import refusal
from seq2seq.publishing.secrecy import check_scores, check_text, check_values
from seq2seq.stored_files import read_tensor_notes
from seq2seq.translator import Translator

OUR_NOTES: Final[Mapping[str, str]] = {"format": "pt"}
"""What may stand in the header of the weights."""
LARGEST_CARD_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person who publishes decides.

    Attributes:
        repository: ``OWNER/NAME``.
        licence: an identifier of the Hub; empty for the one of the checkpoint's own card.
        summary, data: Markdown for the card, in place of what it says of the model and of its training text.
        datasets: names on the Hub of what it was trained on.
        example: a sentence for the picture and the widget; empty for one of the checkpoint's own.
        general_test: whether its ``general_test.tsv`` goes along.
        token: that must not be published by mistake, besides the one of this machine's login.
    """

    repository: str
    licence: str = ""
    summary: str = ""
    data: str = ""
    datasets: tuple[str, ...] = ()
    example: str = ""
    general_test: bool = False
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What is published.

    Attributes:
        repository: ``OWNER/NAME``.
        files: path in the repository, to a file here or its content.
        card: the text of README.md.
        licence: its identifier.
        left_out: names in the checkpoint's folder that are not published.
    """

    repository: str
    files: Mapping[str, Path | bytes]
    card: str
    licence: str
    left_out: tuple[str, ...]

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of each file."""
        return {
            name: len(content) if isinstance(content, bytes) else content.stat().st_size
            for name, content in self.files.items()
        }

    @property
    def total_bytes(self) -> int:
        """Of all files."""
        return sum(self.sizes.values())


def prepare_publication(folder: Path, wishes: Wishes) -> Publication:
    """Load a checkpoint, write its card, draw its picture, and look through all of it; nothing is written or sent.

    Raises:
        CheckpointError: when the folder is not a whole checkpoint.
        HubError: when it is not fit to be published, with what to change.
    """
    name = HubName.parse(wishes.repository).repository
    tokens = tuple(filter(None, (wishes.token, login_token())))
    checkpoint = load_checkpoint(folder)
    _check_weights(folder)
    facts = _facts(folder, checkpoint, wishes, name)
    card = write_card(facts)
    files: dict[str, Path | bytes] = {
        CARD_FILE: card.encode(),
        CONFIG_FILE: _json(CONFIG_FILE, checkpoint.info.to_json(), tokens),
        **{file: (folder / file).read_bytes() for file in TOKENIZER_FILES if (folder / file).is_file()},
    }
    if checkpoint.scores:
        check_scores(checkpoint.scores)
        files[SCORES_FILE] = _json(SCORES_FILE, checkpoint.scores, tokens)
    if facts.picture is not None and facts.picture.svg:
        files[PICTURE_FILE] = facts.picture.svg.encode()
    if wishes.general_test and (folder / GENERAL_TEST_FILE).is_file():
        files[GENERAL_TEST_FILE] = (folder / GENERAL_TEST_FILE).read_bytes()
    _check_contents(files, tokens, folder)
    files[WEIGHTS_FILE] = folder / WEIGHTS_FILE
    left_out = sorted(path.name for path in folder.iterdir() if not _goes(path, files))
    return Publication(
        repository=name, files=files, card=card, licence=facts.licence, left_out=tuple(left_out)
    )


def _facts(folder: Path, checkpoint: Checkpoint, wishes: Wishes, name: str) -> CardFacts:
    header, text = _earlier_card(folder)
    for dataset in wishes.datasets:
        if not is_hub_name(dataset):
            raise refusal("publish_bad_dataset", dataset=dataset[:100])
    return CardFacts(
        repository=name,
        checkpoint=checkpoint,
        licence=check_licence(wishes.licence or str(header.get("license") or ""), name),
        header=header,
        text=read_sections(text),
        summary=wishes.summary.strip(),
        data=wishes.data.strip(),
        datasets=wishes.datasets,
        picture=_picture(checkpoint, wishes.example.strip()),
        general_test=wishes.general_test,
    )


def _earlier_card(folder: Path) -> tuple[dict[str, Any], str]:
    path = folder / CARD_FILE
    if not path.is_file():
        return {}, ""
    try:
        if path.stat().st_size > LARGEST_CARD_BYTES:
            raise ValueError(f"it has {path.stat().st_size:,} bytes")
        return read_header(path.read_text("utf-8"))
    except ValueError as problem:
        raise refusal("publish_bad_card", reason=problem) from problem


def _picture(checkpoint: Checkpoint, example: str) -> Picture | None:
    translator = Translator(checkpoint, "float32")
    source = example or example_of(translator)
    if not source:
        return None
    try:
        return draw_picture(translator, source)
    except InputError as problem:
        if not example:  # an example of the checkpoint's own that it cannot read is only left out
            return None
        raise refusal("publish_example", reason=problem.message) from problem


def _json(file: str, values: Mapping[str, Any], tokens: Sequence[str]) -> bytes:
    check_values(file, values, tokens)
    return (json.dumps(values, ensure_ascii=False, indent=2) + "\n").encode()


def _check_weights(folder: Path) -> None:
    for name, value in read_tensor_notes(folder / WEIGHTS_FILE).items():
        if OUR_NOTES.get(name) != value:
            raise refusal("publish_strange_weights", what=name[:40])


def _check_contents(files: Mapping[str, Path | bytes], tokens: Sequence[str], folder: Path) -> None:
    places = [folder.resolve(), Path.home()]
    for name, content in files.items():
        if isinstance(content, bytes):
            check_text(name, content.decode("utf-8", "replace"), tokens, places)


def _goes(path: Path, files: Mapping[str, object]) -> bool:
    return any(name == path.name or name.startswith(f"{path.name}/") for name in files)
