"""A comparison as a chart: the mean of every alternative, and its difference from the base."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hewer.experiment.compare import TOLD_APART, Comparison, Contrast
from hewer.report.chart.parts import MARGINS, ROW, Point, forest, with_unit
from hewer.report.chart.style import figure, head, source
from hewer.report.form.palette import COLOURS, INK
from hewer.statistics import Band

_WIDTH, _GAP = 10.0, 0.75  # inches
_MOST = 12  # measures
_APART, _NOT_APART = COLOURS[0], "#8A8A8A"


def comparison_chart(comparison: Comparison, path: str | Path) -> None:
    """Draw a comparison to a file.

    Raises
    ------
    OptionError, MissingExtraError
    """
    names = list(dict.fromkeys(one.name for summary in comparison.summaries for one in summary.measures))
    shown = names[:_MOST]
    contrasts = [[one for one in comparison.contrasts if one.measure == name] for name in shown]
    counts = [max(len(comparison.labels), len(of)) for of in contrasts]
    heights = [ROW * count + _GAP for count in counts]
    with figure(path, (_WIDTH, sum(heights) + MARGINS)) as drawn:
        axes = drawn.subplots(len(shown), 2, squeeze=False, height_ratios=heights)
        for (left, right), name, of in zip(axes, shown, contrasts, strict=True):
            _means(left, comparison, name)
            _differences(right, of)
        head(drawn, f"{comparison.summaries[0].title or 'Untitled model'}: compared")
        source(drawn, _notes(comparison, len(names) - len(shown)))


def _means(axis: Any, comparison: Comparison, name: str) -> None:
    points, bands, unit = [], [], ""
    for label, summary in zip(comparison.labels, comparison.summaries, strict=True):
        for one in summary.measures:
            if one.name == name:
                got, unit = one.estimate, one.unit
                points.append(Point(label, got.mean, got.low, got.high, INK))
                bands.append(one.band)
    forest(axis, points)
    _bands(axis, bands)
    axis.set_xlabel(with_unit(name, unit))


def _differences(axis: Any, contrasts: list[Contrast]) -> None:
    if not contrasts:
        axis.set_axis_off()
        return
    bases = {one.base for one in contrasts}
    points = [
        Point(
            one.other if len(bases) == 1 else f"{one.other} – {one.base}",
            one.difference.mean,
            one.difference.low,
            one.difference.high,
            _APART if one.verdict == TOLD_APART else _NOT_APART,
        )
        for one in contrasts
    ]
    forest(axis, points, zero=0.0)
    _bands(axis, [one.band for one in contrasts])
    against = f"difference from {next(iter(bases))}" if len(bases) == 1 else "difference"
    axis.set_xlabel(with_unit(against, contrasts[0].unit))


def _bands(axis: Any, bands: list[Band | None]) -> None:
    for row, band in enumerate(bands):
        if band is not None and band.low < band.high:
            axis.barh(row, band.high - band.low, 0.5, left=band.low, color=COLOURS[4], alpha=0.35, zorder=0)


def _notes(comparison: Comparison, left_out: int) -> list[str]:
    first = comparison.summaries[0]
    runs = f"{first.replications} replications"
    if first.worlds > 1:
        runs = f"{first.worlds} worlds of {runs}"
    pairs = len({(one.base, one.other) for one in comparison.contrasts})
    together = "" if pairs < 2 else f"; of differences 95 % for the {pairs} of a measure together"
    how = "streams of their own" if comparison.apart else "common random numbers"
    notes = [f"seed {first.seed}", runs, how, f"hewer {first.version}", f"intervals: 95 %{together}"]
    notes.append("blue: told apart, grey: not")
    if first.worlds > 1:
        notes.append("light bars: 5–95 % band over worlds")
    if left_out:
        notes.append(f"{left_out} more measures are not shown")
    return notes
