"""Bound what a piece of code can yield, by interval arithmetic."""

from __future__ import annotations

import math

from hewer.distribution import Distribution
from hewer.engine.codes import UNLIMITED, Op
from hewer.engine.compile.code.code import Binding, Code

Interval = tuple[float, float]

_TRUTH = (Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE, Op.AND, Op.OR)
_MONOTONE = {
    Op.FLOOR: math.floor,
    Op.CEIL: math.ceil,
    Op.ROUND: round,
    Op.EXP: lambda x: math.exp(min(x, 700.0)),
    Op.SQRT: lambda x: math.sqrt(max(x, 0.0)),
    Op.LOG: lambda x: math.log(x) if x > 0.0 else -math.inf,
}


def interval(code: Code, binding: Binding) -> Interval:
    """Return the least and the most that `code` can yield at `binding`, perhaps too wide."""
    stack: list[Interval] = []
    for op, a, x in code:
        if op <= Op.TAKEABLE:
            stack.append(_push(Op(op), a, x, binding))
        elif op in (Op.NEG, Op.NOT, Op.ABS) or op in _MONOTONE:
            stack.append(unary(Op(op), stack.pop()))
        else:
            right = stack.pop()
            stack.append(binary(Op(op), stack.pop(), right))
    return stack[-1]


def _push(op: Op, a: int, x: float, binding: Binding) -> Interval:
    context = binding.context
    if op == Op.CONST:
        return x, x
    if op == Op.LEVEL:
        capacity = context.capacity[a]
        return 0.0, capacity * x if capacity < UNLIMITED else math.inf
    if op == Op.TAKEN:
        taken = binding.takes[a].amount
        return taken.low * x, taken.high * x if taken.high < UNLIMITED else math.inf
    if op == Op.ITEM:
        return next((one.low, one.high) for one in context.attributes.values() if one.column == a)
    if op in (Op.NOW, Op.STEP):
        return 0.0, math.inf
    if op == Op.KIND:
        return -1.0, float(len(context.kinds))
    found: Distribution = context.drawn[a]
    return found.lower() * x, found.upper() * x


def unary(op: Op, inside: Interval) -> Interval:
    """Bound what an operation makes of one value."""
    low, high = inside
    if op == Op.NEG:
        return -high, -low
    if op == Op.NOT:
        return 0.0, 1.0
    if op == Op.ABS:
        return (0.0 if low <= 0.0 <= high else min(abs(low), abs(high))), max(abs(low), abs(high))
    function = _MONOTONE[op]
    return _apply(function, low), _apply(function, high)


def _apply(function: object, x: float) -> float:
    if math.isinf(x):
        return x if x > 0 or function is not _MONOTONE[Op.EXP] else 0.0
    return float(function(x))  # type: ignore[operator]


def binary(op: Op, left: Interval, right: Interval) -> Interval:
    """Bound what an operation makes of two values."""
    if op in _TRUTH:
        return 0.0, 1.0
    if op == Op.ADD:
        return left[0] + right[0], left[1] + right[1]
    if op == Op.SUB:
        return left[0] - right[1], left[1] - right[0]
    if op == Op.MIN:
        return min(left[0], right[0]), min(left[1], right[1])
    if op == Op.MAX:
        return max(left[0], right[0]), max(left[1], right[1])
    if op == Op.MUL:
        return _corners(left, right)
    if op == Op.DIV:
        if right[0] <= 0.0 <= right[1]:
            return -math.inf, math.inf
        return _corners(left, (1.0 / right[1], 1.0 / right[0]))
    return _power(left, right)


def _corners(left: Interval, right: Interval) -> Interval:
    products = [0.0 if 0.0 in (a, b) else a * b for a in left for b in right]
    return min(products), max(products)


def _power(base: Interval, exponent: Interval) -> Interval:
    """Bound a power of what is not negative; anything else may be anything."""
    if base[0] < 0.0 or math.isinf(exponent[0]) or math.isinf(exponent[1]):
        return -math.inf, math.inf
    try:
        powers = [a**b for a in base for b in exponent]
    except (ZeroDivisionError, OverflowError):
        return 0.0, math.inf
    return min(powers), max(powers)
