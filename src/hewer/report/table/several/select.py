"""The tables of a selection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hewer.experiment.select import Selected
from hewer.report.form.grid import Grid
from hewer.report.form.number import figure, finite, width
from hewer.statistics import Estimate

_SHOWN = 12
_NAMED = 3


def select_grids(selected: Selected) -> list[Grid]:
    """Lay out a selection: the best, and those that came nearest."""
    estimates, states, order = selected.estimates, selected.states, in_order(selected)
    rows = tuple(_row(selected, k, estimates[k], states[k]) for k in order[:_SHOWN])
    zone = f"{selected.delta:g} {selected.unit}".strip()
    which = "smallest" if selected.smallest else "largest"
    title = f"Select the {which} {selected.measure}, differences below {zone} do not matter"
    limited = tuple(_headed(one.measure, one.unit) for one in selected.constraints)
    header = ("alternative", "mean", "±", "unit", *limited, "n", "")
    return [Grid(title, header, rows, _notes(selected), words=(0, 3, len(header) - 1))]


def in_order(selected: Selected) -> list[int]:
    """Order the candidates for showing: the best first, those outside and those not tried last."""
    estimates, states = selected.estimates, selected.states
    sign = 1.0 if selected.smallest else -1.0
    counts = selected.selection.counts
    return sorted(
        range(len(states)),
        key=lambda k: (
            k != selected.selection.best, states[k] == "outside", counts[k] == 0, sign * estimates[k].mean
        ),
    )  # fmt: skip


def _row(selected: Selected, k: int, found: Estimate, state: str) -> tuple[str, ...]:
    limited = (
        figure(float(mean), one.tolerance or 0.01 * abs(one.bound)) if found.n else "–"
        for one, mean in zip(selected.constraints, selected.selection.limited[k], strict=True)
    )
    return (
        selected.candidates[k].label,
        figure(found.mean, found.half_width),
        width(found.half_width),
        selected.unit,
        *limited,
        str(found.n),
        state,
    )


def _headed(measure: str, unit: str) -> str:
    return f"{measure}, {unit}" if unit else measure


def _notes(selected: Selected) -> tuple[str, ...]:
    selection, many = selected.selection, len(selected.candidates)
    notes = [f"Promise: {selected.promise}."]
    if many > _SHOWN:
        notes.append(f"{many - _SHOWN:,} more are not shown.")
    notes.append(
        f"{many:,} alternatives, {int(selection.counts.sum()):,} replications, {selected.seconds:.1f} s;"
        f" procedure {selected.procedure}, seed {selected.seed}."
    )
    notes.append("±: half-width of the 95 % interval of each mean by itself, not adjusted for the selection.")
    if len(selection.left) > 1:
        notes.append(f"{len(selection.left):,} cannot be ruled out as the best.")
    if selection.outside:
        kept = " and ".join(one.shown for one in selected.constraints)
        notes.append(f"Outside, not keeping {kept}: {len(selection.outside):,}.")
    if selected.deadlocked:
        labels = [selected.candidates[k].label for k in selected.deadlocked]
        notes.append(f"A replication ended in a deadlock in {_listed(labels)}.")
    return tuple(notes)


def _listed(labels: Sequence[str]) -> str:
    """Name some, and count the others."""
    more = f" and {len(labels) - _NAMED:,} more" if len(labels) > _NAMED else ""
    return "; ".join(labels[:_NAMED]) + more


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
        "constraints": [
            {"text": one.text, "measure": one.measure, "unit": one.unit, "tolerance": one.tolerance}
            for one in selected.constraints
        ],
        "best": {"label": selected.best.label, "values": dict(selected.best.values)},
        "left": [selected.candidates[k].label for k in selection.left],
        "deadlocked": [selected.candidates[k].label for k in selected.deadlocked],
        "alternatives": [
            {
                "label": one.label,
                "values": dict(one.values),
                "mean": finite(found.mean),
                "half_width": finite(found.half_width),
                "n": found.n,
                "limited": [finite(float(mean)) if found.n else None for mean in limited],
                "state": state,
            }
            for one, found, limited, state in zip(
                selected.candidates, selected.estimates, selection.limited, selected.states, strict=True
            )
        ],
    }
