"""The kernel's run in the form of the oracle's, and what differs between the two."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from hewer.engine.codes import Event
from hewer.engine.program import Compiled, Program
from tests.oracle.engine import OracleRun

EXACT = ("pool_busy", "worker_time", "overtime", "source", "ended", "deadlock", "inside")


def kernel(program: Program, seed: int = 1, world: int = 0, replication: int = 0) -> OracleRun:
    """Run one replication with the kernel."""
    from hewer.engine.run import run_replications

    data = run_replications(program, seed=seed, world=world, first=replication, count=1, log=True)
    assert data.log is not None
    return OracleRun(
        log=[(int(t), int(e), int(a), int(b), int(x)) for t, e, a, b, x in data.log[0]],
        stock=_records(data.stock[0]),
        instance=_records(data.instance[0]),
        pool_busy=[float(x) for x in data.pool_busy[0]],
        worker_time=[[int(x) for x in row] for row in data.worker_time[0]],
        overtime=[int(x) for x in data.overtime[0]],
        hazard=_records(data.hazard[0]),
        source=_records(data.source[0]),
        flow=_records(data.flow[0]),
        ended=int(data.ended[0]),
        deadlock=int(data.deadlock[0]),
        inside=int(data.inside[0]),
        shop=None,  # type: ignore[arg-type]
    )


def _records(rows: Any) -> list[dict[str, Any]]:
    return [{name: row[name].item() for name in rows.dtype.names} for row in rows]


def differences(oracle: OracleRun, other: OracleRun) -> list[str]:
    """What differs, the log first and up to its first difference."""
    found = [f"log: {text}" for text in _log_difference(oracle.log, other.log)]
    for name in ("stock", "instance", "hazard", "flow", *EXACT):
        found += _unequal(name, getattr(oracle, name), getattr(other, name))
    return found


def _log_difference(one: list[Any], other: list[Any]) -> Iterator[str]:
    for k in range(max(len(one), len(other))):
        here, there = one[k : k + 1], other[k : k + 1]
        if here != there:
            yield f"record {k}: oracle {here}, kernel {there}; before: {one[max(0, k - 4) : k]}"
            return


def _unequal(path: str, one: Any, other: Any) -> list[str]:
    if isinstance(one, dict):
        return [
            text
            for name in one
            if name in other
            for text in _unequal(f"{path}.{name}", one[name], other[name])
        ]
    if isinstance(one, list | tuple):
        if len(one) != len(other):
            return [f"{path}: {len(one)} against {len(other)}"]
        pairs = enumerate(zip(one, other, strict=True))
        return [text for k, (a, b) in pairs for text in _unequal(f"{path}[{k}]", a, b)]
    return (
        []
        if math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-3)
        else [f"{path}: oracle {one}, kernel {other}"]
    )


def told(run: OracleRun, compiled: Compiled, unit: float = 60e9) -> list[str]:
    """The log in words, with ticks in `unit`: for a reader of a failing test."""
    names = compiled.names
    lines = []
    for tick, event, a, b, x in run.log:
        kind = Event(event)
        who = names.instances[a] if Event.START <= event <= Event.STOP else str(a)
        at = names.workers[b] if kind in {Event.START, Event.JOIN} and b >= 0 else str(b)
        lines.append(f"{tick / unit:8.4f} {kind.name:9} {who} {at} {x}")
    return lines
