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
_NTH = np.uint64(0x8EBC6AF09C88C6E3)
_LARGEST = float(1 << 61)


@pasted
def nth_key(key: Any, n: Any) -> Any:
    """Key of the ``n``-th draw where one block needs several."""
    return np.uint64(key) + np.uint64(n) * _NTH


@apart
def _binary(op: Any, a: Any, b: Any, x: Any) -> Any:
    if op == _ADD:
        return a + b
    if op == _SUB:
        return a - b
    if op == _MUL:
        return a * b
    if op == _DIV:
        return a / b if b != 0.0 else math.nan
    if op == _POW:
        return a**b
    if op == _MIN:
        return min(a, b)
    if op == _MAX:
        return max(a, b)
    return 1.0 if _holds(op, a, b, x) else 0.0


@apart
def _holds(op: Any, a: Any, b: Any, x: Any) -> Any:
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


@apart
def evaluate(m: Any, at: Any, taken0: Any, key: Any, block: Any) -> Any:
    """Value of the code at ``at``; ``taken0`` finds the amounts taken, ``key`` and ``block`` its draws."""
    code, stack = codes(m), stacks(m)
    top, draws = 0, 0
    while True:
        op, a, x = code[at]["op"], code[at]["a"], code[at]["x"]
        at += 1
        if op == _END:
            return stack[0]
        if op <= _TAKEABLE:
            if op == _CONST:
                value = x
            elif op == _LEVEL:
                value = x * stocks(m, a)["level"]
            elif op == _TAKEN:
                value = x * taken(m)[taken0 + a]
            elif op == _NOW:
                value = x * clocks(m)["now"]
            elif op >= _ITEM:
                value = _at_hand(m, op, a, x)
            else:
                value = x * sample(distributions(m), a, tables(m), nth_key(key, draws), block)
                draws += 1
            stack[top] = value
            top += 1
        elif op >= _FLOOR or op == _NEG or op == _NOT:
            stack[top - 1] = _unary(op, stack[top - 1])
        else:
            top -= 1
            stack[top - 1] = _binary(op, stack[top - 1], stack[top], x)


@pasted
def draw_time(m: Any, what: Any, taken0: Any, key: Any, block: Any) -> Any:
    """Draw a time or amount: ``what >= 0`` a distribution, ``what < -1`` the code at ``-2 - what``.

    Returns ticks, grains or items as int64, rounded half to even; -1 where the value is no such number.
    """
    if not CODE or what >= 0:
        value = sample(distributions(m), what, tables(m), key, block)
    else:
        value = evaluate(m, -2 - what, taken0, key, block)
    if not (value >= 0.0 and value < _LARGEST):
        return -1
    return np.int64(np.rint(value))


@apart
def draw(m: Any, what: Any, taken0: Any, key: Any, block: Any) -> Any:
    """Draw a time or amount as ``draw_time`` does; not pasted."""
    return draw_time(m, what, taken0, key, block)
