"""The machine shop in SimPy: a process for each machine, a preemptive resource, a process of other jobs."""

from __future__ import annotations

from random import Random
from typing import Any

import simpy

NAME = "SimPy"
RULE = ""


class Shop:
    """Ten machines and a fitter."""

    def __init__(self, random: Random, end: float) -> None:
        self.env, self.random, self.end, self.ran = simpy.Environment(), random, end, 0.0
        self.fitter = simpy.PreemptiveResource(self.env, capacity=1)
        for _ in range(10):
            self.env.process(self.machine())
        self.env.process(self.other_jobs())

    def machine(self) -> Any:
        while True:
            since = self.env.now
            lasts = self.random.expovariate(1 / 300)
            self.ran += min(lasts, self.end - since)
            yield self.env.timeout(lasts)
            with self.fitter.request(priority=1) as fitter:
                yield fitter
                yield self.env.timeout(self.random.expovariate(1 / 30))

    def other_jobs(self) -> Any:
        while True:
            left = 30.0
            while left:
                with self.fitter.request(priority=2) as fitter:
                    yield fitter
                    since = self.env.now
                    try:
                        yield self.env.timeout(left)
                        left = 0.0
                    except simpy.Interrupt:
                        left -= self.env.now - since


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the part of the time that the machines run, over the time of so many repairs."""
    found, end = [], customers * 38.196
    for replication in range(replications):
        shop = Shop(Random(f"{seed} {replication}"), end)
        shop.env.run(end)
        found.append(shop.ran / (10 * end))
    return found
