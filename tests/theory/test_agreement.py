"""The comparison itself: it errs as often as it says, and notices what it says."""

from __future__ import annotations

import numpy as np
import pytest

from tests.theory import agreement
from tests.theory.agreement import Sums, agrees


def passes(values, exact, detects=1.0):
    try:
        agrees(values, exact, detects=detects)
    except AssertionError:
        return False
    return True


def test_false_alarms_are_as_rare_as_stated(monkeypatch):
    """At 10 %, out of 2000 true values; 5 standard errors are 3.4 %."""
    monkeypatch.setattr(agreement, "FALSE_ALARM", 0.1)
    rng = np.random.default_rng(1)
    alarms = sum(not passes(rng.normal(1.0, 0.01, 20), 1.0) for _ in range(2000))
    assert alarms / 2000 == pytest.approx(0.1, abs=0.034)


def test_a_deviation_of_the_size_stated_is_noticed():
    """A standard error of 0.1 % of forty values notices 0.638 % nine times in ten (5 se of 500: 6.7 %)."""
    rng = np.random.default_rng(2)
    true = 1 + 0.00638
    noticed = sum(not passes(rng.normal(true, 0.001 * 40**0.5, 40), 1.0) for _ in range(500))
    assert noticed / 500 == pytest.approx(0.9, abs=0.067)


def test_a_weak_comparison_fails():
    values = np.random.default_rng(3).normal(1.0, 0.1, 40)
    with pytest.raises(AssertionError, match="too weak"):
        agrees(values, 1.0, detects=0.01)


def test_a_ratio_is_judged_without_bias():
    """Short windows, in which a mean of quotients is 5 % off."""
    rng = np.random.default_rng(4)
    count = rng.poisson(20, 4000).astype(float) + 1e-9
    total = rng.gamma(np.maximum(count, 1e-9), 1.0) + 2 * count
    agrees(Sums(total, count), 3.0, detects=0.05)
