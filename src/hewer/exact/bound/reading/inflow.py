"""How much a source brings on average: renewal counts with what chance may add, rates, and lists."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from hewer.engine.codes import NONE, UNLIMITED, Way
from hewer.exact.bound.reading.means import Mean, State, drawn, fixed, judge, rounded
from hewer.exact.bound.reading.plan import Inflow, Plan, scales
from hewer.exact.opening import Refusals, distribution

_BOUND_IT = "give the stocks that it reads a capacity, or use a distribution that is bounded"


class _Count(NamedTuple):
    """Arrivals up to the end of the shift, on average: at most; without luck; over time."""

    most: float
    fluid: float
    over_time: float


def read_inflow(
    plan: Plan, number: int, state: State, shares: dict[int, float], refusals: Refusals
) -> Inflow:
    """Read a source at one member.

    Parameters
    ----------
    plan : Plan
    number : int
        Of the source.
    state : State
        What is known of levels at any time.
    shares : dict
        Of the sorts of its items.
    refusals : Refusals
        Where what has no bound is noted.
    """
    row = plan.program.source[number]
    name = plan.compiled.names.sources[number].partition("[")[0]
    amount = _amount(plan, row, state)
    if math.isinf(amount.high):
        message = "cannot be bounded: no largest amount can be told"
        refusals.add(("sources", name, "amount"), message, _BOUND_IT)
    limit = float(row["limit"]) if row["limit"] < UNLIMITED else math.inf
    if row["way"] == Way.LISTED:
        found = _listed(plan, row, limit, amount.high)
    else:
        count = _renewal(plan, row, state) if row["way"] == Way.EVERY else _rate(plan, row, state)
        if not math.isfinite(count.most) and math.isinf(limit):
            message = (
                "cannot be bounded: its mean can be 0, or none can be told of what is left of it at the end"
            )
            refusals.add(("sources", name, "every"), message, f"give the source a `limit`; {_BOUND_IT}")
        most, fluid, over_time = (min(limit, value) * amount.high for value in count)
        found = _Count(most, fluid, over_time)
        if plan.long_run and math.isfinite(limit):
            found = _Count(0.0, 0.0, 0.0)
    stocks = [int(row["stock"]), *(int(row[f]) for f in ("balk_to", "full_to") if row[f] != NONE)]
    per = scales(plan.compiled)
    most, fluid, over_time = (value / per[stocks[0]] for value in found)
    return Inflow(number, tuple(dict.fromkeys(stocks)), most, fluid, over_time, shares)


def _amount(plan: Plan, row: Any, state: State) -> Mean:
    if row["amount"] == NONE:
        return fixed(float(row["fixed"]))
    found = judge(plan.program, int(row["amount"]), state)
    items = bool(plan.program.stock["items"][row["stock"]])
    return rounded(plan.program, int(row["amount"]), found, items=items)


def _renewal(plan: Plan, row: Any, state: State) -> _Count:
    """Bound the arrivals after intervals.

    After A arrivals the next comes at ``first + A * every`` on average (Wald), which is t and what is left
    of the interval at t: at most its mean residual life, or E[X^2] / E[X] (Lorden).
    """
    every = judge(plan.program, int(row["every"]), state)
    if every.low <= 0.0:
        return _Count(math.inf, math.inf, math.inf)
    rate = plan.clock / every.low
    if plan.long_run:
        return _Count(rate, rate, rate)
    life = every.low + every.left(plan.clock)
    if row["every"] >= 0:
        found = distribution(plan.program, int(row["every"]))
        life = min(life, (found.variance() + found.mean() ** 2) / found.mean())
    begin = every
    if row["first"] >= 0:
        begin = drawn(distribution(plan.program, int(row["first"])))
        life = max(life, begin.high + begin.left(plan.clock))
    ahead = (life - begin.low) / every.low
    return _Count(max(0.0, ahead + rate), rate, _integral(ahead, rate))


def _integral(ahead: float, rate: float) -> float:
    """Integrate max(0, ahead + rate * t) over t from 0 to 1."""
    begin = max(0.0, min(1.0, -ahead / rate))
    return ahead * (1.0 - begin) + rate * (1.0 - begin**2) / 2.0


def _rate(plan: Plan, row: Any, state: State) -> _Count:
    """Integrate a rate; one that is judged in the run counts with the most that it can be."""
    if row["way"] == Way.THINNED:
        chance = judge(plan.program, int(-2 - row["chance"]), state).most
        rate = plan.clock / float(row["mean"]) * max(0.0, min(1.0, chance))
        return _Count(rate, rate, rate / 2.0)
    start, stop = int(row["row0"]), int(row["row1"])
    times = plan.program.table[start:stop].tolist()
    rates = plan.program.table[stop : 2 * stop - start].tolist()
    period = float(row["period"])
    if plan.long_run:
        rate = plan.clock * (float(row["load"]) / period if period else rates[-1])
        return _Count(rate, rate, rate)
    total, over_time, begin = 0.0, 0.0, 0.0
    while begin < plan.clock:
        after = min(begin + period if period else math.inf, plan.clock)
        edges = [*(begin + time for time in times), after]
        for one, other, rate in zip(edges, edges[1:], rates, strict=False):
            width = max(0.0, min(other, plan.clock) - one)
            over_time += total * width + rate * width**2 / 2.0
            total += rate * width
        begin = after
    return _Count(total, total, over_time / plan.clock)


def _listed(plan: Plan, row: Any, limit: float, amount: float) -> _Count:
    """Add up a list of arrivals, each of which comes when it says; in the long run, over its period."""
    listed = plan.program.arrival[row["row0"] : row["row1"]]
    amounts = [float(one["amount"]) if one["amount"] != NONE else amount for one in listed]
    period = float(row["period"])
    if plan.long_run:
        rate = sum(amounts) * plan.clock / period if period and math.isinf(limit) else 0.0
        return _Count(rate, rate, rate)
    total, over_time, begin, number = 0.0, 0.0, 0.0, 0
    while begin < plan.clock and number < limit and len(listed):
        for one, value in zip(listed, amounts, strict=True):
            if begin + float(one["tick"]) < plan.clock and number < limit:
                total += value
                over_time += value * (1.0 - (begin + float(one["tick"])) / plan.clock)
                number += 1
        begin = begin + period if period else math.inf
    return _Count(total, total, over_time)
