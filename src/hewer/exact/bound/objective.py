"""What is asked for: a stock, or a measure that counts, as terms over the columns of the programme."""

from __future__ import annotations

import math
from typing import NamedTuple

from hewer.engine.result.measures import measures_of
from hewer.errors import NotFoundError, OptionError, ValueProblem, did_you_mean
from hewer.exact.bound.assembled import Assembled
from hewer.exact.bound.linear import Terms, add
from hewer.model.document import Model
from hewer.model.expression import Binary, Call, Name, Node, Number, Unary, parse, render, walk
from hewer.quantity import DIMENSIONLESS, Dimension, Quantity, unit

COUNTS = ("arrivals", "departures", "rate", "completions", "starts")


class Form(NamedTuple):
    """A straight line over the columns: at most ``high``, at least ``low`` (None where not known).

    In base units. ``shown`` is the unit to show it in.
    """

    low: Terms | None
    high: Terms | None
    constant: float
    dimension: Dimension
    shown: str


class Goal(NamedTuple):
    """What is asked for, and the unit to give it in."""

    name: str
    text: str
    unit: str
    of_stock: bool


class Bent(ValueProblem):
    """A measure that is no straight line in what is counted."""


def chosen(model: Model, of: str | None) -> Goal:
    """Return what is asked for: a measure or a stock by name; by default the first measure that counts.

    Raises
    ------
    NotFoundError, OptionError
        Where there is nothing of that name; where nothing is named, and nothing counts.
    """
    measures = measures_of(model)
    if of is not None and of in measures:
        return Goal(of, str(measures[of].value), measures[of].unit or "", False)
    if of is not None and of in model.stocks:
        return Goal(of, f"arrivals({of})", "", True)
    if of is not None:
        hint = did_you_mean(of, [*measures, *model.stocks])
        raise NotFoundError(f"there is no measure or stock `{of}`" + (f"; {hint}" if hint else ""))
    for name, measure in measures.items():
        calls = [node.name for node in walk(parse(measure.value)) if isinstance(node, Call)]
        if calls and set(calls) <= {*COUNTS, "heads", "horizon", "min"} and set(calls) & set(COUNTS):
            return Goal(name, str(measure.value), measure.unit or "", False)
    for name, stock in model.stocks.items():
        if stock.sink:
            return Goal(name, f"arrivals({name})", "", True)
    raise OptionError("the model has no sink and no measure that counts; name a stock (`--of STOCK`)")


def form_of(goal: Goal, built: Assembled) -> Form:
    """Write a goal as terms over the columns.

    Raises
    ------
    OptionError
        Where it is no straight line in what is counted.
    """
    try:
        found = _Writer(built).form(parse(goal.text))
    except ValueProblem as error:
        raise OptionError(f"`{goal.name}` ({goal.text}) cannot be bounded: {error}") from error
    if found.high is None:
        raise OptionError(
            f"`{goal.name}` ({goal.text}) cannot be bounded: it subtracts what is not known to be so much"
        )
    return found


class _Writer:
    """Writes nodes of a measure as forms."""

    def __init__(self, built: Assembled) -> None:
        self.built = built
        self.plan = built.plan
        self.info = built.plan.compiled.info
        self.names = built.plan.compiled.names

    def form(self, node: Node) -> Form:
        """Write a node."""
        if isinstance(node, Number):
            return _constant(Quantity.of(node.value, node.unit))
        if isinstance(node, Name) and node.id in self.info["params"]:
            return _constant(self.info["params"][node.id])
        if isinstance(node, Unary):
            return _scaled(self.form(node.operand), -1.0)
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Call):
            return self._call(node)
        raise Bent(f"`{render(node)}` is nothing that it knows")

    def _binary(self, node: Binary) -> Form:
        left, right = self.form(node.left), self.form(node.right)
        if node.op in "+-":
            if left.dimension != right.dimension:
                raise Bent(f"`{render(node)}` mixes a {left.dimension} and a {right.dimension}")
            return _added(left, right if node.op == "+" else _scaled(right, -1.0))
        if node.op == "*" and (_is_constant(left) or _is_constant(right)):
            one, factor = (left, right) if _is_constant(right) else (right, left)
            dimension = left.dimension * right.dimension
            return _scaled(one, factor.constant)._replace(dimension=dimension, shown=_kept(one, factor))
        if node.op == "/" and _is_constant(right) and right.constant:
            dimension = left.dimension / right.dimension
            return _scaled(left, 1.0 / right.constant)._replace(dimension=dimension, shown=_over(left, right))
        raise Bent(f"`{render(node)}` is no straight line in what is counted")

    def _call(self, node: Call) -> Form:
        if node.name == "min" and node.args:
            return self._least([self.form(argument) for argument in node.args], node)
        named = [argument.id for argument in node.args if isinstance(argument, Name)]
        if node.name == "heads":
            return _constant(Quantity(float(self._heads(named)), DIMENSIONLESS))
        if node.name == "horizon" and not self.plan.long_run:
            return _constant(Quantity(self._window(), self.info["time"], self.plan.compiled.time_unit))
        if node.name not in COUNTS or len(named) != 1:
            raise Bent(
                f"`{render(node)}` is nothing that is counted", f"it knows {', '.join(COUNTS)} and `min`"
            )
        return self._counted(node.name, named[0])

    def _counted(self, function: str, name: str) -> Form:
        of_works = function in ("completions", "starts")
        known = self.names.activities if of_works else self.names.stocks
        if name not in known:
            raise Bent(f"`{function}` knows no `{name}`", did_you_mean(name, known))
        low: Terms | None = {}
        high: Terms = {}
        text = ""
        if of_works:
            low = high = self._works(name, function)
        else:
            number = self.names.stocks.index(name)
            text = self.names.units[number]
            low, high = (
                (None, self._departures(number)) if function == "departures" else self._arrivals(number)
            )
        found = Form(low, high, 0.0, DIMENSIONLESS, "")
        found = _scaled(found, unit(text).factor)._replace(dimension=unit(text).dimension, shown=text)
        per_time = function == "rate"
        if self.plan.long_run or per_time:
            seconds = self.plan.clock / 1e9 if self.plan.long_run else self._window()
            found = _scaled(found, 1.0 / seconds)
            time = "h" if self.info["time"] else ""
            shown = f"{text or 1}/{time}" if time else text
            return found._replace(dimension=found.dimension / self.info["time"], shown=shown)
        return found

    def _window(self) -> float:
        scalar = self.plan.program.scalar[0]
        return float(scalar["horizon"] - scalar["warm_up"]) / 1e9

    def _works(self, name: str, function: str) -> Terms:
        terms: Terms = {}
        number = self.names.activities.index(name)
        for way, columns in zip(self.plan.ways, self.built.ways, strict=True):
            if self.plan.program.instance[way.instance]["activity"] == number:
                add(terms, columns.starts if function == "starts" else columns.given, 1.0)
        return terms

    def _arrivals(self, declared: int) -> tuple[Terms, Terms]:
        low: Terms = {}
        high: Terms = {}
        mine = self._members(declared)
        for number, (way, columns) in enumerate(zip(self.plan.ways, self.built.ways, strict=True)):
            for flow in way.gives:
                if flow.stock in mine:
                    plain = columns.given, flow.low, flow.high
                    column, least, most = self.built.gifts.get((number, flow.stock, flow.sort), plain)
                    add(low, column, least)
                    add(high, column, most)
        for stream in (*self.built.streams, *(stream for _, stream in self.built.leaving)):
            if stream.stock in mine:
                add(low, stream.column, 1.0)
                add(high, stream.column, 1.0)
        return low, high

    def _departures(self, declared: int) -> Terms:
        """Write what is taken, at most: what `stop` puts back has departed here."""
        high: Terms = {}
        mine = self._members(declared)
        for way, columns in zip(self.plan.ways, self.built.ways, strict=True):
            for flow in way.takes:
                random = self.built.random.get((way.instance, flow.stock))
                if flow.stock in mine and flow.drawn and random is not None:
                    high[random] = 1.0
                elif flow.stock in mine:
                    add(high, columns.starts, flow.high)
        return high

    def _members(self, declared: int) -> set[int]:
        return set((self.plan.program.stock["declared"] == declared).nonzero()[0].tolist())

    def _heads(self, named: list[str]) -> int:
        """Count heads as the plan has them, so that one more of a role counts here, too."""
        roles = self.plan.program.group["role"].tolist()
        crew = [(role, heads) for role, heads in zip(roles, self.plan.heads, strict=True) if role >= 0]
        return sum(
            heads
            for role, heads in crew
            if not named or named[0] == self.names.roles[role] or named[0] in self.names.tags[role]
        )

    def _least(self, forms: list[Form], node: Call) -> Form:
        """Put a new column below each: the mean of a minimum is at most the minimum of the means."""
        first = forms[0]
        if any(form.dimension != first.dimension for form in forms):
            raise Bent(f"`{render(node)}` mixes units")
        column = self.built.linear.column(lower=-math.inf)
        for form in forms:
            if form.high is None:
                raise Bent(f"`{render(node)}` is no straight line in what is counted")
            self.built.linear.row({column: 1.0, **{c: -v for c, v in form.high.items()}}, form.constant)
        return Form(None, {column: 1.0}, 0.0, first.dimension, next((f.shown for f in forms if f.shown), ""))


def _constant(quantity: Quantity) -> Form:
    return Form({}, {}, quantity.value, quantity.dimension, quantity.shown)


def _is_constant(form: Form) -> bool:
    return form.low == {} and form.high == {}


def _kept(one: Form, other: Form) -> str:
    return one.shown if not other.dimension else other.shown if not one.dimension else ""


def _over(one: Form, other: Form) -> str:
    """Return the unit of a quotient, where it reads well."""
    if not other.dimension:
        return one.shown
    plain = one.shown and other.shown and not set("*/^") & set(other.shown)
    return f"{one.shown}/{other.shown}" if plain else ""


def _scaled(form: Form, factor: float) -> Form:
    def times(terms: Terms | None) -> Terms | None:
        return None if terms is None else {column: value * factor for column, value in terms.items()}

    low, high = (form.low, form.high) if factor >= 0.0 else (form.high, form.low)
    return form._replace(low=times(low), high=times(high), constant=form.constant * factor)


def _added(left: Form, right: Form) -> Form:
    def plus(one: Terms | None, other: Terms | None) -> Terms | None:
        if one is None or other is None:
            return None
        return {column: one.get(column, 0.0) + other.get(column, 0.0) for column in {**one, **other}}

    return Form(
        plus(left.low, right.low), plus(left.high, right.high), left.constant + right.constant,
        left.dimension, left.shown or right.shown,
    )  # fmt: skip
