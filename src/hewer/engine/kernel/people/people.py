"""Workers becoming free and being taken."""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import WorkerState
from hewer.engine.features import HAZARDS, TERMS
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.judging.require import touch_group
from hewer.engine.kernel.memory.accounts import book, book_state, set_state, shift_is_over
from hewer.engine.kernel.memory.calendar import cancel
from hewer.engine.kernel.memory.state import clocks, groups, workers
from hewer.engine.kernel.people.idle import book_idle_unended

_IDLE, _PARTNER = int(WorkerState.IDLE), int(WorkerState.PARTNER)
_WALKING = int(WorkerState.WALKING)
_BREAK, _DONE, _OFF = int(WorkerState.BREAK), int(WorkerState.DONE), int(WorkerState.OFF)
_ABSENT = int(WorkerState.ABSENT)


@pasted
def make_free(m: Any, w: Any) -> Any:
    """Put a worker, whose past is booked, at the end of his group's queue of the free."""
    clock, worker = clocks(m), workers(m, w)
    g = worker["group"]
    group = groups(m, g)
    set_state(m, w, _IDLE, clock["nothing"])
    worker["work"] = -1
    worker["claimed"] = -1
    worker["idle_serial"] = clock["freed"]
    clock["freed"] += 1
    tail = group["free_tail"]
    worker["previous"] = tail
    worker["next"] = -1
    if tail >= 0:
        workers(m, tail)["next"] = w
    else:
        group["free_head"] = w
    group["free_tail"] = w
    group["free"] += 1
    if group["heap_size"] > 0:
        touch_group(m, g)


@pasted
def take_from_free(m: Any, w: Any) -> Any:
    """Take a worker out of his group's queue of the free."""
    worker = workers(m, w)
    group = groups(m, worker["group"])
    before, after = worker["previous"], worker["next"]
    if before >= 0:
        workers(m, before)["next"] = after
    else:
        group["free_head"] = after
    if after >= 0:
        workers(m, after)["previous"] = before
    else:
        group["free_tail"] = before
    group["free"] -= 1


@pasted
def send_off(m: Any, w: Any) -> Any:
    """Let a worker who is not at work, and whose past is booked, go on break, off duty or home."""
    clock, worker = clocks(m), workers(m, w)
    worker["work"] = -1
    if shift_is_over(m):
        set_state(m, w, _DONE, clock["done"])
    else:
        set_away(m, w)


@apart
def set_away(m: Any, w: Any) -> Any:
    """Enter the state of a worker who is off duty, absent or on break."""
    worker = workers(m, w)
    if worker["on"] == 0:
        set_state(m, w, _OFF, clocks(m)["away"])
    elif worker["absent"] == 1:
        set_state(m, w, _ABSENT, clocks(m)["absent"])
    else:
        set_state(m, w, _BREAK, clocks(m)["rest"])


@pasted
def release_person(m: Any, w: Any) -> Any:
    """End a worker's part in a work."""
    clock, worker = clocks(m), workers(m, w)
    if clock["closed"] == 1:
        worker["overtime"] += clock["now"] - worker["since"]
        worker["since"] = clock["now"]
    else:
        book_state(m, w)
    if (HAZARDS or TERMS) and (worker["off"] > 0 or shift_is_over(m)):
        send_off(m, w)
    else:
        make_free(m, w)


@apart
def _stop_going_back(m: Any, w: Any) -> Any:
    """Let a worker on the way to a work that he wants to take over be where he set out from (rule 8)."""
    cancel(m, clocks(m)["approach0"] + w)
    book_state(m, w)
    workers(m, w)["place"] = workers(m, w)["origin"]


@apart
def leave_the_free(m: Any, w: Any) -> Any:
    """Book the idle spell of a free worker who goes off, and take him from the queue."""
    worker, clock = workers(m, w), clocks(m)
    if worker["state"] == _WALKING:
        _stop_going_back(m, w)
        return
    if worker["state"] == _PARTNER:
        book(m, w, clock["partner"])
        worker["claimed"] = -1
        clock["claims"] -= 1
    else:
        book_idle_unended(m, w)
    take_from_free(m, w)
