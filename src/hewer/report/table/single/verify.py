"""A simulation beside the exact answer: one table, and plain data."""

from __future__ import annotations

import math
from typing import Any

from hewer.experiment.verify import FALSE_ALARM, Checked, Verification
from hewer.report.form.grid import Grid
from hewer.report.form.number import UNDEFINED, figure, finite, width

Document = dict[str, Any]


def verify_grid(found: Verification) -> Grid:
    """Lay out a verification."""
    shown = [row for row in found.rows if found.solution or not math.isnan(row.bound)]
    bounded = any(not math.isnan(row.bound) for row in shown)
    rows: list[tuple[str, ...]] = [
        (
            row.what,
            figure(row.simulated.mean, row.simulated.half_width),
            width(row.simulated.half_width),
            _exact(row),
            figure(row.bound),
            row.unit,
            UNDEFINED if math.isnan(row.errors) else f"{row.errors:+.2f}",
            {True: "yes", False: "NO", None: UNDEFINED}[row.agrees],
        )
        for row in shown
    ]
    header: tuple[str, ...] = ("quantity", "simulated", "±", "exact", "at most", "unit", "errors", "agree")
    words: tuple[int, ...] = (0, 5, 7)
    if not bounded:
        header, rows, words = _without(header, 4), [_without(row, 4) for row in rows], (0, 4, 6)
    notes = _notes(found)
    if bounded:
        notes.append("At most: the bound that no mean over such runs can pass (`hewer bound`).")
    return Grid("Simulated, exact, and the most possible", header, tuple(rows), tuple(notes), words=words)


def _without(row: tuple[str, ...], column: int) -> tuple[str, ...]:
    return row[:column] + row[column + 1 :]


def _exact(row: Checked) -> str:
    """Write the exact value with a figure more than the simulation has."""
    return figure(row.exact, row.simulated.half_width / 10.0)


def _notes(found: Verification) -> list[str]:
    differing = ", ".join(row.what for row in found.differing)
    alarm = f"They differ by more than chance allows: {differing}." if differing else ""
    if found.solution is None:
        reasons = [f"No exact answer: {reason}" for reason in found.reasons]
        return [*reasons, alarm] if alarm else reasons
    solution = found.solution
    covered = [row.covers for row in found.rows if row.covers is not None]
    notes = [
        f"Exact: a Markov chain of {solution.states:,} states, followed over the time that the run accounts"
        f" for (at most {solution.error:.0e} of it misplaced).",
        f"Errors: the deviation in standard errors of the mean. {found.compared} quantities are compared;"
        f" chance alone takes one of them beyond {found.limit:.2f} with a probability of {FALSE_ALARM:.0%}.",
        f"{sum(covered)} of {len(covered)} intervals cover the exact value.",
    ]
    return [*notes, alarm or "Nothing differs by more than chance allows."]


def verify_document(found: Verification) -> Document:
    """Return a verification as plain data."""
    solution = found.solution
    return {
        "exact": None
        if solution is None
        else {"states": solution.states, "transitions": solution.transitions, "error": solution.error},
        "reasons": list(found.reasons),
        "false_alarm": FALSE_ALARM,
        "limit": finite(found.limit),
        "agrees": not found.differing if found.compared else None,
        "quantities": [
            {
                "quantity": row.what,
                "unit": row.unit,
                "simulated": finite(row.simulated.mean),
                "half_width": finite(row.simulated.half_width),
                "exact": finite(row.exact),
                "bound": finite(row.bound),
                "errors": finite(row.errors),
                "covers": row.covers,
                "agrees": row.agrees,
            }
            for row in found.rows
        ],
    }
