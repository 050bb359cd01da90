"""The job shop in salabim: a component for each worker, jobs in plain deques."""

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


class Centre:
    """A line and the workers who sleep."""

    def __init__(self) -> None:
        self.line: deque[tuple[float, int, int]] = deque()  # born, route, steps done
        self.asleep: list[Any] = []

    def enter(self, job: tuple[float, int, int]) -> None:
        self.line.append(job)
        if self.asleep:
            self.asleep.pop().activate()


class Source(salabim.Component):
    """Lets jobs in, each on a route of its own."""

    def setup(self, jobs: int, random: Random, centres: list[Centre]) -> None:
        unwatched(self)
        self.jobs, self.random, self.centres = jobs, random, centres

    def process(self) -> Generator[Any, Any, None]:
        for _ in range(self.jobs):
            yield self.hold(self.random.expovariate(2.5))
            route = self.random.randrange(10)
            self.centres[2 * route].enter((self.env.now(), route, 0))


class Worker(salabim.Component):
    """Does the first job in line, or sleeps."""

    def setup(self, centre: Centre, random: Random, centres: list[Centre], times: list[float]) -> None:
        unwatched(self)
        self.centre, self.random, self.centres, self.times = centre, random, centres, times

    def process(self) -> Generator[Any, Any, None]:
        line, env = self.centre.line, self.env
        while True:
            while not line:
                self.centre.asleep.append(self)
                yield self.passivate()
            born, route, done = line.popleft()
            yield self.hold(self.random.expovariate(1.0))
            if done == 19:
                self.times.append(env.now() - born)
            else:
                self.centres[(2 * route + done + 1) % 20].enter((born, route, done + 1))


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the mean time in system of each replication."""
    means = []
    for replication in range(replications):
        env = salabim.Environment(trace=False, yieldless=False)
        random, times = Random(f"{seed} {replication}"), list[float]()
        centres = [Centre() for _ in range(20)]
        for centre in centres:
            for _ in range(3):
                Worker(env=env, centre=centre, random=random, centres=centres, times=times)
        Source(env=env, jobs=customers, random=random, centres=centres)
        env.run()
        means.append(sum(times) / len(times))
    return means
