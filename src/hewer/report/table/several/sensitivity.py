"""The tables of a sensitivity analysis."""

from __future__ import annotations

import math
from typing import Any

from hewer.experiment.sensitivity import Sensitivity
from hewer.report.form.grid import Grid
from hewer.report.form.number import figure, finite, plus_minus
from hewer.statistics import Estimate, Interval


def sensitivity_grids(found: Sensitivity) -> list[Grid]:
    """Lay out indices, tornado and main effects."""
    return [_indices(found), _tornado(found), _main(found)]


def _indices(found: Sensitivity) -> Grid:
    rows = [(one.name, _share(one.first), _share(one.total)) for one in found.inputs]
    rows.append(("chance, in a single shift", "", _share(found.chance)))
    notes = (
        f"Shares of the variance of E[{found.measure} | params], standard deviation"
        f" {figure(found.deviation, 0.1 * found.deviation)} {found.unit}".rstrip()
        + ", [95 % interval]. By itself:"
        " first-order; in all: with its interactions. The noise of the replications is taken off.",
        "The params are drawn independently of one another. Chance: its share of the variance of one shift.",
        f"{found.points} points of {found.replications} replications: {found.runs:,} runs."
        f" Seed {found.seed}.",
    )
    return Grid(f"What {found.measure} is sensitive to", ("param", "by itself", "in all"), tuple(rows), notes)


def _share(one: Interval) -> str:
    if math.isnan(one.value):
        return figure(one.value)
    return f"{100 * one.value:.0f} % [{100 * one.low:.0f} .. {100 * one.high:.0f}]"


def _tornado(found: Sensitivity) -> Grid:
    order = sorted(found.inputs, key=lambda one: -abs(one.swing.mean))
    rows = tuple(
        (
            one.name,
            f"{one.low:g} .. {one.high:g} {one.unit}".rstrip(),
            _cell(one.at_low),
            _cell(one.at_high),
            _cell(one.swing),
        )
        for one in order
    )
    notes = ("One param at an end of its range, the others as stated; ±: 95 %, on common random numbers.",)
    header = ("param", "range", "at its lowest", "at its highest", "swing")
    return Grid(f"Tornado: {found.measure}{_in(found)}", header, rows, notes, words=(0, 1))


def _main(found: Sensitivity) -> Grid:
    rows = tuple((one.name, *(_cell(quarter) for quarter in one.main)) for one in found.inputs)
    notes = (
        "Mean over the points in which the param lies in a quarter of its distribution, all else varying.",
    )
    header = ("param", "lowest quarter", "second", "third", "highest quarter")
    return Grid(f"Main effects: {found.measure}{_in(found)}", header, rows, notes)


def _in(found: Sensitivity) -> str:
    return f", {found.unit}" if found.unit else ""


def _cell(one: Estimate) -> str:
    return plus_minus(one.mean, one.half_width)


def sensitivity_document(found: Sensitivity) -> dict[str, Any]:
    """Return a sensitivity analysis as plain data."""
    return {
        "measure": found.measure,
        "unit": found.unit,
        "points": found.points,
        "replications": found.replications,
        "runs": found.runs,
        "seed": found.seed,
        "deviation": found.deviation,
        "chance": _interval(found.chance),
        "inputs": [
            {
                "name": one.name,
                "unit": one.unit,
                "low": one.low,
                "high": one.high,
                "first": _interval(one.first),
                "total": _interval(one.total),
                "at_low": _estimate(one.at_low),
                "at_high": _estimate(one.at_high),
                "swing": _estimate(one.swing),
                "main": [_estimate(quarter) for quarter in one.main],
            }
            for one in found.inputs
        ],
    }


def _interval(one: Interval) -> dict[str, float | None]:
    return {name: finite(getattr(one, name)) for name in ("value", "low", "high")}


def _estimate(one: Estimate) -> dict[str, float | None]:
    return {"mean": finite(one.mean), "half_width": finite(one.half_width)}
