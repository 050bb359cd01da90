"""Playing a tape: the numbers that were worked out from params, worked out again from others.

A :class:`~hewer.tracing.Tape` is flattened to arrays, which one compiled function goes through. It calls the same
functions of the C library as Python does, so that every bit is what Python would have worked out.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from hewer.engine.jit import entry, jit
from hewer.tracing import Check, Op, Tape

NODE = np.dtype([("op", "i8"), ("left", "i8"), ("right", "i8"), ("real", "f8"), ("whole", "i8")])
CHECK = np.dtype([("check", "i8"), ("left", "i8"), ("right", "i8"), ("whole", "i8"), ("held", "i8")])

_INPUT, _CONSTANT, _ADD, _SUB, _MUL, _DIV = (int(op) for op in list(Op)[:6])
_POW, _NEG, _ABS, _EXP, _LOG, _SQRT, _EXPM1, _LOG1P, _ERFC = (int(op) for op in list(Op)[6:15])
_MIN, _MAX, _FSUM, _TO_REAL, _ROUND, _FLOOR, _CEIL = (int(op) for op in list(Op)[15:22])
_WHOLE, _WHOLE_ADD, _WHOLE_SUB, _WHOLE_MUL, _WHOLE_NEG = (int(op) for op in list(Op)[22:])
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
    """Add entries up exactly and round once, as ``math.fsum`` (J. R. Shewchuk, *Adaptive precision
    floating-point arithmetic*, 1997, grow-expansion).
    """
    partials = np.empty(stop - start)
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
        partials[kept] = x
        count = kept + 1
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


@entry
def play(nodes: Any, checks: Any, sums: Any, inputs: Any, reals: Any, wholes: Any) -> Any:
    """Work all entries out from inputs, into `reals` and `wholes`; return the first check that fails, or -1."""
    for k in range(len(nodes)):
        op, left, right = nodes[k]["op"], nodes[k]["left"], nodes[k]["right"]
        if op == _MUL:
            reals[k] = reals[left] * reals[right]
        elif op == _CONSTANT:
            reals[k] = nodes[k]["real"]
        elif op == _ADD:
            reals[k] = reals[left] + reals[right]
        elif op == _SUB:
            reals[k] = reals[left] - reals[right]
        elif op == _DIV:
            reals[k] = reals[left] / reals[right]
        elif op == _ROUND:
            wholes[k] = np.int64(np.rint(reals[left]))
        elif op == _TO_REAL:
            reals[k] = np.float64(wholes[left])
        elif op == _INPUT:
            reals[k] = inputs[k]
        elif op == _WHOLE:
            wholes[k] = nodes[k]["whole"]
        elif op == _WHOLE_ADD:
            wholes[k] = wholes[left] + wholes[right]
        elif op == _WHOLE_SUB:
            wholes[k] = wholes[left] - wholes[right]
        elif op == _WHOLE_MUL:
            wholes[k] = wholes[left] * wholes[right]
        elif op == _WHOLE_NEG:
            wholes[k] = -wholes[left]
        elif op == _FLOOR:
            wholes[k] = np.int64(math.floor(reals[left]))
        elif op == _CEIL:
            wholes[k] = np.int64(math.ceil(reals[left]))
        elif op == _NEG:
            reals[k] = -reals[left]
        elif op == _ABS:
            reals[k] = abs(reals[left])
        elif op == _MIN:
            reals[k] = reals[right] if reals[right] < reals[left] else reals[left]
        elif op == _MAX:
            reals[k] = reals[right] if reals[right] > reals[left] else reals[left]
        elif op == _POW:
            reals[k] = math.pow(reals[left], reals[right])
        elif op == _EXP:
            reals[k] = math.exp(reals[left])
        elif op == _LOG:
            reals[k] = math.log(reals[left])
        elif op == _SQRT:
            reals[k] = math.sqrt(reals[left])
        elif op == _EXPM1:
            reals[k] = math.expm1(reals[left])
        elif op == _LOG1P:
            reals[k] = math.log1p(reals[left])
        elif op == _ERFC:
            reals[k] = math.erfc(reals[left])
        elif op == _FSUM:
            reals[k] = _exact_sum(reals, sums, left, right)
    for k in range(len(checks)):
        left, right = checks[k]["left"], checks[k]["right"]
        what = checks[k]["check"]
        if what == _FINITE:
            held = math.isfinite(reals[left])
        elif checks[k]["whole"] == 1:
            a, b = wholes[left], wholes[right]
            held = a < b if what == _LESS else (a <= b if what == _LESS_OR_EQUAL else a == b)
        else:
            x, y = reals[left], reals[right]
            held = x < y if what == _LESS else (x <= y if what == _LESS_OR_EQUAL else x == y)
        if held != (checks[k]["held"] == 1):
            return k
    return -1
