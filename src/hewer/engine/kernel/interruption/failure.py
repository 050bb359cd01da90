"""Failures of tools, their repair, absences of people: the events (rules 5 and 8, class 1)."""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import Cause, Event, Phase, Status, WorkerState
from hewer.engine.draws import member_of
from hewer.engine.jit import apart, part
from hewer.engine.kernel.interruption.interrupt import interrupt
from hewer.engine.kernel.interruption.terms import bring_back, judge_staffing
from hewer.engine.kernel.judging.hazard import account_hazard, arm, culprit, mend, run_at_work, schedule_end
from hewer.engine.kernel.judging.require import mark_pool
from hewer.engine.kernel.material.material import new_item, put_item
from hewer.engine.kernel.memory.accounts import account_pool, book_state, fail, log
from hewer.engine.kernel.memory.state import clocks, hazards, pools, workers, works
from hewer.engine.kernel.people.people import leave_the_free, send_off, set_away

_FAIL, _ABSENT = int(Event.FAIL), int(Event.ABSENT)
_P_WORKING = int(Phase.WORKING)
_BREAK = int(WorkerState.BREAK)
_FAILURE, _ABSENCE = int(Cause.FAILURE), int(Cause.ABSENCE)
_ENDLESS = int(Status.ENDLESS)


@part
def _count_at_instant(m: Any, h: Any) -> Any:
    clock, hazard = clocks(m), hazards(m, h)
    if hazard["instant"] != clock["now"]:
        hazard["instant"] = clock["now"]
        hazard["instant_strikes"] = 0
    hazard["instant_strikes"] += 1
    if hazard["instant_strikes"] > clock["limit"]:
        fail(m, _ENDLESS, culprit(m, h))


@apart
def _fail_unit(m: Any, h: Any) -> Any:
    """A unit fails: a work in progress that holds it is interrupted."""
    clock, hazard = clocks(m), hazards(m, h)
    r, w = hazard["pool"], hazard["work"]
    log(m, _FAIL, r, hazard["unit"], works(m, w)["serial"] if w >= 0 else -1)
    if w < 0:
        account_pool(m, r)
        pools(m, r)["free"] -= 1
        pools(m, r)["count"] -= 1
        mark_pool(m, r)
    elif works(m, w)["phase"] == _P_WORKING:
        interrupt(m, w, _FAILURE)
    if hazard["stock"] < 0:
        schedule_end(m, h)
        return
    lineage = member_of(hazard["lineage"], hazard["number"])
    hazard["item"] = new_item(m, lineage, clock["now"], clock["default_class"])
    clock["tokens"] += 1
    put_item(m, hazard["stock"], hazard["item"])


@apart
def _begin_absence(m: Any, h: Any) -> Any:
    """A person is called away: a work in progress that he is at is interrupted."""
    v = hazards(m, h)["worker"]
    worker = workers(m, v)
    log(m, _ABSENT, v, 0, 0)
    worker["off"] += 1
    worker["absent"] = 1
    if worker["off"] > 1:
        if worker["state"] == _BREAK:
            book_state(m, v)
            set_away(m, v)
    elif worker["work"] < 0:
        leave_the_free(m, v)
        send_off(m, v)
    elif works(m, worker["work"])["phase"] == _P_WORKING:
        interrupt(m, worker["work"], _ABSENCE)
    judge_staffing(m)
    schedule_end(m, h)


@apart
def _end_absence(m: Any, h: Any) -> Any:
    hazard = hazards(m, h)
    account_hazard(m, h)
    hazard["down"] = 0
    log(m, _ABSENT, hazard["worker"], 1, 0)
    workers(m, hazard["worker"])["absent"] = 0
    hazard["number"] += 1
    arm(m, h)
    bring_back(m, hazard["worker"])
    w = workers(m, hazard["worker"])["work"]
    if w >= 0 and works(m, w)["phase"] == _P_WORKING:
        run_at_work(m, h, 1)  # he finishes, on a break, what he was at
    judge_staffing(m)


@apart
def strike(m: Any, h: Any) -> Any:
    """A hazard strikes, or what struck is over."""
    hazard = hazards(m, h)
    if hazard["down"] == 1:
        if hazard["pool"] >= 0:
            mend(m, h)
        else:
            _end_absence(m, h)
        return
    _count_at_instant(m, h)
    account_hazard(m, h)
    hazard["down"] = 1
    hazard["running"] = 0
    hazard["struck"] += 1
    if hazard["pool"] >= 0:
        _fail_unit(m, h)
    else:
        _begin_absence(m, h)
