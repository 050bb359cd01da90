"""Compile the clock of a guard: the ticks at which a comparison that reads `now` changes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from hewer import tracing
from hewer.engine.codes import UNLIMITED, Op
from hewer.engine.compile.code.code import Binding, Code, is_known, lower
from hewer.model.expression import Compare, Node
from hewer.model.expression.clock import clock_comparisons, is_linear

_FAR = 1 << 40  # ticks: where the slope of a side is read


class _Line(NamedTuple):
    """A side of a comparison, or their difference: its value at tick 0 and its slope for each tick."""

    at_0: float
    slope: float


def wakes(binding: Binding, node: Node) -> Iterator[int]:
    """Yield the ticks at which a condition may change because of the clock alone.

    Only of comparisons that can be solved (:mod:`hewer.model.expression.clock`).
    """
    for comparison in clock_comparisons(node):
        if is_linear(comparison, lambda part: is_known(part, binding)):
            yield from _changes(binding, comparison)


def _changes(binding: Binding, comparison: Compare) -> Iterator[int]:
    """Yield the ticks at which a comparison of lines changes: below and above where they cross."""
    code = _plain(lower(comparison, binding).code)
    sides = (comparison.left, comparison.right)
    left, right = (_line(_plain(lower(side, binding).code)) for side in sides)
    at_0, slope = left.at_0 - right.at_0, left.slope - right.slope
    if not (math.isfinite(at_0) and slope != 0.0 and math.isfinite(slope)):
        return
    crossing, reach = -at_0 / slope, abs(code[-1][2] / slope)
    slack = 4.0 + 1e-9 * (abs(crossing) + reach)
    if not (crossing + reach + slack > 0.0 and crossing + reach + slack < float(UNLIMITED)):
        return
    middle = max(0, round(crossing))
    for low, high in (
        (max(0, math.floor(crossing - reach - slack)), middle),
        (middle, math.ceil(crossing + reach + slack)),
    ):
        if _value(code, low) != _value(code, high):
            yield _first_change(code, low, high)


def _plain(code: Code) -> Code:
    """Return code whose numbers are needed as they are: they decide when guards are looked at."""
    return tuple((op, a, tracing.plain(x)) for op, a, x in code)


def _first_change(code: Code, low: int, high: int) -> int:
    """Return the tick at which a condition that changes once between two ticks has changed."""
    before = _value(code, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _value(code, middle) == before else (low, middle)
    return high


def _line(code: Code) -> _Line:
    first = _value(code, 0)
    return _Line(first, (_value(code, _FAR) - first) / _FAR)


def _value(code: Code, tick: int) -> float:
    """Value of code that reads nothing but the clock, as the kernel works it out."""
    stack: list[float] = []
    for op, _, x in code:
        if op == Op.CONST:
            stack.append(x)
        elif op == Op.NOW:
            stack.append(x * tick)
        elif op == Op.NEG:
            stack.append(-stack.pop())
        else:
            second, first = stack.pop(), stack.pop()
            stack.append(_binary(Op(op), first, second, x))
    return stack[-1]


def _binary(op: Op, a: float, b: float, x: float) -> float:
    if op == Op.DIV:
        return a / b if b != 0.0 else math.nan
    if op in (Op.ADD, Op.SUB, Op.MUL):
        return a + b if op == Op.ADD else a - b if op == Op.SUB else a * b
    return float(
        {
            Op.LT: a < b - x,
            Op.LE: a <= b + x,
            Op.GT: a > b + x,
            Op.GE: a >= b - x,
            Op.EQ: abs(a - b) <= x,
            Op.NE: abs(a - b) > x,
        }[op]
    )
