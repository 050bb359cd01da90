"""The work record from its start to its last tick: reserve, walk, begin, run (rules 7 to 10)."""

from __future__ import annotations

from typing import Any

import numpy as np

from hewer.engine.codes import UNLIMITED, Class, Event, Phase, Requirement, Status, Walks, WorkerState
from hewer.engine.draws import DURATION, TAKEN, member_of, work_key
from hewer.engine.features import CODE, HAZARDS, INTERRUPTION, KINDS, LEAVING, MATTER, TEAMS, TERMS, WALKING
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.judging.expression import draw, draw_time, nth_key
from hewer.engine.kernel.judging.hazard import seize, use
from hewer.engine.kernel.judging.require import leave_queues, mark_instance, mark_pool, stock_since
from hewer.engine.kernel.judging.trait import onward_of, time_at_hand
from hewer.engine.kernel.material.material import free_room, remove_item, take_item
from hewer.engine.kernel.memory.accounts import (
    account_instance,
    account_pool,
    account_stock,
    book,
    book_state,
    fail,
    log,
    mark_stock,
    set_state,
)
from hewer.engine.kernel.memory.calendar import schedule
from hewer.engine.kernel.memory.kin import family_amount, first_family, kin_first
from hewer.engine.kernel.memory.pace import set_rate
from hewer.engine.kernel.memory.state import (
    chosen_workers,
    clocks,
    instances,
    items,
    needs,
    pools,
    positions,
    rates,
    requirements,
    stocks,
    taken,
    takes,
    visits,
    workers,
    works,
)
from hewer.engine.kernel.people.carry import fetch
from hewer.engine.kernel.people.choose import walk_ticks
from hewer.engine.kernel.people.idle import book_idle
from hewer.engine.kernel.people.people import take_from_free
from hewer.engine.kernel.people.set_up import hold_settings, set_up

_SPACE, _ONWARD = int(Requirement.SPACE), int(Requirement.ONWARD)
_UNLIMITED = int(UNLIMITED)
_P_FREE, _P_WALKING, _P_WORKING = int(Phase.FREE), int(Phase.WALKING), int(Phase.WORKING)
_WALKING, _WORKING = int(WorkerState.WALKING), int(WorkerState.WORKING)
_PARTNER = int(WorkerState.PARTNER)
_FETCHES = int(Walks.FETCHES)
_START, _JOIN, _BEGIN = int(Event.START), int(Event.JOIN), int(Event.BEGIN)
_CLASS = int(Class.WORK)
_LARGEST = float(1 << 61)
BEGIN, GO_ON = 1, 2  # values of work["walk"]: on the way to begin, to go on
_ENDLESS, _BAD_NUMBER = int(Status.ENDLESS), int(Status.BAD_NUMBER)


@apart
def _unused_work(m: Any) -> Any:
    """Take a record that this replication has not used; the loop has seen to it that there is one."""
    clock = clocks(m)
    w = clock["unused_work"]
    clock["unused_work"] = w + 1
    works(m, w)["phase"] = _P_FREE
    works(m, w)["victim"] = 0
    positions(m)[clock["work0"] + w] = -1
    return w


@pasted
def _new_work(m: Any, i: Any) -> Any:
    clock, instance = clocks(m), instances(m, i)
    w = clock["free_work"]
    if w < 0:
        w = _unused_work(m)
    else:
        clock["free_work"] = works(m, w)["next"]
    work = works(m, w)
    work["instance"] = i
    work["serial"] = clock["starts"]
    work["lead"] = -1
    work["items"] = -1
    work["outcome"] = -1
    work["rate"] = 1.0
    if HAZARDS or INTERRUPTION or KINDS or MATTER or TERMS or WALKING:
        work["off"] = 0
        work["lacks"] = -1
        work["walk"] = 0
        work["redraws"] = 0
        work["onward"] = -1
    work["next"] = -1
    work["begun"] = clock["now"]
    instance["serial"] = clock["starts"]
    clock["starts"] += 1
    return w


@pasted
def _note_start(m: Any, i: Any) -> Any:
    instance = instances(m, i)
    instance["n_started"] += 1
    instance["starts"] += 1
    count_at_instant(m, i)
    instance["started"] = clocks(m)["now"]


@pasted
def count_at_instant(m: Any, i: Any) -> Any:
    """Count a start, or a going on, against the limit of rule 5."""
    clock, instance = clocks(m), instances(m, i)
    if instance["instant"] != clock["now"]:
        instance["instant"] = clock["now"]
        instance["instant_starts"] = 0
    instance["instant_starts"] += 1
    if instance["instant_starts"] > clock["limit"]:
        fail(m, _ENDLESS, i)


@pasted
def draw_takes(m: Any, i: Any) -> Any:
    """Draw the random amounts that the next start takes."""
    if MATTER and instances(m, i)["random_takes"] == 1:
        _draw_takes(m, i)


@apart
def _draw_takes(m: Any, i: Any) -> Any:
    instance = instances(m, i)
    nth = 0
    for t in range(instance["take0"], instance["take1"]):
        take = takes(m, t)
        if take["amount"] != -1:
            # by the number of the start: what is taken is drawn before it is known which item will come
            key = nth_key(work_key(instance["key"], 0, instance["starts"]), nth)
            nth += 1
            amount = draw(m, take["amount"], 0, key, TAKEN)
            if amount < 0:
                fail(m, _BAD_NUMBER, i)
                amount = 0
            take["low"] = amount
            take["high"] = amount
            take["drawn"] = amount
            requirements(m, take["req"])["amount"] = amount


@pasted
def _next_item(m: Any, t: Any, family: Any) -> Any:
    """Take the next item of take ``t``: the first, or the first of a family."""
    take = takes(m, t)
    if not LEAVING or take["family"] == 0:
        return take_item(m, take["lane"] if KINDS else take["stock"])
    k = kin_first(m, take["stock"], family)
    remove_item(m, take["stock"], k)
    return k


@pasted
def _take_material(m: Any, i: Any, w: Any) -> Any:
    """Take from stocks what the start takes, and set the key of the work."""
    instance, work, clock = instances(m, i), works(m, w), clocks(m)
    last, family = -1, -1
    if LEAVING and instance["match"] >= 0:
        family = first_family(m, i)
    for t in range(instance["take0"], instance["take1"] if MATTER else instance["take0"] + 1):
        take = takes(m, t)
        s = take["stock"]
        stock = stocks(m, s)
        lane = take["lane"] if KINDS else s
        amount = min(take["high"], stocks(m, lane)["level"]) if MATTER else 1
        if LEAVING and take["family"] > 0:
            amount = family_amount(m, family, t)
        if CODE or HAZARDS or INTERRUPTION or MATTER or TERMS or WALKING:
            taken(m)[w * clock["takes"] + t - instance["take0"]] = amount
        account_stock(m, s)
        stock["level"] -= amount
        stock["departed"] += amount
        if KINDS and lane != s:
            stocks(m, lane)["level"] -= amount
            mark_stock(m, lane)
        if not MATTER or take["items"] == 1:
            for _ in range(amount):
                k = _next_item(m, t, family)
                if last >= 0:
                    items(m, last)["next"] = k
                else:
                    work["items"] = k
                last = k
        mark_stock(m, s)
    _key(m, i, w)


@pasted
def _key(m: Any, i: Any, w: Any) -> Any:
    instance, work = instances(m, i), works(m, w)
    carrier = work["items"]
    if MATTER and (instance["keyed"] == 0 or carrier < 0):
        work["key"] = work_key(instance["key"], 0, instance["starts"] - 1)
        return
    number = 0
    if instance["visit"] >= 0:
        at = carrier * clocks(m)["visits"] + instance["visit"]
        number = visits(m)[at]
        visits(m)[at] = number + 1
    work["key"] = work_key(instance["key"], items(m, carrier)["lineage"], number)


@pasted
def _reserve(m: Any, i: Any, w: Any) -> Any:
    instance = instances(m, i)
    if not (MATTER or KINDS):
        return
    for q in range(instance["req0"], instance["req1"]):
        requirement = requirements(m, q)
        if MATTER and requirement["kind"] == _SPACE:
            stocks(m, requirement["stock"])["reserved"] += requirement["reserve"]
            mark_stock(m, requirement["stock"])
        elif KINDS and requirement["kind"] == _ONWARD:
            _reserve_onward(m, w)


@apart
def _reserve_onward(m: Any, w: Any) -> Any:
    """Reserve room where the carrier goes onward after this step."""
    s = onward_of(m, works(m, w)["items"], 1)
    if stocks(m, s)["capacity"] < _UNLIMITED:
        stocks(m, s)["reserved"] += 1
        works(m, w)["onward"] = s
        mark_stock(m, s)


@pasted
def take_units(m: Any, i: Any, w: Any) -> Any:
    """Let work ``w`` hold the units that instance ``i`` needs."""
    instance = instances(m, i)
    for n in range(instance["need0"], instance["need1"]):
        r = needs(m, n)["pool"]
        account_pool(m, r)
        pools(m, r)["free"] -= needs(m, n)["amount"]
        if HAZARDS and pools(m, r)["hazard1"] > pools(m, r)["hazard0"]:
            seize(m, r, w, needs(m, n)["amount"])
        mark_pool(m, r)


@pasted
def book_spells(m: Any, i: Any, size: Any) -> Any:
    """Book what the workers of the new team did until now; before anything is taken."""
    clock = clocks(m)
    for k in range(size):
        w = chosen_workers(m)[k]
        if TEAMS and workers(m, w)["state"] == _PARTNER:
            book(m, w, clock["partner"])
            clock["claims"] -= 1
        else:
            book_idle(m, w, i)


@pasted
def enlist(m: Any, i: Any, w: Any, size: Any) -> Any:
    """Take the chosen workers into the work; returns the longest walk in ticks."""
    instance, work, clock = instances(m, i), works(m, w), clocks(m)
    longest, rate, mate = 0, 0.0, -1
    chosen = chosen_workers(m)
    destination = instance["place"]
    if size > 0:
        work["lead"] = chosen[0]
        if destination < 0:
            destination = workers(m, chosen[0])["place"]
    for k in range(size):
        v = chosen[k]
        worker = workers(m, v)
        take_from_free(m, v)
        worker["work"] = w
        worker["claimed"] = -1
        worker["mate"] = -1
        worker["turns"] += 1
        if mate >= 0:
            workers(m, mate)["mate"] = v
        mate = v
        speed = rates(m)[worker["role"] * clock["activity_n"] + instance["activity"]]
        rate = speed if k == 0 else min(rate, speed)
        if WALKING and instance["walks"] > 0:
            distance = walk_ticks(m, worker["place"], destination)
            if k == 0 and instance["walks"] == _FETCHES:
                distance = fetch(m, w, worker["place"], destination)
            worker["origin"] = worker["place"]
            worker["walk_until"] = clock["now"] + distance
            longest = max(longest, distance)
        if WALKING and destination >= 0:
            worker["place"] = destination
        log(m, _JOIN, i, v, work["serial"])
    if size > 0:
        work["rate"] = rate
    elif WALKING and instance["walks"] == _FETCHES:
        longest = fetch(m, w, -1, destination)
    return longest


@pasted
def start(m: Any, i: Any) -> Any:
    """Start instance ``i`` with the chosen workers: all requirements in one instant."""
    instance, clock = instances(m, i), clocks(m)
    size = instance["post1"] - instance["post0"]
    # first: rule 14 charges the idle spell to what was met last, and taking material changes that
    book_spells(m, i, size)
    leave_queues(m, i, instance["need0"])
    mark_instance(m, i)
    account_instance(m, i)
    instance["in_hand"] += 1
    since, earlier = -1, instance["serial"]
    if INTERRUPTION and instance["twin"] >= 0:
        since = stock_since(m, i)
    w = _new_work(m, i)
    work = works(m, w)
    if INTERRUPTION and instance["twin"] >= 0:
        work["since"] = since
        work["earlier"] = earlier
    _note_start(m, i)
    _take_material(m, i, w)
    _reserve(m, i, w)
    take_units(m, i, w)
    hold_settings(m, w)
    log(m, _START, i, chosen_workers(m)[0] if size > 0 else -1, work["serial"])
    walk = enlist(m, i, w, size)
    draw_takes(m, i)
    clock["running"] += 1
    # whatever starts shows that the works blocked were not stuck for good
    clock["deadlock"] = -1
    if WALKING and walk > 0:
        _depart(m, w, clock["now"] + walk)
        return
    if MATTER:
        for t in range(instance["take0"], instance["take1"]):
            free_room(m, takes(m, t)["stock"])
    begin(m, w)


@pasted
def _depart(m: Any, w: Any, arrival: Any) -> Any:
    work, clock = works(m, w), clocks(m)
    instance = instances(m, work["instance"])
    work["walk"] = BEGIN
    for t in range(instance["take0"], instance["take1"]):
        amount = taken(m)[w * clock["takes"] + t - instance["take0"]]
        stocks(m, takes(m, t)["stock"])["held"] += amount
    set_out(m, w, arrival)


@apart
def set_out(m: Any, w: Any, arrival: Any) -> Any:
    """Let the people of a work walk to it; the last is there at ``arrival``."""
    work, clock = works(m, w), clocks(m)
    work["phase"] = _P_WALKING
    work["end"] = arrival
    v = work["lead"]
    while v >= 0:
        set_state(m, v, _WALKING, clock["walking"])
        v = workers(m, v)["mate"]
    schedule(m, clock["work0"] + w, arrival, _CLASS)


@pasted
def free_held(m: Any, w: Any) -> Any:
    """Free the space that what was taken kept while people walked."""
    work, clock = works(m, w), clocks(m)
    instance = instances(m, work["instance"])
    work["walk"] = 0
    for t in range(instance["take0"], instance["take1"]):
        s = takes(m, t)["stock"]
        stocks(m, s)["held"] -= taken(m)[w * clock["takes"] + t - instance["take0"]]
        free_room(m, s)


@apart
def arrive(m: Any, w: Any) -> Any:
    """The last of a team arrives: the work begins, or goes on."""
    work = works(m, w)
    log(m, _BEGIN, work["instance"], -1, work["serial"])
    v = work["lead"]
    while v >= 0:
        book_state(m, v)
        v = workers(m, v)["mate"]
    if work["walk"] == BEGIN:
        free_held(m, w)
        begin(m, w)
    else:
        work["walk"] = 0
        work["remaining"] = work["left"]
        carry_on(m, w)


@pasted
def begin(m: Any, w: Any) -> Any:
    """All people of a work are there: it begins."""
    work, clock = works(m, w), clocks(m)
    i = work["instance"]
    instance = instances(m, i)
    what = instance["time"] if not KINDS or clock["described"] == 0 else time_at_hand(m, w)
    content = draw_time(m, what, w * clock["takes"], work["key"], DURATION)
    if content < 0:
        fail(m, _BAD_NUMBER, i)
        content = 0
    work["content"] = content
    v = work["lead"]
    while v >= 0:
        set_state(m, v, _WORKING, instance["activity"])
        v = workers(m, v)["mate"]
    set_rate(m, w)
    run_on(m, w, content + set_up(m, w))


@apart
def carry_on(m: Any, w: Any) -> Any:
    """All people of a work that was suspended are there: they work on what remains, or on a new draw."""
    work = works(m, w)
    instance = instances(m, work["instance"])
    if work["remaining"] < 0:
        work["redraws"] += 1
        key = member_of(work["key"], work["redraws"])
        what = instance["time"] if clocks(m)["described"] == 0 else time_at_hand(m, w)
        work["content"] = draw(m, what, w * clocks(m)["takes"], key, DURATION)
        if work["content"] < 0:
            fail(m, _BAD_NUMBER, work["instance"])
            work["content"] = 0
        work["remaining"] = work["content"]
    v = work["lead"]
    while v >= 0:
        set_state(m, v, _WORKING, instance["activity"])
        v = workers(m, v)["mate"]
    set_rate(m, w)
    run_on(m, w, work["remaining"] + set_up(m, w))


@apart
def _at_rate(m: Any, w: Any, content: Any) -> Any:
    """Ticks that ``content`` takes at the rate of a work."""
    work = works(m, w)
    # half to even, as the oracle and NumPy round
    ticks = np.rint(content / work["rate"])
    # a conversion of what is too large to int64 is undefined, and differs between processors
    if ticks < _LARGEST:
        return np.int64(ticks)
    fail(m, _BAD_NUMBER, work["instance"])
    return 0


@pasted
def run_on(m: Any, w: Any, content: Any) -> Any:
    """Schedule the end of a work that has ``content`` left."""
    work, clock = works(m, w), clocks(m)
    ticks = content
    if work["rate"] != 1.0:
        ticks = _at_rate(m, w, content)
    work["phase"] = _P_WORKING
    work["end"] = clock["now"] + ticks
    schedule(m, clock["work0"] + w, work["end"], _CLASS)
    if HAZARDS and clock["hazard_n"] > 0:
        use(m, w, 1)
