"""What a search leaves behind, kept as arrays until someone looks.

A search adds one `Generation` a step: all hypotheses that it kept, of all sentences, with pointers to the
generation before. `History` turns them into the objects of `seq2seq.decoding.trace` on request.

Shape letters: B sentences, R rows of the model.
"""

from dataclasses import dataclass, replace
from itertools import chain
from typing import cast

import numpy as np

from seq2seq.decoding.generation import BoolArray, Considered, DoubleArray, Generation, is_everywhere
from seq2seq.decoding.ranking import coverage_penalty, length_penalty, ranking_exponent
from seq2seq.decoding.trace import Beam, Candidate, DecodeStep, Expansions, FloatArray, Hypothesis, IntArray
from seq2seq.options import DecodingOptions


@dataclass(frozen=True, slots=True)
class Leaf:
    """The end of a hypothesis: its generation, its index there, and how good it is."""

    step: int
    index: int
    total: float
    score: float
    finished: bool


class History:
    """All generations of a search over B sentences, and the hypotheses that ended.

    Attributes:
        generations: one for each step so far.
        leaves: hypotheses that need no further step, sentence by sentence, in the order they ended; once a
            sentence is done also those that were cut off.
        done: whether the search of a sentence has ended [B].
        worst_result: score of the last of the ``n_best`` finished hypotheses so far, minus infinity while
            there are fewer [B].

    Args:
        source_lengths: source tokens of each sentence, the end token included [B].
        options: the settings of the search.
    """

    def __init__(self, source_lengths: IntArray, options: DecodingOptions) -> None:
        self.generations: list[Generation] = []
        self.leaves: list[list[Leaf]] = [[] for _ in source_lengths]
        self.done: BoolArray = np.zeros(len(source_lengths), np.bool_)
        self.worst_result: DoubleArray = np.full(len(source_lengths), -np.inf)
        self._source_lengths = source_lengths
        self._candidates, self._n_best = options.candidates, options.n_best
        self._alpha, self._beta = ranking_exponent(options), options.coverage_penalty
        self._attention: dict[int, FloatArray] = {}
        self._alternatives: dict[tuple[int, int], tuple[Candidate, ...]] = {}
        self._steps: dict[tuple[int, int], DecodeStep] = {}
        self._paths: dict[tuple[int, int], tuple[DecodeStep, ...]] = {}

    def said(self, index: IntArray) -> IntArray:
        """The tokens so far of hypotheses of the last generation [R], int64 [R,T]; none before the first."""
        tokens = np.empty((len(index), len(self.generations)), np.int64)
        for step in range(len(self.generations) - 1, -1, -1):
            tokens[:, step] = self.generations[step].token_ids[index]
            index = self.generations[step].parent[index]
        return tokens

    def end(self, index: int) -> None:
        """Note that the hypothesis at ``index`` of the last generation needs no further step."""
        sentence = int(self.generations[-1].sentence[index])
        leaves = self.leaves[sentence]
        leaves.append(self.leaf(index))
        if leaves[-1].finished and len(leaves) >= self._n_best:
            self.worst_result[sentence] = sorted(leaf.score for leaf in leaves)[-self._n_best]

    def prune(self) -> None:
        """Forget all that did not lead to the results; only for a search that has ended."""
        for cache in (self._attention, self._alternatives, self._steps, self._paths):
            cache.clear()
        self.leaves = [self.best(sentence) for sentence in range(len(self.leaves))]
        wanted: list[list[int]] = [[] for _ in self.generations]
        for leaf in chain.from_iterable(self.leaves):
            wanted[leaf.step].append(leaf.index)
        kept = [np.unique(np.array(indices, np.int64)) for indices in wanted]
        for step in range(len(kept) - 1, -1, -1):
            generation = self.generations[step].narrow(kept[step])
            if step:
                kept[step - 1] = np.union1d(kept[step - 1], generation.parent)
                generation = replace(generation, parent=np.searchsorted(kept[step - 1], generation.parent))
            self.generations[step] = generation
        self.leaves = [
            [replace(leaf, index=int(np.searchsorted(kept[leaf.step], leaf.index))) for leaf in leaves]
            for leaves in self.leaves
        ]

    def leaf(self, index: int) -> Leaf:
        """The hypothesis at ``index`` of the last generation."""
        generation, step = self.generations[-1], len(self.generations) - 1
        total = float(generation.total[index])
        leaf = Leaf(
            step,
            index,
            total,
            total / length_penalty(step + 1, self._alpha),
            bool(generation.finished[index]),
        )
        if not self._beta or not leaf.finished:
            return leaf
        return replace(
            leaf, score=leaf.score + self._beta * self._coverage(int(generation.sentence[index]), leaf)
        )

    def _coverage(self, sentence: int, leaf: Leaf) -> float:
        """What a finished hypothesis loses for source tokens that got no attention, 0 or less."""
        found = [self.attention(sentence, step, index).mean(axis=(0, 1)) for step, index in self.path(leaf)]
        return coverage_penalty(np.sum(found, axis=0)[:-1])

    def best(self, sentence: int) -> list[Leaf]:
        """The ``n_best`` results of a sentence that is done, finished ones first, then by score."""
        ranked = sorted(self.leaves[sentence], key=lambda leaf: (not leaf.finished, -leaf.score))
        return ranked[: self._n_best]

    def current(self, sentence: int) -> list[Leaf]:
        """All hypotheses of a sentence after the last step, best score first; the results once it is done."""
        if self.done[sentence]:
            return self.best(sentence)
        generation = self.generations[-1]
        alive = ((generation.sentence == sentence) & ~generation.finished).nonzero()[0]
        leaves = [*self.leaves[sentence], *map(self.leaf, alive.tolist())]
        return sorted(leaves, key=lambda leaf: -leaf.score)

    def beam(self, sentence: int, before: list[Leaf]) -> tuple[Beam, list[Leaf]]:
        """The beam after the last step, and its leaves, given those of the beam ``before``."""
        places = {(leaf.step, leaf.index): place for place, leaf in enumerate(before)}
        leaves, last = self.current(sentence), len(self.generations) - 1
        beam = Beam(
            step=last,
            hypotheses=tuple(self.hypothesis(sentence, leaf) for leaf in leaves),
            parents=tuple(places[self._origin(leaf, last)] if before else -1 for leaf in leaves),
            done=bool(self.done[sentence]),
            expansions=self._expansions(sentence, places),
        )
        self._paths = {
            (leaf.step, leaf.index): item.steps for leaf, item in zip(leaves, beam.hypotheses, strict=True)
        }
        return beam, leaves

    def _expansions(self, sentence: int, places: dict[tuple[int, int], int]) -> Expansions:
        """What the last step considered for a sentence; ``places`` are those in the beam before."""
        seen, before = cast(Considered, self.generations[-1].considered), len(self.generations) - 2
        rows: IntArray | slice = slice(None)  # all of them, as long as the only sentence has no dead row
        if len(self.leaves) > 1 or not is_everywhere(seen.alive):
            rows = ((seen.sentence == sentence) & seen.alive).nonzero()[0]
        parents = [places.get((before, parent), -1) for parent in seen.parent[rows].tolist()]
        return Expansions(
            parents=np.array(parents, np.int64),
            token_ids=seen.token_ids[rows, : self._candidates],
            log_probabilities=seen.log_probabilities[rows, : self._candidates],
            scores=seen.scores[rows, : self._candidates],
        )

    def _origin(self, leaf: Leaf, last: int) -> tuple[int, int]:
        """Where a hypothesis of the last beam stood in the beam before."""
        if leaf.step < last:
            return leaf.step, leaf.index
        return last - 1, int(self.generations[last].parent[leaf.index])

    def path(self, leaf: Leaf) -> list[tuple[int, int]]:
        """The (step, index) that a hypothesis runs through, first step first."""
        path, index = [], leaf.index
        for step in range(leaf.step, -1, -1):
            path.append((step, index))
            index = int(self.generations[step].parent[index])
        return path[::-1]

    def steps(self, sentence: int, leaf: Leaf) -> tuple[DecodeStep, ...]:
        """The decisions of a hypothesis; the same objects for what hypotheses have in common."""
        step, index, missing = leaf.step, leaf.index, []
        while step >= 0 and (step, index) not in self._paths:
            missing.append((step, index))
            step, index = step - 1, int(self.generations[step].parent[index])
        known = self._paths.get((step, index), ())
        return (*known, *(self._step(sentence, *place) for place in reversed(missing)))

    def hypothesis(self, sentence: int, leaf: Leaf) -> Hypothesis:
        """A hypothesis with its whole trace."""
        return Hypothesis(
            steps=self.steps(sentence, leaf),
            log_probability=leaf.total,
            score=leaf.score,
            finished=leaf.finished,
        )

    def attention(self, sentence: int, step: int, index: int) -> FloatArray:
        """Where the model looked as it chose the token of a hypothesis, float32 [L,H,S]."""
        known = self._attention.get(step)
        generation = self.generations[step]
        if known is None:
            known = self._attention[step] = generation.reading.attention.float().cpu().numpy()
        return known[int(generation.row[index]), :, :, : int(self._source_lengths[sentence])]

    def _step(self, sentence: int, step: int, index: int) -> DecodeStep:
        known = self._steps.get((step, index))
        if known is None:
            generation = self.generations[step]
            row = int(generation.row[index])
            known = self._steps[step, index] = DecodeStep(
                token_id=int(generation.token_ids[index]),
                log_probability=float(generation.log_probability[index]),
                candidates=self._candidates_of(step, row),
                entropy=float(generation.reading.entropy[row]),
                attention=self.attention(sentence, step, index),
                forced=bool(generation.forced[index]),
            )
        return known

    def _candidates_of(self, step: int, row: int) -> tuple[Candidate, ...]:
        known = self._alternatives.get((step, row))
        if known is None:
            reading = self.generations[step].reading
            token_ids = reading.token_ids[row, : self._candidates].tolist()
            log_probabilities = reading.log_probabilities[row, : self._candidates].tolist()
            known = self._alternatives[step, row] = tuple(map(Candidate, token_ids, log_probabilities))
        return known
