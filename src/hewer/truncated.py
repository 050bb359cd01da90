"""The normal distribution truncated at 0: its moments, and the parent that has given moments.

With the parent N(mu, sigma^2), the cut alpha = -mu/sigma and the inverse Mills ratio
lambda = phi(alpha) / (1 - Phi(alpha)), what is drawn has mean mu + sigma lambda and variance
sigma^2 (1 + alpha lambda - lambda^2) (N. L. Johnson, S. Kotz, N. Balakrishnan, *Continuous Univariate
Distributions*, vol. 1, 2nd ed., section 13.10).
"""

from __future__ import annotations

import math

from hewer import tracing

__all__ = ["MOST_CUT", "MOST_CV", "moments", "parent", "probability_below"]

MOST_CUT = 5.9
"""Largest cut alpha: beyond it fewer than 2e-9 of the parent's draws are positive."""


def probability_below(mu: float, sigma: float) -> float:
    """Return the probability that a draw of the parent is negative."""
    return 0.5 * tracing.erfc(mu / (sigma * tracing.sqrt(2)))


def moments(mu: float, sigma: float) -> tuple[float, float]:
    """Return mean and variance of what is drawn, in the units of `mu` and their square."""
    cut = -mu / sigma
    mills = _mills(cut)
    return mu + sigma * mills, sigma * sigma * (1 + mills * (cut - mills))


def parent(mean: float, cv: float) -> tuple[float, float]:
    """Return mu and sigma of the parent whose draws have this mean and coefficient of variation.

    Parameters
    ----------
    mean : float
        More than 0.
    cv : float
        More than 0 and at most :data:`MOST_CV`.
    """
    low, high = -1.0 / cv - 1.0, MOST_CUT
    while True:  # the coefficient of variation rises with the cut
        cut = (low + high) / 2
        if cut in (low, high):
            break
        if _variation(cut) < cv:
            low = cut
        else:
            high = cut
    sigma = mean / (_mills(cut) - cut)
    return -cut * sigma, sigma


def _mills(cut: float) -> float:
    return tracing.exp(-cut * cut / 2) * tracing.sqrt(2 / math.pi) / tracing.erfc(cut / tracing.sqrt(2))


def _variation(cut: float) -> float:
    mills = _mills(cut)
    return tracing.sqrt(1 + mills * (cut - mills)) / (mills - cut)


MOST_CV = _variation(MOST_CUT)
"""Largest coefficient of variation; that of the exponential distribution, 1, is the limit."""
