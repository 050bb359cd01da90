"""Workers in a line who take each other's work over (rule 8)."""

from __future__ import annotations

from collections import Counter

import numpy as np

from hewer.engine.codes import Class, Event, Phase, WorkerState
from tests.oracle.choosing import walk
from tests.oracle.interrupting import go_on, interrupt_if_struck
from tests.oracle.objects import Instance, Work, Worker
from tests.oracle.setting_up import set_up
from tests.oracle.shop import Shop
from tests.oracle.working import put_off, rate_of, start, use


def stand_in_line(shop: Shop) -> bool:
    """Let the first free worker of a line, from its end, who can do something do it; False if none can."""
    awaited: Counter[int] = Counter()
    for index in shop.program.line:
        worker = shop.workers[int(index)]
        if not worker.free:
            continue
        other = _next_at_work(worker)
        at = _position(other.work.instance) if other is not None and other.work is not None else -1
        furthest = _furthest(shop, worker, at, awaited)
        if furthest is None:
            if other is not None and _reach_for(shop, worker, other):
                return True
        elif furthest.ready and not _would_pass(shop, worker, furthest):
            what = start if furthest.row["origin"] < 0 else go_on
            what(shop, furthest, [worker])
            return True
        else:
            awaited[furthest.index] += 1
    return False


def _next_at_work(worker: Worker) -> Worker | None:
    """The nearest worker before him who has a work in hand."""
    other = worker.before
    while other is not None and other.work is None:
        other = other.before
    return other


def _position(instance: Instance) -> int:
    """How far down the line: the declared order; a resumption stands where its instance does."""
    origin = int(instance.row["origin"])
    return origin if origin >= 0 else instance.index


def _furthest(shop: Shop, worker: Worker, at: int, awaited: Counter[int]) -> Instance | None:
    """Furthest instance past a position that has a work for him, suspended ones first."""
    mine = [
        instance
        for instance in shop.instances
        if worker.group in instance.joins
        and instance.slots
        and instance.stocks_met
        and _position(instance) > at
        and _number_there(shop, instance) > awaited[instance.index]
    ]
    return max(mine, key=lambda one: (_position(one), one.index), default=None)


def _number_there(shop: Shop, instance: Instance) -> float:
    """How many works there is material for, or how many are suspended."""
    if instance.row["origin"] >= 0:
        return len(instance.suspended)
    if not instance.takes:
        return float("inf")
    take = instance.takes[0]
    return shop.stocks[take.stock].level // max(take.low, 1)


def _would_pass(shop: Shop, worker: Worker, instance: Instance) -> bool:
    """Whether the next one at work further down the line has not come to an instance yet."""
    after = {other.before: other for other in shop.workers if other.before is not None}
    other = after.get(worker)
    while other is not None:
        if other.work is not None and other.work.phase in {Phase.WORKING, Phase.WALKING}:
            return other.work.instance.index < _position(instance)
        other = after.get(other)
    return False


def _reach_for(shop: Shop, worker: Worker, other: Worker) -> bool:
    """Take the work of another over, or set out for it."""
    work = other.work
    assert work is not None
    begun = not work.walking and not work.returning and work.phase in {Phase.WORKING, Phase.PAUSED}
    if not begun or worker.group not in work.instance.joins:
        return False
    place = int(work.instance.row["place"])
    place = place if place >= 0 else other.place
    ticks = walk(shop, worker.place, place)
    if ticks > 0:
        shop.note(Event.GO_BACK, work.instance.index, worker.index, work.serial)
        worker.walk_until, worker.goal = shop.now + ticks, place
        shop.set_state(worker, WorkerState.WALKING, shop.columns.people)
        worker.approach = shop.schedule(worker.walk_until, Class.WORK, "come back", worker)
    else:
        shop.note(Event.TAKE_OVER, work.instance.index, worker.index, work.serial)
        _take_over(shop, worker, other, work)
    return True


def _take_over(shop: Shop, worker: Worker, other: Worker, work: Work) -> None:
    """People change, the rest stays."""
    if work.phase == Phase.WORKING:
        shop.cancel(work.entry)
        use(shop, work, on=False)
        work.left = int(np.rint((work.end - shop.now) * work.rate))
    work.phase, work.team = Phase.WORKING, [worker]
    worker.work = work
    if other.place >= 0:
        worker.place = other.place
    shop.set_state(worker, WorkerState.WORKING, shop.columns.people)
    work.rate = rate_of(shop, work)
    work.end = shop.now + int(np.rint((work.left + set_up(shop, work)) / work.rate))
    work.entry = shop.schedule(work.end, Class.WORK, "finish", work)
    use(shop, work, on=True)
    put_off(shop, other)
    interrupt_if_struck(shop, work)


def come_back(shop: Shop, worker: Worker) -> None:
    """Who went back is there, and free."""
    worker.approach, worker.place = None, worker.goal
    put_off(shop, worker)


def turn_back(shop: Shop, worker: Worker) -> None:
    """Who is on his way back to take over does not go on: he is where he set out from."""
    shop.cancel(worker.approach)
    worker.approach = None
