"""Text in, a stream of translations with their whole trace out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seq2seq.config import DecodingOptions, ModelConfig
from seq2seq.decoding.trace import Beam


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A translation so far, with the trace of its search.

    Attributes:
        source: the text as it was typed.
        source_tokens: its tokens as the model sees them, the end token last.
        beams: one beam for each step so far; the last one holds the hypotheses, best first.
        token_strings: the string of every target id that occurs in ``beams``.
        texts: the text of each hypothesis of the last beam, best first.
        options: the settings of the search.
        prefix: the target text that was forced, or an empty string.
        seconds: time spent so far, encoding included.
    """

    source: str
    source_tokens: tuple[str, ...]
    beams: tuple[Beam, ...]
    token_strings: Mapping[int, str]
    texts: tuple[str, ...]
    options: DecodingOptions
    prefix: str
    seconds: float

    @property
    def done(self) -> bool:
        """Whether the search has ended."""
        return bool(self.beams) and self.beams[-1].done


class Translator:
    """A loaded checkpoint: its model and both tokenizers."""

    name: str
    config: ModelConfig
    source_language: str
    target_language: str
    scores: Mapping[str, float]
    examples: Sequence[str]

    def stream(self, source: str, options: DecodingOptions, *, prefix: str = "") -> Iterator[Translation]:
        """Translate, yielding after every step of the search; closing the iterator stops it.

        Raises:
            InputError: when the source is empty or longer than the model can read.
        """
        raise NotImplementedError

    def translate(self, source: str, options: DecodingOptions, *, prefix: str = "") -> Translation:
        """The last value of `stream`."""
        raise NotImplementedError


def load_translator(folder: Path) -> Translator:
    """The translator of a checkpoint folder, loaded once and kept."""
    raise NotImplementedError
