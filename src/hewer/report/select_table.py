"""The tables of a selection."""

from __future__ import annotations

from typing import Any

from hewer.experiment.select import Selected
from hewer.report.grid import Grid
from hewer.report.number import figure, finite, width

_SHOWN = 12


def select_grids(selected: Selected) -> list[Grid]:
    """Lay out a selection: the best, and those that came nearest."""
    selection = selected.selection
    sign = 1.0 if selected.smallest else -1.0
    order = sorted(
        range(len(selected.candidates)),
        key=lambda k: (k != selection.best, selection.counts[k] == 0, sign * float(selection.means[k])),
    )
    left = set(selection.left)
    rows = []
    for k in order[:_SHOWN]:
        found = selected.estimates[k]
        state = "not ruled out" if k in left else "ruled out"
        if k == selection.best:
            state = "selected" if selection.decided else "leads"
        rows.append(
            (
                selected.candidates[k].label,
                figure(found.mean, found.half_width),
                width(found.half_width),
                selected.unit,
                str(found.n),
                state,
            )
        )
    total = int(selection.counts.sum())
    many = len(selected.candidates)
    zone = f"{selected.delta:g} {selected.unit}".strip()
    which = "smallest" if selected.smallest else "largest"
    notes = [
        f"Promise: {selected.promise}.",
        f"{many:,} alternatives, {total:,} replications, {selected.seconds:.1f} s;"
        f" procedure {selected.procedure}, seed {selected.seed}.",
        "±: half-width of the 95 % interval of each mean by itself, not adjusted for the selection.",
    ]
    if many > _SHOWN:
        notes.insert(1, f"{many - _SHOWN:,} more are not shown.")
    if len(left) > 1:
        notes.append(f"{len(left):,} cannot be ruled out as the best.")
    title = f"Select the {which} {selected.measure}, differences below {zone} do not matter"
    header = ("alternative", "mean", "±", "unit", "n", "")
    return [Grid(title, header, tuple(rows), tuple(notes), words=(0, 3, 5))]


def select_document(selected: Selected) -> dict[str, Any]:
    """Return a selection as plain data; every alternative, in the order of the grid."""
    selection = selected.selection
    return {
        "measure": selected.measure,
        "unit": selected.unit,
        "smallest": selected.smallest,
        "delta": selected.delta,
        "confidence": selected.confidence,
        "procedure": selected.procedure,
        "seed": selected.seed,
        "seconds": round(selected.seconds, 3),
        "interrupted": selected.interrupted,
        "promise": selected.promise,
        "best": {"label": selected.best.label, "values": dict(selected.best.values)},
        "left": [selected.candidates[k].label for k in selection.left],
        "alternatives": [
            {
                "label": one.label,
                "values": dict(one.values),
                "mean": finite(found.mean),
                "half_width": finite(found.half_width),
                "n": found.n,
            }
            for one, found in zip(selected.candidates, selected.estimates, strict=True)
        ],
    }
