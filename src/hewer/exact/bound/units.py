"""Tools and rooms in the programme: their time, the units that fail, and their repair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hewer.engine.codes import NONE
from hewer.exact.bound.linear import Feeds, Linear, Terms, add
from hewer.exact.bound.reading.plan import Plan
from hewer.exact.bound.reading.uptime import Uptime, uptime_of

__all__ = ["Columns", "Stream", "add_units"]


class Columns(NamedTuple):
    """The columns of a way: averages over shifts (in the long run: per hour).

    Attributes
    ----------
    starts, done, given : int
        Works started; works that have given by the end of the shift; those that give, also afterwards.
    in_hand : int
        Works whose content is not complete at the end of the shift, with their people; -1 in the long run.
    suspended : int
        Works that were interrupted and wait for people at the end; -1 where they cannot be.
    time : int
        Works in progress over time, up to the end of the shift.
    given_time : int
        Works that have given (selective ones: that are complete), over time.
    """

    starts: int
    done: int
    given: int
    in_hand: int
    suspended: int
    time: int
    given_time: int


class Stream(NamedTuple):
    """What a source brings to a stock, and that over time: columns; ``shares`` of its sorts of items."""

    stock: int
    column: int
    over_time: int
    shares: dict[int, float]


def add_units(plan: Plan, linear: Linear, columns: Sequence[Columns]) -> list[Stream]:
    """Add the rows of tools and rooms.

    Parameters
    ----------
    plan : Plan
    linear : Linear
        Grows.
    columns : sequence of Columns
        By way.

    Returns
    -------
    list of Stream
        Failures that wait for repair.
    """
    found = []
    for number, pool in enumerate(plan.program.pool):
        time: Terms = {}
        left: Terms = {}
        for way, mine in zip(plan.ways, columns, strict=True):
            units = sum(units for used, units in way.needs if used == number)
            if units:
                time[mine.time] = units
                left[mine.in_hand] = units
        here: Feeds = [(("pool", number), 1.0)]
        up = uptime_of(plan, int(pool["hazard0"])) if pool["hazard0"] < pool["hazard1"] else None
        if up is None and time:
            linear.row(time, float(pool["count"]), here)
        elif up is not None and up.stock == NONE and time:
            each = up.of(1.0, long_run=plan.long_run)
            linear.row(time, pool["count"] * each, [(("pool", number), each)])
        elif up is not None and up.stock != NONE:
            found.append(_Repaired(plan, linear, number, up).rows(time, columns))
        if left and NONE not in left:
            linear.row(left, float(pool["count"]), here)
    return found


class _Repaired:
    """Holds the use of units to the lives that repairs give them, and to the time not spent on repairs.

    Each unit begins with a life; a repair that ends begins another. A life begun comes to its mean.
    """

    def __init__(self, plan: Plan, linear: Linear, number: int, up: Uptime) -> None:
        self.plan, self.linear, self.number, self.up = plan, linear, number, up
        self.count = float(plan.program.pool["count"][number])
        self.begun = 0.0 if plan.long_run else self.count

    def rows(self, time: Terms, columns: Sequence[Columns]) -> Stream:
        """Add the rows; ``time`` are the terms of the units in use."""
        mended: Terms = {}
        down: Terms = {}
        for way, mine in zip(self.plan.ways, columns, strict=True):
            for flow in way.takes:
                if flow.stock == self.up.stock:
                    add(mended, mine.done, flow.most)
                    add(down, mine.time, flow.least)
        life, key = self.up.life, ("pool", self.number)
        self.linear.row(_sum(time, down), self.count, [(key, 1.0)])
        feeds: Feeds = [] if self.plan.long_run else [(key, life)]
        self.linear.row(_sum(time, mended, -life), self.begun * life, feeds)
        return self._failures(time, mended, down)

    def _failures(self, time: Terms, mended: Terms, down: Terms) -> Stream:
        linear, up = self.linear, self.up
        token = Stream(up.stock, linear.column(), linear.column(), {})
        linear.row({token.over_time: 1.0, token.column: -1.0})
        linear.row(_sum({token.column: 1.0}, mended, -1.0), self.begun)
        # a unit that has failed has lived; what is left of the last life may be longer than the whole
        lived = _sum({token.column: up.life}, time, -1.0) if up.use else _sum({token.column: up.life}, down)
        most = 0.0 if up.use else self.count
        linear.fluid[linear.row(lived, most + self.begun * up.late)] = most
        return token


def _sum(terms: Terms, others: Terms, factor: float = 1.0) -> Terms:
    """Return terms and so many times the others."""
    found = dict(terms)
    for column, value in others.items():
        add(found, column, factor * value)
    return found
