"""Hold a simulation against what is known: the Markov chain of its model, and the bound that none can pass.

The chain is followed over the very window that the run accounts for, from the same start. So there is nothing
to settle and nothing to correct: the mean over replications has the exact value as its expectation.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hewer.engine.result.measures import Kind, is_linear, measures_of
from hewer.errors import OptionError, RefusalError
from hewer.exact.bound.ceiling import proven_figures
from hewer.exact.chain.markov import MOST_STATES, ExactSolution, solve_compiled
from hewer.statistics import Estimate, t_quantile
from hewer.study.accounts import Account, accounts, by_kind
from hewer.study.summary import TableSummary, summarise

if TYPE_CHECKING:
    from hewer.engine.result.result import Result

FALSE_ALARM = 0.01
"""Chance that a verification finds a difference though there is none, all its comparisons together."""

_NOTHING = 1e-9  # relative: differences below it are rounding


@dataclass(frozen=True, slots=True)
class Checked:
    """One quantity: what was simulated, what it is exactly, and whether they agree.

    Attributes
    ----------
    what, unit : str
    simulated : Estimate
    exact, bound : float
        The exact value, and the most that it can be (:func:`hewer.bound`); not a number where not known.
    errors : float
        Deviation in standard errors of the simulation; not a number where nothing was compared.
    agrees : bool or None
        Whether the deviation is within what chance allows, all comparisons together, and the bound is kept.
        None where nothing was compared, or the quantity varies in no replication but is right.
    """

    what: str
    unit: str
    simulated: Estimate
    exact: float
    bound: float
    errors: float
    agrees: bool | None

    @property
    def covers(self) -> bool | None:
        """Whether the confidence interval of the simulation covers the exact value."""
        if math.isnan(self.exact) or math.isnan(self.simulated.half_width):
            return None
        slack = _NOTHING * abs(self.exact)
        return self.simulated.low - slack <= self.exact <= self.simulated.high + slack


@dataclass(frozen=True, slots=True)
class Verification:
    """A simulation beside the exact answer and the bound.

    Attributes
    ----------
    rows : tuple of Checked
        Measures, then completions, levels and where the time went.
    solution : ExactSolution or None
        None where the model has no exact answer; ``reasons`` says why.
    reasons : tuple of str
    limit : float
        Standard errors beyond which one of the comparisons is a difference.
    """

    rows: tuple[Checked, ...]
    solution: ExactSolution | None
    reasons: tuple[str, ...]
    limit: float

    @property
    def compared(self) -> int:
        """How many quantities were compared."""
        return sum(row.agrees is not None for row in self.rows)

    @property
    def differing(self) -> tuple[Checked, ...]:
        """Those that differ by more than chance allows."""
        return tuple(row for row in self.rows if row.agrees is False)


def verify(result: Result, *, max_states: int = MOST_STATES) -> Verification:
    """Compare a simulation with the exact answer of its model.

    Parameters
    ----------
    result : Result
        Of one world, at least two replications.
    max_states : int
        The most states that are looked for.

    Raises
    ------
    OptionError, MissingExtraError
    """
    if result.worlds > 1:
        raise OptionError("only a run of one world can be verified: worlds differ in their params")
    if result.replications < 2:
        raise OptionError("a run of one replication cannot be verified: it says nothing of its error")
    try:
        solution = solve_compiled(result.compiled, result.scenario, "to_the_end", max_states)
    except RefusalError as error:
        solution, reasons = None, tuple(str(problem) for problem in error.problems)
    else:
        reasons = ()
    rows = list(_quantities(result, solution))
    known = [(got, value) for _, _, got, *values in rows for value in values if not math.isnan(value)]
    count = sum(_varies(got) for got, _ in known)
    limit = t_quantile(1.0 - FALSE_ALARM / 2.0 / max(count, 1), result.replications - 1)
    return Verification(tuple(_checked(row, limit) for row in rows), solution, reasons, limit)


Quantity = tuple[str, str, Estimate, float, float]


def _checked(row: Quantity, limit: float) -> Checked:
    what, unit, got, exact, most = row
    if math.isnan(got.mean) or got.missing:
        return Checked(what, unit, got, exact, most, math.nan, None)
    error = got.half_width / t_quantile(0.5 + got.confidence / 2.0, got.n - 1) if _varies(got) else 0.0
    slack = limit * error + _NOTHING * abs(got.mean)
    off = got.mean - exact
    if got.mean > most + slack or abs(off) > slack + _rare(got):
        return Checked(what, unit, got, exact, most, off / error if error else math.nan, False)
    compared = error > 0.0 and not (math.isnan(exact) and math.isnan(most))
    errors = off / error if compared else math.nan
    return Checked(what, unit, got, exact, most, errors, True if compared else None)


def _varies(got: Estimate) -> bool:
    return got.half_width > _NOTHING * abs(got.mean)


def _rare(got: Estimate) -> float:
    """Leave room for what is too rare to have shown its spread: less than once in all replications."""
    return math.log(2.0 / FALSE_ALARM) / got.n if got.mean == 0.0 else 0.0


def _quantities(result: Result, solution: ExactSolution | None) -> Iterator[Quantity]:
    """Yield what a run estimates, with its exact value."""
    summary = summarise(result)
    expected = solution.expected if solution else None
    declared = measures_of(result.compiled.info["model"])
    bounds = proven_figures(result.compiled, [name for name, one in declared.items() if is_linear(one)])
    for one in summary.measures:
        kind = result.measures[one.name].kind
        known = expected is not None and (kind == Kind.RATIO or is_linear(declared[one.name]))
        exact = float(expected.measures[one.name].values[0, 0]) if known and expected else math.nan
        yield one.name, one.unit, one.estimate, exact, bounds.get(one.name, math.nan)
    account = accounts(expected) if expected is not None else None
    if account is None:
        return
    yield from _cells(summary.activities, account.activities, {"completions": "completions of {}"})
    yield from _cells(summary.stocks, account.stocks, {"level": "mean level of {}"})
    yield from _cells(
        summary.role_kinds,
        by_kind(account.roles),
        {
            "working": "{}: working",
            "blocked": "{}: blocked",
            "idle": "{}: idle",
            "partner": "{}: waiting for partner",
        },
    )


def _cells(table: TableSummary, account: Account, words: dict[str, str]) -> Iterator[Quantity]:
    for row, name in enumerate(table.rows):
        for number, column in enumerate(table.columns):
            got = table.cells[row][number]
            exact = float(account.values[0, row, number])
            silent = math.isnan(got.mean) or (got.mean == 0.0 and exact == 0.0)
            if column.key in words and not silent:
                yield words[column.key].format(name), table.units[row][number], got, exact, math.nan
