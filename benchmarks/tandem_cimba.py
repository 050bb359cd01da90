"""The shared-labour tandem in cimba: a process per station, stores between, a resource of two workers.

The model as cimba's own examples would write it. A released worker is offered to the first who waits by an
event of the same instant; where nobody else waits, the station that released him and has another job takes
him again before that event comes, and the one who waited queues anew.
"""

from __future__ import annotations

import cimba
from cimba import random

NAME = "cimba"
RULE = "retaken"


class Station(cimba.Model):
    """One machine; a job is the time of its arrival."""

    workers: cimba.Ref[cimba.Resource]
    after: cimba.Ref[cimba.Store[float]]
    queue: cimba.Store[float] = cimba.Store()

    @cimba.process
    def work(self) -> None:
        while True:
            born = self.queue.get()
            self.workers.acquire()
            cimba.hold(random.exponential(1.0))
            self.workers.release()
            self.after.put(born)


class Line(cimba.Model):
    """Five stations in series and two workers."""

    jobs: cimba.Param[int] = 1000
    workers: cimba.Resource = cimba.Resource(capacity=2)
    stations: list[Station]
    first: cimba.Ref[cimba.Store[float]]
    out: cimba.Store[float] = cimba.Store()
    mean_time: cimba.Output[float] = 0.0

    @cimba.process
    def arrivals(self) -> None:
        for _ in range(self.jobs):
            cimba.hold(random.exponential(1 / 0.34))
            self.first.put(cimba.now())

    @cimba.process
    def leave(self) -> None:
        total = 0.0
        for _ in range(self.jobs):
            born = self.out.get()
            total += cimba.now() - born
        self.mean_time = total / self.jobs


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the mean time in system of each replication."""
    model = Line()
    model.jobs = customers
    model.stations = [Station() for _ in range(5)]
    queues = [station.queue for station in model.stations] + [model.out]
    model.first = queues[0]
    for station, after in zip(model.stations, queues[1:], strict=True):
        station.workers, station.after = model.workers, after
    experiment = cimba.Experiment(
        model, replications=replications, seed=seed, window=cimba.Window.until_idle()
    )
    return list(experiment.run(workers=1)[model].mean_time.values[0])
