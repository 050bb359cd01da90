"""Arrivals: when they come, and what becomes of them (rules 5, class 3, and 7)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hewer.engine.codes import AS_ITS_KIND, Class, Event, Status, Way
from hewer.engine.draws import (
    BALKED,
    DURATION,
    GIVEN,
    OUTCOME,
    THINNED,
    member_of,
    standard_exponential,
    uniform,
    work_key,
)
from hewer.engine.features import ARRIVALS, KINDS, MATTER
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.judging.expression import draw, draw_time, evaluate, nth_key
from hewer.engine.kernel.judging.trait import describe_arrival
from hewer.engine.kernel.material.material import count_in, new_item, put_item
from hewer.engine.kernel.memory.accounts import fail, log
from hewer.engine.kernel.memory.calendar import schedule
from hewer.engine.kernel.memory.state import arrivals, clocks, sources, stocks, tables

_ARRIVE, _LOST = int(Event.ARRIVE), int(Event.LOST)
_BALK, _DIVERT = int(Event.BALK), int(Event.DIVERT)
_CLASS = int(Class.SOURCE)
_EVERY, _TABLE, _THINNED, _LISTED = int(Way.EVERY), int(Way.TABLE), int(Way.THINNED), int(Way.LISTED)
_ENDLESS, _BAD_NUMBER = int(Status.ENDLESS), int(Status.BAD_NUMBER)
_ABOVE_MOST = int(Status.ABOVE_MOST)
_NEVER, _AS_ITS_KIND = -2, int(AS_ITS_KIND)
_LARGEST = float(1 << 61)


@apart
def _line(m: Any, k: Any) -> Any:
    """Index of the next arrival of a source that lists them, or -1."""
    source = sources(m, k)
    rows = source["row1"] - source["row0"]
    if source["period"] == 0 and source["number"] >= rows:
        return -1
    return source["row0"] + source["number"] % rows


@pasted
def _amount(m: Any, k: Any, key: Any) -> Any:
    source = sources(m, k)
    if ARRIVALS and source["way"] == _LISTED and arrivals(m, _line(m, k))["amount"] >= 0:
        return arrivals(m, _line(m, k))["amount"]
    if not ARRIVALS or source["amount"] == -1:
        return source["fixed"]
    return draw(m, source["amount"], 0, key, GIVEN)


@apart
def arrival_size(m: Any, k: Any) -> Any:
    """Items that the next arrival of source ``k`` brings (0 for bulk)."""
    source = sources(m, k)
    if stocks(m, source["stock"])["items"] == 0:
        return 0
    return _amount(m, k, work_key(source["key"], 0, source["number"]))


@apart
def _until(m: Any, k: Any, need: Any) -> Any:
    """Ticks until a rate by table has brought ``need`` arrivals, on average; infinite where it never does."""
    source, table, now = sources(m, k), tables(m), clocks(m)["now"]
    first, rows, period = source["row0"], source["row1"] - source["row0"], source["period"]
    at, waited, i = float(now), 0.0, 0
    if period > 0:
        # whole periods at once: an arrival far away would go through the table thousands of times
        turns = math.floor(need / source["load"]) if source["load"] > 0.0 else math.inf
        need -= turns * source["load"]
        at, waited = float(now % period), turns * float(period)
    while i + 1 < rows and table[first + i + 1] <= at:
        i += 1
    while waited < _LARGEST:
        rate, last = table[first + rows + i], i + 1 == rows
        end = float(period) if last else table[first + i + 1]
        if rate > 0.0 and (need <= (end - at) * rate or (last and period == 0)):
            return waited + need / rate
        if last and period == 0:
            return math.inf
        need -= (end - at) * rate
        waited += end - at
        at, i = (0.0, 0) if last else (end, i + 1)
    return math.inf


@apart
def _other_wait(m: Any, k: Any, key: Any) -> Any:
    """Ticks to the next arrival (THINNED: candidate) of a source without ``every``, or _NEVER."""
    source = sources(m, k)
    if source["way"] == _LISTED:
        line = _line(m, k)
        if line < 0:
            return _NEVER
        turn = source["number"] // (source["row1"] - source["row0"])
        return arrivals(m, line)["tick"] + turn * source["period"] - clocks(m)["now"]
    if source["way"] == _THINNED:
        wait = source["mean"] * standard_exponential(nth_key(key, source["tries"]), DURATION)
    else:
        wait = _until(m, k, standard_exponential(key, DURATION))
    return np.int64(np.rint(wait)) if wait < _LARGEST else _NEVER


@pasted
def schedule_source(m: Any, k: Any) -> Any:
    """Schedule the next arrival of a source."""
    clock, source = clocks(m), sources(m, k)
    number = source["number"]
    if number >= source["limit"]:
        return
    # by the number of the arrival: nothing that happens in the shop can shift the arrivals
    key = work_key(source["key"], 0, number)
    if not ARRIVALS or source["way"] == _EVERY:
        what = source["first"] if number == 0 and source["first"] >= 0 else source["every"]
        interval = draw_time(m, what, 0, key, DURATION)
    else:
        interval = _other_wait(m, k, key)
    if interval == _NEVER:
        return
    if interval < 0:
        fail(m, _BAD_NUMBER, clock["instance_n"] + k)
        return
    schedule(m, k, clock["now"] + interval, _CLASS)


@apart
def _happens(m: Any, k: Any, code: Any, key: Any, block: Any) -> Any:
    """Whether what has the chance that ``code`` yields happens to a source."""
    chance = evaluate(m, code, 0, key, block)
    # so written, nan is caught too
    if not chance >= 0.0:
        fail(m, _BAD_NUMBER, clocks(m)["instance_n"] + k)
    # rounding alone may carry a chance above 1; a real one means the stated `most` is wrong
    if chance > 1.0 + 1e-9:
        fail(m, _ABOVE_MOST if block == THINNED else _BAD_NUMBER, clocks(m)["instance_n"] + k)
    return uniform(key, block, 0) < chance


@pasted
def _rank(m: Any, k: Any, key: Any) -> Any:
    """Priority class of the items of an arrival."""
    source = sources(m, k)
    if not ARRIVALS:
        return source["priority_class"]
    if source["way"] == _LISTED and arrivals(m, _line(m, k))["rank"] >= 0:
        return arrivals(m, _line(m, k))["rank"]
    if source["priority"] >= 0:
        return draw(m, source["priority"], 0, key, OUTCOME)
    return source["priority_class"]


@apart
def _is_ranked(m: Any, k: Any) -> Any:
    """Whether a source states the priority of its next arrival."""
    if sources(m, k)["way"] == _LISTED and arrivals(m, _line(m, k))["rank"] >= 0:
        return True
    return sources(m, k)["priority"] != _AS_ITS_KIND


@pasted
def _bring(m: Any, k: Any, s: Any, amount: Any, key: Any) -> Any:
    """Let an arrival enter stock ``s``, as far as there is room; returns how much that is."""
    stock = stocks(m, s)
    if not MATTER:
        return _bring_items(m, k, s, amount, key)
    room = stock["capacity"] - stock["level"] - stock["held"] - stock["reserved"]
    fits = max(0, min(amount, room))
    if stock["items"] == 0:
        count_in(m, s, fits)
        return fits
    return _bring_items(m, k, s, fits, key)


@pasted
def _bring_items(m: Any, k: Any, s: Any, fits: Any, key: Any) -> Any:
    source, rank = sources(m, k), _rank(m, k, key)
    for n in range(fits):
        lineage = member_of(source["lineage"], source["items"] + n)
        item = new_item(m, lineage, clocks(m)["now"], rank)
        if KINDS and clocks(m)["described"] == 1:
            describe_arrival(m, item, k, _is_ranked(m, k))
        put_item(m, s, item)
    source["items"] += fits
    return fits


@apart
def _divert(m: Any, k: Any, s: Any, amount: Any, key: Any) -> Any:
    """Let what turned away, or found no room, enter another stock; returns what finds no room there."""
    fits = _bring(m, k, s, amount, key)
    if fits > 0:
        sources(m, k)["diverted"] += fits
        log(m, _DIVERT, k, s, fits)
    return amount - fits


@pasted
def _count_at_instant(m: Any, k: Any) -> Any:
    clock = clocks(m)
    if clock["arrival_tick"] != clock["now"]:
        clock["arrival_tick"] = clock["now"]
        clock["arrivals_now"] = 0
    clock["arrivals_now"] += 1
    if clock["arrivals_now"] > clock["limit"]:
        fail(m, _ENDLESS, clock["instance_n"] + k)


@apart
def _lose(m: Any, k: Any, s: Any, amount: Any) -> Any:
    source = sources(m, k)
    source["lost"] += amount
    source["items"] += amount
    log(m, _LOST, k, s, amount)


@apart
def _balk(m: Any, k: Any, amount: Any, key: Any) -> Any:
    """An arrival turns away of itself: it is gone, or goes to another stock."""
    source = sources(m, k)
    source["balked"] += amount
    log(m, _BALK, k, source["stock"], amount)
    if source["balk_to"] < 0:
        source["items"] += amount
        return
    left = _divert(m, k, source["balk_to"], amount, key)
    if left > 0:
        _lose(m, k, source["balk_to"], left)


@pasted
def _enter(m: Any, k: Any, amount: Any, key: Any) -> Any:
    """An arrival enters its stock; what finds no room goes elsewhere, or is lost."""
    source = sources(m, k)
    left = amount - _bring(m, k, source["stock"], amount, key)
    if not MATTER:
        return
    if ARRIVALS and left > 0 and source["full_to"] >= 0:
        left = _divert(m, k, source["full_to"], left, key)
    if left > 0:
        _lose(m, k, source["stock"], left)


@pasted
def fire(m: Any, k: Any) -> Any:
    """An arrival of source ``k``, or a candidate for one."""
    source = sources(m, k)
    key = work_key(source["key"], 0, source["number"])
    if (
        ARRIVALS
        and source["way"] == _THINNED
        and not _happens(m, k, source["chance"], nth_key(key, source["tries"]), THINNED)
    ):
        source["tries"] += 1
        schedule_source(m, k)
        return
    amount = _amount(m, k, key)
    _count_at_instant(m, k)
    if amount < 0:
        fail(m, _BAD_NUMBER, clocks(m)["instance_n"] + k)
        return
    source["arrived"] += amount
    log(m, _ARRIVE, k, source["stock"], amount)
    if ARRIVALS and source["balks"] >= 0 and _happens(m, k, source["balks"], key, BALKED):
        _balk(m, k, amount, key)
    else:
        _enter(m, k, amount, key)
    source["number"] += 1
    source["tries"] = 0
    schedule_source(m, k)
