"""A translator that shouts: it repeats the words of its source in capitals, with a whole made-up trace."""

import math
import time
from collections.abc import Iterator, Sequence

import numpy as np

from seq2seq.decoding.edits import AttentionEdit
from seq2seq.decoding.trace import Beam, Candidate, DecodeStep, Hypothesis
from seq2seq.errors import CheckpointError, InputError
from seq2seq.options import DecodingOptions
from seq2seq.translation import MadeBy, Translation
from seq2seq.translator import TranslatedLine

END = "</s>"
LAYERS, HEADS = 2, 3
CURSED_WIDTH = 5
OTHERS = [f"▁other{rank}" for rank in range(10)]
VOCABULARY = ["<pad>", "<unk>", "<s>", END, *OTHERS]
"""Every token that was ever met; its place is its id."""


def token_id(token: str) -> int:
    if token not in VOCABULARY:
        VOCABULARY.append(token)
    return VOCABULARY.index(token)


class ScriptedTranslator:
    """Same interface as `seq2seq.translator.Translator`, without weights.

    Args:
        step_seconds: time that a step takes.
        heads: layers and heads of the attention; (0, 0) for a model without.
    """

    def __init__(
        self, step_seconds: float = 0.0, heads: tuple[int, int] = (LAYERS, HEADS), name: str = "shout"
    ) -> None:
        self.step_seconds = step_seconds
        self.heads = heads
        self.name = name
        self._steps: dict[tuple[int, str, int, int, bool], DecodeStep] = {}

    source_kind = target_kind = "unigram"
    token_strings = VOCABULARY

    def encode_prefix(self, prefix: str) -> list[int]:
        return [token_id(f"▁{word.upper()}") for word in prefix.split()]

    def encode_source(self, source: str) -> list[int]:
        if source.split()[0] == "unreadable":
            raise InputError("This text has no token that the model could read.", "Type <b>another</b>.")
        return [token_id(f"▁{word}") for word in source.split()]

    def translate_lines(self, lines: Iterator[str], options: DecodingOptions) -> Iterator[TranslatedLine]:
        for line in lines:
            found = self.translate(line, options) if line.strip() else None
            yield TranslatedLine(
                source=line,
                source_tokens=found.source_tokens if found else (),
                hypotheses=found.beams[-1].hypotheses if found else (),
                texts=found.texts if found else (),
            )

    def stream(
        self,
        source: str,
        options: DecodingOptions,
        *,
        prefix_ids: Sequence[int] = (),
        whole: bool = False,
        edits: Sequence[AttentionEdit] = (),
    ) -> Iterator[Translation]:
        words = source.split()
        self.encode_source(source)
        forced = [VOCABULARY[number] for number in prefix_ids]
        left = [] if whole else [f"▁{word.upper()}" for word in words[len(forced) :]]
        width = options.beam_width if options.method == "beam" else 1
        if words[0] == "cursed" and width >= CURSED_WIDTH:  # a wide beam that ends too soon
            left = left[:-1]
        tokens = [*forced, *left, END]
        strings = {token_id(token): token for token in [*tokens, *OTHERS]}
        beams: list[Beam] = []
        for length in range(1, len(tokens) + 1):
            time.sleep(self.step_seconds)
            done = length == len(tokens)
            hypotheses = [
                self._hypothesis(rank, tokens[:length], len(words) + 1, len(forced), done)
                for rank in range(width)
            ]
            kept = hypotheses[: options.n_best] if done else hypotheses
            parents = tuple(range(len(kept))) if beams else (-1,) * len(kept)
            beams.append(Beam(step=length, hypotheses=tuple(kept), parents=parents, done=done))
            texts = tuple(self._text(tokens[:length], rank) for rank in range(len(kept)))
            yield Translation(
                source=source,
                source_tokens=(*(f"▁{word}" for word in words), END),
                beams=tuple(beams),
                token_strings=strings,
                texts=texts,
                options=options,
                prefix=self._text(forced, 0),
                seconds=0.001 * length,
                made_by=MadeBy(name=self.name, source_kind=self.source_kind, target_kind=self.target_kind),
            )

    def translate(self, source: str, options: DecodingOptions) -> Translation:
        return list(self.stream(source, options))[-1]

    def _text(self, tokens: Sequence[str], rank: int) -> str:
        return "".join(token.replace("▁", " ") for token in tokens if token != END).strip() + "!" * rank

    def _hypothesis(
        self, rank: int, tokens: Sequence[str], source_length: int, forced: int, done: bool
    ) -> Hypothesis:
        keys = [(place, token, rank, source_length, place < forced) for place, token in enumerate(tokens)]
        for key in keys:  # hypotheses share steps, as those of a real search do
            if key not in self._steps:
                self._steps[key] = self._step(*key)
        steps = tuple(self._steps[key] for key in keys)
        total = sum(step.log_probability for step in steps)
        return Hypothesis(steps=steps, log_probability=total, score=total / len(steps), finished=done)

    def _step(self, place: int, token: str, rank: int, source_length: int, forced: bool) -> DecodeStep:
        probability = (0.98, 0.9, 0.55, 0.3)[place % 4] * 0.9**rank
        others = [(1 - probability) * 0.5 ** (number + 1) for number in range(9)]
        candidates = [Candidate(token_id=token_id(token), log_probability=math.log(probability))]
        candidates += [
            Candidate(token_id=token_id(name), log_probability=math.log(other))
            for name, other in zip(OTHERS, others, strict=False)
        ]
        layers, heads = self.heads
        attention = np.full((layers, heads, source_length), 0.3 / source_length, np.float32)
        for layer in range(layers):
            for head in range(heads):
                attention[layer, head, (place + layer + head) % source_length] += 0.7
        return DecodeStep(
            token_id=token_id(token),
            log_probability=math.log(probability),
            candidates=tuple(candidates),
            entropy=0.1 + place % 4,
            attention=attention,
            forced=forced,
        )


class ScriptedShelf:
    """Two scripted models, and one whose folder is damaged."""

    def __init__(self, step_seconds: float = 0.0) -> None:
        self.step_seconds = step_seconds

    def names(self) -> Sequence[str]:
        return ("shout", "plain", "broken")

    def knows(self, name: str) -> bool:
        return name in self.names()

    def label(self, name: str, language: str) -> str:
        return f"{name} ({language})"

    def examples(self, name: str) -> Sequence[str]:
        return (f"this is {name}", "one two three four five", "hello")

    def was_loaded(self, name: str) -> bool:
        return name == "plain"

    def load(self, name: str) -> ScriptedTranslator:
        if name == "broken":
            raise CheckpointError("weights are truncated.", "Copy the checkpoint again.")
        return ScriptedTranslator(self.step_seconds, (0, 0) if name == "plain" else (LAYERS, HEADS), name)
