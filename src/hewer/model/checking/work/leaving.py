"""Checks of how items leave a stock of themselves."""

from __future__ import annotations

import math

from hewer.model.checking.base import Context
from hewer.model.checking.scope import Scope, Want, judge
from hewer.model.checking.work.activities import check_clock
from hewer.model.checking.work.arrivals import other_stock
from hewer.model.checking.work.site import time_want
from hewer.model.checking.work.together import by_step
from hewer.model.settling.resolve import Path

__all__ = ["check_leaving"]


def check_leaving(context: Context) -> None:
    """Check the patience of items, and where they go that lose it."""
    for name, stock in context.model.stocks.items():
        leaves, path = stock.leaves, ("stocks", name, "leaves")
        if leaves is None:
            continue
        if stock.unit is not None or stock.sink:
            what = "holds bulk" if stock.unit is not None else "is a sink"
            message = f"`{name}` {what}: only items that wait can leave of themselves"
            context.error(path, message, "let an activity take it away", "leaves")
            continue
        place = context.set_of(stock)
        if leaves.after is not None:
            item = (*context.attributes, "step")
            scope = Scope(context, levels=True, place=place, random=True, item=item)
            judge(scope, (*path, "after"), leaves.after, time_want(context, "a patience", positive=True))
        if leaves.when is not None:
            here: Path = (*path, "when")
            scope = Scope(context, levels=True, place=place, condition=True)
            judged = judge(scope, here, leaves.when, Want(None, "a condition"))
            if judged is not None:
                check_clock(context, here, leaves.when, judged.node)
        found = other_stock(context, (*path, "to"), leaves.to, name)
        if found is not None and name in by_step(context):
            _check_by_step(context, path, name, found.stock)


def _check_by_step(context: Context, path: Path, name: str, other: str) -> None:
    """Items that are taken by step stand in several lines: not all ways of leaving go with that."""
    leaves = context.model.stocks[name].leaves
    assert leaves is not None
    if leaves.when is not None:
        message = f"activities take from `{name}` by step: its items leave `after` a time only"
        context.error((*path, "when"), message, "leave it out", "leaves")
    elif context.levels[other].high < math.inf:
        message = f"activities take from `{name}` by step: its items leave to a stock without a capacity only"
        context.error((*path, "to"), message, "let them go to another stock first", "leaves")
