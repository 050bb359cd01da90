"""From the raw arrays of a run to tables in units: workers, activities, stocks, one value a replication."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hewer.engine.result.deadlock import ring
from hewer.quantity import unit
from hewer.study.states import KINDS, states

if TYPE_CHECKING:
    from hewer.engine.program import Compiled
    from hewer.engine.result.result import Result

Values = NDArray[np.float64]

_ACTIVITY_COLUMNS = (
    ("starts", "starts"),
    ("completions", "completions"),
    ("in_hand", "mean works in hand"),
    ("blocked", "mean works blocked"),
)
_STOCK_COLUMNS = (
    ("arrived", "arrived"),
    ("departed", "departed"),
    ("level", "mean level"),
    ("peak", "peak of a member"),
    ("final", "at the end"),
    ("wait", "mean wait"),
)
_LEVELS = [2, 3]  # mean level, peak


class Account(NamedTuple):
    """A table before it is averaged: ``values`` [replication, row, column]."""

    name: str
    rows: tuple[str, ...]
    heads: tuple[int, ...]
    columns: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, ...], ...]
    values: Values


class Accounts(NamedTuple):
    """All tables of a result, with the time each worker's row adds up to."""

    span: float
    time_unit: str
    deadlocks: int
    ring: str
    roles: Account
    workers: Account
    activities: Account
    stocks: Account


def accounts(result: Result) -> Accounts:
    """Make the tables of a result."""
    data, compiled = result.data, result.compiled
    time_unit, ticks = time_scale(compiled)
    window = _window(data.worker_time, compiled)
    workers = _workers(data.worker_time, compiled, time_unit, ticks)
    dead = np.flatnonzero(data.deadlock >= 0)
    return Accounts(
        float(window.mean()) / ticks,
        time_unit,
        len(dead),
        ring(compiled, data.lacks[dead[0]]) if len(dead) else "",
        _roles(workers, compiled),
        workers,
        _activities(data.instance, compiled, window),
        _stocks(data.stock, compiled, window, (time_unit, ticks)),
    )


def by_kind(account: Account) -> Account:
    """Add up the states of each kind: working, walking, waiting for a partner, idle, ..."""
    of = [key.split(".", maxsplit=1)[0] for key, _ in account.columns]
    values = [account.values[:, :, [kind == one for one in of]].sum(axis=2) for kind in KINDS]
    units = tuple(row[:1] * len(KINDS) for row in account.units)
    return account._replace(columns=tuple(KINDS.items()), units=units, values=np.stack(values, axis=2))


def time_scale(compiled: Compiled) -> tuple[str, float]:
    """Return the unit of time to show, and its ticks: the model's own, or minutes for a day of hours."""
    name = compiled.time_unit
    if name == "":
        return "", compiled.ticks_per_unit
    day = 24.0 * unit("h").factor * compiled.ticks_per_unit
    if unit(name).factor == unit("h").factor and compiled.program.scalar[0]["horizon"] <= day:
        name = "min"
    return name, compiled.ticks_per_unit * unit(name).factor


def _window(worker_time: NDArray[np.int64], compiled: Compiled) -> Values:
    """Return the accounted time of each replication, ticks: its length may be a param that worlds draw."""
    if worker_time.shape[1]:
        return np.asarray(worker_time[:, 0].sum(axis=1), np.float64)
    scalar = compiled.program.scalar[0]
    return np.full(worker_time.shape[0], float(scalar["horizon"] - scalar["warm_up"]))


def _workers(worker_time: NDArray[np.int64], compiled: Compiled, time_unit: str, ticks: float) -> Account:
    columns = tuple((state.key, state.label) for state in states(compiled.names))
    rows = compiled.names.workers
    units = tuple(tuple(time_unit for _ in columns) for _ in rows)
    return Account("workers", rows, (1,) * len(rows), columns, units, worker_time / ticks)


def _roles(workers: Account, compiled: Compiled) -> Account:
    """Average the workers of each role."""
    role = compiled.program.worker["role"]
    present = [number for number in range(len(compiled.names.roles)) if (role == number).any()]
    values = [workers.values[:, role == number].mean(axis=1) for number in present]
    return Account(
        "roles",
        tuple(compiled.names.roles[number] for number in present),
        tuple(int((role == number).sum()) for number in present),
        workers.columns,
        tuple(workers.units[0] for _ in present),
        _stack(values, workers.values.shape[0], len(workers.columns)),
    )


def _activities(instance: NDArray[Any], compiled: Compiled, window: Values) -> Account:
    """Add up the instances of each activity."""
    of = compiled.program.instance["activity"]
    values = []
    for number in range(len(compiled.names.activities)):
        mine = instance[:, of == number]
        sums = [mine[field].sum(axis=1, dtype=np.float64) for field in ("started", "ended", "busy", "stuck")]
        values.append(np.stack([sums[0], sums[1], sums[2] / window, sums[3] / window], axis=1))
    rows = compiled.names.activities
    units = tuple(("",) * len(_ACTIVITY_COLUMNS) for _ in rows)
    table = _stack(values, instance.shape[0], len(_ACTIVITY_COLUMNS))
    return Account("activities", rows, (0,) * len(rows), _ACTIVITY_COLUMNS, units, table)


def _stocks(stock: NDArray[Any], compiled: Compiled, window: Values, time: tuple[str, float]) -> Account:
    """Add up the members of each stock, in the stock's unit; a peak is that of the fullest member.

    What is given to a sink has left: it has no level.
    """
    template = compiled.program.stock
    values, units = [], []
    for number, name in enumerate(compiled.names.units):
        mine = template["declared"] == number
        scale = template["scale"][mine] / (unit(name).factor if name else 1.0)
        one = _stock_values(stock[:, mine], scale, window, time[1], wait=not name)
        if (template["sink"][mine] >= 0).any():
            one[:, _LEVELS] = math.nan
        values.append(one)
        units.append((*(name,) * 5, time[0]))
    rows = compiled.names.stocks
    table = _stack(values, stock.shape[0], len(_STOCK_COLUMNS))
    return Account("stocks", rows, (0,) * len(rows), _STOCK_COLUMNS, tuple(units), table)


def _stock_values(mine: NDArray[Any], scale: Values, window: Values, ticks: float, *, wait: bool) -> Values:
    sums = {
        field: (mine[field] * scale).sum(axis=1) for field in ("arrived", "departed", "integral", "final")
    }
    peak = (mine["peak"] * scale).max(axis=1)
    waits = np.full(peak.shape, math.nan)
    if wait:
        taken = mine["departed"].sum(axis=1)
        np.divide(mine["waited"].sum(axis=1), taken * ticks, out=waits, where=taken > 0)
    columns = [sums["arrived"], sums["departed"], sums["integral"] / window, peak, sums["final"], waits]
    return np.stack(columns, axis=1)


def _stack(values: list[Values], replications: int, columns: int) -> Values:
    """Stack rows [replication, column] to [replication, row, column]; also where there are none."""
    return np.stack(values, axis=1) if values else np.zeros((replications, 0, columns))
