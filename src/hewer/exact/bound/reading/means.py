"""What a value of a run can be on average, whatever the state of the shop: intervals over compiled code.

A value is bounded twice: by its support, and by its *mean given the state* (levels, the clock, what was
taken). Draws are independent of the state and of each other, so that means add up, and multiply.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from hewer.distribution import Distribution
from hewer.engine.codes import Op
from hewer.engine.compile.code.bounds import Interval, binary, unary
from hewer.engine.program import Program
from hewer.exact.opening import distribution, scipy_part
from hewer.families import FAMILIES, Listed

Excess = Callable[[float], float]
"""Of an age: by how much the mean of what is left of a work, at any age up to this, can pass its mean."""


class Mean(NamedTuple):
    """Bounds of a value.

    Attributes
    ----------
    low, high : float
        Of its mean, given any state.
    least, most : float
        Of the value itself.
    drawn : bool
        Whether it is random, given the state.
    excess : callable or None
        See ``Excess``; None where nothing that is left is longer on average than the whole (true of
        what does not vary, and of every density whose logarithm is concave).
    """

    low: float
    high: float
    least: float
    most: float
    drawn: bool = False
    excess: Excess | None = None

    def left(self, age: float) -> float:
        """Bound the excess up to an age."""
        return self.excess(age) if self.excess is not None else 0.0

    def scaled(self, factor: float) -> Mean:
        """Return the bounds of `factor` times the value."""
        return _times(self, _state((factor, factor)))


_ANYTHING = (-math.inf, math.inf)


class State(NamedTuple):
    """What is known of a state.

    Bounds of levels by stock, of the takes of a work, of the clock (ticks); of the item at hand: of its
    attributes, the number of its kind, its step.
    """

    level: Callable[[int], Interval]
    taken: Callable[[int], Interval]
    clock: float
    item: Callable[[int], Interval] = lambda _: _ANYTHING
    kind: Interval = _ANYTHING
    step: Interval = _ANYTHING


def drawn(found: Distribution) -> Mean:
    """Return the bounds of a draw."""
    mean = found.mean()
    if found.family == "constant":
        return Mean(mean, mean, mean, mean)
    return Mean(mean, mean, found.lower(), found.upper(), True, excess(found))


def excess(found: Distribution) -> Excess | None:
    """Return by how much the mean of what is left can pass the mean; a list of values is gone through."""
    family, mean = FAMILIES[found.family], found.mean()
    if isinstance(family, Listed):
        most = _left_of_values(found) - mean
        return (lambda _: most) if most > 1e-12 * mean else None
    left = family.left(scipy_part("special"), *found.numbers) if family.left is not None else None
    return (lambda age: max(0.0, left(age) - mean)) if left is not None else None


def _left_of_values(found: Distribution) -> float:
    """Largest mean of X - age given X > age, over all ages: it is largest just after a value is passed."""
    values, weights = np.array(found.values()), np.array(found.weights())
    order = np.argsort(values)
    values, weights = values[order], weights[order]
    tail = np.cumsum(weights[::-1])[::-1]
    moment = np.cumsum((values * weights)[::-1])[::-1]
    ages = np.concatenate(([0.0], values[:-1]))
    return float(np.max(moment / tail - ages))


def judge(program: Program, index: int, state: State) -> Mean:
    """Bound a time or an amount, given as in ``instance["time"]``, in ticks, grains or items."""
    if index >= 0:
        return drawn(distribution(program, index))
    stack: list[Mean] = []
    for row in program.code[-2 - index :]:
        op, a, x = Op(int(row["op"])), int(row["a"]), float(row["x"])
        if op == Op.END:
            break
        if op < Op.ADD:
            stack.append(_push(program, op, a, x, state))
        elif op in (Op.NEG, Op.NOT, Op.ABS) or op >= Op.FLOOR:
            inside = stack.pop()
            stack.append(_state(unary(op, (inside.least, inside.most)), inside.drawn))
        else:
            right = stack.pop()
            stack.append(_combine(op, stack.pop(), right))
    found = stack[-1]
    if any(math.isnan(value) for value in found[:4]):  # of infinity less infinity nothing is known
        return _state(_ANYTHING, found.drawn)
    return found


def _push(program: Program, op: Op, a: int, x: float, state: State) -> Mean:
    if op == Op.CONST:
        return _state((x, x))
    if op == Op.DRAW:
        return _times(drawn(distribution(program, a)), _state((x, x)))
    if op in (Op.ITEM, Op.KIND, Op.STEP):
        return _state(state.item(a) if op == Op.ITEM else state.kind if op == Op.KIND else state.step)
    low, high = _ANYTHING
    if op == Op.NOW:
        low, high = 0.0, state.clock
    elif op == Op.LEVEL:
        low, high = state.level(a)
    elif op == Op.TAKEN:
        low, high = state.taken(a)
    return _state((low * x, high * x))


def _state(bounds: Interval, drawn: bool = False) -> Mean:
    """Make a value of which no more is known than its bounds."""
    low, high = bounds
    spread = high - low
    return Mean(low, high, low, high, drawn, (lambda _: spread) if drawn else None)


def _combine(op: Op, left: Mean, right: Mean) -> Mean:
    if op in (Op.ADD, Op.SUB):
        return _sum(op, left, right)
    if op == Op.MUL:
        return _times(left, right)
    bounds = binary(op, (left.least, left.most), (right.least, right.most))
    if op == Op.DIV and not right.drawn and right.least >= 0.0 and right.most > 0.0:
        # to divide by 0 is an error of the run, and needs no bound
        return _times(left, _state((1.0 / right.most, 1.0 / right.least if right.least else math.inf)))
    return _state(bounds, left.drawn or right.drawn)


def _sum(op: Op, left: Mean, right: Mean) -> Mean:
    low, high = binary(op, left[:2], right[:2])
    least, most = binary(op, left[2:4], right[2:4])
    random = left.drawn or right.drawn
    excess: Excess | None = None
    if random:
        excess = lambda _: most - low  # noqa: E731 - what is left is at most all there can be
        if op == Op.ADD and not (left.drawn and right.drawn):
            excess = left.excess or right.excess
        elif op == Op.ADD and left.excess is None and right.excess is None:
            excess = None  # the sum of two such is another (Barlow and Proschan)
    return Mean(low, high, least, most, random, excess)


def _times(left: Mean, right: Mean) -> Mean:
    low, high = binary(Op.MUL, left[:2], right[:2])
    least, most = binary(Op.MUL, left[2:4], right[2:4])
    random = left.drawn or right.drawn
    if not random:
        return Mean(low, high, least, most)
    if left.drawn and right.drawn:
        return Mean(low, high, least, most, True, _excess_of_product(left, right, low, most))
    one, factor = (left, right) if left.drawn else (right, left)
    if factor.least < 0.0:
        return Mean(low, high, least, most, True, lambda _: most - low)
    return Mean(low, high, least, most, True, _stretched(one.excess, factor.least, factor.most))


def _stretched(excess: Excess | None, least: float, most: float) -> Excess | None:
    """Return the excess of a draw times a factor that no draw decides."""
    if excess is None:
        return None

    def stretched(age: float) -> float:
        return most * excess(age / least if least > 0.0 else math.inf)

    return stretched


def _excess_of_product(left: Mean, right: Mean, low: float, most: float) -> Excess:
    """Given the one factor, what is left of the other is so many times what is left of it."""

    def excess(_: float) -> float:
        lives = [
            other.most * (one.high + one.left(math.inf))
            for one, other in ((left, right), (right, left))
            if left.least >= 0.0 and right.least >= 0.0 and other.most > 0.0
        ]
        return max(0.0, min([*lives, most]) - low)

    return excess


def is_straight(program: Program, index: int) -> bool:
    """Tell whether an amount or a time is a straight line in what the work took, in any one state."""
    if index >= -1:
        return True
    stack: list[int] = []  # degree of each value; 2 where it is no straight line
    for row in program.code[-2 - index :]:
        op = Op(int(row["op"]))
        if op == Op.END:
            break
        if op < Op.ADD:
            stack.append(int(op == Op.TAKEN))
        elif op in (Op.NEG, Op.NOT, Op.ABS) or op >= Op.FLOOR:
            stack.append(_bent(stack.pop(), straight=op == Op.NEG))
        else:
            right, left = stack.pop(), stack.pop()
            if op == Op.MUL:
                stack.append(min(2, left + right))
            elif op == Op.DIV:
                stack.append(left if right == 0 else 2)
            else:
                stack.append(_bent(max(left, right), straight=op in (Op.ADD, Op.SUB)))
    return stack[-1] < 2


def _bent(degree: int, *, straight: bool) -> int:
    return degree if straight or degree == 0 else 2


ROUNDING = 0.5


def fixed(value: float) -> Mean:
    """Return the bounds of a number."""
    return Mean(value, value, value, value)


def rounded(program: Program, index: int, found: Mean, *, items: bool) -> Mean:
    """Return the bounds of an amount in grains or items after it is rounded to whole ones."""
    values = distribution(program, index).values() if index >= 0 else ()
    if items and values and all(value == round(value) for value in values):
        return found
    least, most = max(0.0, _whole(found.least)), max(0.0, _whole(found.most))
    if not found.drawn:
        return found._replace(low=least, high=most, least=least, most=most)
    low, high = max(least, found.low - ROUNDING), min(most, found.high + ROUNDING)
    return found._replace(low=low, high=high, least=least, most=most)


def _whole(value: float) -> float:
    return float(round(value)) if math.isfinite(value) else value
