"""M/M/1 in hewer: the model is ``mm1.yaml``."""

from __future__ import annotations

from pathlib import Path

import hewer

NAME = "hewer"
RULE = ""


def run(customers: int, replications: int, seed: int, threads: int = 1) -> list[float]:
    """Return the mean time in system of each replication."""
    model = hewer.load(Path(__file__).with_name("mm1.yaml"))
    changes = {"sources.customers.limit": customers}
    result = hewer.simulate(model, set=changes, replications=replications, seed=seed, threads=threads)
    return [float(value) for value in result.measures["time_in_system"].values.ravel()]
