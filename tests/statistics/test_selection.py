"""Selection keeps its promise, measured by drawing: correct or good selection on unfriendly cases.

A share of T trials below its promise P is alarming below P - 4 sqrt(P (1 - P) / T): false alarm 3e-5 a case.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from benchmarks.flow_line import throughput
from hewer.statistics import t_quantile
from hewer.statistics.selection import Limit, Selection, Stopped, kim_nelson, screen, screen_and_select

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


def heavy(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Lognormal, of skewness 6: mean 0, variance 1."""
    return (rng.lognormal(0.0, 1.0, shape) - math.exp(0.5)) / math.sqrt((math.e - 1.0) * math.e)


def rare(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """What happens in a tenth of the shifts: mean 0, variance 1."""
    return ((rng.random(shape) < 0.1) - 0.1) / 0.3


GOOD = {
    "all alike but one": (slippage(200), np.full(200, 2.0), normal),
    "the best varies most": (slippage(200), np.linspace(1.0, 4.0, 200), normal),
    "the best varies least": (slippage(200), np.linspace(4.0, 1.0, 200), normal),
    "many nearly as good": (np.linspace(0.0, 2.0, 200), np.full(200, 2.0), normal),
    "ties of the best": (np.repeat([0.0, 1.5], 100), np.full(200, 2.0), normal),
    "skewed": (slippage(200), np.full(200, 2.0), skewed),
    "heavy-tailed": (slippage(200), np.full(200, 2.0), heavy),
    "rare": (slippage(200), np.full(200, 2.0), rare),
}


def good(case: tuple[np.ndarray, np.ndarray, Draw], trials: int) -> float:
    """The share of trials in which a good one was selected."""
    means = case[0]
    picked = np.array([means[trial(screen_and_select, case, seed)] for seed in range(trials)])
    return float(np.mean(picked >= means.max() - 1.0 + 1e-12))


@pytest.mark.slow
@pytest.mark.parametrize("name", GOOD)
def test_screening_selects_a_good_one(name: str) -> None:
    assert good(GOOD[name], 400) >= 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / 400)


@pytest.mark.parametrize("draw", [normal, skewed])
def test_screening_selects_a_good_one_of_few(draw: Draw) -> None:
    case = (slippage(10), np.linspace(1.0, 3.0, 10), draw)
    assert good(case, 100) >= 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / 100)


@pytest.mark.slow
def test_screening_selects_a_good_line() -> None:
    """The flow line of 21,660 designs, of which 21 are good, by its exact means and normal noise.

    Designs in which a machine is slower than 4 are given 4, which they cannot reach: it makes them no easier.
    """
    rates = [(a, b, c) for a in range(1, 19) for b in range(1, 20 - a) for c in range(1, 21 - a - b)]
    means = np.array(
        [throughput(r, b2, 20 - b2) if min(r) >= 4 else 4.0 for r in rates for b2 in range(1, 20)]
    )
    assert means.size == 21_660
    assert means.max() == pytest.approx(5.776, abs=5e-4)
    assert (means >= means.max() - 0.1).sum() == 21
    case = (means * 10.0, np.full(means.size, 7.3), normal)  # so that 0.1 becomes 1
    assert good(case, 100) >= 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / 100)


def test_screening_keeps_the_best() -> None:
    """Of equals each is kept as often as the bound says, and the worse are not all kept."""
    rng = np.random.default_rng(5)
    t = t_quantile(1.0 - 0.05 / 29, 9)
    kept = []
    for _ in range(1000):
        values = slippage(30, 0.0)[:, None] + rng.standard_normal((30, 10))
        keep, leader = screen(values.mean(axis=1), values.var(axis=1, ddof=1), 10, t, np.ones(30, bool))
        assert keep[leader]
        kept.append(keep)
    share = np.mean(kept, axis=0)
    assert (share >= 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / 1000)).all()
    assert share.mean() < 0.999


def test_what_is_left_could_be_the_best_and_is_no_better_by_delta() -> None:
    rng = np.random.default_rng(9)
    means = np.array([0.0, 4.5, 4.9, 5.0])

    def sample(which: Sequence[int], first: int, count: int) -> np.ndarray:
        return np.asarray(means[list(which), None] + rng.standard_normal((len(which), count)))

    found = screen_and_select(sample, 4, 1.0, 0.05)
    assert found.decided
    assert found.best in found.left
    assert 0 not in found.left
    assert {2, 3} <= {*found.left}
    assert found.counts[0] < found.counts[3]


def test_what_has_not_varied_is_not_taken_for_certain() -> None:
    """Ten zeros of what happens in a tenth of the shifts say little; those who vary say how little."""
    rng = np.random.default_rng(3)

    def sample(which: Sequence[int], first: int, count: int) -> np.ndarray:
        values = np.asarray((rng.random((len(which), count)) < 0.1).astype(float))
        if first == 0:
            values[:] = 0.0
            values[0, 0] = 1.0
        return values

    found = screen_and_select(sample, 3, 0.02, 0.05)
    assert found.counts.min() > 100


def test_what_never_varies_is_decided_at_once() -> None:
    def sample(which: Sequence[int], first: int, count: int) -> np.ndarray:
        return np.asarray(np.repeat(np.arange(5.0)[list(which), None], count, axis=1))

    found = screen_and_select(sample, 5, 0.5, 0.05)
    assert (found.best, found.left, found.counts.max()) == (4, (4,), 10)


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


class Bounded:
    """A case with a limit: means, deviation, and the mean of what is limited (to 0, within 1) of each."""

    def __init__(self, means: np.ndarray, limited: np.ndarray, draw: Draw, *, together: float = 0.0) -> None:
        self.means, self.limited, self.draw, self.together = means, limited, draw, together

    def select(self, seed: int) -> Selection:
        rng = np.random.default_rng(seed)

        def sample(which: Sequence[int], first: int, count: int) -> np.ndarray:
            rows = list(which)
            noise = self.draw(rng, (len(rows), count))
            other = self.together * noise + (1.0 - abs(self.together)) * self.draw(rng, (len(rows), count))
            values = [self.means[rows, None] + 2.0 * noise, self.limited[rows, None] + 2.0 * other]
            return np.stack(values, axis=1)

        return screen_and_select(sample, self.means.size, 1.0, 0.05, limits=[Limit(0.0, 1.0)])

    def held(self, trials: int) -> float:
        """The share of trials whose selection was good, and within the tolerance."""
        best = self.means[self.limited <= 0.0].max()
        picked = [self.select(seed).best for seed in range(trials)]
        good = [self.means[k] >= best - 1.0 + 1e-12 and self.limited[k] <= 1.0 + 1e-12 for k in picked]
        return float(np.mean(good))


K = 40
AT_THE_EDGE = np.where(np.arange(K) % 2, 1.02, 0.0)  # every second one a little too much
BOUNDED = {
    "the better are just outside": Bounded(np.where(AT_THE_EDGE > 0, 2.0, slippage(K)), AT_THE_EDGE, normal),
    "those within the tolerance are better": Bounded(
        np.where(np.arange(K) % 3, 3.0, slippage(K)), np.where(np.arange(K) % 3, 0.5, 0.0), normal
    ),
    "good ones look expensive": Bounded(slippage(K), np.zeros(K), normal, together=0.7),
    "good ones look cheap": Bounded(np.where(AT_THE_EDGE > 0, 1.5, 0.0), AT_THE_EDGE, normal, together=-0.7),
    "skewed": Bounded(np.where(AT_THE_EDGE > 0, 2.0, slippage(K)), AT_THE_EDGE, skewed),
    "heavy-tailed": Bounded(np.where(AT_THE_EDGE > 0, 2.0, slippage(K)), AT_THE_EDGE, heavy),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOUNDED)
def test_what_is_selected_keeps_the_limit(name: str) -> None:
    assert BOUNDED[name].held(300) >= 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / 300)


def test_what_is_selected_keeps_the_limit_of_few() -> None:
    case = Bounded(np.array([0.0, 3.0, 1.5, 1.0]), np.array([-2.0, 1.5, -0.2, 0.2]), normal)
    assert case.held(60) >= 0.95 - 4.0 * math.sqrt(0.95 * 0.05 / 60)
    found = case.select(1)
    assert 1 in found.outside
    assert found.best in (2, 3)
    assert found.limited[1, 0] == pytest.approx(1.5, abs=1.0)


def of(means: list[list[float]], draw: Callable[[np.random.Generator, np.ndarray], np.ndarray]) -> Callable:
    """A sampler of rows [alternative, column] whose further columns are drawn by `draw` from their means."""
    rng, table = np.random.default_rng(4), np.array(means)

    def sample(which: Sequence[int], first: int, count: int) -> np.ndarray:
        rows = np.repeat(table[list(which), :, None], count, axis=2)
        rows[:, 0] += rng.standard_normal(rows[:, 0].shape)
        rows[:, 1:] = draw(rng, rows[:, 1:])
        return np.asarray(rows)

    return sample


def test_a_limit_that_never_varies_is_exact() -> None:
    """The cost of a crew: 5 is no more than 5, and 5.01 is more."""
    sample = of([[0.0, 5.0], [9.0, 5.01], [3.0, 5.0]], lambda rng, rows: rows)
    found = screen_and_select(sample, 3, 1.0, 0.05, limits=[Limit(5.0, 0.001)])
    assert (found.best, found.outside) == (2, (1,))


def test_no_chance_is_ruled_in_for_not_having_been_seen() -> None:
    """Ten shifts without a late train do not show that fewer than 2 % are late."""
    sample = of([[0.0, 0.001], [9.0, 0.1]], lambda rng, rows: np.asarray(rng.random(rows.shape) < rows) * 1.0)
    found = screen_and_select(sample, 2, 1.0, 0.05, limits=[Limit(0.02, 0.02, chance=True)])
    assert (found.best, found.outside) == (0, (1,))
    assert found.counts[0] > 100


def test_where_none_keeps_a_limit_none_is_selected() -> None:
    sample = of([[0.0, 9.0], [9.0, 8.0]], lambda rng, rows: rows + rng.standard_normal(rows.shape))
    found = screen_and_select(sample, 2, 1.0, 0.05, limits=[Limit(0.0, 1.0)])
    assert (found.best, found.left, sorted(found.outside)) == (-1, (), [0, 1])


def test_a_limit_without_a_tolerance_is_judged_by_the_mean() -> None:
    """One that lies on the limit is decided, which no promise could be."""
    sample = of(
        [[0.0, 0.0], [0.5, 9.0], [-3.0, -1.0]], lambda rng, rows: rows + rng.standard_normal(rows.shape)
    )
    found = screen_and_select(sample, 3, 0.5, 0.05, limits=[Limit(0.0, None)])
    assert found.decided
    assert 1 in found.outside
    assert found.limited[found.best, 0] <= 0.0


def test_several_limits_must_all_be_kept() -> None:
    means = [[5.0, 1.0, -9.0], [4.0, -9.0, 1.0], [1.0, -3.0, -3.0]]
    sample = of(means, lambda rng, rows: rows + rng.standard_normal(rows.shape))
    found = screen_and_select(sample, 3, 0.5, 0.05, limits=[Limit(0.0, 0.5), Limit(0.0, 0.5)])
    assert found.best == 2
