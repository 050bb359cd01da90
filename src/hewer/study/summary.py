"""From the numbers of every replication to estimates: what tables and JSON are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hewer.errors import OptionError
from hewer.quantity import unit
from hewer.statistics import (
    CONFIDENCE,
    Band,
    Estimate,
    band,
    chance,
    estimate,
    linearised,
    quantile,
    ratio_of_means,
    scaled,
)
from hewer.study.accounts import Account, accounts, by_kind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from hewer.engine.result.result import MeasureSamples, Result


@dataclass(frozen=True, slots=True)
class MeasureSummary:
    """A measure: its mean with the Monte Carlo error, and the band over worlds where there are several."""

    name: str
    unit: str
    about: str
    estimate: Estimate
    band: Band | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its key for programs, its label for people."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class TableSummary:
    """A table of estimates.

    Attributes
    ----------
    name : str
        ``roles``, ``workers``, ``activities`` or ``stocks``.
    rows : tuple of str
    heads : tuple of int
        Workers that each row is the mean of; 0 where rows are not workers.
    columns : tuple of Column
    units : tuple of tuple of str
        Unit of each cell, [row][column].
    cells : tuple of tuple of Estimate
        [row][column]
    """

    name: str
    rows: tuple[str, ...]
    heads: tuple[int, ...]
    columns: tuple[Column, ...]
    units: tuple[tuple[str, ...], ...]
    cells: tuple[tuple[Estimate, ...], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """A study in estimates.

    ``replications`` are those of each world; ``span`` is the time accounted for of each worker, in
    ``time_unit``; ``role_kinds`` and ``worker_kinds`` have the states of ``roles`` and ``workers`` added up
    by kind (working, walking, waiting for partner, blocked, idle, on break, done); ``deadlocks`` counts
    replications that ended in a deadlock, and ``ring`` tells who waited for whom in the first of them.
    """

    title: str
    scenario: str | None
    crew: str | None
    seed: int
    worlds: int
    replications: int
    version: str
    interrupted: bool
    span: float
    time_unit: str
    deadlocks: int
    ring: str
    measures: tuple[MeasureSummary, ...]
    roles: TableSummary
    role_kinds: TableSummary
    workers: TableSummary
    worker_kinds: TableSummary
    activities: TableSummary
    stocks: TableSummary


def summarise(result: Result) -> Summary:
    """Estimate every measure of a result and every cell of its tables.

    The half-widths are the Monte Carlo error of the means, at 95 %; the band of a measure is the 5-95 %
    range of its world means, and is no part of the half-width (rule 15).
    """
    account = accounts(result)
    shape = (result.worlds, result.replications)
    measures = tuple(
        MeasureSummary(name, samples.unit, samples.about or "", estimate_of(samples), band(linear(samples)))
        for name, samples in result.measures.items()
    )
    roles, workers = account.roles, account.workers
    tables = [
        _table(one, shape)
        for one in (roles, by_kind(roles), workers, by_kind(workers), account.activities, account.stocks)
    ]
    return Summary(
        result.title,
        result.scenario,
        result.crew,
        result.seed,
        result.worlds,
        result.replications,
        result.version,
        result.interrupted,
        account.span,
        account.time_unit,
        account.deadlocks,
        account.ring,
        measures,
        *tables,
    )


def estimate_of(samples: MeasureSamples, confidence: float = CONFIDENCE) -> Estimate:
    """Estimate what a measure expects: a mean, a probability, or a ratio of expectations."""
    if samples.upper is not None and samples.lower is not None:
        return ratio_of_means(samples.upper, samples.lower, confidence)
    if samples.kind == "chance":
        factor = unit(samples.unit).factor
        return scaled(chance(samples.values * factor, confidence), 1.0 / factor)
    return estimate(samples.values, confidence)


@dataclass(frozen=True, slots=True)
class QuantileSummary:
    """Quantiles of one measure over the replications: (probability, estimate) each."""

    name: str
    unit: str
    values: tuple[tuple[float, Estimate], ...]


def quantiles_of(result: Result, probabilities: Sequence[float]) -> tuple[QuantileSummary, ...]:
    """Estimate quantiles of every measure that is no probability, over the replications of one world.

    Raises
    ------
    OptionError
        Where there are several worlds: their replications are not draws from one distribution.
    """
    if not probabilities:
        return ()
    if result.worlds > 1:
        raise OptionError("quantiles are over the replications of one world; ask for them without worlds")
    return tuple(
        QuantileSummary(name, samples.unit, tuple((p, quantile(samples.values, p)) for p in probabilities))
        for name, samples in result.measures.items()
        if samples.kind != "chance"
    )


def linear(samples: MeasureSamples) -> NDArray[np.float64]:
    """Values of a measure [world, replication] whose mean is what it expects.

    Those of a ratio are linearised; all others are the values themselves.
    """
    if samples.upper is not None and samples.lower is not None:
        return linearised(samples.upper, samples.lower)
    return samples.values


def _table(account: Account, shape: tuple[int, int]) -> TableSummary:
    cells = tuple(
        tuple(
            estimate(account.values[:, row, column].reshape(shape)) for column in range(len(account.columns))
        )
        for row in range(len(account.rows))
    )
    columns = tuple(Column(*column) for column in account.columns)
    return TableSummary(account.name, account.rows, account.heads, columns, account.units, cells)
