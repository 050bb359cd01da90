"""Quantiles of the normal, of Student's t and of beta distributions, without SciPy at run time.

SciPy costs half a second to import, and a table needs one number from it. The t quantile solves
``P(T > t) = q`` by Newton's method from the normal quantile. The upper tail of t is convex for t > 0
and the normal quantile lies to the left of the root, so the iteration rises monotonically to it.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

_TINY = 1e-300
_LARGE_FREEDOM = 1e7  # beyond it t and normal quantiles differ by less than 1e-6


def normal_quantile(probability: float) -> float:
    """Quantile of the standard normal distribution, for a probability strictly between 0 and 1."""
    return NormalDist().inv_cdf(probability)


@lru_cache(maxsize=256)
def t_quantile(probability: float, freedom: float) -> float:
    """Quantile of Student's t with ``freedom`` degrees of freedom.

    Parameters
    ----------
    probability : float
        Strictly between 0 and 1.
    freedom : float
        Degrees of freedom, above 0.

    Raises
    ------
    ValueError
        If a parameter is outside its range.
    """
    if not 0.0 < probability < 1.0:
        raise ValueError(f"probability must be between 0 and 1; got {probability}")
    if not freedom > 0.0:
        raise ValueError(f"freedom must be above 0; got {freedom}")
    if probability == 0.5:
        return 0.0
    if probability < 0.5:
        return -_upper(probability, freedom)
    return _upper(1.0 - probability, freedom)


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Quantile of the beta distribution with shapes ``a`` and ``b``, by bisection to the last bit.

    Raises
    ------
    ValueError
        If a parameter is outside its range.
    """
    if not 0.0 < probability < 1.0 or not a > 0.0 or not b > 0.0:
        raise ValueError(f"a beta quantile needs 0 < p < 1 and shapes above 0; got {probability}, {a}, {b}")
    low, high = 0.0, 1.0
    while True:
        middle = 0.5 * (low + high)
        if middle in (low, high):
            return middle
        if _incomplete_beta(middle, a, b) < probability:
            low = middle
        else:
            high = middle


def binomial_at_most(k: int, n: int, probability: float) -> float:
    """P(Binomial(n, probability) <= k), by the incomplete beta function (DLMF 8.17.5)."""
    if k < 0:
        return 0.0
    return 1.0 if k >= n else _incomplete_beta(1.0 - probability, n - k, k + 1)


def t_tail(t: float, freedom: float) -> float:
    """P(T > t) for t >= 0: half the incomplete beta function (DLMF 8.17.2 and 26.1)."""
    x = freedom / (freedom + t * t)
    return 0.5 * _incomplete_beta(x, 0.5 * freedom, 0.5)


def _upper(tail: float, freedom: float) -> float:
    """Solve for the t above 0 with P(T > t) = tail < 1/2."""
    t = -normal_quantile(tail)
    if freedom > _LARGE_FREEDOM:
        return t
    log_scale = math.lgamma(0.5 * (freedom + 1.0)) - math.lgamma(0.5 * freedom)
    log_scale -= 0.5 * math.log(freedom * math.pi)
    for _ in range(400):
        density = math.exp(log_scale - 0.5 * (freedom + 1.0) * math.log1p(t * t / freedom))
        step = (t_tail(t, freedom) - tail) / density
        t += step
        if abs(step) <= 1e-14 * abs(t):
            break
    return t


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I_x(a, b), 0 <= x <= 1."""
    if x <= 0.0 or x >= 1.0:
        return min(max(x, 0.0), 1.0)
    log_front = a * math.log(x) + b * math.log1p(-x)
    log_front += math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(log_front)
    if x <= (a + 1.0) / (a + b + 2.0):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(1.0 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method."""
    c = 1.0
    d = 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    value = d
    for m in range(1, 5000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for coefficient in (even, odd):
            d = 1.0 / _away_from_zero(1.0 + coefficient * d)
            c = _away_from_zero(1.0 + coefficient / c)
            value *= c * d
        if abs(c * d - 1.0) < 1e-16:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
