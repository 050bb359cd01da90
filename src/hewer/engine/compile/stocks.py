"""Compile the site and what comes and goes: places, walking times, stocks, sources, sinks, pools."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from hewer import tracing
from hewer.engine.codes import AS_ITS_KIND, NONE, UNLIMITED, Op, Order
from hewer.engine.compile.arrivals import listed, timing, turning
from hewer.engine.compile.base import (
    Context,
    PlaceEntry,
    Row,
    StockEntry,
    few,
    located,
    put,
    refuse,
    require,
    stream,
    ticks,
    whole,
)
from hewer.engine.compile.code.code import lower
from hewer.engine.compile.code.expressions import Binding, amount, constant, distribution, duration
from hewer.engine.compile.kinds import source_kind, tails
from hewer.errors import ValueProblem
from hewer.model.document import Source, Stock, Tool
from hewer.model.expression import parse
from hewer.quantity import DIMENSIONLESS, Quantity, unit

GRAIN = 1e-6
"""Grain of a bulk stock that declares none, in its unit."""


def enter_places(context: Context) -> None:
    """Give numbers to the places and their members."""
    first = 0
    for index, (name, place) in enumerate(context.model.places.items()):
        context.places[name] = PlaceEntry(name, index, first, place.count, place.room)
        first += place.count


def enter_stocks(context: Context) -> None:
    """Give numbers to the stocks, one for each member of a set, and find their grains."""
    first = 0
    for index, (name, stock) in enumerate(context.model.stocks.items()):
        count = context.set_size(stock.at)
        with located(context.model, f"stocks.{name}.unit"):
            found = unit(stock.unit) if stock.unit is not None else None
        with located(context.model, f"stocks.{name}.grain"):
            scale = _grain(context, name)
        dimension = found.dimension if found else DIMENSIONLESS
        place = stock.at if count > 1 else None
        entry = StockEntry(name, index, first, count, place, found, scale, dimension)
        context.stocks[name] = entry
        context.owners.extend([entry] * count)
        first += count
    context.classes = _priorities(context)


def _grain(context: Context, name: str) -> float:
    stock = context.model.stocks[name]
    if stock.unit is None:
        if stock.grain is not None:
            raise ValueProblem("a stock of items has no grain", "drop it, or give the stock a unit")
        return 1.0
    found = unit(stock.unit)
    if stock.grain is None:
        return GRAIN * found.factor
    grain = constant(context, stock.grain)
    require(grain, found.dimension, "the grain")
    if not grain.value > 0.0:
        raise ValueProblem(f"the grain must be more than 0; got {grain}")
    return grain.value


def _priorities(context: Context) -> tuple[int, ...]:
    """Collect the priorities of items, highest first; only 0 where no stock looks at them."""
    model = context.model
    if all(stock.order != "priority" for stock in model.stocks.values()):
        return (0,)
    found = {0, *(kind.priority for kind in model.kinds.values() if kind.priority is not None)}
    for name, source in model.sources.items():
        found.update(one.priority for one in listed(context, name, source) if one.priority is not None)
        if source.priority is None:
            continue
        with located(model, f"sources.{name}.priority"):
            drawn = distribution(context, source.priority)
            if drawn.family not in ("constant", "discrete"):
                raise ValueProblem("must be a whole number or discrete(...)")
            values = drawn.values() or (drawn.a,)
            if any(value != round(value) for value in map(tracing.plain, values)):
                raise ValueProblem("must be whole numbers")
            found.update(round(value) for value in map(tracing.plain, values))
    return tuple(sorted(found, reverse=True))


def walk_matrix(context: Context) -> np.ndarray:
    """Return walking times between place members, in ticks, shape [place member, place member]."""
    size = sum(place.count for place in context.places.values())
    matrix = np.zeros((size, size), np.int64)
    for key, walk in context.model.walk.items():
        one, other = (context.places[name] for name in key.split("-"))
        with located(context.model, f"walk.{key}"):
            value = walk.time if walk.time is not None else walk.per_step
            assert value is not None
            time = ticks(constant(context, value), context.time, "a walking time")
        if not time:  # whether there is a way to walk at all lays out who walks
            continue
        for i, j in _pairs(one, other):
            steps = abs(i - j) if walk.per_step is not None else 1
            for pair in ((one.first + i, other.first + j), (other.first + j, one.first + i)):
                put(matrix, pair, time * steps)
    return matrix


def _pairs(one: PlaceEntry, other: PlaceEntry) -> list[tuple[int, int]]:
    if one.name == other.name:
        return list(permutations(range(one.count), 2))
    return [(i, j) for i in range(one.count) for j in range(other.count)]


def stock_rows(context: Context) -> list[Row]:
    """Return one row for each stock instance; ``dep0, dep1`` are left to the caller."""
    rows: list[Row] = []
    flows = 0
    for name, entry in context.stocks.items():
        stock = context.model.stocks[name]
        with located(context.model, f"stocks.{name}"):
            capacity = _capacity(context, entry, stock)
            starts = _starts(context, entry, stock, capacity)
        leaves = stock.sink and entry.items
        for member in range(entry.count):
            rows.append(
                {
                    "items": entry.items,
                    "order": int(
                        Order.KEYED if isinstance(stock.order, dict) else Order[stock.order.upper()]
                    ),
                    "lanes": NONE,
                    "whole": entry.first + member,
                    "serves": NONE,
                    "by": _key_of_order(context, name, stock),
                    "capacity": capacity,
                    "start": starts[member],
                    "level": starts[member],
                    "peak": starts[member],
                    "scale": entry.scale,
                    "sink": flows if leaves else NONE,
                    "tail0": context.class_tails,
                    "lineage": stream(f"stock:{name}", member),
                    "declared": entry.index,
                    "member": member,
                    "leave": NONE,
                    "head": NONE,
                    "tail": NONE,
                }
            )
            context.class_tails += tails(context, rows[-1]["order"])
        flows += leaves
    return rows


def _key_of_order(context: Context, name: str, stock: Stock) -> int:
    """Return the code of the key by which a stock is ordered, smallest first; -1 where it has none."""
    if not isinstance(stock.order, dict):
        return NONE
    with located(context.model, f"stocks.{name}.order"):
        ((word, value),) = stock.order.items()
        code = lower(parse(value), Binding(context, None, 0)).code
        return context.add_code(code if word == "smallest" else (*code, (Op.NEG, 0, 0.0)))


def _capacity(context: Context, entry: StockEntry, stock: Stock) -> int:
    if stock.capacity is None or (stock.sink and entry.items):
        return int(UNLIMITED)
    return whole(constant(context, stock.capacity), entry, "the capacity")


def _starts(context: Context, entry: StockEntry, stock: Stock, capacity: int) -> list[int]:
    values = stock.start if isinstance(stock.start, tuple) else (stock.start,) * entry.count
    if len(values) != entry.count:
        raise ValueProblem(
            f"`start` must have one value for each of {entry.count} members; got {len(values)}"
        )
    starts = []
    for value in values:
        quantity = constant(context, value)
        if quantity.value == 0.0:
            quantity = Quantity(0.0, entry.dimension)
        start = few(whole(quantity, entry, "the start"), entry, "the start")
        if entry.items:  # so many records are laid out
            start = int(tracing.plain(start))
        if start > capacity:
            raise ValueProblem("`start` must not be above the capacity")
        starts.append(start)
    return starts


def flow_rows(context: Context) -> list[Row]:
    """Return one row for each sink of items."""
    model = context.model
    return [
        {"declared": entry.index}
        for name, entry in context.stocks.items()
        if model.stocks[name].sink and entry.items
    ]


def source_rows(context: Context) -> tuple[list[Row], list[str]]:
    """Return one row for each source and member of the stock it feeds, and their names."""
    rows: list[Row] = []
    names: list[str] = []
    for name, source in context.model.sources.items():
        if source.to is None:
            continue
        entry = context.stocks[source.to]
        for member in range(entry.count):
            rows.append(_source_row(context, name, source, entry, member))
            names.append(f"{name}[{member + 1}]" if entry.count > 1 else name)
    return rows, names


def _source_row(context: Context, name: str, source: Source, entry: StockEntry, member: int) -> Row:
    path = f"sources.{name}"
    binding = Binding(context, entry.place, member)
    with located(context.model, f"{path}.first"):
        first = -2 if source.first is None else duration(binding, source.first)
        if source.first is not None and first < 0:
            raise ValueProblem("the first arrival cannot depend on levels", "give a time or a distribution")
    with located(context.model, f"{path}.amount"):
        given = amount(binding, source.amount, entry)
    with located(context.model, f"{path}.priority"):
        priority, priority_class = _priority(context, source)
    return {
        "stock": entry.first + member,
        "first": first,
        "amount": given.index,
        "fixed": given.fixed,
        "limit": UNLIMITED if source.limit is None else source.limit,
        "priority": priority,
        "priority_class": priority_class,
        **source_kind(context, name, source, binding),
        "stream": stream(f"source:{name}", member),
        "lineage": stream(f"items:{name}", member),
        **timing(binding, name, source, entry),
        **turning(binding, name, source),
    }


def _priority(context: Context, source: Source) -> tuple[int, int]:
    """Return (distribution of the class or -1, the class where it is fixed)."""
    classes = {priority: number for number, priority in enumerate(context.classes)}
    if len(classes) == 1:
        return NONE, 0
    if source.priority is None:
        return AS_ITS_KIND, classes[0]
    drawn = distribution(context, source.priority)
    if drawn.table is None:
        return NONE, classes[round(tracing.plain(drawn.a))]
    half = len(drawn.table) // 2
    table = (
        *drawn.table[:half],
        *(float(classes[round(tracing.plain(value))]) for value in drawn.table[half:]),
    )
    return context.add_distribution(type(drawn)("discrete", 0.0, 0.0, 0.0, table, DIMENSIONLESS)), 0


def pools(context: Context) -> tuple[list[Row], list[str], dict[tuple[str, str, int], int]]:
    """Return the pools of place room, then of tools; their names; and their indices by owner.

    The key of a pool is ("room" or "tool", name, member).
    """
    rows: list[Row] = []
    names: list[str] = []
    index: dict[tuple[str, str, int], int] = {}
    declared = [
        ("room", name, i, place.room, place.count)
        for i, (name, place) in enumerate(context.model.places.items())
        if place.room is not None
    ] + [
        ("tool", name, i, tool.count, context.set_size(tool.at))
        for i, (name, tool) in enumerate(context.model.tools.items())
    ]
    for kind, name, declared_index, count, members in declared:
        for member in range(members):
            index[kind, name, member] = len(rows)
            names.append(f"{name}[{member + 1}]" if members > 1 else name)
            rows.append(
                {
                    "is_room": kind == "room",
                    "declared": declared_index,
                    "member": member,
                    "count": count,
                    "free": count,
                    "head": NONE,
                    "tail": NONE,
                }
            )
    return rows, names, index


def _stable(context: Context, name: str, tool: Tool) -> int:
    """Return the place member where all units of a tool that is carried are at the start."""
    if tool.at is None or context.set_size(tool.at) > 1:
        message = "a tool that is carried must be at a single place at the start"
        refuse(context.model, f"tools.{name}.at", message, "for example `at: stable`")
    return context.places[tool.at].first


def unit_rows(context: Context, pools: list[Row]) -> list[Row]:
    """Return the units of the tools that are carried; completes the ``unit`` range of the pools."""
    tools = list(context.model.tools.items())
    units: list[Row] = []
    for row in pools:
        row["unit0"] = len(units)
        if not row["is_room"] and tools[row["declared"]][1].carried:
            home = _stable(context, *tools[row["declared"]])
            units.extend({"home": home, "place": home, "work": NONE} for _ in range(row["count"]))
        row["unit1"] = len(units)
    return units
