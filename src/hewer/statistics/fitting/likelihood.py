"""Maximum likelihood with right-censored times, of many samples at once.

A sample's times may fall into groups (workers) that differ by a factor and share the shape. Newton's method
on the log of the scales and the shape: the groups meet only in the shape, so that the matrix of second
derivatives is an arrow and each step costs the same for one group as for many. J. F. Lawless, *Statistical
Models and Methods for Lifetime Data*, 2nd ed., 2003, sec. 2.2 (the likelihood), app. E (Newton's method).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hewer.statistics.fitting.families import Family

__all__ = ["Fits", "Sample", "maximise"]

Floats = NDArray[np.float64]
_STEP = 1e-3  # of the differences; the log-likelihood is smooth, and of the order of the number of times
_LONGEST = 1.5  # of a Newton step
_MOST_STEPS = 60
_CLOSE = 1e-7
_MOST_AT_ONCE = 1_000_000  # times; more are fitted in blocks of samples


class Sample(NamedTuple):
    """Samples of equal size.

    Attributes
    ----------
    times : array, shape (sample, time)
        More than 0.
    censored : array of bool, same shape
        True where the watch stopped before the end: the true time is longer.
    groups : array of bool, shape (group, time)
        True where a time belongs to a group; the same in every sample.
    """

    times: Floats
    censored: NDArray[np.bool_]
    groups: NDArray[np.bool_]

    @classmethod
    def single(cls, times: Floats, censored: NDArray[np.bool_]) -> Sample:
        """Return samples, or one, of a single group."""
        table = np.atleast_2d(times)
        return cls(table, np.atleast_2d(censored), np.ones((1, table.shape[1]), dtype=bool))


@dataclass(frozen=True, slots=True)
class Fits:
    """Maximum likelihood estimates.

    Attributes
    ----------
    scale : array, shape (sample, group)
        Logarithm of the scale, b.
    shape : array, shape (sample,)
        s; what it began with where it is held.
    likelihood : array, shape (sample,)
        Log-likelihood.
    settled : array of bool, shape (sample,)
        Whether a maximum was found inside the limits of the family.
    factor : array, shape (sample, 2, 2)
        Lower Cholesky factor of the covariance of (b, s), by the observed information; of the first group.
    """

    scale: Floats
    shape: Floats
    likelihood: Floats
    settled: NDArray[np.bool_]
    factor: Floats


class _Slopes(NamedTuple):
    """Derivatives of the log-likelihood by scale [sample, group] and shape; second ones negated."""

    scale: Floats
    shape: Floats
    scale_scale: Floats
    scale_shape: Floats
    shape_shape: Floats
    likelihood: Floats


def maximise(family: Family, sample: Sample) -> Fits:
    """Estimate scale and shape in each sample.

    Returns
    -------
    Fits
        ``settled`` is false where there is no maximum inside the limits, or it was not found.
    """
    count, length = sample.times.shape
    # a thousand resamples of a long study at once would take gigabytes
    block = max(1, _MOST_AT_ONCE // length)
    parts = [
        _maximise(family, _rows(sample, np.arange(start, min(start + block, count))))
        for start in range(0, count, block)
    ]
    if len(parts) == 1:
        return parts[0]
    return Fits(
        **{name: np.concatenate([getattr(one, name) for one in parts]) for name in Fits.__dataclass_fields__}
    )


def _maximise(family: Family, sample: Sample) -> Fits:
    scale, shape = _start(family, sample)
    active = np.arange(len(shape))
    settled = np.zeros(len(shape), dtype=bool)
    low, high = family.limits
    for _ in range(_MOST_STEPS):
        part = _rows(sample, active)
        slopes = _slopes(family, part, scale[active], shape[active])
        by_scale, by_shape = _newton(slopes, held=family.held)
        by_scale, by_shape = _climb(
            family, part, (scale[active], shape[active]), (by_scale, by_shape), slopes
        )
        scale[active] += by_scale
        shape[active] += by_shape
        moved = np.maximum(np.abs(by_scale).max(axis=1), np.abs(by_shape))
        outside = (shape[active] < low - 1.0) | (shape[active] > high + 1.0)
        settled[active[(moved < _CLOSE) & ~outside]] = True
        active = active[(moved >= _CLOSE) & ~outside]
        if not active.size:
            break
    slopes = _slopes(family, sample, scale, shape)
    factor, definite = _factor(slopes, held=family.held)
    inside = np.ones_like(settled) if family.held else (shape > low) & (shape < high)
    return Fits(scale, shape, slopes.likelihood.sum(axis=1), settled & definite & inside, factor)


def _rows(sample: Sample, rows: NDArray[np.intp]) -> Sample:
    return Sample(sample.times[rows], sample.censored[rows], sample.groups)


def _start(family: Family, sample: Sample) -> tuple[Floats, Floats]:
    times, censored, groups = sample
    mean = times.mean(axis=1)
    # Newton from the moments of times that hardly vary, or wildly, would leave the limits at once
    cv = np.clip(times.std(axis=1) / mean, 0.02, 5.0)
    shape = np.clip(family.begin(cv), *family.limits) if not family.held else family.begin(cv)
    ended = np.maximum((~censored).sum(axis=1), 1)
    longer = np.log(censored.shape[1] / ended)  # as the exponential has it: total time over times that ended
    by_group = times @ groups.T / groups.sum(axis=1)
    return np.log(by_group) + longer[:, None] - np.log(family.mean(shape))[:, None], shape


def _likelihood(family: Family, sample: Sample, scale: Floats, shape: Floats) -> Floats:
    """Log-likelihood by sample and group."""
    times, censored, groups = sample
    own = scale @ groups  # groups do not overlap: the scale of each time
    y = times * np.exp(-own)
    log_y = np.log(times) - own
    wide = shape[:, None]
    found = family.density(y, log_y, wide) - own
    if censored.any():
        rows = np.nonzero(censored)[0]
        found[censored] = family.survival(y[censored], log_y[censored], shape[rows])
    # far out a density is 0 and its logarithm -inf: differences of those are nan
    found = np.where(np.isfinite(found), found, -1e10)
    by_group: Floats = found @ groups.T.astype(float)
    return by_group


def _slopes(family: Family, sample: Sample, scale: Floats, shape: Floats) -> _Slopes:
    """Take derivatives by central differences: all scales move at once, for groups do not meet in them."""

    def at(by_scale: float, by_shape: float) -> Floats:
        return _likelihood(family, sample, scale + by_scale * _STEP, shape + by_shape * _STEP)

    here, up, down = at(0, 0), at(1, 0), at(-1, 0)
    first, second = (up - down) / (2 * _STEP), -(up - 2 * here + down) / _STEP**2
    if family.held:
        none = np.zeros(len(shape))
        return _Slopes(first, none, second, np.zeros_like(first), none + 1.0, here)
    more, less = at(0, 1), at(0, -1)
    crossed = -(at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * _STEP**2)
    return _Slopes(
        first,
        (more - less).sum(axis=1) / (2 * _STEP),
        second,
        crossed,
        -(more - 2 * here + less).sum(axis=1) / _STEP**2,
        here,
    )


def _newton(slopes: _Slopes, *, held: bool) -> tuple[Floats, Floats]:
    """Return a step uphill: Newton's where the matrix is definite, else with what makes it so."""
    diagonal = np.where(slopes.scale_scale > 1e-8, slopes.scale_scale, 1.0)
    if held:
        return np.clip(slopes.scale / diagonal, -_LONGEST, _LONGEST), np.zeros_like(slopes.shape)
    rest = slopes.shape_shape - (slopes.scale_shape**2 / diagonal).sum(axis=1)
    # not definite: away from the maximum the surface may be a saddle, and Newton would step down
    rest = np.where(rest > 1e-6, rest, np.maximum(np.abs(slopes.shape_shape), 1.0))
    gained = slopes.shape - (slopes.scale_shape * slopes.scale / diagonal).sum(axis=1)
    by_shape = np.clip(gained / rest, -_LONGEST, _LONGEST)
    by_scale = (slopes.scale - slopes.scale_shape * by_shape[:, None]) / diagonal
    return np.clip(by_scale, -_LONGEST, _LONGEST), by_shape


def _climb(
    family: Family,
    sample: Sample,
    here: tuple[Floats, Floats],
    step: tuple[Floats, Floats],
    slopes: _Slopes,
) -> tuple[Floats, Floats]:
    """Halve steps until they do not go down."""
    by_scale, by_shape = step
    before = slopes.likelihood.sum(axis=1)
    for _ in range(12):
        after = _likelihood(family, sample, here[0] + by_scale, here[1] + by_shape).sum(axis=1)
        # with room for rounding, or the last steps near the maximum would be halved to nothing
        worse = after < before - 1e-9 * np.abs(before) - 1e-10
        if not worse.any():
            break
        by_scale = np.where(worse[:, None], by_scale / 2, by_scale)
        by_shape = np.where(worse, by_shape / 2, by_shape)
    return by_scale, by_shape


def _factor(slopes: _Slopes, *, held: bool) -> tuple[Floats, NDArray[np.bool_]]:
    """Factor the covariance of the first group's (b, s), and tell whether the information is definite."""
    a, b, c = slopes.scale_scale[:, 0], slopes.scale_shape[:, 0], slopes.shape_shape
    factor = np.zeros((len(a), 2, 2))
    if held:
        definite = a > 0
        factor[:, 0, 0] = 1.0 / np.sqrt(np.where(definite, a, 1.0))
        return factor, definite
    rest = c - (slopes.scale_shape**2 / np.where(slopes.scale_scale > 0, slopes.scale_scale, 1.0)).sum(axis=1)
    definite = (slopes.scale_scale > 0).all(axis=1) & (rest > 0)
    a, c = np.where(definite, a, 1.0), np.where(definite, c, 1.0)
    b = np.where(definite & (a * c - b * b > 0), b, 0.0)
    determinant = a * c - b * b
    factor[:, 0, 0] = np.sqrt(c / determinant)  # the covariance is [[c, -b], [-b, a]] / determinant
    factor[:, 1, 0] = -b / determinant / factor[:, 0, 0]
    factor[:, 1, 1] = np.sqrt(np.maximum(a / determinant - factor[:, 1, 0] ** 2, 0.0))
    return factor, definite
