"""Translations of several methods in one tree of common beginnings, and how much probability each method found."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from seq2seq.decoding.trace import Hypothesis
from seq2seq.explanation.search_tree import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedNode:
    """A beginning that translations share.

    Attributes:
        parent: number of the node it continues; -1 at the first step.
        step: its length less 1.
        token_id, log_probability: its last token.
        total: sum of log-probabilities.
        status: alive (translations continue it), finished, or cut.
        result: place of a finished translation among all distinct ones, the likeliest first; -1 for the others.
        takers: how many translations of each method begin so; methods without any are left out.
    """

    parent: int
    step: int
    token_id: int
    log_probability: float
    total: float
    status: str = "alive"
    result: int = -1
    takers: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """The distinct finished translations of a method: how many, and the sum of their probabilities."""

    translations: int
    probability: float


def merge_translations(found: Mapping[str, Sequence[Hypothesis]]) -> tuple[SharedNode, ...]:
    """The tree of all translations by method; parents stand before their children."""
    numbers: dict[tuple[int, ...], int] = {}
    nodes: list[SharedNode] = []
    takers: defaultdict[int, Counter[str]] = defaultdict(Counter)
    ends: dict[int, bool] = {}
    for method, hypotheses in found.items():
        for hypothesis in hypotheses:
            path = _add_path(hypothesis, numbers, nodes)
            for number in path:
                takers[number][method] += 1
            ends[path[-1]] = hypothesis.finished
    parents = {node.parent for node in nodes}
    for number, finished in ends.items():
        if number not in parents:
            nodes[number] = replace(nodes[number], status="finished" if finished else "cut")
    return _rank([replace(node, takers=dict(takers[number])) for number, node in enumerate(nodes)])


def cover(hypotheses: Iterable[Hypothesis]) -> Covered:
    """What translations cover of all that a model could say; equal ones count once, unfinished ones do not."""
    distinct = {item.token_ids: item.log_probability for item in hypotheses if item.finished}
    return Covered(translations=len(distinct), probability=math.fsum(map(math.exp, distinct.values())))


def _add_path(
    hypothesis: Hypothesis, numbers: dict[tuple[int, ...], int], nodes: list[SharedNode]
) -> list[int]:
    """The numbers of a translation's nodes, those that are new added."""
    path: list[int] = []
    token_ids, total = hypothesis.token_ids, 0.0
    for step, item in enumerate(hypothesis.steps):
        total += item.log_probability
        number = numbers.setdefault(token_ids[: step + 1], len(nodes))
        if number == len(nodes):
            nodes.append(
                SharedNode(
                    parent=path[-1] if path else ROOT,
                    step=step,
                    token_id=item.token_id,
                    log_probability=item.log_probability,
                    total=total,
                    takers={},
                )
            )
        path.append(number)
    return path


def _rank(nodes: list[SharedNode]) -> tuple[SharedNode, ...]:
    """The nodes with the places of finished translations."""
    ends = [number for number, node in enumerate(nodes) if node.status == "finished"]
    for result, number in enumerate(sorted(ends, key=lambda number: -nodes[number].total)):
        nodes[number] = replace(nodes[number], result=result)
    return tuple(nodes)
