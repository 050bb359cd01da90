"""M/M/1 in salabim: a source and a server as components.

Customers are the times of their arrival, in a plain deque: a component per customer costs several times more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from random import Random
from typing import Any

import salabim

NAME = "salabim"
RULE = ""


def unwatched(component: Any) -> None:
    """Turn off a component's own records, which cost time and grow with the run."""
    component.status.monitor(False)
    component.mode.monitor(False)


class Source(salabim.Component):
    """Lets customers in and wakes the server."""

    def setup(self, customers: int, random: Random, queue: deque[float], server: Any) -> None:
        unwatched(self)
        self.customers, self.random, self.queue, self.server = customers, random, queue, server

    def process(self) -> Generator[Any, Any, None]:
        env, gap = self.env, self.random.expovariate
        for _ in range(self.customers):
            yield self.hold(gap(0.9))
            self.queue.append(env.now())
            if self.server.ispassive():
                self.server.activate()


class Server(salabim.Component):
    """Serves the first who waits, or sleeps."""

    def setup(self, customers: int, random: Random, queue: deque[float]) -> None:
        unwatched(self)
        self.customers, self.random, self.queue, self.total = customers, random, queue, 0.0

    def process(self) -> Generator[Any, Any, None]:
        env, work = self.env, self.random.expovariate
        for _ in range(self.customers):
            if not self.queue:
                yield self.passivate()
            born = self.queue.popleft()
            yield self.hold(work(1.0))
            self.total += env.now() - born


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the mean time in system of each replication."""
    means = []
    for replication in range(replications):
        env = salabim.Environment(trace=False, yieldless=False)
        queue: deque[float] = deque()
        random = Random(f"{seed} {replication}")
        server = Server(env=env, customers=customers, random=random, queue=queue)
        Source(env=env, customers=customers, random=random, queue=queue, server=server)
        env.run()
        means.append(server.total / customers)
    return means
