"""The trace of a search: what it considered at every step. Natural logarithms (nats), numpy arrays, no torch.

``steps`` are shared between hypotheses with a common prefix, so a beam of K over T steps holds at most K*T
steps. The list of beams is both the trace and the beam tree.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


class Candidate(NamedTuple):
    """A token the model could have said and the natural logarithm of its probability.

    A step has many of them, so they are the cheapest objects there are.
    """

    token_id: int
    log_probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeStep:
    """One decision.

    Attributes:
        token_id: the token taken.
        log_probability: of that token, under the model (before temperature, filters and penalties).
        candidates: the likeliest tokens, best first.
        entropy: of the whole distribution, in nats.
        attention: float32 [L,H,S]; sums to 1 over S. L is 0 for a model without attention.
        forced: True where a forced prefix and not the search chose the token.
    """

    token_id: int
    log_probability: float
    candidates: tuple[Candidate, ...]
    entropy: float
    attention: FloatArray
    forced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A translation so far.

    ``log_probability`` is the plain sum over the steps; ``score`` is for ranking only (length penalty);
    ``finished`` is True once the last step is the end token.
    """

    steps: tuple[DecodeStep, ...]
    log_probability: float
    score: float
    finished: bool

    @property
    def token_ids(self) -> tuple[int, ...]:
        """The tokens, the end token included where the hypothesis is finished."""
        return tuple(step.token_id for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expansions:
    """What a step considered: the likeliest continuations of every hypothesis that was alive before it.

    Attributes:
        parents: index in the beam before of what each row continues [R]; -1 at the first step.
        token_ids: the continuations, the best of a row first [R,k].
        log_probabilities: theirs under the model, float32 [R,k].
        scores: what they were compared by, the same unless penalties or constraints are on, float32 [R,k].
    """

    parents: IntArray
    token_ids: IntArray
    log_probabilities: FloatArray
    scores: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Beam:
    """The hypotheses of one sentence after ``step`` steps, best score first.

    ``parents[i]`` is the index, in the beam before, of what hypothesis i continues (or still is, when it was
    finished); the first beam's parents are -1. ``done`` marks the last beam. ``expansions`` is what the step
    considered, also of hypotheses that have no child here; None in a trace without.
    """

    step: int
    hypotheses: tuple[Hypothesis, ...]
    parents: tuple[int, ...]
    done: bool
    expansions: Expansions | None = None
