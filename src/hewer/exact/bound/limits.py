"""What limits a bound: how much of each the figure needs, and what more of it would bring."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from hewer.exact.bound.case import Case
from hewer.exact.bound.linear import OPTIMAL, UNBOUNDED, Key, Solution, Terms
from hewer.exact.bound.reading.reader import with_heads

FULL = 1.0 - 1e-4
NOTHING = 1e-6  # of the figure: what HiGHS may err by
A_TENTH = 0.1


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that there is only so much of.

    Attributes
    ----------
    kind : str
        ``role``, ``tool``, ``room``, ``source``, ``start`` or ``capacity``.
    name : str
    available : float
        Workers, units, people at once, arrivals, or material; nan where nothing says.
    unit : str
        Of ``available``.
    used : float
        The least share of it, all members together, with which the figure can be reached.
    more : str
        What one more is: ``one more clerk``, ``a tenth more customers``.
    worth : float
        By how much that would raise ``fluid``; infinity where nothing else limits it.
    """

    kind: str
    name: str
    available: float
    unit: str
    used: float
    more: str
    worth: float

    @property
    def binding(self) -> bool:
        """Whether the figure needs all of it, or more of it would bring more."""
        return self.worth > 0.0 or self.used >= FULL


class _Named(NamedTuple):
    """A limit before it is valued: its keys in the programme, and how much of each one more is."""

    kind: str
    name: str
    available: float
    unit: str
    keys: tuple[Key, ...]
    amount: float
    more: str


def limits_of(case: Case, fluid: Solution) -> tuple[Limit, ...]:
    """Value every limit: solve again with one more of it, as duals mislead where several bind at once."""
    found = []
    for named in (*_people(case), *_pools(case), *_sources(case), *_stocks(case)):
        used, least = _used(case, named, fluid.value)
        left_over = least is not None and _is_slack(case, named, least)
        worth = 0.0 if left_over else _worth(case, named, fluid.value)
        found.append(Limit(named.kind, named.name, named.available, named.unit, used, named.more, worth))
    return tuple(sorted(found, key=lambda limit: (not limit.binding, -limit.worth)))


def _used(case: Case, named: _Named, value: float) -> tuple[float, Solution | None]:
    """Find the least share of a limit with which the figure can be reached, and how."""
    linear = case.built.linear
    total, terms = 0.0, Terms()
    for key in named.keys:
        row, rate = linear.feeds.get(key, [(0, 0.0)])[0]  # no row: nothing that they do can be done
        if rate > 0.0:
            total += linear.fluid.get(row, linear.most[row])
            for column, amount in linear.rows[row].items():
                terms[column] = terms.get(column, 0.0) - amount
    if total <= 0.0:
        return 0.0, None
    least = linear.solve(terms, fluid=True, floor=(case.terms, value - NOTHING * max(1.0, abs(value))))
    if least.status != OPTIMAL:  # material of which there may be ever more
        return 0.0, None
    return float(min(1.0, max(0.0, -least.value / total))), least


def _is_slack(case: Case, named: _Named, least: Solution) -> bool:
    """Tell whether the figure is reached with much of a limit left over: then more of it brings nothing.

    More heads may let others be at work.
    """
    return named.kind != "role" and all(case.built.linear.is_slack(key, least.values) for key in named.keys)


def _worth(case: Case, named: _Named, value: float) -> float:
    if named.kind == "role":
        heads = list(case.plan.heads)
        for _, group in named.keys:
            heads[group] += 1
        more = Case(case.compiled, case.goal, case.plan.long_run, with_heads(case.plan, heads))
        found = more.built.linear.solve(more.terms, fluid=True)
    else:
        found = case.built.linear.solve(case.terms, fluid=True, more=dict.fromkeys(named.keys, named.amount))
    if found.status == UNBOUNDED:
        return math.inf
    gain = found.value - value
    return gain if gain > NOTHING * max(1.0, abs(value)) else 0.0


def _people(case: Case) -> list[_Named]:
    roles = case.plan.program.group["role"].tolist()
    can_do = set(case.plan.program.join["group"].tolist())
    found = []
    for number, name in enumerate(case.compiled.names.roles):
        groups = [g for g, role in enumerate(roles) if role == number and g not in case.plan.queues]
        heads = sum(case.plan.heads[group] for group in groups)
        if not heads or not can_do.intersection(groups):
            continue
        where = f" at each of {len(groups)} places" if len(groups) > 1 else ""
        keys = tuple(("group", group) for group in groups)
        found.append(_Named("role", name, float(heads), "", keys, 1.0, f"one more {name}{where}"))
    return found


def _pools(case: Case) -> list[_Named]:
    names, pool = case.compiled.names, case.plan.program.pool
    found: dict[tuple[bool, int], list[int]] = {}
    for number, row in enumerate(pool):
        if ("pool", number) in case.built.linear.feeds:
            found.setdefault((bool(row["is_room"]), int(row["declared"])), []).append(number)
    named = []
    for (is_room, declared), numbers in found.items():
        name = (names.places if is_room else names.tools)[declared]
        more = f"room for one more at {name}" if is_room else f"one more {name}"
        if len(numbers) > 1:
            more = (
                f"room for one more at each {name}" if is_room else f"{more} at each of {len(numbers)} places"
            )
        count = float(pool["count"][numbers].sum())
        kind = "room" if is_room else "tool"
        named.append(_Named(kind, name, count, "", tuple(("pool", n) for n in numbers), 1.0, more))
    return named


def _sources(case: Case) -> list[_Named]:
    names, linear = case.compiled.names, case.built.linear
    found: dict[str, list[int]] = {}
    for number in range(len(case.plan.inflows)):
        found.setdefault(names.sources[number].partition("[")[0], []).append(number)
    named = []
    for name, numbers in found.items():
        rows = [linear.feeds["source", number][0][0] for number in numbers]
        most = sum(linear.fluid.get(row, linear.most[row]) for row in rows)
        stock = int(case.plan.program.stock[case.plan.inflows[numbers[0]].stocks[0]]["declared"])
        keys = tuple(("source", number) for number in numbers)
        named.append(
            _Named("source", name, most, names.units[stock], keys, A_TENTH, f"a tenth more from {name}")
        )
    return named


def _stocks(case: Case) -> list[_Named]:
    names, plan = case.compiled.names, case.plan
    declared = plan.program.stock["declared"].tolist()
    named = []
    for number, name in enumerate(names.stocks):
        mine = [stock for stock, owner in enumerate(declared) if owner == number]
        each = f" at each of {len(mine)} places" if len(mine) > 1 else ""
        text = names.units[number]
        amount = f"1 {text} more" if text else "one more"
        for kind, amounts, what in (
            ("start", plan.start, f"{amount} in {name} at the start{each}"),
            ("capacity", plan.capacity, f"room for {amount} in {name}{each}"),
        ):
            keys = tuple((kind, stock) for stock in mine if (kind, stock) in case.built.linear.feeds)
            total = sum(amounts[stock] for stock in mine)
            if keys and total > 0.0 and math.isfinite(total):
                named.append(_Named(kind, name, total, text, keys, 1.0, what))
    return named
