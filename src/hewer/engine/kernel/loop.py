"""The course of a run: one instant after another (rule 5), one replication after another."""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import Phase, Status
from hewer.engine.features import HAZARDS, INTERRUPTION, LEAVING, LINES, MATTER, TEAMS, TERMS, WALKING
from hewer.engine.jit import apart, entry, part, pasted
from hewer.engine.kernel.interruption.duty import change_duty
from hewer.engine.kernel.interruption.failure import strike
from hewer.engine.kernel.interruption.interrupt import go_on, interrupt_if_struck
from hewer.engine.kernel.interruption.line import TOOK_OVER, come_back, stand_in_line
from hewer.engine.kernel.interruption.preempt import preempt
from hewer.engine.kernel.interruption.terms import (
    awaits_people,
    begin_break,
    close,
    end_break,
    end_shift,
    open_window,
)
from hewer.engine.kernel.judging.require import judge, ring_requirement
from hewer.engine.kernel.material.give import draw_outcome, items_made
from hewer.engine.kernel.material.leaving import leave_all, lose_patience
from hewer.engine.kernel.material.source import arrival_size, fire
from hewer.engine.kernel.memory.accounts import shift_is_over
from hewer.engine.kernel.memory.calendar import first_tick, heap_first, take_first, tick_now
from hewer.engine.kernel.memory.state import clocks, hazards, instances, timers, works
from hewer.engine.kernel.people.choose import choose, settle_claims
from hewer.engine.kernel.reset import reset
from hewer.engine.kernel.work.start import arrive, start
from hewer.engine.kernel.work.work import complete, release_blocked
from hewer.engine.kernel.write import write

BREAK_BEGINS, BREAK_ENDS, SHIFT_ENDS, WARM_UP, HORIZON = 0, 1, 2, 3, 4  # kinds of timers
WAKE, DUTY_CHANGES, PATIENCE, ARRIVES, TIME_IS_UP = 5, 6, 7, 8, 9
_P_WALKING = int(Phase.WALKING)
_DONE, _AGAIN = int(Status.DONE), int(Status.AGAIN)
_GROW_ITEMS, _GROW_WORKS = int(Status.GROW_ITEMS), int(Status.GROW_WORKS)
_GROW_LOG = int(Status.GROW_LOG)
_ON, _JUDGE = -1, -2  # go on; judge what depends on what has changed, and go on


@apart
def _ring(m: Any, k: Any) -> Any:
    """What a timer does, or (behind those) a hazard; a wake does nothing but let the instant be judged."""
    if k >= clocks(m)["timer_n"]:
        if HAZARDS and not shift_is_over(m):
            strike(m, k - clocks(m)["timer_n"])
        return
    kind = timers(m, k)["kind"]
    if kind == WARM_UP:
        open_window(m)
    elif kind == HORIZON:
        close(m)
    elif TERMS and (kind <= SHIFT_ENDS or kind == DUTY_CHANGES):
        _ring_term(m, k)
    elif LINES and kind == ARRIVES:
        come_back(m, timers(m, k)["index"])
    elif LEAVING and kind == PATIENCE and not shift_is_over(m):
        lose_patience(m)
    elif MATTER and kind == TIME_IS_UP and not shift_is_over(m):
        ring_requirement(m, timers(m, k)["index"])


@apart
def _ring_term(m: Any, k: Any) -> Any:
    """A break begins or ends, somebody comes or goes, or the shift ends."""
    timer = timers(m, k)
    kind = timer["kind"]
    if kind == BREAK_BEGINS:
        begin_break(m, timer["index"])
    elif kind == BREAK_ENDS:
        end_break(m, timer["index"])
    elif kind == SHIFT_ENDS:
        end_shift(m)
    else:
        change_duty(m, timer["index"], clocks(m)["timer0"] + k)


@apart
def _tokens_made(m: Any, slot: Any) -> Any:
    """1 where the event of a slot is the failure of a unit that a token stands for."""
    h = slot - clocks(m)["hazard0"]
    return 1 if h >= 0 and hazards(m, h)["stock"] >= 0 else 0


@pasted
def _items_wanted(m: Any, slot: Any) -> Any:
    """New items that the event of a slot makes; 0 where there is room for any it could make."""
    clock = clocks(m)
    if clock["free_items"] - clock["promised"] >= clock["most_made"]:
        return 0
    if slot < clock["timer0"]:
        return arrival_size(m, slot)
    if HAZARDS and slot < clock["work0"]:
        return _tokens_made(m, slot)
    w = slot - clock["work0"]
    if not MATTER or w < 0:
        return 0
    if instances(m, works(m, w)["instance"])["makes"] == 0 or works(m, w)["phase"] == _P_WALKING:
        return 0
    # drawn here already, since it says how many items are made; complete() finds it drawn
    draw_outcome(m, w)
    return items_made(m, w)


@pasted
def _is_over(m: Any) -> Any:
    clock = clocks(m)
    if clock["closed"] == 0:
        return False
    return not shift_is_over(m) or clock["running"] + clock["paused"] == 0


@pasted
def _happen(m: Any, slot: Any) -> Any:
    """The first event of the calendar, that of ``slot``, happens."""
    clock = clocks(m)
    take_first(m, slot)
    if slot >= clock["work0"]:
        w = slot - clock["work0"]
        if WALKING and works(m, w)["phase"] == _P_WALKING:
            arrive(m, w)
            if HAZARDS and clock["hazard_n"] > 0:
                interrupt_if_struck(m, w)
        else:
            complete(m, w)
    elif slot >= clock["timer0"]:
        _ring(m, slot - clock["timer0"])
    elif not shift_is_over(m):
        fire(m, slot)


@pasted
def _event(m: Any, slot: Any) -> Any:
    """Let one event happen, unless there is no room for what it makes; then start what can."""
    clock = clocks(m)
    clock["now"] = tick_now(m)
    # asked before anything changes: the arrays grow in Python, and then the same event is begun again
    wanted = _items_wanted(m, slot)
    if wanted > clock["free_items"] - clock["promised"]:
        clock["wanted"] = wanted
        return _GROW_ITEMS
    _happen(m, slot)
    clock["events"] += 1
    # Python looks in now and then, or Ctrl-C would have to wait for the end of the replication
    clock["budget"] -= 1
    # rule 5: all that ends at an instant ends before anything starts at it
    if first_tick(m) > clock["now"] and (clock["closed"] == 0 or shift_is_over(m)):
        clock["mode"] = 1
        if not shift_is_over(m):
            return _JUDGE
    return _ON


@pasted
def _last_resort(m: Any) -> Any:
    """Instance that starts by preemption, or -1; then claims are settled, if the instant is over."""
    clock = clocks(m)
    if INTERRUPTION and clock["preemptors"] > 0:
        return _preempt_or_settle(m)
    if TEAMS and clock["ready_teams"] + clock["claims"] > 0:
        return _preempt_or_settle(m)
    return -1


@apart
def _preempt_or_settle(m: Any) -> Any:
    clock = clocks(m)
    # what still ends at this instant may free people without an interruption
    if first_tick(m) == clock["now"] or shift_is_over(m):
        return -1
    i = -1
    if INTERRUPTION and clock["preemptors"] > 0:
        i = preempt(m)
    if TEAMS and i < 0 and clock["ready_teams"] + clock["claims"] > 0:
        settle_claims(m)
    return i


@pasted
def _starts(m: Any) -> Any:
    """Start one work, or go on to what happens next."""
    clock = clocks(m)
    if clock["free_work"] < 0 and clock["unused_work"] == clock["works"]:
        return _GROW_WORKS
    news = clock["touched"] > 0 or (TEAMS and clock["ready_teams"] + clock["claims"] > 0)
    i = -1
    if LINES and clock["line_n"] > 0 and not shift_is_over(m):
        i = stand_in_line(m)
        if i == TOOK_OVER:
            return _ON
    if i < 0 and news and not shift_is_over(m):
        i = choose(m)
    if i < 0:
        i = _last_resort(m)
    if i >= 0:
        if INTERRUPTION and instances(m, i)["origin"] >= 0:
            go_on(m, i)
        else:
            start(m, i)
        return _JUDGE
    clock["mode"] = 0
    if MATTER and clock["blocked"] > 0:
        _note_deadlock(m)
    return _ON


@apart
def _note_deadlock(m: Any) -> Any:
    """Works are blocked: note since when nothing moves, if nothing does."""
    clock = clocks(m)
    # works that are interrupted or paused will go on of themselves: that is no deadlock
    stuck = clock["running"] + clock["paused"] + clock["suspended"] == 0
    if stuck and clock["deadlock"] < 0 and not shift_is_over(m) and not awaits_people(m):
        clock["deadlock"] = clock["now"]


@part
def _replicate(m: Any) -> Any:
    """Go on with the present replication until it is over or the arrays must grow."""
    clock = clocks(m)
    while True:
        if clock["status"] != _DONE:
            return clock["status"]
        if clock["mode"] == 1:
            result = _starts(m)
        else:
            if clock["budget"] <= 0:
                return _AGAIN
            slot = heap_first(m)
            if slot < 0 or _is_over(m):
                return _DONE
            result = _event(m, slot)
        if result == _JUDGE:  # in one place: pasted in two, the code that always runs is half as long again
            leave_all(m)
            release_blocked(m)
            judge(m)
        elif result != _ON:
            return result


@entry
def advance(m: Any) -> Any:
    """Run replications ``clock["index"]`` to ``clock["count"]`` and write their results.

    Returns a :class:`Status`; after growth, or ``AGAIN``, it is called again and goes on.
    """
    clock = clocks(m)
    while clock["index"] < clock["count"]:
        if clock["begun"] == 0:
            reset(m)
            clock["begun"] = 1
        status = _replicate(m)
        if status != _DONE:
            return status
        if clock["logging"] == 1 and clock["log_size"] > clock["log_room"]:
            return _GROW_LOG
        write(m)
        clock["begun"] = 0
        clock["index"] += 1
        if clock["logging"] == 1:
            return _AGAIN
    return _DONE
