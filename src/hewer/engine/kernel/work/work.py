"""The end of a work: complete, be blocked, be released, be held or given up (rules 10 and 11)."""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import HOLD_PEOPLE, HOLD_ROOM, HOLD_TOOLS, Event, Phase, Requirement, WorkerState
from hewer.engine.features import HAZARDS, KINDS, MATTER, WALKING
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.judging.hazard import hand_back, put_units, use
from hewer.engine.kernel.judging.require import mark_pool
from hewer.engine.kernel.judging.trait import change_items, stock_given
from hewer.engine.kernel.material.give import amount_given, draw_outcome, give_all, given_by, items_made
from hewer.engine.kernel.material.material import free_room, put_back
from hewer.engine.kernel.memory.accounts import (
    account_instance,
    account_pool,
    account_stock,
    book,
    log,
    mark_stock,
    set_state,
)
from hewer.engine.kernel.memory.pace import count_repetition
from hewer.engine.kernel.memory.state import (
    clocks,
    instances,
    items,
    needs,
    pools,
    requirements,
    stocks,
    taken,
    takes,
    vetoes,
    workers,
    works,
)
from hewer.engine.kernel.people.carry import put_down, take_back
from hewer.engine.kernel.people.people import release_person, set_away
from hewer.engine.kernel.people.set_up import return_settings
from hewer.engine.kernel.work.start import BEGIN, free_held

_SPACE = int(Requirement.SPACE)
_P_FREE, _P_SUSPENDED = int(Phase.FREE), int(Phase.SUSPENDED)
_P_BLOCKED, _P_HELD = int(Phase.BLOCKED), int(Phase.HELD)
_BLOCKED = int(WorkerState.BLOCKED)
_END = int(Event.END)
_BLOCK, _RELEASE, _STOP = int(Event.BLOCK), int(Event.RELEASE), int(Event.STOP)


@pasted
def free_work(m: Any, w: Any) -> Any:
    """Return a work record to the unused ones."""
    clock, work = clocks(m), works(m, w)
    work["phase"] = _P_FREE
    work["next"] = clock["free_work"]
    clock["free_work"] = w


@pasted
def unreserve(m: Any, i: Any, w: Any) -> Any:
    """Free the output room that work ``w`` of instance ``i`` reserved."""
    instance = instances(m, i)
    if not (MATTER or KINDS):
        return
    if instance["req1"] - instance["req0"] > instance["take1"] - instance["take0"]:
        _free_reserved(m, i)
        if works(m, w)["onward"] >= 0:
            stocks(m, works(m, w)["onward"])["reserved"] -= 1
            free_room(m, works(m, w)["onward"])


@apart
def _free_reserved(m: Any, i: Any) -> Any:
    instance = instances(m, i)
    for q in range(instance["req0"], instance["req1"]):
        requirement = requirements(m, q)
        if requirement["kind"] == _SPACE:
            stocks(m, requirement["stock"])["reserved"] -= requirement["reserve"]
            free_room(m, requirement["stock"])


@pasted
def return_units(m: Any, w: Any, room: Any, tools: Any) -> Any:
    """Give back the room, the tools, or both, of a work."""
    instance, now = instances(m, works(m, w)["instance"]), clocks(m)["now"]
    for n in range(instance["need0"], instance["need1"]):
        r = needs(m, n)["pool"]
        pool = pools(m, r)
        if (pool["is_room"] == 1 and room) or (pool["is_room"] == 0 and tools):
            account_pool(m, r)
            if HAZARDS and pool["hazard1"] > pool["hazard0"]:
                put_units(m, r, hand_back(m, r, w))
                continue
            if pool["free"] == 0:
                pool["free_since"] = now
            pool["returned"] = now
            pool["free"] += needs(m, n)["amount"]
            mark_pool(m, r)


@apart
def _lacking(m: Any, w: Any, mark: Any) -> Any:
    """Stock that lacks room for what a work gives, or is vetoed, or -1: the first, or that noted before.

    With ``mark``, all that lack room are vetoed for the rest of this round.
    """
    first, nth = -1, 0
    clock = clocks(m)
    g = given_by(m, w, 0)
    while g >= 0:
        s = stock_given(m, w, g)
        stock = stocks(m, s)
        wanted, other = 0, 0
        h = given_by(m, w, 0)
        while h >= 0:
            if stock_given(m, w, h) == s:
                wanted += amount_given(m, w, h, other)
            other += 1
            h = given_by(m, w, other)
        short = stock["capacity"] - stock["level"] - stock["held"] - stock["reserved"] < wanted
        if wanted > 0 and (short or vetoes(m)[s] == clock["round"]):
            if first < 0 or s == works(m, w)["lacks"]:
                first = s
            if mark and short:
                vetoes(m)[s] = clock["round"]
        nth += 1
        g = given_by(m, w, nth)
    return first


@pasted
def complete(m: Any, w: Any) -> Any:
    """A work is finished: it gives, or is blocked."""
    work, clock = works(m, w), clocks(m)
    i = work["instance"]
    clock["running"] -= 1
    if HAZARDS and clock["hazard_n"] > 0:
        use(m, w, 0)
    account_instance(m, i)
    instances(m, i)["in_hand"] -= 1
    draw_outcome(m, w)
    change_items(m, w)
    count_repetition(m, w)
    if MATTER and instances(m, i)["blocking_after"] == 1:
        lacks = _lacking_now(m, w)
        if lacks >= 0:
            _block(m, w, lacks)
            return
    _finish(m, w)


@apart
def _lacking_now(m: Any, w: Any) -> Any:
    """Stock that lacks room for a finished work, or in which an earlier blocked one lacks it, or -1."""
    clock = clocks(m)
    clock["round"] += 1
    other = clock["blocked_head"]
    while other >= 0:
        _lacking(m, other, True)
        other = works(m, other)["next"]
    return _lacking(m, w, False)


@apart
def _block(m: Any, w: Any, s: Any) -> Any:
    work, clock = works(m, w), clocks(m)
    i = work["instance"]
    instance = instances(m, i)
    log(m, _BLOCK, i, s, work["serial"])
    work["phase"] = _P_BLOCKED
    work["lacks"] = s
    instance["blocked"] += 1
    if clock["shift_over"] == 1:
        hold(m, w)
        return
    stocks(m, s)["givers_blocked"] += 1
    work["promised"] = items_made(m, w)
    clock["promised"] += work["promised"]
    work["next"] = -1
    work["previous"] = clock["blocked_tail"]
    if clock["blocked_tail"] >= 0:
        works(m, clock["blocked_tail"])["next"] = w
    else:
        clock["blocked_head"] = w
    clock["blocked_tail"] = w
    clock["blocked"] += 1
    holds = instance["holds"]
    return_units(m, w, holds & HOLD_ROOM == 0, holds & HOLD_TOOLS == 0)
    if holds & HOLD_TOOLS == 0:
        put_down(m, w, instance["ends_at"])
        return_settings(m, w)
    if holds & HOLD_PEOPLE == 0:
        _release_team(m, w)
        return
    v = work["lead"]
    while v >= 0:
        book(m, v, instance["activity"])
        if workers(m, v)["on"] == 1:
            set_state(m, v, _BLOCKED, clock["stuck"] + stocks(m, s)["declared"])
        else:
            work["off"] += 1
            set_away(m, v)
        v = workers(m, v)["mate"]


@apart
def unblock(m: Any, w: Any) -> Any:
    """Take a work off the list of the blocked."""
    work, clock = works(m, w), clocks(m)
    i = work["instance"]
    account_instance(m, i)
    instances(m, i)["blocked"] -= 1
    stocks(m, work["lacks"])["givers_blocked"] -= 1
    clock["promised"] -= work["promised"]
    before, after = work["previous"], work["next"]
    if before >= 0:
        works(m, before)["next"] = after
    else:
        clock["blocked_head"] = after
    if after >= 0:
        works(m, after)["previous"] = before
    else:
        clock["blocked_tail"] = before
    clock["blocked"] -= 1


@pasted
def release_blocked(m: Any) -> Any:
    """Release the blocked works whose outputs now fit, earliest first, until none does."""
    if MATTER and clocks(m)["freed_room"] == 1:
        _release_all_that_fit(m)


@apart
def _release_all_that_fit(m: Any) -> Any:
    clock = clocks(m)
    while clock["freed_room"] == 1:
        clock["freed_room"] = 0
        clock["round"] += 1
        w = clock["blocked_head"]
        while w >= 0:
            after = works(m, w)["next"]
            lacks = _lacking(m, w, True)
            if lacks < 0:
                _release(m, w)
            elif lacks != works(m, w)["lacks"]:
                _move_block(m, w, lacks)
            w = after


@apart
def _release(m: Any, w: Any) -> Any:
    work, clock = works(m, w), clocks(m)
    log(m, _RELEASE, work["instance"], -1, work["serial"])
    unblock(m, w)
    clock["deadlock"] = -1
    clock["freed_room"] = 1
    _finish(m, w)


@apart
def _move_block(m: Any, w: Any, s: Any) -> Any:
    """A blocked work now lacks room first in stock ``s``."""
    work, clock = works(m, w), clocks(m)
    stocks(m, work["lacks"])["givers_blocked"] -= 1
    stocks(m, s)["givers_blocked"] += 1
    work["lacks"] = s
    v = work["lead"]
    while v >= 0:
        if workers(m, v)["state"] == _BLOCKED:
            book(m, v, workers(m, v)["detail"])
            set_state(m, v, _BLOCKED, clock["stuck"] + stocks(m, s)["declared"])
        v = workers(m, v)["mate"]


@pasted
def _release_team(m: Any, w: Any) -> Any:
    work = works(m, w)
    ends_at = instances(m, work["instance"])["ends_at"]
    v = work["lead"]
    work["lead"] = -1
    while v >= 0:
        mate = workers(m, v)["mate"]
        if WALKING and ends_at >= 0:
            workers(m, v)["place"] = ends_at
        release_person(m, v)
        v = mate


@apart
def hold(m: Any, w: Any) -> Any:
    """Keep a work in hand after the end of the shift; its people leave."""
    works(m, w)["phase"] = _P_HELD
    _release_team(m, w)


@pasted
def _finish(m: Any, w: Any) -> Any:
    """Give what a work gives, return what it holds, free its people."""
    work = works(m, w)
    i = work["instance"]
    instance = instances(m, i)
    was_blocked = MATTER and work["phase"] == _P_BLOCKED
    holds = instance["holds"]
    instance["n_ended"] += 1
    log(m, _END, i, work["outcome"], work["serial"])
    unreserve(m, i, w)
    give_all(m, w)
    return_units(m, w, not was_blocked or holds & HOLD_ROOM != 0, not was_blocked or holds & HOLD_TOOLS != 0)
    put_down(m, w, instance["ends_at"])
    return_settings(m, w)
    _release_team(m, w)
    free_work(m, w)


@apart
def _turn_back(m: Any, w: Any) -> Any:
    """Let those on their way to a work be where they set out from."""
    v = works(m, w)["lead"]
    while v >= 0:
        workers(m, v)["place"] = workers(m, v)["origin"]
        v = workers(m, v)["mate"]
    take_back(m, w)


@apart
def let_go(m: Any, w: Any) -> Any:
    """Free the people of a work where they stand."""
    v = works(m, w)["lead"]
    works(m, w)["lead"] = -1
    while v >= 0:
        mate = workers(m, v)["mate"]
        release_person(m, v)
        v = mate


@apart
def _return_items(m: Any, w: Any) -> Any:
    """Put the items in hand back at the heads of their stocks, in their old order."""
    work, clock = works(m, w), clocks(m)
    instance = instances(m, work["instance"])
    last, k = -1, work["items"]
    while k >= 0:
        after = items(m, k)["next"]
        items(m, k)["next"] = last
        last = k
        k = after
    for t in range(instance["take1"] - 1, instance["take0"] - 1, -1):
        if takes(m, t)["items"] == 1:
            for _ in range(taken(m)[w * clock["takes"] + t - instance["take0"]]):
                after = items(m, last)["next"]
                stocks(m, takes(m, t)["stock"])["waited"] -= float(work["begun"] - items(m, last)["entry"])
                put_back(m, takes(m, t)["lane"], last)
                last = after


@apart
def stop(m: Any, w: Any) -> Any:
    """Give a work up: what it took goes back, nothing is given (rule 11)."""
    work, clock = works(m, w), clocks(m)
    i = work["instance"]
    instance = instances(m, i)
    log(m, _STOP, i, -1, work["serial"])
    if work["walk"] != 0:
        _turn_back(m, w)
    if work["walk"] == BEGIN:
        free_held(m, w)
    account_instance(m, i)
    instance["in_hand"] -= 1
    unreserve(m, i, w)
    _return_items(m, w)
    for t in range(instance["take0"], instance["take1"]):
        s = takes(m, t)["stock"]
        account_stock(m, s)
        amount = taken(m)[w * clock["takes"] + t - instance["take0"]]
        stocks(m, s)["level"] += amount
        stocks(m, s)["departed"] -= amount
        mark_stock(m, s)
        lane = takes(m, t)["lane"]
        if lane != s:
            stocks(m, lane)["level"] += amount
            mark_stock(m, lane)
    return_units(m, w, True, work["phase"] != _P_SUSPENDED)
    put_down(m, w, -1)
    return_settings(m, w)
    let_go(m, w)
    free_work(m, w)
