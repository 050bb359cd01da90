"""Draws of worlds: keyed by name, inside the range, distributed as stated."""

from __future__ import annotations

import math

import pytest

from hewer.errors import RunError
from hewer.model.settling.ignorance import Ignorance, Rows, Shares
from hewer.model.settling.resolve import Spread
from hewer.quantity import Quantity
from hewer.study.worlds import draw_shares, draw_world, quantile, row_of, uniform

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
    one = Ignorance({"a": SPREADS["uniform"][0]})
    two = Ignorance({"b": SPREADS["triangular"][0], **one.ranges})
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


def test_rows_of_a_file_come_once_each_before_any_comes_again() -> None:
    first = [row_of(1, "fit.csv", world, 40) for world in range(40)]
    assert sorted(first) == list(range(40))
    assert first != list(range(40))
    assert [row_of(1, "fit.csv", world, 40) for world in range(40, 80)] == first
    assert [row_of(2, "fit.csv", world, 40) for world in range(40)] != first
    assert [row_of(1, "other.csv", world, 40) for world in range(40)] != first


def test_params_of_one_file_come_from_one_row() -> None:
    rows = Rows({"mean": tuple(map(float, range(30))), "cv": tuple(float(x) + 0.5 for x in range(30))}, 30)
    lone = Rows({"mean": rows.columns["mean"]}, 30)
    for world in range(60):
        drawn = draw_world(Ignorance(draws={"fit.csv": rows}), 3, world)
        assert drawn["cv"] == drawn["mean"] + 0.5
        assert draw_world(Ignorance(draws={"fit.csv": lone}), 3, world) == {"mean": drawn["mean"]}


WIDE = {"a": (0.0, 1.0), "b": (0.0, 1.0), "c": (0.0, 1.0), "d": (0.0, 1.0)}
TIGHT = {"a": (0.2, 0.3), "b": (0.2, 0.4), "c": (0.15, 0.25), "d": (0.2, 0.3)}
HIGH = {"a": (0.2, 0.3), "b": (0.2, 0.3), "c": (0.2, 0.3), "d": (0.02, 0.12)}
MIXED = {"a": (0.1, 0.11), "b": (0.1, 0.101), "c": (0.0, 1.0), "d": (0.0, 1.0)}


@pytest.mark.parametrize("bounds", [WIDE, TIGHT, HIGH, MIXED], ids=["wide", "tight", "high", "mixed"])
def test_shares_add_up_and_keep_their_ranges(bounds: dict[str, tuple[float, float]]) -> None:
    for world in range(300):
        drawn = draw_shares(Shares(bounds, 1.0), 1, "mix", world)
        assert math.fsum(drawn.values()) == pytest.approx(1.0, abs=1e-12)
        assert all(low - 1e-15 <= drawn[name] <= high + 1e-15 for name, (low, high) in bounds.items())


@pytest.mark.parametrize("bounds", [WIDE, TIGHT, HIGH, MIXED], ids=["wide", "tight", "high", "mixed"])
def test_shares_are_uniform_on_what_is_possible(bounds: dict[str, tuple[float, float]]) -> None:
    # Against plain rejection, by Kolmogorov-Smirnov at a false-alarm probability of 1e-5 for each share.
    import numpy as np

    rng = np.random.default_rng(5)
    low, high = np.array(list(bounds.values())).T
    points = (
        rng.dirichlet(np.ones(4), 4_000_000) if bounds is WIDE else rng.uniform(low, high, (2_000_000, 4))
    )
    if bounds is not WIDE:  # any three are uniform where the fourth, here the widest, fits
        last = int(np.argmax(high - low))
        points[:, last] = 1.0 - np.delete(points, last, axis=1).sum(axis=1)
    kept = points[((points >= low) & (points <= high)).all(axis=1)][:20_000]
    drawn = [draw_shares(Shares(bounds, 1.0), 1, "mix", world) for world in range(2000)]
    for number, name in enumerate(bounds):
        found = scipy_stats.ks_2samp([one[name] for one in drawn], kept[:, number])
        assert found.pvalue > 1e-5, name


def test_flat_shares_have_the_marginal_of_the_simplex() -> None:
    # Beta(1, 3), exactly; false-alarm probability 1e-5
    drawn = [draw_shares(Shares(WIDE, 1.0), 2, "mix", world)["c"] for world in range(3000)]
    assert scipy_stats.kstest(drawn, scipy_stats.beta(1, 3).cdf).pvalue > 1e-5


def test_shares_do_not_depend_on_the_order_in_which_they_are_declared() -> None:
    turned = dict(reversed(TIGHT.items()))
    assert draw_shares(Shares(turned, 1.0), 1, "mix", 7) == draw_shares(Shares(TIGHT, 1.0), 1, "mix", 7)


def test_shares_without_a_choice_are_what_they_must_be() -> None:
    least = {"a": (0.4, 0.6), "b": (0.6, 0.9)}
    most = {"a": (0.1, 0.4), "b": (0.3, 0.6)}
    for bounds in (least, most):
        assert draw_shares(Shares(bounds, 1.0), 1, "mix", 0) == pytest.approx({"a": 0.4, "b": 0.6})


def test_ranges_that_leave_hardly_any_room_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hewer.study.worlds._MOST_TRIES", 0)
    with pytest.raises(RunError, match="shares of `mix` leave hardly any room"):
        draw_shares(Shares(TIGHT, 1.0), 1, "mix", 0)
