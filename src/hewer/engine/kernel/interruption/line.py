"""Workers in a line who take each other's work over: bucket brigades (rule 8).

They queue in groups of their own, so that they neither nominate nor are chosen for teams (``choose``); before
each round ``stand_in_line`` looks what one of them does.
"""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import READY_STAGE, Class, Event, Phase, WorkerState
from hewer.engine.jit import apart
from hewer.engine.kernel.interruption.interrupt import halt, interrupt_if_struck
from hewer.engine.kernel.memory.accounts import book, book_state, log, set_state
from hewer.engine.kernel.memory.calendar import schedule
from hewer.engine.kernel.memory.pace import speed
from hewer.engine.kernel.memory.state import (
    awaited,
    chosen_workers,
    clocks,
    could_fill,
    instances,
    lines,
    stocks,
    takes,
    workers,
    works,
)
from hewer.engine.kernel.people.choose import can_do, walk_ticks
from hewer.engine.kernel.people.people import make_free, release_person, take_from_free
from hewer.engine.kernel.people.set_up import set_up
from hewer.engine.kernel.work.start import run_on

TOOK_OVER = -2
_IDLE, _WALKING, _WORKING = int(WorkerState.IDLE), int(WorkerState.WALKING), int(WorkerState.WORKING)
_P_WORKING, _P_PAUSED, _P_WALKING = int(Phase.WORKING), int(Phase.PAUSED), int(Phase.WALKING)
_TAKE_OVER, _GO_BACK = int(Event.TAKE_OVER), int(Event.GO_BACK)
_CLASS, _READY = int(Class.WORK), READY_STAGE
_MANY = 0x7FFFFFFFFFFFFFFF


@apart
def _next_at_work(m: Any, v: Any) -> Any:
    """Nearest worker before ``v`` in his line who has a work in hand; -1."""
    u = workers(m, v)["before"]
    while u >= 0 and workers(m, u)["work"] < 0:
        u = workers(m, u)["before"]
    return u


@apart
def _position(m: Any, u: Any) -> Any:
    """How far down the line a worker's work is: the declared order of its instance; -1 for nobody."""
    return works(m, workers(m, u)["work"])["instance"] if u >= 0 else -1


@apart
def _number_there(m: Any, i: Any) -> Any:
    """How many works of an instance there is material for; of a resumption, how many are suspended."""
    instance = instances(m, i)
    if instance["origin"] >= 0:
        number, w = 0, instance["suspended"]
        while w >= 0:
            number += 1
            w = works(m, w)["next"]
        return number
    if instance["take0"] == instance["take1"]:
        return _MANY
    take = takes(m, instance["take0"])
    return stocks(m, take["stock"])["level"] // max(take["low"], 1)


@apart
def _awaits(m: Any, i: Any) -> Any:
    """Whether there is a work of an instance that no worker further down the line waits for."""
    # one works on each lot: who stands further down the line has the first claim to it
    return instances(m, i)["unmet"] == 0 and _number_there(m, i) > awaited(m)[i]


@apart
def _furthest(m: Any, v: Any, position: Any) -> Any:
    """Instance furthest down the line, past ``position``, that has a work for ``v``; -1."""
    best, worker = -1, workers(m, v)
    for k in range(worker["first0"], worker["first1"]):
        i = could_fill(m)[k]
        twin = instances(m, i)["twin"]
        if i > position:
            if twin >= 0 and _awaits(m, twin):
                best, position = twin, i
            elif _awaits(m, i):
                best, position = i, i
    return best


@apart
def _would_pass(m: Any, k: Any, i: Any) -> Any:
    """Whether the next one at work further down the line than ``lines(m)[k]`` has not come to ``i`` yet."""
    position = instances(m, i)["origin"] if instances(m, i)["origin"] >= 0 else i
    while k > 0 and workers(m, lines(m)[k - 1])["before"] == lines(m)[k]:
        k -= 1
        w = workers(m, lines(m)[k])["work"]
        if w >= 0 and (works(m, w)["phase"] == _P_WORKING or works(m, w)["phase"] == _P_WALKING):
            return works(m, w)["instance"] < position
    return False


@apart
def _book_spell(m: Any, v: Any) -> Any:
    """An idle spell that a take-over ends is charged to people (rule 14)."""
    if workers(m, v)["since"] < clocks(m)["now"]:
        book(m, v, clocks(m)["people"])
    take_from_free(m, v)


@apart
def _go_back(m: Any, v: Any, place: Any, ticks: Any) -> Any:
    """Set out for the place of the work that ``v`` wants to take over."""
    worker, clock = workers(m, v), clocks(m)
    _book_spell(m, v)
    worker["origin"] = worker["place"]
    worker["place"] = place
    worker["walk_until"] = clock["now"] + ticks
    set_state(m, v, _WALKING, clock["walking"])
    schedule(m, clock["approach0"] + v, worker["walk_until"], _CLASS)


@apart
def come_back(m: Any, v: Any) -> Any:
    """A worker who went back is there: he is free, and looks what there is."""
    book_state(m, v)
    make_free(m, v)


@apart
def _take_over(m: Any, v: Any, u: Any) -> Any:
    """``v`` goes on with the work of ``u``, who is free."""
    w = workers(m, u)["work"]
    work, clock = works(m, w), clocks(m)
    activity = instances(m, work["instance"])["activity"]
    if work["phase"] == _P_PAUSED:
        clock["paused"] -= 1
    else:
        halt(m, w)
    _book_spell(m, v)
    workers(m, v)["work"] = w
    workers(m, v)["mate"] = -1
    if workers(m, u)["place"] >= 0:
        workers(m, v)["place"] = workers(m, u)["place"]
    work["lead"] = v
    work["off"] = 0
    set_state(m, v, _WORKING, activity)
    work["rate"] = speed(m, v, activity)
    clock["running"] += 1
    run_on(m, w, work["remaining"] + set_up(m, w))
    release_person(m, u)
    if clock["hazard_n"] > 0:
        interrupt_if_struck(m, w)


@apart
def _reach_for(m: Any, v: Any, u: Any) -> Any:
    """Let ``v`` take over the work of ``u``, or set out for it; False where it cannot be taken over."""
    work = works(m, workers(m, u)["work"])
    i = work["instance"]
    if work["walk"] != 0 or (work["phase"] != _P_WORKING and work["phase"] != _P_PAUSED):
        return False
    if not can_do(m, i, v):
        return False
    place = instances(m, i)["place"]
    if place < 0:
        place = workers(m, u)["place"]
    ticks = walk_ticks(m, workers(m, v)["place"], place)
    if ticks > 0:
        log(m, _GO_BACK, i, v, work["serial"])
        _go_back(m, v, place, ticks)
    else:
        log(m, _TAKE_OVER, i, v, work["serial"])
        _take_over(m, v, u)
    return True


@apart
def stand_in_line(m: Any) -> Any:
    """Let the first free worker of a line, from its end, who can do something do it.

    Returns the instance that ``chosen_workers`` starts, ``TOOK_OVER`` where a work was taken over or somebody
    set out for it, or -1.
    """
    for i in range(clocks(m)["instance_n"]):
        awaited(m)[i] = 0
    for k in range(clocks(m)["line_n"]):
        v = lines(m)[k]
        if workers(m, v)["state"] != _IDLE:
            continue
        u = _next_at_work(m, v)
        i = _furthest(m, v, _position(m, u))
        if i >= 0 and instances(m, i)["stage"] == _READY and not _would_pass(m, k, i):
            chosen_workers(m)[0] = v
            return i
        if i >= 0:
            awaited(m)[i] += 1
        elif u >= 0 and _reach_for(m, v, u):
            return TOOK_OVER
    return -1
