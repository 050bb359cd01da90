"""Parts of charts: rows of points with their intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from hewer.report.chart.style import shortened
from hewer.report.form.palette import FAINT, INK

ROW, MARGINS = 0.3, 1.35  # inches


class Point(NamedTuple):
    """A row: a label, a value with the ends of its interval (nan: none), and a colour."""

    label: str
    value: float
    low: float
    high: float
    colour: str = INK


def forest(axis: Any, points: Sequence[Point], *, zero: float | None = None) -> None:
    """Draw points with their intervals, the first at the top; `zero` is a line to judge them by."""
    for row, one in enumerate(points):
        if math.isfinite(one.value):
            interval(axis, one.low, one.high, row, one.colour)
            axis.plot([one.value], [row], "o", color=one.colour, markersize=4.5)
    if zero is not None:
        axis.axvline(zero, color=FAINT, linewidth=0.8)
    rows(axis, [one.label for one in points])
    axis.use_sticky_edges = False
    axis.margins(x=0.08)
    axis.grid(axis="x")
    known = [end for one in points for end in (one.value, one.low, one.high) if math.isfinite(end)]
    known += [] if zero is None else [zero]
    if known and max(known) - min(known) <= 1e-9 * max(map(abs, known)):  # all of one value
        reach = max(1.0, abs(known[0]))
        axis.set_xlim(known[0] - reach, known[0] + reach)


def interval(axis: Any, low: float, high: float, row: float, colour: str) -> None:
    """Draw an interval in a row, with ends; none where it is not known or has no length."""
    if math.isfinite(low) and math.isfinite(high) and low < high:
        axis.errorbar(
            [0.5 * (low + high)], [row], xerr=[[0.5 * (high - low)]], fmt="none",
            ecolor=colour, elinewidth=1.2, capsize=2.5, capthick=1.2,
        )  # fmt: skip


def rows(axis: Any, labels: Sequence[str]) -> None:
    """Label the rows of an axis, the first at the top."""
    axis.set_yticks(range(len(labels)), shortened(labels, 34))
    axis.set_ylim(len(labels) - 0.4, -0.6)
    axis.tick_params(axis="y", length=0)


def with_unit(name: str, unit: str) -> str:
    """Write a name with its unit, for an axis."""
    return f"{name}, {unit}" if unit else name
