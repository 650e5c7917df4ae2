"""The README.md of a checkpoint: what it is, what it was trained on, how, how good, and how to use it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seq2seq.checkpoints import CARD_FILE, CheckpointInfo, read_info, read_scores, save_scores

SCORES_HEADING = "## Scores"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardNotes:
    """What no program can know about a checkpoint; each part is Markdown, empty where nothing is to say.

    Attributes:
        summary: what the model does, for whom.
        data: what it was trained on, with licence and attribution.
        licence: identifier of the weights' licence, for the card's header.
        commands: the exact commands that made it.
        weaknesses: what it is known to do badly.
    """

    summary: str = ""
    data: str = ""
    licence: str = ""
    commands: str = ""
    weaknesses: str = ""


def write_model_card(folder: Path, notes: CardNotes) -> None:
    """Write README.md of a checkpoint folder from its config, its scores and the notes.

    Raises:
        CheckpointError: when the folder is not a checkpoint.
    """
    info, scores = read_info(folder), read_scores(folder)
    (folder / CARD_FILE).write_text(describe_checkpoint(folder.resolve().name, info, scores, notes), "utf-8")


def split_header(card: str) -> tuple[str, str]:
    """The lines of a card's header, empty where it has none, and the text below it."""
    header, fence, body = card.removeprefix("---\n").partition("\n---\n")
    return (header, body) if fence and card.startswith("---\n") else ("", card)


def keep_test_scores(folder: Path, name: str, summary: Mapping[str, Any]) -> None:
    """Put the scores of a test under ``name`` in scores.json, and into the model card where there is one.

    Raises:
        CheckpointError: when the folder is not a checkpoint.
    """
    scores = read_scores(folder)
    tests = {**scores.get("test", {}), name: dict(summary)}
    scores = {"test": tests, **{key: value for key, value in scores.items() if key != "test"}}
    save_scores(folder, scores)
    card = folder / CARD_FILE
    if card.exists():
        before, heading, after = card.read_text("utf-8").partition(f"{SCORES_HEADING}\n")
        if heading:
            rest = after[after.index("\n## ") :] if "\n## " in after else ""
            card.write_text(f"{before}{heading}\n{_scores_table(scores)}\n{rest}", "utf-8")


def describe_checkpoint(name: str, info: CheckpointInfo, scores: Mapping[str, Any], notes: CardNotes) -> str:
    """The card's text, with the header that the Hugging Face Hub reads."""
    parts = [
        _header(info, notes),
        f"# {name}",
        notes.summary or default_summary(info),
        "## Use",
        f"```\npython -m seq2seq translate --checkpoint checkpoints/{name} < source.txt\n```",
        "## Model",
        _settings_table(info),
        "## Training data",
        notes.data or "Not stated.",
        "## How it was trained",
        f"```\n{notes.commands.strip()}\n```" if notes.commands else "Not stated.",
        SCORES_HEADING,
        _scores_table(scores),
        "## Known weaknesses",
        notes.weaknesses or "Not examined.",
    ]
    return "\n\n".join(parts) + "\n"


def _header(info: CheckpointInfo, notes: CardNotes) -> str:
    languages = [
        code for code in (info.source_language, info.target_language) if re.fullmatch("[a-z]{2,3}", code)
    ]
    lines = ["---", "library_name: seq2seq-explorer"]
    if languages:
        lines += ["language:", *(f"- {code}" for code in dict.fromkeys(languages))]
    if notes.licence:
        lines.append(f"license: {notes.licence}")
    lines += ["tags:", "- seq2seq", "- attention", "- translation", "---"]
    return "\n".join(lines)


def default_summary(info: CheckpointInfo) -> str:
    """What a card says of a model of which nobody has said anything."""
    pair = f" from {info.source_language} to {info.target_language}" if info.source_language else ""
    return f"A {info.model.architecture} sequence-to-sequence model{pair}, trained with Seq2Seq Explorer."


def _settings_table(info: CheckpointInfo) -> str:
    values = {
        **info.model.to_json(),
        "source_vocabulary_size": info.source_vocabulary_size,
        "target_vocabulary_size": info.target_vocabulary_size,
    }
    rows = [f"| {name} | {value} |" for name, value in values.items()]
    return "\n".join(["| setting | value |", "|---|---|", *rows])


def _scores_table(scores: Mapping[str, Any]) -> str:
    """One row for every number in scores.json; nested names are joined by a space."""
    rows = [f"| {name} | {value} |" for name, value in _flatten(scores)]
    return "\n".join(["| score | value |", "|---|---|", *rows]) if rows else "Not evaluated."


def _flatten(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in values.items():
        label = f"{prefix} {name}".strip().replace("_", " ")
        if isinstance(value, Mapping):
            rows += _flatten(value, label)
        else:
            rows.append((label, f"{value:.2f}" if isinstance(value, float) else str(value)))
    return rows
