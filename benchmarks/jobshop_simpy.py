"""The job shop in SimPy: a process for each job, a resource for each centre."""

from __future__ import annotations

from collections.abc import Generator
from random import Random
from typing import Any

import simpy

NAME = "SimPy"
RULE = ""


def _job(env: Any, route: list[Any], random: Random, times: list[float]) -> Generator[Any, Any, None]:
    born = env.now
    for centre in route:
        worker = centre.request()
        yield worker
        yield env.timeout(random.expovariate(1.0))
        centre.release(worker)
    times.append(env.now - born)


def _arrivals(env: Any, routes: list[list[Any]], jobs: int, random: Random, times: list[float]) -> Any:
    for _ in range(jobs):
        yield env.timeout(random.expovariate(2.5))
        env.process(_job(env, routes[random.randrange(10)], random, times))


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the mean time in system of each replication."""
    means = []
    for replication in range(replications):
        env, random, times = simpy.Environment(), Random(f"{seed} {replication}"), list[float]()
        centres = [simpy.Resource(env, capacity=3) for _ in range(20)]
        routes = [[centres[(2 * r + k) % 20] for k in range(20)] for r in range(10)]
        env.process(_arrivals(env, routes, customers, random, times))
        env.run()
        means.append(sum(times) / len(times))
    return means
