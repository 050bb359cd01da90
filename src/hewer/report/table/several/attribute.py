"""The tables of an attribution."""

from __future__ import annotations

import math
from typing import Any

from hewer.experiment.attribute import Attribution, Part
from hewer.report.form.grid import Grid
from hewer.report.form.number import UNDEFINED, figure, finite, plus_minus
from hewer.report.table.single.run import band_text
from hewer.statistics import Interval

_SHOWN = 6


def attribute_grids(found: Attribution) -> list[Grid]:
    """Lay out an attribution: the parts, then the interactions."""
    return [_parts(found), *([_interactions(found)] if found.interactions else [])]


def _parts(found: Attribution) -> Grid:
    log = found.scale == "log"
    banded = any(part.band is not None for part in found.parts)
    header = [
        "factor",
        "multiplies by" if log else "adds",
        "95 % interval",
        "share of the whole",
        "95 % interval",
    ]
    header += ["by order", "all orders", *(["band over worlds"] if banded else []), "what it is"]
    rows = [_row(part, log=log, banded=banded) for part in found.parts]
    whole = ["all together", effect_text(found.total.value, log=log), _range(found.total, log=log)]
    whole += ["100 %" if found.told_apart else UNDEFINED, "", "", "", *([""] if banded else []), ""]
    unit = f" {found.unit}" if found.unit else ""
    base, full = (plus_minus(one.mean, one.half_width) for one in (found.base, found.full))
    runs = f"{found.replications} replications"
    if found.worlds > 1:
        runs = f"{found.worlds} worlds of {runs}"
    notes = [
        f"{found.measure}: {base}{unit} as it stands, {full}{unit} with all of it. {found.cells} sets of"
        f" factors, {runs} each, on common random numbers, seed {found.seed}.",
        "Averaged over the orders in which the factors can come (Shapley); by order: least and most of them."
        " All orders: also those in which a factor comes before what it requires, and changes nothing yet.",
        "Intervals: 95 %, by resampling the same rows of every set. Exact parts are identities.",
    ]
    if not found.told_apart:
        notes.append("The whole cannot be told from nothing, so there are no shares of it.")
    if found.interrupted:
        notes.append("Stopped early: these are the replications that every set has.")
    title = f"What the difference in {found.measure} is due to"
    words = (0, len(header) - 1)
    return Grid(
        title, tuple(header), (*(tuple(row) for row in rows), tuple(whole)), tuple(notes), words=words
    )


def _row(part: Part, *, log: bool, banded: bool) -> list[str]:
    row = [part.name, effect_text(part.contribution.value, log=log)]
    row.append("exact" if part.exact else _range(part.contribution, log=log))
    if part.share is None:
        row += [UNDEFINED, UNDEFINED]
    else:
        row += [
            percent_text(part.share.value),
            f"{percent_text(part.share.low)} .. {percent_text(part.share.high)}",
        ]
    by_order = f"{effect_text(part.least, log=log)} .. {effect_text(part.most, log=log)}"
    row += ["" if part.exact else by_order, "" if part.exact else effect_text(part.all_orders, log=log)]
    if banded:
        row.append(band_text(part.band) if not log or part.band is None else _band(part))
    return [*row, part.about]


def _band(part: Part) -> str:
    assert part.band is not None
    return f"{effect_text(part.band.low, log=True)} .. {effect_text(part.band.high, log=True)}"


def _interactions(found: Attribution) -> Grid:
    log = found.scale == "log"
    rows = tuple(
        (" and ".join(one.factors), effect_text(one.value.value, log=log), _range(one.value, log=log))
        for one in found.interactions[:_SHOWN]
    )
    notes = ["What a set of factors does beyond all that its parts do (Harsanyi's dividends)."]
    if len(found.interactions) > _SHOWN:
        notes.append(f"{len(found.interactions) - _SHOWN} smaller ones are not shown; --json has them.")
    head = "multiplies by" if log else "adds"
    return Grid("Together", ("factors", head, "95 % interval"), rows, tuple(notes), words=(0,))


def effect_text(value: float, *, log: bool) -> str:
    """Write a contribution: what it multiplies by, or adds."""
    return f"×{math.exp(value):.3g}" if log else figure(value, abs(value) / 100.0)


def _range(interval: Interval, *, log: bool) -> str:
    return f"{effect_text(interval.low, log=log)} .. {effect_text(interval.high, log=log)}"


def percent_text(share: float) -> str:
    """Write a share of the whole."""
    return f"{100.0 * share:.0f} %"


def attribute_document(found: Attribution) -> dict[str, Any]:
    """Return an attribution as plain data; contributions are logarithms, or differences in the unit."""
    return {
        "measure": found.measure,
        "unit": found.unit,
        "scale": found.scale,
        "worlds": found.worlds,
        "replications": found.replications,
        "seed": found.seed,
        "interrupted": found.interrupted,
        "base": {"mean": found.base.mean, "half_width": finite(found.base.half_width)},
        "full": {"mean": found.full.mean, "half_width": finite(found.full.half_width)},
        "total": _interval(found.total),
        "told_apart": found.told_apart,
        "parts": [
            {
                "name": part.name,
                "exact": part.exact,
                "contribution": _interval(part.contribution),
                "share": _interval(part.share) if part.share is not None else None,
                "least": part.least,
                "most": part.most,
                "all_orders": part.all_orders,
                "band": None if part.band is None else {"low": part.band.low, "high": part.band.high},
            }
            for part in found.parts
        ],
        "interactions": [
            {"factors": list(one.factors), **_interval(one.value)} for one in found.interactions
        ],
    }


def _interval(interval: Interval) -> dict[str, float]:
    return {"value": interval.value, "low": interval.low, "high": interval.high}
