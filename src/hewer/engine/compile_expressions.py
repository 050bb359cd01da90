"""Compile the values of a document: constants, durations, amounts, chances, guards.

What is known before the run becomes a number or a distribution; the rest becomes code, whose last
operation turns base units to ticks or grains.
"""

from __future__ import annotations

from dataclasses import replace

from hewer.distribution import Distribution
from hewer.engine.codes import NONE, UNLIMITED, Op
from hewer.engine.compile_base import TICKS, Context, StockEntry, few, require, whole
from hewer.engine.compile_bounds import interval
from hewer.engine.compile_code import (
    Amount,
    Binding,
    Code,
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
from hewer.model.expression import Call, Name, Node, Range, is_condition, is_random, parse
from hewer.model.fields import Value
from hewer.model.resolve import is_bare_zero, quantity
from hewer.quantity import DIMENSIONLESS, Quantity

__all__ = [
    "Amount",
    "Binding",
    "Taken",
    "amount",
    "amount_range",
    "chance",
    "constant",
    "distribution",
    "duration",
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
