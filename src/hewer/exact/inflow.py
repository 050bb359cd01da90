"""How much a source brings on average: renewal counts, with what chance may add to time over interval."""

from __future__ import annotations

import math
from typing import Any

from hewer.engine.codes import NONE, UNLIMITED
from hewer.exact.means import Mean, State, distribution, drawn, fixed, judge, rounded
from hewer.exact.opening import Refusals
from hewer.exact.plan import Inflow, Plan, scales

_BOUND_IT = "give the stocks that it reads a capacity, or use a distribution that is bounded"


def read_inflow(plan: Plan, number: int, state: State, refusals: Refusals) -> Inflow:
    """Read a source at one member.

    Parameters
    ----------
    plan : Plan
    number : int
        Of the source.
    state : State
        What is known of levels at any time.
    refusals : Refusals
        Where what has no bound is noted.
    """
    row, clock = plan.program.source[number], plan.clock
    name = plan.compiled.names.sources[number].partition("[")[0]
    every = judge(plan.program, int(row["every"]), state)
    amount = _amount(plan, row, state)
    limit = float(row["limit"]) if row["limit"] < UNLIMITED else math.inf
    if every.low <= 0.0 and math.isinf(limit):
        message = "cannot be bounded: the mean time between arrivals can be 0"
        refusals.add(
            ("sources", name, "every"), message, "write `max(1 min, ...)`, or give the source a `limit`"
        )
    if math.isinf(amount.high):
        message = "cannot be bounded: no largest amount can be told"
        refusals.add(("sources", name, "amount"), message, _BOUND_IT)
    at_first, rate = limit, 0.0
    if every.low > 0.0:
        rate = clock / every.low
        at_first = 0.0 if plan.long_run else _ahead(plan, row, every)
    if not math.isfinite(at_first) and math.isinf(limit):
        message = "cannot be bounded: no mean can be told of what is left of it at the end of the shift"
        refusals.add(("sources", name, "every"), message, _BOUND_IT)
    stock = int(row["stock"])
    return Inflow(number, stock, rate, at_first, limit, amount.high / scales(plan.compiled)[stock])


def _amount(plan: Plan, row: Any, state: State) -> Mean:
    if row["amount"] == NONE:
        return fixed(float(row["fixed"]))
    found = judge(plan.program, int(row["amount"]), state)
    items = bool(plan.program.stock["items"][row["stock"]])
    return rounded(plan.program, int(row["amount"]), found, items=items)


def _ahead(plan: Plan, row: Any, every: Mean) -> float:
    """Bound the mean number of arrivals up to t, above t / interval.

    After A arrivals the next comes at ``first + A * every`` on average (Wald), which is t and what is left
    of the interval at t: at most its mean residual life, or E[X^2] / E[X] (Lorden).
    """
    life = every.low + every.left(plan.clock)
    if row["every"] >= 0:
        found = distribution(plan.program, int(row["every"]))
        life = min(life, (found.variance() + found.mean() ** 2) / found.mean())
    begin = every
    if row["first"] >= 0:
        begin = drawn(distribution(plan.program, int(row["first"])))
        life = max(life, begin.high + begin.left(plan.clock))
    return (life - begin.low) / every.low
