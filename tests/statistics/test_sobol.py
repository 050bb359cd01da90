"""Sobol indices of a function with known ones, seen through noise."""

from __future__ import annotations

import numpy as np
import pytest
from SALib.sample.sobol import sample

from hewer.statistics.sobol import indices

FIRST = np.array(
    [0.3139, 0.4424, 0.0, 0.0]
)  # Ishigami, a = 7, b = 0.1 (Sobol and Levitan 1999), and an inert one
TOTAL = np.array([0.5576, 0.4424, 0.2437, 0.0])
VARIANCE = 13.8446


def ishigami(x: np.ndarray) -> np.ndarray:
    x = np.pi * (2.0 * x - 1.0)
    found: np.ndarray = np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return found


def outputs(points: int, noise: float, seed: int, replications: int = 2) -> np.ndarray:
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0.0, 1.0]] * 4}
    mean = ishigami(sample(problem, points, calc_second_order=False, seed=seed))
    rng = np.random.default_rng(seed)
    values = mean[:, None] + noise * rng.standard_normal((mean.size, replications))
    return values.reshape(points, 6, replications)


def test_noise_biases_nothing() -> None:
    """Noise as large as the signal, 40 analyses of 512 points: the averages are within 5 standard errors."""
    found = [indices(outputs(512, VARIANCE**0.5, seed), seed) for seed in range(40)]
    for name, truth in (("first", FIRST), ("total", TOTAL)):
        values = np.array([getattr(one, name)[:, 0] for one in found])
        error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
        assert (np.abs(values.mean(axis=0) - truth) <= 5.0 * error + 0.003).all()
    assert np.mean([one.variance for one in found]) == pytest.approx(VARIANCE, rel=0.05)
    assert np.mean([one.chance[0] for one in found]) == pytest.approx(0.5, abs=0.03)


def test_intervals_cover_and_that_of_the_inert_contains_zero() -> None:
    """Points of a low-discrepancy sequence are not independent, so the intervals are on the wide side."""
    found = [indices(outputs(256, 2.0, seed), seed) for seed in range(60)]
    for name, truth in (("first", FIRST), ("total", TOTAL)):
        table = np.array([getattr(one, name) for one in found])
        hits = ((table[:, :, 1] <= truth) & (table[:, :, 2] >= truth)).mean(axis=0)
        assert (hits >= 0.95 - 4.0 * np.sqrt(0.95 * 0.05 / 60)).all()


def test_without_noise_chance_has_no_share() -> None:
    values = np.repeat(outputs(256, 0.0, 1)[:, :, :1], 2, axis=2)
    got = indices(values)
    assert got.chance[0] == 0.0
    assert got.first[:, 0] == pytest.approx(FIRST, abs=0.1)


def test_one_replication_is_refused() -> None:
    with pytest.raises(ValueError, match="two replications"):
        indices(np.zeros((16, 4, 1)))
