"""One replication watched event by event: what every worker did when, and every change of a level.

The kernel stops after each event (with all that it lets start), and what it has booked since is read off its
memory. So spells are the bookings themselves: they add up to the accounts to the tick, and an idle spell has
the cause that rule 14 gives it, which is only known when it ends and stands in no log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hewer.engine.codes import UNLIMITED, Status, WorkerState
from hewer.engine.draws import replication_key
from hewer.engine.kernels import ready
from hewer.engine.prepare import new_memory
from hewer.engine.program import Program, columns
from hewer.engine.run import make_room
from hewer.errors import OptionError

MOST_RECORDS = 2_000_000
"""Spells and changes of levels that are kept at most."""
_REPORT_EVERY = 2_000  # events


class Watched(NamedTuple):
    """What was seen, in the order in which it was booked.

    Attributes
    ----------
    spells : ndarray of int64 [spell, 4]
        Worker, tick at which it begins, tick at which it ends, column of ``worker_time``. Of each worker they
        follow one another without a gap from tick 0 to the horizon.
    overtime : ndarray of int64 [spell, 4]
        The same beyond the horizon.
    levels : ndarray of int64 [change, 3]
        Stock instance, tick, level (items or grains) from then on; at tick 0 all.
    ended : int
        Tick of the last event.
    """

    spells: NDArray[np.int64]
    overtime: NDArray[np.int64]
    levels: NDArray[np.int64]
    ended: int


def watch(  # noqa: PLR0913 (options, by keyword)
    program: Program,
    *,
    seed: int,
    world: int = 0,
    replication: int = 0,
    first: int = 0,
    last: int = int(UNLIMITED),
    names: Any = None,
    progress: Callable[[int, int], None] | None = None,
) -> Watched:
    """Run a replication and keep what of it reaches into the ticks from ``first`` to ``last``.

    Where ``last`` is before the horizon it is the horizon: idle spells that it cuts short are charged so.
    ``progress`` is called with the ticks that have passed, and those that will.

    Raises
    ------
    OptionError
        Where that is too much to keep.
    EndlessError, BadNumberError, RuleError
    """
    keys = [replication_key(seed, world, replication)]
    advance = ready(program)
    memory = new_memory(_booking_all(program, last), keys, logging=False)
    clock = memory.arrays["clock"][0]
    seen = _Seen(memory, program, first)
    length = min(last, int(program.scalar[0]["horizon"]))
    if progress is not None:
        progress(0, length)
    while True:
        clock["budget"] = 1 if clock["begun"] else 0
        status = Status(advance(memory.handle))
        if status not in (Status.DONE, Status.AGAIN):
            make_room(memory, status, names)
            continue
        seen.note()
        if progress is not None and int(clock["events"]) % _REPORT_EVERY == 0:
            progress(min(int(clock["now"]), length), length)
        if status == Status.DONE:
            return seen.watched()


def _booking_all(program: Program, last: int) -> Program:
    """Return a program that books from tick 0 to ``last``, with an instant where its warm-up ends (rule 13).

    Accounts begin anew at the end of the warm-up; otherwise a run is the same with it and without.
    """
    scalar = program.scalar.copy()
    warm_up = int(scalar["warm_up"][0])
    scalar["warm_up"] = 0
    scalar["horizon"] = np.minimum(scalar["horizon"], last)
    if not 0 < warm_up < int(scalar["shift"][0]):
        return program._replace(scalar=scalar)
    return program._replace(scalar=scalar, wake=np.union1d(program.wake, [warm_up]).astype(np.int64))


class _Seen:
    """What has been booked, read after each event."""

    def __init__(self, memory: Any, program: Program, first: int) -> None:
        scalar = program.scalar[0]
        sizes = (int(scalar[name]) for name in ("activities", "stocks", "places", "tools"))
        self._columns = columns(*sizes)
        self._memory = memory
        self._first = first
        self._stocks, self._workers = len(program.stock), len(program.worker)
        worker = memory.arrays["worker"][: self._workers]
        self._since, self._detail, self._state = worker["since"], worker["detail"], worker["state"]
        self._overtime = worker["overtime"]
        size = self._workers * self._columns.total
        self._time = memory.arrays["worker_time"][:size].reshape(self._workers, self._columns.total)
        self._level = memory.arrays["stock"]["level"][: self._stocks]
        self._booked = np.zeros(self._workers, np.int64)
        self._before = np.zeros_like(self._time)
        self._beyond = np.zeros(self._workers, np.int64)
        self._doing = np.zeros(self._workers, np.int64)
        self._levels = np.full(self._stocks, -1, np.int64)
        self._change = np.full(self._stocks, -1, np.int64)  # where the last change of each stock stands
        self.spells: list[tuple[int, int, int, int]] = []
        self.overtime: list[tuple[int, int, int, int]] = []
        self.levels: list[list[int]] = []

    def note(self) -> None:
        """Keep what is new since the last event."""
        clock = self._memory.arrays["clock"][0]
        if (self._since != self._booked).any():
            for worker in np.flatnonzero(self._since != self._booked).tolist():
                self._spell(worker)
        if clock["closed"]:
            walking = self._state == int(WorkerState.WALKING)
            self._doing = np.where(walking, self._columns.walking, self._detail)
        if (self._level != self._levels).any():
            self._changes(int(clock["now"]))
        if len(self.spells) + len(self.levels) > MOST_RECORDS:
            raise OptionError(
                f"more than {MOST_RECORDS:,} spells of workers and changes of levels; name a shorter time"
                " (--from, --to)"
            )

    def watched(self) -> Watched:
        """Return all that was kept."""
        tables = [
            np.array(rows, np.int64).reshape(-1, width)
            for rows, width in ((self.spells, 4), (self.overtime, 4), (self.levels, 3))
        ]
        return Watched(tables[0], tables[1], tables[2], int(self._memory.arrays["clock"]["now"][0]))

    def _spell(self, worker: int) -> None:
        """Keep what a worker was booked for: one state, or the way there and then waiting for a partner."""
        begin, end = int(self._booked[worker]), int(self._since[worker])
        self._booked[worker] = end
        if self._overtime[worker] != self._beyond[worker]:
            self._beyond[worker] = self._overtime[worker]
            self.overtime.append((worker, begin, end, int(self._doing[worker])))
            return
        gained = self._time[worker] - self._before[worker]
        self._before[worker] = self._time[worker]
        found = np.flatnonzero(gained).tolist()
        for column in sorted(found, key=lambda one: one != self._columns.walking):
            begin, reached = begin + int(gained[column]), begin
            if begin > self._first:
                self.spells.append((worker, reached, begin, column))
        assert begin == end, "what was booked does not add up"

    def _changes(self, now: int) -> None:
        """Keep the levels that changed; of those of one instant, or before the first tick, the last."""
        for stock in np.flatnonzero(self._level != self._levels).tolist():
            level = int(self._level[stock])
            self._levels[stock] = level
            at = int(self._change[stock])
            if at >= 0 and (self.levels[at][1] == now or now <= self._first):
                self.levels[at][1:] = [now, level]
            else:
                self._change[stock] = len(self.levels)
                self.levels.append([stock, now, level])
