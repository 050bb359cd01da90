"""What holds the work back, as a chart: what a little more of each thing would do."""

from __future__ import annotations

from pathlib import Path

from hewer.experiment.explain import Explanation
from hewer.report.chart.parts import MARGINS, ROW, Point, forest, with_unit
from hewer.report.chart.style import figure, head, source, version_text
from hewer.report.form.palette import COLOURS

_WIDTH = 8.0  # inches
_MOST = 30
_APART, _NOT_APART = COLOURS[0], "#8A8A8A"


def explanation_chart(found: Explanation, path: str | Path, model: str = "") -> None:
    """Draw the trials of an explanation to a file.

    Raises
    ------
    OptionError, MissingExtraError
    """
    tried = [one for one in found.trials if not one.refused]
    points = [
        Point(
            one.what,
            one.effect.mean,
            one.effect.low,
            one.effect.high,
            _APART if one.helps else _NOT_APART,
        )
        for one in tried[:_MOST]
    ]
    with figure(path, (_WIDTH, ROW * max(1, len(points)) + MARGINS)) as drawn:
        axis = drawn.subplots()
        forest(axis, points, zero=0.0)
        axis.set_xlabel(with_unit(f"change of {found.measure}", found.unit))
        head(drawn, f"What a little more would do for {found.measure}")
        notes = [
            *([model] if model else []),
            f"seed {found.seed}",
            f"{found.replications} replications",
            version_text(),
        ]
        notes += ["lines: intervals that hold together with 95 %", "blue: told apart from nothing, grey: not"]
        if len(tried) > _MOST:
            notes.append(f"{len(tried) - _MOST} smaller ones are not shown")
        source(drawn, notes)
