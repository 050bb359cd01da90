"""One door to the tables, whatever is to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hewer.exact.bound import Bound
from hewer.experiment.compare import Comparison
from hewer.report.bound_table import bound_grids
from hewer.report.compare_table import compare_grids
from hewer.report.grid import Grid, plain
from hewer.report.run_table import run_grids
from hewer.study.summary import Summary, summarise

if TYPE_CHECKING:
    from hewer.engine.result import Result


def table(
    shown: Result | Summary | Comparison | Bound,
    *,
    workers: bool = False,
    states: bool | None = None,
    width: int | None = 120,
) -> str:
    """Write the tables of a result, a comparison or a bound as plain text.

    Parameters
    ----------
    shown : Result, Summary, Comparison or Bound
    workers : bool
        A row for each worker instead of each role.
    states : bool, optional
        Whether to show the time in every state where there are many; by default for a result, not for a
        comparison.
    width : int, optional
        Columns of the page; None for tables as wide as they are.
    """
    return plain(grids(shown, workers=workers, states=states), width)


def grids(
    shown: Result | Summary | Comparison | Bound, *, workers: bool = False, states: bool | None = None
) -> list[Grid]:
    """Lay out the tables of a result, a comparison or a bound."""
    if isinstance(shown, Bound):
        return bound_grids(shown)
    if isinstance(shown, Comparison):
        return compare_grids(shown, workers=workers, states=bool(states))
    summary = shown if isinstance(shown, Summary) else summarise(shown)
    return run_grids(summary, workers=workers, states=states is not False)
