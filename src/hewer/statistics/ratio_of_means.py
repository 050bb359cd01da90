"""Ratios of expectations: tonnes per paid hour over many shifts, not the mean of each shift's ratio.

The mean of a ratio and the ratio of the means differ (Jensen), and a shift in which the divisor is small
rules the former. What a mine pays for a tonne in the long run is the latter, which is what these estimate.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hewer.statistics.interval import CONFIDENCE, Estimate, estimate, fieller, observe, pair
from hewer.statistics.quantile import t_quantile

_NOISY = 0.1  # relative standard error of the divisor from which Fieller's interval is taken


def linearised(upper: ArrayLike, lower: ArrayLike) -> NDArray[np.float64]:
    """Values whose mean is the ratio of the means, and whose spread is the ratio's.

    ``R + (upper - R lower) / mean(lower)`` of each replication, R the ratio of the means of its world: the
    linearisation of the delta method. Paired differences, bands and regressions of these are those of ratios.

    Parameters
    ----------
    upper, lower : array_like, shape (replication,) or (world, replication)

    Returns
    -------
    ndarray of float64 [world, replication]
        nan where either is undefined, and in a world where the mean of `lower` is 0.
    """
    first, second = pair(upper, lower)
    defined = np.isfinite(first)
    counts = np.maximum(defined.sum(axis=1, keepdims=True), 1)
    mean_upper = np.where(defined, first, 0.0).sum(axis=1, keepdims=True) / counts
    mean_lower = np.where(defined, second, 0.0).sum(axis=1, keepdims=True) / counts
    # a world without any of the divisor has no ratio: nan, which is left out and counted
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = mean_upper / mean_lower
        values: NDArray[np.float64] = middle + (first - middle * second) / mean_lower
    return np.where(np.isfinite(values), values, np.nan)


def ratio_of_means(upper: ArrayLike, lower: ArrayLike, confidence: float = CONFIDENCE) -> Estimate:
    """Ratio of two means, paired replication by replication.

    The interval is that of the delta method on the logarithm of the ratio, with the covariance of the two
    means; where either mean has a standard error above a tenth of it, Fieller's (1954). Where the mean of
    `lower` cannot be told from 0, the interval is unbounded.

    Parameters
    ----------
    upper, lower : array_like, shape (replication,) or (world, replication)
        With several worlds the observations are the ratios of the worlds, and the interval is Student's.
    """
    first, second = pair(upper, lower)
    values = linearised(first, second)
    plain = estimate(values, confidence)
    x, y = observe(second), observe(first)
    if first.shape[0] > 1 or plain.n < 2:
        return plain
    low, high = _ends(x, y, confidence)
    half = 0.5 * (high - low) if math.isfinite(low) and math.isfinite(high) else math.inf
    return replace(plain, mean=float(y.mean() / x.mean()), half_width=half, ends=(low, high))


def _ends(x: NDArray[np.float64], y: NDArray[np.float64], confidence: float) -> tuple[float, float]:
    n = x.size
    mean_x, mean_y = float(x.mean()), float(y.mean())
    errors = float(x.std(ddof=1)) / math.sqrt(n), float(y.std(ddof=1)) / math.sqrt(n)
    if errors[0] > _NOISY * abs(mean_x) or errors[1] >= _NOISY * abs(mean_y):  # or `y` is 0 throughout
        return fieller(x, y, confidence)
    # the variance of log(mean y / mean x) to first order, covariance included
    residual = y / mean_y - x / mean_x
    error = float(residual.std(ddof=1)) / math.sqrt(n)
    factor = math.exp(t_quantile(0.5 + 0.5 * confidence, n - 1) * error)
    ends = mean_y / mean_x / factor, mean_y / mean_x * factor
    # a negative ratio turns the ends about
    return min(ends), max(ends)
