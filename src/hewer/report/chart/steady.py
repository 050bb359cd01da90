"""A steady state as a chart: the mean of the replications over time, the cut, and what follows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from hewer.experiment.steady import Steady, SteadyMeasure
from hewer.report.chart.parts import with_unit
from hewer.report.chart.style import figure, head, source
from hewer.report.form.number import plus_minus
from hewer.report.form.palette import COLOURS, FAINT, INK
from hewer.report.table.single.steady import averaged, group_of, time_text
from hewer.statistics import estimate

_WIDTH, _PANEL, _MARGINS = 8.5, 1.9, 1.2  # inches
_LABEL = 22  # letters beside a panel
_POINTS = 400  # of a curve; more windows are averaged


def steady_chart(found: Steady, path: str | Path) -> None:
    """Draw a steady state to a file.

    Raises
    ------
    OptionError, MissingExtraError
    """
    count = len(found.measures)
    with figure(path, (_WIDTH, _PANEL * count + _MARGINS)) as drawn:
        axes = drawn.subplots(count, 1, sharex=True, squeeze=False)[:, 0]
        for axis, one in zip(axes, found.measures, strict=True):
            _panel(axis, one, found)
        axes[-1].set_xlim(0.0, found.horizon)
        axes[-1].set_xlabel(f"time, {found.time_unit}" if found.time_unit else "time")
        head(drawn, f"{found.title or 'Untitled model'}: in the long run")
        drawn.align_ylabels(axes)
        source(drawn, _notes(found))


def _notes(found: Steady) -> list[str]:
    parts = [f"scenario {found.scenario}"] if found.scenario else []
    parts += [f"crew {found.crew}"] if found.crew else []
    group = group_of(found.windows, _POINTS)
    return [
        *parts,
        f"seed {found.seed}",
        f"{found.replications} replications in windows of {time_text(found.width * group, found)}",
        f"hewer {found.version}",
        "curve: their mean, band: its pointwise 95 % interval",
        "left of the dashed line: cut by MSER-5",
        "bar: mean after the longest cut ± 95 % interval",
    ]


def _panel(axis: Any, one: SteadyMeasure, found: Steady) -> None:
    centres = averaged(np.arange(0.5, found.windows, dtype=np.float64) * found.width, _POINTS)
    if found.replications > 1:
        intervals = [estimate(column) for column in averaged(one.values, _POINTS).T]
        low, high = [each.low for each in intervals], [each.high for each in intervals]
        axis.fill_between(centres, low, high, color=COLOURS[4], alpha=0.35, linewidth=0)
    axis.plot(centres, averaged(one.series, _POINTS), color=COLOURS[0], linewidth=0.9)
    label = with_unit(one.name, one.unit)
    axis.set_ylabel(label if len(label) <= _LABEL else label.replace(", ", ",\n"))
    axis.grid(axis="y")
    if not one.settled:
        axis.set_title("refused: MSER-5 would cut more than half of the run", color=COLOURS[5])
        return
    cut = one.cut.index * found.width
    if cut > 0.0:
        axis.axvspan(0.0, cut, color="#000000", alpha=0.06, linewidth=0)
        axis.axvline(cut, color=INK, linewidth=1.0, linestyle=(0, (4, 3)))
    if one.deleted is not None:
        begin = found.warm_up if found.warm_up is not None else cut
        axis.hlines(one.deleted.mean, begin, found.horizon, color=COLOURS[5], linewidth=1.3)
        if np.isfinite(one.deleted.half_width):
            axis.axhspan(
                one.deleted.low,
                one.deleted.high,
                begin / found.horizon,
                color=COLOURS[5],
                alpha=0.2,
                linewidth=0,
            )
        unit = f" {one.unit}" if one.unit else ""
        told = plus_minus(one.deleted.mean, one.deleted.half_width)
        axis.set_title(f"cut at {time_text(cut, found)}, then {told}{unit}", color=FAINT)
