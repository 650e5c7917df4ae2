"""A translation with the trace of its search, and the JSON that keeps all of it.

In JSON the steps stand once, numbered, and the hypotheses of all beams point to them, as they share them in
memory. Floats are written with the digits that bring them back to the bit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Final, overload

from seq2seq.checkpoints import Checkpoint
from seq2seq.decoding.edits import AttentionEdit, check_edits
from seq2seq.decoding.trace import Beam, DecodeStep, Hypothesis
from seq2seq.decoding.trace_json import beam_from_json, beam_to_json, step_from_json, step_to_json
from seq2seq.errors import InputError, Seq2SeqError
from seq2seq.options import DecodingOptions

FORMAT: Final = "seq2seq-explorer-translation"
VERSION: Final = 1
LONGEST_REASON: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBy:
    """The model that made a translation: its name, languages and kinds of tokens; empty where not known."""

    name: str = ""
    source_language: str = ""
    target_language: str = ""
    source_kind: str = ""
    target_kind: str = ""

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> "MadeBy":
        """What is to be remembered of a checkpoint."""
        return cls(
            name=checkpoint.name,
            source_language=checkpoint.info.source_language,
            target_language=checkpoint.info.target_language,
            source_kind=checkpoint.source_tokenizer.kind,
            target_kind=checkpoint.target_tokenizer.kind,
        )


class TokenStrings(Mapping[int, str]):
    """The string of every token id of a vocabulary."""

    def __init__(self, strings: Sequence[str]) -> None:
        self._strings = strings

    def __getitem__(self, token_id: int) -> str:
        """The string of a token."""
        if not 0 <= token_id < len(self._strings):
            raise KeyError(token_id)
        return self._strings[token_id]

    def __iter__(self) -> Iterator[int]:
        """All token ids."""
        return iter(range(len(self._strings)))

    def __len__(self) -> int:
        """The size of the vocabulary."""
        return len(self._strings)


class HypothesisTexts(Sequence[str]):
    """The text of each hypothesis, decoded when someone first reads one: most beams of a search nobody reads."""

    def __init__(self, hypotheses: Sequence[Hypothesis], decode: Callable[[Sequence[int]], str]) -> None:
        self._hypotheses, self._decode = hypotheses, decode

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return tuple(self._decode(hypothesis.token_ids) for hypothesis in self._hypotheses)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...
    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        """One text, or several."""
        return self._texts[index]

    def __len__(self) -> int:
        """The number of hypotheses."""
        return len(self._hypotheses)

    def __eq__(self, other: object) -> bool:
        """Whether another sequence holds the same texts."""
        return isinstance(other, Sequence) and not isinstance(other, str) and self._texts == tuple(other)

    def __hash__(self) -> int:
        """The hash of the texts."""
        return hash(self._texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A translation so far, with the trace of its search.

    Attributes:
        source: the text as it was typed.
        source_tokens: its tokens as the model sees them, the end token last.
        beams: one beam for each step so far; the last one holds the hypotheses, best first.
        token_strings: the string of every target id that occurs in ``beams``, and maybe of others.
        texts: the text of each hypothesis of the last beam, best first.
        options: the settings of the search.
        prefix: the target text that was forced, or an empty string.
        edits: what was changed in the attention.
        seconds: time spent so far, encoding included.
        made_by: the model.
    """

    source: str
    source_tokens: tuple[str, ...]
    beams: tuple[Beam, ...]
    token_strings: Mapping[int, str]
    texts: Sequence[str]
    options: DecodingOptions
    prefix: str
    seconds: float
    edits: tuple[AttentionEdit, ...] = ()
    made_by: MadeBy = MadeBy()

    @property
    def done(self) -> bool:
        """Whether the search has ended."""
        return bool(self.beams) and self.beams[-1].done

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values; logarithms are natural, attention is [L][H][S] at every step."""
        numbers: dict[int, int] = {}
        steps: list[DecodeStep] = []
        for beam in self.beams:
            for hypothesis in beam.hypotheses:
                for step in hypothesis.steps:
                    if numbers.setdefault(id(step), len(steps)) == len(steps):
                        steps.append(step)
        return {
            "format": FORMAT,
            "version": VERSION,
            "made_by": asdict(self.made_by),
            "source": self.source,
            "source_tokens": list(self.source_tokens),
            "texts": list(self.texts),
            "prefix": self.prefix,
            "edits": [asdict(edit) for edit in self.edits],
            "options": self.options.to_json(),
            "seconds": self.seconds,
            "token_strings": {
                str(token_id): self.token_strings[token_id]
                for token_id in sorted(_token_ids(steps, self.beams))
            },
            "steps": [step_to_json(step) for step in steps],
            "beams": [beam_to_json(beam, numbers) for beam in self.beams],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Translation":
        """The translation of such values.

        Raises:
            InputError: when they are not a translation of ours, or damaged.
        """
        if not isinstance(values, Mapping) or values.get("format") != FORMAT:
            raise InputError(
                "This is not a translation saved by Seq2Seq Explorer.",
                "Choose a trace file.",
                key="trace_foreign",
            )
        if values.get("version") != VERSION:
            raise InputError(
                f"The trace has version {values.get('version')!r}; this program reads {VERSION}.",
                "Update the program.",
                key="trace_version",
                values={"version": str(values.get("version"))[:20], "known": VERSION},
            )
        try:
            return _translation_from_json(values)
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError, Seq2SeqError) as problem:
            reason = repr(problem)[:LONGEST_REASON]
            raise InputError(
                f"The trace is damaged: {reason}.",
                "Save it again.",
                key="trace_damaged",
                values={"reason": reason},
            ) from problem


def _translation_from_json(values: Mapping[str, Any]) -> Translation:
    strings = {int(token_id): str(text) for token_id, text in values["token_strings"].items()}
    source_tokens = tuple(str(token) for token in values["source_tokens"])
    steps = [step_from_json(step, len(source_tokens)) for step in values["steps"]]
    edits = tuple(AttentionEdit(**edit) for edit in values.get("edits", []))
    check_edits(edits, len(source_tokens))
    beams = tuple(beam_from_json(beam, steps) for beam in values["beams"])
    if unnamed := _token_ids(steps, beams) - strings.keys():
        raise ValueError(f"token {min(unnamed)} has no string")
    texts = tuple(str(text) for text in values["texts"])
    if beams and len(texts) != len(beams[-1].hypotheses):
        raise ValueError(f"{len(texts)} texts for {len(beams[-1].hypotheses)} hypotheses")
    return Translation(
        source=str(values["source"]),
        source_tokens=source_tokens,
        beams=beams,
        token_strings=strings,
        texts=texts,
        options=DecodingOptions.from_json(values["options"]),
        prefix=str(values["prefix"]),
        edits=edits,
        seconds=float(values["seconds"]),
        made_by=MadeBy(**{name: str(text) for name, text in values.get("made_by", {}).items()}),
    )


def _token_ids(steps: Sequence[DecodeStep], beams: Iterable[Beam]) -> set[int]:
    """The target ids that occur in steps, and in what beams considered."""
    ids = {candidate.token_id for step in steps for candidate in step.candidates}
    ids |= {step.token_id for step in steps}
    for beam in beams:
        if beam.expansions is not None:
            ids |= set(beam.expansions.token_ids.ravel().tolist())
    return ids
