"""What an instance waits for: stock requirements, grants of unit resources, rank (rules 1 and 2).

``mark_*`` functions note what changed; ``judge`` brings every instance that depends on it to its right stage.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hewer.engine.codes import (
    READY_STAGE,
    STOCK_STAGE,
    UNLIMITED,
    UNSTAFFED_STAGE,
    Class,
    Order,
    Requirement,
    Status,
)
from hewer.engine.features import CODE, INTERRUPTION, KINDS, LEAVING, LINES, MATTER, TEAMS
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.judging.expression import draw, evaluate
from hewer.engine.kernel.judging.trait import first_at_hand, onward_of
from hewer.engine.kernel.judging.turning import is_calm
from hewer.engine.kernel.memory.accounts import fail, mark_stock
from hewer.engine.kernel.memory.calendar import cancel, schedule
from hewer.engine.kernel.memory.kin import family_stamp, first_family
from hewer.engine.kernel.memory.state import (
    calms,
    changed_instances,
    clock_guards,
    clocks,
    dependents,
    dirty_pools,
    dirty_stocks,
    group_heaps,
    groups,
    guards,
    instances,
    is_changed,
    is_due,
    items,
    joins,
    needs,
    pools,
    requirements,
    stocks,
    takes,
    touched_groups,
)

_ITEMS, _BULK = int(Requirement.ITEMS), int(Requirement.BULK)
_SPACE, _GUARD = int(Requirement.SPACE), int(Requirement.GUARD)
_FAMILY = int(Requirement.FAMILY)
_LIFO, _TIMER = int(Order.LIFO), int(Class.TIMER)
_ONWARD, _UNLIMITED = int(Requirement.ONWARD), int(UNLIMITED)
_BAD_NUMBER = int(Status.BAD_NUMBER)
_READY, _STOCK, _UNSTAFFED = READY_STAGE, STOCK_STAGE, UNSTAFFED_STAGE


@pasted
def ranks_before(m: Any, i: Any, since: Any, j: Any, other_since: Any) -> Any:
    """Whether instance ``i``, waiting since ``since``, comes before ``j`` (rule 1)."""
    a, b = instances(m, i), instances(m, j)
    if a["priority"] != b["priority"]:
        return a["priority"] > b["priority"]
    if since != other_since:
        return since < other_since
    if a["serial"] != b["serial"]:
        return a["serial"] < b["serial"]
    return i < j


@pasted
def join_before(m: Any, a: Any, b: Any) -> Any:
    """Whether the instance of join ``a`` ranks before that of join ``b``; both are ready."""
    i, j = joins(m, a)["instance"], joins(m, b)["instance"]
    return ranks_before(m, i, instances(m, i)["since"], j, instances(m, j)["since"])


@pasted
def _heap_up(m: Any, g: Any, at: Any, j: Any) -> Any:
    entries, base = group_heaps(m), groups(m, g)["heap0"]
    while at > 0:
        parent = (at - 1) >> 1
        up = entries[base + parent]
        if not join_before(m, j, up):
            break
        entries[base + at] = up
        joins(m, up)["position"] = at
        at = parent
    entries[base + at] = j
    joins(m, j)["position"] = at
    return at


@pasted
def _heap_down(m: Any, g: Any, at: Any, j: Any) -> Any:
    entries, base, size = group_heaps(m), groups(m, g)["heap0"], groups(m, g)["heap_size"]
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and join_before(m, entries[base + child + 1], entries[base + child]):
            child += 1
        down = entries[base + child]
        if not join_before(m, down, j):
            break
        entries[base + at] = down
        joins(m, down)["position"] = at
        at = child
    entries[base + at] = j
    joins(m, j)["position"] = at


@pasted
def touch_group(m: Any, g: Any) -> Any:
    """Note that a group may be able to start something."""
    group = groups(m, g)
    if group["touched"] == 0:
        clock = clocks(m)
        group["touched"] = 1
        touched_groups(m)[clock["touched"]] = g
        clock["touched"] += 1


@pasted
def _enter_heaps(m: Any, i: Any) -> Any:
    instance = instances(m, i)
    for j in range(instance["join0"], instance["join1"]):
        g = joins(m, j)["group"]
        group = groups(m, g)
        size = group["heap_size"]
        group["heap_size"] = size + 1
        _heap_up(m, g, size, j)
        # where all are busy nothing can start: make_free touches the group when one comes
        if TEAMS or LINES or g == 0 or group["free"] > 0:
            touch_group(m, g)  # who becomes free touches it himself
    if TEAMS and instance["team"] == 1:
        clocks(m)["ready_teams"] += 1


@pasted
def _leave_heap(m: Any, j: Any) -> Any:
    join = joins(m, j)
    g, at = join["group"], join["position"]
    group = groups(m, g)
    size = group["heap_size"] - 1
    group["heap_size"] = size
    join["position"] = -1
    if at < size:
        last = group_heaps(m)[group["heap0"] + size]
        if _heap_up(m, g, at, last) == at:
            _heap_down(m, g, at, last)


@pasted
def _leave_heaps(m: Any, i: Any) -> Any:
    instance = instances(m, i)
    team = TEAMS and instance["team"] == 1
    for j in range(instance["join0"], instance["join1"]):
        _leave_heap(m, j)
        if team:
            touch_group(m, joins(m, j)["group"])
    if team:
        clocks(m)["ready_teams"] -= 1


@apart
def _rerank(m: Any, i: Any, since: Any) -> Any:
    """Give a ready instance another since."""
    instance = instances(m, i)
    if instance["since"] == since:
        return
    instance["since"] = since
    for j in range(instance["join0"], instance["join1"]):
        g, at = joins(m, j)["group"], joins(m, j)["position"]
        if _heap_up(m, g, at, j) == at:
            _heap_down(m, g, at, j)
        touch_group(m, g)


@pasted
def mark_pool(m: Any, r: Any) -> Any:
    """Note that a unit resource or its queue changed; where nobody queues, that changes nothing."""
    pool = pools(m, r)
    if pool["dirty"] == 0 and pool["head"] >= 0:
        clock = clocks(m)
        pool["dirty"] = 1
        dirty_pools(m)[clock["dirty_pools"]] = r
        clock["dirty_pools"] += 1


@pasted
def _enqueue(m: Any, n: Any, since: Any) -> Any:
    need = needs(m, n)
    r = need["pool"]
    pool = pools(m, r)
    # from the tail: who joins has mostly waited least
    after = pool["tail"]
    while after >= 0 and ranks_before(
        m, need["instance"], since, needs(m, after)["instance"], needs(m, after)["entered"]
    ):
        after = needs(m, after)["previous"]
    before = needs(m, after)["next"] if after >= 0 else pool["head"]
    need["previous"] = after
    need["next"] = before
    need["entered"] = since
    need["queued"] = 1
    if after >= 0:
        needs(m, after)["next"] = n
    else:
        pool["head"] = n
    if before >= 0:
        needs(m, before)["previous"] = n
    else:
        pool["tail"] = n
    mark_pool(m, r)


@pasted
def _dequeue(m: Any, n: Any) -> Any:
    need = needs(m, n)
    r = need["pool"]
    pool = pools(m, r)
    before, after = need["previous"], need["next"]
    if before >= 0:
        needs(m, before)["next"] = after
    else:
        pool["head"] = after
    if after >= 0:
        needs(m, after)["previous"] = before
    else:
        pool["tail"] = before
    need["queued"] = 0
    mark_pool(m, r)


@pasted
def _stamp(m: Any, n: Any) -> Any:
    """When the units now granted became free to this instance (rule 1)."""
    need = needs(m, n)
    now = clocks(m)["now"]
    if need["joined"] != now:
        return now
    pool = pools(m, need["pool"])
    return pool["free_since"] if need["amount"] == 1 else pool["returned"]


@pasted
def _grant(m: Any, r: Any) -> Any:
    """Go down the queue of a unit resource and grant what is free (rule 2)."""
    pool = pools(m, r)
    left = pool["free"]
    n = pool["head"]
    while n >= 0:
        need = needs(m, n)
        amount = need["amount"]
        if instances(m, need["instance"])["overtake"] == 1:
            # overtake: looks at what is free, not at what is left by those before it (rule 2)
            granted = 1 if pool["free"] >= amount else 0
        else:
            granted = 1 if left >= amount else 0
            # who is not granted claims all that is left: nobody behind passes him (rule 2)
            left = left - amount if granted == 1 else 0
        if granted != need["granted"]:
            need["granted"] = granted
            if granted == 1:
                need["since"] = _stamp(m, n)
            mark_instance(m, need["instance"])
        n = need["next"]


@pasted
def mark_instance(m: Any, i: Any) -> Any:
    """Note that an instance may have to change its stage."""
    if is_changed(m)[i] == 0:
        clock = clocks(m)
        is_changed(m)[i] = 1
        changed_instances(m)[clock["changed"]] = i
        clock["changed"] += 1


@pasted
def _entry_of_last(m: Any, s: Any, amount: Any) -> Any:
    """Latest entry among the first ``amount`` items of a stock, which holds so many."""
    if MATTER and amount == 0:
        return 0
    k = stocks(m, s)["head"]
    latest = items(m, k)["entry"]
    if not MATTER:
        return latest
    for _ in range(amount - 1):
        k = items(m, k)["next"]
        latest = max(latest, items(m, k)["entry"])
    return latest


@pasted
def requirement_stamp(m: Any, q: Any) -> Any:
    """Since when a stock requirement that was judged to be met has been met (rule 1)."""
    requirement = requirements(m, q)
    if MATTER and requirement["kind"] == _BULK:
        return max(requirement["since"], instances(m, requirement["instance"])["started"])
    return requirement["since"]


@pasted
def stock_since(m: Any, i: Any) -> Any:
    """Latest stamp of the stock requirements of an instance (rule 1)."""
    instance = instances(m, i)
    if not (CODE or INTERRUPTION or KINDS or LEAVING or MATTER):
        return requirements(m, instance["req0"])["since"]  # that of its only take
    # bulk and works that take nothing wait since their last start: their material has no entry (rule 1)
    since = instance["started"] if instance["keyed"] == 0 else 0
    for q in range(instance["req0"], instance["req1"]):
        since = max(since, requirement_stamp(m, q))
    return since


@pasted
def leave_queues(m: Any, i: Any, first: Any) -> Any:
    """Leave the heaps and the queues of the needs from ``first`` on."""
    instance = instances(m, i)
    if instance["stage"] == _READY:
        _leave_heaps(m, i)
        instance["stage"] = _STOCK
    for n in range(first, instance["need1"]):
        if needs(m, n)["queued"] == 0:
            break
        needs(m, n)["granted"] = 0
        _dequeue(m, n)


@pasted
def _stand_in_queue(m: Any, n: Any, since: Any) -> Any:
    """See to it that a need stands in its queue at the right rank."""
    need = needs(m, n)
    if need["queued"] == 0:
        need["granted"] = 0
        need["joined"] = clocks(m)["now"]
        _enqueue(m, n, since)
    elif need["entered"] != since:
        _dequeue(m, n)
        _enqueue(m, n, since)


@pasted
def restage(m: Any, i: Any) -> Any:
    """Bring an instance to the stage of its first missing requirement."""
    instance = instances(m, i)
    if instance["staffed"] == 0 or instance["unmet"] > 0:
        if instance["stage"] >= 0:
            leave_queues(m, i, instance["need0"])
        instance["stage"] = _UNSTAFFED if instance["staffed"] == 0 else _STOCK
        return
    since = stock_since(m, i)
    for n in range(instance["need0"], instance["need1"]):
        _stand_in_queue(m, n, since)
        if needs(m, n)["granted"] == 0:
            leave_queues(m, i, n + 1)
            instance["stage"] = n - instance["need0"]
            return
        since = max(since, needs(m, n)["since"])
    if instance["stage"] == _READY:
        _rerank(m, i, since)
    else:
        instance["since"] = since
        instance["stage"] = _READY
        _enter_heaps(m, i)


@apart
def _room_onward(m: Any, q: Any) -> Any:
    """Whether there is room in the stock to which the first item goes onward; notes that stock."""
    requirement = requirements(m, q)
    take = takes(m, requirement["take"])
    k = stocks(m, take["lane"])["head"]
    if k < 0:
        return 1
    s = onward_of(m, k, 1)
    requirement["stock"] = s
    stock = stocks(m, s)
    if stock["capacity"] >= _UNLIMITED:
        return 1
    wanted = 0 if s == take["stock"] else 1
    return 1 if stock["capacity"] - stock["level"] - stock["held"] - stock["reserved"] >= wanted else 0


@apart
def _follows_item(m: Any, q: Any) -> Any:
    """Set the amount of a take by the item that comes first; False where there is none."""
    requirement, clock = requirements(m, q), clocks(m)
    k = first_at_hand(m, requirement["instance"])
    if k < 0:
        return False
    clock["item"] = k
    amount = draw(m, -2 - requirement["code"], 0, np.uint64(0), 0)
    if amount < 0:
        fail(m, _BAD_NUMBER, requirement["instance"])
        amount = 0
    take = takes(m, requirement["take"])
    take["low"] = amount
    take["high"] = amount
    requirement["amount"] = amount
    return True


@apart
def _time_is_up(m: Any, q: Any) -> Any:
    """When the one who waits longest has waited long enough for a take to go with fewer; -1: nobody waits."""
    stock = stocks(m, requirements(m, q)["stock"])
    k = stock["tail"] if stock["order"] == _LIFO else stock["head"]
    return items(m, k)["entry"] + requirements(m, q)["within"] if k >= 0 else -1


@apart
def _is_met_in_time(m: Any, q: Any) -> Any:
    """Whether there are enough items, or one that has waited long enough; else a timer is set."""
    clock, requirement = clocks(m), requirements(m, q)
    due = _time_is_up(m, q)
    enough = stocks(m, requirement["stock"])["level"] >= requirement["amount"]
    met = 1 if enough or (due >= 0 and due <= clock["now"]) else 0
    if met == 1:
        due = -1
    if due != requirement["due"]:
        requirement["due"] = due
        cancel(m, clock["timer0"] + requirement["timer"])
        if due >= 0:
            schedule(m, clock["timer0"] + requirement["timer"], due, _TIMER)
    return met


@apart
def _stamp_in_time(m: Any, q: Any) -> Any:
    requirement, due = requirements(m, q), _time_is_up(m, q)
    if stocks(m, requirement["stock"])["level"] < requirement["amount"]:
        return due
    latest = _entry_of_last(m, requirement["stock"], requirement["amount"])
    return min(due, latest) if due >= 0 and due <= clocks(m)["now"] else latest


@apart
def ring_requirement(m: Any, q: Any) -> Any:
    """The time of a take that goes with fewer: it is judged anew."""
    requirements(m, q)["due"] = -1
    mark_stock(m, requirements(m, q)["stock"])


@pasted
def _is_met(m: Any, q: Any) -> Any:
    requirement = requirements(m, q)
    kind = requirement["kind"]
    if CODE and kind == _GUARD:
        if KINDS and clocks(m)["described"] == 1:
            # a guard may read the item that would be taken
            clocks(m)["item"] = first_at_hand(m, requirement["instance"])
        return 1 if evaluate(m, requirement["code"], 0, np.uint64(0), 0) != 0.0 else 0
    if KINDS and kind == _ONWARD:
        return _room_onward(m, q)
    if MATTER and requirement["within"] > 0:
        return _is_met_in_time(m, q)
    if LEAVING and kind == _FAMILY:
        return 1 if first_family(m, requirement["instance"]) >= 0 else 0
    if CODE and requirement["code"] >= 0 and not _follows_item(m, q):
        return 0
    stock = stocks(m, requirement["stock"])
    if MATTER and kind == _SPACE:
        room = stock["capacity"] - stock["level"] - stock["held"] - stock["reserved"]
        return 1 if room >= requirement["amount"] else 0
    return 1 if stock["level"] >= requirement["amount"] else 0


@pasted
def _stamp_of_items(m: Any, q: Any) -> Any:
    """Since when items that would be taken have been there."""
    requirement = requirements(m, q)
    if LEAVING and requirement["kind"] == _FAMILY:
        return family_stamp(m, requirement["instance"])
    if MATTER and requirement["within"] > 0:
        return _stamp_in_time(m, q)
    return _entry_of_last(m, requirement["stock"], requirement["amount"])


@pasted
def judge_requirement(m: Any, q: Any) -> Any:
    """Judge one stock requirement anew."""
    requirement = requirements(m, q)
    met = _is_met(m, q)
    same = met == requirement["met"]
    stamp = clocks(m)["now"]
    if (requirement["kind"] == _ITEMS or requirement["kind"] == _FAMILY) and met == 1:
        stamp = _stamp_of_items(m, q)
        same = same and stamp == requirement["since"]
    if same:
        return
    if met == 1:
        requirement["since"] = stamp
    if met != requirement["met"]:
        requirement["met"] = met
        instances(m, requirement["instance"])["unmet"] += 1 - 2 * met
    mark_instance(m, requirement["instance"])


@pasted
def _restage_changed(m: Any) -> Any:
    clock = clocks(m)
    while clock["changed"] > 0:
        clock["changed"] -= 1
        i = changed_instances(m)[clock["changed"]]
        is_changed(m)[i] = 0
        restage(m, i)


@pasted
def _first_dirty_pool(m: Any) -> Any:
    """Take the dirty pool of the lowest index off the list."""
    clock, dirty = clocks(m), dirty_pools(m)
    last = clock["dirty_pools"] - 1
    r, at = dirty[last], last
    # pools in declared order, so that who needs two gets them in one order everywhere (rule 2)
    for k in range(last):
        if dirty[k] < r:
            r, at = dirty[k], k
    dirty[at] = dirty[last]
    clock["dirty_pools"] = last
    pools(m, r)["dirty"] = 0
    return r


@pasted
def judge(m: Any) -> Any:
    """Judge all that depends on what changed: stocks, then unit resources in their order."""
    clock = clocks(m)
    guards = clock["clock_guards"] if CODE else 0
    if clock["dirty_stocks"] + clock["dirty_pools"] + clock["changed"] + guards > 0:
        _judge_changes(m)


@pasted
def _note_guard(m: Any, q: Any) -> Any:
    """Note that a guard is to be judged: once, however many of the stocks that it reads have changed."""
    if is_due(m)[q] == 0:
        clock = clocks(m)
        is_due(m)[q] = 1
        guards(m)[clock["guards"]] = q
        clock["guards"] += 1


@apart
def _judge_guards(m: Any) -> Any:
    clock = clocks(m)
    for k in range(clock["clock_guards"]):
        _note_guard(m, clock_guards(m)[k])
    while clock["guards"] > 0:
        clock["guards"] -= 1
        q = guards(m)[clock["guards"]]
        is_due(m)[q] = 0
        judge_requirement(m, q)


@pasted
def _judge_changes(m: Any) -> Any:
    clock = clocks(m)
    while clock["dirty_stocks"] > 0:
        clock["dirty_stocks"] -= 1
        s = dirty_stocks(m)[clock["dirty_stocks"]]
        stock = stocks(m, s)
        stock["dirty"] = 0
        last = stock["dep1"]
        if CODE and is_calm(m, s):
            last = calms(m, s)["dep"]
        for d in range(stock["dep0"], last):
            q = dependents(m)[d]
            if CODE and requirements(m, q)["kind"] == _GUARD:
                _note_guard(m, q)
            else:
                judge_requirement(m, q)
    if CODE:
        _judge_guards(m)
    _restage_changed(m)
    while clock["dirty_pools"] > 0:
        _grant(m, _first_dirty_pool(m))
        _restage_changed(m)
