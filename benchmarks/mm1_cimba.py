"""M/M/1 in cimba: two compiled processes and a store between them, one thread."""

from __future__ import annotations

import cimba
from cimba import random

NAME = "cimba"
RULE = ""


class Queue(cimba.Model):
    """A queue with one server; a customer is the time of its arrival."""

    customers: cimba.Param[int] = 1000
    store: cimba.Store[float] = cimba.Store()
    mean_time: cimba.Output[float] = 0.0

    @cimba.process
    def arrivals(self) -> None:
        for _ in range(self.customers):
            cimba.hold(random.exponential(1 / 0.9))
            self.store.put(cimba.now())

    @cimba.process
    def server(self) -> None:
        total = 0.0
        for _ in range(self.customers):
            born = self.store.get()
            cimba.hold(random.exponential(1.0))
            total += cimba.now() - born
        self.mean_time = total / self.customers


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the mean time in system of each replication."""
    model = Queue()
    model.customers = customers
    experiment = cimba.Experiment(
        model, replications=replications, seed=seed, window=cimba.Window.until_idle()
    )
    return list(experiment.run(workers=1)[model].mean_time.values[0])
