"""The shared-labour tandem in cimba, scheduled by hand: the fastest form that we found.

No resource and no process per station: the two workers are the only processes, and take the numbers of ready
stations from a store. The rule of choice is thus written into the model, and another rule would be another
model.
"""

from __future__ import annotations

import cimba
from cimba import random

NAME = "cimba, scheduled by hand"
RULE = "upstream"


class Station(cimba.Model):
    """One machine; a job is the time of its arrival."""

    queue: cimba.Store[float] = cimba.Store()
    waiting: int = 0
    busy: bool = False


class Line(cimba.Model):
    """Five stations in series and two workers."""

    jobs: cimba.Param[int] = 1000
    stations: list[Station]
    ready: cimba.Store[int] = cimba.Store()
    total: float = 0.0
    mean_time: cimba.Output[float] = 0.0

    @cimba.function
    def enter(self, number: int, born: float) -> None:
        station = self.stations[number]
        station.queue.put(born)
        station.waiting += 1
        if station.waiting == 1 and not station.busy:
            self.ready.put(number)

    @cimba.process
    def arrivals(self) -> None:
        for _ in range(self.jobs):
            cimba.hold(random.exponential(1 / 0.34))
            self.enter(0, cimba.now())

    @cimba.process(copies=2)
    def worker(self) -> None:
        while True:
            number = self.ready.get()
            station = self.stations[number]
            station.busy = True
            station.waiting -= 1
            born = station.queue.get()
            cimba.hold(random.exponential(1.0))
            station.busy = False
            if station.waiting > 0:
                self.ready.put(number)
            if number < 4:
                self.enter(number + 1, born)
            else:
                self.total += cimba.now() - born

    @cimba.on_end
    def finish(self) -> None:
        self.mean_time = self.total / self.jobs


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the mean time in system of each replication."""
    model = Line()
    model.jobs = customers
    model.stations = [Station() for _ in range(5)]
    experiment = cimba.Experiment(
        model, replications=replications, seed=seed, window=cimba.Window.until_idle()
    )
    return list(experiment.run(workers=1)[model].mean_time.values[0])
