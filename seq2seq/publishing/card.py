"""The model card of a published checkpoint: it needs no editing, and what a person wrote in one stays."""

import json
import re
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from babel import Locale

from seq2seq.checkpoints import FORMAT, GENERAL_TEST_FILE, Checkpoint, CheckpointInfo
from seq2seq.config import ModelConfig
from seq2seq.hub.card_header import TASK, write_header
from seq2seq.model_card import default_summary
from seq2seq.publishing.card_sections import DATA, LIMITS, MODEL, PICTURE, SCORES, TRAINING, USE, CardText
from seq2seq.publishing.picture import Picture
from seq2seq.publishing.score_tables import results_of, scores_section
from seq2seq.publishing.secrecy import public_command

PICTURE_FILE: Final = "assets/attention.svg"
TAGS: Final = ("seq2seq", "attention", "translation")
FILES: Final = "Files"
NOT_HERE: Final = f"`{GENERAL_TEST_FILE}` is not in this repository."
NOTHING_SAID: Final = ("", "Not stated.", "Not examined.")
DATA_NOT_STATED: Final = (
    "Its author says nothing of the text it was trained on; the text is not in this repository."
)
TRAINING_NOT_STATED: Final = "With the settings that stand in `config.json`."
DEFAULT_LIMITS: Final = """\
- It translates one sentence at a time and knows nothing of what came before it.
- It knows what its training text holds: of other subjects, rare names and numbers it makes mistakes, and they read
  fluently all the same.
- It may leave words out or repeat them. Its probabilities and its attention show where it is unsure; look at them
  before you trust a translation, and let a person check what matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What a card is written from.

    Attributes:
        repository: owner and name.
        checkpoint: the model.
        licence: an identifier of the Hub.
        header: what an earlier header said.
        text: what an earlier card said.
        summary, data: in place of what it said of these; empty to keep it.
        datasets: names on the Hub.
        picture: of one translation; None without.
        general_test: whether the pairs that measure forgetting are published too.
    """

    repository: str
    checkpoint: Checkpoint
    licence: str
    header: dict[str, Any]
    text: CardText
    summary: str = ""
    data: str = ""
    datasets: tuple[str, ...] = ()
    picture: Picture | None = None
    general_test: bool = False


def write_card(facts: CardFacts) -> str:
    """The whole README.md."""
    title = facts.repository.partition("/")[2]
    told = replace(facts.text, title=title, summary=_summary(facts)).with_sections(_sections(facts))
    results = results_of(facts.checkpoint.scores, facts.datasets)
    return f"{write_header(_header(facts), title, results)}\n{told.write()}"


def _header(facts: CardFacts) -> dict[str, Any]:
    """What it said, with what is ours: our words win, its tags and other entries stay."""
    info, earlier = facts.checkpoint.info, dict(facts.header)
    languages = [
        code for code in (info.source_language, info.target_language) if re.fullmatch("[a-z]{2,3}", code)
    ]
    tags = dict.fromkeys([*TAGS, *_listed(earlier.pop("tags", ()))])
    ours: dict[str, Any] = {
        "library_name": FORMAT,
        "pipeline_tag": TASK,
        "language": list(dict.fromkeys(languages)) or earlier.get("language"),
        "license": facts.licence,
        "tags": list(tags),
        "datasets": list(facts.datasets) or earlier.get("datasets"),
        "widget": [{"text": text} for text in _examples(facts)] or earlier.get("widget"),
    }
    return {**{name: value for name, value in ours.items() if value}, **_others(earlier, ours)}


def _others(earlier: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in earlier.items() if name not in (*ours, "model-index", "model_name")
    }


def _listed(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else []


def _examples(facts: CardFacts) -> list[str]:
    drawn = [facts.picture.source] if facts.picture else []
    return list(dict.fromkeys([*drawn, *facts.checkpoint.info.examples]))[:5]


def _summary(facts: CardFacts) -> str:
    earlier = facts.text.summary
    is_ours = earlier in ("", default_summary(facts.checkpoint.info))
    return facts.summary or (describe_model(facts.checkpoint) if is_ours else earlier)


def _sections(facts: CardFacts) -> dict[str, str]:
    earlier = facts.text.sections
    said = {heading: text for heading, text in earlier.items() if text.strip() not in NOTHING_SAID}
    return {
        PICTURE: _picture(facts.picture),
        USE: _use(facts),
        MODEL: _settings(facts.checkpoint),
        DATA: facts.data or said.get(DATA, DATA_NOT_STATED),
        TRAINING: _training(said.get(TRAINING, "")),
        SCORES: scores_section(facts.checkpoint.scores),
        LIMITS: said.get(LIMITS, DEFAULT_LIMITS),
        **({FILES: _files(said[FILES], facts.general_test)} if FILES in said else {}),
    }


def _files(earlier: str, general_test: bool) -> str:
    if GENERAL_TEST_FILE not in earlier or general_test or NOT_HERE in earlier:
        return earlier
    return f"{earlier}\n\n{NOT_HERE}"


def _picture(picture: Picture | None) -> str:
    if picture is None or not picture.svg:
        return ""
    return (
        f"![Heatmap of the attention of one translation]({PICTURE_FILE})\n\n"
        f"Where the model looked as it translated *{_plain(picture.source)}* to *{_plain(picture.target)}*: a row "
        "for each token it wrote, a column for each token it read; the darker a cell, the more of its attention."
    )


def _use(facts: CardFacts) -> str:
    name = facts.repository
    example = json.dumps(next(iter(_examples(facts)), "..."), ensure_ascii=False)
    link = f"http://127.0.0.1:7860/?model={name}"
    return (
        "With [Seq2Seq Explorer](https://huggingface.co/models?library=seq2seq-explorer), in Python:\n\n"
        "```python\nfrom seq2seq import load_translator\n\n"
        f'translator = load_translator("{name}")\nprint(translator.translate({example}).texts[0])\n```\n\n'
        "On the command line, a sentence a line:\n\n"
        f"```\npython -m seq2seq translate --checkpoint {name} < source.txt\n```\n\n"
        f"To watch it think, token by token, start the app and open [`?model={name}`]({link})."
    )


def _training(earlier: str) -> str:
    """What was said, with files called by their names alone."""
    fenced = re.fullmatch(r"```\n(.*)\n```", earlier, flags=re.DOTALL)
    if fenced:
        return f"```\n{public_command(fenced[1])}\n```"
    return public_command(earlier) if earlier else TRAINING_NOT_STATED


def describe_model(checkpoint: Checkpoint) -> str:
    """What a model is, in two sentences."""
    info, model = checkpoint.info, checkpoint.info.model
    task = f"Translates {_language(info.source_language)} to {_language(info.target_language)}."
    if not (info.source_language and info.target_language):
        task = "Turns one sequence of tokens into another."
    if model.architecture == "transformer":
        layers = f"{model.encoder_layers} + {model.decoder_layers} layers"
        network = f"a Transformer (Vaswani 2017, arXiv:1706.03762) of {layers}"
    else:
        reader = "bidirectional " if model.bidirectional else ""
        cell = model.cell.upper()
        attention = (
            f"{model.attention.replace('_', ' ')} attention" if model.attention != "none" else "no attention"
        )
        network = f"a {reader}{cell} that reads, a {cell} that writes, and {attention} between them"
    size = f"{checkpoint.model.size:,} parameters"
    return f"{task} It is {network}, with {size}, made with Seq2Seq Explorer to be watched at work."


def _language(code: str) -> str:
    return str(Locale("en").languages.get(code, code))


def _settings(checkpoint: Checkpoint) -> str:
    """A row for each setting that this architecture has."""
    info = checkpoint.info
    rows = {
        "parameters": f"{checkpoint.model.size:,}",
        **_own_settings(info),
        "source tokens": f"{info.source_vocabulary_size:,} ({checkpoint.source_tokenizer.kind})",
        "target tokens": f"{info.target_vocabulary_size:,} ({checkpoint.target_tokenizer.kind})",
    }
    lines = [f"| {name.replace('_', ' ')} | {value} |" for name, value in rows.items()]
    return "\n".join(["| setting | value |", "|---|---|", *lines])


def _own_settings(info: CheckpointInfo) -> dict[str, Any]:
    others = {"recurrent": "Transformer:", "transformer": "Recurrent:"}[info.model.architecture]
    helps = {item.name: str(item.metadata.get("help", "")) for item in fields(ModelConfig)}
    return {name: value for name, value in info.model.to_json().items() if not helps[name].startswith(others)}


def _plain(text: str) -> str:
    """A text in which Markdown finds nothing to do."""
    return re.sub(r"([\\`*_{}\[\]<>#|!])", r"\\\1", " ".join(text.split()))
