"""Compile the values of a document: constants, durations, amounts, chances, guards.

What is known before the run becomes a number or a distribution; the rest becomes code, whose last
operation turns base units to ticks or grains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from hewer.distribution import Distribution, discrete
from hewer.engine.codes import NONE, TICKS, UNLIMITED, Op
from hewer.engine.compile.base import MOST_ITEMS, Context, StockEntry, few, require, ticks, whole
from hewer.engine.compile.code.bounds import interval
from hewer.engine.compile.code.code import (
    Amount,
    Binding,
    Code,
    Step,
    Taken,
    is_known,
    known,
    known_call,
    lower,
    stock_key,
    stock_member,
)
from hewer.errors import ExpressionError, ValueProblem
from hewer.model import expression
from hewer.model.document.fields import Value
from hewer.model.expression import Call, Name, Node, OfFamily, Range, is_condition, is_random, parse
from hewer.model.settling.resolve import is_bare_zero, quantity
from hewer.quantity import DIMENSIONLESS, Dimension, Quantity

__all__ = [
    "Amount",
    "Binding",
    "Taken",
    "amount",
    "amount_range",
    "attribute",
    "chance",
    "chance_in_run",
    "constant",
    "distribution",
    "drawn_name",
    "duration",
    "expected",
    "guard",
    "is_known",
    "stock_key",
    "stock_member",
]

_LARGEST = float(UNLIMITED)


def constant(context: Context, value: Value) -> Quantity:
    """Work out a value that no draw and nothing in the run can change.

    Raises
    ------
    ValueProblem
        Where it cannot be worked out.
    """
    return quantity(value, context.params)


def distribution(context: Context, value: Value) -> Distribution:
    """Return the distribution that a value states; a number is constant."""
    return expression.distribution(parse(value), context.params, context.folder)


def duration(binding: Binding, value: Value) -> int:
    """Compile a time; return it as in ``instance["time"]``.

    Raises
    ------
    ValueProblem
        Where it is no time, or surely negative.
    """
    key = ("time", value)
    if key not in binding.memo:
        found = _duration(binding, value)
        if found < 0:
            return found
        binding.memo[key] = found
    index: int = binding.memo[key]
    return index


def _duration(binding: Binding, value: Value) -> int:
    context = binding.context
    node = parse(value)
    found = _drawn(binding, node)
    if found is not None:
        if is_bare_zero(value):
            found = replace(found, dimension=context.time)
        require(Quantity(found.mean(), found.dimension), context.time, "a time")
        if found.lower() < 0.0:
            raise ValueProblem(
                f"a time must not be negative; this can be {Quantity(found.lower(), found.dimension)}"
            )
        return context.add_distribution(found.scaled(TICKS))
    lowered = lower(node, binding)
    require(Quantity(1.0, lowered.dimension), context.time, "a time")
    if interval(lowered.code, binding)[1] < 0.0:
        raise ValueProblem("a time must not be negative")
    return -2 - context.add_code((*lowered.code, (Op.CONST, 0, TICKS), (Op.MUL, 0, 0.0)))


def expected(binding: Binding, value: Value, take0: int) -> int:
    """Compile what a time is expected to be, in ticks: each draw is replaced by its mean.

    What was taken is replaced by what would be taken now; `take0` is the first take of the instance.
    Returns where the code begins.
    """
    context = binding.context
    code: list[Step] = []
    lowered = lower(parse(value), binding)
    for op, a, x in lowered.code:
        if op == Op.DRAW:
            code.append((Op.CONST, 0, x * context.drawn[a].mean()))
        else:
            code.append((Op.TAKEABLE, take0 + a, x) if op == Op.TAKEN else (op, a, x))
    return context.add_code((*code, (Op.CONST, 0, TICKS), (Op.MUL, 0, 0.0)))


class Attribute(NamedTuple):
    """A value of an attribute: as in ``assign["what"]``, its dimension, and between what it lies."""

    what: int
    dimension: Dimension
    low: float
    high: float


def attribute(binding: Binding, value: Value, wanted: Dimension | None) -> Attribute:
    """Compile a value of an attribute, in base units.

    Raises
    ------
    ValueProblem
        Where it is not of the dimension that is wanted.
    """
    context = binding.context
    node = parse(value)
    found = _drawn(binding, node)
    if found is not None:
        dimension = wanted if wanted is not None and is_bare_zero(value) else found.dimension
        made = Attribute(context.add_distribution(found), dimension, found.lower(), found.upper())
    else:
        lowered = lower(node, binding)
        made = Attribute(
            -2 - context.add_code(lowered.code), lowered.dimension, *interval(lowered.code, binding)
        )
    if wanted is not None:
        require(Quantity(1.0, made.dimension), wanted, "this attribute")
    return made


def drawn_name(
    context: Context, pairs: Sequence[tuple[str, Node]], numbers: Mapping[str, int]
) -> Distribution:
    """Return the distribution of the number of a name, from names and chances."""
    chances = [(Quantity(float(numbers[name])), evaluated(context, weight)) for name, weight in pairs]
    return discrete(chances)


def evaluated(context: Context, node: Node) -> Quantity:
    """Work out a node that nothing in the run can change."""
    return expression.evaluate(node, context.params)


def chance_in_run(binding: Binding, value: Value) -> int:
    """Compile a chance that depends on the item at hand; return where its code begins."""
    lowered = lower(parse(value), binding)
    require(Quantity(1.0, lowered.dimension), DIMENSIONLESS, "a chance")
    return binding.context.add_code(lowered.code)


def _drawn(binding: Binding, node: Node) -> Distribution | None:
    """Return the distribution that a node is; None where it depends on the run or adds up draws."""
    context = binding.context
    if not is_random(node):
        found = known(node, binding)
        if found is None:
            return None
        return Distribution("constant", found.value, dimension=found.dimension)
    if not _is_scaled_draw(node, binding):
        return None
    return expression.distribution(
        node, context.params, context.folder, lambda call: known_call(binding, call)
    )


def _is_scaled_draw(node: Node, binding: Binding) -> bool:
    """Tell whether a node is one draw, times or divided by numbers known before the run."""
    if isinstance(node, expression.Binary) and node.op in "*/":
        left, right = is_random(node.left), is_random(node.right)
        if left and not right:
            return is_known(node.right, binding) and _is_scaled_draw(node.left, binding)
        if right and not left and node.op == "*":
            return is_known(node.left, binding) and _is_scaled_draw(node.right, binding)
        return False
    return (
        isinstance(node, Call)
        and expression.is_distribution(node)
        and all(is_known(child, binding) for child in expression.children(node))
    )


def amount(binding: Binding, value: Value, stock: StockEntry) -> Amount:
    """Compile an amount of a stock, in its grains or items.

    Raises
    ------
    ValueProblem
        Where it has another unit, is surely negative, or items are not whole.
    """
    key = (value, stock.name)
    if key not in binding.memo:
        found = _amount(binding, value, stock)
        if found.index < NONE:
            return found
        binding.memo[key] = found
    amount: Amount = binding.memo[key]
    return amount


def _amount(binding: Binding, value: Value, stock: StockEntry) -> Amount:
    node = parse(value)
    if isinstance(node, Range):
        raise ExpressionError("a range cannot stand here", "ranges are for `takes`", node.start)
    found = _drawn(binding, node)
    if found is None:
        return _coded_amount(binding, node, stock)
    if found.family == "constant":
        dimension = stock.dimension if is_bare_zero(value) else found.dimension
        fixed = few(whole(Quantity(found.a, dimension), stock, "an amount"), stock, "an amount")
        return Amount(NONE, fixed, fixed, fixed)
    require(Quantity(found.mean(), found.dimension), stock.dimension, "an amount")
    if found.lower() < 0.0:
        raise ValueProblem(f"an amount must not be negative; got {Quantity(found.lower(), found.dimension)}")
    low, high = _grains(found.lower(), stock), _grains(found.upper(), stock)
    return Amount(binding.context.add_distribution(found.scaled(1.0 / stock.scale)), 0, low, high)


def _coded_amount(binding: Binding, node: Node, stock: StockEntry) -> Amount:
    lowered = lower(node, binding)
    require(Quantity(1.0, lowered.dimension), stock.dimension, "an amount")
    low, high = interval(lowered.code, binding)
    if high < 0.0:
        raise ValueProblem("an amount must not be negative")
    code = lowered.code if stock.items else (*lowered.code, (Op.CONST, 0, stock.scale), (Op.DIV, 0, 0.0))
    index = -2 - binding.context.add_code(code)
    return Amount(index, 0, _grains(max(low, 0.0), stock), _grains(high, stock))


def _grains(value: float, stock: StockEntry) -> int:
    number = value / stock.scale
    return round(number) if number < _LARGEST else int(UNLIMITED)


def amount_range(binding: Binding, value: Value, stock: StockEntry) -> Amount:
    """Compile an amount to take: as :func:`amount`, or a range of two known amounts."""
    node = parse(value)
    if isinstance(node, Range):
        low, high = (_bound(binding, bound, stock) for bound in (node.low, node.high))
        if low > high:
            raise ValueProblem("a range must go from the least to the most", "swap them")
        if node.within is not None:
            return _in_time(binding, node, stock, (low, high))
    elif isinstance(node, OfFamily):
        return _of_family(binding, node, stock)
    else:
        wanted = amount(binding, value, stock)
        if wanted.index != NONE:
            return wanted
        low = high = wanted.fixed
    if high == 0:
        raise ValueProblem(
            "an amount to take must be more than 0", "its unit may be too large for the stock's `grain`"
        )
    return Amount(NONE, low, low, high)


def _in_time(binding: Binding, node: Range, stock: StockEntry, ends: tuple[int, int]) -> Amount:
    """Compile a range of items of which, after a time, one will do."""
    low, high = ends
    assert node.within is not None
    found = known(node.within, binding)
    if found is None or not stock.items:
        message = "`within` needs a time that is known before the run, and items"
        raise ExpressionError(message, "for example `2 .. 6 within 10 min`", node.within.start)
    within = ticks(found, binding.context.time, "the time after `within`")
    if within == 0 or high == 0:
        raise ExpressionError("the time after `within`, and the most, must be more than 0", None, node.start)
    return Amount(NONE, 1, min(1, low), high, within=within, least=low)


def _of_family(binding: Binding, node: OfFamily, stock: StockEntry) -> Amount:
    if not stock.items:
        raise ExpressionError("only items have families", None, node.start)
    if node.number is None:
        return Amount(NONE, 1, 1, MOST_ITEMS, family=2)
    number = _bound(binding, node.number, stock)
    if number == 0:
        raise ValueProblem("an amount to take must be more than 0")
    return Amount(NONE, number, number, number, family=1)


def _bound(binding: Binding, node: Node, stock: StockEntry) -> int:
    found = known(node, binding)
    if found is None:
        raise ExpressionError("the ends of a range must be known before the run", None, node.start)
    if found.value == 0.0 and not found.dimension:
        found = Quantity(0.0, stock.dimension)
    return whole(found, stock, "an amount")


def chance(context: Context, value: Value) -> float | None:
    """Work out a chance; None for ``rest``."""
    node = parse(value)
    if isinstance(node, Name) and node.id == "rest" and "rest" not in context.params:
        return None
    found = constant(context, value)
    require(found, DIMENSIONLESS, "a chance")
    if not 0.0 <= found.value <= 1.0:
        raise ValueProblem(f"a chance must be from 0 to 1; got {found}", "write for example `90 %`")
    return found.value


def guard(binding: Binding, text: str) -> Code:
    """Compile a guard to code that yields 1 or 0.

    Raises
    ------
    ValueProblem
        Where it is no condition, or draws.
    """
    node = parse(text)
    if not is_condition(node):
        raise ExpressionError("a guard must be a condition", "write for example `level > 2`", node.start)
    if is_random(node):
        raise ExpressionError("a guard cannot draw", "draw in `time` or in an amount", node.start)
    return lower(node, binding).code
