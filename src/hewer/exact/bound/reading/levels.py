"""How much a stock can ever hold: the invariants of the moves between stocks, found as a linear programme."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from hewer.engine.codes import NONE, Op
from hewer.engine.program import Program
from hewer.exact.opening import scipy_part

Move = tuple[Mapping[int, float], Mapping[int, float]]
"""What a work takes at least, and gives at most, by stock, in grains."""


def levels_read(program: Program) -> list[int]:
    """List the stocks whose levels times and amounts read; guards are not looked at."""
    roots = {int(index) for index in program.instance["time"] if index < -1}
    for rows, field in (
        (program.take, "amount"),
        (program.give, "amount"),
        (program.source, "every"),
        (program.source, "amount"),
    ):
        roots |= {int(index) for index in rows[field] if index < -1}
    found: set[int] = set()
    for root in roots:
        for row in program.code[-2 - root :]:
            if row["op"] == Op.END:
                break
            if row["op"] == Op.LEVEL:
                found.add(int(row["a"]))
    return sorted(found)


def most_held(program: Program, moves: Sequence[Move], stock: int) -> float:
    """Return the most grains that a stock can hold, whatever is done; infinity where there is no bound.

    Any numbers of moves are allowed that leave no stock below 0; sources bring any amount.
    """
    count = len(program.stock)
    change = np.zeros((count, len(moves)))
    free = {int(row["stock"]) for rows in (program.source, program.hazard) for row in rows} - {NONE}
    for column, (takes, gives) in enumerate(moves):
        for other, amount in takes.items():
            change[other, column] -= amount
        for other, amount in gives.items():
            if math.isinf(amount):
                free.add(other)
            else:
                change[other, column] += amount
    if stock in free:
        return math.inf
    start = program.stock["start"].astype(float)
    if not moves:
        return float(start[stock])
    kept = [row for row in range(count) if row not in free]
    scale = np.maximum(1.0, np.abs(change[kept]).max(axis=1, initial=0.0))
    limits = scipy_part("optimize").linprog(
        -change[stock],
        A_ub=-change[kept] / scale[:, None],
        b_ub=start[kept] / scale,
        bounds=(0, None),
        method="highs",
    )
    return float(start[stock] - limits.fun) if limits.status == 0 else math.inf
