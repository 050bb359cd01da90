"""Families that wait to be taken together: who of each waits where, and which are complete (rule 17).

For each stock from which members of a family are taken there is a *column*: a line of those of each family
that wait there, in the order of entering, at the record of the founder. For each instance that takes them
there is a heap of the founders whose families are complete, by the place of their first member in its first
such stock.
"""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import Order
from hewer.engine.jit import apart
from hewer.engine.kernel.memory.accounts import mark_stock
from hewer.engine.kernel.memory.heaps import heap_drop, heap_entry, heap_place, heap_put, heap_top
from hewer.engine.kernel.memory.state import (
    clocks,
    instances,
    items,
    kin,
    kin_lines,
    matchers,
    matchings,
    stocks,
    takes,
)

_LIFO = int(Order.LIFO)
_SOME, _ALL = 1, 2  # values of take["family"]


@apart
def _line(m: Any, s: Any, f: Any) -> Any:
    return kin_lines(m, f * clocks(m)["kin_columns"] + stocks(m, s)["kin"])


@apart
def clear_kin(m: Any, k: Any) -> Any:
    """A new item founds a family of which nobody waits."""
    columns = clocks(m)["kin_columns"]
    for c in range(columns):
        line = kin_lines(m, k * columns + c)
        line["head"] = -1
        line["tail"] = -1
        line["number"] = 0


@apart
def kin_first(m: Any, s: Any, f: Any) -> Any:
    """The member of a family that the order of a stock takes first, or -1."""
    line = _line(m, s, f)
    return line["tail"] if stocks(m, s)["order"] == _LIFO else line["head"]


@apart
def kin_after(m: Any, s: Any, k: Any) -> Any:
    """The next member, in the order of the stock."""
    return kin(m, k)["previous"] if stocks(m, s)["order"] == _LIFO else kin(m, k)["next"]


@apart
def family_amount(m: Any, f: Any, t: Any) -> Any:
    """How many members of family ``f`` take ``t`` takes."""
    take = takes(m, t)
    return take["low"] if take["family"] == _SOME else _line(m, take["stock"], f)["number"]


@apart
def _is_complete(m: Any, j: Any, f: Any) -> Any:
    instance = instances(m, matchers(m, j)["instance"])
    others, wanted, of_all = 0, items(m, f)["living"], 0
    for t in range(instance["take0"], instance["take1"]):
        take = takes(m, t)
        if take["family"] == 0:
            continue
        number = _line(m, take["stock"], f)["number"]
        if take["family"] == _ALL:
            of_all = 1
            others += number
        elif number < take["low"]:
            return False
        else:
            wanted -= take["low"]
    return of_all == 0 or (others > 0 and others == wanted)


@apart
def _review(m: Any, j: Any, f: Any) -> Any:
    """See whether a family is complete for a matcher, and where its first member stands."""
    h = clocks(m)["kin_heap"] + j
    at = heap_place(m, h, f)
    s = matchers(m, j)["stock"]
    k = kin_first(m, s, f)
    if k < 0 or not _is_complete(m, j, f):
        if at > 0:
            heap_drop(m, h, f)
            mark_stock(m, s)
        return
    serial, rank = kin(m, k)["serial"], 0
    if stocks(m, s)["order"] == _LIFO:
        serial = -serial
    elif stocks(m, s)["order"] > _LIFO:
        rank = items(m, k)["priority"]
    if at > 0:
        entry = heap_entry(m, h, at - 1)
        if entry["first"] == rank and entry["second"] == serial:
            return
        heap_drop(m, h, f)
    heap_put(m, h, f, rank, serial)
    mark_stock(m, s)


@apart
def review_family(m: Any, f: Any) -> Any:
    """A family has more or fewer living members: see who may take all of it."""
    if items(m, f)["living"] > 0:
        for j in range(clocks(m)["matcher_n"]):
            _review(m, j, f)


@apart
def _review_at(m: Any, s: Any, f: Any) -> Any:
    for q in range(stocks(m, s)["match0"], stocks(m, s)["match1"]):
        _review(m, matchings(m)[q], f)


@apart
def enter_kin(m: Any, s: Any, k: Any, again: Any) -> Any:
    """Item ``k`` enters stock ``s``; ``again`` is 1 where it is put back, before all others."""
    clock, f = clocks(m), items(m, k)["family"]
    line, mine = _line(m, s, f), kin(m, k)
    clock["kin_serial"] += 1
    mine["serial"] = clock["kin_serial"]
    at_head = again == 1 and stocks(m, s)["order"] != _LIFO
    if at_head:
        mine["serial"] = -clock["kin_serial"]
    mine["previous"] = -1 if at_head else line["tail"]
    mine["next"] = line["head"] if at_head else -1
    if mine["previous"] >= 0:
        kin(m, mine["previous"])["next"] = k
    else:
        line["head"] = k
    if mine["next"] >= 0:
        kin(m, mine["next"])["previous"] = k
    else:
        line["tail"] = k
    line["number"] += 1
    _review_at(m, s, f)


@apart
def leave_kin(m: Any, s: Any, k: Any) -> Any:
    """Item ``k`` leaves stock ``s``."""
    f = items(m, k)["family"]
    line, mine = _line(m, s, f), kin(m, k)
    if mine["previous"] >= 0:
        kin(m, mine["previous"])["next"] = mine["next"]
    else:
        line["head"] = mine["next"]
    if mine["next"] >= 0:
        kin(m, mine["next"])["previous"] = mine["previous"]
    else:
        line["tail"] = mine["previous"]
    line["number"] -= 1
    _review_at(m, s, f)


@apart
def first_family(m: Any, i: Any) -> Any:
    """The founder of the family that instance ``i`` would take, or -1."""
    return heap_top(m, clocks(m)["kin_heap"] + instances(m, i)["match"])


@apart
def family_stamp(m: Any, i: Any) -> Any:
    """Latest entry among the members that instance ``i`` would take (rule 1)."""
    instance, f, latest = instances(m, i), first_family(m, i), 0
    for t in range(instance["take0"], instance["take1"]):
        take = takes(m, t)
        if take["family"] > 0:
            k = kin_first(m, take["stock"], f)
            for _ in range(family_amount(m, f, t)):
                latest = max(latest, items(m, k)["entry"])
                k = kin_after(m, take["stock"], k)
    return latest
