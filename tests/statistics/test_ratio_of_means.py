"""Ratios of expectations: unbiased where the mean of ratios is not, and covered."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hewer.statistics import linearised, ratio_of_means

EXPERIMENTS = 4000
SLACK = 4.9 * math.sqrt(0.05 * 0.95 / EXPERIMENTS)  # false alarm below 1e-6


def pairs(spread: float, n: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Lognormal divisors of mean 10, and what is divided: half of them, with noise."""
    rng = np.random.default_rng(seed)
    lower = 10.0 * rng.lognormal(-0.5 * spread**2, spread, (EXPERIMENTS, n))
    return 0.5 * lower + rng.exponential(1.0, lower.shape), lower


@pytest.mark.parametrize(("spread", "n", "under"), [(0.3, 30, 0.01), (0.8, 100, 0.02)])
def test_coverage(spread: float, n: int, under: float) -> None:
    """Asymptotic: on skewed divisors it may fall short by what is stated, not by more."""
    upper, lower = pairs(spread, n)
    found = [ratio_of_means(x, y) for x, y in zip(upper, lower, strict=True)]
    share = np.mean([one.low <= 0.6 <= one.high for one in found])
    assert 0.95 - under - SLACK <= share <= 0.95 + 0.01 + SLACK


def test_it_is_not_the_mean_of_ratios() -> None:
    upper, lower = pairs(0.8, 100)
    of_means = np.mean([ratio_of_means(x, y).mean for x, y in zip(upper, lower, strict=True)])
    assert of_means == pytest.approx(0.6, abs=0.003)
    assert np.mean(upper / lower) > 0.68


def test_linearised_values_have_the_ratio_as_mean() -> None:
    upper, lower = pairs(0.5, 20)
    got = linearised(upper[:3], lower[:3])
    assert np.allclose(got.mean(axis=1), upper[:3].mean(axis=1) / lower[:3].mean(axis=1))


def test_a_divisor_not_told_from_zero_leaves_the_ratio_open() -> None:
    rng = np.random.default_rng(2)
    got = ratio_of_means(rng.normal(5.0, 1.0, 20), rng.normal(0.1, 3.0, 20))
    assert math.isinf(got.low)
    assert math.isinf(got.high)
    assert math.isinf(got.half_width)


def test_nothing_over_nothing() -> None:
    assert math.isnan(ratio_of_means([0.0, 0.0], [0.0, 0.0]).mean)
    assert ratio_of_means([1.0, math.nan, 3.0], [2.0, 2.0, 2.0]).missing == 1


def test_of_several_worlds_their_ratios_are_the_observations() -> None:
    got = ratio_of_means([[1.0, 3.0], [4.0, 4.0]], [[2.0, 2.0], [1.0, 3.0]])
    assert got.mean == pytest.approx(0.5 * (1.0 + 2.0))
    assert got.ends is None


def test_a_cost_that_never_came() -> None:
    """Nothing over something is 0; that there is no interval shows, as with any value that has not varied."""
    found = ratio_of_means(np.zeros(20), np.random.default_rng(1).lognormal(size=20))
    assert (found.mean, found.low, found.high, found.half_width) == (0.0, 0.0, 0.0, 0.0)
