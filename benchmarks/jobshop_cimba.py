"""The job shop in cimba: three processes for each centre, which take jobs from its stores.

A job is two numbers in two stores: the time of its arrival, and the steps it still has before it. All routes
go round the centres in one order, so a centre knows the next one.
"""

from __future__ import annotations

import cimba
from cimba import random

NAME = "cimba"
RULE = ""


class Centre(cimba.Model):
    """Three workers and their line."""

    after: cimba.Ref[cimba.Store[float]]
    steps_after: cimba.Ref[cimba.Store[int]]
    out: cimba.Ref[cimba.Store[float]]
    born: cimba.Store[float] = cimba.Store()
    steps: cimba.Store[int] = cimba.Store()

    @cimba.process(copies=3)
    def worker(self) -> None:
        while True:
            left = self.steps.get()
            born = self.born.get()
            cimba.hold(random.exponential(1.0))
            if left == 0:
                self.out.put(born)
            else:
                self.after.put(born)
                self.steps_after.put(left - 1)


class Shop(cimba.Model):
    """Twenty centres, ten routes."""

    jobs: cimba.Param[int] = 1000
    centres: list[Centre]
    out: cimba.Store[float] = cimba.Store()
    mean_time: cimba.Output[float] = 0.0

    @cimba.process
    def arrivals(self) -> None:
        for _ in range(self.jobs):
            cimba.hold(random.exponential(0.4))
            first = self.centres[2 * random.dice(0, 9)]
            first.born.put(cimba.now())
            first.steps.put(19)

    @cimba.process
    def leave(self) -> None:
        total = 0.0
        for _ in range(self.jobs):
            born = self.out.get()
            total += cimba.now() - born
        self.mean_time = total / self.jobs


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the mean time in system of each replication."""
    model = Shop()
    model.jobs = customers
    model.centres = [Centre() for _ in range(20)]
    for k, centre in enumerate(model.centres):
        following = model.centres[(k + 1) % 20]
        centre.after, centre.steps_after, centre.out = following.born, following.steps, model.out
    experiment = cimba.Experiment(
        model, replications=replications, seed=seed, window=cimba.Window.until_idle()
    )
    return list(experiment.run(workers=1)[model].mean_time.values[0])
