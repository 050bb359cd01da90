"""What an idle spell is charged to (rule 14)."""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import READY_STAGE, Requirement
from hewer.engine.features import CODE, INTERRUPTION, KINDS, MATTER
from hewer.engine.jit import apart, part, pasted
from hewer.engine.kernel.judging.require import requirement_stamp
from hewer.engine.kernel.memory.accounts import book
from hewer.engine.kernel.memory.state import (
    clocks,
    could_fill,
    instances,
    needs,
    pools,
    requirements,
    stocks,
    workers,
)

_ITEMS, _BULK = int(Requirement.ITEMS), int(Requirement.BULK)
_GUARD, _SUSPENDED = int(Requirement.GUARD), int(Requirement.SUSPENDED)
_FAMILY = int(Requirement.FAMILY)
_READY = READY_STAGE


@part
def _requirement_column(m: Any, q: Any) -> Any:
    clock, requirement = clocks(m), requirements(m, q)
    kind = requirement["kind"]
    if not (MATTER or CODE or INTERRUPTION or KINDS) or kind == _ITEMS or kind == _BULK or kind == _FAMILY:
        return clock["material"] + stocks(m, requirement["stock"])["declared"]
    if kind == _SUSPENDED:
        return clock["people"]
    if kind != _GUARD:
        return clock["space"] + stocks(m, requirement["stock"])["declared"]
    return clock["guard"] + instances(m, requirement["instance"])["activity"]


@apart
def _need_column(m: Any, n: Any) -> Any:
    clock, pool = clocks(m), pools(m, needs(m, n)["pool"])
    return (clock["room"] if pool["is_room"] == 1 else clock["tool"]) + pool["declared"]


@part
def _last_met(m: Any, i: Any) -> Any:
    """Column of the requirement of instance ``i`` that was met last; people where that is past."""
    clock, instance = clocks(m), instances(m, i)
    latest, column = -1, clock["people"]
    for q in range(instance["req0"], instance["req1"]):
        stamp = requirement_stamp(m, q)
        if stamp >= latest:
            latest, column = stamp, _requirement_column(m, q)
    for n in range(instance["need0"], instance["need1"]):
        if needs(m, n)["since"] >= latest:
            latest, column = needs(m, n)["since"], _need_column(m, n)
    return column if latest == clock["now"] else clock["people"]


@pasted
def book_idle(m: Any, w: Any, i: Any) -> Any:
    """Book an idle spell that a start or a claim of instance ``i`` ends."""
    if workers(m, w)["since"] < clocks(m)["now"]:
        book(m, w, _last_met(m, i))


@apart
def _first_missing(m: Any, i: Any) -> Any:
    clock, instance = clocks(m), instances(m, i)
    stage = instance["stage"]
    if stage >= 0 and stage != _READY:
        return _need_column(m, instance["need0"] + stage)
    for q in range(instance["req0"], instance["req1"]):
        if requirements(m, q)["met"] == 0:
            return _requirement_column(m, q)
    return clock["people"]


@apart
def book_idle_unended(m: Any, w: Any) -> Any:
    """Book an idle spell that the horizon, a break or the end of the shift cuts short."""
    worker, clock = workers(m, w), clocks(m)
    if worker["since"] < clock["now"]:
        column = clock["nothing"]
        if worker["first1"] > worker["first0"]:
            column = _first_missing(m, could_fill(m)[worker["first0"]])
        book(m, w, column)
