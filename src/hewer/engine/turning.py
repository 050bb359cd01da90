"""At what levels guards may turn, so that a guard is judged when a level passes one of them and not before.

A comparison that reads one level and constants, combined by sums, differences and multiples, is monotone in
that level: it turns once (``==`` and ``!=`` twice), and rounding changes nothing about it. The kernel finds
where (:mod:`hewer.engine.kernel.judging.turning`). A guard that reads a level elsewhere too, or the clock, or
an item, is judged whenever the level changes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hewer.engine.codes import Op, Requirement
from hewer.engine.kernel.memory.layout import FIELDS
from hewer.engine.program import Program

_COMPARED = {
    Op.LT: (Op.LT,), Op.LE: (Op.LE,), Op.GT: (Op.GT,), Op.GE: (Op.GE,),
    Op.EQ: (Op.LE, Op.GE), Op.NE: (Op.LE, Op.GE),
}  # fmt: skip
_OTHER = {Op.TAKEN, Op.NOW, Op.DRAW, Op.ITEM, Op.KIND, Op.STEP, Op.TAKEABLE}


_Turn = tuple[int, int, int, int]  # stock, where its code begins, the comparison behind it, what is compared


class _Part(NamedTuple):
    """A part of an expression."""

    first: int  # where its code begins
    is_linear: bool  # worked out from constants and at most one level
    stock: int  # of that level; -1


def add_turns(arrays: dict[str, np.ndarray], program: Program) -> None:
    """Make the arrays ``turn`` and ``calm``; among a stock's dependents the guards of ``calm`` come last."""
    turns, found = _read(
        program.code["op"].tobytes(),
        program.code["a"].tobytes(),
        program.requirement["kind"].tobytes(),
        program.requirement["code"].tobytes(),
    )
    stocks = arrays["stock"]
    calm = np.zeros(max(1, len(stocks)), dtype=FIELDS["calm"])
    calm["dep"][: len(stocks)] = stocks["dep1"]
    bounds = np.searchsorted(turns["stock"], np.arange(len(calm) + 1))
    calm["turn0"], calm["turn1"] = bounds[:-1], bounds[1:]
    for s in sorted({stock for _, stock in found}):
        first, last = int(stocks["dep0"][s]), int(stocks["dep1"][s])
        part = arrays["dependent"][first:last].tolist()
        own = [q for q in part if (q, s) in found]
        arrays["dependent"][first:last] = [q for q in part if (q, s) not in found] + own
        calm["dep"][s] = last - len(own)
    arrays["calm"] = calm
    arrays["clock"]["turn_n"] = len(turns)
    if len(turns):
        arrays["turn"] = turns.copy()


@lru_cache(maxsize=64)
def _read(
    ops: bytes, operands: bytes, kinds: bytes, codes: bytes
) -> tuple[np.ndarray, frozenset[tuple[int, int]]]:
    """Return turns by stock, and pairs of a guard and a stock whose level it reads nowhere else."""
    op, a = (np.frombuffer(part, dtype=np.int64).tolist() for part in (ops, operands))
    kind, code = (np.frombuffer(part, dtype=np.int32).tolist() for part in (kinds, codes))
    turns: set[_Turn] = set()
    found: set[tuple[int, int]] = set()
    for q in range(len(kind)):
        if kind[q] == Requirement.GUARD:
            own, elsewhere = _read_guard(op, a, code[q])
            turns.update(turn for turn in own if turn[0] not in elsewhere)
            found.update((q, turn[0]) for turn in own if turn[0] not in elsewhere)
    rows = np.array(sorted((*turn, 0) for turn in turns), dtype=FIELDS["turn"])
    return rows, frozenset(found)


def _read_guard(op: list[int], a: list[int], at: int) -> tuple[list[_Turn], set[int]]:
    """Return the turns of the guard at ``at``, and stocks that it reads elsewhere."""
    parts: list[_Part] = []
    turns: list[_Turn] = []
    elsewhere: set[int] = set()
    is_other = False
    while op[at] != Op.END:
        if op[at] <= Op.TAKEABLE:
            is_other = is_other or op[at] in _OTHER
            parts.append(_Part(at, op[at] in {Op.CONST, Op.LEVEL}, a[at] if op[at] == Op.LEVEL else -1))
        elif op[at] >= Op.FLOOR or op[at] in {Op.NEG, Op.NOT}:
            parts.append(_other(parts.pop(), elsewhere) if op[at] != Op.NEG else parts.pop())
        else:
            right, left = parts.pop(), parts.pop()
            parts.append(_combined(op[at], at, left, right, turns, elsewhere))
        at += 1
    _other(parts.pop(), elsewhere)
    return turns, {turn[0] for turn in turns} if is_other else elsewhere


def _combined(op: int, at: int, left: _Part, right: _Part, turns: list[_Turn], elsewhere: set[int]) -> _Part:
    """Return the part that an operation makes of two; notes the turns of a comparison."""
    is_linear = left.is_linear and right.is_linear and min(left.stock, right.stock) < 0
    stock = max(left.stock, right.stock)
    if is_linear and (op in {Op.ADD, Op.SUB, Op.MUL} or (op == Op.DIV and right.stock < 0)):
        return _Part(left.first, True, stock)
    if is_linear and op in _COMPARED:
        if stock >= 0:
            turns.extend((stock, left.first, at, int(way)) for way in _COMPARED[Op(op)])
        return _Part(left.first, False, -1)
    _other(left, elsewhere)
    _other(right, elsewhere)
    return _Part(left.first, False, -1)


def _other(part: _Part, elsewhere: set[int]) -> _Part:
    """Return what stands in no comparison by itself: the level that it reads is read elsewhere."""
    if part.stock >= 0:
        elsewhere.add(part.stock)
    return _Part(part.first, False, -1)


__all__ = ["add_turns"]
