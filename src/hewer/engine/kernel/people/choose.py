"""Who does what: nominations, teams, claims (rules 2 to 4)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hewer.choice_rules import Choice
from hewer.engine.codes import BY_STEP, Number, Status, WorkerState
from hewer.engine.draws import CHOICE, uniform, work_key
from hewer.engine.features import CHOICES, TEAMS
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.judging.expression import evaluate
from hewer.engine.kernel.judging.require import join_before
from hewer.engine.kernel.judging.trait import first_at_hand, step_of
from hewer.engine.kernel.memory.accounts import book, fail, set_state
from hewer.engine.kernel.memory.state import (
    aside,
    asked,
    call_rule,
    chosen_workers,
    clocks,
    filled_slots,
    group_heaps,
    groups,
    instances,
    item_attributes,
    joins,
    manners,
    nominees,
    numbers,
    owners,
    rates,
    rules,
    seen_slots,
    slot_queues,
    stocks,
    takes,
    touched_groups,
    walks,
    weights,
    workers,
    works,
)
from hewer.engine.kernel.people.idle import book_idle
from hewer.engine.kernel.people.set_up import expected_set_up

_LISTED, _OWN = int(Choice.LISTED), int(Choice.OWN)
_WAITING, _DURATION = int(Number.WAITING), int(Number.DURATION)
_BAD_RULE = int(Status.BAD_RULE)
_TICKS = 1e9
_LONGEST_QUEUE, _NEAREST = int(Choice.LONGEST_QUEUE), int(Choice.NEAREST)
_SHORTEST, _DUE = int(Choice.SHORTEST_PROCESSING_TIME), int(Choice.EARLIEST_DUE)
_LONGEST = int(Choice.LONGEST_PROCESSING_TIME)
_OLDEST, _AUTOMATIC, _RANDOM = int(Choice.OLDEST), int(Choice.AUTOMATIC), int(Choice.RANDOM)
_IDLE, _PARTNER = int(WorkerState.IDLE), int(WorkerState.PARTNER)
_LATE = 0x7FFFFFFFFFFFFFFF


@pasted
def walk_ticks(m: Any, origin: Any, destination: Any) -> Any:
    """Walking time between two place members; -1 is nowhere in particular."""
    if origin < 0 or destination < 0:
        return 0
    return walks(m)[origin * clocks(m)["place_members"] + destination]


@apart
def _expected_time(m: Any, w: Any, i: Any) -> Any:
    """Ticks that worker ``w`` is expected to take over what instance ``i`` would start; no draw is seen."""
    instance, code = instances(m, i), manners(m, i)["expected"]
    k = first_at_hand(m, i)
    clocks(m)["item"] = k
    if instance["traits"] & BY_STEP != 0:
        step = step_of(m, k)
        if step["time"] != -1:
            code = step["expected"]
    role = workers(m, w)["role"]
    time = evaluate(m, code, 0, np.uint64(0), 0)
    if clocks(m)["described"] == 1:
        time += float(expected_set_up(m, w, i, k))
    time /= rates(m)[role * clocks(m)["activity_n"] + instance["activity"]]
    # nan compares with nothing: the choice would depend on the order of the comparisons
    return math.inf if math.isnan(time) else time


@apart
def _number(m: Any, what: Any, w: Any, i: Any) -> Any:
    """One of the numbers of a rule of the user's own (in base units)."""
    if what >= 0:
        return evaluate(m, what, 0, np.uint64(0), 0)
    if what == _WAITING:
        return float(clocks(m)["now"] - instances(m, i)["since"]) / _TICKS
    if what == _DURATION:
        return _expected_time(m, w, i) / _TICKS
    return float(walk_ticks(m, workers(m, w)["place"], instances(m, i)["place"])) / _TICKS


@apart
def _ask(m: Any, w: Any, j: Any) -> Any:
    """What a rule of the user's own says of join ``j``; after a failure its numbers are kept as they are."""
    clock, join = clocks(m), joins(m, j)
    # a rule that failed is not asked again: its numbers are shown in the error
    if clock["status"] != 0:
        return 0.0
    rule = rules(m, groups(m, join["group"])["rule"])
    if clock["described"] == 1:
        clock["item"] = first_at_hand(m, join["instance"])
    for k in range(rule["size"]):
        what = asked(m)[j * clock["rule_width"] + k]
        numbers(m)[k] = _number(m, what, w, join["instance"])
    value = call_rule(m, rule["address"])
    if np.isnan(value):
        fail(m, _BAD_RULE, j)
        return 0.0
    return value


@apart
def _due(m: Any, i: Any) -> Any:
    """When the first item that instance ``i`` would take is due; infinitely late where none says."""
    k, column = first_at_hand(m, i), clocks(m)["due"]
    if k < 0 or column < 0:
        return math.inf
    due = item_attributes(m)[k * clocks(m)["attributes"] + column]
    return math.inf if math.isnan(due) else due


@apart
def _lot(m: Any, rule: Any, w: Any, i: Any) -> Any:
    """Lot that worker ``w`` draws for instance ``i`` in this turn: the smallest wins, by its weight."""
    worker, origin = workers(m, w), instances(m, i)["origin"]
    instance = instances(m, i if origin < 0 else origin)
    # keyed by worker and turn: the lot of one does not shift when another chooses first
    u = uniform(work_key(instance["key"], worker["stream"], worker["turns"]), CHOICE, 0 if origin < 0 else 1)
    if rule == _RANDOM:
        return u
    weight = weights(m)[worker["role"] * clocks(m)["activity_n"] + instance["activity"]]
    # the least of exponentials with these rates falls on each in proportion to its weight
    return -math.log(u) / weight if weight > 0.0 else math.inf


@apart
def _appeal(m: Any, rule: Any, w: Any, j: Any) -> Any:
    """What a choice rule looks at, the smaller the better."""
    join = joins(m, j)
    if rule == _LISTED:
        return float(join["preference"])
    instance = instances(m, join["instance"])
    if rule == _NEAREST:
        return float(walk_ticks(m, workers(m, w)["place"], instance["place"]))
    if rule == _SHORTEST:
        return _expected_time(m, w, join["instance"])
    if rule == _LONGEST:
        time = _expected_time(m, w, join["instance"])
        return time if time == math.inf else -time
    if rule == _DUE:
        return _due(m, join["instance"])
    if rule != _LONGEST_QUEUE:
        return _lot(m, rule, w, join["instance"])
    if instance["take0"] == instance["take1"]:
        return 0.0
    take = takes(m, instance["take0"])
    # in loads, not in items: a work that takes ten has a tenth of the queue
    return -float(stocks(m, take["lane"])["level"]) / float(max(take["low"], 1))


@apart
def _prefers(m: Any, rule: Any, w: Any, a: Any, b: Any) -> Any:
    """Whether join ``a`` is preferred to ``b`` by worker ``w``."""
    if CHOICES and rule == _OWN:
        mine, other = _ask(m, w, a), _ask(m, w, b)
        return mine < other if mine != other else join_before(m, a, b)
    if CHOICES and rule != _OLDEST and rule != _AUTOMATIC:
        first, second = instances(m, joins(m, a)["instance"]), instances(m, joins(m, b)["instance"])
        if first["priority"] != second["priority"]:
            return first["priority"] > second["priority"]
        mine, other = _appeal(m, rule, w, a), _appeal(m, rule, w, b)
        if mine != other:
            return mine < other
    return join_before(m, a, b)


@apart
def _nominate_by_appeal(m: Any, g: Any) -> Any:
    """Join of the highest priority, of equals the most appealing to the longest idle, of equals by rank."""
    group = groups(m, g)
    entries, base, rule = group_heaps(m), group["heap0"], group["choice"]
    best, priority, least = -1, 0, 0.0
    for k in range(group["heap_size"]):
        j = entries[base + k]
        mine = instances(m, joins(m, j)["instance"])["priority"]
        if best >= 0 and mine < priority:
            continue
        appeal = _appeal(m, rule, group["free_head"], j)
        ahead = best < 0 or mine > priority or appeal < least
        if ahead or (appeal == least and join_before(m, j, best)):
            best, priority, least = j, mine, appeal
    return best


@pasted
def _nominate(m: Any, g: Any) -> Any:
    """Join that the longest idle of a group would choose; its heap is not empty."""
    group = groups(m, g)
    entries, base = group_heaps(m), group["heap0"]
    best = entries[base]
    rule = group["choice"]
    if not CHOICES:
        return best
    if rule == _OWN:
        for k in range(1, group["heap_size"]):
            if _prefers(m, rule, group["free_head"], entries[base + k], best):
                best = entries[base + k]
    elif rule != _OLDEST and rule != _AUTOMATIC:
        best = _nominate_by_appeal(m, g)
    return best


@pasted
def _best_touched(m: Any) -> Any:
    """Best nomination of the touched groups, or -1; drops groups that have nothing to do."""
    clock, touched = clocks(m), touched_groups(m)
    best, k = -1, 0
    while k < clock["touched"]:
        g = touched[k]
        group = groups(m, g)
        if group["heap_size"] == 0 or (g > 0 and group["free"] == 0):
            group["touched"] = 0
            clock["touched"] -= 1
            touched[k] = touched[clock["touched"]]
            continue
        j = _nominate(m, g)
        nominees(m)[g] = j
        if best < 0 or join_before(m, j, best):
            best = j
        k += 1
    return best


@pasted
def _choose_in(m: Any, g: Any) -> Any:
    """Choose where only group ``g`` may be able to start something."""
    group = groups(m, g)
    if group["heap_size"] == 0 or (g > 0 and group["free"] == 0):
        group["touched"] = 0
        clocks(m)["touched"] = 0
        return -1
    chosen_workers(m)[0] = group["free_head"] if g > 0 else -1
    return joins(m, _nominate(m, g))["instance"]


@pasted
def choose(m: Any) -> Any:
    """Instance that starts next, or -1; its workers are ``chosen_workers``, lead first."""
    clock = clocks(m)
    if TEAMS and (clock["ready_teams"] > 0 or clock["claims"] > 0):
        return _choose_with_claims(m)
    if clock["touched"] == 1:
        return _choose_in(m, touched_groups(m)[0])
    best = _best_touched(m)
    if best < 0:
        return -1
    i = joins(m, best)["instance"]
    lead, serial = -1, _LATE
    touched = touched_groups(m)
    for k in range(clock["touched"]):
        g = touched[k]
        if g > 0 and joins(m, nominees(m)[g])["instance"] == i:
            w = groups(m, g)["free_head"]
            if workers(m, w)["idle_serial"] < serial:
                lead, serial = w, workers(m, w)["idle_serial"]
    chosen_workers(m)[0] = lead
    return i


@apart
def _longest_idle(m: Any, g: Any, unclaimed: Any) -> Any:
    """Longest idle free worker of a group, claimed or not, or only an unclaimed one; -1."""
    w = groups(m, g)["free_head"]
    while w >= 0 and unclaimed and workers(m, w)["claimed"] >= 0:
        w = workers(m, w)["next"]
    return w


@apart
def _nominate_among_claims(m: Any, g: Any) -> Any:
    """Nomination of a group where some are claimed or set aside; -1 for none."""
    if g == 0:
        unclaimed, w = True, -1
    else:
        w = _longest_idle(m, g, True)
        unclaimed = w >= 0
        if not unclaimed:
            w = _longest_idle(m, g, False)
            if w < 0:
                return -1
    group, best = groups(m, g), -1
    for k in range(group["heap_size"]):
        j = group_heaps(m)[group["heap0"] + k]
        i = joins(m, j)["instance"]
        if aside(m)[i] == clocks(m)["round"] or not (unclaimed or instances(m, i)["overtake"] == 1):
            continue
        if instances(m, i)["by_owner"] == 1 and _owned_work(m, i) < 0:
            continue
        if best < 0 or _prefers(m, group["choice"], w, j, best):
            best = j
    return best


@apart
def _is_available(m: Any, v: Any) -> Any:
    return workers(m, v)["work"] < 0 and workers(m, v)["claimed"] < 0


@apart
def _owners_available(m: Any, w: Any) -> Any:
    """Owners of a suspended work who are free and not claimed; -1 where one of them is off."""
    team = instances(m, works(m, w)["instance"])
    size, first = 0, w * clocks(m)["owners"]
    for k in range(team["post1"] - team["post0"]):
        v = owners(m)[first + k]
        if workers(m, v)["off"] > 0:
            return -1
        if _is_available(m, v):
            size += 1
    return size


@apart
def _owned_work(m: Any, i: Any) -> Any:
    """Work that its owners go on with: the first that has all of them, else the first that has one; -1."""
    some, slots = -1, instances(m, i)["post1"] - instances(m, i)["post0"]
    w = instances(m, i)["suspended"]
    while w >= 0:
        size = _owners_available(m, w)
        if size == slots:
            return w
        if size > 0 and some < 0:
            some = w
        w = works(m, w)["next"]
    return some


@apart
def _gather_owners(m: Any, i: Any) -> Any:
    """Fill ``chosen_workers`` with the available owners of the work to go on with; returns how many."""
    w = _owned_work(m, i)
    instances(m, i)["resumes"] = w
    size, first = 0, w * clocks(m)["owners"]
    for k in range(instances(m, i)["post1"] - instances(m, i)["post0"]):
        v = owners(m)[first + k]
        if _is_available(m, v):
            chosen_workers(m)[size] = v
            size += 1
    return size


@apart
def _best_nomination(m: Any) -> Any:
    best = -1
    for g in range(clocks(m)["group_n"]):
        j = _nominate_among_claims(m, g)
        nominees(m)[g] = j
        if j >= 0 and (best < 0 or join_before(m, j, best)):
            best = j
    return best


@apart
def _lead(m: Any, i: Any) -> Any:
    """Longest idle of the workers who nominated instance ``i``; -1 where it needs nobody."""
    lead, serial = -1, _LATE
    for g in range(1, clocks(m)["group_n"]):
        j = nominees(m)[g]
        if j >= 0 and joins(m, j)["instance"] == i:
            w = _longest_idle(m, g, True)
            if w < 0:
                w = _longest_idle(m, g, False)
            if workers(m, w)["idle_serial"] < serial:
                lead, serial = w, workers(m, w)["idle_serial"]
    return lead


@apart
def _mask(m: Any, i: Any, w: Any) -> Any:
    """Slots of instance ``i`` that worker ``w`` can fill."""
    g = workers(m, w)["skill"]
    for j in range(instances(m, i)["join0"], instances(m, i)["join1"]):
        if joins(m, j)["group"] == g:
            return joins(m, j)["mask"]
    return np.uint64(0)


@apart
def can_do(m: Any, i: Any, w: Any) -> Any:
    """Tell whether a worker can fill a post of instance ``i``."""
    return _mask(m, i, w) != np.uint64(0)


@apart
def _can_fill(mask: Any, slot: Any) -> Any:
    return (np.uint64(mask) >> np.uint64(slot)) & np.uint64(1) != np.uint64(0)


@apart
def _shift_along(m: Any, slot: Any, w: Any) -> Any:
    """Seat ``w`` by moving those on the path that ends in the open ``slot``."""
    filled, seen = filled_slots(m), seen_slots(m)
    # back along the path by which the open slot was reached
    while seen[slot] >= 0:
        filled[slot] = filled[seen[slot]]
        slot = seen[slot]
    filled[slot] = w


@apart
def fit(m: Any, i: Any, slots: Any, w: Any) -> Any:
    """Fit worker ``w`` into the team of ``i``, reassigning the others; False if it cannot be done.

    An augmenting path of a bipartite matching, breadth first (Kuhn 1955, in the form of Berge 1957).
    """
    filled, seen, queue = filled_slots(m), seen_slots(m), slot_queues(m)
    mask = _mask(m, i, w)
    head, tail = 0, 0
    for slot in range(slots):
        seen[slot] = -2
        if _can_fill(mask, slot):
            seen[slot] = -1
            queue[tail] = slot
            tail += 1
    while head < tail:
        slot = queue[head]
        head += 1
        if filled[slot] < 0:
            _shift_along(m, slot, w)
            return True
        other = _mask(m, i, filled[slot])
        for step in range(slots):
            if seen[step] == -2 and _can_fill(other, step):
                seen[step] = slot
                queue[tail] = step
                tail += 1
    return False


@apart
def next_idle(m: Any, i: Any, after: Any, overtake: Any) -> Any:
    """Longest idle available worker who could fill a slot of ``i`` and became idle after ``after``."""
    best, serial = -1, _LATE
    for j in range(instances(m, i)["join0"], instances(m, i)["join1"]):
        g = joins(m, j)["group"]
        w = groups(m, g)["free_head"] if g > 0 else -1
        while w >= 0:
            worker = workers(m, w)
            mine = overtake or worker["claimed"] < 0 or worker["claimed"] == i
            if after < worker["idle_serial"] < serial and mine:
                best, serial = w, worker["idle_serial"]
            w = worker["next"]
    return best


@apart
def _form_team(m: Any, i: Any) -> Any:
    """Fill ``chosen_workers`` for instance ``i``; returns how many were fitted."""
    instance = instances(m, i)
    slots = instance["post1"] - instance["post0"]
    if slots == 0:
        return 0
    if instance["by_owner"] == 1:
        return _gather_owners(m, i)
    for slot in range(slots):
        filled_slots(m)[slot] = -1
    lead = _lead(m, i)
    fit(m, i, slots, lead)
    chosen, size, after = chosen_workers(m), 1, -1
    chosen[0] = lead
    while size < slots:
        w = next_idle(m, i, after, instance["overtake"] == 1)
        if w < 0:
            break
        after = workers(m, w)["idle_serial"]
        if w != lead and fit(m, i, slots, w):
            chosen[size] = w
            size += 1
    return size


@apart
def clear_claims(m: Any) -> Any:
    """Lift all claims of people."""
    for w in range(clocks(m)["worker_n"]):
        workers(m, w)["claimed"] = -1


@apart
def settle_claims(m: Any) -> Any:
    """After a round in which nothing could start: who is claimed waits for a partner."""
    clock = clocks(m)
    clock["claims"] = 0
    for w in range(clock["worker_n"]):
        worker = workers(m, w)
        if worker["claimed"] >= 0:
            clock["claims"] += 1
            if worker["state"] == _IDLE:
                book_idle(m, w, worker["claimed"])
                set_state(m, w, _PARTNER, clock["partner"])
        elif worker["state"] == _PARTNER and worker["work"] < 0:
            book(m, w, clock["partner"])
            set_state(m, w, _IDLE, clock["nothing"])


@apart
def _choose_with_claims(m: Any) -> Any:
    """A round of rule 4 where teams wait: the whole of it, group by group."""
    clock = clocks(m)
    clock["round"] += 1
    clear_claims(m)
    while True:
        best = _best_nomination(m)
        if best < 0:
            return -1
        i = joins(m, best)["instance"]
        instance = instances(m, i)
        size = _form_team(m, i)
        if size == instance["post1"] - instance["post0"]:
            return i
        aside(m)[i] = clock["round"]
        if instance["overtake"] == 0:
            for k in range(size):
                workers(m, chosen_workers(m)[k])["claimed"] = i
