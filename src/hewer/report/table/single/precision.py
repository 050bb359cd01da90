"""The tables of a run to a precision, and of quantiles over replications."""

from __future__ import annotations

import math
from typing import Any

from hewer.experiment.precision import Precise, Stopped, Target
from hewer.report.form.grid import Grid
from hewer.report.form.number import figure, finite, percent, width
from hewer.statistics import Estimate
from hewer.study.summary import QuantileSummary

_WHY = {
    Stopped.PRECISE: "every measure named is as precise as was asked",
    Stopped.REPLICATIONS: "the most replications (or worlds) allowed were run",
    Stopped.BUDGET: "the next step would have passed the budget",
    Stopped.INTERRUPTED: "it was stopped by hand",
}


def precision_grid(precise: Precise) -> Grid:
    """Lay out what was asked, what it came to, and why the run ended."""
    units = {name: samples.unit for name, samples in precise.result.measures.items()}
    rows = tuple(_row(target, units[target.measure]) for target in precise.targets)
    what = "replications" if precise.result.worlds == 1 else "worlds"
    at = precise.looks[-1] if precise.looks else 0
    looked = ", ".join(f"{look:,}" for look in precise.looks)
    each = percent(precise.targets[0].estimate.confidence)
    notes = (
        f"Ended after {at:,} {what} and {precise.seconds:.1f} s: {_WHY[precise.stopped]}.",
        f"Looked after {looked} {what}, whatever was seen; intervals at {each}, together 95 % (Bonferroni)."
        " Coverage of a run that stops itself is asymptotic: a little less on few or skewed values.",
        *(f"{target.measure}: {target.reason}." for target in precise.targets if target.reason),
    )
    return Grid("Precision", ("measure", "asked ±", "reached ±", "unit", "met"), rows, notes, words=(0, 3, 4))


def _row(target: Target, unit: str) -> tuple[str, ...]:
    asked = percent(target.width.size) if target.width.relative else figure(target.width.size)
    if target.width.relative and target.width.size < 0.01:
        asked = f"{100.0 * target.width.size:g} %"
    reached = width(target.estimate.half_width)
    return target.measure, asked, reached, unit, "yes" if target.met else "no"


def quantile_grid(quantiles: tuple[QuantileSummary, ...]) -> Grid:
    """Lay out quantiles of each measure over the replications."""
    probabilities = [probability for probability, _ in quantiles[0].values]
    header = ("measure", "unit", *(f"{100.0 * p:g} %" for p in probabilities))
    rows = tuple((one.name, one.unit, *(_interval(found) for _, found in one.values)) for one in quantiles)
    notes = (
        "What a single replication comes to: so many of them are below. In brackets the 95 % interval of the"
        " quantile, between two of the values seen, whatever their distribution; open where they are few.",
    )
    return Grid("Quantiles over replications", header, rows, notes, words=(0, 1))


def _interval(found: Estimate) -> str:
    error = 0.5 * (found.high - found.low)
    shown = error if math.isfinite(error) else math.nan
    if math.isnan(found.mean):
        return figure(found.mean)
    low = figure(found.low, shown) if math.isfinite(found.low) else "…"
    high = figure(found.high, shown) if math.isfinite(found.high) else "…"
    return f"{figure(found.mean, shown)} [{low} .. {high}]"


def precision_document(precise: Precise) -> dict[str, Any]:
    """Return a run to a precision as plain data."""
    return {
        "stopped": str(precise.stopped),
        "looks": list(precise.looks),
        "seconds": round(precise.seconds, 3),
        "targets": [
            {
                "measure": target.measure,
                "size": target.width.size,
                "relative": target.width.relative,
                "half_width": finite(target.estimate.half_width),
                "confidence": target.estimate.confidence,
                "met": target.met,
                "reason": target.reason or None,
                "wanted": finite(target.wanted),
            }
            for target in precise.targets
        ],
    }
