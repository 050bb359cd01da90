"""The ring of a deadlock, by name (rule 10)."""

from __future__ import annotations

import numpy as np

from hewer.engine.codes import NONE
from hewer.engine.program import Compiled, Program


def ring(compiled: Compiled, lacks: np.ndarray) -> str:
    """Tell who waits for whom when a run stands still.

    Parameters
    ----------
    compiled : Compiled
    lacks : [instance] int
        Stock in which a finished work of each instance lacks room, or -1 (a row of ``RunData.lacks``).

    Returns
    -------
    str
        The works of the ring in order, each with the stock it waits for and what keeps that stock full.
        Where the chain of waiting does not close, the chain.
    """
    names = compiled.names
    at = next(int(i) for i in np.flatnonzero(lacks != NONE))
    path: list[int] = []
    reasons: list[str] = []
    while at not in path:
        path.append(at)
        stock = int(lacks[at])
        said = f"`{names.instances[at]}` is done and waits for room in `{names.stock_members[stock]}`"
        following, why = _keeps_full(compiled, stock, lacks)
        reasons.append(said + why)
        if following == NONE:
            return "; ".join(reasons)
        at = following
    return "; ".join(reasons[path.index(at) :])


def _keeps_full(compiled: Compiled, stock: int, lacks: np.ndarray) -> tuple[int, str]:
    """Blocked instance that keeps ``stock`` from being emptied, and how."""
    program, names = compiled.program, compiled.names
    takers = [int(i) for i in range(len(program.instance)) if stock in _stocks_taken(program, i)]
    for taker in takers:
        if lacks[taker] != NONE:
            return taker, f", which `{names.instances[taker]}` would empty"
    for taker in takers:
        for other in np.flatnonzero(lacks != NONE):
            shared = _shared(compiled, taker, int(other))
            if shared:
                holder, emptier = names.instances[int(other)], names.instances[taker]
                return int(other), f", which `{emptier}` would empty if `{holder}` did not hold {shared}"
    return NONE, ""


def _stocks_taken(program: Program, i: int) -> set[int]:
    instance = program.instance[i]
    return {int(s) for s in program.take["stock"][instance["take0"] : instance["take1"]]}


def _shared(compiled: Compiled, i: int, j: int) -> str:
    """Name what two instances both need: a unit resource or people."""
    program, names = compiled.program, compiled.names
    pools = [_pools(program, one) for one in (i, j)]
    for pool in sorted(pools[0] & pools[1]):
        return f"`{names.pools[pool]}`"
    groups = [_groups(program, one) for one in (i, j)]
    for group in sorted(groups[0] & groups[1]):
        return f"a `{names.roles[program.group[group]['role']]}`"
    return ""


def _pools(program: Program, i: int) -> set[int]:
    instance = program.instance[i]
    return {int(r) for r in program.need["pool"][instance["need0"] : instance["need1"]]}


def _groups(program: Program, i: int) -> set[int]:
    instance = program.instance[i]
    return {int(g) for g in program.join["group"][instance["join0"] : instance["join1"]] if g > 0}
