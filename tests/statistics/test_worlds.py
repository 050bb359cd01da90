"""The band over worlds is of expectations, not of noisy means."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hewer.statistics import band

TRIALS = 400


def test_the_band_of_exact_means_is_their_quantiles() -> None:
    got = band(np.stack([np.arange(101.0)] * 2, axis=1))
    assert got is not None
    assert (got.low, got.high, got.worlds, got.chance) == (5.0, 95.0, 101, 0.0)


@pytest.mark.parametrize(("replications", "noise"), [(2, 2.0), (5, 4.0)])
def test_noise_within_worlds_does_not_widen_the_band(replications: int, noise: float) -> None:
    """200 worlds of expectations N(50, 3): the ends are 50 -+ 4.93. Without the correction the band would be
    sqrt(1 + noise^2 / 9 r) times as wide: 10 and 16 % more."""
    rng = np.random.default_rng(1)
    ends = []
    for _ in range(TRIALS):
        worlds = rng.normal(50.0, 3.0, (200, 1))
        got = band(worlds + rng.normal(0.0, noise, (200, replications)))
        assert got is not None
        ends.append((got.low, got.high, got.low_error))
    low, high, error = np.mean(ends, axis=0)
    reach = 3.0 * 1.6448536
    spread = float(np.std([one[0] for one in ends]))
    allowance = 5.0 * spread / math.sqrt(TRIALS)  # false alarm below 1e-6 an end; bias of quantiles below it
    assert low == pytest.approx(50.0 - reach, abs=allowance + 0.03)
    assert high == pytest.approx(50.0 + reach, abs=allowance + 0.03)
    assert error == pytest.approx(spread, rel=0.15)


def test_skewed_expectations_are_nearly_met() -> None:
    """Lognormal worlds: the correction is exact in the variance, and within 6 % of the width at the ends."""
    rng = np.random.default_rng(2)
    worlds = rng.lognormal(0.0, 0.5, (20_000, 1))
    got = band(worlds + rng.normal(0.0, 0.5, (20_000, 3)))
    assert got is not None
    exact = np.exp(0.5 * 1.6448536 * np.array([-1.0, 1.0]))
    assert np.allclose((got.low, got.high), exact, atol=0.06 * (exact[1] - exact[0]))
    raw = np.quantile(worlds[:, 0] + rng.normal(0.0, 0.5 / math.sqrt(3.0), 20_000), 0.05)
    assert abs(raw - exact[0]) > 1.5 * abs(got.low - exact[0])


def test_pure_chance_leaves_nearly_no_band() -> None:
    got = band(np.random.default_rng(5).normal(size=(4000, 4)))
    assert got is not None
    # sd of the share about sqrt(2/4000 + 2/12000) = 0.026; 5 sd: false alarm below 1e-6
    assert got.chance == pytest.approx(1.0, abs=0.13)
    assert got.high - got.low < 0.4 * 2.0 * 1.645 / 2.0


def test_one_replication_a_world_takes_nothing_off() -> None:
    means = np.arange(101.0)[:, None]
    got = band(means)
    assert got is not None
    assert (got.low, got.high) == (5.0, 95.0)
    assert math.isnan(got.chance)


def test_undefined_worlds_are_left_out() -> None:
    table = np.array([[1.0, np.nan], [np.nan, np.nan], [3.0, 5.0], [2.0, 2.0]])
    got = band(table)
    assert got is not None
    assert got.worlds == 3


def test_no_band_for_one_world() -> None:
    assert band([[1.0, 2.0]]) is None
