"""Where each worker's time went: one row for each role or worker, or one for each state."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hewer.report.form.grid import Grid
from hewer.report.form.number import figure, percent, plus_minus
from hewer.study.states import KINDS
from hewer.study.summary import Summary, TableSummary

Parts = Sequence[tuple[str, Summary]]
"""What is shown: one study, or those of several crews or scenarios by their labels."""

_SMALL = 0.005  # states below this share of the time in every row are shown together
_MOST_COLUMNS = 10  # states that a row is readable with
_OTHER = "other"
_MOST_CAUSES = 2  # of idleness, named in a row
_LEAST_CAUSE = 0.1  # share of the idle time from which a cause is named


def time_grids(parts: Parts, *, workers: bool = False, states: bool = True) -> list[Grid]:
    """Lay out where the time went.

    Where the states are few, in one table with a row for each role (or worker). Where they are many, the
    rows have the kinds of state only, with what the idle lacked most; and, with `states`, a table for each
    study has a row for each state.
    """
    tables = [summary.workers if workers else summary.roles for _, summary in parts]
    if not any(table.rows for table in tables):
        return []
    spans = [summary.span for _, summary in parts]
    shown = _shown(tables, spans)
    if len(shown) <= _MOST_COLUMNS:
        return [_by_row(parts, tables, shown)]
    kinds = [summary.worker_kinds if workers else summary.role_kinds for _, summary in parts]
    overview = _by_row(parts, kinds, _shown(kinds, spans))
    grids = [_with_causes(overview, tables, spans)]
    if not states:
        note = "Every state of every role: `hewer compare --states`, `hewer.table(comparison, states=True)`."
        return [replace(grids[0], notes=(*grids[0].notes, note))]
    for (label, summary), table in zip(parts, tables, strict=True):
        if table.rows:
            grids.append(_by_state(label, summary, table, _shown([table], [summary.span])))
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


def _by_row(parts: Parts, tables: Sequence[TableSummary], shown: Mapping[str, str]) -> Grid:
    labelled = len(parts) > 1 or bool(parts[0][0])
    scenarios = any(summary.scenario for _, summary in parts)
    rows = []
    for (label, summary), table in zip(parts, tables, strict=True):
        for number in range(len(table.rows)):
            cells = (_name(table, number), *_cells(table, number, list(shown), summary.span))
            rows.append((label, *cells) if labelled else cells)
    head = tables[0].name[:-1]
    header = (*(("scenario" if scenarios else "crew", head) if labelled else (head,)), *shown.values())
    title = f"Where each worker's {_span(parts)} went ({_of(tables[0], parts[0][1])})"
    return Grid(title, header, tuple(rows), _notes(parts, shown, "row"), words=(0, 1) if labelled else (0,))


def _with_causes(grid: Grid, tables: Sequence[TableSummary], spans: Sequence[float]) -> Grid:
    """Add a column that names what the idle time was most for want of."""
    causes = [
        _causes(table, row, span)
        for table, span in zip(tables, spans, strict=True)
        for row in range(len(table.rows))
    ]
    if not any(causes):
        return grid
    rows = tuple((*row, cause) for row, cause in zip(grid.rows, causes, strict=True))
    return replace(
        grid, header=(*grid.header, "idle: why, most"), rows=rows, words=(*grid.words, len(grid.header))
    )


def _causes(table: TableSummary, row: int, span: float) -> str:
    """Name the causes of most of the idle time of a row, with their times: ``no chute 124``."""
    idle = [
        (table.cells[row][number].mean, column.label.removeprefix("idle: "))
        for number, column in enumerate(table.columns)
        if column.key.startswith("idle.")
    ]
    least = max(_LEAST_CAUSE * math.fsum(mean for mean, _ in idle), _SMALL * span)
    most = sorted((one for one in idle if one[0] >= least and one[0] > 0.0), key=lambda one: -one[0])
    return ", ".join(f"{label} {figure(mean, 0.05 * span)}" for mean, label in most[:_MOST_CAUSES])


def _by_state(label: str, summary: Summary, table: TableSummary, shown: Mapping[str, str]) -> Grid:
    columns = [_cells(table, number, list(shown), summary.span) for number in range(len(table.rows))]
    rows = tuple(
        (text, *cells) for text, cells in zip(shown.values(), zip(*columns, strict=True), strict=True)
    )
    names = (_name(table, number) for number in range(len(table.rows)))
    part = ((label, summary),)
    title = f"{label + ': the' if label else 'The'} same by state ({_of(table, summary)})"
    return Grid(title, ("state", *names), rows, _notes(part, shown, "column"))


def _name(table: TableSummary, row: int) -> str:
    heads = table.heads[row]
    return f"{table.rows[row]} ×{heads}" if heads > 1 else table.rows[row]


def _of(table: TableSummary, summary: Summary) -> str:
    unit = summary.time_unit or "time"
    return f"{unit}, mean of the role's workers" if table.name == "roles" else unit


def _span(parts: Parts) -> str:
    spans = {summary.span for _, summary in parts}
    unit = parts[0][1].time_unit
    if len(spans) > 1:
        return "time"
    return f"{figure(spans.pop())} {unit}" if unit else "time"


def _notes(parts: Parts, shown: Mapping[str, str], line: str) -> tuple[str, ...]:
    span = _span(parts)
    notes = [f"Each {line} adds up to {span}."] if span != "time" else []
    notes.append(uncertainty(parts[0][1]))
    if _OTHER in shown:
        notes.append(f"{_OTHER}: states below {100 * _SMALL:g} % of the time in every {line}.")
    return (" ".join(notes),)


def _shown(tables: Sequence[TableSummary], spans: Sequence[float]) -> dict[str, str]:
    """Choose the states to show: none that never occurs, and the rare ones as one."""
    labels: dict[str, str] = {}
    largest: dict[str, float] = {}
    for table, span in zip(tables, spans, strict=True):
        for number, column in enumerate(table.columns):
            share = max((row[number].mean / span for row in table.cells), default=0.0)
            labels.setdefault(column.key, column.label)
            largest[column.key] = max(largest.get(column.key, 0.0), share)
    kinds = list(KINDS)
    order = sorted(labels, key=lambda key: kinds.index(key.split(".", maxsplit=1)[0]))
    rare = [key for key in order if 0.0 < largest[key] < _SMALL]
    shown = {key: labels[key] for key in order if largest[key] > 0.0 and (key not in rare or len(rare) == 1)}
    return {**shown, _OTHER: _OTHER} if len(rare) > 1 else shown


def _cells(table: TableSummary, row: int, keys: list[str], span: float) -> list[str]:
    at = {column.key: number for number, column in enumerate(table.columns)}
    cells = []
    for key in keys:
        if key == _OTHER:
            rest = [cell.mean for k, cell in zip(at, table.cells[row], strict=True) if k not in keys]
            cells.append(figure(math.fsum(rest), 0.01 * span) if any(rest) else "0")
        elif key in at:
            estimate = table.cells[row][at[key]]
            cells.append(plus_minus(estimate.mean, estimate.half_width))
        else:
            cells.append("0")
    return cells
