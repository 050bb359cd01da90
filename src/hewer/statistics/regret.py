"""What is given up by a choice that is made before it is known which world one lives in.

The *regret* of an alternative in a world is how much the best alternative of that world expects beyond it.
Means of a few replications stand for the expectations, and the largest of several noisy means is more than
the largest expectation: regret taken from them is too high on average. Its average over the worlds is
therefore taken twice: from the same means (too high, by Jensen's inequality), and against the alternative
that led in the other replications (too low, for that need not be the best; cross-validation: M. Stone, JRSS B
36, 1974). The difference is the same for all alternatives.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hewer.statistics.interval import CONFIDENCE, Estimate, Interval, difference, estimate
from hewer.statistics.order import quantile
from hewer.statistics.proportion import wilson
from hewer.statistics.quantile import t_quantile

Floats = NDArray[np.float64]
HIGH = 0.95
"""Probability of the quantile of regret."""
_VERDICT = 0.99  # of which alternative may be the best in one world


class Regret(NamedTuple):
    """What choosing one alternative means.

    Attributes
    ----------
    mean : Estimate
        Over worlds.
    best : Interval
        Share of the worlds in which it is the best: by the means; its ends allow for the noise within worlds
        (from the worlds in which it is told apart as the best, to those in which it is not ruled out) and for
        the number of worlds.
    expected : Interval
        Mean regret: from the means (too high), down to what cross-fitting leaves less its error.
    high : Estimate
        The 95 % quantile over worlds, from the means (too high).
    worst : float
        In any of the worlds drawn, from the means (too high).
    good : float
        Share of the worlds in which the regret is no more than what does not matter (too low).
    """

    mean: Estimate
    best: Interval
    expected: Interval
    high: Estimate
    worst: float
    good: float


class Regrets(NamedTuple):
    """Regrets of alternatives.

    Attributes
    ----------
    rows : tuple of Regret
    left : tuple of int
        Those that cannot be ruled out as the best on average (which is to expect the least regret): the best
        is among them with 95 %.
    best : int
        The one whose mean over the worlds is best.
    least_worst : int
        The one whose worst regret is least (minimax regret: L. J. Savage, JASA 46, 1951).
    overstated : float
        At most so much of each mean regret is noise: the difference between both ways, on average.
    """

    rows: tuple[Regret, ...]
    left: tuple[int, ...]
    best: int
    least_worst: int
    overstated: float


def regrets(values: Floats, ignored: float = 0.0, *, smallest: bool = False) -> Regrets:
    """Estimate the regret of each alternative.

    Parameters
    ----------
    values : ndarray of float64 [alternative, world, replication]
        On common random numbers: 2 of each at least, all finite.
    ignored : float
        Regret that does not matter, 0 or more.
    smallest : bool
        Whether less is better.
    """
    measured = values
    # the rest looks for the largest; estimates are shown of the values as measured
    values = -measured if smallest else measured
    means = values.mean(axis=2)
    regret = means.max(axis=0) - means
    crossed = _crossed(values)
    sure, possible = _verdicts(values, means)
    first = means.argmax(axis=0)
    rows = [
        Regret(
            estimate(measured[k]),
            _share(int((first == k).sum()), sure[k], possible[k], means.shape[1]),
            _expected(regret[k], crossed[k]),
            quantile(regret[k], HIGH),
            float(regret[k].max()),
            float((regret[k] <= ignored + 1e-12 * np.abs(means).max()).mean()),
        )
        for k in range(means.shape[0])
    ]
    best, least_worst = int(means.mean(axis=1).argmax()), int(regret.max(axis=1).argmin())
    return Regrets(tuple(rows), _left(means, best), best, least_worst, float((regret - crossed).mean()))


def _crossed(values: Floats) -> Floats:
    """Regret against the alternative that led in the other replications: [alternative, world]."""
    replications = values.shape[2]
    others = values.sum(axis=2, keepdims=True) - values  # times replications - 1: the others' mean
    leaders = others.argmax(axis=0)  # [world, replication]
    leading = np.take_along_axis(values, leaders[None], axis=0)
    return np.asarray((leading - values).sum(axis=2) / replications)


def _verdicts(values: Floats, means: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the worlds in which each is told apart as the best, and in which it is not ruled out.

    The noise of a difference is taken to be alike in all worlds. In each world the best is ruled out with a
    probability of 1 % at most (Bonferroni over its rivals).
    """
    many, worlds, replications = values.shape
    away = (values - means[:, :, None]).reshape(many, -1)
    freedom = worlds * (replications - 1)
    # covariances pooled over worlds: few replications in one world tell little of its noise
    together = away @ away.T / freedom
    own = np.diag(together)
    # rounding may carry the variance of a difference below 0
    apart = np.sqrt(np.maximum(own[:, None] + own[None, :] - 2.0 * together, 0.0) / replications)
    reach = t_quantile(1.0 - (1.0 - _VERDICT) / max(1, many - 1), freedom) * apart
    may = np.stack(
        [(means[:, None, w] >= means[None, :, w] - reach).all(axis=1) for w in range(worlds)], axis=1
    )
    # the best for sure is who alone is not ruled out
    sure = may & (may.sum(axis=0) == 1)
    return sure.sum(axis=1), may.sum(axis=1)


def _share(best: int, sure: int, possible: int, worlds: int) -> Interval:
    return Interval(
        best / worlds, wilson(int(sure), worlds, CONFIDENCE)[0], wilson(int(possible), worlds, CONFIDENCE)[1]
    )


def _expected(regret: Floats, crossed: Floats) -> Interval:
    above, below = estimate(regret[:, None]), estimate(crossed[:, None])
    # the truth lies between both ways of estimating; no regret is below 0
    return Interval(above.mean, max(0.0, below.low), above.high)


def _left(means: Floats, leader: int) -> tuple[int, ...]:
    """Subset selection on paired differences over worlds: the best on average is kept with 95 %."""
    many = means.shape[0]
    # one-sided, so twice the error of a two-sided interval; shared by the comparisons (Bonferroni)
    confidence = 1.0 - 2.0 * (1.0 - CONFIDENCE) / max(1, many - 1)
    kept = []
    for k in range(many):
        gap = difference(means[k][:, None], means[leader][:, None], confidence)
        if k == leader or gap.low <= 0.0:
            kept.append(k)
    return tuple(kept)
