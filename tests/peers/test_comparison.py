"""The comparison itself: it errs as often as it says, and notices what it says."""

from __future__ import annotations

import numpy as np
import pytest

from tests import conformance
from tests.peers import comparison
from tests.peers.comparison import FALSE_ALARM, MOST, alike


@pytest.fixture(autouse=True)
def apart(monkeypatch):
    """These comparisons are no rows of the page."""
    monkeypatch.setattr(comparison, "settle", lambda *cells: None)


def passes(mine, other, detects=9.0):
    try:
        alike("a", {"x": mine}, {"x": other}, detects={"x": detects})
    except AssertionError:
        return False
    return True


def test_false_alarms_are_as_rare_as_stated(monkeypatch):
    """Two tests at 5 % each, of 1000 pairs of one distribution: 10 % at most; 5 standard errors are 4.7 %."""
    monkeypatch.setattr(comparison, "FALSE_ALARM", 0.05)
    rng = np.random.default_rng(1)
    alarms = sum(not passes(rng.exponential(2.0, 200), rng.exponential(2.0, 300)) for _ in range(1000))
    assert 0.03 < alarms / 1000 < 0.147


def test_a_difference_of_means_is_noticed():
    rng = np.random.default_rng(2)
    assert not passes(rng.normal(1.0, 0.1, 500), rng.normal(1.05, 0.1, 500))


def test_a_difference_of_distributions_of_one_mean_is_noticed():
    rng = np.random.default_rng(3)
    with pytest.raises(AssertionError, match="distribution"):
        alike("a", {"x": rng.exponential(1.0, 1000)}, {"x": rng.gamma(4.0, 0.25, 1000)}, detects={"x": 1.0})


def test_constants_must_be_equal():
    assert passes([3.0, 3.0], [3.0, 3.0])
    assert not passes([3.0, 3.0], [4.0, 4.0])


def test_what_could_not_notice_a_difference_fails():
    rng = np.random.default_rng(4)
    assert not passes(rng.normal(1.0, 0.5, 50), rng.normal(1.0, 0.5, 50), detects=0.1)


def test_no_more_comparisons_than_the_false_alarm_allows():
    rows = conformance.read(conformance.PAGE.read_text(encoding="utf-8"))
    assert sum(row.file.startswith("tests/peers/") for row in rows) <= MOST
    assert MOST * FALSE_ALARM <= 1.0001e-3
