"""A model without weights: a function from source and prefix to the logits of the next token."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from seq2seq.data.vocabulary import START_ID
from seq2seq.models.encoder_decoder import EncoderDecoder, Memory, StepOutput
from seq2seq.options import DecodingOptions, settings_for_method


def options_for(method, **settings):
    """Options with those of the settings that mean something for the method."""
    if method == "diverse_beam":
        width = settings.setdefault("beam_width", 4)
        settings.setdefault("beam_groups", 2 if width % 2 == 0 else width)
    return DecodingOptions(method=method, **settings_for_method(method, settings))


Script = Callable[[tuple[int, ...], tuple[int, ...]], np.ndarray]


def random_script(seed, vocabulary_size, *, scale=2.0):
    """Logits that depend on everything that was read and said, and on nothing else."""

    def script(source, prefix):
        generator = np.random.default_rng([seed, *source, 99, *prefix])
        return generator.normal(size=vocabulary_size) * scale

    return script


@dataclass(frozen=True)
class ScriptedState:
    prefixes: tuple[tuple[int, ...], ...]
    owner: "ScriptedModel"

    def select(self, rows):
        self.owner.selections += 1
        return ScriptedState(tuple(self.prefixes[row] for row in rows.tolist()), self.owner)


class ScriptedModel(EncoderDecoder):
    """Attention is two layers and one head: uniform, and all on the source token at the prefix's length."""

    def __init__(self, vocabulary_size, script):
        super().__init__()
        self.target_vocabulary_size = vocabulary_size
        self.script = script
        self.rows_of_steps = []
        self.selections = 0

    @classmethod
    def random(cls, seed, vocabulary_size=7, *, scale=2.0):
        return cls(vocabulary_size, random_script(seed, vocabulary_size, scale=scale))

    def encode(self, source_ids, source_lengths):
        mask = torch.arange(source_ids.shape[1]) < source_lengths[:, None]
        return Memory(states=(source_ids * mask)[:, :, None].float(), mask=mask, final=(), keys=())

    def start(self, memory):
        return ScriptedState(((),) * len(memory.states), self)

    def step(self, previous_ids, state, memory):
        self.rows_of_steps.append(len(previous_ids))
        prefixes = tuple((*old, int(new)) for old, new in zip(state.prefixes, previous_ids, strict=True))
        logits, attention = [], torch.zeros(len(prefixes), 2, 1, memory.mask.shape[1])
        for row, prefix in enumerate(prefixes):
            source = tuple(memory.states[row, memory.mask[row], 0].int().tolist())
            assert prefix[0] == START_ID
            logits.append(self.script(source, prefix[1:]))
            attention[row, 0, 0, : len(source)] = 1 / len(source)
            attention[row, 1, 0, (len(prefix) - 1) % len(source)] = 1.0
        return StepOutput(torch.tensor(np.array(logits)).float(), attention, ScriptedState(prefixes, self))

    def features(self, source_ids, source_lengths, previous_ids, *, with_attention=False):
        memory = self.encode(source_ids, source_lengths)
        state, logits = self.start(memory), []
        for ids in previous_ids.unbind(1):
            output = self.step(ids, state, memory)
            state = output.state
            logits.append(output.logits)
        return torch.stack(logits, dim=1), torch.empty(0)

    def output_weights(self):
        return torch.eye(self.target_vocabulary_size), torch.zeros(self.target_vocabulary_size)

    def log_probabilities(self, source, prefix):
        """The distribution after a prefix, by other means than the search's."""
        logits = np.asarray(self.script(tuple(source), tuple(prefix)), np.float64)
        return logits - logits.max() - np.log(np.exp(logits - logits.max()).sum())


def pad(sources):
    """Ids [B,S] and lengths [B] of lists of ids; padding is a token that would show if it were read."""
    lengths = torch.tensor([len(source) for source in sources])
    ids = torch.full((len(sources), int(lengths.max())), 0)
    for row, source in enumerate(sources):
        ids[row, : len(source)] = torch.tensor(source)
    return ids, lengths
