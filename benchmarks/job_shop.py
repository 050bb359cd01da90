"""A job shop of any size: what an event costs in a shop of 200 activities and 60 workers, and in a small one.

Run as ``python -m benchmarks.job_shop [--events 1000000] [--choice oldest] [--repeats 3]``. Each activity
has machines of its own; each role does an equal part of the activities; each kind of job has a route of ten
steps, drawn once with a fixed seed; workers are busy nine tenths of the time. Prints events (arrivals and
completions) in a CPU second, what part of the time workers work (known beforehand), and the cost of an event
against that in the small shop.
"""

from __future__ import annotations

import argparse
import random
import time
from dataclasses import dataclass
from typing import Any

import hewer
from hewer.engine.compile.program import compile_model
from hewer.engine.run import run_replications

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


def speed(size: Size, choice: str, events: int) -> tuple[float, float]:
    """Run a shop; return events in a CPU second, and the part of the time in which workers work."""
    horizon = events / (LOAD * size.workers * (1 + 1 / STEPS))
    program = compile_model(hewer.Model(**document(size, choice, horizon))).program
    run_replications(compile_model(hewer.Model(**document(size, choice, 1.0))).program, seed=1)
    begun = time.process_time()
    data = run_replications(program, seed=1)
    spent = time.process_time() - begun
    happened = int(data.instance["ended"].sum() + data.source["arrived"].sum())
    working = data.worker_time[..., : size.activities].sum()
    return happened / spent, float(working) / (horizon * 1e9 * size.workers)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--choice", default="oldest")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print(f"known: workers work {LOAD:.0%} of the time")
    best: dict[Size, float] = {}
    for _ in range(options.repeats):
        for size in (SMALL, LARGE):
            found, working = speed(size, options.choice, options.events)
            best[size] = max(best.get(size, 0.0), found)
            print(f"{size.activities:4d} activities: {found / 1e6:.3f} M events/s, working {working:.1%}")
    print(f"an event of the large shop costs {best[SMALL] / best[LARGE]:.2f} of one of the small shop")


if __name__ == "__main__":
    main()
