"""Quantiles: intervals that hold whatever the distribution is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hewer.statistics import quantile

EXPERIMENTS = 4000
SLACK = 4.9 * math.sqrt(0.05 * 0.95 / EXPERIMENTS)  # false alarm below 1e-6


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("shape", [0.5, 2.0])
def test_coverage_on_skewed_values(probability: float, shape: float) -> None:
    rng = np.random.default_rng(3)
    draws = rng.lognormal(0.0, shape, (EXPERIMENTS, 60))
    from hewer.statistics import normal_quantile

    truth = math.exp(shape * normal_quantile(probability))
    found = [quantile(row, probability) for row in draws]
    share = np.mean([one.low <= truth <= one.high for one in found])
    assert share >= 0.95 - SLACK


def test_ties_are_covered_too() -> None:
    draws = np.random.default_rng(4).poisson(3.0, (EXPERIMENTS, 40))
    found = [quantile(row, 0.5) for row in draws]
    assert np.mean([one.low <= 3.0 <= one.high for one in found]) >= 0.95 - SLACK


def test_a_small_sample_bounds_no_tail() -> None:
    got = quantile(np.arange(10.0), 0.95)
    assert math.isinf(got.high)
    assert math.isfinite(got.low)
    assert math.isinf(got.half_width)


def test_what_is_undefined_is_left_out() -> None:
    got = quantile([1.0, math.nan, 3.0], 0.5)
    assert (got.mean, got.n, got.missing) == (2.0, 2, 1)
    assert math.isnan(quantile([math.nan], 0.5).mean)
