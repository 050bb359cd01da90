"""The shared-labour tandem in SimPy: a process per station, stores between, a resource of workers.

A station asks for a worker when it has a job. One that has just finished and has another job asks again
before its job has come out of the next store: of two that become ready at one
instant, the upstream one comes first.
"""

from __future__ import annotations

from collections.abc import Generator
from itertools import pairwise
from random import Random
from typing import Any

import simpy

NAME = "SimPy"
RULE = "upstream"


def _arrivals(env: Any, queue: Any, jobs: int, random: Random) -> Generator[Any, Any, None]:
    for _ in range(jobs):
        yield env.timeout(random.expovariate(0.34))
        queue.put(env.now)


def _station(env: Any, before: Any, after: Any, workers: Any, random: Random) -> Generator[Any, Any, None]:
    work = random.expovariate
    while True:
        born = yield before.get()
        worker = workers.request()
        yield worker
        yield env.timeout(work(1.0))
        workers.release(worker)
        after.put(born)


def _leave(env: Any, queue: Any, jobs: int) -> Generator[Any, Any, float]:
    total = 0.0
    for _ in range(jobs):
        born = yield queue.get()
        total += env.now - born
    return total / jobs


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the mean time in system of each replication."""
    means = []
    for replication in range(replications):
        env, random = simpy.Environment(), Random(f"{seed} {replication}")
        workers = simpy.Resource(env, capacity=2)
        stores = [simpy.Store(env) for _ in range(6)]
        env.process(_arrivals(env, stores[0], customers, random))
        for before, after in pairwise(stores):
            env.process(_station(env, before, after, workers, random))
        means.append(env.run(env.process(_leave(env, stores[5], customers))))
    return means
