"""Bucket brigades: workers in a line who take each other's work over.

Bartholdi and Eisenstein (A production line that balances itself, Operations Research 44, 1996): where workers
stand from slow to fast, the points of hand-over converge to a fixed point, and the line yields the sum of the
speeds. From fast to slow it does not: the fast are held up by the slow.
"""

from __future__ import annotations

import numpy as np
import pytest

from hewer.engine.codes import Event
from tests.theory.agreement import agrees, reference, run

TICKS = 1e9


def brigade(speeds: list[float], time: str = "1", stations: int = 1, terms: str = "horizon: 60") -> str:
    """A line of workers, and one of stations with room for one each where there are several."""
    names = [f"station{k}" for k in range(stations)]
    activities = "".join(
        f"  {name}: {{time: '{time}'{f', uses: vice_{name}' if stations > 1 else ''}}}\n" for name in names
    )
    tools = "".join(f"vice_{name}: 1, " for name in names)
    roles = "".join(
        f"    man{k}: {{does: [{', '.join(names)}], efficiency: {speed}"
        f"{f', takes_over: man{k - 1}' if k else ''}}}\n"
        for k, speed in enumerate(speeds)
    )
    return (
        f"title: A brigade\nflow: [{', '.join(names)}]\ntools: {{{tools}}}\nactivities:\n{activities}"
        f"crews:\n  all:\n{roles}terms: {{{terms}}}\n"
    )


def hand_overs(log: np.ndarray, men: int, speeds: list[float]) -> np.ndarray:
    """Content done at each hand-over between neighbours, one row for each round of the line."""
    points: list[list[float]] = [[] for _ in range(men - 1)]
    done: dict[int, tuple[float, int, float]] = {}  # by start serial: content, worker, since
    for tick, event, _, worker, serial in log.tolist():
        if event == Event.START:
            done[serial] = (0.0, worker, tick)
        elif event == Event.TAKE_OVER:
            content, other, since = done[serial]
            content += speeds[other] * (tick - since) / TICKS
            points[other].append(content)
            done[serial] = (content, worker, tick)
    length = min(map(len, points))
    return np.array([row[-length:] for row in points]).T


def test_hand_overs_converge_to_the_fixed_point() -> None:
    exact = reference("bucket_brigade_v1_2_3")
    found = hand_overs(run(brigade([1, 2, 3]), replications=1, log=True).logs[0], 3, [1, 2, 3])
    away = np.abs(found - exact["handoff_points"]).max(axis=1)
    assert away[-1] < 1e-8
    assert (away[40:80] <= away[:40] + 1e-8).all()
    assert away[0] > 0.1


@pytest.mark.parametrize("speeds", [[1, 2, 3], [1, 1.1, 1.2, 5], [2, 2.5]])
def test_from_slow_to_fast_nobody_is_held_up(speeds: list[float]) -> None:
    """The line yields the sum of their speeds, less the work in hand at the end."""
    found = run(brigade(speeds, stations=1), replications=1)
    assert found.ended("station0") == pytest.approx(60 * sum(speeds), abs=len(speeds))


def test_throughput_of_a_line_that_balances_itself() -> None:
    exact = reference("bucket_brigade_v1_2_3")["throughput"]
    found = run(brigade([1, 2, 3], terms="warm_up: 100, horizon: 1000"))
    agrees(found.rate("station0"), exact, detects=0.001, what="three workers, 1 2 3: throughput")


def test_throughput_does_not_depend_on_how_content_varies() -> None:
    """All work all the time, whatever the distribution: the sum of speeds by the mean content."""
    text = brigade([1, 2, 3], "gamma(mean=1, cv=1.5)", terms="warm_up: 100, horizon: 5000")
    agrees(run(text).rate("station0"), 6.0, detects=0.01, what="three workers, gamma content: throughput")


def test_from_fast_to_slow_the_fast_are_held_up() -> None:
    """Twelve stations with room for one each: nobody passes, and the slow hold up the rest."""
    terms = "warm_up: 100, horizon: 1000"
    rising = run(brigade([1, 2, 3], "1/12", 12, terms), replications=1).rate("station11").item()
    falling = run(brigade([3, 2, 1], "1/12", 12, terms), replications=1).rate("station11").item()
    assert rising == pytest.approx(6.0, rel=0.02)
    assert falling < 0.75 * rising
