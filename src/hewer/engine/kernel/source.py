"""Arrivals (rule 5, class 3)."""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import Class, Event, Status
from hewer.engine.draws import DURATION, GIVEN, OUTCOME, member_of, work_key
from hewer.engine.jit import part, pasted
from hewer.engine.kernel.accounts import fail, log
from hewer.engine.kernel.calendar import schedule
from hewer.engine.kernel.expression import draw, draw_time
from hewer.engine.kernel.material import count_in, new_item, put_item
from hewer.engine.kernel.state import clocks, sources, stocks

_ARRIVE, _LOST = int(Event.ARRIVE), int(Event.LOST)
_CLASS = int(Class.SOURCE)
_ENDLESS, _BAD_NUMBER = int(Status.ENDLESS), int(Status.BAD_NUMBER)


@pasted
def _amount(m: Any, k: Any, key: Any) -> Any:
    source = sources(m, k)
    if source["amount"] == -1:
        return source["fixed"]
    return draw(m, source["amount"], 0, key, GIVEN)


@part
def arrival_size(m: Any, k: Any) -> Any:
    """Items that the next arrival of source ``k`` brings (0 for bulk)."""
    source = sources(m, k)
    if stocks(m, source["stock"])["items"] == 0:
        return 0
    return _amount(m, k, work_key(source["key"], 0, source["number"]))


@part
def schedule_source(m: Any, k: Any) -> Any:
    """Schedule the next arrival of a source."""
    clock, source = clocks(m), sources(m, k)
    number = source["number"]
    if number >= source["limit"]:
        return
    what = source["first"] if number == 0 and source["first"] >= 0 else source["every"]
    interval = draw_time(m, what, 0, work_key(source["key"], 0, number), DURATION)
    if interval < 0:
        fail(m, _BAD_NUMBER, clock["instance_n"] + k)
        return
    schedule(m, k, clock["now"] + interval, _CLASS)


@pasted
def _bring(m: Any, k: Any, amount: Any, key: Any) -> Any:
    source = sources(m, k)
    s = source["stock"]
    if stocks(m, s)["items"] == 0:
        count_in(m, s, amount)
        return
    rank = source["priority_class"]
    if source["priority"] >= 0:
        rank = draw(m, source["priority"], 0, key, OUTCOME)
    for n in range(amount):
        lineage = member_of(source["lineage"], source["items"] + n)
        put_item(m, s, new_item(m, lineage, clocks(m)["now"], rank))


@pasted
def _count_at_instant(m: Any, k: Any) -> Any:
    clock = clocks(m)
    if clock["arrival_tick"] != clock["now"]:
        clock["arrival_tick"] = clock["now"]
        clock["arrivals_now"] = 0
    clock["arrivals_now"] += 1
    if clock["arrivals_now"] > clock["limit"]:
        fail(m, _ENDLESS, clock["instance_n"] + k)


@pasted
def fire(m: Any, k: Any) -> Any:
    """An arrival of source ``k``: as much as finds room enters, the rest is lost."""
    source = sources(m, k)
    key = work_key(source["key"], 0, source["number"])
    amount = _amount(m, k, key)
    _count_at_instant(m, k)
    if amount < 0:
        fail(m, _BAD_NUMBER, clocks(m)["instance_n"] + k)
        return
    s = source["stock"]
    stock = stocks(m, s)
    room = stock["capacity"] - stock["level"] - stock["held"] - stock["reserved"]
    fits = max(0, min(amount, room))
    source["arrived"] += amount
    log(m, _ARRIVE, k, s, amount)
    _bring(m, k, fits, key)
    if fits < amount:
        source["lost"] += amount - fits
        log(m, _LOST, k, s, amount - fits)
    source["items"] += amount
    source["number"] += 1
    schedule_source(m, k)
