"""The t quantile against SciPy, over the range that tables need and far beyond it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hewer.statistics.quantile import normal_quantile, t_quantile, t_tail

scipy_stats = pytest.importorskip("scipy.stats")


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 9, 19, 29, 99, 999, 10_000, 999_999])
@pytest.mark.parametrize("probability", [0.5001, 0.6, 0.9, 0.95, 0.975, 0.995, 0.9999, 1 - 1e-9])
def test_agrees_with_scipy(probability: float, freedom: int) -> None:
    expected = scipy_stats.t.ppf(probability, freedom)
    assert t_quantile(probability, freedom) == pytest.approx(expected, rel=1e-7, abs=1e-7)


def test_table_values() -> None:
    assert t_quantile(0.975, 1) == pytest.approx(12.7062047362, rel=1e-10)
    assert t_quantile(0.975, 19) == pytest.approx(2.09302405441, rel=1e-10)


@settings(deadline=None, max_examples=200)
@given(st.floats(1e-6, 1 - 1e-6), st.floats(0.5, 1e6))
def test_is_odd_and_inverts_the_tail(probability: float, freedom: float) -> None:
    t = t_quantile(probability, freedom)
    assert t_tail(abs(t), freedom) == pytest.approx(min(probability, 1 - probability), rel=1e-6)
    assert math.copysign(1, t) == math.copysign(1, probability - 0.5) or t == 0


def test_large_freedom_is_normal() -> None:
    assert t_quantile(0.975, 1e9) == normal_quantile(0.975)


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.1, math.nan])
def test_refuses_a_wrong_probability(probability: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        t_quantile(probability, 3)


@pytest.mark.parametrize("freedom", [0.0, -1.0, math.nan])
def test_refuses_wrong_freedom(freedom: float) -> None:
    with pytest.raises(ValueError, match="freedom"):
        t_quantile(0.9, freedom)
