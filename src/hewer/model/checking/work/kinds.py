"""Checks of the items: kinds, attributes, routes, what works set, orders of stocks by attribute."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator

from hewer.choice_rules import Reads, reads
from hewer.errors import HewerError, ValueProblem
from hewer.model.checking.base import Context
from hewer.model.checking.scope import Scope, Want, judge
from hewer.model.checking.work.site import check_whole, time_want
from hewer.model.document import Activity, Kind, SetUp, Source, Stock
from hewer.model.document.fields import ONWARD, Value
from hewer.model.expression import Call, dimension, is_random, names, parse
from hewer.model.expression.bounds import ANYTHING, Bounds, bounds
from hewer.model.settling.resolve import Path, is_bare_zero
from hewer.model.settling.route import kinds_of, named_stock, onward_stocks, routed, sets_of, taken_by_step
from hewer.model.settling.work import all_gives
from hewer.quantity import DIMENSIONLESS

__all__ = [
    "check_choice",
    "check_kinds",
    "check_set_up",
    "check_use_of_kinds",
    "enter_attributes",
    "item_scope",
    "reads_item",
]

_BUILT_IN = ("kind", "step")


def enter_attributes(context: Context) -> None:
    """Find the attributes of items, their dimensions, and between what they lie."""
    changed = {name for one in context.model.activities.values() for _, new in sets_of(one) for name in new}
    for name, value in _declared(context):
        scope = Scope(context, levels=True, item=[*context.attributes, "step"])
        try:
            node = parse(value)
            found = dimension(node, scope.dimensions(), scope.call_dimension)
            limits = bounds(node, scope.known())
        except HewerError:
            if name not in context.attributes:
                context.broken |= {f"item.{name}"}
            continue
        if name not in context.attributes or is_bare_zero(value):
            context.attributes.setdefault(name, found)
        unset = math.inf if name == "due" else 0.0
        before = context.attribute_bounds.get(f"item.{name}", Bounds(unset, unset))
        context.attribute_bounds[f"item.{name}"] = ANYTHING if name in changed else before.joined(limits)
    context.attribute_bounds["item.step"] = Bounds(0.0, math.inf)


def _declared(context: Context) -> Iterator[tuple[str, Value]]:
    """Yield what attributes are said to be: by kinds, sources, then by what is set."""
    model = context.model
    yield from (pair for kind in model.kinds.values() for pair in kind.attributes.items())
    yield from (pair for source in model.sources.values() for pair in source.attributes.items())
    for activity in model.activities.values():
        for _, new in sets_of(activity):
            yield from ((name, value) for name, value in new.items() if name not in _BUILT_IN)


def item_scope(context: Context, activity: Activity) -> Collection[str] | None:
    """Return the attributes that expressions of an activity may read; None where it takes no items."""
    if taken_by_step(context.model, activity) is None:
        return None
    return (*context.attributes, "step")


def reads_item(value: Value) -> bool:
    """Tell whether a value reads the item at hand; False where it cannot be read at all."""
    try:
        return any(name.startswith("item.") for name in names(parse(value)))
    except ValueProblem:
        return False


def check_kinds(context: Context) -> None:
    """Check kinds, what sources and stocks say of items, what works set, and routes."""
    model = context.model
    for name, kind in model.kinds.items():
        _check_attributes(context, ("kinds", name, "attributes"), kind)
        _check_route(context, name, kind)
    for name, source in model.sources.items():
        _check_source(context, ("sources", name), source)
    for name, stock in model.stocks.items():
        _check_stock(context, ("stocks", name), stock)
    for name, tool in model.tools.items():
        check_set_up(context, ("tools", name, "set_up"), tool.set_up)
        if tool.set_up is not None and tool.carried:
            message = "the units of a tool that is carried cannot be set up: not yet in the language"
            context.error(("tools", name, "set_up"), message, "leave out one of the two", "not-yet")
    for name, activity in model.activities.items():
        for part, new in sets_of(activity):
            _check_sets(context, ("activities", name, *part), activity, new)
        _check_onward(context, name, activity)


def _want(context: Context, name: str) -> Want:
    if name == "due":
        return Want(context.time, "a due time", context.time_unit, below_zero=True)
    return Want(context.attributes.get(name), f"`{name}`, as stated before,", below_zero=True)


def _check_attributes(context: Context, path: Path, part: Kind | Source) -> None:
    """Check attributes; each may read those stated before it."""
    before: list[str] = []
    for name, value in part.attributes.items():
        here: Path = (*path, name)
        if name in _BUILT_IN:
            message = f"`{name}` is what every item has; it cannot be an attribute"
            context.error(here, message, "choose another name", "name")
            continue
        scope = Scope(context, levels=True, random=True, item=before)
        judge(scope, here, value, _want(context, name))
        before = [*before, name]


def _check_source(context: Context, path: Path, source: Source) -> None:
    _check_attributes(context, (*path, "attributes"), source)
    described = source.kind is not None or bool(source.attributes)
    stock = context.model.stocks.get(source.to or "")
    if described and stock is not None and stock.unit is not None:
        message = f"`{source.to}` holds bulk, which has no kinds and no attributes"
        context.error(path, message, "leave out its `kind` and `attributes`", "no-item")
        return
    if source.kind is None:
        return
    here: Path = (*path, "kind")
    named = kinds_of(source)
    try:
        node = parse(source.kind)
    except ValueProblem as error:
        context.refuse(here, error)
        return
    if not named or (isinstance(node, Call) and len(named) != len(node.pairs)):
        message = f"must be a kind, or `discrete` of kinds and chances; got `{source.kind}`"
        context.error(here, message, "for example `discrete(bracket: 60 %, flange: 40 %)`")
        return
    known = [context.known(here, name, context.model.kinds, "kind") for name in named]
    if all(known) and is_random(node):
        scope = Scope(context, random=True, item=())
        judge(scope, here, _numbered(source.kind, named), Want(DIMENSIONLESS, "a kind"))


def _numbered(text: Value, named: tuple[str, ...]) -> str:
    """Write numbers for the kinds of a `discrete`, so that its chances can be judged."""
    text = str(text)
    for number, name in enumerate(named):
        text = re.sub(rf"(?<=[(,])\s*{re.escape(name)}\s*:", f" {number}:", text, count=1)
    return text


def _check_stock(context: Context, path: Path, stock: Stock) -> None:
    if stock.kind is not None:
        here: Path = (*path, "kind")
        if stock.unit is not None:
            context.error(here, "bulk has no kind", "leave it out, or leave out the `unit`", "no-item")
        else:
            context.known(here, stock.kind, context.model.kinds, "kind")
    if isinstance(stock.order, dict):
        here = (*path, "order")
        if stock.unit is not None:
            context.error(here, "bulk has no order", "leave it out, or leave out the `unit`", "no-item")
            return
        for value in stock.order.values():
            scope = Scope(context, item=(*context.attributes, "step"))
            judge(scope, here, value, Want(None, "an order", below_zero=True))


def _check_sets(context: Context, path: Path, activity: Activity, new: dict[str, Value]) -> None:
    item = item_scope(context, activity)
    if new and not _gives_items(context, activity):
        context.error(path, "it gives no items that this could be set of", "leave it out", "no-item")
        return
    for name, value in new.items():
        here: Path = (*path, name)
        if name == "kind":
            context.known(here, str(value), context.model.kinds, "kind")
            continue
        scope = Scope(context, levels=True, place=context.set_of(activity), random=True, item=item or ())
        if name == "step":
            if not routed(context.model):
                message = "there are no routes: items have no `step`"
                context.error(here, message, "give a kind a `route`", "no-route")
                continue
            found = judge(scope, here, value, Want(DIMENSIONLESS, "a step", positive=True))
            check_whole(context, here, Stock(), found)
        else:
            judge(scope, here, value, _want(context, name))


def _gives_items(context: Context, activity: Activity) -> bool:
    named = [key for _, gives in all_gives(activity) for key in gives]
    return any(key == ONWARD or _of_items(context, key) for key in named)


# Routes.


def _check_route(context: Context, name: str, kind: Kind) -> None:
    model = context.model
    for index, step in enumerate(kind.route):
        here: Path = ("kinds", name, "route", index)
        if not context.known(here, str(step[0]), model.activities, "activity"):
            continue
        if len(step) > 1:
            scope = Scope(context, levels=True, random=True, item=(*context.attributes, "step"))
            judge(scope, here, step[1], time_want(context))
    if kind.to is not None:
        here = ("kinds", name, "to")
        if context.known(here, kind.to, model.stocks, "stock"):
            _check_single(context, here, kind.to)


def _check_single(context: Context, path: Path, stock: str) -> None:
    """Report a stock that a route cannot go through."""
    one = context.model.stocks[stock]
    if one.unit is not None:
        context.error(path, f"`{stock}` holds bulk; a route is one of items", None, "route")
    elif context.set_of(one) is not None:
        message = f"`{stock}` is at each member of `{one.at}`; a route goes through single stocks"
        context.error(path, message, "leave out its `at`; the activity may be at the set", "route")


def _check_onward(context: Context, name: str, activity: Activity) -> None:
    """Check what an activity of a route takes by step and gives onward."""
    path: Path = ("activities", name)
    if name not in routed(context.model):
        for part, gives in all_gives(activity):
            if ONWARD in gives:
                message = f"no route names `{name}`: nothing goes onward from it"
                hint = "name a stock, or put the activity into a `route`"
                context.error((*path, *part, ONWARD), message, hint, "route")
        return
    key = taken_by_step(context.model, activity)
    if key is not None:
        _check_taken_by_step(context, (*path, "takes", key), key, activity)
    _check_first(context, path, activity)
    if activity.blocking == "before":
        _check_reserved(context, name, activity)


def _check_taken_by_step(context: Context, path: Path, key: str, activity: Activity) -> None:
    if activity.takes[key] not in (1, 1.0, "1"):
        message = f"it stands in a route: it takes 1 item by step; got `{activity.takes[key]}`"
        context.error(path, message, "write 1", "route")
    if named_stock(key) != key:
        context.error(path, "a route goes through single stocks", f"write `{named_stock(key)}`", "route")
    elif key in context.model.stocks:
        _check_single(context, path, key)


def _check_first(context: Context, path: Path, activity: Activity) -> None:
    """Check that what goes onward is the item taken by step: the first of the items given."""
    for part, gives in all_gives(activity):
        if ONWARD not in gives:
            continue
        here: Path = (*path, *part, ONWARD)
        if gives[ONWARD] not in (1, 1.0, "1"):
            context.error(here, f"1 item goes onward; got `{gives[ONWARD]}`", "write `onward: 1`", "route")
        earlier = [*(() if part == ("gives",) else activity.gives), *list(gives)[: list(gives).index(ONWARD)]]
        if any(_of_items(context, one) for one in earlier):
            message = "what goes onward is the item that was taken: it stands before other items"
            context.error(here, message, "write `onward: 1` first", "route")


def _of_items(context: Context, key: str) -> bool:
    stock = context.model.stocks.get(named_stock(key))
    return stock is not None and stock.unit is None


def _check_reserved(context: Context, name: str, activity: Activity) -> None:
    """Before a start the stock onward must be known, and room there be reserved on its own."""
    stocks = context.model.stocks
    limited = [one for one in onward_stocks(context.model, name) if stocks[one].capacity is not None]
    if not limited:
        return
    for set_in, new in sets_of(activity):
        for word in _BUILT_IN:
            if word in new:
                message = (
                    f"with a capacity in `{limited[0]}` room is reserved at the start; a new {word} may "
                )
                message += "send the item elsewhere"
                hint = "write `blocking: after`"
                context.error(("activities", name, *set_in, word), message, hint, "route")
    for part, gives in all_gives(activity):
        for key in gives:
            if named_stock(key) in limited:
                message = f"items may go onward to `{named_stock(key)}` too: room for both cannot be reserved"
                context.error(("activities", name, *part, key), message, "write `blocking: after`", "route")


# Use.


def check_use_of_kinds(context: Context) -> None:
    """Note kinds and attributes that nothing uses, and choice rules that lack what they look at."""
    model = context.model
    made = {name for source in model.sources.values() for name in kinds_of(source)}
    made |= {stock.kind for stock in model.stocks.values() if stock.kind is not None}
    for activity in model.activities.values():
        made |= {str(new["kind"]) for _, new in sets_of(activity) if "kind" in new}
    for name in model.kinds:
        if name not in made:
            context.note(("kinds", name), "no source, stock or activity makes it", "leave it out", "unused")
    for path in _unread(context):
        context.note(path, "nothing reads this attribute", "leave it out", "unused")


def _unread(context: Context) -> Iterator[Path]:
    model = context.model
    text = str(model.model_dump(exclude={"title", "about"}))
    read = set(re.findall(r"\bitem\.(\w+)", text))
    if any(reads(role.choice, Reads.DUE) for roles in model.crews.values() for role in roles.values()):
        read.add("due")
    for section, parts in (("kinds", model.kinds), ("sources", model.sources)):
        for key, part in parts.items():
            for name in part.attributes:
                if name not in read:
                    yield (section, key, "attributes", name)


def check_set_up(context: Context, path: Path, set_up: SetUp | None) -> None:
    """Check the times of changing over between kinds."""
    if set_up is None:
        return
    if not context.model.kinds:
        hint = "give the model `kinds`, or leave it out"
        context.error(path, "the model has no kinds to be set up for", hint, "no-item")
        return
    for field, value in (("time", set_up.time), ("first", set_up.first)):
        if value is not None:
            judge(Scope(context), (*path, field), value, time_want(context, "a set-up"))
    for key, value in set_up.times.items():
        here: Path = (*path, "times", key)
        before, after = key.split("-")
        known = [context.known(here, name, context.model.kinds, "kind") for name in (before, after)]
        if all(known) and before == after:
            context.error(here, "a kind needs no change to itself", "leave it out", "repeated")
        judge(Scope(context), here, value, time_want(context, "a set-up"))


def check_choice(context: Context, path: Path, choice: str, weights: dict[str, Value]) -> None:
    """Check what a choice rule looks at: a due time, weights."""
    if reads(choice, Reads.DUE) and not {"due", "item.due"} & {*context.attributes, *context.broken}:
        message = f"`{choice}` looks at the attribute `due` of items, and none has one"
        hint = "for example `attributes: {due: now + 2 h}` at a kind or a source"
        context.error((*path, "choice"), message, hint, "no-due")
    if weights and not reads(choice, Reads.WEIGHTS):
        message = f"weights are for the choice `weighted`; it is `{choice}`"
        context.warn((*path, "weights"), message, "write `choice: weighted`", "unused")
    for name, value in weights.items():
        here: Path = (*path, "weights", name)
        if context.known(here, name, context.model.activities, "activity"):
            judge(Scope(context), here, value, Want(DIMENSIONLESS, "a weight"))
