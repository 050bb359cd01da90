"""The work record: start, walk, begin, complete, block, release, pause, resume, stop (rules 8 to 12)."""

from __future__ import annotations

from typing import Any

import numpy as np

from hewer.engine.draws import DURATION, GIVEN, OUTCOME, TAKEN, child_lineage, uniform, work_key
from hewer.engine.jit import part, pasted
from hewer.engine.kernel.accounts import (
    account_instance,
    account_pool,
    account_stock,
    book,
    book_state,
    log,
    set_state,
)
from hewer.engine.kernel.calendar import schedule
from hewer.engine.kernel.choose import walk_ticks
from hewer.engine.kernel.expression import draw, draw_time, nth_key
from hewer.engine.kernel.idle import book_idle
from hewer.engine.kernel.material import (
    count_in,
    end_item,
    free_room,
    join_family,
    mark_stock,
    new_item,
    put_back,
    put_item,
    take_item,
)
from hewer.engine.kernel.people import release_person, take_from_free
from hewer.engine.kernel.require import leave_queues, mark_instance, mark_pool
from hewer.engine.kernel.state import (
    chosen_workers,
    clocks,
    given,
    gives,
    instances,
    items,
    needs,
    outcomes,
    pools,
    rates,
    requirements,
    stocks,
    taken,
    takes,
    vetoes,
    visits,
    workers,
    works,
)
from hewer.engine.program import (
    HOLD_PEOPLE,
    HOLD_ROOM,
    HOLD_TOOLS,
    Birth,
    Class,
    Event,
    Phase,
    Requirement,
    Status,
    WorkerState,
)

_SPACE = int(Requirement.SPACE)
_P_FREE, _P_WALKING, _P_WORKING = int(Phase.FREE), int(Phase.WALKING), int(Phase.WORKING)
_P_BLOCKED, _P_HELD = int(Phase.BLOCKED), int(Phase.HELD)
_WALKING, _WORKING = int(WorkerState.WALKING), int(WorkerState.WORKING)
_BLOCKED, _PARTNER = int(WorkerState.BLOCKED), int(WorkerState.PARTNER)
_OLDEST, _NEWEST, _NOW = int(Birth.OLDEST), int(Birth.NEWEST), int(Birth.NOW)
_START, _JOIN, _BEGIN, _END = int(Event.START), int(Event.JOIN), int(Event.BEGIN), int(Event.END)
_BLOCK, _RELEASE, _STOP = int(Event.BLOCK), int(Event.RELEASE), int(Event.STOP)
_CLASS = int(Class.WORK)
_LARGEST = float(1 << 61)
_ENDLESS, _BAD_NUMBER = int(Status.ENDLESS), int(Status.BAD_NUMBER)


@part
def _fail(m: Any, status: Any, culprit: Any) -> Any:
    clock = clocks(m)
    clock["status"] = status
    clock["culprit"] = culprit


@pasted
def _new_work(m: Any, i: Any) -> Any:
    clock, instance = clocks(m), instances(m, i)
    w = clock["free_work"]
    work = works(m, w)
    clock["free_work"] = work["next"]
    clock["free_works"] -= 1
    work["instance"] = i
    work["serial"] = clock["starts"]
    work["lead"] = -1
    work["team"] = 0
    work["off"] = 0
    work["items"] = -1
    work["outcome"] = -1
    work["lacks"] = -1
    work["walk"] = 0
    work["rate"] = 1.0
    work["next"] = -1
    work["begun"] = clock["now"]
    instance["serial"] = clock["starts"]
    clock["starts"] += 1
    return w


@pasted
def _free_work(m: Any, w: Any) -> Any:
    clock, work = clocks(m), works(m, w)
    work["phase"] = _P_FREE
    work["next"] = clock["free_work"]
    clock["free_work"] = w
    clock["free_works"] += 1


@pasted
def _note_start(m: Any, i: Any) -> Any:
    clock, instance = clocks(m), instances(m, i)
    now = clock["now"]
    instance["n_started"] += 1
    instance["starts"] += 1
    if instance["instant"] != now:
        instance["instant"] = now
        instance["instant_starts"] = 0
    instance["instant_starts"] += 1
    if instance["instant_starts"] > clock["limit"]:
        _fail(m, _ENDLESS, i)
    instance["started"] = now


@pasted
def draw_takes(m: Any, i: Any) -> Any:
    """Draw the random amounts that the next start takes."""
    if instances(m, i)["random_takes"] == 1:
        _draw_takes(m, i)


@part
def _draw_takes(m: Any, i: Any) -> Any:
    instance = instances(m, i)
    nth = 0
    for t in range(instance["take0"], instance["take1"]):
        take = takes(m, t)
        if take["amount"] != -1:
            key = nth_key(work_key(instance["key"], 0, instance["starts"]), nth)
            nth += 1
            amount = draw(m, take["amount"], 0, key, TAKEN)
            if amount < 0:
                _fail(m, _BAD_NUMBER, i)
                amount = 0
            take["low"] = amount
            take["high"] = amount
            take["drawn"] = amount
            requirements(m, take["req"])["amount"] = amount


@pasted
def _take_material(m: Any, i: Any, w: Any) -> Any:
    """Take from stocks what the start takes, and set the key of the work."""
    instance, work, clock = instances(m, i), works(m, w), clocks(m)
    last = -1
    for t in range(instance["take0"], instance["take1"]):
        take = takes(m, t)
        s = take["stock"]
        stock = stocks(m, s)
        amount = min(take["high"], stock["level"])
        taken(m)[w * clock["takes"] + t - instance["take0"]] = amount
        account_stock(m, s)
        stock["level"] -= amount
        stock["departed"] += amount
        if take["items"] == 1:
            for _ in range(amount):
                k = take_item(m, s)
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
    if instance["keyed"] == 0 or carrier < 0:
        work["key"] = work_key(instance["key"], 0, instance["starts"] - 1)
        return
    number = 0
    if instance["visit"] >= 0:
        at = carrier * clocks(m)["visits"] + instance["visit"]
        number = visits(m)[at]
        visits(m)[at] = number + 1
    work["key"] = work_key(instance["key"], items(m, carrier)["lineage"], number)


@pasted
def _reserve(m: Any, i: Any) -> Any:
    instance = instances(m, i)
    for q in range(instance["req0"], instance["req1"]):
        requirement = requirements(m, q)
        if requirement["kind"] == _SPACE:
            stocks(m, requirement["stock"])["reserved"] += requirement["reserve"]
            mark_stock(m, requirement["stock"])


@pasted
def _unreserve(m: Any, i: Any) -> Any:
    if instances(m, i)["req1"] - instances(m, i)["req0"] > instances(m, i)["take1"] - instances(m, i)["take0"]:
        _free_reserved(m, i)


@part
def _free_reserved(m: Any, i: Any) -> Any:
    instance = instances(m, i)
    for q in range(instance["req0"], instance["req1"]):
        requirement = requirements(m, q)
        if requirement["kind"] == _SPACE:
            stocks(m, requirement["stock"])["reserved"] -= requirement["reserve"]
            free_room(m, requirement["stock"])


@pasted
def _take_units(m: Any, i: Any) -> Any:
    instance = instances(m, i)
    for n in range(instance["need0"], instance["need1"]):
        r = needs(m, n)["pool"]
        account_pool(m, r)
        pools(m, r)["free"] -= needs(m, n)["amount"]
        mark_pool(m, r)


@pasted
def _return_units(m: Any, i: Any, room: Any, tools: Any) -> Any:
    """Give back the room, the tools, or both, of a work of instance ``i``."""
    instance, now = instances(m, i), clocks(m)["now"]
    for n in range(instance["need0"], instance["need1"]):
        r = needs(m, n)["pool"]
        pool = pools(m, r)
        if (pool["is_room"] == 1 and room) or (pool["is_room"] == 0 and tools):
            account_pool(m, r)
            if pool["free"] == 0:
                pool["free_since"] = now
            pool["returned"] = now
            pool["free"] += needs(m, n)["amount"]
            mark_pool(m, r)


@pasted
def _book_spells(m: Any, i: Any, size: Any) -> Any:
    """Book what the workers of the new team did until now; before anything is taken."""
    clock = clocks(m)
    for k in range(size):
        w = chosen_workers(m)[k]
        if workers(m, w)["state"] == _PARTNER:
            book(m, w, clock["partner"])
            clock["claims"] -= 1
        else:
            book_idle(m, w, i)


@pasted
def _enlist(m: Any, i: Any, w: Any, size: Any) -> Any:
    """Take the chosen workers into the work; returns the longest walk in ticks."""
    instance, work, clock = instances(m, i), works(m, w), clocks(m)
    longest, rate, mate = 0, 0.0, -1
    chosen = chosen_workers(m)
    destination = instance["place"]
    if size > 0:
        work["lead"] = chosen[0]
        if destination < 0:
            destination = workers(m, chosen[0])["place"]
    work["team"] = size
    for k in range(size):
        v = chosen[k]
        worker = workers(m, v)
        take_from_free(m, v)
        worker["work"] = w
        worker["claimed"] = -1
        worker["mate"] = -1
        if mate >= 0:
            workers(m, mate)["mate"] = v
        mate = v
        speed = rates(m)[worker["role"] * clock["activity_n"] + instance["activity"]]
        rate = speed if k == 0 else min(rate, speed)
        if instance["walks"] == 1:
            distance = walk_ticks(m, worker["place"], destination)
            worker["walk_until"] = clock["now"] + distance
            longest = max(longest, distance)
        if destination >= 0:
            worker["place"] = destination
        log(m, _JOIN, i, v, work["serial"])
    if size > 0:
        work["rate"] = rate
    return longest


@pasted
def start(m: Any, i: Any) -> Any:
    """Start instance ``i`` with the chosen workers: all requirements in one instant."""
    instance, clock = instances(m, i), clocks(m)
    size = instance["post1"] - instance["post0"]
    _book_spells(m, i, size)
    leave_queues(m, i, instance["need0"])
    mark_instance(m, i)
    account_instance(m, i)
    instance["in_hand"] += 1
    w = _new_work(m, i)
    work = works(m, w)
    _note_start(m, i)
    _take_material(m, i, w)
    _reserve(m, i)
    _take_units(m, i)
    log(m, _START, i, chosen_workers(m)[0] if size > 0 else -1, work["serial"])
    walk = _enlist(m, i, w, size)
    draw_takes(m, i)
    clock["running"] += 1
    clock["deadlock"] = -1
    if walk > 0:
        _depart(m, w, clock["now"] + walk)
    else:
        for t in range(instance["take0"], instance["take1"]):
            free_room(m, takes(m, t)["stock"])
        _begin(m, w)


@pasted
def _depart(m: Any, w: Any, arrival: Any) -> Any:
    work, clock = works(m, w), clocks(m)
    instance = instances(m, work["instance"])
    work["phase"] = _P_WALKING
    work["walk"] = 1
    work["end"] = arrival
    for t in range(instance["take0"], instance["take1"]):
        amount = taken(m)[w * clock["takes"] + t - instance["take0"]]
        stocks(m, takes(m, t)["stock"])["held"] += amount
    v = work["lead"]
    while v >= 0:
        set_state(m, v, _WALKING, clock["walking"])
        v = workers(m, v)["mate"]
    schedule(m, clock["work0"] + w, arrival, _CLASS)


@pasted
def _free_held(m: Any, w: Any) -> Any:
    """Free the space that what was taken kept while people walked."""
    work, clock = works(m, w), clocks(m)
    instance = instances(m, work["instance"])
    work["walk"] = 0
    for t in range(instance["take0"], instance["take1"]):
        s = takes(m, t)["stock"]
        stocks(m, s)["held"] -= taken(m)[w * clock["takes"] + t - instance["take0"]]
        free_room(m, s)


@pasted
def arrive(m: Any, w: Any) -> Any:
    """The last of a team arrives: the work begins."""
    work = works(m, w)
    log(m, _BEGIN, work["instance"], -1, work["serial"])
    _free_held(m, w)
    v = work["lead"]
    while v >= 0:
        book_state(m, v)
        v = workers(m, v)["mate"]
    _begin(m, w)


@pasted
def _begin(m: Any, w: Any) -> Any:
    work, clock = works(m, w), clocks(m)
    i = work["instance"]
    instance = instances(m, i)
    content = draw_time(m, instance["time"], w * clock["takes"], work["key"], DURATION)
    if content < 0:
        _fail(m, _BAD_NUMBER, i)
        content = 0
    work["content"] = content
    v = work["lead"]
    while v >= 0:
        set_state(m, v, _WORKING, instance["activity"])
        v = workers(m, v)["mate"]
    run_on(m, w, content)


@part
def _at_rate(m: Any, w: Any, content: Any) -> Any:
    """Ticks that ``content`` takes at the rate of a work."""
    work = works(m, w)
    ticks = np.rint(content / work["rate"])
    if ticks < _LARGEST:
        return np.int64(ticks)
    _fail(m, _BAD_NUMBER, work["instance"])
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


@part
def _give_amount(m: Any, w: Any, g: Any, nth: Any) -> Any:
    give = gives(m, g)
    if give["amount"] == -1:
        return give["fixed"]
    return given(m)[w * clocks(m)["gives"] + nth]


@part
def _draw_gives(m: Any, w: Any) -> Any:
    work = works(m, w)
    nth = 0
    g = _given(m, w, 0)
    while g >= 0:
        give = gives(m, g)
        if give["amount"] != -1:
            amount = draw(m, give["amount"], w * clocks(m)["takes"], nth_key(work["key"], nth), GIVEN)
            if amount < 0:
                _fail(m, _BAD_NUMBER, work["instance"])
                amount = 0
            given(m)[w * clocks(m)["gives"] + nth] = amount
        nth += 1
        g = _given(m, w, nth)


@part
def _given(m: Any, w: Any, nth: Any) -> Any:
    """Index of the ``nth`` give of a work (common ones, then those of its outcome), or -1."""
    work = works(m, w)
    instance = instances(m, work["instance"])
    common = instance["give1"] - instance["give0"]
    if nth < common:
        return instance["give0"] + nth
    if work["outcome"] >= 0:
        outcome = outcomes(m, instance["outcome0"] + work["outcome"])
        if nth - common < outcome["give1"] - outcome["give0"]:
            return outcome["give0"] + nth - common
    return -1


@pasted
def draw_outcome(m: Any, w: Any) -> Any:
    """Draw the outcome and the amounts of a finished work, where they are random."""
    work = works(m, w)
    instance = instances(m, work["instance"])
    if instance["outcome1"] > instance["outcome0"] and work["outcome"] < 0:
        _draw_outcome(m, w)
    if instance["random_gives"] == 1:
        _draw_gives(m, w)


@part
def _draw_outcome(m: Any, w: Any) -> Any:
    work = works(m, w)
    instance = instances(m, work["instance"])
    u = uniform(work["key"], OUTCOME, 0)
    last = instance["outcome1"] - instance["outcome0"] - 1
    k = 0
    while k < last and outcomes(m, instance["outcome0"] + k)["cumulative"] <= u:
        k += 1
    work["outcome"] = k


@part
def _items_given(m: Any, w: Any) -> Any:
    number, nth = 0, 0
    g = _given(m, w, 0)
    while g >= 0:
        if gives(m, g)["items"] == 1:
            number += _give_amount(m, w, g, nth)
        nth += 1
        g = _given(m, w, nth)
    return number


@part
def items_made(m: Any, w: Any) -> Any:
    """New items that completing a work will make; its outcome is drawn."""
    made = _items_given(m, w)
    k = works(m, w)["items"]
    while k >= 0 and made > 0:
        made -= 1
        k = items(m, k)["next"]
    return made


@part
def _lacking(m: Any, w: Any, mark: Any) -> Any:
    """Stock that lacks room for what a work gives, or is vetoed, or -1: the first, or that noted before.

    With ``mark``, all that lack room are vetoed for the rest of this round.
    """
    first, nth = -1, 0
    clock = clocks(m)
    g = _given(m, w, 0)
    while g >= 0:
        s = gives(m, g)["stock"]
        stock = stocks(m, s)
        wanted, other = 0, 0
        h = _given(m, w, 0)
        while h >= 0:
            if gives(m, h)["stock"] == s:
                wanted += _give_amount(m, w, h, other)
            other += 1
            h = _given(m, w, other)
        short = stock["capacity"] - stock["level"] - stock["held"] - stock["reserved"] < wanted
        if wanted > 0 and (short or vetoes(m)[s] == clock["round"]):
            if first < 0 or s == works(m, w)["lacks"]:
                first = s
            if mark and short:
                vetoes(m)[s] = clock["round"]
        nth += 1
        g = _given(m, w, nth)
    return first


@pasted
def complete(m: Any, w: Any) -> Any:
    """A work is finished: it gives, or is blocked."""
    work, clock = works(m, w), clocks(m)
    i = work["instance"]
    clock["running"] -= 1
    account_instance(m, i)
    instances(m, i)["in_hand"] -= 1
    draw_outcome(m, w)
    if instances(m, i)["blocking_after"] == 1:
        lacks = _lacking_now(m, w)
        if lacks >= 0:
            _block(m, w, lacks)
            return
    _finish(m, w)


@part
def _lacking_now(m: Any, w: Any) -> Any:
    """Stock that lacks room for a finished work, or in which an earlier blocked one lacks it, or -1."""
    clock = clocks(m)
    clock["round"] += 1
    other = clock["blocked_head"]
    while other >= 0:
        _lacking(m, other, True)
        other = works(m, other)["next"]
    return _lacking(m, w, False)


@part
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
    _return_units(m, i, holds & HOLD_ROOM == 0, holds & HOLD_TOOLS == 0)
    if holds & HOLD_PEOPLE == 0:
        _release_team(m, w)
        return
    v = work["lead"]
    while v >= 0:
        book(m, v, instance["activity"])
        set_state(m, v, _BLOCKED, clock["stuck"] + stocks(m, s)["declared"])
        v = workers(m, v)["mate"]


@part
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
    if clocks(m)["freed_room"] == 1:
        _release_all_that_fit(m)


@part
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


@part
def _release(m: Any, w: Any) -> Any:
    work, clock = works(m, w), clocks(m)
    log(m, _RELEASE, work["instance"], -1, work["serial"])
    unblock(m, w)
    clock["deadlock"] = -1
    clock["freed_room"] = 1
    _finish(m, w)


@part
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
        if ends_at >= 0:
            workers(m, v)["place"] = ends_at
        release_person(m, v)
        v = mate


@part
def hold(m: Any, w: Any) -> Any:
    """Keep a work in hand after the end of the shift; its people leave."""
    works(m, w)["phase"] = _P_HELD
    _release_team(m, w)


@part
def _merge(m: Any, w: Any, kept: Any, rule: Any) -> Any:
    """End the items in hand beyond the first ``kept``; the carrier's birth follows ``rule`` (rule 12)."""
    work = works(m, w)
    carrier = work["items"]
    if carrier < 0:
        return
    birth = clocks(m)["now"] if rule == _NOW else items(m, carrier)["birth"]
    last, k, n = -1, carrier, 0
    while k >= 0:
        after = items(m, k)["next"]
        if n >= kept:
            if rule == _OLDEST:
                birth = min(birth, items(m, k)["birth"])
            elif rule == _NEWEST:
                birth = max(birth, items(m, k)["birth"])
            if last >= 0:
                items(m, last)["next"] = -1
            end_item(m, k, -1)
        else:
            last = k
        n += 1
        k = after
    if kept == 0:
        work["items"] = -1
    else:
        items(m, carrier)["birth"] = birth


@part
def _make_children(m: Any, w: Any, number: Any) -> Any:
    """Make the items given beyond those taken, behind those in hand (rule 12)."""
    work, clock = works(m, w), clocks(m)
    carrier = work["items"]
    in_hand = 1 if carrier >= 0 else 0
    last = carrier
    while last >= 0 and items(m, last)["next"] >= 0:
        last = items(m, last)["next"]
        in_hand += 1
    for made in range(number - in_hand):
        if carrier < 0:
            k = new_item(m, child_lineage(work["key"], made), work["begun"], clock["default_class"])
        else:
            parent = items(m, carrier)
            lineage = child_lineage(parent["lineage"], parent["children"])
            k = new_item(m, lineage, parent["birth"], parent["priority"])
            parent["children"] += 1
            join_family(m, k, carrier)
        if last >= 0:
            items(m, last)["next"] = k
        else:
            work["items"] = k
        last = k


@pasted
def _give_items(m: Any, w: Any, s: Any, amount: Any) -> Any:
    work = works(m, w)
    for _ in range(amount):
        k = work["items"]
        work["items"] = items(m, k)["next"]
        put_item(m, s, k)


@pasted
def _give_all(m: Any, w: Any) -> Any:
    """Give all that a work gives; items in hand beyond that are merged, and end."""
    if instances(m, works(m, w)["instance"])["plain"] == 1:
        put_item(m, gives(m, instances(m, works(m, w)["instance"])["give0"])["stock"], works(m, w)["items"])
        return
    _give_each(m, w)


@part
def _give_each(m: Any, w: Any) -> Any:
    number = _items_given(m, w)
    _merge(m, w, number, instances(m, works(m, w)["instance"])["birth"])
    _make_children(m, w, number)
    nth = 0
    g = _given(m, w, 0)
    while g >= 0:
        amount = _give_amount(m, w, g, nth)
        if gives(m, g)["items"] == 1:
            _give_items(m, w, gives(m, g)["stock"], amount)
        else:
            count_in(m, gives(m, g)["stock"], amount)
        nth += 1
        g = _given(m, w, nth)


@pasted
def _finish(m: Any, w: Any) -> Any:
    """Give what a work gives, return what it holds, free its people."""
    work = works(m, w)
    i = work["instance"]
    instance = instances(m, i)
    was_blocked = work["phase"] == _P_BLOCKED
    holds = instance["holds"]
    instance["n_ended"] += 1
    log(m, _END, i, work["outcome"], work["serial"])
    _unreserve(m, i)
    _give_all(m, w)
    _return_units(m, i, not was_blocked or holds & HOLD_ROOM != 0, not was_blocked or holds & HOLD_TOOLS != 0)
    _release_team(m, w)
    _free_work(m, w)


@part
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
                s = takes(m, t)["stock"]
                stocks(m, s)["waited"] -= float(work["begun"] - items(m, last)["entry"])
                put_back(m, s, last)
                last = after


@part
def stop(m: Any, w: Any) -> Any:
    """Give a work up: what it took goes back, nothing is given (rule 11)."""
    work, clock = works(m, w), clocks(m)
    i = work["instance"]
    instance = instances(m, i)
    log(m, _STOP, i, -1, work["serial"])
    if work["walk"] == 1:
        _free_held(m, w)
    account_instance(m, i)
    instance["in_hand"] -= 1
    _unreserve(m, i)
    _return_items(m, w)
    for t in range(instance["take0"], instance["take1"]):
        s = takes(m, t)["stock"]
        account_stock(m, s)
        amount = taken(m)[w * clock["takes"] + t - instance["take0"]]
        stocks(m, s)["level"] += amount
        stocks(m, s)["departed"] -= amount
        mark_stock(m, s)
    _return_units(m, i, True, True)
    _release_team(m, w)
    _free_work(m, w)
