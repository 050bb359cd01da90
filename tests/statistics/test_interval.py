"""Intervals cover what they say they cover.

The coverage tests draw many experiments with a fixed seed and compare the share of intervals that hold
the truth with 0.95. The bound is set so that a correct interval fails with probability below 1e-6
(two-sided, normal approximation to the binomial: 4.9 standard errors).
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hewer.statistics import difference, estimate, observe, pairing, ratio, unpaired

EXPERIMENTS = 10_000
ALLOWANCE = 4.9 * math.sqrt(0.95 * 0.05 / EXPERIMENTS)  # false alarm below 1e-6


def coverage(hits: list[bool]) -> float:
    assert len(hits) == EXPERIMENTS
    return sum(hits) / len(hits)


@pytest.mark.parametrize("n", [2, 3, 10])
def test_student_interval_covers(n: int) -> None:
    draws = np.random.default_rng(1).normal(5.0, 2.0, size=(EXPERIMENTS, n))
    hits = [abs(e.mean - 5.0) <= e.half_width for e in map(estimate, draws)]
    assert coverage(hits) == pytest.approx(0.95, abs=ALLOWANCE)


def test_interval_over_worlds_covers_the_mean_over_worlds() -> None:
    rng = np.random.default_rng(2)
    worlds = rng.normal(5.0, 3.0, size=(EXPERIMENTS, 6, 1))
    draws = worlds + rng.normal(0.0, 1.0, size=(EXPERIMENTS, 6, 4))
    hits = [abs(e.mean - 5.0) <= e.half_width for e in map(estimate, draws)]
    assert coverage(hits) == pytest.approx(0.95, abs=ALLOWANCE)


def test_paired_difference_covers_and_is_narrower_than_unpaired() -> None:
    rng = np.random.default_rng(3)
    common = rng.normal(100.0, 10.0, size=(EXPERIMENTS, 8))
    base = common + rng.normal(0.0, 1.0, size=common.shape)
    other = common + 2.0 + rng.normal(0.0, 1.0, size=common.shape)
    estimates = [difference(x, y) for x, y in zip(base, other, strict=True)]
    hits = [abs(e.mean - 2.0) <= e.half_width for e in estimates]
    assert coverage(hits) == pytest.approx(0.95, abs=ALLOWANCE)
    assert estimates[0].half_width < 0.5 * estimate(other[0]).half_width


@pytest.mark.parametrize("correlation", [0.0, 0.9])
def test_fieller_interval_covers(correlation: float) -> None:
    rng = np.random.default_rng(4)
    z = rng.normal(size=(2, EXPERIMENTS, 7))
    x = 10.0 + 3.0 * z[0]
    y = 14.0 + 4.0 * (correlation * z[0] + math.sqrt(1 - correlation**2) * z[1])
    hits = [r.low <= 1.4 <= r.high for r in map(ratio, x, y)]
    assert coverage(hits) == pytest.approx(0.95, abs=ALLOWANCE)


@settings(deadline=None, max_examples=200)
@given(arrays(float, (2, 6), elements=st.floats(1.0, 1000.0)))
def test_ratio_and_difference_agree(values: np.ndarray) -> None:
    gap, quotient = difference(*values), ratio(*values)
    margin = abs(abs(gap.mean) - gap.half_width)
    if math.isfinite(quotient.high) and margin > 1e-6 * np.abs(values).max():
        assert (gap.low <= 0.0 <= gap.high) == (quotient.low <= 1.0 <= quotient.high)


@settings(deadline=None, max_examples=100)
@given(arrays(float, (2, 5), elements=st.floats(-1e6, 1e6)), st.floats(1e-3, 1e3))
def test_ratio_scales_with_its_dividend(values: np.ndarray, factor: float) -> None:
    one, scaled = ratio(*values), ratio(values[0], factor * values[1])
    assert scaled.ratio == pytest.approx(factor * one.ratio, rel=1e-9, abs=1e-9, nan_ok=True)


def test_ratio_of_constants_has_no_width() -> None:
    r = ratio([4.0, 4.0, 4.0], [6.0, 6.0, 6.0])
    assert (r.ratio, r.low, r.high) == (1.5, 1.5, 1.5)


def test_ratio_is_unbounded_where_the_base_may_be_zero() -> None:
    r = ratio([-1.0, 1.0, 0.5], [3.0, 4.0, 5.0])
    assert r.low == -math.inf
    assert r.high == math.inf


def test_ratio_to_zero() -> None:
    r = ratio([0.0, 0.0], [1.0, 2.0])
    assert math.isnan(r.ratio)
    assert r.high == math.inf


def test_constants_have_no_error() -> None:
    e = estimate([8.1] * 20)
    assert (e.mean, e.half_width, e.n) == (8.1, 0.0, 20)


def test_one_observation_has_no_interval() -> None:
    assert math.isnan(estimate([3.0]).half_width)
    assert math.isnan(ratio([3.0], [6.0]).low)
    assert ratio([3.0], [6.0]).ratio == 2.0


def test_undefined_values_are_counted_not_used() -> None:
    e = estimate([1.0, math.nan, 3.0, math.inf])
    assert (e.mean, e.n, e.missing) == (2.0, 2, 2)
    assert math.isnan(estimate([math.nan]).mean)


def test_pairs_lose_both_sides_of_an_undefined_value() -> None:
    e = difference([1.0, math.nan, 3.0], [2.0, 5.0, 5.0])
    assert (e.mean, e.n, e.missing) == (1.5, 2, 1)
    assert math.isnan(ratio([math.nan], [1.0]).ratio)


def test_rounding_is_no_difference() -> None:
    base = np.array([0.1 + 0.2, 0.3, 0.3])
    assert difference(base, [0.3, 0.3, 0.1 + 0.2]).mean == 0.0


def test_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match="one shape"):
        difference([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="axes"):
        estimate(np.zeros((2, 2, 2)))


def test_a_world_counts_once_however_many_of_its_values_are_defined() -> None:
    values = [[1.0, 1.0, 1.0], [3.0, math.nan, math.nan], [math.nan] * 3]
    assert observe(values).tolist() == [1.0, 3.0]
    assert estimate(values).mean == 2.0


def test_welch_covers_with_unequal_variances() -> None:
    rng = np.random.default_rng(8)
    base = rng.normal(0.0, 1.0, (EXPERIMENTS, 6))
    other = rng.normal(2.0, 5.0, (EXPERIMENTS, 12))
    hits = [one.low <= 2.0 <= one.high for one in map(unpaired, base, other)]
    assert coverage(hits) == pytest.approx(0.95, abs=ALLOWANCE + 0.005)  # Satterthwaite's is an approximation
    assert math.isnan(unpaired([1.0], [1.0, 2.0]).half_width)
    assert unpaired([1.0, 1.0], [2.0, 2.0]).half_width == 0.0


def test_pairing_counts_what_it_saves() -> None:
    x = np.random.default_rng(9).normal(size=50)
    got = pairing(x, x + np.random.default_rng(10).normal(0.0, 0.1, 50))
    assert got.correlation > 0.98
    assert got.saving > 50.0
    assert pairing(x, -x).saving == pytest.approx(0.5)
    assert pairing(x, x + 1.0).saving > 1e20
    assert math.isnan(pairing([1.0, 2.0], [1.0, 2.0]).saving)
