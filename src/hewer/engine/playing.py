"""Playing a tape: the numbers that were worked out from params, worked out again from others.

A :class:`~hewer.tracing.Tape` is flattened to arrays, which one compiled function goes through. It calls the
same functions of the C library as Python does, so that every bit is what Python would have worked out.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from hewer.engine.jit import build, entry, jit
from hewer.tracing import Check, Op, Tape

NODE = np.dtype([("op", "i8"), ("left", "i8"), ("right", "i8"), ("real", "f8"), ("whole", "i8")])
CHECK = np.dtype([("check", "i8"), ("left", "i8"), ("right", "i8"), ("whole", "i8"), ("held", "i8")])

_INPUT, _CONSTANT, _FSUM, _TO_REAL = (int(op) for op in list(Op)[:4])
_ADD, _SUB, _MUL, _DIV, _POW, _MIN, _MAX = (int(op) for op in list(Op)[4:11])
_NEG, _ABS, _EXP, _LOG, _SQRT, _EXPM1, _LOG1P, _ERFC = (int(op) for op in list(Op)[11:19])
_ROUND, _FLOOR, _CEIL, _WHOLE, _WHOLE_NEG, _WHOLE_ADD, _WHOLE_SUB, _WHOLE_MUL = (
    int(op) for op in list(Op)[19:]
)
_LESS, _LESS_OR_EQUAL, _EQUAL, _FINITE = (int(check) for check in Check)


class Reel(NamedTuple):
    """A tape as arrays: NODE, CHECK, and the entries that are added up exactly."""

    nodes: np.ndarray
    checks: np.ndarray
    sums: np.ndarray


def flattened(tape: Tape) -> Reel:
    """Return a tape as arrays."""
    nodes = np.zeros(len(tape.nodes), NODE)
    for row, node in zip(nodes, tape.nodes, strict=True):
        row["op"], row["left"], row["right"] = node.op, node.left, node.right
        row["whole" if node.op == Op.WHOLE_CONSTANT else "real"] = node.value
    checks = np.array([tuple(int(part) for part in decision) for decision in tape.decisions], CHECK)
    return Reel(nodes, checks.reshape(-1), np.array([*tape.sums, 0], np.int64))


@jit
def _exact_sum(reals: Any, sums: Any, start: Any, stop: Any) -> Any:
    """Add entries up exactly and round once, as ``math.fsum``.

    J. R. Shewchuk, *Adaptive precision floating-point arithmetic*, 1997, grow-expansion.
    """
    partials = np.empty(stop - start + 1)
    count = 0
    for i in range(start, stop):
        x, kept = reals[sums[i]], 0
        for k in range(count):
            y = partials[k]
            if abs(x) < abs(y):
                x, y = y, x
            high = x + y
            low = y - (high - x)
            if low != 0.0:
                partials[kept] = low
                kept += 1
            x = high
        count = kept
        if x != 0.0:
            partials[kept] = x
            count += 1
    if count == 0:
        return 0.0
    count -= 1
    high, low = partials[count], 0.0
    while count > 0 and low == 0.0:
        x = high
        count -= 1
        high = x + partials[count]
        low = partials[count] - (high - x)
    if count > 0 and low * partials[count - 1] > 0.0:  # a tie, rounded the wrong way
        x = high + 2.0 * low
        if 2.0 * low == x - high:
            high = x
    return high


@jit
def _of_two(op: Any, x: Any, y: Any) -> Any:
    if op == _MUL:
        return x * y
    if op == _ADD:
        return x + y
    if op == _SUB:
        return x - y
    if op == _DIV:
        return x / y
    if op == _MIN:
        return y if y < x else x
    if op == _MAX:
        return y if y > x else x
    return math.pow(x, y)


@jit
def _of_one(op: Any, x: Any) -> Any:
    if op == _NEG:
        return -x
    if op == _ABS:
        return abs(x)
    if op == _EXP:
        return math.exp(x)
    if op == _LOG:
        return math.log(x)
    if op == _SQRT:
        return math.sqrt(x)
    if op == _EXPM1:
        return math.expm1(x)
    if op == _LOG1P:
        return math.log1p(x)
    return math.erfc(x)


@jit
def _to_whole(op: Any, x: Any) -> Any:
    if op == _ROUND:
        return np.int64(np.rint(x))
    return np.int64(math.floor(x)) if op == _FLOOR else np.int64(math.ceil(x))


@jit
def _whole_of_two(op: Any, a: Any, b: Any) -> Any:
    if op == _WHOLE_ADD:
        return a + b
    return a - b if op == _WHOLE_SUB else a * b


@jit
def _compared(what: Any, a: Any, b: Any) -> Any:
    if what == _LESS:
        return a < b
    return a <= b if what == _LESS_OR_EQUAL else a == b


@jit
def _holds(check: Any, reals: Any, wholes: Any) -> Any:
    what, left, right = check["check"], check["left"], check["right"]
    if what == _FINITE:
        return math.isfinite(reals[left])
    if check["whole"] == 1:
        return _compared(what, wholes[left], wholes[right])
    return _compared(what, reals[left], reals[right])


@entry
def _play(nodes: Any, checks: Any, sums: Any, inputs: Any, reals: Any, wholes: Any) -> Any:
    """Work entries out from inputs, into `reals` and `wholes`; return the first check that fails, or -1."""
    for k in range(len(nodes)):
        op, left, right = nodes[k]["op"], nodes[k]["left"], nodes[k]["right"]
        if op >= _WHOLE_ADD:
            wholes[k] = _whole_of_two(op, wholes[left], wholes[right])
        elif op == _WHOLE_NEG:
            wholes[k] = -wholes[left]
        elif op == _WHOLE:
            wholes[k] = nodes[k]["whole"]
        elif op >= _ROUND:
            wholes[k] = _to_whole(op, reals[left])
        elif op >= _NEG:
            reals[k] = _of_one(op, reals[left])
        elif op >= _ADD:
            reals[k] = _of_two(op, reals[left], reals[right])
        elif op == _TO_REAL:
            reals[k] = np.float64(wholes[left])
        elif op == _FSUM:
            reals[k] = _exact_sum(reals, sums, left, right)
        else:
            reals[k] = inputs[k] if op == _INPUT else nodes[k]["real"]
    for k in range(len(checks)):
        if _holds(checks[k], reals, wholes) != (checks[k]["held"] == 1):
            return k
    return -1


play = build(_play)
