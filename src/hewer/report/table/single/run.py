"""The tables of one run: measures, where the time went, activities, stocks."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hewer.report.form.grid import Grid
from hewer.report.form.number import figure, percent, plus_minus, width
from hewer.report.table.single.time import time_grids, uncertainty
from hewer.statistics import Band, Estimate
from hewer.study.summary import Summary, TableSummary

_NOISY = 0.5  # share of chance in the variance between worlds from which a band is remarked on


def run_grids(summary: Summary, *, workers: bool = False, states: bool = True) -> list[Grid]:
    """Lay out a run: one row for each role, or for each worker."""
    grids = [_measures(summary), *time_grids([("", summary)], workers=workers, states=states)]
    if summary.activities.rows:
        grids.append(_activities(summary))
    if summary.stocks.rows:
        grids.append(_stocks(summary))
    return grids


def remarks(summary: Summary) -> list[str]:
    """Say what a reader must know of a study besides: stopped, deadlocked, undefined values."""
    found = []
    if summary.interrupted:
        found.append("Stopped early: these are the replications that were complete.")
    if summary.deadlocks:
        total = summary.worlds * summary.replications
        found.append(f"{summary.deadlocks} of {total} replications ended in a deadlock: {summary.ring}.")
    for measure in summary.measures:
        if measure.estimate.missing:
            found.append(
                f"{measure.name}: undefined in {measure.estimate.missing} replications, which are left out."
            )
    return found


def band_text(band: Band | None) -> str:
    """Write a band as ``2.1 .. 7.9``, each end to two figures of a quarter of its width."""
    if band is None:
        return "–"
    error = (band.high - band.low) / 4.0
    return f"{figure(band.low, error)} .. {figure(band.high, error)}"


def band_notes(named: Sequence[tuple[str, Band | None]]) -> list[str]:
    """Explain bands, and name those that chance rather than ignorance makes wide."""
    present = [(name, band) for name, band in named if band is not None]
    if not present:
        return []
    notes = ["Band: 5–95 % of the world means, what is not known of the params; not part of ±."]
    if present[0][1].worlds < 20:
        notes.append(
            f"{present[0][1].worlds} worlds are too few for a 5–95 % band; it is their range, nearly."
        )
    noisy = [f"{name} ({percent(band.chance)})" for name, band in present if band.chance > _NOISY]
    if noisy:
        notes.append(
            f"Chance within the worlds makes much of the variance between them: {', '.join(noisy)};"
            " more replications would narrow the band."
        )
    return notes


def _measures(summary: Summary) -> Grid:
    banded = any(measure.band is not None for measure in summary.measures)
    header = ("measure", "mean", "±", "unit", "n", *(("5–95 % band over worlds",) if banded else ()))
    rows = []
    for measure in summary.measures:
        got = measure.estimate
        row = (
            measure.name,
            figure(got.mean, got.half_width),
            width(got.half_width),
            measure.unit,
            str(got.n),
        )
        rows.append((*row, *((band_text(measure.band),) if banded else ()), measure.about))
    notes = [uncertainty(summary), *band_notes([(m.name, m.band) for m in summary.measures])]
    words: tuple[int, ...] = (0, 3)
    if any(measure.about for measure in summary.measures):
        header, words = (*header, "what it is"), (0, 3, len(header))
    else:
        rows = [row[:-1] for row in rows]
    return Grid(_title(summary), header, tuple(rows), tuple(notes + remarks(summary)), words=words)


def _title(summary: Summary) -> str:
    parts = [summary.title or "Untitled model"]
    if summary.scenario:
        parts.append(f"scenario {summary.scenario}")
    if summary.crew:
        parts.append(f"crew {summary.crew}")
    return " · ".join([*parts, f"seed {summary.seed}"])


def _cell(estimate: Estimate) -> str:
    return plus_minus(estimate.mean, estimate.half_width)


def _activities(summary: Summary) -> Grid:
    table = summary.activities
    shown = _occupied(table, range(len(table.columns)))
    header = ("activity", *(table.columns[number].label for number in shown))
    rows = tuple(
        (name, *(_cell(table.cells[row][number]) for number in shown)) for row, name in enumerate(table.rows)
    )
    return Grid("Activities (works)", header, rows, (uncertainty(summary),))


def _stocks(summary: Summary) -> Grid:
    table = summary.stocks
    shown = _occupied(table, range(len(table.columns)))
    labels = []
    for number in shown:
        time = f", {summary.time_unit}" if table.columns[number].key == "wait" and summary.time_unit else ""
        labels.append(table.columns[number].label + time)
    rows = tuple(
        (name, table.units[row][0] or "items", *(_cell(table.cells[row][number]) for number in shown))
        for row, name in enumerate(table.rows)
    )
    return Grid("Stocks", ("stock", "unit", *labels), rows, (uncertainty(summary),), words=(0, 1))


def _occupied(table: TableSummary, columns: range) -> list[int]:
    return [
        n for n in columns if any(row[n].mean != 0.0 and not math.isnan(row[n].mean) for row in table.cells)
    ]
