"""Selection keeps its promise, measured by drawing: correct or good selection on unfriendly cases.

A share of T trials below its promise P is alarming below P - 4 sqrt(P (1 - P) / T): false alarm 3e-5 a case.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from hewer.statistics.selection import Selection, Stopped, kim_nelson, rinott, screen, screen_and_select

Draw = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]


def normal(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return rng.standard_normal(shape)


def skewed(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    return rng.exponential(1.0, shape) - 1.0


def common(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    shared = rng.standard_normal((1, shape[1]))
    both = math.sqrt(0.7) * shared + math.sqrt(0.3) * rng.standard_normal(shape)
    return np.asarray(both)


def trial(procedure: Callable[..., Selection], case: tuple[np.ndarray, np.ndarray, Draw], seed: int) -> int:
    means, deviations, draw = case
    rng = np.random.default_rng(seed)

    def sample(which: Sequence[int], first: int, count: int) -> np.ndarray:
        rows = list(which)
        values = means[rows, None] + deviations[rows, None] * draw(rng, (len(rows), count))
        return np.asarray(values)

    return procedure(sample, len(means), 1.0, 0.05).best


def slippage(k: int, lead: float = 1.0) -> np.ndarray:
    """All alike but the best, which comes last."""
    means = np.zeros(k)
    means[-1] = lead
    return means


FLAT, RISING = np.full(8, 3.0), np.linspace(1.0, 4.0, 8)
CORRECT = {
    "equal variances": (slippage(8), FLAT, normal),
    "the best varies most": (slippage(8), RISING, normal),
    "the best varies least": (slippage(8), RISING[::-1], normal),
    "common random numbers": (slippage(8), FLAT, common),
    "skewed": (slippage(8), FLAT, skewed),
    "two": (slippage(2), FLAT[:2], normal),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CORRECT)
def test_kim_nelson_selects_the_best(name: str) -> None:
    case, trials = CORRECT[name], 1000
    share = np.mean([trial(kim_nelson, case, seed) == len(case[0]) - 1 for seed in range(trials)])
    assert share >= 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / trials)


GOOD = {
    "slippage": (slippage(200), np.full(200, 2.0), normal),
    "unequal variances": (slippage(200), np.linspace(1.0, 4.0, 200), normal),
    "many nearly as good": (np.linspace(0.0, 2.0, 200), np.full(200, 2.0), normal),
    "skewed": (np.linspace(0.0, 2.0, 200), np.full(200, 2.0), skewed),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", GOOD)
def test_screening_selects_a_good_one(name: str) -> None:
    case, trials = GOOD[name], 400
    means = case[0]
    good = [
        means[trial(screen_and_select, case, seed)] >= means.max() - 1.0 + 1e-12 for seed in range(trials)
    ]
    assert np.mean(good) >= 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / trials)


def test_screening_keeps_the_best() -> None:
    rng = np.random.default_rng(5)
    kept = []
    for _ in range(1000):
        values = slippage(30, 0.0)[:, None] + rng.standard_normal((30, 10))
        kept.append(screen(values.mean(axis=1), values.var(axis=1, ddof=1), 10, 0.05, 30)[-1])
    assert np.mean(kept) >= 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / 1000)


@pytest.mark.parametrize(
    ("k", "n0", "confidence", "h"),
    # By integrating with SciPy's chi2 to 1e-6 (scipy.integrate.dblquad).
    [(2, 10, 0.95, 2.6141), (10, 20, 0.95, 3.8753), (10, 10, 0.9, 3.7459)],
)
def test_rinotts_constant(k: int, n0: int, confidence: float, h: float) -> None:
    assert rinott(k, n0, confidence) == pytest.approx(h, abs=1e-3)


def test_rinotts_constant_by_its_definition() -> None:
    """Best of 5 with equal means but for a lead of delta: the second stage selects it as often as it says."""
    h, n0, trials = rinott(5, 8, 0.9), 8, 4000
    rng = np.random.default_rng(6)
    variances = rng.chisquare(n0 - 1, (trials, 5)) / (n0 - 1)
    counts = np.maximum(n0, np.ceil(h**2 * variances))
    # given the first stage's variances the final means are normal about the truth with variance 1 / count
    final = rng.standard_normal((trials, 5)) / np.sqrt(counts)
    final[:, 4] += 1.0
    share = np.mean(final.argmax(axis=1) == 4)
    assert share >= 0.9 - 4.0 * math.sqrt(0.9 * 0.1 / trials)


@pytest.mark.parametrize("procedure", [kim_nelson, screen_and_select])
def test_what_is_stopped_keeps_what_was_not_ruled_out(procedure: Callable[..., Selection]) -> None:
    rng = np.random.default_rng(7)
    calls = []

    def sample(which: Sequence[int], first: int, count: int) -> np.ndarray:
        calls.append(len(which))
        if len(calls) == 2:
            raise Stopped
        return np.array([[0.0], [0.1], [9e4], [9e4]])[list(which)] + rng.standard_normal((len(which), count))

    found = procedure(sample, 4, 0.01, 0.05)
    assert not found.decided
    assert found.best in (2, 3)
    assert set(found.left) == {2, 3}


def test_equal_alternatives_end() -> None:
    """Identical on common random numbers: no pair ever differs, and the first is as good as any."""
    rng = np.random.default_rng(8)

    def sample(which: Sequence[int], first: int, count: int) -> np.ndarray:
        return np.repeat(rng.standard_normal((1, count)), len(which), axis=0)

    found = kim_nelson(sample, 3, 0.5, 0.05)
    assert found.decided
    assert found.counts.max() == 10
