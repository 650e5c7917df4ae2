"""Translating in another process that has a GPU for a moment, as a Space on ZeroGPU lends it.

An `Order` goes there by pickle and an `Answer` comes back; what the other process does to its memory is lost. It
is a fork of this one, so it loads the model anew instead of taking locks that a thread of this process may hold.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal

from seq2seq.checkpoints import WEIGHTS_FILE, load_checkpoint
from seq2seq.decoding.edits import AttentionEdit
from seq2seq.errors import Seq2SeqError
from seq2seq.models.hardware import choose_device, use_one_thread
from seq2seq.options import DecodingOptions
from seq2seq.translation import HypothesisTexts, Translation
from seq2seq.translator import TranslatedLine, Translator

Use = Literal["never", "lines", "always"]
USES: Final[tuple[Use, ...]] = ("never", "lines", "always")
CHUNK_LINES: Final = 512
"""Lines of one order: a few seconds of a GPU."""
FEWEST_LINES: Final = 128
"""With use `lines`, fewer are translated here: to start the other process takes longer than they do."""
LONGEST_SECONDS: Final = 60
_START_SECONDS: Final = 10
_LINES_A_SECOND: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be translated with which model.

    Attributes:
        folder: the checkpoint.
        changed: when its weights were written, in nanoseconds; another time is another model.
        device: to translate on.
        options: of the search.
        lines: many lines, or one sentence.
        is_sentence: whether the trace of that one sentence is wanted.
        extra: what `Translator.stream` or `Translator.translate_lines` is told besides.
    """

    folder: Path
    changed: int
    device: str
    options: DecodingOptions
    lines: tuple[str, ...]
    is_sentence: bool
    extra: dict[str, Any]

    @property
    def seconds(self) -> int:
        """How long a GPU is wanted for; a longer wish waits longer and takes more of a visitor's quota."""
        return min(LONGEST_SECONDS, _START_SECONDS + len(self.lines) // _LINES_A_SECOND)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of an order.

    Attributes:
        translation: of a sentence, without what this process knows itself: token strings and texts.
        seconds: after each of its steps.
        lines: of many lines.
        problem: why there is neither.
    """

    translation: Translation | None = None
    seconds: tuple[float, ...] = ()
    lines: tuple[TranslatedLine, ...] = ()
    problem: Seq2SeqError | None = None


Lend = Callable[[Order], Answer | None]
"""Carries out an order elsewhere; None where nothing is lent, after the reader was told."""


def fulfil(order: Order) -> Answer:
    """Carry out an order, in the other process."""
    use_one_thread()  # those of the process that was forked are not here
    try:
        translator = _load(order.folder, order.changed, order.device)
        if not order.is_sentence:
            found = translator.translate_lines(iter(order.lines), order.options, **order.extra)
            return Answer(lines=tuple(found))
        steps = list(translator.stream(order.lines[0], order.options, **order.extra))
    except Seq2SeqError as problem:
        return Answer(problem=problem)
    bare = replace(steps[-1], token_strings={}, texts=())
    return Answer(translation=bare, seconds=tuple(step.seconds for step in steps))


@lru_cache(maxsize=2)
def _load(folder: Path, changed: int, device: str) -> Translator:
    checkpoint = load_checkpoint(folder)
    return Translator(replace(checkpoint, model=checkpoint.model.to(choose_device(device))))


class BorrowingTranslator(Translator):
    """A translator that translates elsewhere where it may, and here otherwise; all else it does here.

    Args:
        translator: the one that translates here.
        lend: carries out orders.
        use: for what a GPU is borrowed.
        device: of the other process.
    """

    def __init__(self, translator: Translator, lend: Lend, use: Use, device: str) -> None:
        super().__init__(translator.checkpoint)
        self.here = translator
        self._lend, self._use, self._there = lend, use, device

    def stream(
        self,
        source: str,
        options: DecodingOptions,
        *,
        prefix: str = "",
        prefix_ids: Sequence[int] = (),
        whole: bool = False,
        edits: Sequence[AttentionEdit] = (),
    ) -> Iterator[Translation]:
        """As `Translator.stream`; elsewhere the search is over before its first step is shown."""
        extra: dict[str, Any] = {
            "prefix": prefix,
            "prefix_ids": tuple(prefix_ids),
            "whole": whole,
            "edits": tuple(edits),
        }
        self.encode_source(source)  # what is wrong with it is said before a GPU is asked for
        answer = self._ask((source,), options, extra, is_sentence=True) if self._use == "always" else None
        if answer is None or answer.translation is None:
            yield from self.here.stream(source, options, **extra)
        else:
            yield from self._replay(answer.translation, answer.seconds)

    def translate_lines(
        self, lines: Iterator[str], options: DecodingOptions, **extra: Any
    ) -> Iterator[TranslatedLine]:
        """As `Translator.translate_lines`, elsewhere where there are many."""
        fewest = 1 if self._use == "always" else FEWEST_LINES
        while chunk := tuple(islice(lines, CHUNK_LINES)):
            wanted = self._use != "never" and len(chunk) >= fewest
            answer = self._ask(chunk, options, extra, is_sentence=False) if wanted else None
            yield from answer.lines if answer else self.here.translate_lines(iter(chunk), options, **extra)

    def _ask(
        self, lines: tuple[str, ...], options: DecodingOptions, extra: dict[str, Any], *, is_sentence: bool
    ) -> Answer | None:
        folder = self.checkpoint.folder
        if folder is None:
            return None
        answer = self._lend(
            Order(
                folder=folder,
                changed=(folder / WEIGHTS_FILE).stat().st_mtime_ns,
                device=self._there,
                options=options,
                lines=lines,
                is_sentence=is_sentence,
                extra=extra,
            )
        )
        if answer is not None and answer.problem is not None:
            raise answer.problem
        return answer

    def _replay(self, found: Translation, seconds: Sequence[float]) -> Iterator[Translation]:
        """The translation step by step, as it was found."""
        decode = self.checkpoint.target_tokenizer.decode
        for place, passed in enumerate(seconds, start=1):
            yield replace(
                found,
                beams=found.beams[:place],
                token_strings=self.token_strings,
                texts=HypothesisTexts(found.beams[place - 1].hypotheses, decode),
                seconds=passed,
            )
