"""Routes: what the steps of the kinds imply, and where items go from step to step.

An activity that a route names takes one item whose next step it is (*by step*), and gives it *onward*. Where
it names no stock of items itself it takes from the one that feeds its kinds. After the last step an item goes
to the `to` of its kind; a sink ``done`` is implied.
"""

from __future__ import annotations

from collections.abc import Iterator

from hewer.errors import ModelError, Problem, ValueProblem
from hewer.model.document import Activity, Kind, Model, Source, Stock
from hewer.model.document.fields import ONWARD
from hewer.model.document.position import dotted
from hewer.model.expression import Call, Name, parse
from hewer.model.expression.nodes import Node

__all__ = ["follow_routes", "kinds_of", "named_stock", "onward_stocks", "routed", "sets_of", "taken_by_step"]


def routed(model: Model) -> frozenset[str]:
    """Name the activities that some route names."""
    return frozenset(str(step[0]) for kind in model.kinds.values() for step in kind.route)


def taken_by_step(model: Model, activity: Activity) -> str | None:
    """Return the key of the take by which an activity takes items by step: the first of items."""
    for key in activity.takes:
        stock = model.stocks.get(named_stock(key))
        if stock is not None and stock.unit is None:
            return key
    return None


def named_stock(key: str) -> str:
    """Return the stock in ``stock`` or ``next(stock)``."""
    return key.strip().removesuffix(")").rpartition("(")[2].strip()


def sets_of(activity: Activity) -> Iterator[tuple[tuple[str, ...], dict[str, str | int | float]]]:
    """Yield what an activity sets, with its path: whatever the outcome, then by outcome."""
    yield ("sets",), activity.sets
    for name, outcome in activity.outcomes.items():
        yield ("outcomes", name, "sets"), outcome.sets


def onward_stocks(model: Model, name: str) -> tuple[str, ...]:
    """Name the stocks to which what an activity gives onward may go."""
    activity = model.activities[name]
    turned = any({"kind", "step"} & set(new) for _, new in sets_of(activity))
    found: dict[str, None] = {}
    for kind in model.kinds.values():
        for number, step in enumerate(kind.route):
            if turned or step[0] == name:
                found.update(dict.fromkeys(_after(model, kind, number)))
        if turned:
            found.update(dict.fromkeys(_after(model, kind, -1)))
    return tuple(found)


def _after(model: Model, kind: Kind, number: int) -> Iterator[str]:
    if number + 1 < len(kind.route):
        following = model.activities.get(str(kind.route[number + 1][0]))
        key = taken_by_step(model, following) if following is not None else None
        if key is not None:
            yield named_stock(key)
    elif kind.to is not None and kind.to in model.stocks:
        yield kind.to


def kinds_of(source: Source) -> tuple[str, ...]:
    """Name the kinds that a source makes, as stated; none where it states none, or it cannot be read."""
    if not isinstance(source.kind, str):
        return ()
    try:
        node: Node = parse(source.kind)
    except ValueProblem:
        return ()
    if isinstance(node, Name):
        return (node.id,)
    if isinstance(node, Call) and node.name == "discrete":
        return tuple(value.id for value, _ in node.pairs if isinstance(value, Name))
    return ()


def follow_routes(model: Model) -> Model:
    """Write out what routes imply: takes, gives and the stock at their end.

    Raises
    ------
    ModelError
        Where an activity of a route names no stock of items, and its kinds do not come from one.
    """
    if not routed(model):
        return model
    stocks, kinds = dict(model.stocks), dict(model.kinds)
    if any(kind.to is None for kind in kinds.values()):
        stocks.setdefault("done", Stock(sink=True))
    for name, kind in kinds.items():
        kinds[name] = kind.model_copy(update={"to": kind.to or "done"})
    ended = model.model_copy(update={"stocks": stocks, "kinds": kinds})
    problems: list[Problem] = []
    activities = dict(model.activities)
    for name in model.activities:
        if name in routed(model):
            activities[name] = _on_route(ended, name, problems)
    if problems:
        raise ModelError(problems)
    return ended.model_copy(update={"activities": activities})


def _on_route(model: Model, name: str, problems: list[Problem]) -> Activity:
    activity = model.activities[name]
    takes = activity.takes
    if taken_by_step(model, activity) is None:
        fed = _fed(model, name)
        if len(fed) != 1:
            message = "it stands in a route and takes no items, and "
            message += f"its kinds come from {len(fed)} stocks" if fed else "its kinds come from nowhere"
            path = ("activities", name)
            line, column = model.source.at(path) or (None, None)
            hint = "Say which: for example `takes: {shop: 1}`."
            problems.append(Problem(dotted(path), message, hint, line, column, model.source.file, "route"))
            return activity
        takes = {fed[0]: 1, **takes}
    if ONWARD in activity.gives:
        return activity.model_copy(update={"takes": takes})
    if not activity.outcomes:
        gives = {ONWARD: 1, **activity.gives}
        return activity.model_copy(update={"takes": takes, "gives": gives})
    outcomes = {
        key: outcome if outcome.gives else outcome.model_copy(update={"gives": {ONWARD: 1}})
        for key, outcome in activity.outcomes.items()
    }
    return activity.model_copy(update={"takes": takes, "outcomes": outcomes})


def _fed(model: Model, name: str) -> list[str]:
    """List the stocks that feed the kinds which meet an activity: of sources, else what starts with them."""
    mine = {key for key, kind in model.kinds.items() if any(step[0] == name for step in kind.route)}
    fed = [source.to for source in model.sources.values() if mine & set(kinds_of(source)) and source.to]
    started = [key for key, stock in model.stocks.items() if stock.kind in mine]
    return list(dict.fromkeys(fed or started))
