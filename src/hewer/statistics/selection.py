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

from hewer.statistics.proportion import clopper_pearson
from hewer.statistics.quantile import t_quantile

Floats = NDArray[np.float64]
Sampler = Callable[[Sequence[int], int, int], Floats]
"""``sample(alternatives, first, count)``: so many observations of each, from `first` on, a row each.

With limits [alternative, 1 + limit, observation]: what is to be large, then what is limited.
"""

FIRST_STAGE = 10
_STEP = 16  # observations drawn between looks of Kim and Nelson's procedure; each of them is looked at
_GROWTH = 1.5  # from one look of the screening to the next
_SEEN = 2.0  # standard errors above a limit that carries no tolerance, from which on it is taken for passed
_RIVALS = 1000  # that each alternative is held against at a look: those that look best


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected, and from what.

    Attributes
    ----------
    best : int
        Index of the alternative selected; -1 where none keeps the limits.
    left : tuple of int
        Those that could not be ruled out as the best, `best` among them.
    means, deviations : ndarray of float64 [alternative]
        Of all observations of each.
    counts : ndarray of int64 [alternative]
        Observations of each.
    decided : bool
        Whether the procedure ran to its end, so that its promise holds.
    outside : tuple of int
        Those that were found not to keep a limit.
    limited : ndarray of float64 [alternative, limit]
        Means of what is limited.
    """

    best: int
    left: tuple[int, ...]
    means: Floats
    deviations: Floats
    counts: NDArray[np.int64]
    decided: bool
    outside: tuple[int, ...]
    limited: Floats


@dataclass(frozen=True, slots=True)
class Limit:
    """What the expectation of a further observation may be at most.

    Attributes
    ----------
    most : float
    tolerance : float or None
        How much more is not minded, above 0; None: judged by the mean as it is seen, and nothing is promised.
    chance : bool
        Whether the observations are 0 or 1.
    """

    most: float
    tolerance: float | None
    chance: bool = False


class Stopped(Exception):
    """Raised by a sampler that was stopped; what had been decided by then is returned."""


class _Tally:
    """Running sums of the observations of each alternative."""

    def __init__(self, k: int, sample: Sampler, limits: int = 0) -> None:
        self.sample = sample
        self.counts = np.zeros(k, np.int64)
        self.means = np.zeros((k, 1 + limits))
        self.squares = np.zeros((k, 1 + limits))  # sums of squared deviations
        self.cubes = np.zeros((k, 1 + limits))  # and of cubed ones

    def draw(self, which: Sequence[int], count: int) -> Floats:
        """Draw `count` more of each of `which`, all of which have the same number so far."""
        first = int(self.counts[which[0]])
        values = np.asarray(self.sample(which, first, count), np.float64)
        # without limits the callback may leave the middle axis out
        rows = values[:, None] if values.ndim == 2 else values
        index = np.asarray(which)
        new = first + count
        # pooled update of central moments (Chan, Golub and LeVeque 1983; third: Pebay 2008): sums of raw
        # powers cancel
        gap = rows.mean(axis=2) - self.means[index]
        away = rows - rows.mean(axis=2, keepdims=True)
        inside = (away**2).sum(axis=2)
        self.cubes[index] += (away**3).sum(axis=2) + gap**3 * first * count * (first - count) / new**2
        self.cubes[index] += 3.0 * gap * (first * inside - count * self.squares[index]) / new
        self.squares[index] += inside + gap**2 * first * count / new
        self.means[index] += gap * count / new
        self.counts[index] = new
        return values

    @property
    def variances(self) -> Floats:
        return self.squares / np.maximum(self.counts - 1, 1)[:, None]

    def skewness(self, column: int) -> float:
        """Skewness of a column, of all alternatives together: one by itself shows little of it early on."""
        # below three observations the unbiased third moment has no denominator
        n = np.maximum(self.counts, 3)
        third = n * self.cubes[:, column] / ((n - 1.0) * (n - 2.0))
        scale = float((self.variances[:, column] ** 1.5).sum())
        return float(third.sum()) / scale if scale > 0.0 else 0.0

    def selection(
        self, left: Sequence[int], able: Sequence[int], *, decided: bool, outside: Sequence[int] = ()
    ) -> Selection:
        """End with the best of those `able`, of those left where there are none yet."""
        seen = [k for k in able or left if self.counts[k] > 0] or list(left)
        best = int(max(seen, key=lambda k: self.means[k, 0])) if seen else -1
        means, deviations = self.means[:, 0], np.sqrt(self.variances[:, 0])
        return Selection(
            best, tuple(left), means, deviations, self.counts, decided, tuple(outside), self.means[:, 1:]
        )


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
        return tally.selection(left, left, decided=False)
    spread = first[:, None, :] - first[None, :, :]
    # of differences: with common random numbers that is less than the sum of both variances
    variance = spread.var(axis=2, ddof=1)
    # c = 1 in the paper; larger c decides sooner only where differences are much larger than delta
    eta = 0.5 * ((2.0 * alpha / (k - 1)) ** (-2.0 / (n0 - 1)) - 1.0)
    reach = 2.0 * eta * (n0 - 1) * variance / delta**2  # observations after which a pair is decided
    sums, r = first.sum(axis=1), n0
    while True:
        # at each single observation, though they are drawn by the dozen: the promise is for looks after every
        # one
        gap = np.maximum(0.0, 0.5 * delta * (reach[np.ix_(left, left)] - r))  # r times W
        own = sums[left]
        beaten = (own[:, None] < own[None, :] - gap).any(axis=1)
        if not beaten.any() and r > reach[np.ix_(left, left)].max():
            # past the reach of every pair the triangle is closed: the largest sum wins
            beaten = own < own.max()
            # of equal sums the first declared is kept, or the loop would never end
            beaten[np.flatnonzero(~beaten)[1:]] = True
        left = [one for one, out in zip(left, beaten, strict=True) if not out]
        if len(left) == 1:
            return tally.selection(left, left, decided=True)
        at = (r - n0) % _STEP
        if at == 0:
            try:
                ahead = tally.draw(left, _STEP)
            except Stopped:
                return tally.selection(left, left, decided=False)
            rows = dict(zip(left, ahead, strict=True))
        for one in left:
            sums[one] += rows[one][at]
        r += 1


def screen_and_select(
    sample: Sampler,
    alternatives: int,
    delta: float,
    alpha: float,
    first_stage: int = FIRST_STAGE,
    limits: Sequence[Limit] = (),
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

    With limits, half of alpha goes to them, shared equally by limits and alternatives. At a look an
    alternative is outside where the lower bound of what is limited is above the limit, and keeps it for good
    where the upper bound is within the tolerance. Only those that keep all limits drop others and are
    selected. An alternative may keep a limit within the tolerance only, and drop the best of those that keep
    it exactly: so the other half of alpha goes to all pairs. (Both at once, with alpha shared: S. Andradottir
    and S.-H. Kim, "Fully sequential procedures for comparing constrained systems via simulation", Naval
    Research Logistics 57, 2010.)

    It assumes observations that are normal, of any variances, and independent, also between alternatives:
    give each its own streams. (Limits on chances have exact binomial bounds; other limits allow for
    skewness.) It promises that with probability 1 - `alpha` what is selected keeps each limit within its
    tolerance, and its mean is within `delta` of the largest of those that keep them all. What has not varied
    yet is taken to vary as the others do on average; what never varies, to be exact.

    Parameters
    ----------
    sample, alternatives, delta, alpha, first_stage
        As for :func:`kim_nelson`.
    limits : sequence of Limit
    """
    tally = _Tally(alternatives, sample, len(limits))
    keeping = _Keeping(tally, limits)
    left = np.arange(alternatives)
    # with limits the best that keeps them is not known beforehand, so every pair may count
    pairs = (alternatives - 1) * (alternatives if limits else 1)
    total, look = first_stage, 1
    while left.size:
        able = left[keeping.all(left)]
        try:
            tally.draw(left.tolist(), total - int(tally.counts[left[0]]))
        except Stopped:
            return tally.selection(left.tolist(), able.tolist(), decided=False, outside=keeping.outside)
        # the shares add up to alpha over all looks, however many there are
        share = alpha / (look * (look + 1)) * (0.5 if limits else 1.0)
        left = keeping.judge(left, share)
        keep, could_gain = _compare(tally, left, keeping.all(left), 1.0 - share / pairs)
        left = left[keep]
        able = left[keeping.all(left)]
        if able.size and (could_gain[keep] <= delta).all():
            return tally.selection(left.tolist(), able.tolist(), decided=True, outside=keeping.outside)
        total, look = math.ceil(_GROWTH * total), look + 1
    return tally.selection((), (), decided=True, outside=keeping.outside)


def _compare(
    tally: _Tally, left: NDArray[np.intp], able: NDArray[np.bool_], confidence: float
) -> tuple[NDArray[np.bool_], Floats]:
    """Tell which of those left may be the best, and by how much each could lead the one that leads."""
    if not able.any():
        return np.ones(left.size, np.bool_), np.full(left.size, np.inf)
    count = int(tally.counts[left[0]])
    means, variances = tally.means[left, 0], _supposed(tally.variances[left, 0])
    t = t_quantile(confidence, count - 1)
    keep, leader = screen(means, variances, count, t, able)
    could_gain = means - means[leader] + t * np.sqrt((variances + variances[leader]) / count)
    could_gain[leader] = 0.0
    return keep, could_gain


def screen(
    means: Floats, variances: Floats, count: int, t: float, able: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], int]:
    """Tell which of several means may be the largest, and which looks largest.

    Each is held against the thousand that look best, which keeps at least as many as holding it against all.

    Parameters
    ----------
    means, variances : ndarray of float64 [those left]
    count : int
        Observations of each, at least 2.
    t : float
        Standard errors of a difference that cannot be passed by chance.
    able : ndarray of bool [those left]
        Which of them may rule out others; one at least.
    """
    rivals = np.argsort(np.where(able, -means, np.inf), kind="stable")[: min(_RIVALS, int(able.sum()))]
    keep = np.ones(means.size, np.bool_)
    for one in rivals:
        if keep[one]:
            keep &= means >= means[one] - t * np.sqrt((variances + variances[one]) / count)
    return keep, int(rivals[0])


class _Keeping:
    """Which alternatives keep which limits, as far as that is known."""

    def __init__(self, tally: _Tally, limits: Sequence[Limit]) -> None:
        self.outside: list[int] = []
        self._tally = tally
        self._limits = limits
        self._kept = np.zeros((tally.counts.size, len(limits)), np.bool_)

    def all(self, left: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Tell which of those left are known to keep all limits."""
        return np.asarray(self._kept[left].all(axis=1))

    def judge(self, left: NDArray[np.intp], share: float) -> NDArray[np.intp]:
        """Return those left that may keep all limits, at the price of `share` of alpha."""
        promised = sum(limit.tolerance is not None for limit in self._limits)
        fails = np.zeros(left.size, np.bool_)
        for column, limit in enumerate(self._limits):
            means = self._tally.means[left, 1 + column]
            slack = 1e-9 * np.maximum(abs(limit.most), np.abs(means))  # what rounding may do
            if limit.tolerance is None:
                half = _SEEN * np.sqrt(self._variances(left, column) / self._tally.counts[left[0]])
                fails |= means - half > limit.most + slack
                self._kept[left, column] = means <= limit.most + slack
                continue
            low, high = self._bounds(left, column, share / (promised * self._tally.counts.size))
            known = self._kept[left, column]
            fails |= ~known & (low > limit.most + slack)
            self._kept[left, column] = known | (high <= limit.most + limit.tolerance + slack)
        self.outside.extend(left[fails].tolist())
        return left[~fails]

    def _bounds(self, left: NDArray[np.intp], column: int, tail: float) -> tuple[Floats, Floats]:
        """Bounds of what is limited; each fails with a probability of `tail`.

        Where large values are rare, the mean and the deviation are both too small in many a sample: the bound
        on that side reaches further, by the first term of the Edgeworth expansion of Student's t (N. J.
        Johnson, "Modified t tests and confidence intervals for asymmetrical populations", JASA 73, 1978).
        """
        means, count = self._tally.means[left, 1 + column], int(self._tally.counts[left[0]])
        if self._limits[column].chance:
            happened, at = np.unique(np.rint(means * count).astype(int), return_inverse=True)
            ends = np.array([clopper_pearson(int(one), count, 1.0 - 2.0 * tail) for one in happened])
            return ends[at, 0], ends[at, 1]
        error = np.sqrt(self._variances(left, column) / count)
        t = t_quantile(1.0 - tail, count - 1)
        tilt = self._tally.skewness(1 + column) * (2.0 * t * t + 1.0) / (6.0 * math.sqrt(count))
        return means - (t + max(0.0, -tilt)) * error, means + (t + max(0.0, tilt)) * error

    def _variances(self, left: NDArray[np.intp], column: int) -> Floats:
        return _supposed(self._tally.variances[left, 1 + column])


def _supposed(variances: Floats) -> Floats:
    """Variances, with the average of the others where nothing varied: nothing says how precise that is."""
    varied = variances > 0.0
    return np.where(varied, variances, variances[varied].mean()) if varied.any() else variances
