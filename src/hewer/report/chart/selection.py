"""A selection as a chart: the mean of each of the best alternatives, and the indifference zone."""

from __future__ import annotations

from pathlib import Path

from hewer.experiment.select import Selected
from hewer.report.chart.parts import MARGINS, ROW, Point, forest, with_unit
from hewer.report.chart.style import figure, head, source, version_text
from hewer.report.form.palette import COLOURS
from hewer.report.table.several.select import in_order

_WIDTH = 8.5  # inches
_MOST = 30
_BEST, _LEFT, _OUT = COLOURS[0], COLOURS[1], "#9A9A9A"


def selection_chart(selected: Selected, path: str | Path, model: str = "") -> None:
    """Draw a selection to a file.

    Raises
    ------
    OptionError, MissingExtraError
    """
    order = in_order(selected)
    shown = order[:_MOST]
    estimates, best = selected.estimates, selected.selection.best
    left = {*selected.selection.left}
    points = [
        Point(
            selected.candidates[k].label,
            estimates[k].mean,
            estimates[k].low,
            estimates[k].high,
            _BEST if k == best else _LEFT if k in left else _OUT,
        )
        for k in shown
    ]
    with figure(path, (_WIDTH, ROW * len(points) + MARGINS)) as drawn:
        axis = drawn.subplots()
        sign = 1.0 if selected.smallest else -1.0
        ends = sorted((estimates[best].mean, estimates[best].mean + sign * selected.delta))
        axis.axvspan(*ends, color=COLOURS[4], alpha=0.25, linewidth=0)
        forest(axis, points)
        axis.set_xlabel(with_unit(selected.measure, selected.unit))
        head(drawn, f"Select the {'smallest' if selected.smallest else 'largest'} {selected.measure}")
        notes = [*([model] if model else []), f"seed {selected.seed}", f"procedure {selected.procedure}"]
        notes += [f"{int(selected.selection.counts.sum()):,} replications", version_text()]
        notes += ["lines: 95 % intervals of each by itself", "shade: the indifference zone"]
        notes.append("blue: the best, orange: not ruled out, grey: ruled out")
        if len(order) > _MOST:
            notes.append(f"{len(order) - _MOST:,} more are not shown")
        source(drawn, [*notes, f"promise: {selected.promise}"])
