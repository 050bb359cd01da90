"""Checks of the site and what comes and goes: places, walks, stocks, sources, tools, terms, costs."""

from __future__ import annotations

import math
from collections.abc import Mapping

from hewer.errors import UnitError, ValueProblem
from hewer.model.checking.base import Context
from hewer.model.checking.scope import Judged, Scope, Want, judge, judge_constant
from hewer.model.document import Source, Stock, Tool
from hewer.model.document.fields import Value
from hewer.model.expression import Call, Name, Node, Number, evaluate, is_random, parse
from hewer.model.expression.bounds import Bounds
from hewer.model.settling.resolve import Path
from hewer.quantity import DIMENSIONLESS, Dimension, Quantity, unit

__all__ = [
    "amount_want",
    "check_costs",
    "check_hazard",
    "check_site",
    "check_terms",
    "check_whole",
    "time_want",
]


def check_site(context: Context) -> None:
    """Check places, walks, stocks, sources and tools."""
    _check_walks(context)
    for name in context.model.stocks:
        _check_stock(context, name)
    for name, source in context.model.sources.items():
        _check_source(context, name, source)
    for name, tool in context.model.tools.items():
        if tool.at is not None:
            context.known(("tools", name, "at"), tool.at, context.model.places, "place")
        if tool.carried:
            _check_carried(context, name, tool)
        if tool.fails is not None:
            times = {"every": tool.fails.every, "repair": tool.fails.repair}
            check_hazard(context, ("tools", name, "fails"), times)
            if tool.carried or tool.set_up is not None:
                message = "a tool that is carried, or set up, and fails: not yet in the language"
                context.error(("tools", name, "fails"), message, "leave out one of them", "not-yet")


def _check_carried(context: Context, name: str, tool: Tool) -> None:
    """Check a tool whose units are somewhere: where they are at the start, and that ways take time."""
    path: Path = ("tools", name)
    if tool.at is None:
        message = "a tool that is carried must say where it is at the start"
        context.error((*path, "carried"), message, "for example `at: stable`", "missing")
    elif context.members(tool.at) > 1:
        members = context.members(tool.at)
        message = f"a tool that is carried starts at a single place; `{tool.at}` has {members} members"
        context.error((*path, "at"), message, "name another place", "selector")
    elif not context.model.walk:
        message = "it makes no difference that this is carried: the model has no walking times"
        context.warn((*path, "carried"), message, "write them under `walk`", "no-walk")


def check_hazard(context: Context, path: Path, times: Mapping[str, Value | None]) -> None:
    """Check the times of what strikes by chance: distributions that the run does not change."""
    for field, value in times.items():
        if value is not None:
            want = time_want(context, positive=field == "every")
            judge(Scope(context, random=True), (*path, field), value, want)


def time_want(context: Context, what: str = "a time", positive: bool = False) -> Want:
    """Return what a time of this model must be."""
    return Want(context.time, what, context.time_unit, positive)


def amount_want(context: Context, stock: str, what: str = "an amount", positive: bool = False) -> Want:
    """Return what an amount of a stock must be."""
    text = context.model.stocks[stock].unit or ""
    return Want(context.stock_dimension(stock), what, text, positive)


def _check_walks(context: Context) -> None:
    seen: set[frozenset[str]] = set()
    for key, walk in context.model.walk.items():
        path: Path = ("walk", key)
        ends = key.split("-")
        known = [context.known(path, end, context.model.places, "place") for end in ends]
        if frozenset(ends) in seen:
            context.error(
                path, f"the walk between `{ends[0]}` and `{ends[1]}` is given twice", code="repeated"
            )
        seen.add(frozenset(ends))
        if all(known) and ends[0] == ends[1] and context.members(ends[0]) == 1:
            message = f"`{ends[0]}` is a single place: there is no walk within it"
            context.warn(path, message, "give it a `count`, or leave the walk out", "unused")
        if all(known) and ends[0] != ends[1] and walk.per_step is not None:
            message = "`per_step` counts the steps between members of one set"
            hint = f"write `{ends[0]}-{ends[0]}: {{per_step: ...}}`"
            context.error(path, message, hint, "per-step")
        value = walk.time if walk.time is not None else walk.per_step
        if value is not None:
            judge_constant(context, path, value, time_want(context, "a walking time"))


def _check_stock(context: Context, name: str) -> None:
    stock = context.model.stocks[name]
    path: Path = ("stocks", name)
    if stock.at is not None:
        context.known((*path, "at"), stock.at, context.model.places, "place")
    if stock.unit is not None:
        try:
            unit(stock.unit)
        except UnitError as error:
            context.refuse((*path, "unit"), error)
            return
    capacity = math.inf
    if stock.capacity is not None:
        want = amount_want(context, name, "a capacity", positive=True)
        found = judge_constant(context, (*path, "capacity"), stock.capacity, want)
        check_whole(context, (*path, "capacity"), stock, found)
        capacity = found.bounds.high if found is not None else math.inf
    _check_starts(context, name, stock, capacity)
    _check_grain(context, name, stock)


def _check_starts(context: Context, name: str, stock: Stock, capacity: float) -> None:
    path: Path = ("stocks", name, "start")
    listed = isinstance(stock.start, tuple)
    values = stock.start if isinstance(stock.start, tuple) else (stock.start,)
    members = context.members(stock.at)
    if listed and len(values) != members:
        message = f"must have one value for each of {members} members; got {len(values)}"
        context.error(path, message, "write a single value to give all members the same", "start")
    for index, value in enumerate(values):
        here: Path = (*path, index) if listed else path
        found = judge_constant(context, here, value, amount_want(context, name, "a start"))
        check_whole(context, here, stock, found)
        if found is not None and found.bounds.low > capacity * (1 + 1e-12):
            shown = [_shown(stock, one) for one in (found.bounds.low, capacity)]
            message = f"must not be above the capacity; got {shown[0]}, capacity {shown[1]}"
            context.error(here, message, "start with less, or give it more capacity", "over-capacity")


def _shown(stock: Stock, value: float) -> Quantity:
    text = stock.unit or ""
    return Quantity(value, unit(text).dimension, text)


def _check_grain(context: Context, name: str, stock: Stock) -> None:
    if stock.grain is None:
        return
    path: Path = ("stocks", name, "grain")
    if stock.unit is None:
        context.error(
            path, "a stock of items has no grain", "leave it out, or give the stock a `unit`", "grain"
        )
        return
    judge_constant(context, path, stock.grain, amount_want(context, name, "a grain", positive=True))


def check_whole(context: Context, path: Path, stock: Stock, found: Judged | None) -> None:
    """Report an amount of items that is not whole, where it is a number or a list of them."""
    if found is None or stock.unit is not None:
        return
    for value in _listed_values(context, found.node, found.bounds):
        if math.isfinite(value) and abs(value - round(value)) > 1e-9:
            message = f"must be a whole number of items; got {value:g}"
            context.error(path, message, "give the stock a `unit` if it holds bulk", "whole-number")
            return


def _listed_values(context: Context, node: Node, limits: Bounds) -> list[float]:
    """Return the values an amount can take, where they are few; else none."""
    if limits.low == limits.high:
        return [limits.low]
    if isinstance(node, Call) and node.name == "discrete":
        try:
            return [evaluate(value, context.params).value for value, _ in node.pairs]
        except ValueProblem:
            return []
    return [] if is_random(node) or not hasattr(node, "low") else [limits.low, limits.high]


def _check_source(context: Context, name: str, source: Source) -> None:
    path: Path = ("sources", name)
    if source.to is None:
        context.error((*path, "to"), "must name the stock it feeds", "write `to: queue`", "missing")
    target = source.to if source.to in context.model.stocks else None
    if source.to is not None and target is None:
        context.known((*path, "to"), source.to, context.model.stocks, "stock")
    place = context.set_of(context.model.stocks[target]) if target is not None else None
    scope = Scope(context, levels=True, place=place, random=True)
    if source.every is not None:
        judge(scope, (*path, "every"), source.every, time_want(context, positive=True))
    if source.first is not None:
        judge(Scope(context, place=place, random=True), (*path, "first"), source.first, time_want(context))
    _check_item_priority(context, (*path, "priority"), source)
    if target is None:
        return
    stock = context.model.stocks[target]
    if source.amount != 1 or stock.unit is not None:
        found = judge(scope, (*path, "amount"), source.amount, amount_want(context, target, positive=True))
        check_whole(context, (*path, "amount"), stock, found)
    if stock.capacity is not None and source.when_full is None and not (stock.sink and stock.unit is None):
        message = f"`{target}` has a capacity: what becomes of those who find it full must be stated"
        context.error(path, message, "write `when_full: lose`, or `{to: STOCK}`", "when-full")


def _check_item_priority(context: Context, path: Path, source: Source) -> None:
    if source.priority is None:
        return
    want = Want(DIMENSIONLESS, "a priority")
    try:
        node = parse(source.priority)
    except ValueProblem as error:
        context.refuse(path, error)
        return
    is_discrete = isinstance(node, Call) and node.name == "discrete"
    if is_random(node) and not is_discrete:
        context.error(
            path, "must be a whole number or `discrete(...)`", "for example `discrete(0: 90 %, 1: 10 %)`"
        )
    elif not isinstance(source.priority, int | float):
        found = judge(Scope(context, random=True), path, source.priority, want) if is_discrete else None
        if not is_discrete and isinstance(node, Name | Number):
            found = judge_constant(context, path, source.priority, want)
        check_whole(context, path, Stock(), found)
    elif float(source.priority) != round(source.priority):
        context.error(path, f"must be a whole number; got {source.priority}", code="whole-number")


def check_terms(context: Context) -> None:
    """Check the terms: length, warm-up, breaks."""
    terms = context.model.terms
    lengths: dict[str, float] = {}
    for field in ("shift", "horizon"):
        value = getattr(terms, field)
        if value is not None:
            want = time_want(context, f"a {field}", positive=True)
            found = judge_constant(context, ("terms", field), value, want)
            if found is not None:
                lengths[field] = found.bounds.high
    horizon = lengths.get("horizon", lengths.get("shift", math.inf))
    warm_up = judge_constant(context, ("terms", "warm_up"), terms.warm_up, time_want(context, "a warm-up"))
    if warm_up is not None and warm_up.bounds.low >= horizon:
        length = Quantity(horizon, context.time or DIMENSIONLESS, context.time_unit)
        message = f"must end before the run does, at {length}"
        context.error(("terms", "warm_up"), message, "shorten it, or give a longer `horizon`", "warm-up")
    _check_breaks(context, horizon)


def _check_breaks(context: Context, horizon: float) -> None:
    roles = {role for crew in context.model.crews.values() for role in crew}
    for index, rest in enumerate(context.model.terms.breaks):
        path: Path = ("terms", "breaks", index)
        begin = judge_constant(context, (*path, "at"), rest.at, time_want(context))
        judge_constant(context, (*path, "lasts"), rest.lasts, time_want(context))
        if begin is not None and begin.bounds.low >= horizon:
            context.warn((*path, "at"), "the break begins after the run has ended", None, "unused")
        for position, role in enumerate(rest.roles or ()):
            context.known((*path, "roles", position), role, roles, "role")


def check_costs(context: Context) -> None:
    """Check that all costs are in one currency: per completion, or per time of a tool or worker."""
    model = context.model
    time = context.time if context.time is not None else DIMENSIONLESS
    stated: list[tuple[Path, str | int | float, Dimension]] = []
    for name, activity in model.activities.items():
        if activity.cost is not None:
            stated.append((("activities", name, "cost"), activity.cost, DIMENSIONLESS))
    for name, tool in model.tools.items():
        if tool.cost is not None:
            stated.append((("tools", name, "cost"), tool.cost, time))
    for crew, roles in model.crews.items():
        for name, role in roles.items():
            if role.cost is not None:
                stated.append((("crews", crew, name, "cost"), role.cost, time))
    first: tuple[str, Dimension] | None = None
    for path, value, per in stated:
        found = judge_constant(context, path, value, Want(None, "a cost"))
        if found is None or value == 0:
            continue
        quantity = evaluate(found.node, context.params)
        money = quantity.dimension * per
        if first is None:
            first = (str(quantity), money)
            _check_money(context, path, quantity, money)
        elif money != first[1]:
            message = f"must go with the first cost of the model, {first[0]}; got {quantity}"
            context.error(path, message, f"give it in {_money_text(first[1], per)}", "dimension")


def _check_money(context: Context, path: Path, quantity: Quantity, money: Dimension) -> None:
    from hewer.quantity import TIME

    if any(base in ("time", "mass", "length") for base, _ in money.powers):
        per_time = path[0] != "activities" and context.time == TIME
        example = "`5 EUR/h`" if per_time else "`5 EUR`"
        kind = "a cost of a time" if per_time else "a cost"
        message = f"must be {kind} such as {example}; got {quantity.described}"
        context.error(path, message, None, "dimension")


def _money_text(money: Dimension, per: Dimension) -> str:
    text = money.base_unit or "bare numbers"
    return f"{text} for a time" if per else text
