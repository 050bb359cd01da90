"""The tables of one run: measures, where the time went, activities, stocks."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hewer.report.grid import Grid
from hewer.report.number import figure, percent, plus_minus, width
from hewer.statistics import Band, Estimate
from hewer.study.summary import Summary, TableSummary

_SMALL = 0.005  # states below this share of the time in every row are shown together
_NOISY = 0.5  # share of chance in the variance between worlds from which a band is remarked on


def run_grids(summary: Summary, *, workers: bool = False) -> list[Grid]:
    """Lay out a run: one row for each role, or for each worker."""
    people = summary.workers if workers else summary.roles
    grids = [_measures(summary)]
    if people.rows:
        grids.append(time_grid([("", summary, people)]))
    if summary.activities.rows:
        grids.append(_activities(summary))
    if summary.stocks.rows:
        grids.append(_stocks(summary))
    return grids


def uncertainty(summary: Summary) -> str:
    """Say in one sentence what the half-widths of a study carry."""
    confidence = summary.measures[0].estimate.confidence if summary.measures else 0.95
    runs = f"{summary.replications} replication{'s' * (summary.replications != 1)}"
    if summary.worlds > 1:
        runs = f"{summary.worlds} worlds of {runs}"
    if summary.worlds * summary.replications < 2:
        return f"{runs}: no error can be given; ask for more replications."
    return (
        f"±: half-width of the {percent(confidence)} interval of the mean (Monte Carlo error only), {runs}."
    )


def remarks(summary: Summary) -> list[str]:
    """Say what a reader must know of a study besides: stopped, deadlocked, undefined values."""
    found = []
    if summary.interrupted:
        found.append("Stopped early: these are the replications that were complete.")
    if summary.deadlocks:
        total = summary.worlds * summary.replications
        found.append(f"{summary.deadlocks} of {total} replications ended in a deadlock.")
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
    notes = ["Band: 5–95 % of the world means, what the ranges of the params leave open; not part of ±."]
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
        rows.append((*row, band_text(measure.band)) if banded else row)
    notes = [uncertainty(summary), *band_notes([(m.name, m.band) for m in summary.measures])]
    return Grid(_title(summary), header, tuple(rows), tuple(notes + remarks(summary)), words=(0, 3))


def _title(summary: Summary) -> str:
    parts = [summary.title or "Untitled model"]
    if summary.scenario:
        parts.append(f"scenario {summary.scenario}")
    if summary.crew:
        parts.append(f"crew {summary.crew}")
    return " · ".join([*parts, f"seed {summary.seed}"])


def time_grid(parts: Sequence[tuple[str, Summary, TableSummary]]) -> Grid:
    """Lay out where the time went, of one study or of several under one header."""
    first = parts[0][1]
    labelled = any(label for label, _, _ in parts)
    columns = _shown_columns(parts)
    rows = []
    for label, summary, table in parts:
        for number, name in enumerate(table.rows):
            row = (f"{name} ×{table.heads[number]}" if table.heads[number] > 1 else name,)
            cells = _time_cells(table, number, list(columns), summary.span)
            rows.append((label, *row, *cells) if labelled else (*row, *cells))
    kind = parts[0][2].name[:-1]
    spans = sorted({summary.span for _, summary, _ in parts})
    time = (
        f"{figure(spans[0])}{' ' + first.time_unit if first.time_unit else ''}" if len(spans) == 1 else "time"
    )
    unit = f", {first.time_unit}" if first.time_unit else ""
    heads = "crew", kind
    header = (*(heads if labelled else heads[1:]), *columns.values())
    title = f"Where each worker's {time} went (mean of a {kind}{unit})" if kind == "role" else (
        f"Where each worker's {time} went{f' ({first.time_unit})' if first.time_unit else ''}"
    )  # fmt: skip
    notes = [uncertainty(first)]
    if "other" in columns:
        notes.append(f"other: states below {100 * _SMALL:g} % of the time in every row.")
    if len(spans) == 1:
        notes.insert(0, f"Each row adds up to {time}.")
    return Grid(title, header, tuple(rows), (" ".join(notes),), words=(0, 1) if labelled else (0,))


def _shown_columns(parts: Sequence[tuple[str, Summary, TableSummary]]) -> dict[str, str]:
    """Choose the states to show: none that never occurs, and the rare ones as one."""
    labels: dict[str, str] = {}
    largest: dict[str, float] = {}
    for _, summary, table in parts:
        for number, column in enumerate(table.columns):
            share = max((row[number].mean / summary.span for row in table.cells), default=0.0)
            labels.setdefault(column.key, column.label)
            largest[column.key] = max(largest.get(column.key, 0.0), share)
    order = sorted(labels, key=_kind)
    rare = [key for key in order if 0.0 < largest[key] < _SMALL]
    shown = {key: labels[key] for key in order if largest[key] > 0.0 and (key not in rare or len(rare) == 1)}
    return {**shown, "other": "other"} if len(rare) > 1 else shown


def _kind(key: str) -> int:
    """Order of the kinds of state across several models."""
    kinds = ("working", "walking", "partner", "break", "done", "blocked", "idle")
    return kinds.index(key.split(".", maxsplit=1)[0])


def _time_cells(table: TableSummary, row: int, keys: list[str], span: float) -> list[str]:
    at = {column.key: number for number, column in enumerate(table.columns)}
    cells = []
    for key in keys:
        if key == "other":
            rest = [cell.mean for k, cell in zip(at, table.cells[row], strict=True) if k not in keys]
            cells.append(figure(math.fsum(rest), 0.01 * span) if any(rest) else "0")
        elif key in at:
            cells.append(_cell(table.cells[row][at[key]]))
        else:
            cells.append("0")
    return cells


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
