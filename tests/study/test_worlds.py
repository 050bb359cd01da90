"""Draws of worlds: keyed by name, inside the range, distributed as stated."""

from __future__ import annotations

import math

import pytest

from hewer.model.resolve import Spread
from hewer.quantity import Quantity
from hewer.study.worlds import draw_world, quantile, uniform

scipy_stats = pytest.importorskip("scipy.stats")


def spread(kind: str, low: float, high: float, mode: float) -> Spread:
    return Spread(kind, *(Quantity.of(x, "min") for x in (low, high, mode)))


SPREADS = {
    "uniform": (spread("uniform", 2, 8, 3), scipy_stats.uniform(120, 360)),
    "loguniform": (spread("loguniform", 2, 8, 3), scipy_stats.loguniform(120, 480)),
    "triangular": (spread("triangular", 2, 8, 3), scipy_stats.triang(1 / 6, 120, 360)),
}


@pytest.mark.parametrize("kind", SPREADS)
def test_quantile_inverts_the_distribution(kind: str) -> None:
    got, expected = SPREADS[kind]
    for u in (1e-9, 0.01, 0.1666, 0.17, 0.5, 0.99, 1 - 1e-9):
        assert quantile(got, u) == pytest.approx(expected.ppf(u), rel=1e-9)


def test_uniform_is_uniform() -> None:
    # Kolmogorov-Smirnov at a false-alarm probability of 1e-6
    draws = [uniform(1, "cut_time", world) for world in range(5000)]
    assert scipy_stats.kstest(draws, "uniform").pvalue > 1e-6
    assert 0 < min(draws) < max(draws) < 1


def test_a_draw_depends_on_its_own_name_only() -> None:
    one = {"a": SPREADS["uniform"][0]}
    two = {"b": SPREADS["triangular"][0], **one}
    assert draw_world(one, 7, 3)["a"] == draw_world(two, 7, 3)["a"]
    assert draw_world(one, 7, 3) != draw_world(one, 7, 4)
    assert draw_world(one, 7, 3) != draw_world(one, 8, 3)


def test_seed_and_world_do_not_run_together() -> None:
    assert uniform(1, "a", 23) != uniform(12, "a", 3)


@pytest.mark.parametrize("kind", SPREADS)
def test_a_range_of_one_value_gives_that_value(kind: str) -> None:
    assert quantile(spread(kind, 2, 2, 2), 0.3) == 120


def test_triangular_with_its_mode_at_an_end() -> None:
    assert quantile(spread("triangular", 2, 8, 2), 0.75) == pytest.approx(480 - math.sqrt(0.25) * 360)
