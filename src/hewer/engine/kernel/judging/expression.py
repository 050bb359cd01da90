"""Expressions judged while running, as postfix code, and draws that may need them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hewer.engine.codes import Op
from hewer.engine.draws import sample
from hewer.engine.features import CODE
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.memory.state import (
    attribute_records,
    clocks,
    codes,
    distributions,
    item_attributes,
    item_traits,
    skips,
    stacks,
    stocks,
    tables,
    taken,
    takes,
)

_END, _CONST, _LEVEL, _TAKEN, _NOW, _DRAW = (int(op) for op in list(Op)[:6])
_ITEM, _KIND, _STEP, _TAKEABLE = int(Op.ITEM), int(Op.KIND), int(Op.STEP), int(Op.TAKEABLE)
_ADD, _SUB, _MUL, _DIV, _POW = int(Op.ADD), int(Op.SUB), int(Op.MUL), int(Op.DIV), int(Op.POW)
_NEG, _MIN, _MAX = int(Op.NEG), int(Op.MIN), int(Op.MAX)
_LT, _LE, _GT, _GE = int(Op.LT), int(Op.LE), int(Op.GT), int(Op.GE)
_EQ, _NE, _AND, _NOT = int(Op.EQ), int(Op.NE), int(Op.AND), int(Op.NOT)
_FLOOR, _CEIL, _ABS = int(Op.FLOOR), int(Op.CEIL), int(Op.ABS)
_SQRT, _EXP, _ROUND = int(Op.SQRT), int(Op.EXP), int(Op.ROUND)
WITH = 100  # CONST, if an operation of two operands follows: both at once
LEVEL_WITH = 101  # LEVEL, if WITH follows: all three at once
_NTH = np.uint64(0x8EBC6AF09C88C6E3)
_LARGEST = float(1 << 61)


@pasted
def nth_key(key: Any, n: Any) -> Any:
    """Key of the ``n``-th draw where one block needs several."""
    return np.uint64(key) + np.uint64(n) * _NTH


@pasted
def binary(op: Any, a: Any, b: Any, x: Any) -> Any:
    """Value of an operation of two operands."""
    if op == _ADD:
        return a + b
    if op == _SUB:
        return a - b
    if op == _MUL:
        return a * b
    if op == _DIV:
        # as in the checker and the oracle: an infinity would pass for a large number
        return a / b if b != 0.0 else math.nan
    if op == _POW:
        return a**b
    if op == _MIN:
        return min(a, b)
    if op == _MAX:
        return max(a, b)
    return 1.0 if holds(op, a, b, x) else 0.0


@pasted
def holds(op: Any, a: Any, b: Any, x: Any) -> Any:
    """Whether a comparison holds, of numbers within ``x`` taken for equal; or AND, or OR."""
    if op == _LT:
        return a < b - x
    if op == _LE:
        return a <= b + x
    if op == _GT:
        return a > b + x
    if op == _GE:
        return a >= b - x
    if op == _EQ:
        return abs(a - b) <= x
    if op == _NE:
        return abs(a - b) > x
    if op == _AND:
        return a != 0.0 and b != 0.0
    return a != 0.0 or b != 0.0


@apart
def _unary(op: Any, a: Any) -> Any:
    if op == _NEG:
        return -a
    if op == _NOT:
        return 1.0 if a == 0.0 else 0.0
    if op == _FLOOR:
        return math.floor(a)
    if op == _CEIL:
        return math.ceil(a)
    if op == _ABS:
        return abs(a)
    if op == _SQRT:
        return math.sqrt(a) if a >= 0.0 else math.nan
    if op == _EXP:
        return math.exp(a)
    if op == _ROUND:
        return np.rint(a)
    return math.log(a) if a > 0.0 else math.nan


@apart
def _at_hand(m: Any, op: Any, a: Any, x: Any) -> Any:
    """What is read of the item at hand; of none, what nothing states."""
    if op == _TAKEABLE:
        take = takes(m, a)
        return x * min(take["high"], stocks(m, take["lane"])["level"])
    k = clocks(m)["item"]
    if op == _ITEM:
        if k < 0:
            return attribute_records(m, a)["unset"]
        return item_attributes(m)[k * clocks(m)["attributes"] + a]
    if k < 0:
        return -1.0 if op == _KIND else 0.0
    return float(item_traits(m)[2 * k]) if op == _KIND else float(item_traits(m)[2 * k + 1] + 1)


@pasted
def _pushed(m: Any, op: Any, a: Any, x: Any, taken0: Any) -> Any:
    """What an operation without operands yields; a draw is no such operation."""
    if op == _CONST:
        return x
    if op == _LEVEL:
        return x * stocks(m, a)["level"]
    if op == _TAKEN:
        return x * taken(m)[taken0 + a]
    if op == _NOW:
        return x * clocks(m)["now"]
    return _at_hand(m, op, a, x)


@apart
def evaluate(m: Any, at: Any, taken0: Any, key: Any, block: Any) -> Any:
    """Value of the code at ``at``; ``taken0`` finds the amounts taken, ``key`` and ``block`` its draws.

    Where the first operand of AND or OR decides, ``skip`` leads behind the operation. What often stands
    together has been joined when the run was prepared.
    """
    code, skip, stack = codes(m), skips(m), stacks(m)
    top, draws, value = 0, 0, 0.0
    while True:
        op, a, x = code[at]["op"], code[at]["a"], code[at]["x"]
        if op == _END:
            return value
        if op == LEVEL_WITH:
            stack[top] = value
            top += 1
            value = x * stocks(m, a)["level"]
            at += 1
            op, x = code[at]["op"], code[at]["x"]
        if op == WITH:
            at += 1
            value = binary(code[at]["op"], value, x, code[at]["x"])
        elif op <= _TAKEABLE:
            stack[top] = value
            top += 1
            if op == _DRAW:
                value = x * sample(distributions(m), a, tables(m), nth_key(key, draws), block)
                draws += 1
            else:
                value = _pushed(m, op, a, x, taken0)
        elif op >= _FLOOR or op == _NEG or op == _NOT:
            value = _unary(op, value)
        else:
            top -= 1
            value = binary(op, stack[top], value, x)
        # what is skipped draws nothing (prepare sees to it), so the numbers of draws stay the same
        behind = skip[at]
        at += 1
        if behind > 0 and value == 0.0:
            at, value = behind, 0.0
        elif behind < 0 and value != 0.0:
            at, value = -behind, 1.0


@pasted
def draw_time(m: Any, what: Any, taken0: Any, key: Any, block: Any) -> Any:
    """Draw a time or amount: ``what >= 0`` a distribution, ``what < -1`` the code at ``-2 - what``.

    Returns ticks, grains or items as int64, rounded half to even; -1 where the value is no such number.
    """
    if not CODE or what >= 0:
        value = sample(distributions(m), what, tables(m), key, block)
    else:
        value = evaluate(m, -2 - what, taken0, key, block)
    # so written, nan is refused too
    if not (value >= 0.0 and value < _LARGEST):
        return -1
    return np.int64(np.rint(value))


@apart
def draw(m: Any, what: Any, taken0: Any, key: Any, block: Any) -> Any:
    """Draw a time or amount as ``draw_time`` does; not pasted."""
    return draw_time(m, what, taken0, key, block)
