"""Selecting the best of several alternatives, with a stated probability.

Two procedures, both for the largest mean of normal observations:

- :func:`kim_nelson` for tens of alternatives, with common random numbers: the best is selected with
  probability 1 - alpha where it leads by `delta` or more (PCS). It looks after every observation.
- :func:`screen_and_select` for thousands, independent of one another: what is selected is within `delta` of
  the best with probability 1 - alpha (PGS), whatever the means are. It looks a few times, so that all can be
  sampled in parallel.

Alternatives are sampled by a callback, so that neither knows of models. Replication means are nearly normal
where a shift adds up many events; where they are not, batch them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hewer.statistics.quantile import t_quantile

Floats = NDArray[np.float64]
Sampler = Callable[[Sequence[int], int, int], Floats]
"""``sample(alternatives, first, count)``: so many observations of each, from `first` on, a row each."""

FIRST_STAGE = 10
_STEP = 16  # observations drawn between looks of Kim and Nelson's procedure; each of them is looked at
_ROUNDS = 5  # of screening: at 1, 2, 4, 8 and 16 times the first stage


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected, and from what.

    Attributes
    ----------
    best : int
        Index of the alternative selected.
    left : tuple of int
        Those that could not be ruled out; only `best` where the procedure ended.
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
        kept = (best,) if decided else tuple(int(k) for k in left)
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
    """Select a mean within `delta` of the largest, of thousands (Nelson, Swann, Goldsman and Song 2001).

    Rounds of subset selection, each of which loses the best with probability alpha / 10 at most, then
    Rinott's second stage for those left with alpha / 2: the combined procedure of B. L. Nelson, J. Swann, D.
    Goldsman and W. Song, "Simple procedures for selecting the best simulated system when the number of
    alternatives is large", Operations Research 49 (2001), its screening repeated at fixed numbers of
    observations and the errors added up (Bonferroni). That Rinott's stage gives good selection, not only
    correct selection: B. L. Nelson and F. J. Matejcik, Management Science 41 (1995); that the combination
    does: E. C. Ni, D. F. Ciocan, S. G. Henderson and S. R. Hunter, Operations Research 65 (2017).

    It assumes observations that are normal, of any variances, and independent, also between alternatives:
    give each its own streams. It promises that the mean selected is within `delta` of the largest with
    probability 1 - `alpha`.

    Parameters
    ----------
    sample, alternatives, delta, alpha, first_stage
        As for :func:`kim_nelson`.
    """
    k, n0 = alternatives, first_stage
    tally = _Tally(k, sample)
    left = list(range(k))
    try:
        total = n0
        for number in range(_ROUNDS):
            tally.draw(left, total - int(tally.counts[left[0]]))
            if number == 0:
                first_variances = tally.variances.copy()
            keep = screen(tally.means[left], tally.variances[left], total, 0.5 * alpha / _ROUNDS, k)
            left = [one for one, kept in zip(left, keep, strict=True) if kept]
            if len(left) == 1:
                return tally.selection(left, decided=True)
            total *= 2
        h = rinott(k, n0, 1.0 - 0.5 * alpha)
        needed = np.ceil(h**2 * first_variances / delta**2).astype(np.int64)
        _top_up(tally, left, needed)
    except Stopped:
        return tally.selection(left, decided=False)
    return tally.selection(left, decided=True)


def _top_up(tally: _Tally, left: Sequence[int], needed: NDArray[np.int64]) -> None:
    """Draw for each alternative what it still needs; those that need as many are drawn together."""
    missing = {one: max(0, int(needed[one] - tally.counts[one])) for one in left}
    while any(missing.values()):
        wanting = [one for one in left if missing[one] > 0]
        step = min(missing[one] for one in wanting)
        tally.draw(wanting, step)
        for one in wanting:
            missing[one] -= step


def screen(
    means: Floats, variances: Floats, count: int, alpha: float, alternatives: int
) -> NDArray[np.bool_]:
    """Tell which of several means may be the largest: the best of `alternatives` is kept with 1 - `alpha`.

    Subset selection for unequal variances (Nelson, Swann, Goldsman and Song 2001, eq. 3, without the
    indifference zone). Each is held against the thousand that look best, which keeps at least as many.

    Parameters
    ----------
    means, variances : ndarray of float64 [those left]
    count : int
        Observations of each, at least 2.
    alpha : float
    alternatives : int
        How many there were at first.
    """
    t = t_quantile((1.0 - alpha) ** (1.0 / max(1, alternatives - 1)), count - 1)
    rivals = np.argsort(-means, kind="stable")[:1000]
    keep = np.ones(means.size, np.bool_)
    for one in rivals:
        reach = t * np.sqrt((variances + variances[one]) / count)
        beaten = means < means[one] - reach
        beaten[one] = False
        keep &= ~beaten
    return keep


@lru_cache(maxsize=64)
def rinott(alternatives: int, first_stage: int, confidence: float) -> float:
    """Rinott's constant h (Y. Rinott, "On two-stage selection procedures", Comm. Stat. A7, 1978).

    It solves ``E[(E[Phi(h / sqrt((n0 - 1)(1/X + 1/Y))) | Y])^(k - 1)] = confidence`` with X, Y chi-square of
    n0 - 1 degrees of freedom, by quadrature and bisection to 1e-6.

    Parameters
    ----------
    alternatives, first_stage : int
        Each at least 2.
    confidence : float
    """
    freedom = first_stage - 1
    x, weight = _chi_square(freedom)
    scale = 1.0 / np.sqrt(freedom * (1.0 / x[:, None] + 1.0 / x[None, :]))

    def covered(h: float) -> float:
        misses = _upper_tail(h * scale) @ weight
        return float(weight @ np.exp((alternatives - 1) * np.log1p(-np.minimum(misses, 1.0 - 1e-300))))

    low, high = 0.0, 4.0
    while covered(high) < confidence:
        high *= 2.0
    while high - low > 1e-6:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if covered(middle) < confidence else (low, middle)
    return high


def _chi_square(freedom: int) -> tuple[Floats, Floats]:
    """Nodes and weights of the chi-square distribution: trapezia in its logarithm."""
    middle = math.log(freedom)
    half = 12.0 / math.sqrt(freedom) + 6.0
    logs = np.linspace(middle - half - 20.0 / freedom, middle + half, 201)
    density = np.exp(0.5 * freedom * logs - 0.5 * np.exp(logs))  # of the logarithm
    return np.exp(logs), density / density.sum()


_ERFC = np.vectorize(math.erfc, otypes=[np.float64])


def _upper_tail(z: Floats) -> Floats:
    tail: Floats = 0.5 * _ERFC(z / math.sqrt(2.0))
    return tail
