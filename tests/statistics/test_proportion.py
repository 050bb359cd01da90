"""Intervals of a probability: coverage by summing the binomial, not by drawing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from hewer.statistics import chance, clopper_pearson, wilson
from hewer.statistics.quantile import beta_quantile, binomial_at_most

PROBABILITIES = np.concatenate([[0.001, 0.005], np.linspace(0.01, 0.99, 99)])


def coverage(interval: Callable[[int, int, float], tuple[float, float]], n: int) -> np.ndarray:
    """Chance that the interval of n trials covers, for each of the probabilities."""
    ks = np.arange(n + 1)
    ends = np.array([interval(int(k), n, 0.95) for k in ks])
    hit = (ends[:, :1] <= PROBABILITIES) & (ends[:, 1:] >= PROBABILITIES)
    weights: np.ndarray = stats.binom.pmf(ks[:, None], n, PROBABILITIES)
    covered: np.ndarray = (weights * hit).sum(axis=0)
    return covered


@pytest.mark.parametrize("n", [5, 30, 200])
def test_clopper_pearson_never_covers_less(n: int) -> None:
    assert coverage(clopper_pearson, n).min() >= 0.95 - 1e-12


@pytest.mark.parametrize("n", [30, 200])
def test_wilson_covers_on_average(n: int) -> None:
    found = coverage(wilson, n)[2:]
    assert found.mean() == pytest.approx(0.95, abs=0.01)
    assert found.min() > 0.83


@pytest.mark.parametrize("n", [1, 7, 40])
def test_the_ends_are_those_of_scipy(n: int) -> None:
    for k in range(n + 1):
        test = stats.binomtest(k, n)
        exact = test.proportion_ci(0.95, "exact")
        assert clopper_pearson(k, n, 0.95) == pytest.approx((exact.low, exact.high), abs=1e-12)
        score = test.proportion_ci(0.95, "wilson")
        assert wilson(k, n, 0.95) == pytest.approx((score.low, score.high), abs=1e-12)


def test_the_helpers_are_those_of_scipy() -> None:
    assert beta_quantile(0.1, 2.5, 4.0) == pytest.approx(stats.beta.ppf(0.1, 2.5, 4.0), rel=1e-12)
    for k in (-1, 0, 3, 10):
        assert binomial_at_most(k, 10, 0.3) == pytest.approx(stats.binom.cdf(k, 10, 0.3), abs=1e-14)
    with pytest.raises(ValueError, match="beta quantile"):
        beta_quantile(0.0, 1.0, 1.0)


def test_a_chance_that_never_came_has_an_interval_all_the_same() -> None:
    got = chance(np.zeros(30))
    assert (got.mean, got.low, got.n) == (0.0, 0.0, 30)
    assert got.high == pytest.approx(wilson(0, 30, 0.95)[1])
    assert got.half_width == pytest.approx(0.5 * got.high)


def test_of_several_worlds_the_shares_are_the_observations() -> None:
    table = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    got = chance(table)
    assert got.mean == 0.5
    assert got.ends is None
