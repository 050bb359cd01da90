"""The range of expectations over worlds, without the noise of finitely many replications."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hewer.statistics.interval import table_of

BAND = (0.05, 0.95)
_RESAMPLES = 400


@dataclass(frozen=True, slots=True)
class Band:
    """The 5-95 % range of E[Y | world]: what ignorance of the params leaves open.

    Attributes
    ----------
    low, high : float
    low_error, high_error : float
        Monte Carlo standard error of each end, by resampling worlds.
    worlds : int
    chance : float
        Share of the variance of the world means that was noise within the worlds, and is taken off; nan with
        one replication a world, where it cannot be told and nothing is taken off.
    """

    low: float
    high: float
    low_error: float
    high_error: float
    worlds: int
    chance: float


def band(values: ArrayLike, limits: tuple[float, float] = BAND, seed: int = 1) -> Band | None:
    """5-95 % range of the expectation in a world; None with fewer than two worlds.

    The means of *r* replications spread wider than the expectations, by the variance within over *r*. The
    means are drawn in about their average until their variance is what is left of it without that noise (a
    one-way random effects model; S. R. Searle, G. Casella and C. E. McCulloch, Variance Components, 1992,
    sec. 3.6), and their quantiles taken. Exact in the variance; in the quantiles exact where the expectations
    are normal, and closer than without it elsewhere.

    Parameters
    ----------
    values : array_like, shape (world, replication)
    limits : tuple of float
        Probabilities of the ends.
    seed : int
        Of the resampling behind the errors.
    """
    table = table_of(values)
    defined = np.isfinite(table)
    rows = defined.any(axis=1)
    table, defined = table[rows], defined[rows]
    if table.shape[0] < 2:
        return None
    counts = defined.sum(axis=1)
    means = np.where(defined, table, 0.0).sum(axis=1) / counts
    squares = np.where(defined, table - means[:, None], 0.0) ** 2
    noise = np.where(counts > 1, squares.sum(axis=1) / np.maximum(counts - 1, 1) / counts, np.nan)
    ends, share = _ends(means[None], noise[None], limits)
    # noise and mean of a world are resampled together: where one is large the other mostly is
    pick = np.random.default_rng(seed).integers(0, means.size, (_RESAMPLES, means.size))
    errors = _ends(means[pick], noise[pick], limits)[0].std(axis=1, ddof=1)
    return Band(
        float(ends[0, 0]), float(ends[1, 0]), float(errors[0]), float(errors[1]), means.size, float(share[0])
    )


def _ends(
    means: NDArray[np.float64], noise: NDArray[np.float64], limits: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Quantiles [limit, sample] of the means [sample, world] drawn in, and the share of noise [sample]."""
    total = means.var(axis=1, ddof=1)
    known = np.isfinite(noise)
    with np.errstate(divide="ignore", invalid="ignore"):
        within = np.where(known, noise, 0.0).sum(axis=1) / known.sum(axis=1)
        share = np.minimum(1.0, within / total)
    # drawn in about the average: the variance becomes that of the expectations, the shape stays
    factor = np.sqrt(1.0 - np.where(np.isfinite(share), share, 0.0))
    middle = means.mean(axis=1)
    ends: NDArray[np.float64] = np.quantile(means, limits, axis=1)
    return middle + factor * (ends - middle), share
