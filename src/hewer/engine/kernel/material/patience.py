"""How long an item waits before it leaves its stock: timers that can be cancelled (rule 16).

Those who wait stand in a heap of their own, of which only the first has a place in the calendar.
"""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import Class, Status
from hewer.engine.draws import PATIENCE, work_key
from hewer.engine.jit import apart
from hewer.engine.kernel.judging.expression import draw
from hewer.engine.kernel.memory.accounts import fail
from hewer.engine.kernel.memory.calendar import cancel, schedule
from hewer.engine.kernel.memory.heaps import heap_drop, heap_mark, heap_put, heap_top, in_heap
from hewer.engine.kernel.memory.state import clocks, item_heaps, item_stocks, items, leaves, stocks, visits

_TIMER = int(Class.TIMER)
_ENDLESS, _BAD_NUMBER = int(Status.ENDLESS), int(Status.BAD_NUMBER)
HEAP = 0  # of those who wait
_OVERDUE = -1
_NOT_SET = -1


@apart
def set_timer(m: Any) -> Any:
    """Let the calendar ring when the first loses patience."""
    clock = clocks(m)
    tick = item_heaps(m, HEAP)["first"] if heap_top(m, HEAP) >= 0 else _NOT_SET
    if tick == clock["patience_tick"]:
        return
    slot = clock["timer0"] + clock["patience_timer"]
    cancel(m, slot)
    clock["patience_tick"] = tick
    if tick != _NOT_SET:
        schedule(m, slot, tick, _TIMER)


@apart
def count_leavings(m: Any, s: Any) -> Any:
    """Rounds of leaving, and patience that is over at once, have a limit at one instant (rule 5)."""
    clock = clocks(m)
    if clock["leave_tick"] != clock["now"]:
        clock["leave_tick"] = clock["now"]
        clock["leavings"] = 0
    clock["leavings"] += 1
    if clock["leavings"] > clock["limit"]:
        fail(m, _ENDLESS, clock["instance_n"] + clock["source_n"] + s)


@apart
def begin_patience(m: Any, s: Any, k: Any) -> Any:
    """Item ``k`` enters stock ``s``, which those who wait leave after a time."""
    clock, leave = clocks(m), leaves(m, stocks(m, s)["leave"])
    if leave["after"] == -1 or clock["shift_over"] == 1:
        return
    number = 0
    if leave["visit"] >= 0:
        at = k * clock["visits"] + leave["visit"]
        number = visits(m)[at]
        visits(m)[at] = number + 1
    clock["item"] = k
    wait = draw(m, leave["after"], 0, work_key(leave["key"], items(m, k)["lineage"], number), PATIENCE)
    if wait < 0:
        fail(m, _BAD_NUMBER, clock["instance_n"] + clock["source_n"] + s)
        return
    if wait == 0:
        count_leavings(m, s)
    item_stocks(m)[k] = s
    heap_put(m, HEAP, k, clock["now"] + wait, clock["patient"])
    clock["patient"] += 1
    set_timer(m)


@apart
def end_patience(m: Any, s: Any, k: Any) -> Any:
    """Item ``k`` leaves stock ``s``, whatever the reason."""
    leave = leaves(m, stocks(m, s)["leave"])
    if leave["after"] == -1:
        return
    if in_heap(m, HEAP, k) == _OVERDUE:
        heap_mark(m, HEAP, k, 0)
        leave["overdue"] -= 1
    elif in_heap(m, HEAP, k) > 0:
        heap_drop(m, HEAP, k)
        set_timer(m)


@apart
def mark_overdue(m: Any, n: Any, k: Any) -> Any:
    """The patience of item ``k`` is over, and there is no room where it would go."""
    heap_drop(m, HEAP, k)
    set_timer(m)
    heap_mark(m, HEAP, k, _OVERDUE)
    leaves(m, n)["overdue"] += 1


@apart
def is_overdue(m: Any, k: Any) -> Any:
    """Whether the patience of item ``k`` is over."""
    return in_heap(m, HEAP, k) == _OVERDUE
