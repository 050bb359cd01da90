"""A waterfall: from the measure as it stands to what it is with all factors, a bar for each."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from hewer.experiment.attribute import Attribution, Part
from hewer.report.chart.parts import MARGINS, interval, rows, with_unit
from hewer.report.chart.style import figure, head, source, version_text
from hewer.report.form.number import plus_minus
from hewer.report.form.palette import COLOURS, FAINT, INK
from hewer.report.table.several.attribute import effect_text, percent_text

_WIDTH, _ROW = 9.0, 0.42  # inches
_MORE, _LESS, _WHOLE = COLOURS[0], COLOURS[5], "#777777"
_HALF = 0.3


def attribution_chart(found: Attribution, path: str | Path, model: str = "") -> None:
    """Draw an attribution to a file; contributions are logarithms, or differences in the unit.

    Raises
    ------
    OptionError, MissingExtraError
    """
    with figure(path, (_WIDTH, _ROW * (len(found.parts) + 2) + MARGINS + 0.35)) as drawn:
        axis = drawn.subplots()
        at = 0.0
        for row, part in enumerate(found.parts, 1):
            _bar(axis, part, at, row)
            at += part.contribution.value
        last = len(found.parts) + 1
        axis.plot([0.0, 0.0], [-_HALF, 1 + _HALF], color=INK, linewidth=1.0)
        axis.barh(last, found.total.value, 2 * _HALF, color=_WHOLE)
        interval(axis, found.total.low, found.total.high, last, INK)
        rows(axis, ["as it stands", *(_named(part) for part in found.parts), "with all of it"])
        axis.margins(x=0.04)
        _told(axis, found)
        _scales(axis, found)
        head(drawn, f"What the difference in {found.measure} is due to")
        source(drawn, _notes(found, model))


def _bar(axis: Any, part: Part, at: float, row: int) -> None:
    value = part.contribution.value
    colour = _MORE if value >= 0.0 else _LESS
    axis.barh(row, value, 2 * _HALF, left=at, color=colour, hatch="////" if part.exact else "",
              edgecolor="white", linewidth=0.0, alpha=0.85)  # fmt: skip
    axis.plot([at + value] * 2, [row - _HALF, row + 1 + _HALF], color=FAINT, linewidth=0.7)
    if not part.exact:
        interval(axis, at + part.contribution.low, at + part.contribution.high, row, INK)


def _named(part: Part) -> str:
    return f"{part.name} (exact)" if part.exact else part.name


def _told(axis: Any, found: Attribution) -> None:
    """Write at the right what each row comes to."""
    log = found.scale == "log"
    unit = f" {found.unit}" if found.unit else ""
    base, full = (plus_minus(one.mean, one.half_width) for one in (found.base, found.full))
    texts = [f"{base}{unit}"]
    for part in found.parts:
        share = f"   {percent_text(part.share.value)}" if part.share is not None else ""
        texts.append(effect_text(part.contribution.value, log=log) + share)
    texts.append(f"{effect_text(found.total.value, log=log)}   {full}{unit}")
    for row, text in enumerate(texts):
        axis.annotate(
            text, (1.015, row), xycoords=("axes fraction", "data"), va="center", fontsize=8.5, color=INK
        )


def _scales(axis: Any, found: Attribution) -> None:
    axis.grid(axis="x")
    if found.scale != "log":
        axis.set_xlabel(with_unit("difference", found.unit))
        return
    axis.set_xlabel("natural logarithm of the ratio")
    functions: tuple[Callable[[Any], Any], Callable[[Any], Any]] = (
        np.exp,
        lambda x: np.log(np.maximum(x, 1e-9)),
    )
    times = axis.secondary_xaxis("top", functions=functions)
    low, high = axis.get_xlim()
    ticks = [tick for tick in _ROUND if low <= math.log(tick) <= high]
    times.set_xticks(ticks, [f"×{tick:g}" for tick in ticks])


_ROUND = (
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.3,
    0.5,
    0.7,
    1.0,
    1.5,
    2.0,
    3.0,
    5.0,
    7.0,
    10.0,
    15.0,
    20.0,
    30.0,
    50.0,
    100.0,
)


def _notes(found: Attribution, model: str) -> list[str]:
    runs = f"{found.replications} replications"
    if found.worlds > 1:
        runs = f"{found.worlds} worlds of {runs}"
    notes = [
        *([model] if model else []),
        f"seed {found.seed}",
        f"{found.cells} sets of factors, {runs} each",
        version_text(),
    ]
    notes.append("bars: Shapley's value over the feasible orders; lines: 95 % intervals")
    if not found.told_apart:
        notes.append("the whole cannot be told from nothing, so there are no shares")
    return notes
