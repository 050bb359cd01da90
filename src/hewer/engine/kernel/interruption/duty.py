"""Calendars: who comes on duty, who goes, and what becomes of the work in hand (rule 11)."""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import Cause, Change, Class, Event, Overrun, Phase, WorkerState
from hewer.engine.jit import apart
from hewer.engine.kernel.interruption.interrupt import interrupt_if_struck, suspend
from hewer.engine.kernel.interruption.terms import (
    bring_back,
    come_back,
    give_up,
    judge_staffing,
    pause,
    resume,
    send_on_break,
)
from hewer.engine.kernel.memory.accounts import book_state, log, set_state
from hewer.engine.kernel.memory.calendar import schedule
from hewer.engine.kernel.memory.state import changes, clocks, duties, instances, workers, works
from hewer.engine.kernel.people.people import leave_the_free, send_off, set_away
from hewer.engine.kernel.work.start import BEGIN

_RETURNS, _GOES, _COMES = int(Change.RETURNS), int(Change.GOES), int(Change.COMES)
_WHEN_DONE = int(Change.RESTS_WHEN_DONE)
_FINISH, _PAUSE = int(Overrun.FINISH), int(Overrun.PAUSE)
_HAND_OVER, _CAUSE = int(Overrun.HAND_OVER), int(Cause.DUTY)
_P_WALKING, _P_WORKING = int(Phase.WALKING), int(Phase.WORKING)
_P_BLOCKED = int(Phase.BLOCKED)
_BREAK, _DONE, _OFF = int(WorkerState.BREAK), int(WorkerState.DONE), int(WorkerState.OFF)
_PARTNER, _ABSENT = int(WorkerState.PARTNER), int(WorkerState.ABSENT)
_E_DUTY = int(Event.DUTY)
_CALENDAR = int(Class.CALENDAR)


@apart
def _come(m: Any, w: Any) -> Any:
    """A worker comes on duty; who was still finishing a work goes on with it."""
    worker = workers(m, w)
    worker["on"] = 1
    worker["off"] -= 1
    if worker["state"] != _OFF:
        return
    book_state(m, w)
    if worker["off"] > 0:
        set_away(m, w)
    else:
        come_back(m, w)


@apart
def _stay_away(m: Any, w: Any) -> Any:
    """Let a worker leave a work that waits for him; on break he had left it already."""
    worker = workers(m, w)
    book_state(m, w)
    if worker["state"] != _BREAK and worker["state"] != _ABSENT:
        works(m, worker["work"])["off"] += 1
    set_away(m, w)


@apart
def _end_break_to_finish(m: Any, w: Any) -> Any:
    """A worker's duty ends while his work, that is to be finished, pauses for his break."""
    at = workers(m, w)["work"]
    book_state(m, w)
    works(m, at)["off"] -= 1
    set_state(m, w, _PARTNER, clocks(m)["partner"])
    if works(m, at)["off"] == 0:
        resume(m, at)
        if clocks(m)["hazard_n"] > 0:
            interrupt_if_struck(m, at)


@apart
def _leave_work(m: Any, w: Any) -> Any:
    """What becomes of the work of somebody whose duty ends."""
    worker = workers(m, w)
    at = worker["work"]
    work = works(m, at)
    overrun = instances(m, work["instance"])["overrun"]
    if work["phase"] == _P_BLOCKED:
        _stay_away(m, w)
    elif work["walk"] == BEGIN:
        give_up(m, at)
    elif overrun == _FINISH:
        if worker["state"] == _BREAK or worker["state"] == _ABSENT:
            _end_break_to_finish(m, w)
    elif overrun == _PAUSE:
        if work["phase"] == _P_WORKING or work["phase"] == _P_WALKING:
            pause(m, at)
        _stay_away(m, w)
    elif overrun == _HAND_OVER:
        suspend(m, at, _CAUSE)
    else:
        give_up(m, at)


@apart
def _go(m: Any, w: Any) -> Any:
    """A worker goes off duty."""
    worker = workers(m, w)
    worker["on"] = 0
    worker["off"] += 1
    if worker["work"] >= 0:
        _leave_work(m, w)
        return
    if worker["state"] == _BREAK or worker["state"] == _ABSENT:
        book_state(m, w)
    else:
        leave_the_free(m, w)
    send_off(m, w)


@apart
def _change(m: Any, w: Any, what: Any) -> Any:
    if what == _COMES:
        _come(m, w)
    elif what == _GOES:
        _go(m, w)
    elif what != _RETURNS:
        send_on_break(m, w, what == _WHEN_DONE)
    elif workers(m, w)["off"] > 0:
        bring_back(m, w)


@apart
def change_duty(m: Any, d: Any, slot: Any) -> Any:
    """Make the next change of duty ``d``, and put the one after it into the calendar."""
    clock, duty = clocks(m), duties(m, d)
    if clock["shift_over"] == 1:
        return
    what = changes(m, duty["next"])["what"]
    log(m, _E_DUTY, d, what, 0)
    for w in range(clock["worker_n"]):
        if workers(m, w)["duty"] == d:
            _change(m, w, what)
    judge_staffing(m)
    duty["next"] += 1
    if duty["next"] < duty["change1"]:
        schedule(m, slot, changes(m, duty["next"])["tick"], _CALENDAR)
