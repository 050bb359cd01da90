"""A sensitivity analysis as a chart: Sobol indices with the share of chance, and the tornado."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from hewer.experiment.sensitivity import Input, Sensitivity
from hewer.report.chart.parts import MARGINS, interval, rows, with_unit
from hewer.report.chart.style import figure, head, source, version_text
from hewer.report.form.palette import COLOURS, INK
from hewer.statistics.interval import Interval

_WIDTH, _ROW = 10.0, 0.48  # inches
_ALONE, _IN_ALL, _CHANCE = COLOURS[0], COLOURS[4], "#8A8A8A"
_LOWEST, _HIGHEST = COLOURS[1], COLOURS[0]
_BAR = 0.36


def sensitivity_chart(found: Sensitivity, path: str | Path, model: str = "") -> None:
    """Draw a sensitivity analysis to a file.

    Raises
    ------
    OptionError, MissingExtraError
    """
    with figure(path, (_WIDTH, _ROW * (len(found.inputs) + 1) + MARGINS + 0.4)) as drawn:
        left, right = drawn.subplots(1, 2)
        _indices(left, found)
        _tornado(right, found)
        head(drawn, f"What {found.measure} is sensitive to")
        notes = [*([model] if model else []), f"seed {found.seed}"]
        notes += [f"{found.points} points of {found.replications} replications", version_text()]
        notes += ["lines: 95 % intervals", "chance: its share of the variance of a single shift"]
        source(drawn, notes)


def _indices(axis: Any, found: Sensitivity) -> None:
    from matplotlib.patches import Patch

    for row, one in enumerate(found.inputs):
        _index(axis, one.first, row - 0.5 * _BAR, _ALONE)
        _index(axis, one.total, row + 0.5 * _BAR, _IN_ALL)
    last = len(found.inputs)
    _index(axis, found.chance, last, _CHANCE)
    rows(axis, [*(one.name for one in found.inputs), "chance"])
    axis.axvline(0.0, color=INK, linewidth=0.8)
    axis.set_xlabel(f"share of the variance of {found.measure}, %")
    axis.grid(axis="x")
    handles = [Patch(color=_ALONE, label="by itself"), Patch(color=_IN_ALL, label="with its interactions")]
    _legend(axis, handles)


def _index(axis: Any, one: Interval, row: float, colour: str) -> None:
    if math.isfinite(one.value):
        axis.barh(row, 100.0 * one.value, _BAR, color=colour)
        interval(axis, 100.0 * one.low, 100.0 * one.high, row, INK)


def _tornado(axis: Any, found: Sensitivity) -> None:
    from matplotlib.lines import Line2D

    order = sorted(found.inputs, key=lambda one: -abs(one.swing.mean))
    for row, one in enumerate(order):
        _swing(axis, one, row)
    rows(axis, [_ranged(one) for one in order])
    axis.set_xlabel(with_unit(found.measure, found.unit))
    axis.margins(x=0.08)
    axis.grid(axis="x")
    handles = [
        Line2D([], [], marker="o", linestyle="", markersize=5, color=colour, label=f"param at its {end}")
        for colour, end in ((_LOWEST, "lowest"), (_HIGHEST, "highest"))
    ]
    _legend(axis, handles)


def _swing(axis: Any, one: Input, row: int) -> None:
    ends = [one.at_low.mean, one.at_high.mean]
    axis.plot(ends, [row, row], color="#BBBBBB", linewidth=5.0, solid_capstyle="butt", zorder=1)
    for estimate, colour in ((one.at_low, _LOWEST), (one.at_high, _HIGHEST)):
        interval(axis, estimate.low, estimate.high, row, colour)
        axis.plot([estimate.mean], [row], "o", color=colour, markersize=5.5)


def _ranged(one: Input) -> str:
    low, high = np.float64(one.low), np.float64(one.high)
    return f"{one.name}: {low:g} .. {high:g} {one.unit}".rstrip()


def _legend(axis: Any, handles: list[Any]) -> None:
    axis.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        borderaxespad=0.2,
        borderpad=0.0,
        ncols=2,
    )
