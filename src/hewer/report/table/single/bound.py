"""The tables of a bound: the figures, and what each limit is worth."""

from __future__ import annotations

import math

from hewer.exact.bound.ceiling import Bound
from hewer.exact.bound.limits import Limit
from hewer.report.form.grid import Grid
from hewer.report.form.number import figure, percent


def bound_grids(found: Bound) -> list[Grid]:
    """Lay out a bound."""
    return [_figures(found), *_limits(found)]


def bound_sentences(found: Bound) -> list[str]:
    """Say what more of each limit would bring: ``one more timberman: +11.8 t a shift``."""
    return [f"{limit.more}: {_gain(found, limit)}" for limit in found.limits if _is_shown(limit)]


def _figures(found: Bound) -> Grid:
    title = " · ".join(
        part
        for part in (
            found.title or "Untitled model",
            f"scenario {found.scenario}" if found.scenario else "",
            f"crew {found.crew}" if found.crew else "",
            "the most that it could yield",
        )
        if part
    )
    per = "in the long run" if found.long_run else "a shift"
    rows = [("if nothing ever waited", figure(found.fluid), found.unit, per)]
    notes = [f"Bounded: {found.goal}, {found.expression}."]
    if not found.long_run:
        rows.append(("that no mean over shifts can pass", figure(found.proven), found.unit, per))
        notes.append(
            "Between the two lies what chance, and work in hand at the end, may add (docs/bound.md)."
        )
    return Grid(
        title, ("the most", "value", "unit", "of"), tuple(rows), (*notes, *found.notes), words=(0, 2, 3)
    )


def _limits(found: Bound) -> list[Grid]:
    rows = tuple(
        (
            limit.name,
            limit.kind,
            f"{figure(limit.available)} {limit.unit}".strip(),
            percent(limit.used),
            "yes" if limit.binding else "",
            limit.more,
            _gain(found, limit),
        )
        for limit in found.limits
        if _is_shown(limit)
    )
    if not rows:
        return []
    notes = (
        "Used: the least share of it that the first figure needs. Worth: of each by itself, solved again; "
        "where several bind together, more of one alone brings nothing.",
    )
    header = ("limit", "kind", "there is", "used", "binds", "more of it", "is worth")
    return [Grid("What limits it", header, rows, notes, words=(0, 1, 4, 5, 6))]


def _is_shown(limit: Limit) -> bool:
    """Leave out material of which more would bring nothing: there are many such stocks."""
    return limit.binding or limit.kind not in ("start", "capacity")


def _gain(found: Bound, limit: Limit) -> str:
    if limit.worth == 0.0:
        return "nothing"
    if math.isinf(limit.worth):
        return "without bound"
    per = "" if found.long_run else " a shift"
    return f"+{figure(limit.worth)} {found.unit}".rstrip() + per
