"""The tables of a comparison: measures side by side, contrasts with the base, where the time went."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from hewer.experiment.compare import EQUAL, TOLD_APART, Comparison, Contrast
from hewer.report.form.grid import Grid
from hewer.report.form.number import UNDEFINED, figure, plus_minus
from hewer.report.table.single.run import band_notes, band_text, remarks
from hewer.report.table.single.time import time_grids, uncertainty
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
    pairs = list(dict.fromkeys((one.base, one.other) for one in comparison.contrasts))
    bases = list(dict.fromkeys(base for base, _ in pairs))
    banded = any(contrast.ratio_band is not None for contrast in comparison.contrasts)
    several = len(pairs) > 1
    equal = _equal_throughout(comparison.contrasts)
    title = f"{pairs[0][1]} against {pairs[0][0]}"
    if several:
        title = "Each against each" if len(bases) > 1 else f"Against {bases[0]}"
    header = ["measure", *([title.lower() if len(bases) > 1 else f"against {bases[0]}"] if several else [])]
    header += ["unit", "difference", "ratio", "interval", *(["ratio: band"] if banded else []), "verdict"]
    shown = [one for one in comparison.contrasts if one.measure not in equal]
    rows = [
        _contrast_row(
            one,
            label=f"{one.other} – {one.base}" if len(bases) > 1 else one.other if several else None,
            banded=banded,
            named=before is None or before.measure != one.measure,
        )
        for before, one in zip([None, *shown], shown, strict=False)
    ]
    notes = [*_in_words(comparison), *_contrast_notes(comparison, len(pairs), len(rows))]
    if banded:
        notes.append("Ratio band: 5–95 % of the ratios of the world means.")
    if equal:
        notes.append(f"Equal in every replication, not shown: {', '.join(equal)}.")
    words = (0, 1, 2, len(header) - 1) if several else (0, 1, len(header) - 1)
    return Grid(title, tuple(header), tuple(rows), tuple(notes), words=words)


def _contrast_notes(comparison: Comparison, pairs: int, verdicts: int) -> list[str]:
    how = "each on streams of its own (Welch)" if comparison.apart else "paired replication by replication"
    together = "95 %" if pairs == 1 else f"95 % for the {pairs} of a measure together (Bonferroni)"
    notes = [
        f"Differences ± and intervals of ratios: {together}, {how} (ratio of the means, Fieller). Told apart:"
        " the interval of the difference leaves out 0; else how many replications would probably tell them"
        " apart. Each measure holds by itself: were all alike, about one in twenty of the"
        f" {verdicts // pairs} would be wrong."
    ]
    hurt = [
        f"{one.measure} ({one.other})"
        for one in comparison.contrasts
        if one.pairing is not None and one.pairing.saving < _HURTS
    ]
    if hurt:
        notes.append(f"Common random numbers widened: {', '.join(hurt)}; see --apart.")
    return notes


_HURTS = 0.8


def _in_words(comparison: Comparison) -> list[str]:
    """Say what the first measure's contrasts come to."""
    first = comparison.contrasts[0].measure
    found = []
    for one in comparison.contrasts:
        if one.measure != first:
            continue
        saved = ""
        if one.pairing is not None and 1.0 < one.pairing.saving < math.inf:
            saved = f" Common random numbers saved {one.pairing.saving:.1f} times the replications."
        found.append(f"{in_words(one)}.{saved}")
    return found


def in_words(contrast: Contrast) -> str:
    """Say what a contrast comes to: ``output: crew 31 to 34 t more than solo``."""
    gap, unit = contrast.difference, f" {contrast.unit}" if contrast.unit else ""
    of = f"{contrast.measure}: {contrast.other}"
    if contrast.verdict == EQUAL:
        return f"{of} the same as {contrast.base} in every replication"
    if math.isnan(gap.half_width):
        return f"{of} against {contrast.base}: too few replications for an interval"
    ends = sorted((gap.low, gap.high), key=abs)
    low, high = (figure(abs(end), gap.half_width) for end in ends)
    if contrast.verdict == TOLD_APART:
        return f"{of} {low} to {high}{unit} {'more' if gap.mean > 0.0 else 'less'} than {contrast.base}"
    less, more = figure(-gap.low, gap.half_width), figure(gap.high, gap.half_width)
    return f"{of} {less}{unit} less to {more}{unit} more than {contrast.base}: not told apart"


def _equal_throughout(contrasts: Sequence[Contrast]) -> list[str]:
    differing = {contrast.measure for contrast in contrasts if contrast.verdict != EQUAL}
    return [name for name in dict.fromkeys(c.measure for c in contrasts) if name not in differing]


def _contrast_row(contrast: Contrast, *, label: str | None, banded: bool, named: bool) -> tuple[str, ...]:
    gap = contrast.difference
    row = [contrast.measure if named else "", *([label] if label is not None else []), contrast.unit]
    row.append(plus_minus(gap.mean, gap.half_width))
    row += [_ratio(contrast.ratio), _interval(contrast.ratio)]
    row += [band_text(contrast.ratio_band)] if banded else []
    verdict = contrast.verdict
    if math.isfinite(contrast.needed):
        verdict += f" (n ≈ {float(f'{contrast.needed:.2g}'):,.0f})"
    return (*row, verdict)


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
