"""Regret: exact where there is no noise; with noise its intervals cover what they say, measured by drawing.

A share of T trials below its promise P is alarming below P - 4 sqrt(P (1 - P) / T): false alarm 3e-5 a case.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from hewer.statistics.regret import regrets

Worlds = Callable[[np.random.Generator, int], np.ndarray]


def test_without_noise_everything_is_exact() -> None:
    """Three alternatives in four worlds: A is best in two, B in one, C in one; B is never far behind."""
    means = np.array([[9.0, 9.0, 0.0, 2.0], [8.0, 7.0, 5.0, 4.0], [1.0, 1.0, 3.0, 6.0]])
    found = regrets(np.repeat(means[:, :, None], 3, axis=2), 1.0)
    assert [row.best.value for row in found.rows] == [0.5, 0.25, 0.25]
    assert [row.expected.value for row in found.rows] == [9 / 4, 5 / 4, 18 / 4]
    assert [row.worst for row in found.rows] == [5.0, 2.0, 8.0]
    assert [row.good for row in found.rows] == [0.5, 0.5, 0.25]
    assert [row.mean.mean for row in found.rows] == [5.0, 6.0, 2.75]
    assert (found.best, found.least_worst, found.overstated) == (1, 1, 0.0)


def test_less_may_be_better() -> None:
    means = np.array([[1.0, 5.0], [2.0, 2.0]])
    found = regrets(np.repeat(means[:, :, None], 2, axis=2), smallest=True)
    assert [row.worst for row in found.rows] == [3.0, 1.0]
    assert [row.mean.mean for row in found.rows] == [3.0, 2.0]
    assert (found.best, found.least_worst) == (1, 1)


def test_alternatives_that_are_equal_are_both_best_or_neither() -> None:
    rng = np.random.default_rng(1)
    values = rng.standard_normal((1, 30, 4)).repeat(2, axis=0)
    found = regrets(values)
    assert found.left == (0, 1)
    assert [row.worst for row in found.rows] == [0.0, 0.0]
    assert all(row.best.low == 0.0 and row.best.high == 1.0 for row in found.rows)


def nearly_equal(rng: np.random.Generator, worlds: int) -> np.ndarray:
    """Ten that hardly differ: noise alone decides which seems best."""
    return 0.05 * rng.standard_normal((10, worlds))


def one_leads(rng: np.random.Generator, worlds: int) -> np.ndarray:
    shift = np.zeros((10, 1))
    shift[-1] = 1.0
    return np.asarray(shift + 0.7 * rng.standard_normal((10, worlds)))


def it_depends(rng: np.random.Generator, worlds: int) -> np.ndarray:
    """Two specialists and a generalist."""
    u = rng.random(worlds)
    return np.stack([4.0 * u, 4.0 * (1.0 - u), np.full(worlds, 2.2)])


def rarely_bad(rng: np.random.Generator, worlds: int) -> np.ndarray:
    """The best on average is ruinous in one world of twenty."""
    ruin = np.where(rng.random(worlds) < 0.05, -6.0, 0.6)
    return np.stack([ruin, np.zeros(worlds), np.full(worlds, -0.1)])


CASES: dict[str, Worlds] = {
    "nearly equal": nearly_equal, "one leads": one_leads, "it depends": it_depends, "rarely bad": rarely_bad
}  # fmt: skip


def held(worlds: Worlds, trials: int, replications: int, noise: str) -> dict[str, float]:
    """How often each promise held."""
    truth = worlds(np.random.default_rng(0), 200_000)
    regret = truth.max(axis=0) - truth
    best_in = (regret == 0.0).mean(axis=1)
    first = int(truth.mean(axis=1).argmax())
    count = {"best": 0, "expected": 0, "left": 0}
    above = below = 0.0
    for trial in range(trials):
        rng = np.random.default_rng(trial + 1)
        means = worlds(rng, 60)
        shape = (*means.shape, replications)
        draws = rng.standard_normal(shape) if noise == "normal" else rng.exponential(1.0, shape) - 1.0
        values = means[:, :, None] + draws + rng.standard_normal((1, *shape[1:]))
        found = regrets(values)
        k = trial % means.shape[0]
        row = found.rows[k]
        count["best"] += row.best.low <= best_in[k] <= row.best.high
        count["expected"] += row.expected.low <= regret[k].mean() <= row.expected.high
        count["left"] += first in found.left
        above += row.expected.value - regret[k].mean()
        below += row.expected.value - found.overstated - regret[k].mean()
    return {name: n / trials for name, n in count.items()} | {
        "above": above / trials,
        "below": below / trials,
    }


@pytest.mark.slow
@pytest.mark.parametrize("noise", ["normal", "skewed"])
@pytest.mark.parametrize("name", CASES)
def test_intervals_cover(name: str, noise: str) -> None:
    """Too high from the means, too low by cross-fitting; the intervals hold what they say they do."""
    trials = 400
    found = held(CASES[name], trials, 4, noise)
    for promise in ("best", "expected", "left"):
        assert found[promise] >= 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / trials), promise
    assert found["below"] < 0.02
    assert found["above"] > -0.02


@pytest.mark.parametrize("noise", ["normal", "skewed"])
def test_noise_is_not_taken_for_regret(noise: str) -> None:
    """Ten that hardly differ: by the means alone each would lose half a unit by not being another."""
    found = held(nearly_equal, 60, 4, noise)
    assert found["above"] > 0.5
    assert found["below"] < 0.05
    for promise in ("best", "expected", "left"):
        assert found[promise] >= 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / 60), promise
