"""Variance-based sensitivity of an expectation that is only seen through noise.

Sources: I. M. Sobol, Math. Comput. Simul. 55, 2001; A. Saltelli et al., Comp. Phys. Comm. 181, 2010
(first-order and total indices by Jansen's and their own estimators); the correction for noise is that of a
one-way random effects model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Indices:
    """Shares of the variance of E[Y | inputs].

    Attributes
    ----------
    first, total : ndarray of float64 [input, 3]
        Index, lower and upper end of its 95 % interval.
    chance : ndarray of float64 [3]
        Share of the variance of a single replication that chance explains, with its interval.
    variance : float
        Of E[Y | inputs].
    """

    first: Floats
    total: Floats
    chance: Floats
    variance: float


def indices(values: Floats, seed: int = 1) -> Indices:
    """Estimate Sobol indices of E[Y | inputs], with the noise taken off.

    Parameters
    ----------
    values : ndarray of float64 [base point, k + 2, replication]
        For each base point the outputs at A, at A with input i from B (i = 1 .. k), and at B; two
        replications at least, independent between points, so that their noise cancels in products of
        different points and can be taken off squares.
    seed : int
        Of the resampling of base points behind the intervals.

    Raises
    ------
    ValueError
        With fewer than two replications.
    """
    if values.ndim != 3 or values.shape[2] < 2:
        raise ValueError("two replications a point are needed to take the noise off")
    points, k = len(values), values.shape[1] - 2
    features = _features(values)
    point = _indices(features.mean(axis=0), points, k)
    # whole base points are resampled: the k + 2 outputs of one share its inputs
    weights = np.random.default_rng(seed).multinomial(points, np.full(points, 1.0 / points), _RESAMPLES)
    drawn = _indices(weights @ features / points, points, k)
    # a resample whose variance is not above 0 has no indices
    low, high = np.nanquantile(drawn, (0.025, 0.975), axis=0)
    table = np.stack([point, low, high], axis=1)
    variance = float(_variance(features.mean(axis=0), points, k))
    return Indices(table[:k], table[k : 2 * k], table[-1], variance)


def _features(values: Floats) -> Floats:
    """Return what the indices are made of, by base point; centred, so that squares keep their digits."""
    means = values.mean(axis=2) - values.mean()
    single = values.var(axis=2, ddof=1)
    noise = single / values.shape[2]
    a, mixed, b = means[:, :1], means[:, 1:-1], means[:, -1:]
    step = mixed - a
    columns = [a + b, a * a + b * b, noise[:, :1], noise[:, -1:], single.mean(axis=1, keepdims=True)]
    return np.concatenate([*columns, b * step, step, step * step, noise[:, 1:-1]], axis=1)


def _variance(means: Floats, points: int, k: int) -> Floats:
    """Variance of E[Y | inputs], from the means of the features; k is the number of inputs."""
    total, squares, noise_a, noise_b = (means[..., n] for n in range(4))
    # over A and B together: twice as many points for the variance
    spread = (squares - 0.5 * total**2) * points / (2.0 * points - 1.0)
    found: Floats = spread - 0.5 * (noise_a + noise_b)
    return found


def _indices(means: Floats, points: int, k: int) -> Floats:
    """First-order indices, then total ones, then the share of chance, from the means of the features."""
    variance = _variance(means, points, k)[..., None]
    centre, noise_a, single = 0.5 * means[..., :1], means[..., 2:3], means[..., 4:5]
    product, step, square, noise = (means[..., 5 + n * k : 5 + (n + 1) * k] for n in range(4))
    first = product - centre * step
    # Jansen: the squared step holds the noise of both of its ends
    total = 0.5 * (square - noise_a - noise)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.concatenate([first, total], axis=-1) / np.where(variance > 0.0, variance, np.nan)
        chance = np.where(single > 0.0, single / (np.maximum(variance, 0.0) + single), 0.0)
    return np.concatenate([shares, chance], axis=-1)
