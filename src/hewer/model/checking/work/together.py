"""Checks of takes of one family, and of takes that go with fewer after a time."""

from __future__ import annotations

from hewer.model.checking.base import Context
from hewer.model.checking.scope import judge_constant
from hewer.model.checking.work.site import time_want
from hewer.model.document import Stock
from hewer.model.expression import Node, OfFamily, Range, render
from hewer.model.settling.resolve import Path
from hewer.model.settling.route import named_stock, routed, taken_by_step

__all__ = ["by_step", "check_together"]


def by_step(context: Context) -> set[str]:
    """Return the stocks from which activities take by step."""
    model = context.model
    names = routed(model)
    taken = [taken_by_step(model, one) for key, one in model.activities.items() if key in names]
    return {named_stock(one) for one in taken if one is not None}


def check_together(context: Context, path: Path, name: str, node: Node) -> None:
    """Check a take ``of family``, or one with ``within``; other takes are passed over."""
    stock = context.model.stocks[name]
    if isinstance(node, Range) and node.within is not None:
        _check_within(context, path, stock, node)
    elif isinstance(node, OfFamily):
        if stock.unit is not None:
            hint = "give an amount, or take from a stock of items"
            context.error(path, f"`{name}` holds bulk, and only items have families", hint, "family")
        elif isinstance(stock.order, dict) or name in by_step(context):
            what = "is ordered by a value" if isinstance(stock.order, dict) else "is taken from by step"
            message = f"`{name}` {what}: no family is taken from it"
            hint = "let them pass through a stock that is `fifo`, `lifo` or `priority`"
            context.error(path, message, hint, "family")


def _check_within(context: Context, path: Path, stock: Stock, node: Range) -> None:
    assert node.within is not None
    if stock.unit is not None:
        context.error(path, "only items wait, and this is bulk", "leave out `within`", "within")
    elif stock.order not in ("fifo", "lifo"):
        message = "`within` goes with the orders `fifo` and `lifo`: it counts from the one who waits longest"
        context.error(path, message, "give the stock one of these orders", "within")
    else:
        want = time_want(context, "the time after `within`", positive=True)
        judge_constant(context, path, render(node.within), want)
