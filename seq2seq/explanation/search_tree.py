"""The tree of a search: what it kept, what it dropped, and why.

A node is a hypothesis at the step that made it. A table per step lists all that was considered there.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from seq2seq.decoding.filters import blocked_tokens
from seq2seq.decoding.ranking import length_penalty, ranking_exponent
from seq2seq.decoding.trace import Beam, Hypothesis
from seq2seq.options import DecodingOptions

ROOT: Final = -1
REASONS: Final = ("kept", "blocked", "less_likely", "beam_full", "group_full", "not_drawn", "search_ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A hypothesis at the step that made it.

    Attributes:
        parent: number of the node it continues; -1 at the first step.
        step: the step that made it, from 0.
        token_id, log_probability: its last token.
        total: sum of log-probabilities.
        score: what it is ranked by, with the length penalty.
        status: alive (continued by others), finished, pruned (nothing that continues it was kept) or cut at
            the maximum length.
        rank: place among the results, from 0; -1 for what is no result.
    """

    parent: int
    step: int
    token_id: int
    log_probability: float
    total: float
    score: float
    status: str = "pruned"
    rank: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """One continuation that a step considered.

    Attributes:
        parent: node it continues; -1 at the first step.
        token_id, log_probability: the token and its log-probability.
        total: sum of log-probabilities with it.
        score: the total with the length penalty of its length.
        rank: place among all that the step considered and allowed, from 0 by total; -1 for what is blocked.
        node: the node it became, or -1.
        reason: one of `REASONS`.
        winner: the node that took its place, or -1.
        gap: by how much more that node's total is, in nats.
    """

    parent: int
    token_id: int
    log_probability: float
    total: float
    score: float
    rank: int = -1
    node: int = -1
    reason: str = "kept"
    winner: int = -1
    gap: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTree:
    """All nodes by number, and for each step all that was considered, best total first."""

    nodes: tuple[Node, ...]
    steps: tuple[tuple[Considered, ...], ...]

    def path(self, node: int) -> tuple[int, ...]:
        """The nodes from the first step to this one."""
        found: list[int] = []
        while node != ROOT:
            found.append(node)
            node = self.nodes[node].parent
        return tuple(reversed(found))

    @property
    def winners(self) -> tuple[int, ...]:
        """The nodes of the results, best first."""
        ranked = [(node.rank, number) for number, node in enumerate(self.nodes) if node.rank >= 0]
        return tuple(number for _, number in sorted(ranked))


def build_tree(beams: Sequence[Beam], options: DecodingOptions) -> SearchTree:
    """The tree of a search from its beams; of a search that goes on still, the tree so far."""
    builder = _Builder(options)
    for number, beam in enumerate(beams):
        builder.add(beam, beams[number - 1] if number else None)
    return builder.finish(beams[-1]) if beams else SearchTree(nodes=(), steps=())


class _Builder:
    def __init__(self, options: DecodingOptions) -> None:
        self._options, self._alpha = options, ranking_exponent(options)
        self._nodes: list[Node] = []
        self._steps: list[tuple[Considered, ...]] = []
        self._places: list[int] = []

    def add(self, beam: Beam, before: Beam | None) -> None:
        """Add the hypotheses of a beam, and what its step considered."""
        places, made = [], dict[tuple[int, int], int]()
        for hypothesis, parent in zip(beam.hypotheses, beam.parents, strict=True):
            origin = before.hypotheses[parent] if before is not None and parent >= 0 else None
            if origin is not None and len(origin.steps) == len(hypothesis.steps):
                places.append(self._places[parent])
                continue
            number, above = len(self._nodes), self._places[parent] if parent >= 0 else ROOT
            self._nodes.append(self._node(hypothesis, above, len(hypothesis.steps) - 1))
            made[above, hypothesis.steps[-1].token_id] = number
            places.append(number)
            if above != ROOT:
                self._nodes[above] = replace(self._nodes[above], status="alive")
        self._steps.append(self._consider(beam, made))
        self._places = places

    def finish(self, last: Beam) -> SearchTree:
        """The tree, with the results of the last beam marked."""
        for rank, (number, hypothesis) in enumerate(zip(self._places, last.hypotheses, strict=True)):
            status = self._nodes[number].status
            if status != "finished":
                status = "cut" if last.done else "alive"
            ranked = rank if last.done else -1
            self._nodes[number] = replace(
                self._nodes[number], rank=ranked, status=status, score=hypothesis.score
            )
        return SearchTree(nodes=tuple(self._nodes), steps=tuple(self._steps))

    def _node(self, hypothesis: Hypothesis, parent: int, step: int) -> Node:
        latest = hypothesis.steps[-1]
        return Node(
            parent=parent,
            step=step,
            token_id=latest.token_id,
            log_probability=latest.log_probability,
            total=hypothesis.log_probability,
            score=hypothesis.score,
            status="finished" if hypothesis.finished else "pruned",
        )

    def _consider(self, beam: Beam, made: Mapping[tuple[int, int], int]) -> tuple[Considered, ...]:
        """All that a step considered, best total first, each with its fate."""
        found = [self._describe(item, made, beam) for item in self._expand(beam)]
        found.sort(key=lambda item: (item.reason == "blocked", -item.total))
        allowed = sum(item.reason != "blocked" for item in found)
        return tuple(replace(item, rank=rank if rank < allowed else -1) for rank, item in enumerate(found))

    def _expand(self, beam: Beam) -> list[tuple[Considered, float]]:
        """Every continuation, and what it was compared by."""
        expansions = beam.expansions
        if expansions is None:
            return []
        found, penalty = [], length_penalty(beam.step + 1, self._alpha)
        rows = zip(
            expansions.parents.tolist(),
            expansions.token_ids.tolist(),
            expansions.log_probabilities.tolist(),
            expansions.scores.tolist(),
            strict=True,
        )
        for parent, *continuations in rows:
            above = self._places[parent] if parent >= 0 else ROOT
            before = self._nodes[above].total if above != ROOT else 0.0
            for token_id, log_probability, score in zip(*continuations, strict=True):
                total = before + log_probability
                item = Considered(
                    parent=above,
                    token_id=token_id,
                    log_probability=log_probability,
                    total=total,
                    score=total / penalty,
                )
                found.append((item, before + score))
        return found

    def _describe(
        self, offered: tuple[Considered, float], made: Mapping[tuple[int, int], int], beam: Beam
    ) -> Considered:
        """A continuation with its fate."""
        item, compared = offered
        number = made.get((item.parent, item.token_id), -1)
        if number >= 0:
            return replace(item, node=number)
        if compared == -math.inf or item.token_id in blocked_tokens(beam.step, self._options):
            return replace(item, reason="blocked")
        if self._options.method == "sampling":
            return replace(item, reason="not_drawn")
        rivals = list(made.values())
        if not rivals:
            return replace(item, reason="search_ended")
        weakest = min(rivals, key=lambda rival: self._nodes[rival].total)
        gap = self._nodes[weakest].total - item.total
        return replace(item, reason=self._reason(gap, beam), winner=weakest, gap=gap)

    def _reason(self, gap: float, beam: Beam) -> str:
        if self._options.method == "greedy":
            return "less_likely"
        if gap >= 0:
            return "beam_full"
        return "search_ended" if beam.done else "group_full"
