"""Urgent work that interrupts less urgent work for its people and tools (rule 8)."""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import READY_STAGE, Cause, Phase, WorkerState
from hewer.engine.jit import apart
from hewer.engine.kernel.interruption.interrupt import interrupt
from hewer.engine.kernel.judging.require import ranks_before
from hewer.engine.kernel.memory.accounts import book
from hewer.engine.kernel.memory.state import (
    aside,
    chosen_workers,
    clocks,
    filled_slots,
    instances,
    needs,
    pools,
    preemptors,
    workers,
    works,
)
from hewer.engine.kernel.people.choose import clear_claims, fit, next_idle

_P_WORKING, _IDLE = int(Phase.WORKING), int(WorkerState.IDLE)
_CAUSE, _READY = int(Cause.PREEMPTED), READY_STAGE
_LATE = 0x7FFFFFFFFFFFFFFF


@apart
def _since(m: Any, i: Any) -> Any:
    """Since when an instance waits for people or for a tool; -1 where it waits for something else."""
    instance = instances(m, i)
    if instance["stage"] == _READY:
        return instance["since"]
    if instance["stage"] >= 0:
        need = needs(m, instance["need0"] + instance["stage"])
        if pools(m, need["pool"])["is_room"] == 0:
            return need["entered"]
    return -1


@apart
def _next_preemptor(m: Any, first_round: Any) -> Any:
    """First by rank of the preempting instances not tried since ``first_round``, or -1."""
    clock = clocks(m)
    best, first = -1, -1
    for k in range(clock["preemptors"]):
        i = preemptors(m)[k]
        since = _since(m, i)
        if since < 0 or aside(m)[i] >= first_round:
            continue
        if best < 0 or ranks_before(m, i, since, best, first):
            best, first = i, since
    return best


@apart
def _next_victim(m: Any, i: Any, priority: Any, serial: Any) -> Any:
    """Work in progress of less priority than ``i`` that is next to be interrupted; -1.

    The lowest priority comes first, and of equals the latest start; ``priority`` and ``serial`` are those of
    the work before it.
    """
    best, least, latest = -1, instances(m, i)["priority"], -1
    for w in range(clocks(m)["unused_work"]):
        work = works(m, w)
        held = instances(m, work["instance"])
        if work["phase"] != _P_WORKING or (work["lead"] < 0 and held["need0"] == held["need1"]):
            continue  # who holds nothing has nothing to give up
        own = held["priority"]
        if own < priority or (own == priority and work["serial"] >= serial):
            continue
        if own < least or (own == least and best >= 0 and work["serial"] > latest):
            best, least, latest = w, own, work["serial"]
    return best


@apart
def _short_of(m: Any, n: Any) -> Any:
    """Units that a need lacks, beside those granted to others; -1 where another claims what comes free."""
    need = needs(m, n)
    if need["queued"] == 1 and need["granted"] == 1:
        return 0
    pool = pools(m, need["pool"])
    left, ahead = pool["free"], True
    k = pool["head"]
    if instances(m, need["instance"])["overtake"] == 1:
        k = -1
    while k >= 0:
        other = needs(m, k)
        if k == n:
            ahead = False
        elif instances(m, other["instance"])["overtake"] == 0:
            if other["granted"] == 1:
                left -= other["amount"]
            elif ahead:
                return -1
        k = other["next"]
    return max(0, need["amount"] - left)


@apart
def _find_short(m: Any, i: Any) -> Any:
    """Note how many units each need lacks; returns the units lacking in all, or -1."""
    lacking = 0
    for n in range(instances(m, i)["need0"], instances(m, i)["need1"]):
        short = 0
        if pools(m, needs(m, n)["pool"])["is_room"] == 0:
            short = _short_of(m, n)
        if short < 0:
            return -1
        needs(m, n)["short"] = short
        lacking += short
    return lacking


@apart
def _seat_the_free(m: Any, i: Any, slots: Any) -> Any:
    """Fit the free into the team of ``i``, the longest idle first; returns how many were fitted."""
    for slot in range(slots):
        filled_slots(m)[slot] = -1
    size, after = 0, -1
    while size < slots:
        v = next_idle(m, i, after, instances(m, i)["overtake"] == 1)
        if v < 0:
            break
        after = workers(m, v)["idle_serial"]
        if fit(m, i, slots, v):
            chosen_workers(m)[size] = v
            size += 1
    return size


@apart
def _units_from(m: Any, i: Any, w: Any) -> Any:
    """Take from what ``i`` lacks the tools that work ``w`` holds; returns the units that help."""
    helped = 0
    held = instances(m, works(m, w)["instance"])
    for n in range(instances(m, i)["need0"], instances(m, i)["need1"]):
        need = needs(m, n)
        if need["short"] == 0:
            continue
        for k in range(held["need0"], held["need1"]):
            if needs(m, k)["pool"] == need["pool"]:
                units = min(need["short"], needs(m, k)["amount"])
                need["short"] -= units
                helped += units
    return helped


@apart
def _people_from(m: Any, i: Any, w: Any, size: Any) -> Any:
    """Fit the people of work ``w`` into the team of ``i``; returns its size."""
    slots = instances(m, i)["post1"] - instances(m, i)["post0"]
    v = works(m, w)["lead"]
    while v >= 0 and size < slots:
        if workers(m, v)["off"] == 0 and fit(m, i, slots, v):
            chosen_workers(m)[size] = v
            size += 1
        v = workers(m, v)["mate"]
    return size


@apart
def _find_victims(m: Any, i: Any) -> Any:
    """Mark the works to interrupt so that ``i`` can start; False where that is not enough."""
    clock = clocks(m)
    slots = instances(m, i)["post1"] - instances(m, i)["post0"]
    lacking = _find_short(m, i)
    if lacking < 0:
        return False
    size = _seat_the_free(m, i, slots)
    priority, serial = -_LATE, _LATE
    while size < slots or lacking > 0:
        w = _next_victim(m, i, priority, serial)
        if w < 0:
            return False
        priority, serial = instances(m, works(m, w)["instance"])["priority"], works(m, w)["serial"]
        units = _units_from(m, i, w)
        grown = _people_from(m, i, w, size)
        if units > 0 or grown > size:
            works(m, w)["victim"] = clock["round"]
        lacking -= units
        size = grown
    return True


@apart
def _book_the_free(m: Any, i: Any) -> Any:
    """An idle spell that a preemption ends is charged to people (rule 14)."""
    for k in range(instances(m, i)["post1"] - instances(m, i)["post0"]):
        v = chosen_workers(m)[k]
        if workers(m, v)["state"] == _IDLE:
            book(m, v, clocks(m)["people"])


@apart
def _interrupt_victims(m: Any, i: Any) -> Any:
    priority, serial = -_LATE, _LATE
    while True:
        w = _next_victim(m, i, priority, serial)
        if w < 0:
            return
        priority, serial = instances(m, works(m, w)["instance"])["priority"], works(m, w)["serial"]
        if works(m, w)["victim"] == clocks(m)["round"]:
            interrupt(m, w, _CAUSE)


@apart
def preempt(m: Any) -> Any:
    """Interrupt works for the first by rank that can start so; returns it, or -1.

    Its people are ``chosen_workers``, the lead first.
    """
    clock = clocks(m)
    if clock["ready_teams"] + clock["claims"] == 0:
        clear_claims(m)
    first_round = clock["round"] + 1
    while True:
        clock["round"] += 1
        i = _next_preemptor(m, first_round)
        if i < 0:
            return -1
        aside(m)[i] = clock["round"]
        if _find_victims(m, i):
            _book_the_free(m, i)
            _interrupt_victims(m, i)
            return i
