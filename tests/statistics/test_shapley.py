"""Sharing out: Shapley's axioms, precedence, dividends; against all orders written out."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hewer.statistics.shapley import Game, members


@st.composite
def games(draw: st.DrawFn) -> Game:
    """Factors that may require earlier ones."""
    n = draw(st.integers(1, 5))
    return Game(n, tuple(draw(st.integers(0, (1 << k) - 1)) for k in range(n)))


def values_of(game: Game, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=len(game.feasible))


def by_orders(game: Game, values: np.ndarray, *, feasible: bool) -> np.ndarray:
    """Every order written out: marginal contributions, [order, factor]."""
    at = {s: k for k, s in enumerate(game.feasible)}
    rows = []
    for order in permutations(range(game.factors)):
        s, row, allowed = 0, np.zeros(game.factors), True
        for k in order:
            allowed = allowed and game.requires[k] & ~s == 0
            after = s | 1 << k
            row[k] = values[at[game.active(after)]] - values[at[game.active(s)]]
            s = after
        if allowed or not feasible:
            rows.append(row)
    return np.array(rows)


@settings(deadline=None, max_examples=60)
@given(games(), st.integers(0, 999))
def test_shares_are_averages_over_orders(game: Game, seed: int) -> None:
    values = values_of(game, seed)
    orders = by_orders(game, values, feasible=True)
    assert np.allclose(game.value(values), orders.mean(axis=0))
    least, most = game.extremes(values)
    assert np.allclose(least, orders.min(axis=0))
    assert np.allclose(most, orders.max(axis=0))
    assert np.allclose(game.over_all_orders(values), by_orders(game, values, feasible=False).mean(axis=0))


@settings(deadline=None, max_examples=60)
@given(games(), st.integers(0, 999))
def test_both_add_up_to_the_total(game: Game, seed: int) -> None:
    values = values_of(game, seed)
    total = values[-1] - values[0]
    assert game.value(values).sum() == pytest.approx(total)
    assert game.over_all_orders(values).sum() == pytest.approx(total)


@settings(deadline=None, max_examples=60)
@given(games(), st.integers(0, 999))
def test_dividends_shared_out_equally_are_the_value_over_all_orders(game: Game, seed: int) -> None:
    values = values_of(game, seed)
    dividends = game.dividends(values)
    for k in range(game.factors):
        mine = [dividends[s] / s.bit_count() for s in range(1, 1 << game.factors) if s >> k & 1]
        assert sum(mine) == pytest.approx(game.over_all_orders(values)[k])


def test_a_factor_that_changes_nothing_has_no_share() -> None:
    game = Game(3, (0, 0, 0))
    values = np.array([{0: 0.0, 1: 1.0, 2: 2.0, 3: 5.0}[s & 3] for s in game.feasible])
    assert game.value(values)[2] == 0.0
    assert game.dividends(values)[3] == pytest.approx(2.0)


def test_what_is_required_comes_first() -> None:
    game = Game(2, (0, 1))
    assert game.feasible == (0, 1, 3)
    assert game.value(np.array([0.0, 1.0, 4.0])).tolist() == [1.0, 3.0]
    assert game.over_all_orders(np.array([0.0, 1.0, 4.0])).tolist() == [2.5, 1.5]
    assert members(3, ("division", "hands")) == ("division", "hands")
