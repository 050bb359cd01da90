"""Failures and repairs of tools, absences of people: the events (rules 5 and 8)."""

from __future__ import annotations

from hewer.engine import draws
from hewer.engine.codes import Cause, Class, Event, Phase, WorkerState
from tests.oracle.interrupting import interrupt, interrupt_if_struck
from tests.oracle.judging import charge_missing
from tests.oracle.line import turn_back
from tests.oracle.objects import Hazard, Worker
from tests.oracle.shop import MASK, EndlessError, Shop, arm, hazard_time, mend
from tests.oracle.working import put_off, resume, run_at_work


def strike(shop: Shop, hazard: Hazard) -> None:
    """A hazard strikes, or what struck is over."""
    if shop.shift_over:
        return
    if hazard.down:
        if hazard.row["pool"] >= 0:
            mend(shop, hazard)
        else:
            _return(shop, hazard)
        return
    _count(shop, hazard)
    hazard.down, hazard.running = True, False
    hazard.struck += 1
    hazard.area.set(shop.now, 1)
    if hazard.row["pool"] >= 0:
        _fail(shop, hazard)
    else:
        _leave(shop, hazard)


def _count(shop: Shop, hazard: Hazard) -> None:
    if hazard.instant != shop.now:
        hazard.instant, hazard.strikes = shop.now, 0
    hazard.strikes += 1
    if hazard.strikes > shop.limit:
        raise EndlessError


def _schedule_end(shop: Shop, hazard: Hazard) -> None:
    lasts = hazard_time(shop, hazard, "lasts", draws.OUTCOME)
    hazard.entry = shop.schedule(shop.now + lasts, Class.FAILURE, "strike", hazard)


def _fail(shop: Shop, hazard: Hazard) -> None:
    """A unit fails; without a time of repair its token waits for somebody who mends it."""
    pool, work = shop.pools[hazard.row["pool"]], hazard.work
    shop.note(Event.FAIL, pool.index, int(hazard.row["unit"]), work.serial if work else -1)
    if work is None:
        pool.free -= 1
    elif work.phase == Phase.WORKING:
        interrupt(shop, work, Cause.FAILURE)
    if hazard.row["stock"] < 0:
        _schedule_end(shop, hazard)
        return
    lineage = draws.member_key(int(hazard.row["lineage"]) & MASK, hazard.number)
    hazard.token = shop.new_item(lineage, shop.now, int(shop.program.scalar[0]["default_class"]))
    shop.put_item(shop.stocks[hazard.row["stock"]], hazard.token)


def _leave(shop: Shop, hazard: Hazard) -> None:
    """A person is called away."""
    worker = shop.workers[hazard.row["worker"]]
    shop.note(Event.ABSENT, worker.index, 0, 0)
    free, work = worker.free, worker.work
    column = charge_missing(shop, worker)
    worker.breaks += 1
    worker.absent = True
    if worker.breaks > 1 or not worker.on:
        if worker.state == WorkerState.BREAK:
            shop.set_state(worker, WorkerState.ABSENT)
    elif worker.approach is not None:
        turn_back(shop, worker)
        shop.set_state(worker, worker.away)
    elif free:
        shop.set_state(worker, WorkerState.ABSENT, column)
    elif work is not None and work.phase == Phase.WORKING:
        interrupt(shop, work, Cause.ABSENCE)
    _schedule_end(shop, hazard)


def _return(shop: Shop, hazard: Hazard) -> None:
    worker = shop.workers[hazard.row["worker"]]
    hazard.down = False
    hazard.area.set(shop.now, 0)
    shop.note(Event.ABSENT, worker.index, 1, 0)
    worker.absent = False
    hazard.number += 1
    arm(shop, hazard)
    end_off(shop, worker)
    if worker.work is not None and worker.work.phase == Phase.WORKING:
        run_at_work(shop, hazard, on=True)  # he finishes, on a break, what he was at


def end_off(shop: Shop, worker: Worker) -> None:
    """A break or an absence of a worker ends."""
    worker.breaks -= 1
    if not worker.off:
        return_to_work(shop, worker)
    elif worker.state in {WorkerState.BREAK, WorkerState.ABSENT}:
        shop.set_state(worker, worker.away)


def return_to_work(shop: Shop, worker: Worker) -> None:
    """Somebody who was off goes on with his work or looks for some."""
    work = worker.work
    if work is None:
        put_off(shop, worker)
    elif worker.pausing:
        worker.pausing = False
        if work.phase == Phase.BLOCKED:
            shop.set_state(worker, WorkerState.BLOCKED)
        elif any(mate.pausing for mate in work.team):
            shop.set_state(worker, WorkerState.PARTNER)
        else:
            resume(shop, work)
            interrupt_if_struck(shop, work)
