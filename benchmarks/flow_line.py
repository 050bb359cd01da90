"""The best of 21,660 lines of three machines, and of 57,624: a published problem with a known answer.

Run as ``python -m benchmarks.flow_line [small | large] [--delta 0.2]``. The model is
``examples/flow_line.yaml``; the larger problem is that of E. C. Ni, D. F. Ciocan, S. G. Henderson and S. R.
Hunter, "Efficient ranking and selection in parallel computing environments", Operations Research 65 (2017):
50 units of speed, all of them given out, and 50 places.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

import hewer

MODEL = Path(__file__).parents[1] / "examples" / "flow_line.yaml"


@dataclass(frozen=True)
class Problem:
    """A grid over speeds and places, with the indifference zone and the designs among which the best is."""

    places: int
    over: dict[str, range]
    where: str
    changes: dict[str, Any]
    delta: float
    near: list[tuple[int, int, int]]


PROBLEMS = {
    "small": Problem(
        places=20,
        over={"r1": range(1, 19), "r2": range(1, 19), "r3": range(1, 19), "b2": range(1, 20)},
        where="r1 + r2 + r3 <= 20",
        changes={},
        delta=0.1,
        near=[(6, 7, 7), (7, 6, 7), (7, 7, 6)],
    ),
    "large": Problem(
        places=50,
        over={"r1": range(1, 49), "r2": range(1, 49), "b2": range(1, 50)},
        where="r1 + r2 <= 49",
        changes={"places": 50, "r3": "50 - r1 - r2", "terms.warm_up": 128, "terms.horizon": 131.2},
        delta=0.3,
        near=[(16, 17, 17), (17, 16, 17), (17, 17, 16)],
    ),
}


def throughput(rates: tuple[float, float, float], second: int, third: int) -> float:
    """Long-run throughput of the line, from its Markov chain: no chance, no error.

    A state is what the second machine has still to do and what the third has, both with the part that blocks
    the machine before; `second` and `third` count the place at the machine.
    """
    states = [(x, y) for y in range(third + 2) for x in range(_room(second, third, y) + 2)]
    index = {state: number for number, state in enumerate(states)}
    flow = np.zeros((len(states), len(states)))
    for (x, y), now in index.items():
        if x <= _room(second, third, y):
            flow[now, index[x + 1, y]] += rates[0]
        if x > 0 and y <= third:
            flow[now, index[x - 1, y + 1]] += rates[1]
        if y > 0:
            flow[now, index[x, y - 1]] += rates[2]
    flow -= np.diag(flow.sum(axis=1))
    flow[:, 0] = 1.0  # the shares of the states add up to 1
    shares = np.linalg.solve(flow.T, np.eye(len(states))[0])
    return float(rates[2] * sum(shares[index[state]] for state in states if state[1] > 0))


def _room(second: int, third: int, y: int) -> int:
    """Parts that the second machine can have to do; a part it has done and cannot pass on takes a place."""
    return second if y <= third else second - 1


def best(problem: Problem) -> float:
    """Return the throughput of the best design."""
    half = problem.places // 2
    splits = range(max(1, half - 5), half + 6)
    return max(throughput(rates, b2, problem.places - b2) for rates in problem.near for b2 in splits)


def select(problem: Problem) -> None:
    """Select of a grid, and print what it was and what it cost."""
    known = best(problem)
    print(f"known: the best design yields {known:.4f}")
    wall, cpu = time.perf_counter(), time.process_time()
    selected = hewer.select(
        MODEL, problem.over, where=problem.where, set=problem.changes, delta=problem.delta, progress=_show
    )
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    values = {decision: int(value) for decision, value in selected.best.values.items()}
    r1, r2, b2 = values["r1"], values["r2"], values["b2"]
    rates = (r1, r2, values.get("r3", problem.places - r1 - r2))
    exact = throughput(rates, b2, problem.places - b2)
    print(
        f"selected: {selected.best.label}, which yields {exact:.4f}, {known - exact:.4f} less than the best"
    )
    print(f"promise: {selected.promise}")
    print(f"not ruled out: {len(selected.selection.left)} of {len(selected.candidates):,}")
    print(
        f"{int(selected.selection.counts.sum()):,} replications, {cpu:.0f} CPU s, {wall:.0f} s by the clock"
    )


def _show(done: int, total: int) -> None:
    if done == total:
        print(f"{done:,} replications done", file=sys.stderr)


def main() -> None:
    """Select of what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("problems", nargs="*", default=list(PROBLEMS), help=", ".join(PROBLEMS))
    parser.add_argument("--delta", type=float, help="another indifference zone, in parts")
    options = parser.parse_args()
    for asked in options.problems:
        problem = PROBLEMS[asked]
        delta = problem.delta if options.delta is None else options.delta
        print(f"flow line, {asked}, within {delta}")
        select(replace(problem, delta=delta))


if __name__ == "__main__":
    main()
