"""The tables of a comparison: measures side by side, contrasts with the base, where the time went."""

from __future__ import annotations

import math

from hewer.experiment.compare import Comparison, Contrast
from hewer.report.grid import Grid
from hewer.report.number import UNDEFINED, figure, plus_minus
from hewer.report.run_table import band_notes, band_text, remarks, time_grid, uncertainty
from hewer.statistics import Ratio
from hewer.study.summary import MeasureSummary


def compare_grids(comparison: Comparison, *, workers: bool = False) -> list[Grid]:
    """Lay out a comparison."""
    grids = [_side_by_side(comparison)]
    if comparison.contrasts:
        grids.append(_contrasts(comparison))
    parts = [
        (label, summary, summary.workers if workers else summary.roles)
        for label, summary in zip(comparison.labels, comparison.summaries, strict=True)
    ]
    if any(table.rows for _, _, table in parts):
        grids.append(time_grid(parts))
    return grids


def _side_by_side(comparison: Comparison) -> Grid:
    by_label = [{m.name: m for m in summary.measures} for summary in comparison.summaries]
    names = list(dict.fromkeys(name for measures in by_label for name in measures))
    banded = any(measure.band is not None for measures in by_label for measure in measures.values())
    header: list[str] = ["measure", "unit"]
    for label in comparison.labels:
        header += [label, f"{label}: 5–95 % band"] if banded else [label]
    rows = []
    for name in names:
        unit = next(measures[name].unit for measures in by_label if name in measures)
        row = [name, unit]
        for measures in by_label:
            row += _measure_cells(measures.get(name), banded=banded)
        rows.append(tuple(row))
    first = comparison.summaries[0]
    bands = [
        (f"{name}, {label}", measures[name].band)
        for name in names
        for label, measures in zip(comparison.labels, by_label, strict=True)
        if name in measures
    ]
    notes = [uncertainty(first), *band_notes(bands)]
    for label, summary in zip(comparison.labels, comparison.summaries, strict=True):
        notes += [f"{label}: {remark}" for remark in remarks(summary)]
    title = f"{first.title or 'Untitled model'} · common random numbers · seed {first.seed}"
    return Grid(title, tuple(header), tuple(rows), tuple(notes), words=(0, 1))


def _measure_cells(measure: MeasureSummary | None, *, banded: bool) -> list[str]:
    if measure is None:
        return [UNDEFINED, UNDEFINED] if banded else [UNDEFINED]
    cell = plus_minus(measure.estimate.mean, measure.estimate.half_width)
    return [cell, band_text(measure.band)] if banded else [cell]


def _contrasts(comparison: Comparison) -> Grid:
    base = comparison.labels[0]
    banded = any(contrast.band is not None for contrast in comparison.contrasts)
    several = len(comparison.labels) > 2
    header = ["measure", *(["against " + base] if several else []), "unit", "difference"]
    header += ["band"] if banded else []
    header += ["ratio", "95 % interval"]
    header += ["ratio: band"] if banded else []
    rows = [_contrast_row(one, several=several, banded=banded) for one in comparison.contrasts]
    title = f"Against {base}" if several else f"{comparison.labels[1]} against {base}"
    notes = [
        "Differences ± and intervals of ratios: 95 %, paired replication by replication (ratio of the means,"
        " Fieller). Told apart: the interval of the difference leaves out 0; each holds by itself, so of"
        f" {len(rows)} such verdicts on equal alternatives about one in twenty would be wrong."
    ]
    if banded:
        notes.append("Bands: 5–95 % of the differences and ratios of the world means.")
    words = (0, 1, 2, len(header)) if several else (0, 1, len(header))
    return Grid(title, (*header, "verdict"), tuple(rows), tuple(notes), words=words)


def _contrast_row(contrast: Contrast, *, several: bool, banded: bool) -> tuple[str, ...]:
    gap = contrast.difference
    row = [contrast.measure, *([contrast.other] if several else []), contrast.unit]
    row.append(plus_minus(gap.mean, gap.half_width))
    row += [band_text(contrast.band)] if banded else []
    row += [_ratio(contrast.ratio), _interval(contrast.ratio)]
    row += [band_text(contrast.ratio_band)] if banded else []
    return (*row, contrast.verdict)


def _ratio(ratio: Ratio) -> str:
    error = 0.5 * (ratio.high - ratio.low)
    return figure(ratio.ratio, error if math.isfinite(error) else math.nan)


def _interval(ratio: Ratio) -> str:
    if math.isnan(ratio.low):
        return UNDEFINED
    if math.isinf(ratio.low):
        return "unbounded"
    error = 0.5 * (ratio.high - ratio.low)
    return f"{figure(ratio.low, error)} .. {figure(ratio.high, error)}"
