"""Stocks and items: taking, giving, leaving (rules 10 and 12)."""

from __future__ import annotations

import math
from typing import Any

from hewer.engine.codes import Event, Order
from hewer.engine.features import CODE, HAZARDS, KINDS, LEAVING, MATTER
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.judging.hazard import end_token
from hewer.engine.kernel.judging.order import leave_tree, place_again, place_by_key
from hewer.engine.kernel.judging.trait import blank_item, lane_of
from hewer.engine.kernel.material.patience import begin_patience, end_patience
from hewer.engine.kernel.memory.accounts import account_stock, log, mark_stock
from hewer.engine.kernel.memory.kin import clear_kin, enter_kin, leave_kin, review_family
from hewer.engine.kernel.memory.state import (
    class_tails,
    clocks,
    flows,
    histograms,
    items,
    stocks,
    visits,
)

_LEAVE, _CLOSE = int(Event.LEAVE), int(Event.CLOSE)
_FIFO, _LIFO, _KEYED = int(Order.FIFO), int(Order.LIFO), int(Order.KEYED)
BINS = 7424  # of a histogram of ticks: exact below 256, then 128 a factor of two
_FINE = 7


@pasted
def free_room(m: Any, s: Any) -> Any:
    """Note that room was freed: a work blocked there may now give."""
    if not MATTER:
        return
    if stocks(m, s)["givers_blocked"] > 0:
        clocks(m)["freed_room"] = 1
    mark_stock(m, s)


@pasted
def new_item(m: Any, lineage: Any, birth: Any, priority: Any) -> Any:
    """Make an item that founds a family of its own; the loop has seen to it that a record is free."""
    clock = clocks(m)
    k = clock["free_item"]
    if k < 0:
        k = clock["unused_item"]
        clock["unused_item"] = k + 1
    else:
        clock["free_item"] = items(m, k)["next"]
    item = items(m, k)
    clock["free_items"] -= 1
    clock["alive"] += 1
    item["lineage"] = lineage
    item["birth"] = birth
    item["next"] = -1
    item["previous"] = -1
    item["priority"] = priority
    if LEAVING or MATTER:
        item["founded"] = birth
        item["family"] = k
        item["living"] = 1
        item["children"] = 0
    columns = clock["visits"]
    for column in range(columns):
        visits(m)[k * columns + column] = 0
    if KINDS and clock["described"] == 1:
        blank_item(m, k)
    if LEAVING and clock["kin_columns"] > 0:
        clear_kin(m, k)
    return k


@apart
def join_family(m: Any, k: Any, parent: Any) -> Any:
    """Make a new item a child of ``parent``."""
    item, founder = items(m, k), items(m, parent)["family"]
    item["family"] = founder
    item["founded"] = items(m, founder)["founded"]
    item["living"] = 0
    items(m, founder)["living"] += 1
    if LEAVING and clocks(m)["kin_columns"] > 0:
        review_family(m, founder)


@pasted
def _free_item(m: Any, k: Any) -> Any:
    clock = clocks(m)
    items(m, k)["next"] = clock["free_item"]
    clock["free_item"] = k
    clock["free_items"] += 1


@pasted
def end_item(m: Any, k: Any, sink: Any) -> Any:
    """End an item: merged or consumed (``sink`` -1), or left through stock ``sink``."""
    clocks(m)["alive"] -= 1
    if HAZARDS and clocks(m)["tokens"] > 0:
        end_token(m, k)
    if LEAVING or MATTER:
        _leave_family(m, k, sink)
        return
    if sink >= 0:
        _close_family(m, k, sink)
    _free_item(m, k)


@pasted
def _leave_family(m: Any, k: Any, sink: Any) -> Any:
    """An item is no more; its founder's record is kept as long as one of the family lives."""
    founder = items(m, k)["family"]
    head = items(m, founder)
    head["living"] -= 1
    if LEAVING and clocks(m)["kin_columns"] > 0:
        review_family(m, founder)
    if head["living"] == 0:
        if sink >= 0:
            _close_family(m, founder, sink)
        if founder != k:
            _free_item(m, founder)
    # the record of a founder outlives it: descendants read birth and number there
    if founder != k or head["living"] == 0:
        _free_item(m, k)


@apart
def _bin(value: Any) -> Any:
    if value < 2 << _FINE:
        return max(value, 0)
    # bins of equal relative width: a quantile is right to a part in 128 at any size
    shift = math.frexp(float(value))[1] - 1 - _FINE
    return min(BINS - 1, shift * (1 << _FINE) + (value >> shift))


@pasted
def _close_family(m: Any, founder: Any, sink: Any) -> Any:
    clock = clocks(m)
    f = stocks(m, sink)["sink"]
    flow = flows(m)[f]
    item = items(m, founder)
    time = clock["now"] - (item["founded"] if LEAVING or MATTER else item["birth"])
    log(m, _CLOSE, sink, -1, time)
    flow["closed"] += 1
    flow["closed_sum"] += float(time)
    flow["closed_largest"] = max(flow["closed_largest"], time)
    if clock["quantile_n"] > 0:
        histograms(m)[(2 * f + 1) * BINS + _bin(time)] += 1


@pasted
def _leave(m: Any, s: Any, k: Any) -> Any:
    clock = clocks(m)
    f = stocks(m, s)["sink"]
    flow = flows(m)[f]
    time = clock["now"] - items(m, k)["birth"]
    log(m, _LEAVE, s, -1, time)
    flow["left"] += 1
    flow["sum"] += float(time)
    flow["largest"] = max(flow["largest"], time)
    if clock["quantile_n"] > 0:
        histograms(m)[2 * f * BINS + _bin(time)] += 1
    end_item(m, k, s)


@pasted
def _link(m: Any, s: Any, k: Any, after: Any) -> Any:
    """Put item ``k`` behind item ``after`` of a stock (-1: at the head)."""
    stock, item = stocks(m, s), items(m, k)
    before = items(m, after)["next"] if after >= 0 else stock["head"]
    item["previous"] = after
    item["next"] = before
    if after >= 0:
        items(m, after)["next"] = k
    else:
        stock["head"] = k
    if before >= 0:
        items(m, before)["previous"] = k
    else:
        stock["tail"] = k


@pasted
def _behind(m: Any, s: Any, k: Any) -> Any:
    """Item behind which ``k`` enters stock ``s``, by the order of the stock."""
    stock = stocks(m, s)
    if stock["order"] == _FIFO:
        return stock["tail"]
    if KINDS and stock["order"] == _KEYED:
        return place_by_key(m, s, k)
    if not MATTER or stock["order"] == _LIFO:
        return -1
    tails, first = class_tails(m), stock["tail0"]
    rank = items(m, k)["priority"]
    after = -1
    for c in range(rank, -1, -1):
        if tails[first + c] >= 0:
            after = tails[first + c]
            break
    tails[first + rank] = k
    return after


@pasted
def count_in(m: Any, s: Any, amount: Any) -> Any:
    """Raise the level of a stock by ``amount`` that arrives."""
    account_stock(m, s)
    stock = stocks(m, s)
    stock["level"] += amount
    stock["arrived"] += amount
    # after the level has risen, before anything is taken at the same instant (rule 12)
    stock["peak"] = max(stock["peak"], stock["level"])
    if CODE or KINDS or LEAVING or MATTER or stock["level"] == amount:
        mark_stock(m, s)  # else it changes nothing for who waits for the first item


@pasted
def put_item(m: Any, s: Any, k: Any) -> Any:
    """Give an item to a stock; through a sink it leaves."""
    count_in(m, s, 1)
    if stocks(m, s)["sink"] >= 0:
        _leave(m, s, k)
        return
    stand_item(m, s, k)
    if LEAVING and stocks(m, s)["leave"] >= 0:
        begin_patience(m, s, k)


@pasted
def stand_item(m: Any, s: Any, k: Any) -> Any:
    """Let an item stand in a stock, in its lane, where its order puts it."""
    items(m, k)["entry"] = clocks(m)["now"]
    lane = s
    if KINDS and stocks(m, s)["lanes"] >= 0:
        lane = lane_of(m, s, k)
        stocks(m, lane)["level"] += 1
        mark_stock(m, lane)
    _link(m, lane, k, _behind(m, lane, k))
    if LEAVING and stocks(m, s)["kin"] >= 0:
        enter_kin(m, s, k, 0)


@apart
def unstand_item(m: Any, s: Any, k: Any) -> Any:
    """Take item ``k`` out of the queue of a stock, and of its lane."""
    lane = s
    if stocks(m, s)["lanes"] >= 0:
        lane = lane_of(m, s, k)
        stocks(m, lane)["level"] -= 1
        mark_stock(m, lane)
    _unlink(m, lane, k)
    items(m, k)["next"] = -1
    items(m, k)["previous"] = -1
    if stocks(m, s)["kin"] >= 0:
        leave_kin(m, s, k)


@pasted
def _unlink(m: Any, s: Any, k: Any) -> Any:
    stock, item = stocks(m, s), items(m, k)
    before, after = item["previous"], item["next"]
    if before >= 0:
        items(m, before)["next"] = after
    else:
        stock["head"] = after
    if after >= 0:
        items(m, after)["previous"] = before
    else:
        stock["tail"] = before
    if KINDS and stock["order"] == _KEYED:
        leave_tree(m, s, k)
    elif MATTER and stock["order"] > _LIFO:
        tails, rank = class_tails(m), items(m, k)["priority"]
        if tails[stock["tail0"] + rank] == k:
            same = before >= 0 and items(m, before)["priority"] == rank
            # the last of a class leaves: the class ends at the one before it, if that is of the class
            tails[stock["tail0"] + rank] = before if same else -1


@pasted
def take_item(m: Any, s: Any) -> Any:
    """Take the first item of a stock or lane, and return it; the caller lowers the level."""
    k = stocks(m, s)["head"]
    remove_item(m, s, k)
    return k


@pasted
def remove_item(m: Any, s: Any, k: Any) -> Any:
    """Take item ``k`` from a stock or lane; the caller lowers the level."""
    stock = stocks(m, s)
    whole = stocks(m, stock["whole"] if KINDS else s)
    whole["waited"] += float(clocks(m)["now"] - items(m, k)["entry"])
    if LEAVING and whole["leave"] >= 0:
        end_patience(m, stock["whole"], k)
    _unlink(m, s, k)
    items(m, k)["next"] = -1
    items(m, k)["previous"] = -1
    if LEAVING and stock["kin"] >= 0:
        leave_kin(m, s, k)


@apart
def put_back(m: Any, s: Any, k: Any) -> Any:
    """Return an item to the head of its stock or lane, as it was before it was taken."""
    _link_again(m, s, k)
    if stocks(m, s)["kin"] >= 0:
        enter_kin(m, s, k, 1)


@apart
def _link_again(m: Any, s: Any, k: Any) -> Any:
    stock = stocks(m, s)
    if stock["order"] == _KEYED:
        _link(m, s, k, place_again(m, s, k))
        return
    if stock["order"] > _LIFO:
        rank = items(m, k)["priority"]
        after = -1
        for c in range(rank - 1, -1, -1):
            if class_tails(m)[stock["tail0"] + c] >= 0:
                after = class_tails(m)[stock["tail0"] + c]
                break
        if class_tails(m)[stock["tail0"] + rank] < 0:
            class_tails(m)[stock["tail0"] + rank] = k
        _link(m, s, k, after)
        return
    _link(m, s, k, -1)
