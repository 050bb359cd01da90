"""A job shop of 200 activities and 60 workers in hewer: ten kinds of job, twenty centres of three workers.

The route of kind *r* begins at centre *2 r* and goes round. Each of its steps is an activity of its own,
which the workers of its centre do; what waits for any of them waits in one stock.
"""

from __future__ import annotations

from functools import cache

import hewer

NAME = "hewer"
RULE = ""
ROUTES, CENTRES = 10, 20


@cache
def shop(routes: int = ROUTES, centres: int = CENTRES) -> hewer.Model:
    """Return the shop, or one like it of another size."""
    steps = {r: [f"step{r}_{(2 * r + k) % centres}" for k in range(centres)] for r in range(routes)}
    names = [name for route in steps.values() for name in route]
    kinds = ", ".join(f"kind{r}: {1 / routes}" for r in steps)
    return hewer.Model(
        title="Job shop",
        kinds={f"kind{r}": {"route": route} for r, route in steps.items()},
        stocks={"shop": {}, "done": {"sink": True}},
        sources={
            "jobs": {
                "to": "shop",
                "every": "exponential(rate=2.5)",
                "limit": 100,
                "kind": f"discrete({kinds})",
            }
        },
        activities={name: {"time": "exponential(1)"} for name in names},
        crews={
            "all": {
                f"centre{c}": {"count": 3, "does": [name for name in names if name.endswith(f"_{c}")]}
                for c in range(centres)
            }
        },
        terms={"horizon": "1e9"},
        measures={"time_in_system": "flow_time(done)"},
    )


def run(customers: int, replications: int, seed: int, threads: int = 1) -> list[float]:
    """Return the mean time in system of each replication."""
    changes = {"sources.jobs.limit": customers}
    result = hewer.simulate(shop(), set=changes, replications=replications, seed=seed, threads=threads)
    return [float(value) for value in result.measures["time_in_system"].values.ravel()]
