"""Whether a fitted distribution holds: its fit, outliers, groups, the order of the times.

What estimation does to a statistic is taken into account by fitting again what the fitted distribution itself
draws (parametric bootstrap: A. C. Davison and D. V. Hinkley, *Bootstrap Methods and their Application*, 1997,
ch. 4).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hewer.statistics.fitting.families import Family
from hewer.statistics.fitting.likelihood import Fits, Sample, maximise

__all__ = [
    "Order",
    "Resamples",
    "anderson_darling",
    "log_survival",
    "order",
    "p_value",
    "reflected",
    "resample",
    "resamples",
    "scores",
    "surprise",
]

Floats = NDArray[np.float64]
_LEAST = 1e-300


class Order(NamedTuple):
    """Whether times depend on those before.

    Attributes
    ----------
    lag : float
        Correlation of each with the one before it, of the same group.
    lag_p : float
    trend : float
        Correlation with the number of the observation within its group.
    trend_p : float
        Probabilities, in any other order of the same times, of as large a correlation; nan with too few
        times.
    """

    lag: float
    lag_p: float
    trend: float
    trend_p: float


class Resamples(NamedTuple):
    """What a fitted distribution draws, fitted again.

    Attributes
    ----------
    sample : Sample
    fits : Fits
    scale, shape : arrays, shape (sample,)
        Draws of what the truth may be: see :func:`reflected`.
    lost : int
        Resamples that say nothing and are left out.
    """

    sample: Sample
    fits: Fits
    scale: Floats
    shape: Floats
    lost: int


def resamples(family: Family, fits: Fits, sample: Sample, count: int, rng: np.random.Generator) -> Resamples:
    """Draw samples of a fit and fit them again.

    Left out are those without a maximum, with fewer than three times that ended, and those whose draw is a
    shape beyond the limits of the family, or a scale a hundred times the estimate or a hundredth of it.
    """
    times, censored = resample(family, fits, sample, count, rng)
    others = maximise(family, Sample(times, censored, sample.groups))
    scale, shape = reflected(fits, others)
    low, high = family.limits
    good = others.settled & ((~censored).sum(axis=1) >= 3)
    good &= np.abs(scale - fits.scale[0, 0]) < np.log(100.0)
    if not family.held:
        good &= (shape > low) & (shape < high)
    kept = np.flatnonzero(good)
    part = {name: getattr(others, name)[kept] for name in Fits.__dataclass_fields__}
    drawn = Sample(times[kept], censored[kept], sample.groups)
    return Resamples(drawn, Fits(**part), scale[kept], shape[kept], count - len(kept))


def log_survival(family: Family, sample: Sample, fits: Fits) -> Floats:
    """Log of the fitted probability of lasting longer, by sample and time."""
    own = fits.scale @ sample.groups
    y = sample.times * np.exp(-own)
    return family.survival(y, np.log(sample.times) - own, np.broadcast_to(fits.shape[:, None], y.shape))


def anderson_darling(times: Floats, censored: NDArray[np.bool_], log_beyond: Floats) -> Floats:
    """Anderson and Darling's distance of each sample from the distribution.

    Without censoring it is theirs (A test of goodness of fit, *JASA* 49, 1954, eq. 3). With it the empirical
    distribution is that of Kaplan and Meier, and the integral ends at the longest time, unless that ended.

    Parameters
    ----------
    times, censored, log_beyond : arrays, shape (sample, time)
        ``log_beyond``: log of the probability of lasting longer than that.

    Returns
    -------
    array, shape (sample,)
    """
    # of equal times those that ended come first, as Kaplan and Meier have it
    order_ = np.lexsort((censored, times), axis=-1)
    ended = ~np.take_along_axis(censored, order_, axis=-1)
    beyond = np.maximum(np.take_along_axis(log_beyond, order_, axis=-1), np.log(_LEAST))
    count = times.shape[1]
    at_risk = count - np.arange(count)
    lasting = np.cumprod(1.0 - ended / at_risk, axis=1)
    before = np.concatenate([np.zeros((len(times), 1)), 1.0 - lasting[:, :-1]], axis=1)
    # 1 - exp(x) loses all digits where x is near 0
    below = -np.expm1(beyond)
    log_below = np.log(np.maximum(below, _LEAST))
    start_below = np.concatenate([np.zeros((len(times), 1)), below[:, :-1]], axis=1)
    start_log = np.concatenate([np.zeros((len(times), 1)), log_below[:, :-1]], axis=1)
    start_beyond = np.concatenate([np.zeros((len(times), 1)), beyond[:, :-1]], axis=1)
    # of (p - u)^2 / (u (1 - u)), with p between two steps: p^2 log u - (1 - p)^2 log(1 - u) - u
    parts = (
        before**2 * (log_below - start_log)
        - (1.0 - before) ** 2 * (beyond - start_beyond)
        - (below - start_below)
    )
    tail = np.where(ended[:, -1], -log_below[:, -1] + below[:, -1] - 1.0, 0.0)
    distance: Floats = count * (parts.sum(axis=1) + tail)
    return distance


def surprise(log_beyond: Floats, censored: NDArray[np.bool_]) -> Floats:
    """Two-sided probability of each time's tail; of a censored time the upper tail is what is known of it."""
    upper = np.exp(log_beyond)
    lower = -np.expm1(log_beyond)
    found: Floats = np.minimum(2.0 * np.where(censored, upper, np.minimum(upper, lower)), 1.0)
    return found


def p_value(statistic: float, others: Floats) -> float:
    """Return the part of the others, and itself, that are as large."""
    known = others[np.isfinite(others)]
    # itself among them: a p-value of 0 would claim more than so many resamples can
    return float((1 + (known >= statistic).sum()) / (1 + known.size))


def resample(
    family: Family, fits: Fits, sample: Sample, count: int, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.bool_]]:
    """Draw samples of a fitted distribution, censored as the sample was.

    What was censored would be censored at the same time again. The time at which one that ended would have
    been is drawn from Kaplan and Meier's estimate, given that it is later (Davison and Hinkley, algorithm
    3.1).
    """
    times, censored = sample.times[0], sample.censored[0]
    size = (count, len(times))
    drawn = family.draw(rng, float(fits.shape[0]), size) * np.exp(fits.scale[0] @ sample.groups)
    limits = np.full(size, np.inf)
    if censored.any():
        limits[:, censored] = times[censored]
        for place in np.flatnonzero(~censored):
            limits[:, place] = _later(times, censored, float(times[place]), rng.uniform(size=count))
    return np.minimum(drawn, limits), drawn > limits


def _later(times: Floats, censored: NDArray[np.bool_], after: float, uniforms: Floats) -> Floats:
    """Draw times of censoring after a time; infinite where the estimate does not reach as far."""
    stops, counts = np.unique(times[censored & (times > after)], return_counts=True)
    at_risk = np.array([(times >= stop).sum() for stop in stops])
    reached = 1.0 - np.cumprod(1.0 - counts / at_risk)
    return np.append(stops, np.inf)[np.searchsorted(reached, uniforms, side="left")]


def reflected(fits: Fits, others: Fits) -> tuple[Floats, Floats]:
    """Turn estimates from resamples into draws of what the truth may be: (b, s) by draw.

    An estimate that came out high in a resample, in units of its own standard error, says that the truth may
    be as much lower than the estimate: the studentised bootstrap (B. Efron and R. J. Tibshirani, *An
    Introduction to the Bootstrap*, 1993, sec. 12.5) in two dimensions. For the exponential and lognormal
    without censoring the draws are those of the exact fiducial distribution.
    """
    away = np.stack([others.scale[:, 0] - fits.scale[0, 0], others.shape - fits.shape[0]], axis=1)
    (a, _), (b, c) = fits.factor[0]
    first = away[:, 0] / others.factor[:, 0, 0]
    if not others.factor[:, 1, 1].any():
        return fits.scale[0, 0] - a * first, np.full(len(first), fits.shape[0])
    second = (away[:, 1] - others.factor[:, 1, 0] * first) / others.factor[:, 1, 1]
    return fits.scale[0, 0] - a * first, fits.shape[0] - (b * first + c * second)


def scores(log_beyond: Floats, censored: NDArray[np.bool_]) -> Floats:
    """Return normal scores of times: of a censored one the mean of what may lie beyond."""
    from scipy import special

    upper = np.clip(np.exp(log_beyond), _LEAST, 1.0 - 1e-16)
    score = -special.ndtri(upper)
    density = np.exp(-0.5 * score**2) / np.sqrt(2.0 * np.pi)
    found: Floats = np.where(censored, density / upper, score)
    return found


def order(score: Floats, groups: NDArray[np.bool_], count: int, rng: np.random.Generator) -> Order:
    """Test, within groups, for a trend and for dependence on the time before.

    By permutation within the groups: exact for any distribution where the order does not matter.
    """
    members = [np.flatnonzero(row) for row in groups if row.sum() >= 3]
    if sum(map(len, members)) < 8:
        return Order(np.nan, np.nan, np.nan, np.nan)
    lag, trend = np.zeros(count + 1), np.zeros(count + 1)
    for places in members:
        own = score[places] - score[places].mean()
        rows = np.concatenate([own[None], rng.permuted(np.tile(own, (count, 1)), axis=1)])
        lag += (rows[:, 1:] * rows[:, :-1]).sum(axis=1)
        steps = np.arange(len(places)) - (len(places) - 1) / 2
        trend += rows @ (steps / np.sqrt((steps**2).mean()))
    squares = sum(((score[places] - score[places].mean()) ** 2).sum() for places in members)
    lag_away, trend_away = np.abs(lag - lag[1:].mean()), np.abs(trend)
    size = sum(map(len, members))
    return Order(
        float(lag[0] / squares) if squares else 0.0,
        p_value(lag_away[0] * (1 - 1e-12), lag_away[1:]),
        float(trend[0] / np.sqrt(squares * size)) if squares else 0.0,
        p_value(trend_away[0] * (1 - 1e-12), trend_away[1:]),
    )
