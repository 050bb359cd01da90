"""A run in words, to the last tick: what the golden files hold."""

from __future__ import annotations

from collections.abc import Iterator

from hewer.engine.codes import Event
from hewer.engine.program import Compiled
from tests.oracle.engine import OracleRun

TICKS = 10**9


def told(compiled: Compiled, run: OracleRun) -> str:
    """Every event, then what became of stocks, activities and people."""
    return "\n".join([*_events(compiled, run), "", *_totals(compiled, run), ""])


def _seconds(ticks: int) -> str:
    return f"{ticks // TICKS}.{ticks % TICKS:09}"


def _events(compiled: Compiled, run: OracleRun) -> Iterator[str]:
    names = compiled.names
    subjects = {
        **dict.fromkeys((Event.ARRIVE, Event.LOST), names.sources),
        **dict.fromkeys((Event.LEAVE, Event.CLOSE), names.stock_members),
        Event.BREAK: tuple(f"break {k + 1}" for k in range(len(compiled.program.breaks))),
    }
    details = {
        **dict.fromkeys((Event.ARRIVE, Event.LOST, Event.BLOCK), names.stock_members),
        **dict.fromkeys((Event.START, Event.JOIN), names.workers),
        Event.END: names.outcomes,
        Event.BREAK: ("begins", "ends"),
        Event.SET_UP: names.kinds,
    }
    for tick, number, a, b, x in run.log:
        kind = Event(number)
        words = [f"{_seconds(tick):>16} {kind.name.lower().replace('_', ' '):8}"]
        if kind not in {Event.SHIFT_END, Event.WARM_UP}:
            words += [subjects.get(kind, names.instances)[a]]
            words += [details[kind][b]] if kind in details and b >= 0 else []
            timed = kind in {Event.LEAVE, Event.CLOSE, Event.SET_UP}
            serial = Event.START <= kind <= Event.STOP or kind in {Event.SUSPEND, Event.LOSE}
            words += [] if kind == Event.BREAK else [_seconds(x) if timed else f"{'#' * serial}{x}"]
        yield " ".join(words).rstrip()


def _totals(compiled: Compiled, run: OracleRun) -> Iterator[str]:
    names = compiled.names
    for name, stock in zip(names.stock_members, run.stock, strict=True):
        fields = ("arrived", "departed", "final", "peak")
        counts = " ".join(f"{field} {stock[field]}" for field in fields)
        yield f"{name}: {counts} waited {_seconds(int(stock['waited']))}"
    for name, instance in zip(names.instances, run.instance, strict=True):
        yield f"{name}: started {instance['started']} ended {instance['ended']}"
    for name, times in zip(names.workers, run.worker_time, strict=True):
        spent = " ".join(f"{column}:{_seconds(time)}" for column, time in enumerate(times) if time)
        yield f"{name}: {spent}"
    yield f"inside {run.inside} ended {_seconds(run.ended)} deadlock {run.deadlock}"
