"""Interruption: works that are suspended, lost and gone on with; preemption (rule 8)."""

from __future__ import annotations

import numpy as np

from hewer.engine import draws
from hewer.engine.codes import Cause, Class, Event, Interrupted, Phase, Requirement, WorkerState
from tests.oracle.carrying import arrive, fetch, put_down
from tests.oracle.choosing import by_idling, walk
from tests.oracle.judging import charge, fit, leave, rank
from tests.oracle.objects import Instance, Need, Work, Worker
from tests.oracle.setting_up import hold, let_go_of_units, set_up
from tests.oracle.shop import Shop
from tests.oracle.working import (
    begin,
    change_free,
    count_start,
    draw_content,
    free_onward,
    put_off,
    rate_of,
    start,
    use,
)


def interrupt(shop: Shop, work: Work, cause: Cause) -> None:
    """Interrupt a work: what becomes of it is the activity's say."""
    rule = Interrupted(int(work.instance.row["interrupted"]))
    work.instance.n_interrupted += 1
    if rule == Interrupted.LOSE:
        _lose(shop, work, cause)
        return
    suspend(shop, work, cause)
    if not work.walking and rule == Interrupted.RESTART:
        work.remaining = work.content
    elif not work.walking and rule == Interrupted.REDRAW:
        work.remaining = -1


def suspend(shop: Shop, work: Work, cause: Cause) -> None:
    """Let go of people and tools; the rest is kept."""
    shop.note(Event.SUSPEND, work.instance.index, cause, work.serial)
    _halt(shop, work)
    for need in work.instance.needs:
        if not need.pool.is_room:
            change_free(shop, need.pool, need.amount, work)
    let_go_of_units(shop, work)
    work.phase, work.returning, work.owners = Phase.SUSPENDED, False, work.team
    _let_go(shop, work)
    line = shop.instances[int(work.instance.row["twin"])]
    line.suspended.append(work)
    line.suspended.sort(key=lambda other: other.serial)
    if line.suspended[0] is work:
        _another_first(line)


def _halt(shop: Shop, work: Work) -> None:
    """Stop the clock of a work that is on the way, in progress or paused."""
    if work.phase == Phase.PAUSED:
        left = work.left
    else:
        left = work.end - shop.now
        if not work.walking and not work.returning:
            left = int(np.rint(left * work.rate))
            use(shop, work, on=False)
    if not work.returning:
        work.remaining = left
    shop.cancel(work.entry)
    work.entry = None


def _let_go(shop: Shop, work: Work) -> None:
    arrive(work)
    put_down(work)
    for worker in work.team:
        if work.destination >= 0:
            worker.place = work.destination
        put_off(shop, worker)
    work.team = []


def _another_first(line: Instance) -> None:
    """The first suspended work of a resumption is another: it joins its queues anew."""
    for need in line.needs:
        leave(need)
    if line.suspended:
        line.serial = line.suspended[0].earlier


def _lose(shop: Shop, work: Work, cause: Cause) -> None:
    """What was taken is lost, nothing is given."""
    shop.note(Event.LOSE, work.instance.index, cause, work.serial)
    _halt(shop, work)
    for take, amount in zip(work.instance.takes, work.amounts, strict=True):
        shop.stocks[take.stock].held -= amount if work.walking else 0
    for required in work.instance.required:
        if required.reserve and required.kind == Requirement.SPACE:
            shop.stocks[required.stock].reserved -= required.reserve
    free_onward(shop, work)
    let_go_of_units(shop, work)
    for item in work.all_items:
        shop.end_item(item)
    for need in work.instance.needs:
        change_free(shop, need.pool, need.amount, work)
    shop.works.remove(work)
    shop.count_works(work.instance)
    _let_go(shop, work)


def leave_line(shop: Shop, work: Work) -> None:
    """Take a suspended work out of the line of its resumption."""
    line = shop.instances[int(work.instance.row["twin"])]
    first = line.suspended[0] is work
    line.suspended.remove(work)
    if first:
        _another_first(line)


def go_on(shop: Shop, line: Instance, team: list[Worker], reason: int | None = None) -> None:
    """The first suspended work of a resumption goes on with a team."""
    count_start(shop, line)
    reason = charge(shop, line) if reason is None else reason
    work = line.suspended[0]
    if line.row["by_owner"]:
        work = next(one for one in line.suspended if set(one.owners) == set(team))
    for need in line.needs:
        change_free(shop, need.pool, -need.amount, work)
        leave(need)
    hold(shop, work)
    leave_line(shop, work)
    shop.deadlock = -1
    shop.note(Event.RESUME, work.instance.index, -1, work.serial)
    for worker in team:
        worker.turns += 1
        shop.note(Event.JOIN, work.instance.index, worker.index, work.serial)
    _walk_back(shop, work, team, reason)


def _walk_back(shop: Shop, work: Work, team: list[Worker], reason: int) -> None:
    place = int(work.instance.row["place"])
    work.team = team
    work.destination = place if place >= 0 or not team else team[0].place
    longest = fetched = fetch(shop, work)
    for worker in team:
        ticks = fetched if worker is team[0] else walk(shop, worker.place, work.destination)
        worker.walk_until, worker.work = shop.now + ticks, work
        longest = max(longest, ticks)
        shop.set_state(worker, WorkerState.WALKING, reason)
    work.phase = Phase.WALKING
    work.returning = not work.walking and longest > 0
    if longest > 0:
        work.end = shop.now + longest
        what = "begin" if work.walking else "carry on"
        work.entry = shop.schedule(work.end, Class.WORK, what, work)
    elif work.walking:
        begin(shop, work)
    else:
        carry_on(shop, work)


def carry_on(shop: Shop, work: Work) -> None:
    """The people are there: they work on what remains, or on a new draw."""
    if work.returning:
        shop.note(Event.BEGIN, work.instance.index, -1, work.serial)
    work.returning, work.phase = False, Phase.WORKING
    arrive(work)
    if work.remaining < 0:
        work.redraws += 1
        key = int(draws.member_key(work.key, work.redraws))
        work.content = draw_content(shop, work, key)
        work.remaining = work.content
    for worker in work.team:
        if work.destination >= 0:
            worker.place = work.destination
        shop.set_state(worker, WorkerState.WORKING)
    work.rate = rate_of(shop, work)
    work.end = shop.now + int(np.rint((work.remaining + set_up(shop, work)) / work.rate))
    work.entry = shop.schedule(work.end, Class.WORK, "finish", work)
    use(shop, work, on=True)


def interrupt_if_struck(shop: Shop, work: Work) -> None:
    """A work that has just begun or gone on is interrupted at once if what it needs is down or absent."""
    if work.phase != Phase.WORKING:
        return
    if any(unit.work is work and unit.down for need in work.instance.needs for unit in need.pool.failing):
        interrupt(shop, work, Cause.FAILURE)
    elif any(worker.absent for worker in work.team):
        interrupt(shop, work, Cause.ABSENCE)


# Preemption.


def preempt(shop: Shop) -> bool:
    """Let the first instance by rank that can do so start by interrupting works of less priority."""
    waiting = [(_rank(shop, i), i) for i in shop.instances if i.row["preempts"] and _waits(i)]
    for _, instance in sorted(waiting, key=lambda pair: pair[0]):
        found = _victims(shop, instance)
        if found is None:
            continue
        victims, team = found
        for worker in team:
            if worker.work is None and worker.state == WorkerState.IDLE:
                shop.set_state(worker, WorkerState.IDLE, shop.columns.people)
        for victim in victims:
            interrupt(shop, victim, Cause.PREEMPTED)
        what = start if instance.row["origin"] < 0 else go_on
        what(shop, instance, team, shop.columns.people)
        return True
    return False


def _missing(instance: Instance) -> int:
    """Number of the first need that is not granted."""
    return next((k for k, need in enumerate(instance.needs) if not need.granted), len(instance.needs))


def _waits(instance: Instance) -> bool:
    """Nothing is missing but tools and people."""
    if not instance.staffed or not instance.stocks_met:
        return False
    missing = _missing(instance)
    return missing == len(instance.needs) or not instance.needs[missing].pool.is_room


def _rank(shop: Shop, instance: Instance) -> tuple[int, int, int, int]:
    missing = _missing(instance)
    return rank(shop, instance, None if missing == len(instance.needs) else missing)


def _short_of(shop: Shop, instance: Instance, number: int) -> int | None:
    """Units that a need lacks; None where another claims what comes free."""
    need = instance.needs[number]
    if need.pool.is_room or need.granted:
        return 0
    free = need.pool.free
    if not instance.overtake:
        mine = rank(shop, instance, number) if need.joined is not None else None
        for other in shop.instances:
            for k, theirs in enumerate(other.needs):
                if other is instance or theirs.pool is not need.pool or other.overtake:
                    continue
                if theirs.joined is None:
                    continue
                if theirs.granted:
                    free -= theirs.amount
                elif mine is None or rank(shop, other, k) < mine:
                    return None
    return max(0, need.amount - free)


def _victims(shop: Shop, instance: Instance) -> tuple[list[Work], list[Worker]] | None:
    """Works to interrupt, and the team, so that an instance can start; None where that is not enough."""
    short: list[tuple[Need, int]] = []
    for k, need in enumerate(instance.needs):
        lacks = _short_of(shop, instance, k)
        if lacks is None:
            return None
        short.append((need, lacks))
    team: list[Worker] = []
    filled: dict[int, int] = {}
    masks = {w.index: instance.joins[w.group].mask for w in shop.workers if w.group in instance.joins}
    for worker in sorted(shop.workers, key=by_idling):
        open_to_it = instance.overtake or shop.claims.get(worker, instance) is instance
        if worker.free and not worker.in_line and open_to_it:
            _seat(worker, instance, team, filled, masks)
    victims = []
    for work in _candidates(shop, instance):
        if len(team) == instance.slots and not any(lacks for _, lacks in short):
            break
        helps = False
        for k, (need, lacks) in enumerate(short):
            held = sum(other.amount for other in work.instance.needs if other.pool is need.pool)
            if lacks and held:
                short[k] = (need, lacks - min(lacks, held))
                helps = True
        for worker in work.team:
            if not worker.off and _seat(worker, instance, team, filled, masks):
                helps = True
        if helps:
            victims.append(work)
    complete = len(team) == instance.slots and not any(lacks for _, lacks in short)
    return (victims, team) if complete else None


def _seat(
    worker: Worker, instance: Instance, team: list[Worker], filled: dict[int, int], masks: dict[int, int]
) -> bool:
    if len(team) == instance.slots or worker.index not in masks:
        return False
    if not fit(worker.index, masks, instance.slots, filled, set()):
        return False
    team.append(worker)
    return True


def _candidates(shop: Shop, instance: Instance) -> list[Work]:
    """Works in progress of less priority: the lowest first, of equals the latest started."""
    own = int(instance.row["priority"])
    working = [
        work
        for work in shop.works
        if work.phase == Phase.WORKING and int(work.instance.row["priority"]) < own
    ]
    return sorted(working, key=lambda work: (int(work.instance.row["priority"]), -work.serial))
