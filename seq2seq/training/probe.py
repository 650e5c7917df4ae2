"""One sentence whose attention is kept at every validation, so that a page can show how it comes about."""

import base64
from typing import Final

import numpy as np

from seq2seq.checkpoints import Checkpoint
from seq2seq.data.corpus import ParallelCorpus, group_references
from seq2seq.errors import ConfigError
from seq2seq.options import DecodingOptions
from seq2seq.training.events import Probed
from seq2seq.translator import Translator

SHORTEST_TOKENS: Final = 6
LONGEST_TOKENS: Final = 40
"""Of a probe, the end token included; a longer picture would neither be read nor stay small."""
_CONSIDERED_SOURCES: Final = 1000


def choose_probe(checkpoint: Checkpoint, held_out: ParallelCorpus, asked: str) -> str:
    """The probe that was asked for, or else the shortest of the first held-out sources that shows something.

    That is the shortest of 6 to 40 tokens, or the longest below. Empty where there is none that fits, and for a
    model without attention.

    Raises:
        ConfigError: for a probe that was asked for and is too long.
    """
    if checkpoint.info.model.attention == "none" and checkpoint.info.model.architecture == "recurrent":
        return ""
    sources = [asked] if asked.strip() else list(group_references(held_out))[:_CONSIDERED_SOURCES]
    lengths = [len(ids) + 1 for ids in checkpoint.source_tokenizer.encode_many(sources)]
    if asked.strip() and lengths[0] > LONGEST_TOKENS:
        raise ConfigError(
            [f"The sentence to watch has {lengths[0]} tokens; at most {LONGEST_TOKENS} can be drawn."],
            "Shorten it or leave it out.",
        )
    fitting = {s: n for s, n in zip(sources, lengths, strict=True) if 1 < n <= LONGEST_TOKENS}
    telling = [source for source, length in fitting.items() if length >= SHORTEST_TOKENS]
    if telling:
        return min(telling, key=fitting.__getitem__)
    return max(fitting, key=fitting.__getitem__, default="")


def probe_attention(checkpoint: Checkpoint, source: str, step: int) -> Probed | None:
    """Translate the probe greedily, at most 40 tokens; None without a probe or attention."""
    if not source:
        return None
    training = checkpoint.model.training
    options = DecodingOptions(method="greedy", maximum_length=LONGEST_TOKENS)
    (line,) = Translator(checkpoint, "float32").translate_lines(iter([source]), options, with_trace=True)
    checkpoint.model.train(training)
    rows = [found.attention.mean(axis=(0, 1)) for found in line.hypotheses[0].steps if found.attention.size]
    if not rows:
        return None
    weights = np.rint(255 * np.stack(rows)).astype(np.uint8)
    return Probed(
        step=step,
        source=source,
        source_tokens=line.source_tokens,
        target_tokens=tuple(checkpoint.target_tokenizer.tokens(line.hypotheses[0].token_ids)),
        attention=base64.b64encode(weights.tobytes()).decode("ascii"),
    )
