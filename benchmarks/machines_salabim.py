"""The machine shop in salabim: a component for each machine, one for the fitter, who is interrupted."""

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


class Machine(salabim.Component):
    """Runs, fails, and calls the fitter away from what else he does."""

    def setup(self, random: Random, down: deque[Any], end: float) -> None:
        unwatched(self)
        self.random, self.down, self.end, self.ran = random, down, end, 0.0
        self.fitter: Any = None

    def process(self) -> Generator[Any, Any, None]:
        while True:
            lasts = self.random.expovariate(1 / 300)
            self.ran += min(lasts, self.end - self.env.now())
            yield self.hold(lasts)
            self.down.append(self)
            if self.fitter.elsewhere:
                self.fitter.activate()
            yield self.passivate()


class Fitter(salabim.Component):
    """Mends what is down, else goes on with the other job."""

    def setup(self, random: Random, down: deque[Any]) -> None:
        unwatched(self)
        self.random, self.down, self.elsewhere = random, down, False

    def process(self) -> Generator[Any, Any, None]:
        left = 30.0
        while True:
            if self.down:
                machine = self.down.popleft()
                yield self.hold(self.random.expovariate(1 / 30))
                machine.activate()
                continue
            since, self.elsewhere = self.env.now(), True
            yield self.hold(left)
            self.elsewhere = False
            left -= self.env.now() - since
            if left < 1e-6:  # what rounding leaves of it
                left = 30.0


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the part of the time that the machines run, over the time of so many repairs."""
    found, end = [], customers * 38.196
    for replication in range(replications):
        env, random, down = (
            salabim.Environment(trace=False, yieldless=False),
            Random(f"{seed} {replication}"),
            deque[Any](),
        )
        fitter = Fitter(env=env, random=random, down=down)
        machines = [Machine(env=env, random=random, down=down, end=end) for _ in range(10)]
        for machine in machines:
            machine.fitter = fitter
        env.run(till=end)
        found.append(sum(machine.ran for machine in machines) / (10 * end))
    return found
