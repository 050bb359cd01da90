"""Drawn workplaces: what the chain expects by the end, and what replications of the kernel come to.

Everything that a run counts or integrates is compared. A comparison errs where the mean of R replications is
off by more than ``z`` standard errors and a term for what is rare (as in Bernstein's inequality);
with z = 6.5 that is 8e-11 each, some fifty for each workplace. Seeds are fixed.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import pytest
import yaml

from hewer.engine.program import Compiled, columns
from hewer.engine.run import RunData, run_replications
from hewer.errors import EndlessError, RefusalError
from hewer.exact.chain.markov import solve_compiled
from tests.exact.drawn import markovian, search
from tests.oracle.models import compiled

Z = 6.5
MOST_STATES = 500
UNIT = 6e11  # ten minutes: integrals are of the order of 1 in it


def compare(document: Any, replications: int) -> bool:
    """Compare one workplace; False where its chain is too large or its work endless."""
    made = compiled(yaml.safe_dump(document, sort_keys=False))
    try:
        exact: Any = solve_compiled(made, span="to_the_end", max_states=MOST_STATES).expected.data
        data = run_replications(made.program, seed=11, world=0, first=0, count=replications, names=made.names)
    except EndlessError:
        return False
    except RefusalError as refusal:
        if "states" not in str(refusal):
            raise
        return False
    for what, found, expected in quantities(made, data, exact):
        near(what, found, expected)
    return True


def near(what: str, found: Any, expected: float) -> None:
    if math.isnan(expected):
        return
    count = len(found)
    largest = max(1.0, float(np.abs(found).max()))
    spread = max(float(found.std(ddof=1)), 0.02 * math.sqrt(abs(expected)))
    allowed = Z * spread / math.sqrt(count) + Z * Z * largest / (3 * count)
    off = float(found.mean()) - expected
    assert abs(off) <= allowed, f"{what}: expected {expected:.6g}, found {found.mean():.6g} (±{allowed:.2g})"


def quantities(made: Compiled, data: RunData, exact: Any) -> list[tuple[str, Any, float]]:
    """Each count and integral: its name, the values found, and what is expected."""
    program, names = made.program, made.names
    out = []

    def add(what: str, found: Any, expected: Any, scale: float = 1.0) -> None:
        out.append((what, np.asarray(found, float) / scale, float(expected) / scale))

    for i, name in enumerate(names.instances):
        for field, scale in (
            ("started", 1.0),
            ("ended", 1.0),
            ("busy", UNIT),
            ("stuck", UNIT),
            ("interrupted", 1.0),
        ):
            add(f"{name} {field}", data.instance[field][:, i], exact.instance[field][0, i], scale)
    for i, name in enumerate(names.stock_members):
        grain = 1.0 if program.stock["items"][i] else 1e6
        for field in ("arrived", "departed", "left", "final", "integral"):
            scale = UNIT if field == "integral" else 1.0
            add(f"{name} {field}", data.stock[field][:, i], exact.stock[field][0, i], scale * grain)
    for i, name in enumerate(names.sources):
        grain = 1.0 if program.stock["items"][program.source["stock"][i]] else 1e6
        for field in ("arrived", "lost", "balked", "diverted"):
            add(f"{name} {field}", data.source[field][:, i], exact.source[field][0, i], grain)
    for i, name in enumerate(names.pools):
        add(f"{name} in use", data.pool_busy[:, i], exact.pool_busy[0, i], UNIT)
    for group in np.unique(program.worker["group"]):
        mine = program.worker["group"] == group
        found, expected = kinds(made, data.worker_time[:, mine]), kinds(made, exact.worker_time[:, mine])
        for kind in found:
            add(f"group {group} {kind}", found[kind], expected[kind][0], UNIT)
        add(f"group {group} over", data.overtime[:, mine].mean(1), exact.overtime[0, mine].mean(), UNIT)
    add("inside", data.inside, exact.inside[0])
    return out + strikes(made, data, exact)


def strikes(made: Compiled, data: RunData, exact: Any) -> list[tuple[str, Any, float]]:
    """How often what struck whom, and for how long."""
    return [
        (
            f"{what} {field}",
            np.asarray(data.hazard[field][:, mine].sum(axis=1), float) / scale,
            float(exact.hazard[field][0, mine].sum()) / scale,
        )
        for what, mine in struck(made).items()
        for field, scale in (("struck", 1.0), ("lost", UNIT))
    ]


def struck(made: Compiled) -> dict[str, list[int]]:
    """Numbers of the hazards of each tool, and of each group of people."""
    found: dict[str, list[int]] = {}
    for number, row in enumerate(made.program.hazard):
        group = made.program.worker["group"][row["worker"]]
        what = f"pool {row['pool']}" if row["pool"] >= 0 else f"group {group}"
        found.setdefault(what, []).append(number)
    return found


def kinds(made: Compiled, time: Any) -> dict[str, Any]:
    scalar = made.program.scalar[0]
    at = columns(*(int(scalar[name]) for name in ("activities", "stocks", "places", "tools")))
    spans = {
        "working": slice(0, at.walking),
        "partner": slice(at.partner, at.partner + 1),
        "blocked": slice(at.blocked, at.material),
        "idle": slice(at.material, at.off),
        "absent": slice(at.absent, at.absent + 1),
    }
    return {kind: time[:, :, span].sum(axis=2).mean(axis=1) for kind, span in spans.items()}


def test_drawn_workplaces():
    assert search(markovian(), partial(compare, replications=500), 80, 1) > 35


@pytest.mark.slow
def test_many_drawn_workplaces():
    assert search(markovian(), partial(compare, replications=4000), 500, 2) > 200
