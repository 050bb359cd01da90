"""Long runs in windows: what measures come to in each of many equal stretches of time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hewer.errors import OptionError
from hewer.study.dispatch import Chunk, Lane, Progress, Work, dispatch

if TYPE_CHECKING:
    from hewer.engine.program import Compiled
    from hewer.engine.result.measures import Measured
    from hewer.engine.result.result import MeasureSamples
    from hewer.engine.run import RunData
    from hewer.study.trial import Trial

_MOST_BYTES = 2_000_000_000


class Series(NamedTuple):
    """Replications of a trial, each in windows.

    Attributes
    ----------
    compiled : Compiled
    runs : list of RunData
        One for each replication, one row for each window.
    width : int
        Ticks of a window.
    windows : int
    interrupted : bool
    """

    compiled: Compiled
    runs: list[RunData]
    width: int
    windows: int
    interrupted: bool

    def by_window(self, replication: int) -> dict[str, Measured]:
        """Evaluate every measure in each window of a replication."""
        return self._evaluate(self.runs[replication], 1)

    def after(self, cut: int) -> dict[str, MeasureSamples]:
        """Evaluate every measure over what follows the first `cut` windows, as of runs with that warm-up."""
        from hewer.engine.result.result import concatenate, joined
        from hewer.engine.windows import merged

        size = self.windows - cut
        whole = concatenate([merged(_from(run, cut), size) for run in self.runs])
        return {name: joined([[one]]) for name, one in self._evaluate(whole, size).items()}

    def in_batches(self, cut: int, size: int) -> dict[str, NDArray[np.float64]]:
        """Evaluate every measure over batches of `size` windows behind the first `cut`, run after run."""
        from hewer.engine.result.result import concatenate
        from hewer.engine.windows import merged

        batches = concatenate([merged(_from(run, cut), size) for run in self.runs])
        return {name: one.values for name, one in self._evaluate(batches, size).items()}

    def _evaluate(self, data: RunData, size: int) -> dict[str, Measured]:
        from hewer.engine.result.measures import evaluate
        from hewer.engine.windows import of_length

        return evaluate(of_length(self.compiled, size * self.width), data)


def _from(run: RunData, first: int) -> RunData:
    rows: dict[str, Any] = {
        name: None if values is None else values[first:] for name, values in run._asdict().items()
    }
    return run._replace(**rows)


def series_of(
    trial: Trial,
    *,
    windows: int,
    replications: int,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Series:
    """Run replications of a trial that has no shift, each in windows from tick 0 on.

    Raises
    ------
    OptionError
        Where it is too much to keep, or the windows are too short.
    ModelError, RunError
    KeyboardInterrupt
        Where nothing was complete.
    """
    from hewer.engine.windows import width_of

    compiled = trial.compiled()
    width = width_of(compiled.program, windows)
    if width < 1:
        raise OptionError(f"{windows} windows are more than the horizon has ticks; take fewer")
    _refuse_too_much(compiled, windows, replications)

    def run(opened: Compiled, chunk: Chunk, stop: Callable[[], bool]) -> list[RunData] | None:
        found = []
        for replication in range(chunk.first, chunk.first + chunk.length):
            one = _run(opened, windows, trial.seed, replication, stop)
            if one is None:
                return None
            found.append(one)
        return found

    if progress is not None:
        progress(0, replications)
    work: Work[Compiled, list[RunData]] = Work(lambda lane: compiled, run)
    parts = dispatch(work, [Lane(0, replications)], threads, progress)
    runs = [one for part in parts.beginnings()[0].parts for one in part]
    if not runs:
        raise KeyboardInterrupt
    return Series(compiled, runs, width, windows, parts.interrupted)


def _run(
    compiled: Compiled, windows: int, seed: int, replication: int, stop: Callable[[], bool]
) -> RunData | None:
    from hewer.engine.windows import run_in_windows

    return run_in_windows(
        compiled.program,
        count=windows,
        seed=seed,
        replication=replication,
        names=compiled.names,
        stop=stop,
    )


def _refuse_too_much(compiled: Compiled, windows: int, replications: int) -> None:
    program: Any = compiled.program
    scalar = program.scalar[0]
    columns = 2 * int(scalar["activities"]) + 4 * int(scalar["stocks"]) + int(scalar["places"]) + 10
    row = 8 * (7 * len(program.stock) + 8 * len(program.instance) + len(program.pool))
    row += 8 * len(program.worker) * (columns + int(scalar["tools"]))
    if row * windows * replications > _MOST_BYTES:
        fewer = max(100, _MOST_BYTES // (row * replications))
        raise OptionError(
            f"{windows:,} windows of {replications:,} replications take more than {_MOST_BYTES // 10**9} GB;"
            f" ask for {fewer:,} windows, or fewer replications"
        )
