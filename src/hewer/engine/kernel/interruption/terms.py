"""The calendar of the shift: breaks, end of shift, warm-up, horizon (rules 11 and 13)."""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import Class, Event, Overrun, Phase, WorkerState
from hewer.engine.features import HAZARDS
from hewer.engine.jit import apart
from hewer.engine.kernel.interruption.interrupt import halt, interrupt_if_struck, leave_line
from hewer.engine.kernel.judging.hazard import account_hazard
from hewer.engine.kernel.judging.require import mark_instance
from hewer.engine.kernel.material.material import BINS
from hewer.engine.kernel.memory.accounts import (
    account_instance,
    account_pool,
    account_stock,
    book_state,
    log,
    set_state,
)
from hewer.engine.kernel.memory.calendar import cancel, schedule
from hewer.engine.kernel.memory.state import (
    break_roles,
    breaks,
    clocks,
    filled_slots,
    flows,
    hazards,
    histograms,
    instances,
    manners,
    pools,
    sources,
    stocks,
    worker_times,
    workers,
    works,
)
from hewer.engine.kernel.people.choose import fit
from hewer.engine.kernel.people.idle import book_idle_unended
from hewer.engine.kernel.people.people import leave_the_free, make_free, send_off, set_away
from hewer.engine.kernel.work.start import BEGIN, run_on
from hewer.engine.kernel.work.work import hold, stop

_IDLE, _WALKING, _WORKING = int(WorkerState.IDLE), int(WorkerState.WALKING), int(WorkerState.WORKING)
_BLOCKED, _PARTNER = int(WorkerState.BLOCKED), int(WorkerState.PARTNER)
_BREAK, _DONE, _OFF = int(WorkerState.BREAK), int(WorkerState.DONE), int(WorkerState.OFF)
_ABSENT = int(WorkerState.ABSENT)
_P_FREE, _P_WALKING, _P_WORKING = int(Phase.FREE), int(Phase.WALKING), int(Phase.WORKING)
_P_BLOCKED, _P_PAUSED, _P_HELD = int(Phase.BLOCKED), int(Phase.PAUSED), int(Phase.HELD)
_P_SUSPENDED = int(Phase.SUSPENDED)
_E_PAUSE, _E_RESUME, _E_BREAK = int(Event.PAUSE), int(Event.RESUME), int(Event.BREAK)
_E_SHIFT_END, _E_WARM_UP = int(Event.SHIFT_END), int(Event.WARM_UP)
_FINISH, _STOP = int(Overrun.FINISH), int(Overrun.STOP)
_CLASS = int(Class.WORK)
_LATE = 0x7FFFFFFFFFFFFFFF


@apart
def _in_break(m: Any, b: Any, w: Any) -> Any:
    record = breaks(m, b)
    for k in range(record["role0"], record["role1"]):
        if break_roles(m)[k] == workers(m, w)["role"]:
            return True
    return False


@apart
def judge_staffing(m: Any) -> Any:
    """Judge which instances the people now on shift can staff."""
    clock = clocks(m)
    for i in range(clock["instance_n"]):
        instance = instances(m, i)
        if instance["by_owner"] == 1:
            continue
        slots = instance["post1"] - instance["post0"]
        staffed = 1 if _can_staff(m, i, slots, False) else 0
        if staffed != instance["staffed"]:
            instance["staffed"] = staffed
            mark_instance(m, i)


@apart
def _can_staff(m: Any, i: Any, slots: Any, everybody: Any) -> Any:
    """Tell whether those on shift, or all that there are, can fill the posts of an instance."""
    for slot in range(slots):
        filled_slots(m)[slot] = -1
    size = 0
    for w in range(clocks(m)["worker_n"]):
        if size == slots:
            break
        if (everybody or workers(m, w)["off"] == 0) and fit(m, i, slots, w):
            size += 1
    return size == slots


@apart
def awaits_people(m: Any) -> Any:
    """Tell whether an instance lacks no material, and people who are on break or off duty."""
    for i in range(clocks(m)["instance_n"]):
        instance = instances(m, i)
        slots = instance["post1"] - instance["post0"]
        if instance["staffed"] == 0 and instance["unmet"] == 0 and _can_staff(m, i, slots, True):
            return True
    return False


@apart
def pause(m: Any, w: Any) -> Any:
    """Stop the rate of a work; its people's time is booked, and they wait for partners."""
    work, clock = works(m, w), clocks(m)
    log(m, _E_PAUSE, work["instance"], -1, work["serial"])
    halt(m, w)
    work["phase"] = _P_PAUSED
    clock["paused"] += 1
    v = work["lead"]
    while v >= 0:
        worker = workers(m, v)
        book_state(m, v)
        # who has arrived before his partners has nothing left to walk
        worker["walk_left"] = max(0, worker["walk_until"] - clock["now"])
        set_state(m, v, _PARTNER, clock["partner"])
        v = worker["mate"]


@apart
def resume(m: Any, w: Any) -> Any:
    """Go on with a paused work."""
    work, clock = works(m, w), clocks(m)
    i = work["instance"]
    log(m, _E_RESUME, i, -1, work["serial"])
    clock["running"] += 1
    clock["paused"] -= 1
    v = work["lead"]
    while v >= 0:
        worker = workers(m, v)
        book_state(m, v)
        if work["walk"] != 0:
            worker["walk_until"] = clock["now"] + worker["walk_left"]
            set_state(m, v, _WALKING, clock["walking"])
        else:
            set_state(m, v, _WORKING, instances(m, i)["activity"])
        v = worker["mate"]
    if work["walk"] != 0:
        work["phase"] = _P_WALKING
        work["end"] = clock["now"] + work["remaining"]
        schedule(m, clock["work0"] + w, work["end"], _CLASS)
    else:
        run_on(m, w, work["remaining"])


@apart
def send_on_break(m: Any, w: Any, finish: Any) -> Any:
    """Begin a break of a worker, who may be told to finish his work first."""
    worker = workers(m, w)
    worker["off"] += 1
    # he is away already, on another break or absent: only the first departure changes anything
    if worker["off"] > 1:
        return
    at = worker["work"]
    if at < 0:
        leave_the_free(m, w)
        send_off(m, w)
        return
    work = works(m, at)
    if finish:
        return
    if work["phase"] == _P_WALKING or work["phase"] == _P_WORKING:
        pause(m, at)
    book_state(m, w)
    work["off"] += 1
    set_state(m, w, _BREAK, clocks(m)["rest"])


@apart
def bring_back(m: Any, w: Any) -> Any:
    """End one of a worker's breaks, or an absence."""
    worker = workers(m, w)
    worker["off"] -= 1
    if worker["state"] != _BREAK and worker["state"] != _ABSENT:
        return
    book_state(m, w)
    if worker["off"] > 0:
        set_away(m, w)
        return
    come_back(m, w)


@apart
def come_back(m: Any, w: Any) -> Any:
    """Let a worker, whose absence is booked, go on with his work or look for some."""
    worker, clock = workers(m, w), clocks(m)
    at = worker["work"]
    if at < 0:
        make_free(m, w)
        return
    work = works(m, at)
    work["off"] -= 1
    if work["phase"] == _P_BLOCKED:
        set_state(m, w, _BLOCKED, clock["stuck"] + stocks(m, work["lacks"])["declared"])
        return
    set_state(m, w, _PARTNER, clock["partner"])
    if work["off"] == 0:
        resume(m, at)
        if HAZARDS and clock["hazard_n"] > 0:
            interrupt_if_struck(m, at)


@apart
def begin_break(m: Any, b: Any) -> Any:
    """Begin break ``b`` for its roles."""
    if clocks(m)["shift_over"] == 1:
        return
    log(m, _E_BREAK, b, 0, 0)
    for w in range(clocks(m)["worker_n"]):
        if _in_break(m, b, w) and workers(m, w)["state"] != _DONE:
            send_on_break(m, w, breaks(m, b)["finish"] == 1)
    judge_staffing(m)


@apart
def end_break(m: Any, b: Any) -> Any:
    """End break ``b``."""
    if clocks(m)["shift_over"] == 1:
        return
    log(m, _E_BREAK, b, 1, 0)
    for w in range(clocks(m)["worker_n"]):
        if _in_break(m, b, w) and workers(m, w)["state"] != _DONE and workers(m, w)["off"] > 0:
            bring_back(m, w)
    judge_staffing(m)


@apart
def _next_in_hand(m: Any, after: Any) -> Any:
    """Work in hand with the smallest start serial above ``after``; -1."""
    best, serial = -1, _LATE
    for w in range(clocks(m)["unused_work"]):
        work = works(m, w)
        if work["phase"] != _P_FREE and work["phase"] != _P_HELD and after < work["serial"] < serial:
            best, serial = w, work["serial"]
    return best


@apart
def _keep(m: Any, w: Any) -> Any:
    """Keep an unfinished work in hand at the end of the shift."""
    if works(m, w)["phase"] == _P_SUSPENDED:
        leave_line(m, w)
    else:
        if works(m, w)["phase"] != _P_PAUSED:
            pause(m, w)
        clocks(m)["paused"] -= 1
    hold(m, w)


@apart
def give_up(m: Any, w: Any) -> Any:
    """Give up a work that is on its way, in progress or paused."""
    work, clock = works(m, w), clocks(m)
    if work["phase"] == _P_SUSPENDED:
        leave_line(m, w)
    elif work["phase"] == _P_PAUSED:
        clock["paused"] -= 1
    else:
        cancel(m, clock["work0"] + w)
        clock["running"] -= 1
    stop(m, w)


@apart
def _end_work_in_hand(m: Any) -> Any:
    after = -1
    while True:
        w = _next_in_hand(m, after)
        if w < 0:
            return
        work = works(m, w)
        # in the order of their starts, though giving one up frees records and may end others
        after = work["serial"]
        overrun = instances(m, work["instance"])["overrun"]
        if work["phase"] == _P_BLOCKED:
            hold(m, w)
        elif work["walk"] == BEGIN or overrun == _STOP:
            give_up(m, w)
        elif overrun != _FINISH or work["phase"] == _P_SUSPENDED:
            _keep(m, w)
        elif work["phase"] == _P_PAUSED:
            work["off"] = 0
            resume(m, w)


@apart
def _send_all_home(m: Any) -> Any:
    clock = clocks(m)
    for w in range(clock["worker_n"]):
        worker = workers(m, w)
        if worker["work"] >= 0:
            continue
        if worker["state"] == _BREAK or worker["state"] == _OFF or worker["state"] == _ABSENT:
            book_state(m, w)
        elif worker["state"] != _DONE:
            leave_the_free(m, w)
        send_off(m, w)


@apart
def end_shift(m: Any) -> Any:
    """The shift ends: nothing starts any more (rule 11)."""
    clock = clocks(m)
    log(m, _E_SHIFT_END, 0, 0, 0)
    clock["shift_over"] = 1
    _end_work_in_hand(m)
    _send_all_home(m)


@apart
def _account_all(m: Any) -> Any:
    clock = clocks(m)
    for s in range(clock["stock_n"]):
        account_stock(m, s)
    for r in range(clock["pool_n"]):
        account_pool(m, r)
    for i in range(clock["instance_n"]):
        account_instance(m, i)
    for h in range(clock["hazard_n"] if HAZARDS else 0):
        account_hazard(m, h)
    for w in range(clock["worker_n"]):
        if workers(m, w)["state"] == _IDLE:
            book_idle_unended(m, w)
        else:
            book_state(m, w)


@apart
def close(m: Any) -> Any:
    """The horizon: account up to it, and for nothing after it."""
    _account_all(m)
    # last: what is booked after it would count
    clocks(m)["closed"] = 1


@apart
def clear_counts(m: Any) -> Any:
    """Begin all counts and integrals: at the start of the shift, and again after the warm-up (rule 13)."""
    clock = clocks(m)
    for s in range(clock["stock_n"]):
        stock = stocks(m, s)
        stock["integral"] = 0.0
        stock["arrived"] = 0
        stock["departed"] = 0
        stock["left"] = 0
        stock["waited"] = 0.0
        # what stands there when counting begins is a level that was reached
        stock["peak"] = stock["level"]
    for r in range(clock["pool_n"]):
        pools(m, r)["busy"] = 0.0
    for i in range(clock["instance_n"]):
        instance = instances(m, i)
        instance["n_started"] = 0
        instance["n_ended"] = 0
        instance["n_interrupted"] = 0
        manners(m, i)["set_ups"] = 0
        manners(m, i)["set_up"] = 0.0
        instance["busy"] = 0.0
        instance["stuck"] = 0.0
    for h in range(clock["hazard_n"]):
        hazards(m, h)["struck"] = 0
        hazards(m, h)["lost"] = 0.0
    for k in range(clock["worker_n"] * clock["column_n"]):
        worker_times(m)[k] = 0
    for k in range(clock["source_n"]):
        source = sources(m, k)
        source["arrived"] = 0
        source["lost"] = 0
        source["balked"] = 0
        source["diverted"] = 0
    _clear_flows(m)


@apart
def open_window(m: Any) -> Any:
    """The warm-up ends: counts and integrals start again (rule 13)."""
    _account_all(m)
    log(m, _E_WARM_UP, 0, 0, 0)
    clear_counts(m)


@apart
def _clear_flows(m: Any) -> Any:
    clock = clocks(m)
    for f in range(clock["flow_n"]):
        flow = flows(m)[f]
        flow["left"] = 0
        flow["sum"] = 0.0
        flow["largest"] = 0
        flow["closed"] = 0
        flow["closed_sum"] = 0.0
        flow["closed_largest"] = 0
    if clock["quantile_n"] > 0:
        for k in range(2 * clock["flow_n"] * BINS):
            histograms(m)[k] = 0
