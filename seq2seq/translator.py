"""Text in, a stream of translations with their whole trace out."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from seq2seq.checkpoints import Checkpoint, load_checkpoint
from seq2seq.config import PRECISION_NAMES, ModelConfig
from seq2seq.data.vocabulary import END_ID, PAD_ID
from seq2seq.decoding.edits import AttentionEdit
from seq2seq.decoding.strategies import Decoded, decode_batch, decode_stream
from seq2seq.decoding.trace import Beam, Hypothesis
from seq2seq.errors import ConfigError, InputError
from seq2seq.hub.locate import pull_checkpoint
from seq2seq.models.encoder_decoder import EncoderDecoder
from seq2seq.models.hardware import choose_device, choose_dtype, keep_freed_memory
from seq2seq.options import DecodingOptions
from seq2seq.translation import HypothesisTexts, MadeBy, TokenStrings, Translation

LONGEST_SOURCE_TOKENS = 1000
BATCH_SENTENCES = 64
LOOKAHEAD_SENTENCES = 4096
"""How many lines are read ahead to be sorted by length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatedLine:
    """One line of a file: its source and the n best hypotheses with their texts, best first."""

    source: str
    source_tokens: tuple[str, ...]
    hypotheses: tuple[Decoded, ...]
    texts: tuple[str, ...]


class Translator:
    """A loaded checkpoint, ready to translate; safe to use from several threads.

    What someone watches (`stream`, `translate`) is computed in float32. Many lines (`translate_lines`) are
    translated in ``precision``: float32, bfloat16, or auto, which takes bfloat16 where the processor is faster
    with it; the log-probability of a token is then off by about 0.02.

    Raises:
        ConfigError: for a precision that is none of these.
    """

    def __init__(self, checkpoint: Checkpoint, precision: str = "auto") -> None:
        self.checkpoint = checkpoint
        self.device = next(checkpoint.model.parameters()).device
        self._precision = precision
        if precision not in PRECISION_NAMES:
            raise ConfigError(
                [f"There is no precision {precision!r}."], f"Choose {', '.join(PRECISION_NAMES)}."
            )

    @cached_property
    def model(self) -> EncoderDecoder:
        """The model laid out for single sentences, in float32."""
        return self.checkpoint.model.for_decoding()

    @cached_property
    def batch_model(self) -> EncoderDecoder:
        """The model laid out for many sentences, in the chosen precision."""
        dtype = choose_dtype(self._precision, self.device)
        return self.model if dtype == torch.float32 else self.checkpoint.model.for_decoding(dtype)

    @cached_property
    def token_strings(self) -> TokenStrings:
        """The string of every target token."""
        ids = list(range(self.checkpoint.info.target_vocabulary_size))
        return TokenStrings(self.checkpoint.target_tokenizer.tokens(ids))

    @cached_property
    def made_by(self) -> MadeBy:
        """What a translation says of this model."""
        return MadeBy.of(self.checkpoint)

    @property
    def name(self) -> str:
        """The checkpoint's name."""
        return self.checkpoint.name

    @property
    def config(self) -> ModelConfig:
        """The settings of its model."""
        return self.checkpoint.info.model

    @property
    def source_language(self) -> str:
        """Code of the source language, or an empty string."""
        return self.checkpoint.info.source_language

    @property
    def target_language(self) -> str:
        """Code of the target language, or an empty string."""
        return self.checkpoint.info.target_language

    @property
    def source_kind(self) -> str:
        """The kind of the source's tokenizer."""
        return self.checkpoint.source_tokenizer.kind

    @property
    def target_kind(self) -> str:
        """The kind of the target's tokenizer."""
        return self.checkpoint.target_tokenizer.kind

    @property
    def scores(self) -> Mapping[str, Any]:
        """The content of the checkpoint's scores.json."""
        return self.checkpoint.scores

    @property
    def examples(self) -> Sequence[str]:
        """Source texts worth trying."""
        return self.checkpoint.info.examples

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
        """Translate, yielding after every step of the search; closing the iterator stops it.

        What is forced is the text ``prefix``, or else the tokens ``prefix_ids``; ``whole`` ends it there.

        Raises:
            InputError: when the source is empty or longer than the model can read, or the prefix cannot be
                forced, or an edit of the attention cannot be.
        """
        start = time.perf_counter()
        source_ids = self.encode_source(source)
        if prefix:
            prefix_ids = self.encode_prefix(prefix)
        prefix = prefix or self.checkpoint.target_tokenizer.decode(prefix_ids)
        source_tokens = tuple(self.checkpoint.source_tokenizer.tokens(source_ids))
        beams: list[Beam] = []
        for beam in decode_stream(
            self.model, source_ids, options, prefix=prefix_ids, edits=edits, whole=whole
        ):
            beams.append(beam)
            yield Translation(
                source=source,
                source_tokens=source_tokens,
                beams=tuple(beams),
                token_strings=self.token_strings,
                texts=HypothesisTexts(beam.hypotheses, self.checkpoint.target_tokenizer.decode),
                options=options,
                prefix=prefix,
                edits=tuple(edits),
                made_by=self.made_by,
                seconds=time.perf_counter() - start,
            )

    def translate(
        self,
        source: str,
        options: DecodingOptions | None = None,
        *,
        prefix: str = "",
        edits: Sequence[AttentionEdit] = (),
    ) -> Translation:
        """The last value of `stream`; by default with `DecodingOptions` as they are."""
        *_, last = self.stream(source, options or DecodingOptions(), prefix=prefix, edits=edits)
        return last

    def translate_lines(
        self,
        lines: Iterator[str],
        options: DecodingOptions,
        *,
        with_trace: bool = False,
        batch_sentences: int = BATCH_SENTENCES,
    ) -> Iterator[TranslatedLine]:
        """Translate many lines in batches of similar length; results come in the order of the input.

        An empty line gives an empty translation, so that lines stay aligned.
        """
        keep_freed_memory()
        numbered = enumerate(lines, start=1)
        while window := list(islice(numbered, LOOKAHEAD_SENTENCES)):
            encoded = [self._encode_line(number, line) for number, line in window]
            order = sorted((i for i, ids in enumerate(encoded) if ids), key=lambda i: len(encoded[i]))
            found: dict[int, tuple[Decoded, ...]] = {}
            for first in range(0, len(order), batch_sentences):
                rows = order[first : first + batch_sentences]
                results = self._decode_rows([encoded[row] for row in rows], options, with_trace)
                found.update(zip(rows, results, strict=True))
            for row, (_, line) in enumerate(window):
                yield self._line(line, encoded[row], found.get(row, ()))

    def describe_hypothesis(self, hypothesis: Hypothesis | Decoded, text: str) -> dict[str, Any]:
        """A hypothesis as JSON values.

        ``alignment`` gives, for each token, the index of the source token that gets most attention (mean over
        layers and heads); it is empty without attention.
        """
        steps = hypothesis.steps
        attended = [step.attention.mean(axis=(0, 1)) for step in steps if step.attention.size]
        return {
            "text": text,
            "score": hypothesis.score,
            "log_probability": hypothesis.log_probability,
            "finished": hypothesis.finished,
            "tokens": self.checkpoint.target_tokenizer.tokens(list(hypothesis.token_ids)),
            "token_log_probabilities": [step.log_probability for step in steps],
            "alignment": [int(row.argmax()) for row in attended],
        }

    def _decode_rows(
        self, rows: list[list[int]], options: DecodingOptions, with_trace: bool
    ) -> list[tuple[Decoded, ...]]:
        return decode_batch(self.batch_model, *pad_rows(rows), options, with_trace=with_trace)

    def _line(self, line: str, ids: list[int], hypotheses: tuple[Decoded, ...]) -> TranslatedLine:
        return TranslatedLine(
            source=line,
            source_tokens=tuple(self.checkpoint.source_tokenizer.tokens(ids)),
            hypotheses=hypotheses,
            texts=tuple(self._text(hypothesis) for hypothesis in hypotheses),
        )

    def _encode_line(self, number: int, line: str) -> list[int]:
        if not line.strip():
            return []
        try:
            return self.encode_source(line)
        except InputError as problem:
            raise InputError(f"Line {number}: {problem.message}", problem.hint) from problem

    def encode_source(self, source: str) -> list[int]:
        """The ids of a source, end token included.

        Raises:
            InputError: when it is empty or longer than the model can read.
        """
        if not source.strip():
            raise InputError("There is no text to translate.", "Type a sentence.", key="empty_source")
        ids = self.checkpoint.source_tokenizer.encode(source)
        if not ids:
            raise InputError(
                "This text has no token that the model could read.", "Type a sentence.", key="no_tokens"
            )
        if len(ids) >= LONGEST_SOURCE_TOKENS:
            raise InputError(
                f"The text has {len(ids)} tokens, and {LONGEST_SOURCE_TOKENS - 1} is the most that is read.",
                "Translate it sentence by sentence.",
                key="many_tokens",
                values={"tokens": len(ids), "limit": LONGEST_SOURCE_TOKENS - 1},
            )
        return [*ids, END_ID]

    def _text(self, hypothesis: Hypothesis | Decoded) -> str:
        return self.checkpoint.target_tokenizer.decode(hypothesis.token_ids)

    def encode_prefix(self, prefix: str) -> list[int]:
        """The ids of a forced beginning."""
        return self.checkpoint.target_tokenizer.encode(prefix) if prefix else []


def pad_rows(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Rows of ids as a tensor [B,S], padded on the right, and their lengths [B]."""
    lengths = torch.tensor([len(row) for row in rows])
    ids = torch.full((len(rows), int(lengths.max())), PAD_ID)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = torch.tensor(row)
    return ids, lengths


_LOADING = threading.Lock()


def load_translator(
    folder: Path | str, device: str = "auto", precision: str = "auto", *, name: str = ""
) -> Translator:
    """The translator of a checkpoint folder, loaded once and kept; a few of them at most.

    Args:
        folder: the checkpoint, or its name ``OWNER/NAME[@REVISION]`` on the Hugging Face Hub, from where it is
            pulled if it was not yet.
        device: cpu, cuda or mps; auto takes a GPU where there is one.
        precision: number format for many lines, see `Translator`.
        name: what it is called; by default its name on the Hub, or its folder's.

    Raises:
        CheckpointError: one sentence on what is missing, damaged or does not fit.
        HubError: when it cannot be pulled.
        ConfigError: when the machine has no such device.
    """
    path = pull_checkpoint(folder).resolve()
    called = name or (path.name if path == Path(folder).resolve() else str(folder))
    weights = path / "model.safetensors"
    changed = weights.stat().st_mtime_ns if weights.exists() else 0
    with _LOADING:
        return _load(path, changed, called, choose_device(device), precision)


@lru_cache(maxsize=4)
def _load(folder: Path, changed: int, name: str, device: torch.device, precision: str) -> Translator:
    checkpoint = load_checkpoint(folder)
    return Translator(replace(checkpoint, name=name, model=checkpoint.model.to(device)), precision)
