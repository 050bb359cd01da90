"""From the compiled arrays to a plant: stocks, instances, sources, and what strikes by chance."""

from __future__ import annotations

import math
from typing import Any

from hewer.choice_rules import Choice
from hewer.engine.codes import (
    BY_STEP,
    CHANCES,
    CHANGES,
    HOLD_PEOPLE,
    HOLD_ROOM,
    HOLD_TOOLS,
    NONE,
    ONWARD,
    UNLIMITED,
    Interrupted,
    Order,
    Overrun,
    Requirement,
    Way,
)
from hewer.engine.program import Program
from hewer.exact.chain.state.phases import operations
from hewer.exact.chain.state.plant import (
    OF_ITEM,
    Give,
    Hazard,
    Instance,
    Leave,
    Need,
    Plant,
    Required,
    Source,
    Stock,
    Take,
    without_memory,
)


def read_plant(program: Program) -> Plant:
    """Read a compiled model."""
    scalar = program.scalar[0]
    staffed = [i for i in range(len(program.instance)) if _staffed(program, i)]
    at = {NONE: NONE} | {index: position for position, index in enumerate(staffed)}
    return Plant(
        program=program,
        stocks=tuple(_stock(program, number) for number in range(len(program.stock))),
        instances=tuple(_instance(program, i, at) for i in staffed),
        pools=tuple(int(count) for count in program.pool["count"]),
        choices=tuple(Choice(int(choice)) for choice in program.group["choice"]),
        heads=tuple(int(heads) for heads in program.group["workers"]),
        sources=tuple(_source(program, row) for row in program.source),
        leaves=tuple(_leave(program, row) for row in program.leave),
        hazards=_hazards(program),
        classes=int(scalar["classes"]),
        default_class=int(scalar["default_class"]),
        most_starts=int(scalar["limit_per_instant"]),
    )


def _hazards(program: Program) -> tuple[Hazard, ...]:
    """Gather the hazards by pool, and by group of people: what strikes them has one distribution each."""
    rows: dict[tuple[int, int], list[int]] = {}
    for number, row in enumerate(program.hazard):
        worker = int(row["worker"])
        group = NONE if worker < 0 else int(program.worker["group"][worker])
        rows.setdefault((int(row["pool"]), group), []).append(number)
    return tuple(
        Hazard(
            pool=pool,
            group=group,
            many=len(mine),
            mean=without_memory(program, int(program.hazard["every"][mine[0]])),
            lasts=int(program.hazard["lasts"][mine[0]]),
            by_use=bool(program.hazard["use"][mine[0]]),
            stock=int(program.hazard["stock"][mine[0]]),
            rows=tuple(mine),
        )
        for (pool, group), mine in rows.items()
    )


def _stock(program: Program, number: int) -> Stock:
    row = program.stock[number]
    return Stock(
        items=bool(row["items"]),
        order=Order(int(row["order"])),
        capacity=int(row["capacity"]),
        start=int(row["start"]),
        sink=int(row["sink"]) >= 0,
        limited=int(row["capacity"]) < int(UNLIMITED),
        by=int(row["by"]),
        start_kind=int(program.start_kind[number]),
        lanes=int(row["lanes"]) >= 0,
        leave=int(row["leave"]),
    )


def _leave(program: Program, row: Any) -> Leave:
    stock, to, after = int(row["stock"]), int(row["to"]), int(row["after"])
    mean = 0.0
    limited = int(program.stock["capacity"][to]) < int(UNLIMITED)
    if after != NONE and not limited:
        mean = without_memory(program, after)
    return Leave(stock, to, after, int(row["when"]), mean)


def _staffed(program: Program, index: int) -> bool:
    row = program.instance[index]
    return int(row["post0"]) == int(row["post1"]) or bool(row["staffed"])


def _instance(program: Program, index: int, at: dict[int, int]) -> Instance:
    row = program.instance[index]
    required = tuple(_required(program, k) for k in range(int(row["req0"]), int(row["req1"])))
    joins = {
        int(join["group"]): (int(join["mask"]), int(join["preference"]))
        for join in program.join[int(row["join0"]) : int(row["join1"])]
    }
    roles = {group: int(program.group["role"][group]) for group in joins}
    return Instance(
        index=index,
        activity=int(row["activity"]),
        priority=int(row["priority"]),
        required=required,
        takes=tuple(_take(program, k) for k in range(int(row["take0"]), int(row["take1"]))),
        needs=tuple(_need(program, k) for k in range(int(row["need0"]), int(row["need1"]))),
        slots=int(row["post1"]) - int(row["post0"]),
        joins=joins,
        time=int(row["time"]),
        overtake=bool(row["overtake"]),
        overrun=Overrun(int(row["overrun"])),
        takes_items=bool(row["keyed"]),
        reserves=tuple(
            (one.stock, one.reserve) for one in required if one.reserve and one.kind == Requirement.SPACE
        ),
        reserves_onward=any(one.kind == Requirement.ONWARD for one in required),
        rates={
            group: float(program.rate[role, int(row["activity"])])
            for group, role in roles.items()
            if role >= 0
        },
        twin=at[int(row["twin"])],
        origin=at[int(row["origin"])],
        interrupted=Interrupted(int(row["interrupted"])),
        preempts=bool(row["preempts"]),
        **_blocking(row),
        **_ending(program, index),
    )


def _blocking(row: Any) -> dict[str, Any]:
    """Return the fields of an instance that say what a finished work holds that finds no room."""
    holds = int(row["holds"])
    return {
        "blocking_after": bool(row["blocking_after"]),
        "holds_people": bool(holds & HOLD_PEOPLE),
        "holds_tools": bool(holds & HOLD_TOOLS),
        "holds_room": bool(holds & HOLD_ROOM),
    }


def _ending(program: Program, index: int) -> dict[str, Any]:
    """Return the fields of an instance that say what a work gives, and what it makes of its items."""
    row, manner = program.instance[index], program.manner[index]
    outcomes = program.outcome[int(row["outcome0"]) : int(row["outcome1"])]
    cumulative = [float(value) for value in outcomes["cumulative"]]
    common = _gives(program, int(row["give0"]), int(row["give1"]))
    by_outcome = tuple(_gives(program, int(one["give0"]), int(one["give1"])) for one in outcomes)
    gives = [*common, *(give for some in by_outcome for give in some)]
    traits, take = int(row["traits"]), int(manner["take"])
    reads = any(_reads_item(program, give.amount) for give in gives)
    shares = tuple((int(one["chance"]), float(one["share"])) for one in outcomes)
    return {
        "common": common,
        "outcomes": by_outcome,
        "chances": tuple(high - low for low, high in zip([0.0, *cumulative], cumulative, strict=False)),
        "outlets": frozenset(stock for give in gives for stock in _reached(program, give)),
        "hand": NONE if take < 0 else int(program.take["lane"][take]),
        "by_step": bool(traits & BY_STEP),
        "sets": range(int(manner["set0"]), int(manner["set1"])),
        "outcome_sets": tuple(range(int(one["set0"]), int(one["set1"])) for one in outcomes),
        "shares": shares if traits & CHANCES else (),
        "follows": bool(traits & (CHANGES | CHANCES)) or reads,
    }


def _reached(program: Program, give: Give) -> set[int]:
    """Return the stocks that a give may go to: onward, wherever a route leads."""
    if give.stock != ONWARD:
        return {give.stock}
    return {int(stock) for stock in (*program.step["stock"], *program.kind["to"]) if stock >= 0}


def _reads_item(program: Program, what: int) -> bool:
    return what < NONE and bool(operations(program, -2 - what) & OF_ITEM)


def _required(program: Program, k: int) -> Required:
    row = program.requirement[k]
    return Required(
        index=k,
        kind=Requirement(int(row["kind"])),
        stock=int(row["stock"]),
        code=int(row["code"]),
        amount=int(row["amount"]),
        reserve=int(row["reserve"]),
        take=int(row["take"]),
    )


def _take(program: Program, k: int) -> Take:
    row = program.take[k]
    return Take(
        index=k,
        stock=int(row["stock"]),
        lane=int(row["lane"]),
        items=bool(row["items"]),
        low=int(row["low"]),
        high=int(row["high"]),
        amount=int(row["amount"]),
        follows=int(program.requirement["code"][int(row["req"])]) != NONE,
    )


def _gives(program: Program, first: int, last: int) -> tuple[Give, ...]:
    return tuple(
        Give(int(row["stock"]), bool(row["items"]), int(row["fixed"]), int(row["amount"]))
        for row in program.give[first:last]
    )


def _need(program: Program, k: int) -> Need:
    row = program.need[k]
    pool = int(row["pool"])
    return Need(k, pool, int(row["amount"]), bool(program.pool["is_room"][pool]))


def _source(program: Program, row: Any) -> Source:
    names = (
        "stock", "every", "first", "amount", "fixed", "limit", "priority", "priority_class",
        "kind", "kind_fixed", "recipe", "balks", "balk_to", "full_to",
    )  # fmt: skip
    return Source(
        **{name: int(row[name]) for name in names},
        chance=int(row["chance"]) if row["way"] == Way.THINNED else NONE,
        mean=_mean_interval(program, row),
    )


def _mean_interval(program: Program, row: Any) -> float:
    """Return the mean ticks between arrivals, or candidates, at a constant rate; infinite where it is 0."""
    if row["way"] == Way.THINNED:
        return float(row["mean"])
    if row["way"] != Way.TABLE:
        return 0.0
    rate = float(program.table[int(row["row1"])])
    return 1.0 / rate if rate > 0.0 else math.inf
