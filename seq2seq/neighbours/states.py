"""The states of sentences: what the encoder holds for each source token, and the decoder for each target token.

An encoder state is a row of `Memory.states`. A decoder state is what the output layer reads before it says a
token, from `EncoderDecoder.features`: every architecture has it, it holds all that decides the next token, and
it comes from one teacher-forced pass. The decoder state of a token has therefore not read that token yet.

Shape letters: B batch, S source length, T target length, E encoder width, F width of the features.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import torch
from torch import Tensor

from seq2seq.data.vocabulary import START_ID
from seq2seq.models.encoder_decoder import shift_right
from seq2seq.models.hardware import AllThreads
from seq2seq.models.memory import say_full_memory
from seq2seq.translator import Translator, pad_rows

Side = Literal["source", "target"]
SIDES: Final[tuple[Side, ...]] = ("source", "target")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SentenceStates:
    """The states of one sentence: encoder states [S,E] and decoder states [T,F]; float32, on the processor."""

    source: Tensor
    target: Tensor

    def side(self, side: Side) -> Tensor:
        """The states of one side."""
        return self.source if side == "source" else self.target


def sentence_states(
    translator: Translator, source_ids: Sequence[int], target_ids: Sequence[int]
) -> SentenceStates:
    """The states of one sentence and its translation, whole or not; without target ids there are none of them."""
    (source,) = encoder_states(translator, [source_ids])
    if not target_ids:
        return SentenceStates(source=source, target=source.new_zeros(0, 0))
    (target,) = decoder_states(translator, [source_ids], [target_ids])
    return SentenceStates(source=source, target=target)


@say_full_memory()
def encoder_states(translator: Translator, sources: Sequence[Sequence[int]]) -> list[Tensor]:
    """States [S,E] of each source; ids with their end tokens."""
    ids, lengths = _pad(translator, sources)
    with torch.inference_mode(), AllThreads():
        states = translator.model.encode(ids, lengths).states
    return _real_rows(states, sources)


@say_full_memory()
def decoder_states(
    translator: Translator, sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]
) -> list[Tensor]:
    """States [T,F] of each target given its source; ids without start tokens."""
    (source_ids, source_lengths), (target_ids, _) = _pad(translator, sources), _pad(translator, targets)
    with torch.inference_mode(), AllThreads():
        states, _ = translator.model.features(source_ids, source_lengths, shift_right(target_ids, START_ID))
    return _real_rows(states, targets)


def _pad(translator: Translator, rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    ids, lengths = pad_rows([list(row) for row in rows])
    return ids.to(translator.device), lengths.to(translator.device)


def _real_rows(states: Tensor, rows: Sequence[Sequence[int]]) -> list[Tensor]:
    """What stands before the padding, row by row."""
    kept = states.float().cpu()
    return [kept[number, : len(row)].clone() for number, row in enumerate(rows)]
