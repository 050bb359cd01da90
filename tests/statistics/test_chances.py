"""Differences of probabilities: known values, coverage where little comes, and what is undefined."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hewer.statistics import difference_of_chances

TRIALS = 2000


def test_a_table_worked_by_hand() -> None:
    """Of 80 pairs 8 change one way and 2 the other: (8.5 - 2.5) / 82, and Wald's error of the four cells."""
    base = np.r_[np.zeros(50), np.ones(20), np.zeros(8), np.ones(2)]
    other = np.r_[np.zeros(50), np.ones(20), np.ones(8), np.zeros(2)]
    found = difference_of_chances(base, other)
    centre, error = 6.0 / 82.0, math.sqrt(11.0 / 82.0 - (6.0 / 82.0) ** 2) / math.sqrt(82.0)
    assert found.mean == pytest.approx(6.0 / 80.0)
    assert (found.low, found.high) == pytest.approx(
        (centre - 1.95996 * error, centre + 1.95996 * error), abs=1e-5
    )
    assert found.n == 80


def test_independent_samples_by_hand() -> None:
    """3 of 10 and 9 of 20: (10 / 22) - (4 / 12)."""
    found = difference_of_chances(np.repeat([1.0, 0.0], [3, 7]), np.repeat([1.0, 0.0], [9, 11]), paired=False)
    p, q = 4.0 / 12.0, 10.0 / 22.0
    error = math.sqrt(p * (1 - p) / 12.0 + q * (1 - q) / 22.0)
    assert found.mean == pytest.approx(0.15)
    assert (found.low, found.high) == pytest.approx(
        (q - p - 1.95996 * error, q - p + 1.95996 * error), abs=1e-5
    )


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize(
    ("p", "q", "n"), [(0.01, 0.02, 100), (0.01, 0.01, 30), (0.5, 0.6, 30), (0.02, 0.3, 20)]
)
def test_coverage(p: float, q: float, n: int, paired: bool) -> None:
    """Student's covers 64 % in the first case; false alarm below 1e-6 at 93 %."""
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(TRIALS):
        u = rng.random(n)
        v = u if paired else rng.random(n)
        found = difference_of_chances((u < p).astype(float), (v < q).astype(float), paired=paired)
        hits += found.low <= q - p <= found.high
    assert hits / TRIALS >= 0.93 - 4.9 * math.sqrt(0.93 * 0.07 / TRIALS)


def test_what_never_differed_is_not_known_to_be_equal() -> None:
    found = difference_of_chances(np.zeros(20), np.zeros(20))
    assert found.mean == 0.0
    assert found.low < 0.0 < found.high
    assert found.half_width < 0.2


def test_what_is_undefined_is_left_out() -> None:
    found = difference_of_chances([1.0, np.nan, 0.0], [1.0, 1.0, 1.0])
    assert (found.n, found.missing, found.mean) == (2, 1, 0.5)
    assert math.isnan(difference_of_chances([np.nan], [1.0]).mean)
    assert math.isnan(difference_of_chances([np.nan], [1.0], paired=False).half_width)
