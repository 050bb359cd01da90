"""Designs of lines: what is best exactly is ranked first by simulation.

All designs of a set meet the same draws, so that their differences are known better than their throughputs.
The exact answers of all designs, not only of the best, come from the little Markov chain below, which is held
to ``reference.json``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import pytest

from hewer.model.reading.document import loads
from hewer.study.simulate import simulate
from tests.theory.agreement import REPLICATIONS, Floats, Run, agrees, reference
from tests.theory.test_lines import EXPONENTIAL, line, tokens

State = tuple[tuple[int, int, int], ...]  # of each station: waiting, at work, done and blocked


class Chain:
    """A line of exponential stations with parallel servers, blocking after service, as a Markov chain."""

    def __init__(self, buffers: Sequence[int], means: Sequence[float], crew: Sequence[int]) -> None:
        self.buffers, self.means, self.crew = (0, *buffers), means, crew
        self.last = len(means) - 1

    def settle(self, state: list[list[int]]) -> State:
        """Move and start what can be, from the end backwards, until nothing can."""
        moved = True
        while moved:
            moved = False
            for k in range(self.last, -1, -1):
                station = state[k]
                idle = self.crew[k] - station[1] - station[2]
                if idle and (station[0] or k == 0):
                    station[0] -= k > 0
                    station[1] += 1
                    moved = True
                elif k and state[k - 1][2] and (station[0] < self.buffers[k] or (idle and not station[0])):
                    state[k - 1][2] -= 1
                    station[0] += 1
                    moved = True
        return tuple((w, n, b) for w, n, b in state)

    def after(self, state: State) -> Iterator[tuple[State, float]]:
        """Yield what follows, with its rate."""
        for k, (_, working, _) in enumerate(state):
            if working:
                following = [list(station) for station in state]
                following[k][1] -= 1
                following[k][2] += k < self.last
                yield self.settle(following), working / self.means[k]

    def throughput(self) -> float:
        """Solve for the steady state; completions of the last station in a unit of time."""
        states = [self.settle([[0, 0, 0] for _ in self.means])]
        number = {states[0]: 0}
        jumps: list[tuple[int, int, float]] = []
        for state in states:
            for following, rate in self.after(state):
                if following not in number:
                    number[following] = len(states)
                    states.append(following)
                jumps.append((number[state], number[following], rate))
        balance = np.zeros((len(states), len(states)))
        for origin, target, rate in jumps:
            balance[target, origin] += rate
            balance[origin, origin] -= rate
        balance[0] = 1.0
        steady = np.linalg.solve(balance, np.eye(len(states))[0])
        working = np.array([state[self.last][1] for state in states])
        return float(steady @ working) / self.means[self.last]


def exact(
    buffers: Sequence[int], means: Sequence[float] | None = None, crew: Sequence[int] | None = None
) -> float:
    stations = len(buffers) + 1
    return Chain(buffers, means or [1.0] * stations, crew or [1] * stations).throughput()


@pytest.mark.parametrize("name", ["N2_B0", "N2_B2", "N3_B0", "N3_B1", "N4_B1", "N5_B0"])
def test_the_chain_is_the_line(name):
    stations, places = int(name[1]), int(name[4])
    assert exact([places] * (stations - 1)) == pytest.approx(reference(f"line_exp_{name}"), rel=1e-9)


@cache
def simulated(text: str) -> Floats:
    """Throughput by replication; the same seed for all designs."""
    result = simulate(loads(text), replications=REPLICATIONS, seed=7)
    ran = Run(result)
    return ran.rate([name for name in ran.names.instances if name.startswith("station")][-1])


def splits(total: int, parts: int) -> list[list[int]]:
    """All ways of dividing a number into so many positive ones."""
    if parts == 1:
        return [[total]]
    return [[k, *rest] for k in range(1, total - parts + 2) for rest in splits(total - k, parts - 1)]


@pytest.mark.parametrize("stations", [3, 4])
def test_a_bowl_beats_the_balanced_line(stations):
    """Less work in the middle, by the best amount: half a per cent and one per cent."""
    bowl = reference(f"bowl{stations}_B0")
    buffers = [0] * (stations - 1)
    gap = simulated(tokens(buffers, EXPONENTIAL, bowl["w"])) - simulated(tokens(buffers, EXPONENTIAL))
    agrees(
        gap,
        bowl["throughput"] - bowl["balanced"],
        detects=0.4,
        what=f"bowl of {stations}: gain over balanced",
    )
    assert (gap > 0).mean() > 0.8


BALANCED, SKEWED, CREW = [1.0] * 4, [1 / 1.2, 1 / 1.1, 1 / 0.9, 1 / 1.3], [2.0, 3.0, 1.0]


def ranked(what: str, designs: list[list[int]], texts: list[str], truth: list[float], detects: float) -> int:
    """Hold the ranking of a set of designs; return the number of the best.

    Every difference to the best is what it must be, and the best is the best of the simulation, or its equal.
    """
    found = [simulated(text) for text in texts]
    best = max(range(len(designs)), key=lambda k: truth[k])
    rivals = [k for k in range(len(designs)) if truth[k] < truth[best] - 1e-9]
    second = max(rivals, key=lambda k: truth[k])
    gap = truth[best] - truth[second]
    named = f"{what}: best of {len(designs)} over second {designs[second]}"
    agrees(found[best] - found[second], gap, detects=detects, what=named)
    for k in rivals:
        agrees(found[best] - found[k], truth[best] - truth[k], detects=detects)
    first = max(range(len(designs)), key=lambda k: found[k].mean())
    assert truth[first] == pytest.approx(truth[best], abs=1e-9)
    return best


def test_best_of_all_splits_of_five_places():
    designs = splits(5, 3)
    texts = [line(design, EXPONENTIAL) for design in designs]
    truth = [exact(design) for design in designs]
    known = reference("buffers_best_N4_total5_balanced")
    best = ranked("five places", designs, texts, truth, detects=0.4)
    assert designs[best] in known["allocations"]
    assert truth[best] == pytest.approx(known["throughput"], rel=1e-9)


def test_best_of_all_splits_around_a_bottleneck():
    designs = splits(6, 3)
    texts = [line(design, EXPONENTIAL, SKEWED) for design in designs]
    truth = [exact(design, SKEWED) for design in designs]
    known = reference("buffers_best_N4_total6_bottleneck3")
    best = ranked("six places, a bottleneck", designs, texts, truth, detects=0.6)
    assert designs[best] in known["allocations"]
    assert truth[best] == pytest.approx(known["throughput"], rel=1e-9)


def test_best_of_all_crews_of_eight():
    designs = splits(8, 3)
    texts = [line([1, 1], EXPONENTIAL, CREW, design) for design in designs]
    truth = [exact([1, 1], CREW, design) for design in designs]
    known = reference("crew_best_N3_work_2_3_1_total8_B1")
    assert len(designs) == known["n_designs"]
    best = ranked("crew of eight", designs, texts, truth, detects=0.4)
    assert designs[best] in known["crews"]
    assert truth[best] == pytest.approx(known["best"], rel=1e-9)
    assert sorted(truth)[-2] == pytest.approx(known["second"], rel=1e-9)
