"""The event calendar: a binary heap of slots ordered by (tick, class, serial), with cancellation.

Every source, timer and work record has one slot. ``position[slot]`` is its place in the heap, or -1.
After ``take_first`` the first place is left open (``hole``), so that an event that schedules its successor
costs one sift.
"""

from __future__ import annotations

from typing import Any

from hewer.engine.jit import apart, part, pasted
from hewer.engine.kernel.memory.state import clocks, heap, positions

_CLASS_SHIFT = 58


@pasted
def _before(tick: Any, key: Any, other_tick: Any, other_key: Any) -> Any:
    return tick < other_tick or (tick == other_tick and key < other_key)


@pasted
def _place(m: Any, at: Any, tick: Any, key: Any, slot: Any) -> Any:
    entry = heap(m, at)
    entry["tick"] = tick
    entry["key"] = key
    entry["slot"] = slot
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


@part
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
    parent = heap(m, (at - 1) >> 1) if at > 0 else heap(m, 0)
    if at > 0 and _before(tick, key, parent["tick"], parent["key"]):
        _sift_up(m, at, tick, key, moved)
    else:
        _sift_down(m, at, size, tick, key, moved)


@pasted
def take_first(m: Any) -> Any:
    """Remove the first event and return its slot; the calendar must not be empty."""
    _close_hole(m)
    first = heap(m, 0)
    slot = first["slot"]
    positions(m)[slot] = -1
    clocks(m)["hole"] = 1
    return slot


@pasted
def first_tick(m: Any) -> Any:
    """Tick of the first event (the largest number where there is none)."""
    _close_hole(m)
    if clocks(m)["heap"] == 0:
        return 0x7FFFFFFFFFFFFFFF
    return heap(m, 0)["tick"]


@pasted
def heap_first(m: Any) -> Any:
    """Slot of the first event, or -1."""
    _close_hole(m)
    return heap(m, 0)["slot"] if clocks(m)["heap"] > 0 else -1
