"""Items that leave a stock of themselves: after a time, or when something happens (rule 16)."""

from __future__ import annotations

from typing import Any

import numpy as np

from hewer.engine.codes import Event, Status
from hewer.engine.features import LEAVING
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.judging.expression import evaluate
from hewer.engine.kernel.material.material import free_room, put_item, unstand_item
from hewer.engine.kernel.material.patience import (
    HEAP,
    begin_patience,
    count_leavings,
    end_patience,
    is_overdue,
    mark_overdue,
)
from hewer.engine.kernel.memory.accounts import account_stock, log
from hewer.engine.kernel.memory.heaps import heap_top
from hewer.engine.kernel.memory.state import clocks, item_stocks, items, leaves, stocks

_QUIT = int(Event.QUIT)
_DONE = int(Status.DONE)


@apart
def _has_room(m: Any, s: Any) -> Any:
    stock = stocks(m, s)
    return stock["capacity"] - stock["level"] - stock["held"] - stock["reserved"] >= 1


@apart
def _quit(m: Any, n: Any, k: Any) -> Any:
    """Item ``k`` leaves its stock for another."""
    s, to = leaves(m, n)["stock"], leaves(m, n)["to"]
    account_stock(m, s)
    stocks(m, s)["level"] -= 1
    stocks(m, s)["left"] += 1
    log(m, _QUIT, s, to, clocks(m)["now"] - items(m, k)["entry"])
    end_patience(m, s, k)
    unstand_item(m, s, k)
    free_room(m, s)
    put_item(m, to, k)


@apart
def lose_patience(m: Any) -> Any:
    """The first of those who wait has waited long enough."""
    clocks(m)["patience_tick"] = -1  # the timer has rung
    k = heap_top(m, HEAP)
    n = stocks(m, item_stocks(m)[k])["leave"]
    if _has_room(m, leaves(m, n)["to"]):
        _quit(m, n, k)
    else:
        mark_overdue(m, n, k)


@apart
def _let_go(m: Any, n: Any, all_go: Any) -> Any:
    """Let those whose patience is over, or all, leave a stock while there is room; whether any did."""
    leave, moved = leaves(m, n), 0
    k = stocks(m, leave["stock"])["head"]
    while k >= 0 and _has_room(m, leave["to"]) and all_go + leave["overdue"] > 0:
        after = items(m, k)["next"]
        if all_go == 1 or is_overdue(m, k):
            _quit(m, n, k)
            moved = 1
        k = after
    return moved


@apart
def _leave_once(m: Any) -> Any:
    moved = 0
    for n in range(clocks(m)["leave_n"]):
        leave = leaves(m, n)
        if stocks(m, leave["stock"])["level"] == 0:
            continue
        all_go = 0
        if leave["when"] >= 0 and evaluate(m, leave["when"], 0, np.uint64(0), 0) != 0.0:
            all_go = 1
        if all_go + leave["overdue"] > 0 and _let_go(m, n, all_go) == 1:
            count_leavings(m, leave["stock"])
            moved = 1
    return moved


@apart
def _leave_all(m: Any) -> Any:
    while clocks(m)["status"] == _DONE and _leave_once(m) == 1:
        pass


@pasted
def leave_all(m: Any) -> Any:
    """Let all leave who wait where a condition holds, or who found no room until now."""
    if LEAVING and clocks(m)["leave_n"] > 0:
        _leave_all(m)


@apart
def begin_all(m: Any) -> Any:
    """Patience of those who are there at the start: they have the first records, stock by stock."""
    k = 0
    for s in range(clocks(m)["stock_n"]):
        stock = stocks(m, s)
        if LEAVING and stock["items"] == 1 and stock["sink"] < 0:
            for item in range(k, k + stock["start"]):
                if stock["leave"] >= 0:
                    begin_patience(m, s, item)
            k += stock["start"]
