"""Compile the items: kinds, attributes, routes, and the lanes in which items wait for their next step.

Where an activity takes items by step from a stock, the items of that stock stand in lanes: one for each such
activity, and one for the rest. Lanes are numbered on behind the stocks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from hewer.engine.codes import KIND_COLUMN, NONE, SETS_UP, STEP_COLUMN, UNLIMITED, Op, Order
from hewer.engine.compile.base import AttributeEntry, Context, Row, array, located, stream, table, ticks
from hewer.engine.compile.code.expressions import Binding, attribute, constant, drawn_name, duration, expected
from hewer.engine.records import SETTING
from hewer.model.document import Kind, SetUp, Source
from hewer.model.document.fields import Value
from hewer.model.expression import Call, Name, parse
from hewer.model.settling.resolve import is_bare_zero
from hewer.model.settling.route import kinds_of, named_stock, routed, sets_of, taken_by_step
from hewer.quantity import DIMENSIONLESS, Dimension

if TYPE_CHECKING:
    from hewer.engine.compile.base import Work


def enter_kinds(context: Context) -> None:
    """Give numbers to kinds and attributes, find their dimensions and bounds, and number the lanes."""
    model = context.model
    context.kinds = {name: index for index, name in enumerate(model.kinds)}
    changed = {name for one in model.activities.values() for _, new in sets_of(one) for name in new}
    for path, binding, name, value in _declared(context):
        with located(model, path):
            _enter_attribute(context, binding, name, value, changed)
    lane = sum(entry.count for entry in context.stocks.values())
    for key, activity in model.activities.items():
        if key not in routed(model):
            continue
        taken = taken_by_step(model, activity)
        assert taken is not None
        stock = context.stocks[named_stock(taken)].first
        if stock not in context.rest_lanes:
            context.rest_lanes[stock] = lane
            lane += 1
        context.lanes[key] = (stock, lane)
        lane += 1
    context.stock_total = lane


def _declared(context: Context) -> Iterator[tuple[str, Binding, str, Value]]:
    """Yield what attributes are said to be: path, where it is judged, name, value."""
    model = context.model
    for key, kind in model.kinds.items():
        for name, value in kind.attributes.items():
            yield f"kinds.{key}.attributes.{name}", Binding(context, None, 0), name, value
    for key, source in model.sources.items():
        place = context.stocks[source.to].place if source.to in context.stocks else None
        for name, value in source.attributes.items():
            yield f"sources.{key}.attributes.{name}", Binding(context, place, 0), name, value
    for key, activity in model.activities.items():
        place = activity.at if context.set_size(activity.at) > 1 else None
        for part, new in sets_of(activity):
            for name, value in new.items():
                if name not in ("kind", "step"):
                    yield f"activities.{key}.{'.'.join(part)}.{name}", Binding(context, place, 0), name, value


def _enter_attribute(context: Context, binding: Binding, name: str, value: Value, changed: set[str]) -> None:
    wanted: Dimension | None = context.attributes[name].dimension if name in context.attributes else None
    if name == "due":
        wanted = context.time
    unset = math.inf if name == "due" else 0.0
    if name not in context.attributes and name in changed:
        # what is set may read what it sets
        context.attributes[name] = AttributeEntry(len(context.attributes), DIMENSIONLESS, -math.inf, math.inf)
        dimension = wanted
        if dimension is None:
            dimension = attribute(binding, value, None).dimension
        context.attributes[name] = context.attributes[name]._replace(dimension=dimension)
        return
    found = attribute(binding, value, wanted)
    entry = context.attributes.get(name)
    if entry is None:
        entry = AttributeEntry(len(context.attributes), found.dimension, unset, unset)
    if name in changed:
        context.attributes[name] = entry
        return
    low, high = min(entry.low, found.low), max(entry.high, found.high)
    context.attributes[name] = entry._replace(low=low, high=high)


def kind_rows(context: Context) -> dict[str, list[Row]]:
    """Return the rows of kinds, steps and attributes."""
    model = context.model
    kinds: list[Row] = []
    steps: list[Row] = []
    activities = list(model.activities)
    for name, kind in model.kinds.items():
        first = len(steps)
        for number, step in enumerate(kind.route):
            path = f"kinds.{name}.route.{number}"
            stock, lane = context.lanes[str(step[0])]
            time, wanted = _step_time(context, path, step)
            steps.append(
                {
                    "activity": activities.index(str(step[0])),
                    "stock": stock,
                    "lane": lane,
                    "time": time,
                    "expected": wanted,
                }
            )
        kinds.append(
            {
                "priority": NONE if kind.priority is None else _class(context, kind.priority),
                "route0": first,
                "route1": len(steps),
                "to": context.stocks[kind.to].first if kind.to in context.stocks else NONE,
            }
        )
    streams = [*context.attributes, "kind", "step"]
    attributes = [
        {"stream": stream(f"attribute:{name}", 0), "unset": math.inf if name == "due" else 0.0}
        for name in streams
    ]
    return {"kind": kinds, "step": steps, "attribute": attributes}


def _class(context: Context, priority: int) -> int:
    return context.classes.index(priority) if len(context.classes) > 1 else 0


def _step_time(context: Context, path: str, step: tuple[Value, ...]) -> tuple[int, int]:
    """Return the time of a step and its expectation; -1 where the step states none."""
    if len(step) == 1:
        return NONE, NONE
    binding = Binding(context, None, 0)
    with located(context.model, path):
        return duration(binding, step[1]), expected(binding, step[1], 0)


def set_ups(context: Context, pools: list[Row]) -> dict[str, np.ndarray]:
    """Return the tables of set-ups, those of the roles, and the units of tools; completes the pools."""
    model, tables = context.model, _Tables(context)
    units: list[Row] = []
    tools = list(model.tools.items())
    for number, row in enumerate(pools):
        name, tool = tools[row["declared"]] if not row["is_room"] else ("", None)
        row["table"] = tables.add(f"tools.{name}.set_up", tool.set_up if tool is not None else None)
        row["setting0"] = len(units)
        if row["table"] != NONE:
            units.extend([{"pool": number}] * row["count"])
    path = f"crews.{model.crew_name}"
    roles = [tables.add(f"{path}.{name}.set_up", role.set_up) for name, role in model.roles.items()]
    return {
        "setting": array(SETTING, units),
        "change_over": table(tables.ticks, np.int64),
        "role_table": np.array(roles, np.int64),
    }


class _Tables:
    """The tables of changing over, [table, kind set for + 1, kind], one behind the other."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.ticks: list[int] = []
        self.known: dict[str, int] = {}

    def add(self, path: str, set_up: SetUp | None) -> int:
        """Return the number of a table, adding it if it is new; -1 where there is none."""
        if set_up is None:
            return NONE
        if path not in self.known:
            self.known[path] = len(self.known)
            with located(self.context.model, path):
                self._fill(set_up)
        return self.known[path]

    def _fill(self, set_up: SetUp) -> None:
        kinds = list(self.context.kinds)
        time = {key: self._time(value) for key, value in set_up.times.items()}
        other, first = self._time(set_up.time), self._time(set_up.first)
        self.ticks.extend([first] * len(kinds))
        for before in kinds:
            self.ticks.extend(
                0 if before == after else time.get(f"{before}-{after}", other) for after in kinds
            )

    def _time(self, value: Value | None) -> int:
        if value is None or is_bare_zero(value):
            return 0
        return ticks(constant(self.context, value), self.context.time, "a set-up")


def mark_set_ups(context: Context, work: Work, pools: list[Row]) -> None:
    """Mark the instances that may begin with a set-up."""
    by_people = any(role.set_up is not None for role in context.model.roles.values())
    for row, manner in zip(work.instances, work.manners, strict=True):
        by_tools = any(
            pools[need["pool"]]["table"] != NONE for need in work.needs[row["need0"] : row["need1"]]
        )
        if by_tools or (by_people and row["post1"] > row["post0"] and manner["take"] != NONE):
            row["traits"] |= SETS_UP


def start_kinds(context: Context) -> list[int]:
    """Return the kind of the items that each stock instance starts with, or -1."""
    model = context.model
    found = []
    for name, entry in context.stocks.items():
        kind = model.stocks[name].kind
        found.extend([NONE if kind is None else context.kinds[kind]] * entry.count)
    return found


def add_recipes(context: Context) -> None:
    """Add, for each kind, what its items are like, in the place of items that stocks start with."""
    for name, kind in context.model.kinds.items():
        _add_recipe(context, Binding(context, None, 0), None, f"kinds.{name}.attributes", kind)


def _add_recipe(
    context: Context, binding: Binding, source: Source | None, path: str, kind: Kind | None
) -> None:
    first = len(context.assigns)
    stated = source.attributes if source is not None else {}
    for name, value in stated.items():
        _assign(context, binding, f"{path}.attributes.{name}", name, value)
    for name, value in (kind.attributes if kind is not None else {}).items():
        if name not in stated:
            _assign(context, Binding(context, None, 0), path, name, value)
    context.recipes.append({"assign0": first, "assign1": len(context.assigns)})


def _assign(context: Context, binding: Binding, path: str, name: str, value: Value) -> None:
    entry = context.attributes[name]
    with located(context.model, path):
        what = attribute(binding, value, entry.dimension).what
    context.assigns.append({"column": entry.column, "what": what})


def source_kind(context: Context, name: str, source: Source, binding: Binding) -> Row:
    """Return the fields of a source that say what its items are."""
    named = kinds_of(source)
    numbers = [context.kinds[kind] for kind in named] or [NONE]
    first = len(context.recipes) - 1 - min(numbers)
    for number in range(min(numbers), max(numbers) + 1):
        made = list(context.model.kinds.values())[number] if number in numbers and named else None
        _add_recipe(context, binding, source, f"sources.{name}", made)
    drawn = NONE
    if named and isinstance(node := parse(source.kind or ""), Call):
        drawn = _drawn_kind(context, name, node)
    return {"kind": drawn, "kind_fixed": numbers[0] if drawn == NONE else NONE, "recipe": first}


def _drawn_kind(context: Context, name: str, node: Call) -> int:
    """Return the distribution of the number of a kind."""
    with located(context.model, f"sources.{name}.kind"):
        pairs = [(value.id, weight) for value, weight in node.pairs if isinstance(value, Name)]
        return context.add_distribution(drawn_name(context, pairs, context.kinds))


def sets_range(context: Context, binding: Binding, path: str, new: dict[str, Value]) -> tuple[int, int]:
    """Compile what a work sets; return its range in ``assign``."""
    first = len(context.assigns)
    for name, value in new.items():
        if name == "kind":
            what = -2 - context.add_code([(Op.CONST, 0, float(context.kinds[str(value)]))])
            context.assigns.append({"column": KIND_COLUMN, "what": what})
        elif name == "step":
            with located(context.model, f"{path}.step"):
                what = attribute(binding, value, DIMENSIONLESS).what
            context.assigns.append({"column": STEP_COLUMN, "what": what})
        else:
            _assign(context, binding, f"{path}.{name}", name, value)
    return first, len(context.assigns)


def lane_rows(context: Context, stocks: list[Row]) -> list[Row]:
    """Return the rows of the lanes; sets ``lanes`` of the stocks that have any."""
    rows: dict[int, Row] = {}
    activities = list(context.model.activities)
    for stock, lane in context.rest_lanes.items():
        rows[lane] = _lane(stocks[stock], stock, NONE)
        stocks[stock]["lanes"] = lane
    for name, (stock, lane) in context.lanes.items():
        rows[lane] = _lane(stocks[stock], stock, activities.index(name))
    for lane in sorted(rows):
        rows[lane]["tail0"] = context.class_tails
        context.class_tails += tails(context, rows[lane]["order"])
    return [rows[lane] for lane in sorted(rows)]


def tails(context: Context, order: int) -> int:
    """Count what a stock needs of ``class_tail``: a tail for each class, or the root of its tree."""
    return {Order.PRIORITY: len(context.classes), Order.KEYED: 1}.get(Order(order), 0)


def _lane(stock: Row, whole: int, serves: int) -> Row:
    return {
        **stock,
        "capacity": UNLIMITED,
        "start": 0,
        "level": 0,
        "peak": 0,
        "sink": NONE,
        "lanes": NONE,
        "whole": whole,
        "serves": serves,
    }


__all__ = [
    "add_recipes",
    "enter_kinds",
    "kind_rows",
    "lane_rows",
    "mark_set_ups",
    "set_ups",
    "sets_range",
    "source_kind",
    "start_kinds",
    "tails",
]
