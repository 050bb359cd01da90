"""One door to the tables, whatever is to be shown."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias, cast

from hewer.exact.bound.ceiling import Bound
from hewer.experiment.compare import Comparison
from hewer.report.form.grid import Grid, plain
from hewer.report.table.several.compare import compare_grids
from hewer.report.table.single.bound import bound_grids
from hewer.report.table.single.run import run_grids
from hewer.study.summary import Summary, summarise

if TYPE_CHECKING:
    from hewer.engine.result.result import Result
    from hewer.exact.chain.markov import ExactSolution
    from hewer.experiment.attribute import Attribution
    from hewer.experiment.explain import Explanation
    from hewer.experiment.fitting.fit import Fit
    from hewer.experiment.regret import Robust
    from hewer.experiment.select import Selected
    from hewer.experiment.sensitivity import Sensitivity
    from hewer.experiment.steady import Steady

    Found: TypeAlias = (
        Attribution | ExactSolution | Explanation | Fit | Robust | Selected | Sensitivity | Steady
    )

LAID_OUT = {
    "Attribution": "several.attribute",
    "ExactSolution": "single.exact",
    "Explanation": "several.explain",
    "Fit": "single.fit",
    "Robust": "several.regret",
    "Selected": "several.select",
    "Sensitivity": "several.sensitivity",
    "Steady": "single.steady",
}
"""What else can be shown, by the name of its class: where its ``..._grids`` and ``..._document`` are."""


def table(
    shown: Result | Summary | Comparison | Bound | Found,
    *,
    workers: bool = False,
    states: bool | None = None,
    width: int | None = 120,
) -> str:
    """Write the tables of a result, or of what any other function of hewer found, as plain text.

    Parameters
    ----------
    shown : Result, Summary, Comparison, Bound, or what ``hewer.fit``, ``hewer.select``... return
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
    shown: Result | Summary | Comparison | Bound | Found, *, workers: bool = False, states: bool | None = None
) -> list[Grid]:
    """Lay out the tables of what was found."""
    room = LAID_OUT.get(type(shown).__name__)
    if room is not None:
        lay_out = getattr(import_module(f"hewer.report.table.{room}"), f"{room.partition('.')[2]}_grids")
        return cast("list[Grid]", lay_out(shown))
    if isinstance(shown, Bound):
        return bound_grids(shown)
    if isinstance(shown, Comparison):
        return compare_grids(shown, workers=workers, states=bool(states))
    summary = shown if isinstance(shown, Summary) else summarise(cast("Result", shown))
    return run_grids(summary, workers=workers, states=states is not False)
