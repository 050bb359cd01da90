"""Arrivals: when they come, who turns away, who finds no room (rules 5 and 7)."""

from __future__ import annotations

import math

import numpy as np

from hewer.engine import draws
from hewer.engine.codes import AS_ITS_KIND, KIND_COLUMN, Class, Event, Way
from tests.oracle.objects import Item, Source, Stock
from tests.oracle.shop import MASK, BadNumberError, EndlessError, Shop, nth_key


def key_of(source: Source) -> int:
    """Key of the next arrival."""
    return int(draws.work_key(np.uint64(source.key), np.uint64(0), source.number))


def schedule_arrival(shop: Shop, source: Source) -> None:
    """Draw when the next arrival (or candidate) is; at most ``limit`` of them."""
    if source.number >= int(source.row["limit"]):
        return
    wait = _wait(shop, source)
    if wait is not None:
        shop.schedule(shop.now + wait, Class.SOURCE, "arrive", source)


def _wait(shop: Shop, source: Source) -> int | None:
    row, key = source.row, key_of(source)
    way = Way(int(row["way"]))
    if way == Way.EVERY:
        what = int(row["first"]) if source.number == 0 and row["first"] >= 0 else int(row["every"])
        return shop.draw(what, [], key, draws.DURATION)
    if way == Way.LISTED:
        turn, line = divmod(source.number, int(row["row1"] - row["row0"]))
        if turn and not row["period"]:
            return None
        listed = shop.program.arrival[row["row0"] + line]
        return int(listed["tick"]) + turn * int(row["period"]) - shop.now
    if way == Way.THINNED:
        key = nth_key(key, source.tries)
    need = float(draws.standard_exponential(np.uint64(key), draws.DURATION))
    wait = float(row["mean"]) * need if way == Way.THINNED else _until(shop, source, need)
    return int(np.rint(wait)) if wait < float(1 << 61) else None


def _until(shop: Shop, source: Source, need: float) -> float:
    """Walk along the table until the integrated rate has grown by `need`."""
    row, table = source.row, shop.program.table
    size, period = int(row["row1"] - row["row0"]), int(row["period"])
    times = [float(t) for t in table[row["row0"] : row["row1"]]]
    rates = [float(r) for r in table[row["row1"] : row["row1"] + size]]
    ends = [*times[1:], float(period) if period else math.inf]
    at, waited = float(shop.now % period if period else shop.now), 0.0
    if period:
        if row["load"] == 0.0:
            return math.inf
        turns = math.floor(need / float(row["load"]))
        need, waited = need - turns * float(row["load"]), turns * float(period)
    i = max(i for i in range(size) if times[i] <= at)
    while True:
        if rates[i] > 0.0 and need <= (ends[i] - at) * rates[i]:
            return waited + need / rates[i]
        if math.isinf(ends[i]) or waited > float(1 << 61):
            return math.inf
        need -= (ends[i] - at) * rates[i]
        waited += ends[i] - at
        at, i = (ends[i], i + 1) if i + 1 < size else (0.0, 0)


def _happens(shop: Shop, code: int, key: int, block: int) -> bool:
    chance = shop.evaluate(code, [], key, block)
    if not 0.0 <= chance <= 1.0 + 1e-9:
        raise BadNumberError(chance)
    return float(draws.uniform(np.uint64(key), block, 0)) < chance


def arrive(shop: Shop, source: Source) -> None:
    """An arrival, or a candidate for one."""
    if shop.shift_over:
        return
    row, key = source.row, key_of(source)
    if row["way"] == Way.THINNED:
        if not _happens(shop, int(row["chance"]), nth_key(key, source.tries), draws.THINNED):
            source.tries += 1
            schedule_arrival(shop, source)
            return
        source.tries = 0
    _count_arrival(shop)
    amount = _amount(shop, source, key)
    source.arrived += amount
    shop.note(Event.ARRIVE, source.index, int(row["stock"]), amount)
    left = amount
    if row["balks"] >= 0 and _happens(shop, int(row["balks"]), key, draws.BALKED):
        shop.note(Event.BALK, source.index, int(row["stock"]), amount)
        source.balked += amount
        if row["balk_to"] >= 0:
            left = _divert(shop, source, int(row["balk_to"]), left)
            _lose(shop, source, int(row["balk_to"]), left)
        else:
            source.items += amount
    else:
        left -= _bring(shop, source, shop.stocks[int(row["stock"])], left)
        if left and row["full_to"] >= 0:
            left = _divert(shop, source, int(row["full_to"]), left)
        _lose(shop, source, int(row["stock"]), left)
    source.number += 1
    schedule_arrival(shop, source)


def _amount(shop: Shop, source: Source, key: int) -> int:
    row = source.row
    if row["way"] == Way.LISTED:
        stated = int(_listed(shop, source)["amount"])
        if stated >= 0:
            return stated
    if row["amount"] == -1:
        return int(row["fixed"])
    return shop.draw(int(row["amount"]), [], key, draws.GIVEN)


def _listed(shop: Shop, source: Source) -> np.void:
    row = source.row
    line: np.void = shop.program.arrival[row["row0"] + source.number % int(row["row1"] - row["row0"])]
    return line


def _bring(shop: Shop, source: Source, stock: Stock, amount: int) -> int:
    """Let as much enter a stock as finds room, and return how much that is."""
    fits = max(0, min(amount, stock.room)) if stock.limited else amount
    if not stock.counted:
        if fits:
            shop.put_bulk(stock, fits)
        return fits
    row = source.row
    priority = int(row["priority_class"])
    if row["way"] == Way.LISTED and _listed(shop, source)["rank"] >= 0:
        priority = int(_listed(shop, source)["rank"])
    elif row["priority"] >= 0:
        priority = shop.draw(int(row["priority"]), [], key_of(source), draws.OUTCOME)
    for _ in range(fits):
        shop.put_item(stock, _new_arrival(shop, source, priority))
    return fits


def _new_arrival(shop: Shop, source: Source, priority: int) -> Item:
    lineage = draws.member_key(int(source.row["lineage"]) & MASK, source.items)
    source.items += 1
    item = shop.new_item(lineage, shop.now, priority)
    if not shop.program.scalar[0]["described"]:
        return item
    row = source.row
    item.kind = int(row["kind_fixed"])
    if row["kind"] >= 0:
        drawn = {"column": KIND_COLUMN, "what": row["kind"]}
        item.kind = int(shop.attribute_value(drawn, item.lineage, 0, item))
    shop.follow_recipe(item, int(row["recipe"]) + 1 + item.kind)
    listed = row["way"] == Way.LISTED and _listed(shop, source)["rank"] >= 0
    if row["priority"] == AS_ITS_KIND and not listed:
        shop.as_its_kind(item)
    return item


def _divert(shop: Shop, source: Source, stock: int, amount: int) -> int:
    """Let what found no room, or turned away, enter another stock; return what finds none there."""
    fits = _bring(shop, source, shop.stocks[stock], amount)
    if fits:
        source.diverted += fits
        shop.note(Event.DIVERT, source.index, stock, fits)
    return amount - fits


def _lose(shop: Shop, source: Source, stock: int, amount: int) -> None:
    if amount:
        source.lost += amount
        source.items += amount
        shop.note(Event.LOST, source.index, stock, amount)


def _count_arrival(shop: Shop) -> None:
    """Arrivals at one instant have a limit too, all sources together (rule 5)."""
    if shop.arrival_tick != shop.now:
        shop.arrival_tick, shop.arrivals_now = shop.now, 0
    shop.arrivals_now += 1
    if shop.arrivals_now > shop.limit:
        raise EndlessError
