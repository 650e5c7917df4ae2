"""Where the page computes, in the words of its header; on ZeroGPU also the one way to a GPU that is lent."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

import gradio as gr
import httpx

from seq2seq.borrowing import USES, Answer, BorrowingTranslator, Lend, Order, Use, fulfil
from seq2seq.errors import ConfigError
from seq2seq.models.hardware import choose_device, describe_device, is_zero_gpu
from seq2seq.translator import Translator
from seq2seq.ui.shelf import Shelf
from seq2seq.ui.strings import LANGUAGES, text

USE_VARIABLE: Final = "SEQ2SEQ_ZERO_GPU"
DEFAULT_USE: Final[Use] = "lines"
"""A sentence takes hundredths of a second on a processor, and a second or more until a GPU is there for it."""

MOST_KNOWN: Final = 8
"""Models that are remembered; one of a run that is gone must not stay for ever."""


def zero_gpu_use(environment: Mapping[str, str] = os.environ) -> Use:
    """For what a Space on ZeroGPU borrows its GPU: ``SEQ2SEQ_ZERO_GPU``.

    Raises:
        ConfigError: where that is none of never, lines and always.
    """
    said = environment.get(USE_VARIABLE, "").strip().lower() or DEFAULT_USE
    if said not in USES:
        raise ConfigError([f"{USE_VARIABLE} is {said[:40]!r}."], f"Set it to {', '.join(USES)}.")
    return said


def describe_place(language: str) -> str:
    """One line on where this server computes, as HTML."""
    kind, name = describe_device(choose_device("auto"))
    key = f"zero_{zero_gpu_use()}" if is_zero_gpu() else kind
    return text(f"runs_on_{key}", language).format(name=escape(name), cores=name)


@dataclass(frozen=True, slots=True)
class BorrowingShelf:
    """A shelf whose models translate on a GPU that is lent to them.

    Attributes:
        inner: where the models come from.
        lend: see `seq2seq.borrowing`.
        use: for what.
        device: of the process that has the GPU.
    """

    inner: Shelf
    lend: Lend
    use: Use
    device: str = "cuda"
    _known: dict[str, BorrowingTranslator] = field(default_factory=dict, repr=False, compare=False)

    def names(self) -> Sequence[str]:
        """The models' names."""
        return self.inner.names()

    def knows(self, name: str) -> bool:
        """Whether there is a model of this name."""
        return self.inner.knows(name)

    def label(self, name: str, language: str) -> str:
        """One line on a model."""
        return self.inner.label(name, language)

    def examples(self, name: str) -> Sequence[str]:
        """Texts worth trying."""
        return self.inner.examples(name)

    def was_loaded(self, name: str) -> bool:
        """Whether the model has been loaded before."""
        return self.inner.was_loaded(name)

    def load(self, name: str) -> Translator:
        """The model, ready to translate.

        Raises:
            Seq2SeqError: when there is none of this name or its folder is damaged.
        """
        here = self.inner.load(name)
        known = self._known.get(name)
        if known is None or known.here is not here:
            if len(self._known) >= MOST_KNOWN:
                self._known.pop(next(iter(self._known)), None)
            known = self._known[name] = BorrowingTranslator(here, self.lend, self.use, self.device)
        return known


def lend_gpu(shelf: Shelf, device: str = "cuda") -> Shelf:
    """The shelf as it is; on ZeroGPU, one that borrows the GPU for what ``SEQ2SEQ_ZERO_GPU`` says.

    Raises:
        ConfigError: for a value of it that cannot be.
    """
    if not is_zero_gpu():
        return shelf
    return BorrowingShelf(shelf, open_lending(), zero_gpu_use(), device)


def open_lending() -> Lend:
    """What carries out orders on ZeroGPU; called before the page is served, when `spaces` counts what may ask."""
    import spaces  # type: ignore[import-not-found]  # is where a GPU is lent, and nowhere else

    borrowed = spaces.GPU(fulfil, duration=_seconds_of)

    def lend(order: Order) -> Answer | None:
        try:
            answer: Answer = borrowed(order)
        except (
            gr.Error,
            RuntimeError,
            httpx.HTTPError,
        ) as problem:  # no quota, no GPU, or nobody to ask for one
            print(f"ZeroGPU lent nothing: {problem}")
            gr.Info(" ".join(text("no_gpu_lent", language) for language in LANGUAGES))
            return None
        return answer

    return lend


def _seconds_of(order: Order) -> int:
    return order.seconds
