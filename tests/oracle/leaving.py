"""Items that leave a stock of themselves (rule 16)."""

from __future__ import annotations

from hewer.engine.codes import Event
from tests.oracle.objects import Item, Stock
from tests.oracle.shop import Shop


def lose_patience(shop: Shop, thing: tuple[Stock, Item]) -> None:
    """An item has waited long enough; without room where it would go it waits on, overdue."""
    if shop.shift_over:
        return
    stock, item = thing
    if _other(shop, stock).room >= 1:
        _quit(shop, stock, item)
    else:
        item.overdue = True


def _other(shop: Shop, stock: Stock) -> Stock:
    assert stock.leave is not None
    return shop.stocks[int(stock.leave.row["to"])]


def _quit(shop: Shop, stock: Stock, item: Item) -> None:
    shop.end_patience(item)
    shop.note(Event.QUIT, stock.index, _other(shop, stock).index, shop.now - item.entry)
    stock.queue.remove(item)
    stock.change(shop.now, -1)
    stock.left += 1
    shop.put_item(_other(shop, stock), item)


def leave(shop: Shop) -> None:
    """Let all leave who wait where a condition holds, or are overdue; again, until nobody does."""
    while sum(_leave_stock(shop, stock) for stock in shop.stocks if stock.leave is not None):
        pass


def _leave_stock(shop: Shop, stock: Stock) -> bool:
    assert stock.leave is not None
    when = int(stock.leave.row["when"])
    all_go = when >= 0 and stock.level > 0 and shop.evaluate(when, [], 0, 0) != 0.0
    moved = False
    for item in list(stock.queue):
        if (all_go or item.overdue) and _other(shop, stock).room >= 1:
            _quit(shop, stock, item)
            moved = True
    if moved:
        shop.count_leavings()
    return moved
