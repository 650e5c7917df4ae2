"""Greedy search, beam search and sampling, for one sentence as a stream and for many at once.

There is one implementation: a strategy is a generator over a whole batch, a stream is a batch of one, and
``decode`` is the last value of ``decode_stream``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import torch
from torch import Tensor

from seq2seq.data.vocabulary import END_ID
from seq2seq.decoding.beam import best_of_each_row, best_of_each_sentence
from seq2seq.decoding.edits import AttentionEdit
from seq2seq.decoding.filters import block_candidates, blocked_tokens, filter_for_sampling
from seq2seq.decoding.frontier import Frontier
from seq2seq.decoding.generation import DoubleArray
from seq2seq.decoding.history import History, Leaf
from seq2seq.decoding.reading import Offer
from seq2seq.decoding.search import Choice, Task, join_choices, make_task, search
from seq2seq.decoding.trace import Beam, DecodeStep, FloatArray, Hypothesis, IntArray
from seq2seq.models.encoder_decoder import EncoderDecoder
from seq2seq.models.memory import say_full_memory
from seq2seq.options import DecodingOptions


def greedy(task: Task) -> Iterator[History]:
    """Take the likeliest token at every step."""

    def choose(frontier: Frontier, offer: Offer, free: IntArray) -> Choice:
        row, column = best_of_each_row(_scores(frontier, offer, task.options))
        return _pick(offer, row, column, np.zeros(len(row), np.int64))

    return search(task, choose, width=1)


def beam(task: Task) -> Iterator[History]:
    """Keep the ``beam_width`` best hypotheses; see `seq2seq.decoding.beam`."""

    def choose(frontier: Frontier, offer: Offer, free: IntArray) -> Choice:
        scores = _scores(frontier, offer, task.options)
        return _pick(offer, *best_of_each_sentence(scores, frontier.layout, free))

    return search(task, choose, width=task.options.beam_width)


def diverse_beam(task: Task) -> Iterator[History]:
    """Groups that share the beam and avoid each other's tokens (Vijayakumar 2016, arXiv:1610.02424).

    Each group is a beam of ``beam_width / beam_groups``. The groups choose in turn; a token loses
    ``diversity`` for every hypothesis of an earlier group of its sentence that took it at this step (Hamming
    diversity, section 3, equation 7). The loss counts in the choice only: totals stay log-probabilities.
    Groups may come to the same translation all the same.
    """
    options = task.options
    width = options.beam_width // options.beam_groups
    free_of_group = np.full((options.beam_groups, len(task.lengths)), width)
    taken = np.zeros((len(task.lengths), task.model.target_vocabulary_size), np.float32)

    def choose(frontier: Frontier, offer: Offer, free: IntArray) -> Choice:
        scores, sentence = _scores(frontier, offer, options), frontier.layout.sentence
        picks: list[Choice] = []
        for group, group_free in enumerate(free_of_group):
            belongs = (frontier.slot < 0) | (frontier.slot // width == group)
            lost = options.diversity * taken[sentence[:, None], offer.token_ids]
            own = np.where(belongs[:, None], scores - lost, -np.inf)
            row, column, rank = best_of_each_sentence(own, frontier.layout, group_free)
            pick = _pick(offer, row, column, group * width + rank)
            np.add.at(taken, (sentence[row], pick.token_ids), 1.0)
            np.subtract.at(group_free, sentence[row[pick.token_ids == END_ID]], 1)
            picks.append(pick)
        for pick in picks:
            taken[sentence[pick.row], pick.token_ids] = 0.0
        return join_choices(picks, frontier.layout)

    return search(task, choose, width=options.beam_width)


def sampling(task: Task) -> Iterator[History]:
    """Draw ``n_best`` translations of a sentence, independent of each other, ranked by log-probability.

    The random numbers of a sentence follow from the seed and its source alone, so that other sentences of
    the batch change nothing; a step uses its own numbers, so that forcing the tokens that were drawn draws
    the same ones after them.
    """
    uniform = _uniform_numbers(task)
    every_slot = np.arange(task.options.n_best)

    def choose(frontier: Frontier, offer: Offer, free: IntArray) -> Choice:
        blocked = blocked_tokens(frontier.length, task.options)
        filtered = filter_for_sampling(offer.adjusted, blocked, task.options)
        drawn = draw(filtered, uniform[frontier.layout.sentence, frontier.length])
        unsplit = frontier.slot[:, None] < 0
        wanted = unsplit | (frontier.slot[:, None] == every_slot)
        possible = (frontier.total[:, None] > -np.inf) & (drawn < offer.logits.shape[-1])
        row, slot = np.nonzero(wanted & possible)
        token_ids = drawn[row, slot]
        return Choice(row, token_ids, offer.log_probabilities_of(row, token_ids), slot)

    return search(task, choose, width=task.options.n_best)


def draw(logits: Tensor, uniform: FloatArray) -> IntArray:
    """Token ids [R,N] drawn from the softmax of logits [R,V] by numbers uniform in [0, 1) [R,N].

    Inverts the cumulative distribution, so a token of probability 0 is never drawn; where none is possible,
    the id is V.
    """
    cumulative = logits.softmax(-1).cpu().double().cumsum(-1)
    thresholds = torch.from_numpy(uniform).double() * cumulative[:, -1:]
    tokens = torch.searchsorted(cumulative, thresholds, right=True)
    drawn: IntArray = tokens.masked_fill(thresholds.isnan(), logits.shape[-1]).numpy()
    return drawn


def _uniform_numbers(task: Task) -> FloatArray:
    """Numbers in [0, 1) for every sentence, step and sample, float32 [B,T,N]."""
    numbers = np.zeros((len(task.lengths), int(task.limits.max(initial=0)), task.options.n_best), np.float32)
    sources = task.source_ids.cpu().numpy()
    for row, (length, limit) in enumerate(zip(task.lengths.tolist(), task.limits.tolist(), strict=True)):
        generator = np.random.default_rng([task.options.seed, *sources[row, :length].tolist()])
        numbers[row, :limit] = generator.random((limit, task.options.n_best), np.float32)
    return numbers


def _scores(frontier: Frontier, offer: Offer, options: DecodingOptions) -> DoubleArray:
    """What every row's continuations are compared by [R,k], minus infinity where they are not allowed."""
    scores = frontier.total[:, None] + offer.scores
    return block_candidates(scores, offer.token_ids, blocked_tokens(frontier.length, options))


def _pick(offer: Offer, row: IntArray, column: IntArray, slot: IntArray) -> Choice:
    return Choice(row, offer.token_ids[row, column], offer.log_probabilities[row, column], slot)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Decoded:
    """A result of `decode_batch`: what most callers want at once, the rest when they look.

    Attributes:
        token_ids: the tokens, the end token included where it is finished.
        token_log_probabilities: one for each token, float32.
        log_probability: their plain sum.
        score: for ranking only, with the length penalty.
        finished: whether it ended by itself and was not cut at the maximum length.
    """

    token_ids: tuple[int, ...]
    token_log_probabilities: FloatArray
    log_probability: float
    score: float
    finished: bool
    _history: History = field(repr=False)
    _sentence: int = field(repr=False)
    _leaf: Leaf = field(repr=False)

    @property
    def steps(self) -> tuple[DecodeStep, ...]:
        """One for each token, made on request.

        Without a trace the entropy is NaN, the attention empty, and the candidates only those that the search
        needed to see.
        """
        return self._history.steps(self._sentence, self._leaf)

    @property
    def attention(self) -> FloatArray:
        """Where the model looked at each of the T tokens, float32 [T,L,H,S]; L is 0 without a trace."""
        path = self._history.path(self._leaf)
        return np.stack([self._history.attention(self._sentence, step, index) for step, index in path])

    @property
    def hypothesis(self) -> Hypothesis:
        """The same with all its steps, for those who want the type of `decode`."""
        return self._history.hypothesis(self._sentence, self._leaf)


def decode_stream(
    model: EncoderDecoder,
    source_ids: Tensor | Sequence[int],
    options: DecodingOptions,
    *,
    prefix: Sequence[int] = (),
    edits: Sequence[AttentionEdit] = (),
    whole: bool = False,
) -> Iterator[Beam]:
    """Translate one sentence, yielding the beam with its whole trace after every step.

    Closing the iterator stops the search. The last beam, marked ``done``, holds the ``n_best`` best
    hypotheses, finished ones first.

    Args:
        model: ready for decoding (`EncoderDecoder.for_decoding`).
        source_ids: the source's tokens, end token included, as a list or a tensor [1,S].
        options: the settings of the search.
        prefix: tokens the translation must begin with.
        edits: operations on the attention.
        whole: the prefix is a whole translation, whose end is forced too.

    Raises:
        InputError: for an impossible source, prefix or edit, and for a model whose scores are not numbers.
        FullMemoryError: when the device has not enough.
    """
    ids = torch.as_tensor(source_ids, dtype=torch.int64).reshape(1, -1)
    lengths = torch.tensor([ids.shape[1]])
    with say_full_memory():
        task = make_task(model, ids, lengths, options, [prefix], with_trace=True, edits=edits, whole=whole)
    return _beams(STRATEGIES[options.method](task))


def _beams(histories: Iterator[History]) -> Iterator[Beam]:
    leaves: list[Leaf] = []
    with say_full_memory():
        for history in histories:
            latest, leaves = history.beam(0, leaves)
            yield latest


def decode(
    model: EncoderDecoder,
    source_ids: Tensor | Sequence[int],
    options: DecodingOptions,
    *,
    prefix: Sequence[int] = (),
    edits: Sequence[AttentionEdit] = (),
) -> Beam:
    """The last beam of `decode_stream`: the ``n_best`` best translations with their trace."""
    *_, last = decode_stream(model, source_ids, options, prefix=prefix, edits=edits)
    return last


@say_full_memory()
def decode_batch(
    model: EncoderDecoder,
    source_ids: Tensor,
    source_lengths: Tensor,
    options: DecodingOptions,
    *,
    prefixes: Sequence[Sequence[int]] | None = None,
    with_trace: bool = False,
) -> list[tuple[Decoded, ...]]:
    """Translate many sentences: for each the ``n_best`` best translations, in the order of `decode`.

    Args:
        model: ready for decoding (`EncoderDecoder.for_decoding`).
        source_ids: int64 [B,S], end tokens included, padded on the right.
        source_lengths: real tokens of each source [B].
        options: the settings of the search.
        prefixes: tokens each translation must begin with.
        with_trace: whether attention and entropies are wanted, which take time and memory.

    Raises:
        InputError: for an impossible source or prefix, and for a model whose scores are not numbers.
        FullMemoryError: when the device has not enough.
    """
    task = make_task(model, source_ids, source_lengths, options, prefixes, with_trace=with_trace)
    history = None
    for history in STRATEGIES[options.method](task):  # noqa: B007 - the last one holds everything
        pass
    if history is None:
        return []
    history.prune()
    sentences = range(len(task.lengths))
    return [
        tuple(_decoded(history, sentence, leaf) for leaf in history.best(sentence)) for sentence in sentences
    ]


def _decoded(history: History, sentence: int, leaf: Leaf) -> Decoded:
    path = [(history.generations[step], index) for step, index in history.path(leaf)]
    return Decoded(
        token_ids=tuple(int(generation.token_ids[index]) for generation, index in path),
        token_log_probabilities=np.array([generation.log_probability[index] for generation, index in path]),
        log_probability=leaf.total,
        score=leaf.score,
        finished=leaf.finished,
        _history=history,
        _sentence=sentence,
        _leaf=leaf,
    )


Strategy = Callable[[Task], Iterator[History]]

STRATEGIES: Final[Mapping[str, Strategy]] = {
    "greedy": greedy,
    "beam": beam,
    "sampling": sampling,
    "diverse_beam": diverse_beam,
}
