"""Between what levels of a stock no guard turns (see :mod:`hewer.engine.turning`)."""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import Op
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.judging.expression import LEVEL_WITH, WITH, binary, holds
from hewer.engine.kernel.memory.state import calms, clocks, codes, stacks, stocks, turns

_CONST, _LEVEL, _NEG = int(Op.CONST), int(Op.LEVEL), int(Op.NEG)
_NEVER = 1 << 62  # above all levels


@apart
def _holds_at(m: Any, t: Any, level: Any) -> Any:
    """Whether the comparison of turn ``t`` holds at a level; in the arithmetic of ``evaluate``."""
    turn, code, stack = turns(m, t), codes(m), stacks(m)
    top = 0
    for at in range(turn["first"], turn["last"]):
        op, x = code[at]["op"], code[at]["x"]
        if op == _CONST or op == WITH:
            stack[top] = x
            top += 1
        elif op == _LEVEL or op == LEVEL_WITH:
            stack[top] = x * level
            top += 1
        elif op == _NEG:
            stack[top - 1] = -stack[top - 1]
        else:
            top -= 1
            stack[top - 1] = binary(op, stack[top - 1], stack[top], x)
    return holds(turn["op"], stack[0], stack[1], code[turn["last"]]["x"])


@apart
def _where(m: Any, t: Any, guess: Any) -> Any:
    """The least level at which a comparison is not what it is at 0, sought outwards from a guess."""
    at_zero = _holds_at(m, t, 0)
    low, high, step = 0, max(guess, 1), 1
    if _holds_at(m, t, high) == at_zero:
        low = high
        while True:
            if step > _NEVER - low:  # a sum could pass the largest number
                return _NEVER
            if _holds_at(m, t, low + step) != at_zero:
                break
            low += step
            step *= 2
        high = low + step
    else:
        while high > step and _holds_at(m, t, high - step) != at_zero:
            high -= step
            step *= 2
        low = max(0, high - step)
    while high - low > 1:
        middle = (low + high) >> 1
        if _holds_at(m, t, middle) == at_zero:
            low = middle
        else:
            high = middle
    return high


@apart
def find_turns(m: Any) -> Any:
    """Find where comparisons turn: once for the numbers of a world."""
    for t in range(clocks(m)["turn_n"]):
        turns(m, t)["at"] = _where(m, t, turns(m, t)["at"])
    clocks(m)["turns_known"] = 1


@pasted
def is_calm(m: Any, s: Any) -> Any:
    """Whether no guard turned since those that read the level of a stock were judged last."""
    calm, level = calms(m, s), stocks(m, s)["level"]
    if calm["low"] <= level < calm["high"]:
        return True
    _find_calm(m, s)
    return False


@apart
def _find_calm(m: Any, s: Any) -> Any:
    calm, level = calms(m, s), stocks(m, s)["level"]
    low, high = 0, _NEVER + 1
    for t in range(calm["turn0"], calm["turn1"]):
        at = turns(m, t)["at"]
        if at <= level:
            low = max(low, at)
        else:
            high = min(high, at)
    calm["low"] = low
    calm["high"] = high
