"""Whether attention tells what mattered: two rankings of the source tokens, and how far they agree.

Attention is compared with leaving tokens out, as in Jain 2019 (arXiv:1902.10186, section 4.1). Shape letter:
S source tokens.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

AGREEING_TAU: Final = 0.3
"""From this rank correlation on, two rankings are said to agree; below its negative, to contradict."""
CERTAIN_DEVIATIONS: Final = 1.96
"""Standard deviations that chance stays within in 19 of 20 cases."""
AGREEMENTS: Final = ("agree", "unrelated", "contrary", "undefined")


@dataclass(frozen=True, slots=True, kw_only=True)
class Faithfulness:
    """How far the attention that source tokens got agrees with what the translation loses without them.

    Attributes:
        tau: Kendall's tau-b, between -1 and 1; None where one ranking has only ties.
        rho: Spearman's rho, likewise.
        chance: chance alone stays between -chance and chance in 19 of 20 cases; 1 where it may give any value.
    """

    tau: float | None
    rho: float | None
    chance: float

    @property
    def agreement(self) -> str:
        """One of `AGREEMENTS`, by tau."""
        if self.tau is None:
            return "undefined"
        if abs(self.tau) < AGREEING_TAU:
            return "unrelated"
        return "agree" if self.tau > 0 else "contrary"

    @property
    def certain(self) -> bool:
        """Whether tau is further from 0 than chance alone would bring it."""
        return self.tau is not None and abs(self.tau) > self.chance


def compare_rankings(received: Sequence[float], lost: Sequence[float]) -> Faithfulness:
    """Compare the attention that each source token got with what was lost without it, both [S]."""
    first, second = np.asarray(received, np.float64), np.asarray(lost, np.float64)
    return Faithfulness(
        tau=kendall_tau(first, second), rho=spearman_rho(first, second), chance=chance_limit(len(first))
    )


def kendall_tau(first: Values, second: Values) -> float | None:
    """Kendall's tau-b of two rankings [S], which counts ties (Kendall 1945, Biometrika 33); None with ties only.

    The pairs that both rank alike, less those that they rank contrarily, over the geometric mean of the pairs
    that each of them does not tie.
    """
    upper = np.triu_indices(len(first), k=1)
    signs = [np.sign(values[:, None] - values[None, :])[upper] for values in (first, second)]
    untied = [float(np.abs(sign).sum()) for sign in signs]
    if not all(untied):
        return None
    return float((signs[0] * signs[1]).sum() / math.sqrt(untied[0] * untied[1]))


def spearman_rho(first: Values, second: Values) -> float | None:
    """Spearman's rho of two rankings [S]: the correlation of their ranks; None with ties only."""
    centred = [ranks - ranks.mean() for ranks in (mean_ranks(first), mean_ranks(second)) if ranks.size]
    lengths = [float(np.sqrt((ranks**2).sum())) for ranks in centred]
    if not lengths or not all(lengths):
        return None
    return float(np.clip((centred[0] * centred[1]).sum() / (lengths[0] * lengths[1]), -1.0, 1.0))


def mean_ranks(values: Values) -> Values:
    """The rank of each value from 1, least first; ties share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Values = (last - (counts - 1) / 2.0)[place]
    return ranks


def chance_limit(tokens: int) -> float:
    """What tau of so many tokens in random order stays below in 19 of 20 cases, by the normal approximation.

    Its variance is ``2 (2 S + 5) / (9 S (S - 1))`` (Kendall 1938, Biometrika 30).
    """
    if tokens < 2:
        return 1.0
    variance = 2.0 * (2.0 * tokens + 5.0) / (9.0 * tokens * (tokens - 1.0))
    return min(1.0, CERTAIN_DEVIATIONS * math.sqrt(variance))
