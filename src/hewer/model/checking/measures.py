"""Checks of the measures: that what they name exists, and that their units go together."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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
from hewer.model.settling.resolve import Path
from hewer.quantity import DIMENSIONLESS, Dimension, unit

__all__ = ["MEASURE_FUNCTIONS", "STATES", "check_measures"]

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
            found = dimension(node, scope, _Caller(context).dimension)
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


class _Caller:
    """Knows the dimension of each function of measures, and what it must be given."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.time = context.time if context.time is not None else DIMENSIONLESS

    def dimension(self, call: Call) -> Dimension | None:
        """Return the dimension of a call; None where it is no function of measures."""
        function = MEASURE_FUNCTIONS.get(call.name)
        return function(self, call) if function is not None else None

    def named(self, call: Call, *kinds: Iterable[str], what: str) -> list[str]:
        """Return the names that a call is given, one of each of `kinds`."""
        given = [argument.id for argument in call.args if isinstance(argument, Name)]
        if len(given) != len(call.args) or len(given) != len(kinds) or call.kwargs or call.pairs:
            raise ExpressionError(f"`{call.name}` needs {what}; got `{render(call)}`", None, call.start)
        for word, kind, part in zip(given, kinds, call.args, strict=True):
            known = list(kind)
            if word not in known:
                single = what.split(" and ")[call.args.index(part)].removeprefix("a ").removeprefix("an ")
                message = f"there is no {single} `{word}`"
                raise ExpressionError(message, did_you_mean(word, known), part.start, "unknown-name")
        return given

    def amount(self, call: Call) -> Dimension:
        """``arrivals(stock)`` and the like: in the unit of the stock."""
        (stock,) = self.named(call, self.context.model.stocks, what="a stock")
        found = self.context.stock_dimension(stock)
        return found if found is not None else DIMENSIONLESS

    def rate(self, call: Call) -> Dimension:
        """``rate(stock)``: its unit by time."""
        return self.amount(call) / self.time

    def wait(self, call: Call) -> Dimension:
        """``wait(stock)``: a time, of items only."""
        (stock,) = self.named(call, self.context.model.stocks, what="a stock")
        if self.context.model.stocks[stock].unit is not None:
            message = f"`{stock}` is bulk; only items have a time in stock"
            raise ExpressionError(message, "for bulk use `level`", call.start)
        return self.time

    def flow_time(self, call: Call) -> Dimension:
        """``flow_time(sink)`` and ``flow_time(sink, 0.9)``: a time."""
        stocks = self.context.model.stocks
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
        return self.time

    def of_source(self, call: Call) -> Dimension:
        """``lost(source)``, ``arrived(source)``: in the unit of its stock."""
        (source,) = self.named(call, self.context.model.sources, what="a source")
        found = self.context.stock_dimension(self.context.model.sources[source].to or "")
        return found if found is not None else DIMENSIONLESS

    def set_up_time(self, call: Call) -> Dimension:
        """Check a function of an activity that gives a time."""
        self.of_activity(call)
        return self.time

    def of_activity(self, call: Call) -> Dimension:
        """``starts(activity)`` and the like: a bare number."""
        self.named(call, self.context.model.activities, what="an activity")
        return DIMENSIONLESS

    def utilisation(self, call: Call) -> Dimension:
        """``utilisation(role, tool or place)``: a bare number."""
        model = self.context.model
        known = [*self.roles(), *model.tools, *model.places]
        (name,) = self.named(call, known, what="a role, tool or place")
        if name not in self.roles() and name not in model.tools and model.places[name].room is None:
            message = f"`{name}` has no `room`, so nothing of it is used up"
            raise ExpressionError(message, f"give `places.{name}.room`", call.start)
        return DIMENSIONLESS

    def failing(self, call: Call) -> str:
        """Return the tool that a call names, one that fails."""
        (name,) = self.named(call, self.context.model.tools, what="a tool")
        if self.context.model.tools[name].fails is None:
            message = f"`{name}` does not fail"
            raise ExpressionError(message, f"give it `tools.{name}.fails`", call.start)
        return name

    def of_failing(self, call: Call) -> Dimension:
        """``availability(tool)``, ``failures(tool)``: a bare number."""
        self.failing(call)
        return DIMENSIONLESS

    def down_time(self, call: Call) -> Dimension:
        """``down_time(tool)``: a time."""
        self.failing(call)
        return self.time

    def roles(self) -> list[str]:
        """Name the roles of all crews."""
        return [role for crew in self.context.model.crews.values() for role in crew]

    def state_time(self, call: Call) -> Dimension:
        """``time(role, state)``: a time."""
        known = [*STATES, *self.context.model.activities]
        self.named(call, self.roles(), known, what="a role and a state or activity")
        return self.time

    def share(self, call: Call) -> Dimension:
        """``share(role, state)``: a bare number."""
        self.state_time(call)
        return DIMENSIONLESS

    def heads(self, call: Call) -> Dimension:
        """``heads()``, ``heads(role or tag)``: a bare number."""
        if call.args:
            roles = [role for crew in self.context.model.crews.values() for role in crew.values()]
            tags = [tag for role in roles for tag in role.tags]
            self.named(call, [*self.roles(), *tags], what="a role or tag")
        return DIMENSIONLESS

    def horizon(self, call: Call) -> Dimension:
        """``horizon()``: a time."""
        self.named(call, what="nothing")
        return self.time

    def overtime(self, call: Call) -> Dimension:
        """``overtime(role)``: a time."""
        self.named(call, self.roles(), what="a role")
        return self.time

    def paid(self, call: Call) -> Dimension:
        """``paid()``, ``paid(role or tag)``: a time."""
        self.heads(call)
        return self.time

    def cost(self, call: Call) -> Dimension:
        """``cost()``: in the currency of the model's costs."""
        self.named(call, what="nothing")
        return _currency(self.context, self.time)

    def inside(self, call: Call) -> Dimension:
        """``inside()``: a bare number."""
        self.named(call, what="nothing")
        return DIMENSIONLESS


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


MEASURE_FUNCTIONS: dict[str, Callable[[_Caller, Call], Dimension]] = {
    **dict.fromkeys(("arrivals", "departures", "level", "final", "peak", "left"), _Caller.amount),
    "rate": _Caller.rate,
    "wait": _Caller.wait,
    **dict.fromkeys(("flow_time", "family_time"), _Caller.flow_time),
    **dict.fromkeys(("lost", "arrived", "balked", "diverted"), _Caller.of_source),
    **dict.fromkeys(
        ("starts", "completions", "interruptions", "set_ups", "busy", "blocked"), _Caller.of_activity
    ),
    "set_up_time": _Caller.set_up_time,
    "utilisation": _Caller.utilisation,
    **dict.fromkeys(("availability", "failures"), _Caller.of_failing),
    "down_time": _Caller.down_time,
    "time": _Caller.state_time,
    "share": _Caller.share,
    "heads": _Caller.heads,
    "horizon": _Caller.horizon,
    "overtime": _Caller.overtime,
    "paid": _Caller.paid,
    "cost": _Caller.cost,
    "inside": _Caller.inside,
}
"""The functions of measures by name."""
