"""What experiments that ask for more and more draw from: replications of trials, a row for each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hewer.errors import OptionError, RunError, did_you_mean, with_hint
from hewer.statistics.selection import Stopped
from hewer.study.dispatch import Whole
from hewer.study.trial import Block, Trial, keep_values, replicate

if TYPE_CHECKING:
    from hewer.engine.program import Compiled
    from hewer.engine.result.measures import Kind, Measured
    from hewer.engine.run import RunData
    from hewer.study.dispatch import Beginning, Progress

Floats = NDArray[np.float64]
_WORLDS_AT_ONCE = 16  # one memory serves them; few, so that what is stopped early has some of every trial


class Column(NamedTuple):
    """A measure, and how its values are turned for a procedure that wants more, or less, of everything."""

    measure: str
    turned: Callable[[Floats], Floats]


class Sampler:
    """Draws replications of trials: [trial, replication], with several columns [trial, column, replication].

    Attributes
    ----------
    units : dict of str to str
        Of each measure.
    kinds : dict of str to Kind
    deadlocked : set of int
        Trials of which a replication ended in a deadlock.
    """

    def __init__(
        self, trials: Sequence[Trial], measures: Sequence[str], threads: int | None, progress: Progress | None
    ) -> None:
        self.columns: list[Column] = []
        self.deadlocked: set[int] = set()
        self._trials = trials
        self._threads = threads
        self._whole = Whole(progress)
        found = replicate([Block(trials[0], 0, 0, 1)], keep_values, threads=1)
        if not found.done:
            raise KeyboardInterrupt
        first = next(iter(found.done.values()))
        self.units: dict[str, str] = {name: first[name].unit for name in measures}
        self.kinds: dict[str, Kind] = {name: first[name].kind for name in measures}

    def __call__(self, which: Sequence[int], first: int, count: int) -> Floats:
        """Draw so many replications of each of `which`, from `first` on.

        Raises
        ------
        Stopped
            Where the user stopped it.
        OptionError, RunError
            Where a measure has another unit, or no value.
        """
        blocks = [Block(self._trials[k], 0, first, count) for k in which]
        report = self._whole.part(len(blocks) * count)
        found = replicate(blocks, _keep, threads=self._threads, progress=report)
        if found.interrupted:
            raise Stopped
        values = np.empty((len(blocks), len(self.columns), count))
        for row, (one, beginning) in enumerate(zip(which, found.beginnings(), strict=True)):
            for number, column in enumerate(self.columns):
                drawn = self._values(column.measure, beginning)
                if not np.isfinite(drawn).all():
                    at = first + int(np.argmin(np.isfinite(drawn))) + 1
                    raise RunError(
                        f"`{column.measure}` is undefined in replication {at} of {self._trials[one].label};"
                        " select by a measure that every shift has"
                    )
                values[row, number] = column.turned(drawn)
            if any(part.deadlocked.any() for part in beginning.parts):
                self.deadlocked.add(int(one))
        return values if len(self.columns) > 1 else values[:, 0]

    def _values(self, measure: str, beginning: Beginning[_Part]) -> Floats:
        parts = [part.measures[measure] for part in beginning.parts]
        if any(part.unit != self.units[measure] for part in parts):
            unit = self.units[measure] or "bare numbers"
            raise OptionError(f"`{measure}` is not in {unit} in every alternative")
        return np.concatenate([part.values for part in parts])


class _Part(NamedTuple):
    """A chunk of replications: the measures, and which ended in a deadlock."""

    measures: dict[str, Measured]
    deadlocked: NDArray[np.bool_]


def _keep(compiled: Compiled, data: RunData) -> _Part:
    return _Part(dict(keep_values(compiled, data)), data.deadlock >= 0)


class Table(NamedTuple):
    """Values of trials: ``values`` [measure, trial, world, replication], and the first measure's unit."""

    values: Floats
    unit: str
    interrupted: bool


def sample_table(
    trials: Sequence[Trial],
    names: Sequence[str],
    worlds: int,
    replications: int,
    threads: int | None,
    progress: Progress | None,
) -> Table:
    """Run every trial in every world; of what was stopped, keep the worlds (or replications) that all have.

    World by world, or in slices of replications, so that what is stopped early has something of every trial.

    Raises
    ------
    OptionError, RunError
        Where a measure has another unit in some trial, or no value.
    KeyboardInterrupt
        Where nothing is complete.
    """
    done: list[Floats] = []
    unit, interrupted = "", False
    whole = Whole(progress, len(trials) * worlds * replications)
    for group, first, count in _slices(worlds, replications):
        blocks = [Block(trial, world, first, count) for trial in trials for world in group]
        report = whole.part(len(blocks) * count)
        found = replicate(blocks, keep_values, threads=threads, progress=report)
        interrupted = found.interrupted
        if interrupted:
            break
        beginnings = found.beginnings()
        unit = beginnings[0].parts[0][names[0]].unit
        rows = np.stack([_rows(one, names, unit) for one in beginnings], axis=1)
        done.append(rows.reshape(len(names), len(trials), len(group), count))
    if not done:
        raise KeyboardInterrupt
    values = np.concatenate(done, axis=2 if worlds > 1 else 3)
    if not np.isfinite(values).all():
        n, k = (int(one) for one in np.argwhere(~np.isfinite(values))[0][:2])
        raise RunError(
            f"`{names[n]}` is undefined in a replication of {trials[k].label}; take one that every shift has"
        )
    return Table(values, unit, interrupted)


def _slices(worlds: int, replications: int) -> list[tuple[range, int, int]]:
    """Worlds, first replication and number of what is run at a time."""
    if worlds > 1:
        return [(group, 0, replications) for group in _groups(worlds)]
    step = max(1, math.ceil(replications / 10))
    return [(range(1), first, min(step, replications - first)) for first in range(0, replications, step)]


def _groups(worlds: int) -> Iterator[range]:
    """Yield worlds in groups of 1, 2, 4, ... to :data:`_WORLDS_AT_ONCE`."""
    first, size = 0, 1
    while first < worlds:
        yield range(first, min(first + size, worlds))
        first, size = first + size, min(2 * size, _WORLDS_AT_ONCE)


def _rows(beginning: Beginning[Mapping[str, Measured]], names: Sequence[str], unit: str) -> Floats:
    if any(part[names[0]].unit != unit for part in beginning.parts):
        raise OptionError(f"`{names[0]}` is not in {unit or 'bare numbers'} in every alternative")
    return np.stack([np.concatenate([part[name].values for part in beginning.parts]) for name in names])


def measure_named(trial: Trial, measure: str | None) -> str:
    """Return the measure of that name, or the first.

    Raises
    ------
    OptionError
    """
    from hewer.engine.result.measures import measures_of

    known = list(measures_of(trial.model))
    if measure is not None and measure not in known:
        raise OptionError(with_hint(f"there is no measure `{measure}`", did_you_mean(measure, known)))
    return measure or known[0]
