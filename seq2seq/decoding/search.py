"""The one loop that every strategy shares: step the model, keep some continuations, drop what is finished.

A search runs over many sentences at once; one sentence is a batch of one. After every step it yields, and its
`History` holds all that happened so far.

Shape letters: B sentences, R rows of the model, V vocabulary, k tokens read of each row.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from seq2seq.config import DecodingOptions
from seq2seq.data.vocabulary import END_ID, PAD_ID, START_ID
from seq2seq.decoding.filters import MOST_BLOCKED
from seq2seq.decoding.frontier import STAY, Frontier, Move, advance
from seq2seq.decoding.history import (
    DoubleArray,
    Generation,
    History,
    IntArray,
    Reading,
    length_penalty,
)
from seq2seq.decoding.likeliest import likeliest
from seq2seq.decoding.trace import FloatArray
from seq2seq.errors import InputError
from seq2seq.models.encoder_decoder import DecoderState, EncoderDecoder, Memory


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Sentences to translate and how.

    Attributes:
        model: anything with the four operations, ready for decoding.
        source_ids: int64 [B,S], padded on the right, on the model's device.
        source_lengths: int64 [B], the end token included.
        lengths: the same as an array [B].
        options: the settings of the search.
        prefixes: int64 [B,P], the tokens each translation must begin with, padded with -1 on the right.
        limits: tokens after which a sentence's hypotheses are cut [B].
        with_trace: whether attention and entropy are wanted.
    """

    model: EncoderDecoder
    source_ids: Tensor
    source_lengths: Tensor
    lengths: IntArray
    options: DecodingOptions
    prefixes: IntArray
    limits: IntArray
    with_trace: bool


def make_task(
    model: EncoderDecoder,
    source_ids: Tensor,
    source_lengths: Tensor,
    options: DecodingOptions,
    prefixes: Sequence[Sequence[int]] | None,
    *,
    with_trace: bool,
) -> Task:
    """Check the request and put it in order.

    Raises:
        InputError: for a source without tokens, and for a forced prefix that cannot be.
    """
    lengths: IntArray = source_lengths.cpu().numpy().astype(np.int64)
    if len(lengths) and lengths.min() < 1:
        raise InputError("There is no source token to translate.", "Give a source text.")
    limits = maximum_lengths(lengths, options)
    prefixes = prefixes if prefixes is not None else [()] * len(lengths)
    for prefix, limit in zip(prefixes, limits.tolist(), strict=True):
        _check_prefix(prefix, model.target_vocabulary_size, limit)
    padded = np.full((len(lengths), max(map(len, prefixes), default=0)), -1)
    for row, prefix in enumerate(prefixes):
        padded[row, : len(prefix)] = prefix
    device = _device_of(model)
    ids, counts = source_ids.to(device), source_lengths.to(device)
    return Task(model, ids, counts, lengths, options, padded, limits, with_trace)


def _device_of(model: EncoderDecoder) -> torch.device:
    weight = next(model.parameters(), None)
    return torch.device("cpu") if weight is None else weight.device


def maximum_lengths(source_lengths: IntArray, options: DecodingOptions) -> IntArray:
    """Tokens after which hypotheses are cut [B], for sources of the given tokens, end token included [B].

    Unless set, twice the source without its end token plus 10, and enough for the minimum length.
    """
    if options.maximum_length:
        return np.full_like(source_lengths, options.maximum_length)
    return np.maximum(2 * (source_lengths - 1) + 10, options.minimum_length + 1)


def _check_prefix(prefix: Sequence[int], vocabulary_size: int, limit: int) -> None:
    for token_id in prefix:
        if not 0 <= token_id < vocabulary_size:
            raise InputError(
                f"The forced prefix has token id {token_id}; the vocabulary ends at {vocabulary_size - 1}.",
                "Take ids from this model's target tokenizer.",
            )
        if token_id in (PAD_ID, START_ID, END_ID):
            raise InputError(
                f"The forced prefix has the special token id {token_id}, which cannot be forced.",
                "Leave out padding, start and end tokens.",
            )
    if len(prefix) > limit:
        raise InputError(
            f"The forced prefix has {len(prefix)} tokens, and the translation may have {limit}.",
            "Shorten the prefix or raise maximum_length.",
            key="prefix_over_limit",
            values={"tokens": len(prefix), "limit": limit},
        )


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Continuations that a search keeps, ordered by sentence.

    Attributes:
        row: the row each continues [N].
        token_ids: the token it adds [N].
        log_probability: of that token under the model, float32 [N].
        slot: its place among the hypotheses of its sentence [N]; -1 while a prefix is forced.
    """

    row: IntArray
    token_ids: IntArray
    log_probability: FloatArray
    slot: IntArray


Chooser = Callable[[Frontier, Reading, Tensor, IntArray], Choice]
"""The heart of a strategy: what to keep, given the rows (one whose total is minus infinity has no
continuation), what the model said of them, the logits of all tokens [R,V], and each sentence's free slots
[B]."""


def search(task: Task, choose: Chooser, *, width: int, alpha: float = 0.0) -> Iterator[History]:
    """Search all sentences step by step with ``width`` slots each, yielding the history after each step.

    A sentence is done when all its slots hold finished hypotheses, at its maximum length, or as soon as no
    living hypothesis can enter its ``n_best``: its log-probability can only fall, so its score ends at most
    at what it has now divided by the largest penalty (``alpha``) that its maximum length allows.

    Raises:
        InputError: when the model's scores are not numbers, or allow no continuation.
    """
    if not len(task.lengths):
        return
    history = History(
        task.lengths, candidates=task.options.candidates, n_best=task.options.n_best, alpha=alpha
    )
    free = np.full(len(task.lengths), width)
    largest = np.array([length_penalty(limit, alpha) for limit in task.limits.tolist()])
    count = max(task.options.candidates * task.with_trace, width + MOST_BLOCKED)
    frontier, scratch = Frontier.at_start(len(task.lengths)), Scratch()
    with torch.inference_mode():
        memory = task.model.encode(task.source_ids, task.source_lengths)
        state = task.model.start(memory)
    move = STAY
    while True:
        with torch.inference_mode():
            memory, state = _carry(memory, state, move)
            previous_ids = torch.from_numpy(frontier.previous_ids).to(task.source_ids.device)
            output = task.model.step(previous_ids, state, memory)
            logits, state = output.logits.float(), output.state
            probabilities = scratch.softmax(logits)
            reading = read(logits, probabilities, output.attention, count=count, with_trace=task.with_trace)
            choice = _choose(task, choose, frontier, reading, logits, free)
        generation = _grow(frontier, reading, choice)
        _end(history, generation, free, task.limits, largest)
        alive = (~generation.finished & ~history.done[generation.sentence]).nonzero()[0]
        yield history
        if not len(alive):
            return
        frontier, move = advance(frontier, generation, choice.slot, alive)


class Scratch:
    """Memory for the largest tensor of a step, used again at every step: fresh pages cost more than the sums."""

    def __init__(self) -> None:
        self._buffer = torch.empty(0)

    def softmax(self, logits: Tensor) -> Tensor:
        """Probabilities [R,V] of float32 logits [R,V], valid until the next call."""
        if self._buffer.numel() < logits.numel() or self._buffer.device != logits.device:
            self._buffer = torch.empty(logits.numel(), device=logits.device)
        return torch.softmax(logits, -1, out=self._buffer[: logits.numel()].view(logits.shape))


def read(
    logits: Tensor, probabilities: Tensor, attention: Tensor, *, count: int, with_trace: bool
) -> Reading:
    """What a step says with logits and probabilities [R,V]: above all its ``count`` likeliest tokens.

    The largest probability is at least 1/V, so that its logarithm gives the normaliser, and with it every
    log-probability and the entropy, without another pass over the vocabulary.

    Raises:
        InputError: when a row has no finite probabilities.
    """
    top, token_ids = likeliest(logits, count)
    values, ids = top.cpu().numpy(), token_ids.cpu().numpy()
    largest = probabilities.gather(1, token_ids[:, :1]).cpu().numpy()
    normalizer = values[:, :1] - np.log(largest)
    if not np.isfinite(normalizer).all():
        raise InputError(
            "The model's scores for the next token are not finite numbers.",
            "Its weights are damaged or its training diverged: use another checkpoint.",
            key="scores_not_finite",
        )
    if with_trace:
        entropy = _entropy(logits, probabilities, normalizer[:, 0])
    else:
        entropy = np.full(len(values), np.nan, np.float32)
        attention = attention.new_zeros(len(values), 0, 0, 0)
    return Reading(ids, values - normalizer, normalizer[:, 0], entropy, attention)


def _entropy(logits: Tensor, probabilities: Tensor, normalizer: FloatArray) -> FloatArray:
    """The entropy of every row in nats [R]."""
    weighted: FloatArray = torch.linalg.vecdot(probabilities, logits).cpu().numpy()
    entropy: FloatArray = np.maximum(normalizer - weighted, np.float32(0))
    if np.isnan(entropy).any():  # a token of probability 0, whose share is 0 and not 0 times infinity
        entropy = torch.special.entr(probabilities).sum(-1).cpu().numpy()
    return entropy


def log_probabilities(reading: Reading, logits: Tensor, row: IntArray, token_ids: IntArray) -> FloatArray:
    """Of tokens [N] in rows [N] of logits [R,V], float32 [N]."""
    found: FloatArray = logits[torch.from_numpy(row), torch.from_numpy(token_ids)].cpu().numpy()
    return found - reading.log_normalizer[row]


def _choose(
    task: Task,
    choose: Chooser,
    frontier: Frontier,
    reading: Reading,
    logits: Tensor,
    free: IntArray,
) -> Choice:
    """What the prefixes force at this step, and what the strategy keeps of all other rows."""
    if frontier.length >= task.prefixes.shape[1]:
        return choose(frontier, reading, logits, free)
    tokens = task.prefixes[frontier.layout.sentence, frontier.length]
    forced = np.flatnonzero((tokens >= 0) & (frontier.total > -np.inf))
    others = replace(frontier, total=np.where(tokens >= 0, -np.inf, frontier.total))
    kept = choose(others, reading, logits, free)
    row = np.concatenate([forced, kept.row])
    order = np.argsort(frontier.layout.sentence[row], kind="stable")
    values = log_probabilities(reading, logits, forced, tokens[forced])
    return Choice(
        row[order],
        np.concatenate([tokens[forced], kept.token_ids])[order],
        np.concatenate([values, kept.log_probability])[order],
        np.concatenate([np.full(len(forced), -1), kept.slot])[order],
    )


def _grow(frontier: Frontier, reading: Reading, choice: Choice) -> Generation:
    """The hypotheses after the choice."""
    return Generation(
        reading=reading,
        sentence=frontier.layout.sentence[choice.row],
        parent=frontier.parent[choice.row],
        row=choice.row,
        token_ids=choice.token_ids,
        log_probability=choice.log_probability,
        total=frontier.total[choice.row] + choice.log_probability,
        finished=choice.token_ids == END_ID,
        forced=choice.slot < 0,
    )


def _end(
    history: History, generation: Generation, free: IntArray, limits: IntArray, largest: DoubleArray
) -> None:
    """Add the generation, give finished hypotheses their slot for good, and see which sentences are done."""
    sentence = generation.sentence
    continued = len(sentence) and 1 + np.count_nonzero(sentence[1:] != sentence[:-1])
    if continued < np.count_nonzero(~history.done):
        raise InputError(
            "The model gives probability 0 to every token that may come next.",
            "Lower minimum_length.",
            key="no_continuation",
        )
    history.generations.append(generation)
    for index in generation.finished.nonzero()[0].tolist():
        history.end(index)
        free[generation.sentence[index]] -= 1
    done, alive = len(history.generations) >= limits, ~generation.finished
    if any(history.leaves):
        best = np.full(len(limits), -np.inf)
        np.maximum.at(best, sentence[alive], generation.total[alive])
        done |= best / largest <= history.worst_result
    if done.any():
        history.done |= done
        for index in (alive & done[sentence]).nonzero()[0].tolist():
            history.end(index)


def _carry(memory: Memory, state: DecoderState, move: Move) -> tuple[Memory, DecoderState]:
    """Memory and state for the rows of the next step."""
    if move.rows is None:
        return memory, state
    rows = torch.from_numpy(move.rows).to(memory.states.device)
    return (memory if move.keeps_memory else memory.select(rows)), state.select(rows)
