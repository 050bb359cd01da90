"""Selecting the best of several alternatives, with a stated probability.

Two procedures, both for the largest mean of normal observations:

- :func:`kim_nelson` for tens of alternatives, with common random numbers: the best is selected with
  probability 1 - alpha where it leads by `delta` or more (PCS). It looks after every observation.
- :func:`screen_and_select` for thousands, independent of one another: what is selected is within `delta` of
  the best with probability 1 - alpha (PGS), whatever the means are. It looks now and then, so that all can
  be sampled in parallel.

Alternatives are sampled by a callback, so that neither knows of models. Replication means are nearly normal
where a shift adds up many events; where they are not, batch them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hewer.statistics.quantile import t_quantile

Floats = NDArray[np.float64]
Sampler = Callable[[Sequence[int], int, int], Floats]
"""``sample(alternatives, first, count)``: so many observations of each, from `first` on, a row each."""

FIRST_STAGE = 10
_STEP = 16  # observations drawn between looks of Kim and Nelson's procedure; each of them is looked at
_GROWTH = 1.5  # from one look of the screening to the next
_RIVALS = 1000  # that each alternative is held against at a look: those that look best


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected, and from what.

    Attributes
    ----------
    best : int
        Index of the alternative selected.
    left : tuple of int
        Those that could not be ruled out as the best, `best` among them.
    means, deviations : ndarray of float64 [alternative]
        Of all observations of each.
    counts : ndarray of int64 [alternative]
        Observations of each.
    decided : bool
        Whether the procedure ran to its end, so that its promise holds.
    """

    best: int
    left: tuple[int, ...]
    means: Floats
    deviations: Floats
    counts: NDArray[np.int64]
    decided: bool


class Stopped(Exception):
    """Raised by a sampler that was stopped; what had been decided by then is returned."""


class _Tally:
    """Running sums of the observations of each alternative."""

    def __init__(self, k: int, sample: Sampler) -> None:
        self.sample = sample
        self.counts = np.zeros(k, np.int64)
        self.means = np.zeros(k)
        self.squares = np.zeros(k)  # sums of squared deviations

    def draw(self, which: Sequence[int], count: int) -> Floats:
        """Draw `count` more of each of `which`, all of which have the same number so far."""
        first = int(self.counts[which[0]])
        values = np.asarray(self.sample(which, first, count), np.float64)
        index = np.asarray(which)
        old, new = self.counts[index], self.counts[index] + count
        gap = values.mean(axis=1) - self.means[index]
        inside = ((values - values.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
        self.squares[index] += inside + gap**2 * old * count / new
        self.means[index] += gap * count / new
        self.counts[index] = new
        return values

    @property
    def variances(self) -> Floats:
        return self.squares / np.maximum(self.counts - 1, 1)

    def selection(self, left: Sequence[int], *, decided: bool) -> Selection:
        seen = [k for k in left if self.counts[k] > 0] or list(left)
        best = int(max(seen, key=lambda k: self.means[k]))
        kept = tuple(int(k) for k in left)
        return Selection(best, kept, self.means, np.sqrt(self.variances), self.counts, decided)


def kim_nelson(
    sample: Sampler, alternatives: int, delta: float, alpha: float, first_stage: int = FIRST_STAGE
) -> Selection:
    """Select the largest mean, looking after every observation (Kim and Nelson 2001).

    S.-H. Kim and B. L. Nelson, "A fully sequential procedure for indifference-zone selection in simulation",
    ACM TOMACS 11 (2001), the procedure KN with c = 1. It assumes observations that are normal, independent
    from one to the next, of any variances and with any correlation between alternatives (common random
    numbers). It promises that the best is selected with probability 1 - `alpha` if it leads the second by
    `delta`; of means that are closer it promises nothing, though what it selects then is usually within
    `delta`.

    Parameters
    ----------
    sample : callable
        See :data:`Sampler`; may raise :class:`Stopped`.
    alternatives : int
        At least 2.
    delta : float
        Indifference zone: the smallest lead worth detecting, above 0.
    alpha : float
    first_stage : int
        Observations of each before the first look, at least 2.
    """
    k, n0 = alternatives, first_stage
    tally = _Tally(k, sample)
    left = list(range(k))
    try:
        first = tally.draw(left, n0)
    except Stopped:
        return tally.selection(left, decided=False)
    spread = first[:, None, :] - first[None, :, :]
    variance = spread.var(axis=2, ddof=1)
    eta = 0.5 * ((2.0 * alpha / (k - 1)) ** (-2.0 / (n0 - 1)) - 1.0)
    reach = 2.0 * eta * (n0 - 1) * variance / delta**2  # observations after which a pair is decided
    sums, r = first.sum(axis=1), n0
    while True:
        gap = np.maximum(0.0, 0.5 * delta * (reach[np.ix_(left, left)] - r))  # r times W
        own = sums[left]
        beaten = (own[:, None] < own[None, :] - gap).any(axis=1)
        if not beaten.any() and r > reach[np.ix_(left, left)].max():
            beaten = own < own.max()
            beaten[np.flatnonzero(~beaten)[1:]] = True
        left = [one for one, out in zip(left, beaten, strict=True) if not out]
        if len(left) == 1:
            return tally.selection(left, decided=True)
        at = (r - n0) % _STEP
        if at == 0:
            try:
                ahead = tally.draw(left, _STEP)
            except Stopped:
                return tally.selection(left, decided=False)
            rows = dict(zip(left, ahead, strict=True))
        for one in left:
            sums[one] += rows[one][at]
        r += 1


def screen_and_select(
    sample: Sampler, alternatives: int, delta: float, alpha: float, first_stage: int = FIRST_STAGE
) -> Selection:
    """Select a mean within `delta` of the largest, of thousands.

    Looks after `first_stage` observations of each, then after half as many again each time. At a look an
    alternative is dropped that is beaten by another by more than the reach of their difference (E.
    Even-Dar, S. Mannor and Y. Mansour, "Action elimination and stopping conditions", JMLR 7, 2006); it ends
    where none of those left can be more than `delta` better than the one that leads. The reach is Student's
    (B. L. Nelson, J. Swann, D. Goldsman and W. Song, "Simple procedures for selecting the best simulated
    system when the number of alternatives is large", Operations Research 49, 2001, eq. 3); that it holds
    for unequal variances: M. R. Mickey and M. B. Brown, Annals of Mathematical Statistics 37 (1966). The
    l-th look spends alpha / (l (l + 1)), shared equally by the comparisons of the best with each other
    alternative (Bonferroni). While these hold, the best is not dropped, and so the one selected is within
    `delta` of it: nothing else is needed, in particular no least favourable means.

    It assumes observations that are normal, of any variances, and independent, also between alternatives:
    give each its own streams. It promises that the mean selected is within `delta` of the largest with
    probability 1 - `alpha`. What has not varied yet is taken to vary as the others do on average.

    Parameters
    ----------
    sample, alternatives, delta, alpha, first_stage
        As for :func:`kim_nelson`.
    """
    tally = _Tally(alternatives, sample)
    left = np.arange(alternatives)
    total, look = first_stage, 1
    while True:
        try:
            tally.draw(left.tolist(), total - int(tally.counts[left[0]]))
        except Stopped:
            return tally.selection(left.tolist(), decided=False)
        means, variances = tally.means[left], _supposed(tally.variances[left])
        t = t_quantile(1.0 - alpha / (look * (look + 1) * (alternatives - 1)), total - 1)
        keep, leader = screen(means, variances, total, t)
        could_gain = means - means[leader] + t * np.sqrt((variances + variances[leader]) / total)
        could_gain[leader] = 0.0
        left = left[keep]
        if (could_gain[keep] <= delta).all():
            return tally.selection(left.tolist(), decided=True)
        total, look = math.ceil(_GROWTH * total), look + 1


def screen(means: Floats, variances: Floats, count: int, t: float) -> tuple[NDArray[np.bool_], int]:
    """Tell which of several means may be the largest, and which looks largest.

    Each is held against the thousand that look best, which keeps at least as many as holding it against all.

    Parameters
    ----------
    means, variances : ndarray of float64 [those left]
    count : int
        Observations of each, at least 2.
    t : float
        Standard errors of a difference that cannot be passed by chance.
    """
    rivals = np.argsort(-means, kind="stable")[:_RIVALS]
    keep = np.ones(means.size, np.bool_)
    for one in rivals:
        if keep[one]:
            keep &= means >= means[one] - t * np.sqrt((variances + variances[one]) / count)
    return keep, int(rivals[0])


def _supposed(variances: Floats) -> Floats:
    """Variances, with the average of the others where nothing varied: nothing says how precise that is."""
    varied = variances > 0.0
    return np.where(varied, variances, variances[varied].mean()) if varied.any() else variances
