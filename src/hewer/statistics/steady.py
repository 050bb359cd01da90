"""Steady state from series: where the warm-up ends, and what one long run is worth."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hewer.statistics.interval import CONFIDENCE, Estimate
from hewer.statistics.quantile import t_quantile

MSER_BATCH = 5
_FEWEST = 10  # batches that the mean of what is kept may rest on
_LEVEL = 0.05  # of the test of independence
_IN_A_ROW = (
    3  # sizes that pass it; stopping at the first that does covers 91 % where this covers 95 % (M/M/1)
)


@dataclass(frozen=True, slots=True)
class Cut:
    """Where MSER-5 cuts a series.

    Attributes
    ----------
    index : int
        Observations that are cut; a multiple of 5.
    kept : int
        Observations kept.
    curve : ndarray of float64 [batch]
        The statistic for each number of batches cut.
    settled : bool
        Whether the least value lies in the first half. Where it does not the series is too short to tell.
    """

    index: int
    kept: int
    curve: NDArray[np.float64]
    settled: bool


def mser5(series: ArrayLike) -> Cut:
    """Choose the warm-up that makes the error of the mean of the rest least.

    MSER (K. P. White, "An effective truncation heuristic for bias reduction in simulation output",
    Simulation 69, 1997), over batches of 5 (K. P. White, M. J. Cobb and S. C. Spratt, "A comparison of five
    steady-state truncation heuristics for simulation", WSC 2000): the cut d that minimises the variance of
    what is kept over its number. That follows the mean squared error of the mean (R. Pasupathy and
    B. Schmeiser, "The initial transient in steady-state point estimation", WSC 2010).
    It assumes one path towards a level; it promises nothing about the bias that remains.

    Parameters
    ----------
    series : array_like of float, shape (observation,)
        In the order of time, at least 100 of them, all finite.

    Raises
    ------
    ValueError
        If there are fewer, or some are not finite.
    """
    values = np.asarray(series, np.float64)
    if values.ndim != 1 or values.size < 100 or not np.isfinite(values).all():
        raise ValueError(f"a warm-up needs 100 finite observations at least; got {values.size}")
    batches = values[: values.size // MSER_BATCH * MSER_BATCH].reshape(-1, MSER_BATCH).mean(axis=1)
    batches = batches - batches.mean()  # so that sums of squares keep their digits
    left = np.arange(batches.size, 0, -1)
    sums = np.cumsum(batches[::-1])[::-1]
    squares = np.cumsum(batches[::-1] ** 2)[::-1]
    # rounding may carry a sum of squares below 0, which would then be the least
    curve = np.maximum(squares - sums**2 / left, 0.0) / left.astype(np.float64) ** 2
    # near the end few batches remain, and their spread is small by accident
    usable = curve[: max(1, batches.size - _FEWEST)]
    best = int(np.argmin(usable))
    return Cut(best * MSER_BATCH, values.size - best * MSER_BATCH, curve, best <= batches.size // 2)


@dataclass(frozen=True, slots=True)
class Batches:
    """Batch means of one long series.

    Attributes
    ----------
    estimate : Estimate
        ``n`` counts batches.
    size : int
        Observations in a batch.
    independent : bool
        Whether the test of independence of the batch means is passed. Where it is not, the interval is too
        narrow and the run too short.
    p : float
        Of that test.
    """

    estimate: Estimate
    size: int
    independent: bool
    p: float


def batch_means(series: ArrayLike, confidence: float = CONFIDENCE) -> Batches:
    """Interval of the mean of a stationary series from batches that pass for independent.

    Batches are doubled in size from 1 on until their means pass, three times in a row, the one-sided test of
    von Neumann (J. von Neumann, Ann. Math. Stat. 12, 1941, against positive correlation, in the normal
    approximation of G. S. Fishman, "Grouping observations in digital simulation", Management Science 24,
    1978) at 5 %, or 20 batches are left. Asymptotic: on short series of high correlation it covers less than
    it says.

    Parameters
    ----------
    series : array_like of float, shape (observation,)
        Without its warm-up; at least 40 observations.

    Raises
    ------
    ValueError
        If there are fewer.
    """
    values = np.asarray(series, np.float64)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError("batch means need finite observations")

    def means_of(size: int) -> NDArray[np.float64]:
        count = values.size // size
        means: NDArray[np.float64] = values[values.size - count * size :].reshape(count, size).mean(axis=1)
        return means

    return grouped_means(means_of, values.size, confidence)


def grouped_means(
    means_of: Callable[[int], NDArray[np.float64]], count: int, confidence: float = CONFIDENCE
) -> Batches:
    """Do the same for `count` observations of which ``means_of(size)`` gives the means of batches.

    Where a mean is not a number (of nothing) the batches are doubled in size as if they were dependent.

    Raises
    ------
    ValueError
        If there are fewer than 40 observations, or means of the largest batches are no numbers.
    """
    if count < 40:
        raise ValueError(f"batch means need 40 observations at least; got {count}")
    size, passed = 1, 0
    while True:
        means = means_of(size)
        p = von_neumann(means) if np.isfinite(means).all() else 0.0
        passed = passed + 1 if p >= _LEVEL else 0
        if passed == _IN_A_ROW or count // (2 * size) < 20:
            break
        size *= 2
    if not np.isfinite(means).all():
        raise ValueError("batch means need finite observations")
    n = means.size
    half = t_quantile(0.5 + 0.5 * confidence, n - 1) * float(means.std(ddof=1)) / math.sqrt(n)
    return Batches(Estimate(float(means.mean()), half, confidence, n), size, p >= _LEVEL, p)


def von_neumann(means: ArrayLike) -> float:
    """P-value of independence against positive serial correlation, by von Neumann's ratio.

    The ratio of the mean square successive difference to twice the variance is 1 on average for independent
    values; ``C = 1 - ratio`` estimates the correlation of neighbours, with variance (n - 2) / (n^2 - 1)
    (Fishman 1978, eq. 4).
    """
    values = np.asarray(means, np.float64)
    gaps = values - values.mean()
    square = float(gaps @ gaps)
    n = values.size
    if n < 3 or square == 0.0:
        return 1.0
    steps = np.diff(values)
    c = 1.0 - float(steps @ steps) / (2.0 * square)
    z = c / math.sqrt((n - 2.0) / (n * n - 1.0))
    return 0.5 * math.erfc(z / math.sqrt(2.0))
