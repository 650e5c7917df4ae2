"""The models that the page offers: the checkpoint folders, and how each is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from babel import Locale, UnknownLocaleError

from seq2seq.checkpoints import list_checkpoints, read_info, read_scores
from seq2seq.config import ModelConfig
from seq2seq.errors import Seq2SeqError
from seq2seq.hub.names import HubName, is_hub_name
from seq2seq.hub.store import ModelStore, PulledModel
from seq2seq.translator import Translator, load_translator
from seq2seq.ui.feedback import refusal
from seq2seq.ui.strings import text

LONGEST_NAME: Final = 200
"""Characters of an unknown name that a sentence repeats."""


class Shelf(Protocol):
    """Where the page gets its models from."""

    def names(self) -> Sequence[str]:
        """The models' names, the first one being the default."""
        ...

    def knows(self, name: str) -> bool:
        """Whether there is a model of this name, on the list or not."""
        ...

    def label(self, name: str, language: str) -> str:
        """One line on a model: languages, score, architecture."""
        ...

    def examples(self, name: str) -> Sequence[str]:
        """Texts worth trying."""
        ...

    def was_loaded(self, name: str) -> bool:
        """Whether the model has been loaded before, so that no one has to wait for it."""
        ...

    def load(self, name: str) -> Translator:
        """The model, ready to translate.

        Raises:
            Seq2SeqError: when there is none of this name or its folder is damaged.
        """
        ...


@dataclass(frozen=True, slots=True)
class CheckpointShelf:
    """The checkpoints directly below a folder, and those that were pulled from the Hugging Face Hub.

    Attributes:
        root: the folder.
        first: name of the checkpoint that is offered first, where it exists.
        store: where pulled ones are; None where none can be.
        shows_private: whether those are there that not everyone may see.
    """

    root: Path
    first: str = "en-fr"
    store: ModelStore | None = None
    shows_private: bool = True
    _loaded: set[str] = field(default_factory=set, repr=False, compare=False)

    def names(self) -> Sequence[str]:
        """The folders that hold a whole checkpoint, then what was pulled.

        Damaged ones are listed too, and say so when chosen.
        """
        found = [folder.name for folder in list_checkpoints(self.root)]
        pulled = [str(model.name) for model in self.pulled()]
        return [*sorted(found, key=lambda name: (name != self.first, name)), *pulled]

    def pulled(self) -> Sequence[PulledModel]:
        """The models that were pulled and may be shown, by name."""
        models = self.store.models() if self.store else ()
        return [model for model in models if self.shows_private or not model.private]

    def folder(self, name: str) -> Path:
        """The folder of a checkpoint.

        Raises:
            InputError: when there is none of this name.
        """
        found = self._find(name)
        if found is None:
            raise refusal("unknown_model", name=repr(name[:LONGEST_NAME]))
        return found

    def _find(self, name: str) -> Path | None:
        """The folder of a checkpoint, without a look at all that were pulled."""
        if not is_hub_name(name):
            return next((folder for folder in list_checkpoints(self.root) if folder.name == name), None)
        model = self.store.find(HubName.parse(name)) if self.store else None
        return model.folder if model and (self.shows_private or not model.private) else None

    def knows(self, name: str) -> bool:
        """Whether there is such a folder."""
        return self._find(name) is not None

    def label(self, name: str, language: str) -> str:
        """Languages, score and architecture; the bare name for a damaged folder."""
        try:
            folder = self.folder(name)
            info, scores = read_info(folder), read_scores(folder)
        except Seq2SeqError:
            return name
        pair = describe_pair(info.source_language, info.target_language, language)
        is_pulled = name if "/" in name else ""
        # The architecture comes last: a phone's closed list cuts off the end.
        parts = [
            is_pulled,
            pair or ("" if is_pulled else name),
            describe_score(scores, language),
            describe_model(info.model, language),
        ]
        return " · ".join(filter(None, parts))

    def examples(self, name: str) -> Sequence[str]:
        """The examples in the checkpoint's config."""
        try:
            return read_info(self.folder(name)).examples
        except Seq2SeqError:
            return ()

    def was_loaded(self, name: str) -> bool:
        """Whether `load` has succeeded for it."""
        return name in self._loaded

    def load(self, name: str) -> Translator:
        """Load a checkpoint, or take the one that is kept.

        Raises:
            Seq2SeqError: when there is none of this name or its folder is damaged.
        """
        translator = load_translator(self.folder(name), name=name)
        self._loaded.add(name)
        return translator


def describe_pair(source: str, target: str, language: str) -> str:
    """Two languages by name and an arrow, or an empty string where they are not known."""
    return (
        f"{language_name(source, language)} → {language_name(target, language)}" if source and target else ""
    )


def describe_model(config: ModelConfig, language: str) -> str:
    """The architecture in a few words: cell and attention, or Transformer."""
    if config.architecture == "transformer":
        return "Transformer"
    cell = config.cell.upper()
    if config.attention == "none":
        return text("no_attention", language).format(cell=cell)
    return f"{cell} + {config.attention.replace('_', ' ')}"


def describe_score(scores: Mapping[str, Any], language: str) -> str:
    """BLEU on the test set, or exact matches where they are what counts; empty when there is neither."""
    exact, bleu = best_test_score(scores, "exact_match"), best_test_score(scores, "bleu")
    if exact is not None and (bleu is None or exact > bleu or exact > EXACT_TASK_PERCENT):
        return text("exact_match", language).format(value=exact)
    return text("bleu", language).format(value=bleu) if bleu is not None else ""


EXACT_TASK_PERCENT = 90.0
"""A model that is exactly right this often does a task with one right answer."""


def best_test_score(scores: Mapping[str, Any], name: str) -> float | None:
    """The score called ``name`` by the best decoding method on the test set; validation scores do not count."""
    tests = scores.get("test")
    found = [test.get(name) for test in tests.values()] if isinstance(tests, Mapping) else []
    return max((float(score) for score in found if isinstance(score, int | float)), default=None)


def language_name(code: str, language: str) -> str:
    """What a language is called in another one; the code itself where it is not known."""
    try:
        name = Locale.parse(code.replace("-", "_")).get_display_name(language)
    except (UnknownLocaleError, ValueError):
        name = None
    return (name or code).title() if language == "en" else name or code
