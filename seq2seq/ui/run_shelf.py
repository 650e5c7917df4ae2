"""The page's models: the bundled checkpoints, and those of runs, known by the number that only their owner has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seq2seq.checkpoints import read_info
from seq2seq.desk.desk import Desk
from seq2seq.errors import Seq2SeqError
from seq2seq.translator import Translator, load_translator
from seq2seq.ui.shelf import Shelf, describe_model, describe_pair

RUN_PREFIX: Final = "run-"


@dataclass(frozen=True, slots=True)
class RunShelf:
    """A shelf that also finds the models of a desk's runs.

    They are on no list. Whoever has a run's id, 16 random hexadecimal digits, may translate with it: its owner, and
    those to whom the owner gave a link.
    """

    bundled: Shelf
    desk: Desk

    def names(self) -> Sequence[str]:
        """The bundled models."""
        return self.bundled.names()

    def knows(self, name: str) -> bool:
        """Whether there is such a bundled model, or a run of this id with weights."""
        if not name.startswith(RUN_PREFIX):
            return self.bundled.knows(name)
        try:
            self.desk.weights(name.removeprefix(RUN_PREFIX))
        except Seq2SeqError:
            return False
        return True

    def label(self, name: str, language: str) -> str:
        """One line on a model; of a run, its name, languages and architecture."""
        if not name.startswith(RUN_PREFIX):
            return self.bundled.label(name, language)
        try:
            run = name.removeprefix(RUN_PREFIX)
            info, title = read_info(self.desk.weights(run)), self.desk.title(run)
        except Seq2SeqError:
            return name
        pair = describe_pair(info.source_language, info.target_language, language)
        return " · ".join(filter(None, (title, pair, describe_model(info.model, language))))

    def examples(self, name: str) -> Sequence[str]:
        """Texts worth trying; of a run that is fine-tuned, those of the model it began with."""
        if not name.startswith(RUN_PREFIX):
            return self.bundled.examples(name)
        try:
            return read_info(self.desk.weights(name.removeprefix(RUN_PREFIX))).examples
        except Seq2SeqError:
            return ()

    def was_loaded(self, name: str) -> bool:
        """Whether nobody has to wait for it; a run's weights change, so it may have to be read again."""
        return not name.startswith(RUN_PREFIX) and self.bundled.was_loaded(name)

    def load(self, name: str) -> Translator:
        """The model, ready to translate.

        Raises:
            Seq2SeqError: when there is none of this name, it has no weights yet, or its folder is damaged.
        """
        if not name.startswith(RUN_PREFIX):
            return self.bundled.load(name)
        return load_translator(self.desk.weights(name.removeprefix(RUN_PREFIX)))
