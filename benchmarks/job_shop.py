"""A job shop of any size: 200 activities and 60 workers, or a small one alike in load and in choice.

Each activity has machines of its own; each role does an equal part of the activities; each kind of job has a
route of ten steps, drawn once with a fixed seed; workers are busy nine tenths of the time.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Any

import hewer
from benchmarks.figure import Wrong

LOAD = 0.9
STEPS = 10


@dataclass(frozen=True)
class Size:
    """How large a shop is."""

    activities: int
    workers: int
    roles: int
    kinds: int


SMALL, LARGE = Size(4, 2, 1, 4), Size(200, 60, 20, 40)


def document(size: Size, choice: str = "oldest", horizon: float = 1000.0) -> dict[str, Any]:
    """Describe a shop; times are bare numbers, the mean of a step is 1.

    Parameters
    ----------
    size : Size
    choice : str
        Rule of choice of all workers.
    horizon : float
    """
    draw = random.Random(12)
    names = [f"work_{k}" for k in range(size.activities)]
    visits = [name for name in names for _ in range(size.kinds * STEPS // size.activities)]
    draw.shuffle(visits)  # each activity is met as often as the others, so that all roles have the same load
    kinds = {
        f"kind_{k}": {
            "route": [[name, "exponential(1)"] for name in visits[k * STEPS : (k + 1) * STEPS]],
            "attributes": {"due": f"now + {draw.randint(20, 60)}"},
        }
        for k in range(size.kinds)
    }
    every = STEPS * size.kinds / (LOAD * size.workers)
    share = size.activities // size.roles
    machines = max(1, 4 * size.workers // size.activities)
    return {
        "title": f"A job shop of {size.activities} activities and {size.workers} workers",
        "kinds": kinds,
        "stocks": {"shop": {"order": {"smallest": "item.due"} if choice == "earliest_due" else "fifo"}},
        "sources": {
            f"orders_{k}": {"to": "shop", "every": f"exponential({every})", "kind": f"kind_{k}"}
            for k in range(size.kinds)
        },
        "activities": {name: {"uses": f"machine_{name}", "time": 1} for name in names},
        "tools": {f"machine_{name}": machines for name in names},
        "crews": {
            "all": {
                f"role_{k}": {
                    "count": size.workers // size.roles,
                    "does": names[k * share : (k + 1) * share],
                    "choice": choice,
                }
                for k in range(size.roles)
            }
        },
        "terms": {"horizon": horizon},
    }


def speed(size: Size, choice: str, events: int) -> float:
    """Run a shop, long and for a tenth of that; return events in a CPU second of what is between them.

    Raises
    ------
    Wrong
        If workers do not work nine tenths of the time: false alarm 1e-6. What lies in the shop at the end of
        a run is not done yet.
    """
    happened, seconds = [], []
    for part in (0.1, 1.0):
        horizon = part * events / (LOAD * size.workers * (1 + 1 / STEPS))
        model = hewer.Model(**document(size, choice, horizon))
        begun = time.process_time()
        data = hewer.simulate(model, replications=1, threads=1).data
        seconds.append(time.process_time() - begun)
        happened.append(int(data.instance["ended"].sum() + data.source["arrived"].sum()))
        working = data.worker_time[..., : size.activities].sum() / (horizon * 1e9 * size.workers)
    jobs = events / (STEPS + 1)
    if abs(working - LOAD) > 4.9 * 1.05 * LOAD / jobs**0.5 + 40.0 / horizon:
        raise Wrong(f"{size.activities} activities: workers work {working:.1%} of the time, not {LOAD:.0%}")
    return (happened[1] - happened[0]) / (seconds[1] - seconds[0])
