"""The one loop that every strategy shares: step the model, keep some continuations, drop what is finished.

A search runs over many sentences at once; one sentence is a batch of one. After every step it yields, and its
`History` holds all that happened so far.

Shape letters: B sentences, R rows of the model, V vocabulary, k tokens read of each row.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from torch import Tensor

from seq2seq.data.vocabulary import END_ID, PAD_ID, START_ID
from seq2seq.decoding.edits import AttentionEdit, bias_at, check_edits, check_obeyed
from seq2seq.decoding.frontier import STAY, Frontier, Layout, Move, advance
from seq2seq.decoding.generation import Considered, DoubleArray, Generation, is_anywhere
from seq2seq.decoding.history import History
from seq2seq.decoding.ranking import length_penalty, ranking_exponent
from seq2seq.decoding.reading import Offer, Reader
from seq2seq.decoding.trace import FloatArray, IntArray
from seq2seq.errors import InputError
from seq2seq.models.encoder_decoder import DecoderState, EncoderDecoder, Memory, StepOutput
from seq2seq.models.hardware import AllThreads
from seq2seq.options import DecodingOptions

MOST_LONE_WORK: Final = 30_000_000
"""Up to so many rows times weights one thread of a server takes a step alone."""


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
        edits: operations on the attention of a single sentence.
    """

    model: EncoderDecoder
    source_ids: Tensor
    source_lengths: Tensor
    lengths: IntArray
    options: DecodingOptions
    prefixes: IntArray
    limits: IntArray
    with_trace: bool
    edits: Sequence[AttentionEdit] = ()


def make_task(
    model: EncoderDecoder,
    source_ids: Tensor,
    source_lengths: Tensor,
    options: DecodingOptions,
    prefixes: Sequence[Sequence[int]] | None,
    *,
    with_trace: bool,
    edits: Sequence[AttentionEdit] = (),
    whole: bool = False,
) -> Task:
    """Check the request and put it in order; ``whole`` prefixes are whole translations, whose end is forced too.

    Raises:
        InputError: for a source without tokens, and for a forced prefix or an edit that cannot be.
    """
    lengths: IntArray = source_lengths.cpu().numpy().astype(np.int64)
    if len(lengths) and lengths.min() < 1:
        raise InputError("There is no source token to translate.", "Give a source text.")
    limits = maximum_lengths(lengths, options)
    prefixes = prefixes if prefixes is not None else [()] * len(lengths)
    for prefix, limit in zip(prefixes, limits.tolist(), strict=True):
        _check_prefix(prefix, model.target_vocabulary_size, limit - whole)
    if whole:
        prefixes = [[*prefix, END_ID] for prefix in prefixes]
    padded = np.full((len(lengths), max(map(len, prefixes), default=0)), -1)
    for row, prefix in enumerate(prefixes):
        padded[row, : len(prefix)] = prefix
    device = _device_of(model)
    ids, counts = source_ids.to(device), source_lengths.to(device)
    if edits:
        check_edits(edits, int(lengths.min()))
    return Task(model, ids, counts, lengths, options, padded, limits, with_trace, tuple(edits))


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


Chooser = Callable[[Frontier, Offer, IntArray], Choice]
"""The heart of a strategy: what to keep, given the rows (one whose total is minus infinity has no
continuation), what may follow them, and each sentence's free slots [B]."""


def join_choices(choices: Sequence[Choice], layout: Layout) -> Choice:
    """Several choices as one, ordered by sentence."""
    row = np.concatenate([choice.row for choice in choices])
    order = np.argsort(layout.sentence[row], kind="stable")
    return Choice(
        row[order],
        np.concatenate([choice.token_ids for choice in choices])[order],
        np.concatenate([choice.log_probability for choice in choices])[order],
        np.concatenate([choice.slot for choice in choices])[order],
    )


def search(task: Task, choose: Chooser, *, width: int) -> Iterator[History]:
    """Search all sentences step by step with ``width`` slots each, yielding the history after each step.

    A sentence is done when all its slots hold finished hypotheses, at its maximum length, or as soon as no
    living hypothesis can enter its ``n_best``: its log-probability can only fall, so its score ends at most
    at what it has now divided by the largest length penalty that its maximum length allows.

    Raises:
        InputError: when the model's scores are not numbers, or allow no continuation.
    """
    if not len(task.lengths):
        return
    history, alpha = History(task.lengths, task.options), ranking_exponent(task.options)
    free = np.full(len(task.lengths), width)
    largest = np.array([length_penalty(limit, alpha) for limit in task.limits.tolist()])
    frontier, reader = Frontier.at_start(len(task.lengths)), Reader(task.options, width, task.with_trace)
    threads = _threads_for(task, width)
    with torch.inference_mode(), threads:
        memory = task.model.encode(task.source_ids, task.source_lengths)
        state = task.model.start(memory)
    move = STAY
    while True:
        with torch.inference_mode(), threads:
            memory, state = _carry(memory, state, move)
            said = history.said(frontier.parent) if reader.needs_said else None
            previous_ids = torch.from_numpy(frontier.previous_ids).to(task.source_ids.device)
            output = _step(task, frontier.length, previous_ids, state, memory)
            state = output.state
            offer = reader.read(output, said)
            choice = _choose(task, choose, frontier, offer, free)
        generation = _grow(frontier, offer, choice)
        _end(history, generation, free, task.limits, largest)
        alive = (~generation.finished & ~history.done[generation.sentence]).nonzero()[0]
        yield history
        if not len(alive):
            return
        frontier, move = advance(frontier, generation, choice.slot, alive)


def _threads_for(task: Task, width: int) -> AbstractContextManager[None]:
    """All threads where a step is long enough for them to meet."""
    work = len(task.lengths) * width * task.model.size
    return AllThreads() if work > MOST_LONE_WORK else nullcontext()


def _step(task: Task, step: int, previous_ids: Tensor, state: DecoderState, memory: Memory) -> StepOutput:
    """A step of the model, its attention edited as the task wants it."""
    bias = bias_at(task.edits, step, task.source_ids.shape[1]) if task.edits else None
    if bias is None:
        return task.model.step(previous_ids, state, memory)
    everywhere = torch.from_numpy(bias).to(memory.states).expand(len(memory.mask), -1)
    output = task.model.step(previous_ids, state, replace(memory, bias=everywhere))
    check_obeyed(output.attention.float().cpu().numpy(), bias, step)
    return output


def _choose(task: Task, choose: Chooser, frontier: Frontier, offer: Offer, free: IntArray) -> Choice:
    """What the prefixes force at this step, and what the strategy keeps of all other rows."""
    if frontier.length >= task.prefixes.shape[1]:
        return choose(frontier, offer, free)
    tokens = task.prefixes[frontier.layout.sentence, frontier.length]
    forced = np.flatnonzero((tokens >= 0) & (frontier.total > -np.inf))
    others = replace(frontier, total=np.where(tokens >= 0, -np.inf, frontier.total))
    values = offer.log_probabilities_of(forced, tokens[forced])
    by_prefix = Choice(forced, tokens[forced], values, np.full(len(forced), -1))
    return join_choices([by_prefix, choose(others, offer, free)], frontier.layout)


def _grow(frontier: Frontier, offer: Offer, choice: Choice) -> Generation:
    """The hypotheses after the choice."""
    return Generation(
        reading=offer.reading,
        considered=Considered(
            frontier.layout.sentence,
            frontier.parent,
            frontier.total > -np.inf,
            offer.token_ids,
            offer.log_probabilities,
            offer.scores,
        ),
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
            "Lower minimum_length or no_repeat_ngram.",
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
    if is_anywhere(done):
        history.done |= done
        for index in (alive & done[sentence]).nonzero()[0].tolist():
            history.end(index)


def _carry(memory: Memory, state: DecoderState, move: Move) -> tuple[Memory, DecoderState]:
    """Memory and state for the rows of the next step."""
    if move.rows is None:
        return memory, state
    rows = torch.from_numpy(move.rows).to(memory.states.device)
    return (memory if move.keeps_memory else memory.select(rows)), state.select(rows)
