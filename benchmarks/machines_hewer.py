"""The machine shop with preemption in hewer: the model is ``machines.yaml``."""

from __future__ import annotations

from pathlib import Path

import hewer

NAME = "hewer"
RULE = ""


def run(customers: int, replications: int, seed: int, threads: int = 1) -> list[float]:
    """Return the part of the time that the machines run, over the time of so many repairs."""
    model = hewer.load(Path(__file__).with_name("machines.yaml"))
    changes = {"terms.horizon": customers * 38.196}
    result = hewer.simulate(model, set=changes, replications=replications, seed=seed, threads=threads)
    return [float(value) for value in result.measures["running"].values.ravel()]
