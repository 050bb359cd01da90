"""The difference of two probabilities, from how often something happened under either."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from hewer.statistics.interval import CONFIDENCE, Estimate, pair, table_of
from hewer.statistics.quantile import normal_quantile


def difference_of_chances(
    base: ArrayLike, other: ArrayLike, confidence: float = CONFIDENCE, *, paired: bool = True
) -> Estimate:
    """Probability of `other` less that of `base`, with an interval that does not collapse where little came.

    Student's interval of the differences is of length 0 where no pair differs, and covers two thirds of what
    it says where few do. These add a little of everything before they take Wald's interval: half an
    observation to each of the four cells of a pair (A. Agresti and Y. Min, "Simple improved confidence
    intervals for comparing matched proportions", Statistics in Medicine 24, 2005), or one of each kind to
    either sample (A. Agresti and B. Caffo, "Simple and effective confidence intervals for proportions", The
    American Statistician 54, 2000). Close to `confidence` on average over the probabilities, in the limit at
    each.

    Parameters
    ----------
    base, other : array_like of 0, 1 and nan, shape (replication,)
        Where `paired` of one shape.
    paired : bool
        Whether they met the same chance, replication by replication.
    """
    found = _paired(base, other) if paired else _apart(base, other)
    mean, centre, error, n, missing = found
    if n == 0:
        return Estimate(math.nan, math.nan, confidence, 0, missing)
    reach = normal_quantile(0.5 + 0.5 * confidence) * error
    ends = max(-1.0, centre - reach), min(1.0, centre + reach)
    return Estimate(mean, 0.5 * (ends[1] - ends[0]), confidence, n, missing, ends)


_Found = tuple[float, float, float, int, int]
"""The difference, the centre of its interval and its error; observations, and those that are missing."""


def _paired(base: ArrayLike, other: ArrayLike) -> _Found:
    first, second = (one.ravel() for one in pair(base, other))
    gap = (second - first)[np.isfinite(first)]
    n, up, down = gap.size, float((gap > 0.0).sum()), float((gap < 0.0).sum())
    if n == 0:
        return math.nan, math.nan, math.nan, 0, first.size
    many, centre = n + 2.0, (up - down) / (n + 2.0)
    error = math.sqrt((up + down + 1.0) / many - centre**2) / math.sqrt(many)
    return (up - down) / n, centre, error, n, first.size - n


def _apart(base: ArrayLike, other: ArrayLike) -> _Found:
    first, second = (table_of(one).ravel() for one in (base, other))
    missing = int((~np.isfinite(first)).sum() + (~np.isfinite(second)).sum())
    first, second = first[np.isfinite(first)], second[np.isfinite(second)]
    n = min(first.size, second.size)
    if n == 0:
        return math.nan, math.nan, math.nan, 0, missing
    p, q = ((one.sum() + 1.0) / (one.size + 2.0) for one in (first, second))
    variance = p * (1.0 - p) / (first.size + 2.0) + q * (1.0 - q) / (second.size + 2.0)
    return float(second.mean() - first.mean()), float(q - p), math.sqrt(variance), n, missing
