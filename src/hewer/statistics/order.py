"""Quantiles of what varies from replication to replication, with intervals that assume no distribution."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from hewer.statistics.interval import CONFIDENCE, Estimate
from hewer.statistics.quantile import binomial_at_most


def quantile(values: ArrayLike, probability: float, confidence: float = CONFIDENCE) -> Estimate:
    """Quantile of a distribution, from independent observations.

    The interval runs between two order statistics, and covers with at least `confidence` whatever the
    distribution is (H. A. David and H. N. Nagaraja, Order Statistics, 3rd ed., 2003, sec. 7.1): the count of
    observations below the quantile is binomial. An end is infinite where the sample is too small to bound it.

    Parameters
    ----------
    values : array_like, shape (replication,)
        Independent; what is not finite is left out.
    probability : float
        Between 0 and 1.
    """
    table = np.asarray(values, np.float64).ravel()
    ordered = np.sort(table[np.isfinite(table)])
    n, missing = int(ordered.size), int(table.size - ordered.size)
    if n == 0:
        return Estimate(math.nan, math.nan, confidence, 0, missing)
    at = float(np.quantile(ordered, probability))
    tail = 0.5 * (1.0 - confidence)
    below = _rank(n, probability, tail)  # P(count <= below) <= tail, -1 for none
    above = n - 1 - _rank(n, 1.0 - probability, tail)
    low = float(ordered[below]) if below >= 0 else -math.inf
    high = float(ordered[above]) if above < n else math.inf
    return Estimate(at, 0.5 * (high - low), confidence, n, missing, (low, high))


def _rank(n: int, probability: float, tail: float) -> int:
    """Largest k with P(Binomial(n, probability) <= k) <= tail; -1 where there is none."""
    low, high = -1, n
    while high - low > 1:
        middle = (low + high) // 2
        if binomial_at_most(middle, n, probability) <= tail:
            low = middle
        else:
            high = middle
    return low
