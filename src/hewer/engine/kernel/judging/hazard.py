"""What strikes by chance and takes a while: tool units that fail, people who are absent (rule 8).

A hazard has one slot of the calendar: until it strikes (by the clock, or while its unit or person is at
work), then until it is over. A unit without a time of repair stays down until its token ends.
"""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import Class, Event, Status
from hewer.engine.draws import DURATION, OUTCOME, work_key
from hewer.engine.jit import apart, part
from hewer.engine.kernel.judging.expression import draw
from hewer.engine.kernel.judging.require import mark_pool
from hewer.engine.kernel.memory.accounts import account_pool, fail, log
from hewer.engine.kernel.memory.calendar import cancel, schedule
from hewer.engine.kernel.memory.state import clocks, hazards, instances, needs, pools, workers, works

_CLASS = int(Class.FAILURE)
_MEND = int(Event.MEND)
_BAD_NUMBER = int(Status.BAD_NUMBER)


@apart
def account_hazard(m: Any, h: Any) -> Any:
    """Bring the time down up to now; call before it changes."""
    clock, hazard = clocks(m), hazards(m, h)
    if clock["closed"] == 0:
        if hazard["down"] == 1:
            hazard["lost"] += float(clock["now"] - hazard["touched"])
        hazard["touched"] = clock["now"]


@apart
def culprit(m: Any, h: Any) -> Any:
    """Number by which a run that fails names a hazard: behind instances, sources and stocks."""
    return clocks(m)["instance_n"] + clocks(m)["source_n"] + clocks(m)["stock_n"] + h


@apart
def _ticks(m: Any, h: Any, what: Any, block: Any) -> Any:
    """Draw a time of a hazard: until it strikes the next time, or how long it lasts."""
    hazard = hazards(m, h)
    ticks = draw(m, what, 0, work_key(hazard["key"], 0, hazard["number"]), block)
    if ticks < 0:
        fail(m, _BAD_NUMBER, culprit(m, h))
        return 0
    return ticks


@apart
def arm(m: Any, h: Any) -> Any:
    """Draw when a hazard strikes the next time."""
    hazard, clock = hazards(m, h), clocks(m)
    hazard["left"] = _ticks(m, h, hazard["every"], DURATION)
    hazard["running"] = 0
    if hazard["use"] == 0:
        schedule(m, clock["hazard0"] + h, clock["now"] + hazard["left"], _CLASS)


@apart
def schedule_end(m: Any, h: Any) -> Any:
    """Draw how long a hazard that struck lasts."""
    hazard, clock = hazards(m, h), clocks(m)
    lasts = _ticks(m, h, hazard["lasts"], OUTCOME)
    schedule(m, clock["hazard0"] + h, clock["now"] + lasts, _CLASS)


@part
def run_at_work(m: Any, h: Any, on: Any) -> Any:
    """Let the time at work of a hazard run, or stop."""
    hazard, clock = hazards(m, h), clocks(m)
    if hazard["use"] == 0 or hazard["down"] == 1 or hazard["running"] == on:
        return
    hazard["running"] = on
    if on == 1:
        hazard["due"] = clock["now"] + hazard["left"]
        schedule(m, clock["hazard0"] + h, hazard["due"], _CLASS)
        return
    hazard["left"] = hazard["due"] - clock["now"]
    if hazard["left"] > 0:
        cancel(m, clock["hazard0"] + h)


@apart
def use(m: Any, w: Any, on: Any) -> Any:
    """The units and people of a work begin to work (``on`` 1), or cease."""
    work = works(m, w)
    instance = instances(m, work["instance"])
    for n in range(instance["need0"], instance["need1"]):
        pool = pools(m, needs(m, n)["pool"])
        for h in range(pool["hazard0"], pool["hazard1"]):
            if hazards(m, h)["work"] == w:
                run_at_work(m, h, on)
    v = work["lead"]
    while v >= 0:
        if workers(m, v)["hazard"] >= 0:
            run_at_work(m, workers(m, v)["hazard"], on)
        v = workers(m, v)["mate"]


@apart
def seize(m: Any, r: Any, w: Any, amount: Any) -> Any:
    """Let a work hold so many units of a pool that fails: those of the lowest numbers."""
    pool = pools(m, r)
    for h in range(pool["hazard0"], pool["hazard1"]):
        if amount > 0 and hazards(m, h)["work"] < 0 and hazards(m, h)["down"] == 0:
            hazards(m, h)["work"] = w
            amount -= 1


@apart
def hand_back(m: Any, r: Any, w: Any) -> Any:
    """Take the units that a work holds of a pool that fails; returns how many are free again."""
    pool, freed = pools(m, r), 0
    for h in range(pool["hazard0"], pool["hazard1"]):
        if hazards(m, h)["work"] == w:
            hazards(m, h)["work"] = -1
            if hazards(m, h)["down"] == 1:
                pool["count"] -= 1
            else:
                freed += 1
    return freed


@apart
def put_units(m: Any, r: Any, amount: Any) -> Any:
    """Let so many units of a pool be free again."""
    pool, now = pools(m, r), clocks(m)["now"]
    if amount > 0:
        if pool["free"] == 0:
            pool["free_since"] = now
        pool["returned"] = now
        pool["free"] += amount
    mark_pool(m, r)


@apart
def mend(m: Any, h: Any) -> Any:
    """A unit is back in service."""
    hazard = hazards(m, h)
    r = hazard["pool"]
    account_hazard(m, h)
    log(m, _MEND, r, hazard["unit"], 0)
    hazard["down"] = 0
    if hazard["work"] < 0:
        account_pool(m, r)
        pools(m, r)["count"] += 1
        put_units(m, r, 1)
    hazard["number"] += 1
    arm(m, h)


@apart
def end_token(m: Any, k: Any) -> Any:
    """An item ends: where it is the token of a unit that is down, that is back in service."""
    for h in range(clocks(m)["hazard_n"]):
        if hazards(m, h)["item"] == k:
            hazards(m, h)["item"] = -1
            clocks(m)["tokens"] -= 1
            mend(m, h)


@apart
def cause_of(m: Any, w: Any) -> Any:
    """Why a work cannot go on: 1 a unit of it is down, 2 one of its people is absent; else 0."""
    work = works(m, w)
    instance = instances(m, work["instance"])
    for n in range(instance["need0"], instance["need1"]):
        pool = pools(m, needs(m, n)["pool"])
        for h in range(pool["hazard0"], pool["hazard1"]):
            if hazards(m, h)["work"] == w and hazards(m, h)["down"] == 1:
                return 1
    v = work["lead"]
    while v >= 0:
        if workers(m, v)["absent"] == 1:
            return 2
        v = workers(m, v)["mate"]
    return 0
