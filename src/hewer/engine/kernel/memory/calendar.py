"""The event calendar: a binary heap of slots ordered by (tick, class, serial), with cancellation.

Every source, timer and work record has one slot. ``position[slot]`` is its place in the heap, or -1.
When the first event has happened its place is left open (``hole``) until something is scheduled or the next
event is asked for, so that an event that schedules its successor costs one sift. Places are noted only in
kernels that may take something out again.
"""

from __future__ import annotations

from typing import Any

from hewer.engine.features import HAZARDS, INTERRUPTION, LEAVING, LINES, MATTER, TERMS
from hewer.engine.jit import apart, part, pasted
from hewer.engine.kernel.memory.state import clocks, heap, positions

_CLASS_SHIFT = 58
_NEVER = 0x7FFFFFFFFFFFFFFF


@pasted
def _before(tick: Any, key: Any, other_tick: Any, other_key: Any) -> Any:
    return tick < other_tick or (tick == other_tick and key < other_key)


@pasted
def _place(m: Any, at: Any, tick: Any, key: Any, slot: Any) -> Any:
    entry = heap(m, at)
    entry["tick"] = tick
    entry["key"] = key
    entry["slot"] = slot
    if HAZARDS or INTERRUPTION or LEAVING or LINES or MATTER or TERMS:
        positions(m)[slot] = at


@part
def _sift_up(m: Any, at: Any, tick: Any, key: Any, slot: Any) -> Any:
    while at > 0:
        parent = (at - 1) >> 1
        up = heap(m, parent)
        if not _before(tick, key, up["tick"], up["key"]):
            break
        _place(m, at, up["tick"], up["key"], up["slot"])
        at = parent
    _place(m, at, tick, key, slot)


@pasted
def _sift_down(m: Any, at: Any, size: Any, tick: Any, key: Any, slot: Any) -> Any:
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size:
            left, right = heap(m, child), heap(m, child + 1)
            if _before(right["tick"], right["key"], left["tick"], left["key"]):
                child += 1
        down = heap(m, child)
        if not _before(down["tick"], down["key"], tick, key):
            break
        _place(m, at, down["tick"], down["key"], down["slot"])
        at = child
    _place(m, at, tick, key, slot)


@pasted
def _close_hole(m: Any) -> Any:
    if clocks(m)["hole"] == 1:
        _fill_hole(m)


@pasted
def _fill_hole(m: Any) -> Any:
    clock = clocks(m)
    clock["hole"] = 0
    size = clock["heap"] - 1
    clock["heap"] = size
    if size > 0:
        last = heap(m, size)
        _sift_down(m, 0, size, last["tick"], last["key"], last["slot"])


@pasted
def schedule(m: Any, slot: Any, tick: Any, event_class: Any) -> Any:
    """Put ``slot`` (not in the calendar) at ``tick``."""
    clock = clocks(m)
    # class and serial in one number: one comparison orders what happens at one instant (rule 5)
    key = (event_class << _CLASS_SHIFT) + clock["insertions"]
    clock["insertions"] += 1
    if clock["hole"] == 1:
        clock["hole"] = 0
        _sift_down(m, 0, clock["heap"], tick, key, slot)
        return
    size = clock["heap"]
    clock["heap"] = size + 1
    _sift_up(m, size, tick, key, slot)


@apart
def cancel(m: Any, slot: Any) -> Any:
    """Take ``slot`` out of the calendar, if it is there."""
    _close_hole(m)
    clock = clocks(m)
    at = positions(m)[slot]
    if at < 0:
        return
    positions(m)[slot] = -1
    size = clock["heap"] - 1
    clock["heap"] = size
    if at == size:
        return
    last = heap(m, size)
    tick, key, moved = last["tick"], last["key"], last["slot"]
    # what fills the gap comes from another branch: it may have to go up as well as down
    parent = heap(m, (at - 1) >> 1) if at > 0 else heap(m, 0)
    if at > 0 and _before(tick, key, parent["tick"], parent["key"]):
        _sift_up(m, at, tick, key, moved)
    else:
        _sift_down(m, at, size, tick, key, moved)


@pasted
def take_first(m: Any, slot: Any) -> Any:
    """Remove the first event, that of ``slot``; ``heap_first`` has found it."""
    positions(m)[slot] = -1
    clocks(m)["hole"] = 1


@pasted
def first_tick(m: Any) -> Any:
    """Tick of the first event (the largest number where there is none)."""
    clock = clocks(m)
    size = clock["heap"]
    if size <= clock["hole"]:
        return _NEVER
    if clock["hole"] == 0:
        return heap(m, 0)["tick"]
    tick = heap(m, 1)["tick"]
    # with the first place open the next event is one of its two children
    return min(tick, heap(m, 2)["tick"]) if size > 2 else tick


@pasted
def tick_now(m: Any) -> Any:
    """Tick of the first event, which ``heap_first`` has found."""
    return heap(m, 0)["tick"]


@pasted
def heap_first(m: Any) -> Any:
    """Slot of the first event, or -1."""
    _close_hole(m)
    return heap(m, 0)["slot"] if clocks(m)["heap"] > 0 else -1
