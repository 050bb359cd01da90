"""Warm-up and batch means on series whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.signal import lfilter

from hewer.statistics import batch_means, mser5, von_neumann

TRIALS = 1000
SLACK = 4.9 * math.sqrt(0.05 * 0.95 / TRIALS)  # false alarm below 1e-6


def autoregressive(rng: np.random.Generator, n: int, phi: float, start: float = 0.0) -> np.ndarray:
    noise = rng.normal(0.0, math.sqrt(1.0 - phi * phi), n)
    steady = rng.normal()
    decay: np.ndarray = (steady + start) * phi ** np.arange(1, n + 1)
    decay += np.asarray(lfilter([1.0], [1.0, -phi], noise))
    return decay


def test_the_cut_removes_the_transient() -> None:
    rng = np.random.default_rng(1)
    cuts, kept, whole = [], [], []
    for _ in range(200):
        series = autoregressive(rng, 2000, 0.9, start=30.0)
        found = mser5(series)
        assert found.settled
        assert found.index + found.kept == 2000
        cuts.append(found.index)
        kept.append(series[found.index :].mean())
        whole.append(series.mean())
    assert 15 <= np.median(cuts) <= 60  # 30 * 0.9^t falls below 1 at t = 32
    assert abs(np.mean(kept)) < 0.25 * abs(np.mean(whole))


def test_a_series_that_never_settles_is_told() -> None:
    assert not mser5(np.arange(400.0) ** 2).settled


@pytest.mark.parametrize("bad", [np.arange(99.0), np.full(200, np.nan)])
def test_too_little_is_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="100 finite"):
        mser5(bad)


@pytest.mark.parametrize(("phi", "under"), [(0.0, 0.0), (0.5, 0.01), (0.9, 0.02)])
def test_batch_means_cover(phi: float, under: float) -> None:
    """Asymptotic: what it may fall short of 0.95 by is stated."""
    rng = np.random.default_rng(2)
    found = [batch_means(autoregressive(rng, 4000, phi)) for _ in range(TRIALS)]
    share = np.mean([one.estimate.low <= 0.0 <= one.estimate.high for one in found])
    assert share >= 0.95 - under - SLACK


def test_correlation_is_noticed() -> None:
    rng = np.random.default_rng(3)
    assert np.mean([von_neumann(rng.normal(size=50)) < 0.05 for _ in range(4000)]) == pytest.approx(
        0.05, abs=0.017
    )
    assert np.mean([von_neumann(autoregressive(rng, 200, 0.5)) < 0.05 for _ in range(200)]) > 0.99
    assert not batch_means(autoregressive(rng, 60, 0.99)).independent
    assert von_neumann(np.ones(9)) == 1.0
