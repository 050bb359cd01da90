"""Checks of the measures: that what they name exists, and that their units go together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from hewer.errors import DimensionError, ExpressionError, HewerError, UnitError, ValueProblem, did_you_mean
from hewer.model.checking.base import Context
from hewer.model.expression import (
    LEVEL_FUNCTIONS,
    MATH_FUNCTIONS,
    Call,
    Name,
    Range,
    dimension,
    evaluate,
    functions,
    is_random,
    names,
    parse,
    render,
)
from hewer.model.expression.measure_functions import MEASURE_FUNCTIONS, Argument, Gives, MeasureFunction
from hewer.model.settling.resolve import Path
from hewer.quantity import DIMENSIONLESS, Dimension, unit

__all__ = ["STATES", "check_measures"]

STATES = ("working", "walking", "idle", "blocked", "partner", "break", "absent", "done", "off")
"""States of a worker that `time` and `share` know, beside the names of activities."""


def check_measures(context: Context) -> None:
    """Check every measure."""
    for name, measure in context.model.measures.items():
        path: Path = ("measures", name, "value")
        try:
            node = parse(measure.value)
            if names(node) & context.broken:
                continue
            if is_random(node) or isinstance(node, Range):
                message = f"must be an amount or a condition made of measures; got `{render(node)}`"
                raise ExpressionError(message, "for example `arrivals(done) / heads()`")
            _check_functions(context, functions(node))
            scope = {param: value.dimension for param, value in context.params.items()}
            found = dimension(node, scope, lambda call: _dimension(context, call))
        except HewerError as error:
            context.refuse(path, error)
            continue
        if measure.unit is not None:
            _check_unit(context, ("measures", name, "unit"), measure.unit, found)


def _check_functions(context: Context, called: frozenset[str]) -> None:
    for word in sorted(called - set(MEASURE_FUNCTIONS) - MATH_FUNCTIONS):
        if word in LEVEL_FUNCTIONS:
            raise ExpressionError(f"`{word}` is known only during a run", "use `level`, `final` or `peak`")
        hint = did_you_mean(word, [*MEASURE_FUNCTIONS, *MATH_FUNCTIONS])
        raise ExpressionError(f"there is no measure `{word}`", hint, code="unknown-name")


def _check_unit(context: Context, path: Path, text: str, found: Dimension) -> None:
    try:
        shown = unit(text)
    except UnitError as error:
        context.refuse(path, error)
        return
    if shown.dimension != found:
        base = f"{found}, in {found.base_unit}" if found else "bare number"
        wanted = f"{text} ({shown.dimension})"
        context.refuse(path, DimensionError(f"the measure is a {base}; it cannot be given in {wanted}"))


class _Kind(NamedTuple):
    """What an argument may name.

    Attributes
    ----------
    words : str
        For it, in a message.
    names : callable
        All that it may name.
    refusal : callable
        Why it may not be this one, and the remedy; None where it may.
    """

    words: str
    names: Callable[[Context], Iterable[str]]
    refusal: Callable[[Context, str], tuple[str, str] | None] = lambda context, name: None


def _roles(context: Context) -> list[str]:
    return [role for crew in context.model.crews.values() for role in crew]


def _people(context: Context) -> list[str]:
    roles = [role for crew in context.model.crews.values() for role in crew.values()]
    return [*_roles(context), *(tag for role in roles for tag in role.tags)]


def _is_bulk(context: Context, name: str) -> tuple[str, str] | None:
    if context.model.stocks[name].unit is None:
        return None
    return f"`{name}` is bulk; only items have a time in stock", "for bulk use `level`"


def _has_no_room(context: Context, name: str) -> tuple[str, str] | None:
    model = context.model
    if name in _roles(context) or name in model.tools or model.places[name].room is not None:
        return None
    return f"`{name}` has no `room`, so nothing of it is used up", f"give `places.{name}.room`"


def _never_fails(context: Context, name: str) -> tuple[str, str] | None:
    if context.model.tools[name].fails is not None:
        return None
    return f"`{name}` does not fail", f"give it `tools.{name}.fails`"


_KINDS = {
    Argument.STOCK: _Kind("a stock", lambda context: context.model.stocks),
    Argument.STOCK_OF_ITEMS: _Kind("a stock", lambda context: context.model.stocks, _is_bulk),
    Argument.SOURCE: _Kind("a source", lambda context: context.model.sources),
    Argument.ACTIVITY: _Kind("an activity", lambda context: context.model.activities),
    Argument.RESOURCE: _Kind(
        "a role, tool or place",
        lambda context: [*_roles(context), *context.model.tools, *context.model.places],
        _has_no_room,
    ),
    Argument.TOOL_THAT_FAILS: _Kind("a tool", lambda context: context.model.tools, _never_fails),
    Argument.ROLE: _Kind("a role", _roles),
    Argument.STATE: _Kind("a state or activity", lambda context: [*STATES, *context.model.activities]),
    Argument.PEOPLE: _Kind("a role or tag", _people),
}


def _dimension(context: Context, call: Call) -> Dimension | None:
    """Check what a function of measures is given; return its dimension, None where it is no such function."""
    function = MEASURE_FUNCTIONS.get(call.name)
    if function is None:
        return None
    if function.takes == (Argument.SINK,):
        _check_sink(context, call)
    elif function.takes != (Argument.PEOPLE,) or call.args:  # without a name: all people
        _check_arguments(context, call, function)
    time = context.time if context.time is not None else DIMENSIONLESS
    if function.gives in (Gives.AMOUNT, Gives.RATE):
        amount = _amount(context, call, function.takes[0])
        return amount if function.gives == Gives.AMOUNT else amount / time
    if function.gives == Gives.MONEY:
        return _currency(context, time)
    return time if function.gives == Gives.TIME else DIMENSIONLESS


def _check_arguments(context: Context, call: Call, function: MeasureFunction) -> None:
    kinds = [_KINDS[argument] for argument in function.takes]
    given = [argument.id for argument in call.args if isinstance(argument, Name)]
    if len(given) != len(call.args) or len(given) != len(kinds) or call.kwargs or call.pairs:
        wanted = " and ".join(kind.words for kind in kinds) or "nothing"
        raise ExpressionError(f"`{call.name}` needs {wanted}; got `{render(call)}`", None, call.start)
    for name, kind, part in zip(given, kinds, call.args, strict=True):
        known = list(kind.names(context))
        if name not in known:
            message = f"there is no {kind.words.partition(' ')[2]} `{name}`"
            raise ExpressionError(message, did_you_mean(name, known), part.start, "unknown-name")
        refusal = kind.refusal(context, name)
        if refusal is not None:
            raise ExpressionError(*refusal, call.start)


def _check_sink(context: Context, call: Call) -> None:
    """Check a sink, and perhaps a quantile."""
    stocks = context.model.stocks
    if not 1 <= len(call.args) <= 2 or not isinstance(call.args[0], Name) or call.kwargs:
        hint = f"for example `{call.name}(done)` or `{call.name}(done, 0.9)`"
        raise ExpressionError(f"`{call.name}` needs a sink, and perhaps a quantile", hint, call.start)
    name = call.args[0].id
    sinks = [stock for stock, part in stocks.items() if part.sink and part.unit is None]
    if name not in sinks:
        message = f"`{name}` is no sink of items" if name in stocks else f"there is no stock `{name}`"
        raise ExpressionError(message, did_you_mean(name, sinks), call.args[0].start, "unknown-name")
    if len(call.args) == 2:
        probability = evaluate(call.args[1], {})
        if probability.dimension or not 0.0 < probability.value < 1.0:
            message = f"a quantile must be between 0 and 1; got {probability}"
            raise ExpressionError(message, None, call.args[1].start)


def _amount(context: Context, call: Call, argument: Argument) -> Dimension:
    """Return the dimension of the stock that a call names, or of that of a source; works are counted."""
    (part,) = call.args
    name = part.id if isinstance(part, Name) else ""
    if argument == Argument.ACTIVITY:
        return DIMENSIONLESS
    if argument == Argument.SOURCE:
        name = context.model.sources[name].to or ""
    found = context.stock_dimension(name)
    return found if found is not None else DIMENSIONLESS


def _currency(context: Context, time: Dimension) -> Dimension:
    model = context.model
    costs = [(activity.cost, DIMENSIONLESS) for activity in model.activities.values()]
    costs += [(tool.cost, time) for tool in model.tools.values()]
    costs += [(role.cost, time) for crew in model.crews.values() for role in crew.values()]
    for value, per in costs:
        if value is not None and value != 0:
            try:
                return evaluate(parse(value), context.params).dimension * per
            except ValueProblem:
                continue
    return DIMENSIONLESS
