"""A long run in windows of equal length: the results of each, as if it were a run by itself.

At the end of each window stands a horizon, which lets the kernel account for everything and write its
results, and then the end of a warm-up, which lets it count anew (rule 13). Between the two the run goes on
where it stopped: an idle spell that it cuts is charged as at a horizon (rule 14). A wake at that tick comes
last of all, so that the instant is judged when it is over (rule 5).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hewer.engine.codes import Status
from hewer.engine.draws import replication_key
from hewer.engine.kernels import ready
from hewer.engine.prepare import new_memory
from hewer.engine.program import Compiled, Program
from hewer.engine.run import BUDGET, RunData, collect, make_room

_LAST = ("inside", "ended", "deadlock", "lacks", "stock.final", "flow.declared")
_LARGEST = ("stock.peak", "flow.largest", "flow.closed_largest")


def run_in_windows(  # noqa: PLR0913 (options, by keyword)
    program: Program,
    *,
    count: int,
    seed: int,
    world: int = 0,
    replication: int = 0,
    names: Any = None,
    stop: Callable[[], bool] | None = None,
) -> RunData | None:
    """Run one replication from tick 0 to the horizon in windows of equal length.

    Parameters
    ----------
    program : Program
        Without a shift, for a run ends with that. Its warm-up is not looked at.
    count : int
        Windows; the last is longer by what is left over, less than `count` ticks.

    Returns
    -------
    RunData
        One row for each window, as of a run with warm-up at its begin and horizon at its end; None where
        ``stop`` said so before the end.

    Raises
    ------
    EndlessError, BadNumberError, RuleError
    """
    ends = [width_of(program, count) * number for number in range(1, count)]
    scalar = program.scalar.copy()
    scalar["warm_up"] = 0
    wakes = np.union1d(program.wake, ends).astype(np.int64)
    keys = [replication_key(seed, world, replication)] * count
    advance = ready(program)
    memory = new_memory(program._replace(scalar=scalar, wake=wakes), keys, logging=False, windows=ends)
    clock = memory.arrays["clock"][0]
    clock["count"] = 1  # each window is written to a row of its own, as if it were a replication
    while True:
        clock["budget"] = BUDGET
        status = Status(advance(memory.handle))
        if status == Status.DONE:
            if int(clock["index"]) == count:
                return collect(memory, program, count, None)
            clock["closed"], clock["begun"] = 0, 1
            clock["count"] += 1
        elif stop is not None and stop():
            return None
        else:
            make_room(memory, status, names)


def width_of(program: Program, count: int) -> int:
    """Ticks of a window."""
    return int(program.scalar[0]["horizon"]) // count


def merged(data: RunData, size: int) -> RunData:
    """Make one window of each `size`; what is left over is taken off the first.

    What counts or integrates is added up, levels are those at the end. Quantiles are not a number then.
    """
    first = len(data.ended) % size
    fields: dict[str, Any] = {
        name: None if name == "log" else _merged(name, getattr(data, name)[first:], size)
        for name in data._fields
    }
    return RunData(**fields)


def _merged(name: str, values: NDArray[Any], size: int) -> NDArray[Any]:
    groups = values.reshape(len(values) // size, size, *values.shape[1:])
    if values.dtype.names is None:
        return _joined(name, groups)
    found = groups[:, -1].copy()
    for field in values.dtype.names:
        found[field] = _joined(f"{name}.{field}", groups[field])
    return found


def _joined(name: str, groups: NDArray[Any]) -> NDArray[Any]:
    found: NDArray[Any]
    if name == "quantile":
        found = np.full_like(groups[:, -1], np.nan)
    elif name in _LAST:
        found = groups[:, -1]
    elif name in _LARGEST:
        found = groups.max(axis=1)
    else:
        found = groups.sum(axis=1)
    return found


def of_length(compiled: Compiled, ticks: int) -> Compiled:
    """Return a model whose measures are over so many ticks; it is not for running."""
    scalar = compiled.program.scalar.copy()
    scalar["warm_up"], scalar["horizon"] = 0, ticks
    return compiled._replace(program=compiled.program._replace(scalar=scalar))
