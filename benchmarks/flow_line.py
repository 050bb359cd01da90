"""The best of 21,660 lines of three machines, and of 57,624: a published problem with a known answer.

The model is ``examples/flow_line.yaml``; the larger problem is that of E. C. Ni, D. F. Ciocan, S. G.
Henderson and S. R. Hunter, "Efficient ranking and selection in parallel computing environments", Operations
Research 65 (2017): 50 units of speed, all of them given out, and 50 places.
"""

from __future__ import annotations

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


SMALL = Problem(
    places=20,
    over={"r1": range(1, 19), "r2": range(1, 19), "r3": range(1, 19), "b2": range(1, 20)},
    where="r1 + r2 + r3 <= 20",
    changes={},
    delta=0.1,
    near=[(6, 7, 7), (7, 6, 7), (7, 7, 6)],
)
LARGE = Problem(
    places=50,
    over={"r1": range(1, 49), "r2": range(1, 49), "b2": range(1, 50)},
    where="r1 + r2 <= 49",
    changes={"places": 50, "r3": "50 - r1 - r2", "terms.warm_up": 128, "terms.horizon": 131.2},
    delta=0.3,
    near=[(16, 17, 17), (17, 16, 17), (17, 17, 16)],
)
AT_ONCE = {"terms.warm_up": 0, "terms.horizon": 1e-6}  # nothing is finished, nobody is better


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


def shrunk(problem: Problem, scale: float) -> Problem:
    """Return a part of a problem: so much of each range, about the best design."""
    centre = {"r1": problem.near[-1][0], "r2": problem.near[-1][1], "r3": problem.near[-1][2]}
    over = {}
    for name, values in problem.over.items():
        length = min(len(values), max(3, round(len(values) * scale)))
        first = min(
            max(values[0], centre.get(name, problem.places // 2) - length // 2), values[-1] + 1 - length
        )
        over[name] = range(first, first + length)
    return replace(problem, over=over)


def selected(problem: Problem, **options: Any) -> hewer.Selected:
    """Select of a grid."""
    return hewer.select(
        MODEL, problem.over, where=problem.where, delta=problem.delta, procedure="screen",
        set={**problem.changes, **options.pop("set", {})}, **options,
    )  # fmt: skip


def yields(problem: Problem, found: hewer.Selected) -> float:
    """Return the throughput of the design that was selected."""
    values = {decision: int(value) for decision, value in found.best.values.items()}
    r1, r2, b2 = values["r1"], values["r2"], values["b2"]
    rates = (r1, r2, values.get("r3", problem.places - r1 - r2))
    return throughput(rates, b2, problem.places - b2)
