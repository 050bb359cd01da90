"""Means, paired differences and ratios, each with the error it carries.

Values come as arrays ``[world, replication]`` (or ``[replication]``). The independent observations are
the replications where there is one world, and the means of the worlds where there are several:
replications of one world share its params and are no independent evidence about other worlds.
A value that is not finite (a mean flow time of a shift in which nothing left) is undefined: it is left
out and counted as missing, never taken for zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hewer.statistics.proportion import wilson
from hewer.statistics.quantile import t_quantile

CONFIDENCE = 0.95
_ROUNDING = 1e-12  # relative: differences below it are rounding of floats, not effects


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its 95 % interval, which need not lie evenly about it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and its Monte Carlo error.

    Attributes
    ----------
    mean : float
        NaN where no value is defined.
    half_width : float
        Half the confidence interval of the mean; NaN with fewer than two observations.
    confidence : float
        Probability with which the interval covers the expected value.
    n : int
        Replications averaged, all worlds together.
    missing : int
        Replications in which the value was undefined.
    ends : tuple of float, optional
        Lower and upper end, where the interval does not lie evenly about the mean; `half_width` is then half
        of its length.
    """

    mean: float
    half_width: float
    confidence: float
    n: int
    missing: int = 0
    ends: tuple[float, float] | None = None

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.ends[0] if self.ends is not None else self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.ends[1] if self.ends is not None else self.mean + self.half_width


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of two means on common random numbers, with Fieller's interval.

    ``low`` and ``high`` are infinite where the divisor is not told apart from zero, and NaN with fewer
    than two observations.
    """

    ratio: float
    low: float
    high: float
    confidence: float
    n: int


def estimate(values: ArrayLike, confidence: float = CONFIDENCE) -> Estimate:
    """Mean of ``values`` with a Student interval over the independent observations.

    Parameters
    ----------
    values : array_like, shape (replication,) or (world, replication)
    confidence : float
        Probability of the interval, between 0 and 1.
    """
    table = table_of(values)
    observations = observe(table)
    n = int(np.isfinite(table).sum())
    mean, half_width = _student(observations, confidence)
    return Estimate(mean, half_width, confidence, n, table.size - n)


def chance(values: ArrayLike, confidence: float = CONFIDENCE) -> Estimate:
    """Probability of what is 1 where it happened and 0 where it did not.

    Of one world by Wilson's interval; of several, over the shares of the worlds.

    Parameters
    ----------
    values : array_like of 0, 1 and nan, shape (replication,) or (world, replication)
    """
    table = table_of(values)
    plain = estimate(table, confidence)
    # over several worlds a replication is no independent trial: Wilson would be far too narrow
    if table.shape[0] > 1 or plain.n == 0:
        return plain
    low, high = wilson(int(np.nansum(table)), plain.n, confidence)
    return replace(plain, half_width=0.5 * (high - low), ends=(low, high))


def scaled(found: Estimate, factor: float) -> Estimate:
    """Give an estimate in another unit: everything times `factor`, above 0."""
    ends = None if found.ends is None else (found.ends[0] * factor, found.ends[1] * factor)
    return replace(found, mean=found.mean * factor, half_width=found.half_width * factor, ends=ends)


def difference(base: ArrayLike, other: ArrayLike, confidence: float = CONFIDENCE) -> Estimate:
    """Mean of ``other - base``, paired replication by replication (same shapes).

    On common random numbers what strikes both alike cancels, and the interval is that of the
    differences, not of the two means.
    """
    first, second = pair(base, other)
    gap = second - first
    scale = np.maximum(np.abs(first), np.abs(second))
    # two crews that do the same add up in another order: without this, rounding would be "significant"
    gap = np.where(np.abs(gap) <= _ROUNDING * scale, 0.0, gap)
    return estimate(gap, confidence)


def unpaired(base: ArrayLike, other: ArrayLike, confidence: float = CONFIDENCE) -> Estimate:
    """Difference of the means of ``other`` and ``base``, which are independent of each other.

    Welch's interval (B. L. Welch, Biometrika 34, 1947): unequal variances, Satterthwaite's degrees of
    freedom.
    """
    first, second = estimate(base, confidence), estimate(other, confidence)
    x, y = observe(base), observe(other)
    # nothing is paired here, so each side loses its own undefined values only
    n, missing = min(first.n, second.n), first.missing + second.missing
    if x.size < 2 or y.size < 2:
        return Estimate(second.mean - first.mean, math.nan, confidence, n, missing)
    a, b = float(x.var(ddof=1)) / x.size, float(y.var(ddof=1)) / y.size
    half = 0.0
    if a + b > 0.0:
        freedom = (a + b) ** 2 / (a * a / (x.size - 1) + b * b / (y.size - 1))
        half = t_quantile(0.5 + 0.5 * confidence, freedom) * math.sqrt(a + b)
    return Estimate(second.mean - first.mean, half, confidence, n, missing)


@dataclass(frozen=True, slots=True)
class Pairing:
    """What common random numbers did for a difference.

    Attributes
    ----------
    correlation : float
        Of the paired observations; nan where either does not vary.
    saving : float
        How many times as many replications independent streams would have needed for the same interval: below
        1 where pairing hurt.
    """

    correlation: float
    saving: float


def pairing(base: ArrayLike, other: ArrayLike) -> Pairing:
    """Correlation that common random numbers induced, and what it saved."""
    first, second = pair(base, other)
    x, y = observe(first), observe(second)
    if x.size < 3:
        return Pairing(math.nan, math.nan)
    apart = float(x.var(ddof=1) + y.var(ddof=1))
    together = float((y - x).var(ddof=1))
    product = math.sqrt(float(x.var(ddof=1)) * float(y.var(ddof=1)))
    # from variances that are needed anyway: var(y - x) = var x + var y - 2 cov
    correlation = 0.5 * (apart - together) / product if product > 0.0 else math.nan
    return Pairing(correlation, apart / together if together > 0.0 else math.inf)


def ratio(base: ArrayLike, other: ArrayLike, confidence: float = CONFIDENCE) -> Ratio:
    """Mean of ``other`` over mean of ``base``, paired, with Fieller's interval.

    The interval holds every r for which ``other - r * base`` has a mean not told apart from 0 by the
    paired t test (E. C. Fieller, "Some problems in interval estimation", JRSS B 16, 1954). It is exact
    for normal values and, where it is bounded, contains 1 just when the interval of the difference
    contains 0.
    """
    first, second = pair(base, other)
    n = int(np.isfinite(first).sum())
    x, y = observe(first), observe(second)
    if x.size == 0:
        return Ratio(math.nan, math.nan, math.nan, confidence, 0)
    mean_x, mean_y = float(x.mean()), float(y.mean())
    value = mean_y / mean_x if mean_x != 0.0 else math.nan
    if x.size < 2:
        return Ratio(value, math.nan, math.nan, confidence, n)
    low, high = fieller(x, y, confidence)
    return Ratio(value, low, high, confidence, n)


def observe(values: ArrayLike) -> NDArray[np.float64]:
    """Independent observations: the defined replications, or the mean of each world of several."""
    table = table_of(values)
    defined = np.isfinite(table)
    if table.shape[0] == 1:
        only: NDArray[np.float64] = table[0][defined[0]]
        return only
    rows = defined.any(axis=1)
    counts = defined[rows].sum(axis=1)
    sums = np.where(defined, table, 0.0)[rows].sum(axis=1)
    means: NDArray[np.float64] = sums / counts
    return means


def _student(observations: NDArray[np.float64], confidence: float) -> tuple[float, float]:
    """Mean and half-width; a half-width of 0 where all observations are equal."""
    n = observations.size
    if n == 0:
        return math.nan, math.nan
    # the standard deviation of equal floats need not be exactly 0
    if np.all(observations == observations[0]):
        return float(observations[0]), 0.0 if n > 1 else math.nan
    mean = float(observations.mean())
    deviation = float(observations.std(ddof=1))
    return mean, t_quantile(0.5 + 0.5 * confidence, n - 1) * deviation / math.sqrt(n)


def fieller(x: NDArray[np.float64], y: NDArray[np.float64], confidence: float) -> tuple[float, float]:
    """Roots in r of (mean_y - r mean_x)^2 = t^2 var(y - r x) / n."""
    # squares of times in nanoseconds, or of kilometres in grains, would lose or pass the range of a float
    scale_x, scale_y = float(np.abs(x).max()), float(np.abs(y).max())
    if scale_x == 0.0:
        return -math.inf, math.inf
    if scale_y == 0.0:
        return 0.0, 0.0
    x, y = x / scale_x, y / scale_y
    n = x.size
    factor = t_quantile(0.5 + 0.5 * confidence, n - 1) ** 2 / n
    mean_x, mean_y = float(x.mean()), float(y.mean())
    dx, dy = x - mean_x, y - mean_y
    a = mean_x**2 - factor * float(dx @ dx) / (n - 1)
    b = mean_x * mean_y - factor * float(dx @ dy) / (n - 1)
    c = mean_y**2 - factor * float(dy @ dy) / (n - 1)
    # the divisor may be 0: the set of ratios is everything, or the outside of an interval
    if a <= 0.0:
        return -math.inf, math.inf
    root = math.sqrt(max(b * b - a * c, 0.0))
    # y a multiple of x: the discriminant is rounding, and its root would give the interval a width
    if root <= _ROUNDING * abs(b):
        root = 0.0
    low, high = (b - root) / a, (b + root) / a
    return low * scale_y / scale_x, high * scale_y / scale_x


def table_of(values: ArrayLike) -> NDArray[np.float64]:
    """Return values as an array [world, replication]."""
    table = np.atleast_2d(np.asarray(values, dtype=np.float64))
    if table.ndim != 2:
        raise ValueError(f"values must be [replication] or [world, replication]; got {table.ndim} axes")
    return table


def pair(base: ArrayLike, other: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both tables with what is undefined in either made undefined in both."""
    first, second = table_of(base), table_of(other)
    if first.shape != second.shape:
        raise ValueError(f"paired values must have one shape; got {first.shape} and {second.shape}")
    defined = np.isfinite(first) & np.isfinite(second)
    # a value without its partner would turn a paired difference into one between different shifts
    return np.where(defined, first, np.nan), np.where(defined, second, np.nan)
