"""Works that are interrupted, wait without people and tools, and go on (rule 8).

A suspended work keeps its items, what it reserved, its place room and what remains of it. It stands in a
list of its instance's *resumption* (``instance["twin"]``), which queues for tools and people like any
instance, and whose start is ``go_on``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hewer.engine.codes import Event, Interrupted, Phase
from hewer.engine.jit import apart
from hewer.engine.kernel.judging.hazard import cause_of, use
from hewer.engine.kernel.judging.require import leave_queues, mark_instance
from hewer.engine.kernel.material.material import end_item
from hewer.engine.kernel.memory.accounts import account_instance, log
from hewer.engine.kernel.memory.calendar import cancel
from hewer.engine.kernel.memory.state import clocks, instances, items, owners, requirements, workers, works
from hewer.engine.kernel.people.carry import put_down
from hewer.engine.kernel.people.set_up import hold_settings, return_settings
from hewer.engine.kernel.work.start import (
    BEGIN,
    GO_ON,
    begin,
    book_spells,
    carry_on,
    count_at_instant,
    enlist,
    free_held,
    set_out,
    take_units,
)
from hewer.engine.kernel.work.work import free_work, let_go, return_units, unreserve

_P_WORKING = int(Phase.WORKING)
_P_PAUSED, _P_SUSPENDED = int(Phase.PAUSED), int(Phase.SUSPENDED)
_RESUME, _SUSPEND, _LOSE = int(Event.RESUME), int(Event.SUSPEND), int(Event.LOSE)
_RESTART, _REDRAW, _LOST = int(Interrupted.RESTART), int(Interrupted.REDRAW), int(Interrupted.LOSE)


@apart
def halt(m: Any, w: Any) -> Any:
    """Take a work on the way or in progress out of the calendar, and note what remains."""
    work, clock = works(m, w), clocks(m)
    cancel(m, clock["work0"] + w)
    if clock["hazard_n"] > 0 and work["walk"] == 0:
        use(m, w, 0)
    left = work["end"] - clock["now"]
    work["remaining"] = left
    if work["walk"] == 0 and work["rate"] != 1.0:
        # content, not time: who goes on may be faster or slower than who began
        work["remaining"] = np.int64(np.rint(left * work["rate"]))
    clock["running"] -= 1


@apart
def _halt_or_end_pause(m: Any, w: Any) -> Any:
    work = works(m, w)
    if work["phase"] == _P_PAUSED:
        clocks(m)["paused"] -= 1
    else:
        halt(m, w)


@apart
def interrupt(m: Any, w: Any, cause: Any) -> Any:
    """Interrupt a work on the way, in progress or paused: what becomes of it is the activity's say."""
    work = works(m, w)
    rule = instances(m, work["instance"])["interrupted"]
    instances(m, work["instance"])["n_interrupted"] += 1
    if rule == _LOST:
        _lose(m, w, cause)
        return
    suspend(m, w, cause)
    if work["walk"] != BEGIN and rule == _RESTART:
        work["remaining"] = work["content"]
    elif work["walk"] != BEGIN and rule == _REDRAW:
        work["remaining"] = -1


@apart
def suspend(m: Any, w: Any, cause: Any) -> Any:
    """Let go of the people and tools of a work; it waits to go on with what remains."""
    work, clock = works(m, w), clocks(m)
    log(m, _SUSPEND, work["instance"], cause, work["serial"])
    _halt_or_end_pause(m, w)
    if work["walk"] == GO_ON:
        work["walk"] = 0
        work["remaining"] = work["left"]
    work["phase"] = _P_SUSPENDED
    work["off"] = 0
    clock["suspended"] += 1
    return_units(m, w, False, True)
    put_down(m, w, -1)
    return_settings(m, w)
    # noted before the team is let go: afterwards nobody knows who it was
    if clock["owners"] > 0:
        _note_owners(m, w)
    let_go(m, w)
    _line_up(m, w)


@apart
def _note_owners(m: Any, w: Any) -> Any:
    if instances(m, instances(m, works(m, w)["instance"])["twin"])["by_owner"] == 1:
        at, v = w * clocks(m)["owners"], works(m, w)["lead"]
        while v >= 0:
            owners(m)[at] = v
            at += 1
            v = workers(m, v)["mate"]


@apart
def _line_up(m: Any, w: Any) -> Any:
    """Let a suspended work stand in the list of its resumption, by start serial."""
    work = works(m, w)
    i = instances(m, work["instance"])["twin"]
    after, k = -1, instances(m, i)["suspended"]
    while k >= 0 and works(m, k)["serial"] < work["serial"]:
        after = k
        k = works(m, k)["next"]
    work["next"] = k
    if after >= 0:
        works(m, after)["next"] = w
    else:
        instances(m, i)["suspended"] = w
        _judge_first(m, i)


@apart
def _judge_first(m: Any, i: Any) -> Any:
    """A resumption has another first work: it joins its queues anew, with the rank it was started with."""
    leave_queues(m, i, instances(m, i)["need0"])
    instance = instances(m, i)
    requirement, first = requirements(m, instance["req0"]), instance["suspended"]
    requirement["met"] = 1 if first >= 0 else 0
    instance["unmet"] = 1 - requirement["met"]
    if first >= 0:
        requirement["since"] = works(m, first)["since"]
        instance["serial"] = works(m, first)["earlier"]
    mark_instance(m, i)


@apart
def leave_line(m: Any, w: Any) -> Any:
    """Take a suspended work off the list of its resumption."""
    i = instances(m, works(m, w)["instance"])["twin"]
    clocks(m)["suspended"] -= 1
    k = instances(m, i)["suspended"]
    if k == w:
        instances(m, i)["suspended"] = works(m, w)["next"]
        _judge_first(m, i)
        return
    while works(m, k)["next"] != w:
        k = works(m, k)["next"]
    works(m, k)["next"] = works(m, w)["next"]


@apart
def _lose(m: Any, w: Any, cause: Any) -> Any:
    """End a work that is interrupted: what it took is lost, nothing is given."""
    work = works(m, w)
    i = work["instance"]
    log(m, _LOSE, i, cause, work["serial"])
    _halt_or_end_pause(m, w)
    if work["walk"] == BEGIN:
        free_held(m, w)
    account_instance(m, i)
    instances(m, i)["in_hand"] -= 1
    unreserve(m, i, w)
    k = work["items"]
    while k >= 0:
        after = items(m, k)["next"]
        end_item(m, k, -1)
        k = after
    return_units(m, w, True, True)
    put_down(m, w, -1)
    return_settings(m, w)
    let_go(m, w)
    free_work(m, w)


@apart
def go_on(m: Any, i: Any) -> Any:
    """Start resumption ``i``: its first suspended work goes on with the chosen workers."""
    clock, instance = clocks(m), instances(m, i)
    size = instance["post1"] - instance["post0"]
    # as in start: before anything is taken
    book_spells(m, i, size)
    leave_queues(m, i, instance["need0"])
    mark_instance(m, i)
    w = instance["resumes"] if instance["by_owner"] == 1 else instance["suspended"]
    leave_line(m, w)
    take_units(m, i, w)
    hold_settings(m, w)
    count_at_instant(m, i)
    work = works(m, w)
    origin = work["instance"]
    log(m, _RESUME, origin, -1, work["serial"])
    clock["running"] += 1
    clock["deadlock"] = -1
    walk = enlist(m, origin, w, size)
    if walk > 0:
        if work["walk"] != BEGIN:
            work["walk"] = GO_ON
            work["left"] = work["remaining"]
        set_out(m, w, clock["now"] + walk)
    elif work["walk"] == BEGIN:
        free_held(m, w)
        begin(m, w)
    else:
        carry_on(m, w)


@apart
def interrupt_if_struck(m: Any, w: Any) -> Any:
    """Interrupt a work that has just begun or gone on without a unit or person of it in service."""
    cause = cause_of(m, w)
    if cause > 0 and works(m, w)["phase"] == _P_WORKING:
        interrupt(m, w, cause)
