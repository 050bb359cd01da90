"""M/M/1 in SimPy: a process of arrivals, a process that serves, a store between them."""

from __future__ import annotations

from collections.abc import Generator
from random import Random
from typing import Any

import simpy

NAME = "SimPy"
RULE = ""


def _arrivals(env: Any, queue: Any, customers: int, random: Random) -> Generator[Any, Any, None]:
    gap = random.expovariate
    for _ in range(customers):
        yield env.timeout(gap(0.9))
        queue.put(env.now)


def _server(env: Any, queue: Any, customers: int, random: Random) -> Generator[Any, Any, float]:
    work, total = random.expovariate, 0.0
    for _ in range(customers):
        born = yield queue.get()
        yield env.timeout(work(1.0))
        total += env.now - born
    return total / customers


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the mean time in system of each replication."""
    means = []
    for replication in range(replications):
        env, random = simpy.Environment(), Random(f"{seed} {replication}")
        queue = simpy.Store(env)
        env.process(_arrivals(env, queue, customers, random))
        means.append(env.run(env.process(_server(env, queue, customers, random))))
    return means
