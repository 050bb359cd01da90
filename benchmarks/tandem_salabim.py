"""The shared-labour tandem in salabim: a component per station, a resource of two workers.

Jobs are the times of their arrival, in plain deques: a component per job costs several times more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from random import Random
from typing import Any

import salabim

NAME = "salabim"
RULE = "upstream"


def unwatched(component: Any) -> None:
    """Turn off a component's own records, which cost time and grow with the run."""
    component.status.monitor(False)
    component.mode.monitor(False)


class Source(salabim.Component):
    """Lets jobs in."""

    def setup(self, jobs: int, random: Random, first: Any) -> None:
        unwatched(self)
        self.jobs, self.random, self.first = jobs, random, first

    def process(self) -> Generator[Any, Any, None]:
        env, gap = self.env, self.random.expovariate
        for _ in range(self.jobs):
            yield self.hold(gap(0.34))
            self.first.enter_job(env.now())


class Leave:
    """Counts the jobs that are done."""

    def __init__(self, env: Any) -> None:
        self.env, self.total = env, 0.0

    def enter_job(self, born: float) -> None:
        self.total += self.env.now() - born


class Station(salabim.Component):
    """One machine: takes a job, asks for a worker, works, passes the job on."""

    def setup(self, random: Random, workers: Any, after: Any) -> None:
        unwatched(self)
        self.random, self.workers, self.after = random, workers, after
        self.queue: deque[float] = deque()

    def enter_job(self, born: float) -> None:
        self.queue.append(born)
        if self.ispassive():
            self.activate()

    def process(self) -> Generator[Any, Any, None]:
        work, queue, workers = self.random.expovariate, self.queue, self.workers
        while True:
            if not queue:
                yield self.passivate()
            yield self.request(workers)
            yield self.hold(work(1.0))
            self.release(workers)
            self.after.enter_job(queue.popleft())


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the mean time in system of each replication."""
    means = []
    for replication in range(replications):
        env = salabim.Environment(trace=False, yieldless=False)
        random = Random(f"{seed} {replication}")
        workers = salabim.Resource("workers", capacity=2, monitor=False, env=env)
        leave = Leave(env)
        station: Any = leave
        for _ in range(5):
            station = Station(env=env, random=random, workers=workers, after=station)
        Source(env=env, jobs=customers, random=random, first=station)
        env.run()
        means.append(leave.total / customers)
    return means
