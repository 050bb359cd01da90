"""One replication replayed: what every worker did when, and every stock's level over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hewer.errors import HewerError, OptionError
from hewer.quantity import Quantity, unit
from hewer.study.accounts import time_scale
from hewer.study.simulate import check_options, trial_of
from hewer.study.states import State, states

if TYPE_CHECKING:
    from hewer.engine.program import Compiled
    from hewer.engine.watch import Watched
    from hewer.model.document import Model
    from hewer.study.dispatch import Progress

Floats = NDArray[np.float64]
_MOST_REPLICATION = 1_000_000_000
_MOST_TICKS = float(1 << 61)


@dataclass(frozen=True, slots=True, eq=False)
class WorkerTrack:
    """What one worker did.

    Attributes
    ----------
    name, role : str
    begins, ends : ndarray of float64 [spell]
        In the unit of the replay; each spell begins where the one before it ends.
    states : ndarray of int64 [spell]
        Index into ``Replay.states``.
    overtime : tuple of (float, float, int)
        Begin, end and state of each spell beyond the horizon.
    """

    name: str
    role: str
    begins: Floats
    ends: Floats
    states: NDArray[np.int64]
    overtime: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class StockTrack:
    """The level of a stock, or of one member of a stock at a place set.

    Attributes
    ----------
    name, declared, unit : str
        ``declared`` is the stock as the model has it; ``unit`` is empty for items.
    times, levels : ndarray of float64 [change]
        The level from a time on, up to the next; the first is at the beginning.
    capacity : float or None
    """

    name: str
    declared: str
    unit: str
    times: Floats
    levels: Floats
    capacity: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """A replication from ``begin`` to ``end``, in ``time_unit``.

    ``warm_up`` and ``horizon`` bound the time that the accounts of a run are of.
    """

    title: str
    scenario: str | None
    crew: str | None
    seed: int
    replication: int
    version: str
    time_unit: str
    begin: float
    end: float
    warm_up: float
    horizon: float
    states: tuple[State, ...]
    workers: tuple[WorkerTrack, ...]
    stocks: tuple[StockTrack, ...]

    def __repr__(self) -> str:
        """Say in a line what this is."""
        span = f"{self.begin:g} to {self.end:g} {self.time_unit}".rstrip()
        return f"<Replay of {self.title!r}: replication {self.replication}, seed {self.seed}, {span}>"


def replay(  # noqa: PLR0913 - the options of a study are its parameters
    model: Model | str | Path,
    scenario: str | None = None,
    crew: str | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the language
    *,
    replication: int = 0,
    begin: str | float | None = None,
    end: str | float | None = None,
    seed: int = 1,
    progress: Progress | None = None,
) -> Replay:
    """Run one replication and keep what everybody did, and every level.

    Parameters
    ----------
    model, scenario, crew, set, seed
        As for :func:`hewer.study.simulate.simulate`.
    replication : int
        Its number, from 0: the one that a run with this seed has there.
    begin, end : str or float, optional
        The part to keep, ``"2 h"`` (a number where the model's time is a bare number); by default all of it.
        An idle spell that `end` cuts short has the cause that it would have at the horizon (rule 14).
    progress : callable, optional
        Called with the per cent of the time that has passed, and 100.

    Returns
    -------
    Replay
        Spells of a worker within it follow one another without a gap, and add up to what the accounts of the
        run say, to the tick.

    Raises
    ------
    OptionError
        Where `begin` or `end` is no time of the run, or there is too much to keep.
    NotFoundError, ModelError, RunError
    """
    from hewer.engine.watch import watch

    check_options(replications=1, worlds=1, threads=None, seed=seed)
    if not isinstance(replication, int) or not 0 <= replication < _MOST_REPLICATION:
        raise OptionError(f"replication must be a number from 0 on; got {replication}")
    compiled = trial_of(model, scenario, crew, set, seed=seed).compiled()
    first, last = _part(compiled, begin, end)
    seen = watch(
        compiled.program,
        seed=seed,
        replication=replication,
        first=first,
        last=last,
        names=compiled.names,
        progress=progress and (lambda done, total: progress(100 * done // total, 100)),
    )
    return _replay(compiled, seen, (first, last), (scenario, seed, replication))


def _part(compiled: Compiled, begin: str | float | None, end: str | float | None) -> tuple[int, int]:
    """Return the ticks from which and up to which is replayed."""
    horizon = int(compiled.program.scalar[0]["horizon"])
    first = 0 if begin is None else _tick(compiled, begin, "begin")
    last = horizon if end is None else min(_tick(compiled, end, "end"), horizon)
    if not first < last:
        name, ticks = time_scale(compiled)
        shown = f"{first / ticks:g} and {last / ticks:g} {name}".rstrip()
        raise OptionError(
            f"the part to replay must begin before it ends, and before the horizon; got {shown}"
        )
    return first, last


def _tick(compiled: Compiled, value: str | float, word: str) -> int:
    """Read a time; a bare number is one where the model's time is bare, or 0."""
    from hewer.model.settling.resolve import quantity

    name = compiled.time_unit
    wrong = OptionError(f"{word} must be a time such as `{f'2 {name}' if name else 200}`; got `{value}`")
    try:
        asked = quantity(value.strip(), {}) if isinstance(value, str) else Quantity.of(float(value))
    except HewerError as error:
        raise wrong from error
    if asked.value == 0.0:
        return 0
    ticks = asked.value * compiled.ticks_per_unit
    if asked.dimension != unit(name).dimension or not 0.0 <= ticks < _MOST_TICKS:
        raise wrong
    return round(ticks)


def _replay(
    compiled: Compiled, seen: Watched, part: tuple[int, int], of: tuple[str | None, int, int]
) -> Replay:
    from hewer.engine.result.result import version

    name, ticks = time_scale(compiled)
    scalar = compiled.program.scalar[0]
    scenario, seed, replication = of
    return Replay(
        compiled.info["model"].title,
        scenario,
        compiled.info["crew"],
        seed,
        replication,
        version(),
        name,
        part[0] / ticks,
        part[1] / ticks,
        float(scalar["warm_up"]) / ticks,
        float(scalar["horizon"]) / ticks,
        states(compiled.names),
        tuple(_worker(compiled, seen, part, worker) for worker in range(len(compiled.program.worker))),
        tuple(_stock(compiled, seen, part, stock) for stock in range(len(compiled.program.stock))),
    )


def _worker(compiled: Compiled, seen: Watched, part: tuple[int, int], worker: int) -> WorkerTrack:
    _, ticks = time_scale(compiled)
    mine = seen.spells[seen.spells[:, 0] == worker]
    clipped = np.clip(mine[:, 1:3], *part)
    kept = clipped[:, 0] < clipped[:, 1]
    beyond = seen.overtime[seen.overtime[:, 0] == worker]
    whole = part[1] == int(compiled.program.scalar[0]["horizon"])
    role = int(compiled.program.worker["role"][worker])
    return WorkerTrack(
        compiled.names.workers[worker],
        compiled.names.roles[role],
        clipped[kept, 0] / ticks,
        clipped[kept, 1] / ticks,
        mine[kept, 3],
        tuple((b / ticks, e / ticks, column) for _, b, e, column in beyond.tolist()) if whole else (),
    )


def _stock(compiled: Compiled, seen: Watched, part: tuple[int, int], stock: int) -> StockTrack:
    _, ticks = time_scale(compiled)
    record = compiled.program.stock[stock]
    declared = int(record["declared"])
    text = compiled.names.units[declared]
    scale = float(record["scale"]) / (unit(text).factor if text else 1.0)
    mine = seen.levels[seen.levels[:, 0] == stock]
    mine = mine[mine[:, 1] <= part[1]]
    capacity = int(record["capacity"])
    return StockTrack(
        compiled.names.stock_members[stock],
        compiled.names.stocks[declared],
        text,
        np.maximum(mine[:, 1], part[0]) / ticks,
        mine[:, 2] * scale,
        capacity * scale if capacity < _MOST_TICKS else None,
    )
