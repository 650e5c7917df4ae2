"""Many numbers for each token on a sheet of paper: the two directions in which states differ most."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Projection:
    """States in two dimensions.

    Attributes:
        points: [N,2].
        kept: the share of the states' variance that each axis keeps.
    """

    points: Points
    kept: tuple[float, float]


def project(states: NDArray[np.floating]) -> Projection:
    """Principal components of states [N,W] (Pearson 1901): by singular values of the centred states.

    The sign of an axis is free; the state furthest along it is put on its positive side, so that the same
    states always give the same picture. States that do not differ all lie at zero.
    """
    count = len(states)
    points = np.zeros((count, 2))
    centred = states.astype(np.float64) - states.mean(axis=0) if count else points
    left, values, _ = np.linalg.svd(centred, full_matrices=False)
    total = float((values**2).sum())
    if count == 0 or total <= np.finfo(np.float32).eps ** 2 * max(1.0, float((states**2).sum())):
        return Projection(points=points, kept=(0.0, 0.0))
    axes = min(2, len(values))
    points[:, :axes] = left[:, :axes] * values[:axes]
    furthest = points[np.abs(points).argmax(axis=0), (0, 1)]
    points *= np.where(furthest < 0, -1.0, 1.0)
    kept = np.zeros(2)
    kept[:axes] = values[:axes] ** 2 / total
    return Projection(points=points, kept=(float(kept[0]), float(kept[1])))
