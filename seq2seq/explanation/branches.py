"""What of a search tree is worth drawing: what the search kept, the best of what it dropped, and why each ends."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from seq2seq.explanation.search_tree import ROOT, Considered, Node, SearchTree

MOST_KEPT: Final = 2000
"""Hypotheses drawn; those that lead to a result come first."""
DROPPED_OF_EACH: Final = 3
"""Continuations drawn of those that a hypothesis lost, the best ones."""
STATUSES: Final = ("alive", "finished", "pruned", "cut", "dropped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A hypothesis that the search kept, or a continuation that it did not.

    Attributes:
        parent: place in the list of the branch that it continues; -1 at the first step.
        step: the step that considered it, from 0.
        token_id, log_probability: its last token.
        total: sum of log-probabilities.
        score: what it is ranked by, with the length penalty.
        status: that of its node, see `Node`; ``dropped`` for what never became one.
        result: place among the results, from 0; -1 for what is none.
        place: rank among all that its step considered, from 0; -1 where that is not known.
        reason, winner, gap: why it was dropped, see `Considered`, the winner by its place in the list; of a pruned
            hypothesis why its best continuation was; ``kept`` without either.
        leads: whether it is, or leads to, a result (of an unfinished search: a hypothesis of the last beam).
        unseen: continuations that were dropped and are not in the list.
        node, above: numbers in the tree of its node (or -1) and of the one that it continues.
    """

    parent: int
    step: int
    token_id: int
    log_probability: float
    total: float
    score: float
    status: str
    result: int = -1
    place: int = -1
    reason: str = "kept"
    winner: int = -1
    gap: float = 0.0
    leads: bool = False
    unseen: int = 0
    node: int = -1
    above: int = ROOT


def list_branches(tree: SearchTree) -> tuple[Branch, ...]:
    """The branches to draw: the hypotheses that were kept, in the order of the tree, then what was dropped."""
    leading = _leading(tree)
    chosen = _choose(tree, leading)
    places = {ROOT: ROOT} | {number: place for place, number in enumerate(chosen)}
    considered = {item.node: item for table in tree.steps for item in table if item.node >= 0}
    lost = _lost(tree)
    kept = [
        _kept(tree.nodes[number], number, considered.get(number), lost.get(number, ()), places, leading)
        for number in chosen
    ]
    dropped = [
        _dropped(item, tree, places)
        for number in (ROOT, *chosen)
        for item in lost.get(number, ())[:DROPPED_OF_EACH]
    ]
    return (*kept, *dropped)


def _leading(tree: SearchTree) -> frozenset[int]:
    """The nodes of all paths to a result; of an unfinished search, to the last beam."""
    ends = tree.winners
    if not ends:
        parents = {node.parent for node in tree.nodes}
        open_ends = (number for number in range(len(tree.nodes)) if number not in parents)
        ends = tuple(number for number in open_ends if tree.nodes[number].status != "pruned")
    return frozenset(number for end in ends for number in tree.path(end))


def _choose(tree: SearchTree, leading: frozenset[int]) -> list[int]:
    """The nodes to draw, at most `MOST_KEPT`, none without the one that it continues."""
    chosen = {ROOT}
    for end in tree.winners:
        path = set(tree.path(end)) - chosen
        if len(chosen) + len(path) <= MOST_KEPT:
            chosen |= path
    others = [number for number in range(len(tree.nodes)) if number not in chosen]
    for number in sorted(others, key=lambda number: (number not in leading, number)):
        if len(chosen) <= MOST_KEPT and tree.nodes[number].parent in chosen:
            chosen.add(number)
    return sorted(chosen - {ROOT})


def _lost(tree: SearchTree) -> Mapping[int, Sequence[Considered]]:
    """What each node lost of its allowed continuations, best first."""
    lost = defaultdict[int, list[Considered]](list)
    for table in tree.steps:
        for item in table:
            if item.node < 0 and item.reason != "blocked":
                lost[item.parent].append(item)
    return lost


def _kept(
    node: Node,
    number: int,
    considered: Considered | None,
    lost: Sequence[Considered],
    places: Mapping[int, int],
    leading: Iterable[int],
) -> Branch:
    branch = Branch(
        parent=places[node.parent],
        step=node.step,
        token_id=node.token_id,
        log_probability=node.log_probability,
        total=node.total,
        score=node.score,
        status=node.status,
        result=node.rank,
        place=considered.rank if considered is not None else -1,
        leads=number in leading,
        unseen=max(0, len(lost) - DROPPED_OF_EACH),
        node=number,
        above=node.parent,
    )
    return _explain(branch, lost[0], places) if node.status == "pruned" and lost else branch


def _dropped(item: Considered, tree: SearchTree, places: Mapping[int, int]) -> Branch:
    branch = Branch(
        parent=places[item.parent],
        step=0 if item.parent == ROOT else tree.nodes[item.parent].step + 1,
        token_id=item.token_id,
        log_probability=item.log_probability,
        total=item.total,
        score=item.score,
        status="dropped",
        place=item.rank,
        above=item.parent,
    )
    return _explain(branch, item, places)


def _explain(branch: Branch, item: Considered, places: Mapping[int, int]) -> Branch:
    """The branch with the reason for which a continuation was dropped."""
    return replace(branch, reason=item.reason, winner=places.get(item.winner, -1), gap=item.gap)
