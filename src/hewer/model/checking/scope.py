"""What an expression may mention where it stands, and the judgement of one value.

A value is judged once: its names, its selectors, its dimension, then its bounds. The first of these
that is wrong is reported; a value that uses a param that is itself wrong is passed over.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field

from hewer.errors import DimensionError, ExpressionError, HewerError, ValueProblem, did_you_mean
from hewer.model.checking.base import Context
from hewer.model.expression import (
    LEVEL_FUNCTIONS,
    Call,
    Compare,
    Name,
    Node,
    OfFamily,
    Range,
    children,
    dimension,
    distribution,
    evaluate,
    functions,
    is_condition,
    is_distribution,
    is_random,
    names,
    parse,
    render,
    scale_in_run,
    walk,
)
from hewer.model.expression.bounds import Bounds, Known, bounds
from hewer.model.settling.resolve import Path, is_bare_zero
from hewer.model.settling.work import SELECTORS, SUMMARIES, Reference, reference_of
from hewer.quantity import DIMENSIONLESS, Dimension

__all__ = ["Judged", "Scope", "Want", "is_known", "judge", "judge_constant", "selector_problem"]


@dataclass(frozen=True, slots=True)
class Want:
    """What a value must be.

    Attributes
    ----------
    dimension : Dimension or None
        None: any, or not known.
    what : str
        Words for a message: ``a time``.
    unit : str
        Unit for the hint.
    positive : bool
        Whether 0 is too little.
    below_zero : bool
        Whether it may be negative.
    """

    dimension: Dimension | None
    what: str
    unit: str = ""
    positive: bool = False
    below_zero: bool = False


@dataclass(slots=True)
class Scope:
    """What an expression may mention where it stands.

    Attributes
    ----------
    context : Context
    levels : bool
        Whether it is judged in a run: levels of stocks and `now` may stand in it.
    place : str or None
        The place set whose members it is judged at.
    random, ranges, condition : bool
        Whether it may be a distribution, a range; whether it must be a condition.
    taken : dict
        Bounds of what the work takes, by reference; None where ``taken`` means nothing.
    item : collection of str, or None
        Attributes of the item at hand, ``step`` among them where it is on a route; None where there is none.
    no_item : str
        Why there is none.
    """

    context: Context
    levels: bool = False
    place: str | None = None
    random: bool = False
    ranges: bool = False
    condition: bool = False
    taken: dict[Reference, Bounds] | None = field(default=None)
    item: Collection[str] | None = None
    no_item: str = "no item is at hand here"

    def dimensions(self) -> dict[str, Dimension]:
        """Return the dimension of each name that may be mentioned."""
        found = self.context.dimensions(self.levels)
        if self.item is not None:
            found = dict(found)
            found.update(
                (f"item.{name}", self.context.attributes.get(name, DIMENSIONLESS)) for name in self.item
            )
            found.update(dict.fromkeys((_KIND, *self.context.model.kinds), DIMENSIONLESS))
        return found

    def call_dimension(self, call: Call) -> Dimension | None:
        """Return the dimension of ``taken(x)``; None for other calls."""
        if call.name != "taken":
            return None
        found = reference_of(call.args[0])
        return self.context.stock_dimension(found.stock) if found is not None else None

    def known(self) -> Known:
        """Return what is known of the values of names and calls."""
        levels = self.context.levels if self.levels else {}
        if self.item is not None:
            levels = {**levels, **self.context.attribute_bounds}
        folder = self.context.model.source.folder
        return Known(self.context.params, levels, self._call_bounds, folder)

    def meaning(self, value: str | int | float, node: Node, want: Want) -> tuple[object, ...]:
        """Return all that the judgement of a value depends on, as a key."""
        context = self.context
        text = (type(value), value)
        if text not in context.memo.names:
            context.memo.names[text] = tuple(sorted(names(node)))
        used = context.memo.names[text]
        return (
            *text,
            want,
            (self.levels, self.place, self.random, self.ranges, self.condition, self.no_item),
            None if self.item is None else frozenset(self.item),
            None if self.taken is None else tuple(self.taken.items()),
            context.site,
            tuple(context.params.get(name) for name in used),
            tuple(context.levels.get(name) for name in used) if self.levels else (),
            tuple(
                (context.attributes.get(name[5:]), context.attribute_bounds.get(name))
                for name in used
                if name.startswith("item.")
            ),
        )

    def taken_bounds(self, one: Reference) -> Bounds | None:
        """Return the bounds of what is taken; ``taken(x)`` may stand for what is taken from ``next(x)``."""
        taken = self.taken or {}
        if one in taken or one.selector:
            return taken.get(one)
        return next((limits for other, limits in taken.items() if other.stock == one.stock), None)

    def _call_bounds(self, call: Call) -> Bounds | None:
        if call.name == "taken" and self.taken is not None and call.args:
            found = reference_of(call.args[0])
            return self.taken_bounds(found) if found is not None else None
        if call.name in (*SELECTORS, "largest", "smallest") and isinstance(call.args[0], Name):
            return self.context.levels.get(call.args[0].id)
        return Bounds(0.0, math.inf) if call.name == "sum" else None


@dataclass(frozen=True, slots=True)
class Judged:
    """A value that was found to be right."""

    node: Node
    bounds: Bounds


def judge_constant(context: Context, path: Path, value: str | int | float, want: Want) -> Judged | None:
    """Judge a value that nothing in a run can change."""
    return judge(Scope(context), path, value, want)


def judge(scope: Scope, path: Path, value: str | int | float, want: Want) -> Judged | None:
    """Judge the value at `path`; report what is wrong with it and return None.

    What was found right is remembered: with the same meaning it is right again.
    """
    context = scope.context
    try:
        node = parse(value)
        key = scope.meaning(value, node, want)
        if key in context.memo.judged:
            found_before: Judged = context.memo.judged[key]
            return found_before
        if names(node) & context.broken:
            return None
        _check_kind(scope, node)
        _check_references(scope, node)
        found = dimension(node, scope.dimensions(), scope.call_dimension)
        _check_dimension(found, want, node, value)
        _check_run_distributions(scope, node)
        limits = _check_bounds(scope, node, want)
    except ValueProblem as error:
        context.refuse(path, error)
        return None
    except HewerError as error:
        context.error(path, str(error), None, "data")
        return None
    judged = context.memo.judged[key] = Judged(node, limits)
    return judged


_RANGES = ("a range", "a number of a family")


def _check_kind(scope: Scope, node: Node) -> None:
    """Refuse ranges, draws and conditions where they do not belong."""
    if isinstance(node, Range | OfFamily) and not scope.ranges:
        raise ExpressionError(
            f"`{render(node)}` is {_RANGES[isinstance(node, OfFamily)]}; a single value is needed here",
            "ranges and `of family` are for `takes`",
            node.start,
        )
    if is_random(node) and not scope.random:
        hint = "draw in `time` or in an amount" if scope.condition else "give a number"
        raise ExpressionError(f"`{render(node)}` is random and cannot stand here", hint, node.start)
    if isinstance(node, Range | OfFamily) and (is_random(node) or functions(node) & LEVEL_FUNCTIONS):
        raise ExpressionError("the ends of a range must be known before the run", None, node.start)
    if scope.condition and not is_condition(node):
        raise ExpressionError(
            f"must be a condition; got `{render(node)}`", "write for example `loose > 1 t`", node.start
        )
    if not scope.condition and is_condition(node):
        raise ExpressionError(f"must be a value; got the condition `{render(node)}`", None, node.start)


def _check_references(scope: Scope, node: Node) -> None:
    """Check every name of a stock, and every selector, in an expression."""
    if isinstance(node, Compare) and Name(_KIND) in children(node):
        _check_kind_compared(scope, node)
    elif isinstance(node, Call) and node.name in LEVEL_FUNCTIONS:
        _check_level_call(scope, node)
    elif isinstance(node, Name):
        _check_name(scope, node)
    else:
        for child in children(node):
            _check_references(scope, child)


def _check_kind_compared(scope: Scope, node: Compare) -> None:
    """Check ``item.kind == bracket``."""
    _check_item(scope, node)
    other = node.right if node.left == Name(_KIND) else node.left
    if node.op not in ("==", "!=") or not isinstance(other, Name):
        hint = "for example `item.kind == bracket`"
        raise ExpressionError(f"`{_KIND}` can only be equal to a kind, or not (`!=`)", hint, node.start)
    kinds = scope.context.model.kinds
    if other.id not in kinds:
        hint = did_you_mean(other.id, kinds) or "the model has no kinds"
        raise ExpressionError(f"there is no kind `{other.id}`", hint, other.start, "unknown-name")


def _check_item(scope: Scope, node: Node) -> None:
    if scope.item is None:
        raise ExpressionError(f"`{render(node)}`: {scope.no_item}", None, node.start, "no-item")


def _check_attribute(scope: Scope, node: Name) -> None:
    """Check ``item.size``."""
    _check_item(scope, node)
    name = node.id.removeprefix("item.")
    if node.id == _KIND:
        raise ExpressionError(f"`{_KIND}` is no number", "compare it: `item.kind == bracket`", node.start)
    if name not in (scope.item or ()):
        known = sorted(scope.item or ())
        hint = did_you_mean(name, known) or "state it in the `attributes` of kinds or sources"
        raise ExpressionError(f"no item has `{name}` here", hint, node.start, "unknown-name")


_KIND = "item.kind"


def _check_name(scope: Scope, node: Name) -> None:
    context = scope.context
    if node.id.startswith("item."):
        _check_attribute(scope, node)
        return
    if node.id in context.model.kinds and node.id not in context.params:
        hint = f"compare it: `item.kind == {node.id}`"
        raise ExpressionError(f"`{node.id}` is a kind, not a number", hint, node.start)
    if node.id in context.params or (scope.levels and node.id == "now"):
        return
    if node.id in context.model.stocks:
        if not scope.levels:
            raise _only_in_a_run(node, f"the level of the stock `{node.id}`")
        problem = selector_problem(context, Reference("", node.id), scope.place)
        if problem is not None:
            raise ExpressionError(problem[0], problem[1], node.start, "selector")


def _check_level_call(scope: Scope, node: Call) -> None:
    """Check ``taken(x)``, ``next(x)``, ``sum(x)`` and the like."""
    context = scope.context
    found = reference_of(node.args[0]) if len(node.args) == 1 else None
    plain = not node.kwargs and not node.pairs
    if found is None or not plain or (found.selector and node.name != "taken"):
        raise ExpressionError(
            f"`{node.name}` needs the name of one stock; got `{render(node)}`", None, node.start
        )
    if node.name == "taken":
        if scope.taken is None:
            raise _only_in_a_run(node, f"`{render(node)}`")
        if scope.taken_bounds(found) is None:
            known = [_reference_text(one) for one in scope.taken]
            hint = did_you_mean(_reference_text(found), known) or "this work takes nothing"
            message = f"nothing is taken from `{_reference_text(found)}` here"
            raise ExpressionError(message, hint, node.start, "unknown-name")
        return
    if found.stock not in context.model.stocks:
        near = did_you_mean(found.stock, context.model.stocks)
        raise ExpressionError(f"there is no stock `{found.stock}`", near, node.args[0].start, "unknown-name")
    if not scope.levels:
        raise _only_in_a_run(node, f"`{render(node)}`")
    selector = "first" if node.name in SUMMARIES else node.name
    problem = selector_problem(context, Reference(selector, found.stock), scope.place)
    if problem is not None:
        raise ExpressionError(problem[0], problem[1], node.start, "selector")


def _only_in_a_run(node: Node, what: str) -> ExpressionError:
    hint = "use numbers and params only"
    return ExpressionError(f"{what} is known only during a run; it cannot stand here", hint, node.start)


def _reference_text(one: Reference) -> str:
    return f"{one.selector}({one.stock})" if one.selector else one.stock


def selector_problem(context: Context, one: Reference, place: str | None) -> tuple[str, str] | None:
    """Say (message, hint) why a reference means nothing at the set `place`; None where it is right."""
    stock = context.model.stocks[one.stock]
    home = context.set_of(stock)
    if one.selector in ("first", "last"):
        return None
    if home is None:
        if not one.selector:
            return None
        return f"`{one.stock}` is a single stock and has no `{one.selector}`", f"write `{one.stock}`"
    if home == place:
        return None
    here = f"this is at `{place}`" if place is not None else "this is at no member of it"
    message = f"`{one.stock}` is at each of the {context.members(home)} members of `{home}`, but {here}"
    hint = f"put it `at: {home}`, or choose a member: `first({one.stock})`, `last({one.stock})`"
    return message, hint


def _check_dimension(found: Dimension, want: Want, node: Node, value: str | int | float) -> None:
    if want.dimension is None or found == want.dimension or is_bare_zero(value):
        return
    wanted = f"{want.what} in {want.unit}" if want.unit else want.what
    kind = f" ({want.dimension})" if want.dimension else " (bare number)"
    got = f"`{render(node)}` ({found}, in {found.base_unit})" if found else f"`{render(node)}` (bare number)"
    hint = f"write `{value} {want.unit}`" if isinstance(value, int | float) and want.unit else None
    raise DimensionError(f"must be {wanted}{kind}; got {got}", hint, node.start)


def _check_run_distributions(scope: Scope, node: Node) -> None:
    """Build every distribution that is known before the run; of the others only the scale may vary."""
    context = scope.context
    for part in walk(node):
        if not is_distribution(part) or not isinstance(part, Call):
            continue
        if is_known(part, context):
            distribution(part, context.params, context.model.source.folder)
            continue
        _, whole = scale_in_run(part, lambda inner: is_known(inner, context))
        distribution(whole, context.params)


def is_known(node: Node, context: Context) -> bool:
    """Tell whether a value is a number before the run: it reads no level, no clock and nothing taken."""
    return names(node) <= context.params.keys() and not functions(node) & LEVEL_FUNCTIONS


def _check_bounds(scope: Scope, node: Node, want: Want) -> Bounds:
    """Refuse what is surely wrong: a constant or a draw below 0, a range upside down."""
    known = scope.known()
    limits = bounds(node, known)
    if scope.condition:
        return limits
    if isinstance(node, Range):
        low, high = (bounds(end, known) for end in (node.low, node.high))
        if low.low > high.high:
            message = f"`{render(node)}` must go from the least to the most"
            raise ExpressionError(message, "swap them", node.start)
    fixed = is_known(node, scope.context)
    if fixed and not is_random(node) and not isinstance(node, Range | OfFamily):
        value = evaluate(node, scope.context.params).value
        limits = Bounds(value, value)
    if (limits.low if fixed else limits.high) < 0.0 and not want.below_zero:
        can = "" if limits.low == limits.high else ", which can be below 0"
        message = f"{want.what} must not be negative; got `{render(node)}`{can}"
        raise ExpressionError(message, None, node.start, "negative")
    if want.positive and limits.high <= 0.0:
        message = f"{want.what} must be more than 0; got `{render(node)}`"
        raise ExpressionError(message, None, node.start, "negative")
    return limits
