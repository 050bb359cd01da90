"""A simulation beside the exact answer: one table, and plain data."""

from __future__ import annotations

import math
from typing import Any

from hewer.experiment.verify import FALSE_ALARM, Checked, Verification
from hewer.report.grid import Grid
from hewer.report.number import UNDEFINED, figure, width

Document = dict[str, Any]


def verify_grid(found: Verification) -> Grid:
    """Lay out a verification."""
    rows = tuple(
        (
            row.what,
            figure(row.simulated.mean, row.simulated.half_width),
            width(row.simulated.half_width),
            _exact(row),
            row.unit,
            UNDEFINED if math.isnan(row.errors) else f"{row.errors:+.2f}",
            {True: "yes", False: "NO", None: UNDEFINED}[row.agrees],
        )
        for row in found.rows
    )
    header = ("quantity", "simulated", "±", "exact", "unit", "errors", "agree")
    return Grid("Simulated and exact", header, rows, tuple(_notes(found)), words=(0, 4, 6))


def _exact(row: Checked) -> str:
    """Write the exact value with a figure more than the simulation has."""
    return figure(row.exact, row.simulated.half_width / 10.0)


def _notes(found: Verification) -> list[str]:
    if found.solution is None:
        return [f"No exact answer: {reason}" for reason in found.reasons]
    solution = found.solution
    covered = [row.covers for row in found.rows if row.covers is not None]
    notes = [
        f"Exact: a Markov chain of {solution.states:,} states, followed over the time that the run accounts"
        f" for (at most {solution.error:.0e} of it misplaced).",
        f"Errors: the deviation in standard errors of the mean. {found.compared} quantities are compared;"
        f" chance alone takes one of them beyond {found.limit:.2f} with a probability of {FALSE_ALARM:.0%}.",
        f"{sum(covered)} of {len(covered)} intervals cover the exact value.",
    ]
    if found.differing:
        names = ", ".join(row.what for row in found.differing)
        notes.append(f"They differ by more than chance allows: {names}.")
    else:
        notes.append("Nothing differs by more than chance allows.")
    return notes


def verify_document(found: Verification) -> Document:
    """Return a verification as plain data."""
    solution = found.solution
    return {
        "exact": None
        if solution is None
        else {"states": solution.states, "transitions": solution.transitions, "error": solution.error},
        "reasons": list(found.reasons),
        "false_alarm": FALSE_ALARM,
        "limit": _number(found.limit),
        "agrees": None if solution is None else not found.differing,
        "quantities": [
            {
                "quantity": row.what,
                "unit": row.unit,
                "simulated": _number(row.simulated.mean),
                "half_width": _number(row.simulated.half_width),
                "exact": _number(row.exact),
                "errors": _number(row.errors),
                "covers": row.covers,
                "agrees": row.agrees,
            }
            for row in found.rows
        ],
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
