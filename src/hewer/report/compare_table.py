"""The tables of a comparison: measures side by side, contrasts with the base, where the time went."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from hewer.experiment.compare import EQUAL, Comparison, Contrast
from hewer.report.grid import Grid
from hewer.report.number import UNDEFINED, figure, plus_minus
from hewer.report.run_table import band_notes, band_text, remarks
from hewer.report.time_table import time_grids, uncertainty
from hewer.statistics import Ratio
from hewer.study.summary import MeasureSummary


def compare_grids(comparison: Comparison, *, workers: bool = False, states: bool = False) -> list[Grid]:
    """Lay out a comparison: means, bands, contrasts, where the time went; with `states`, in every state."""
    by_label = [{measure.name: measure for measure in one.measures} for one in comparison.summaries]
    grids = [_means(comparison, by_label)]
    if any(measure.band is not None for measures in by_label for measure in measures.values()):
        grids.append(_bands(comparison, by_label))
    if comparison.contrasts:
        grids.append(_contrasts(comparison))
    parts = list(zip(comparison.labels, comparison.summaries, strict=True))
    return [*grids, *time_grids(parts, workers=workers, states=states)]


ByLabel = list[dict[str, MeasureSummary]]


def _means(comparison: Comparison, by_label: ByLabel) -> Grid:
    rows = _rows(by_label, lambda one: plus_minus(one.estimate.mean, one.estimate.half_width))
    first = comparison.summaries[0]
    notes = [uncertainty(first)]
    for label, summary in zip(comparison.labels, comparison.summaries, strict=True):
        notes += [f"{label}: {remark}" for remark in remarks(summary)]
    title = f"{first.title or 'Untitled model'} · common random numbers · seed {first.seed}"
    header = ("measure", "unit", *comparison.labels)
    about = {one.name: one.about for measures in reversed(by_label) for one in measures.values()}
    if not any(about.values()):
        return Grid(title, header, rows, tuple(notes), words=(0, 1))
    told = tuple((*row, about[row[0]]) for row in rows)
    return Grid(title, (*header, "what it is"), told, tuple(notes), words=(0, 1, len(header)))


def _bands(comparison: Comparison, by_label: ByLabel) -> Grid:
    rows = _rows(by_label, lambda one: band_text(one.band))
    named = [
        (f"{name}, {label}", measure.band)
        for label, measures in zip(comparison.labels, by_label, strict=True)
        for name, measure in measures.items()
    ]
    title = f"5–95 % band over {comparison.summaries[0].worlds} worlds"
    header = ("measure", "unit", *comparison.labels)
    return Grid(title, header, rows, tuple(band_notes(named)), words=(0, 1))


def _rows(by_label: ByLabel, cell: Callable[[MeasureSummary], str]) -> tuple[tuple[str, ...], ...]:
    """Lay out one row for each measure that any alternative has, one cell for each alternative."""
    units = {one.name: one.unit for measures in reversed(by_label) for one in measures.values()}
    names = dict.fromkeys(name for measures in by_label for name in measures)
    return tuple(
        (name, units[name], *(cell(each[name]) if name in each else UNDEFINED for each in by_label))
        for name in names
    )


def _contrasts(comparison: Comparison) -> Grid:
    base = comparison.labels[0]
    banded = any(contrast.ratio_band is not None for contrast in comparison.contrasts)
    several = len(comparison.labels) > 2
    equal = _equal_throughout(comparison.contrasts)
    header = ["measure", *([f"against {base}"] if several else []), "unit"]
    header += ["difference", "ratio", "95 % interval", *(["ratio: band"] if banded else []), "verdict"]
    shown = [one for one in comparison.contrasts if one.measure not in equal]
    rows = [
        _contrast_row(
            one, several=several, banded=banded, named=before is None or before.measure != one.measure
        )
        for before, one in zip([None, *shown], shown, strict=False)
    ]
    notes = [
        "Differences ± and intervals of ratios: 95 %, paired replication by replication (ratio of the means,"
        " Fieller). Told apart: the interval of the difference leaves out 0. Each interval holds by itself:"
        f" were all alternatives equal, about one in twenty of these {len(rows)} verdicts would be wrong."
    ]
    if banded:
        notes.append("Ratio band: 5–95 % of the ratios of the world means.")
    if equal:
        notes.append(f"Equal in every replication, not shown: {', '.join(equal)}.")
    title = f"Against {base}" if several else f"{comparison.labels[1]} against {base}"
    words = (0, 1, 2, len(header) - 1) if several else (0, 1, len(header) - 1)
    return Grid(title, tuple(header), tuple(rows), tuple(notes), words=words)


def _equal_throughout(contrasts: Sequence[Contrast]) -> list[str]:
    differing = {contrast.measure for contrast in contrasts if contrast.verdict != EQUAL}
    return [name for name in dict.fromkeys(c.measure for c in contrasts) if name not in differing]


def _contrast_row(contrast: Contrast, *, several: bool, banded: bool, named: bool) -> tuple[str, ...]:
    gap = contrast.difference
    row = [contrast.measure if named else "", *([contrast.other] if several else []), contrast.unit]
    row.append(plus_minus(gap.mean, gap.half_width))
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
