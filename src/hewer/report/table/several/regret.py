"""The table of regrets."""

from __future__ import annotations

from typing import Any

from hewer.experiment.regret import Robust
from hewer.report.form.grid import Grid
from hewer.report.form.number import figure, finite, plus_minus
from hewer.statistics import Interval
from hewer.statistics.regret import Regret

_SHOWN = 20


def regret_grids(found: Robust) -> list[Grid]:
    """Lay out regrets: the best on average first."""
    regrets = found.regrets
    order = sorted(
        range(len(regrets.rows)), key=lambda k: (k != regrets.best, regrets.rows[k].expected.value)
    )
    rows = tuple(_row(found, k) for k in order[:_SHOWN])
    unit = f", {found.unit}" if found.unit else ""
    header = [
        "alternative", f"mean{unit}", "best in %", "between", f"mean regret{unit}", "between",
        f"95 % of worlds{unit}", "worst",
    ]  # fmt: skip
    if found.ignored:
        header.append("near enough, %")
    which = "smallest" if found.smallest else "largest"
    title = f"Which is best for the {which} {found.measure} depends on the world"
    return [Grid(title, (*header, ""), rows, _notes(found), words=(0, len(header)))]


def _row(found: Robust, k: int) -> tuple[str, ...]:
    row: Regret = found.regrets.rows[k]
    error = 0.1 * row.expected.value
    cells = [
        found.candidates[k].label,
        plus_minus(row.mean.mean, row.mean.half_width),
        f"{100.0 * row.best.value:.0f}",
        f"{100.0 * row.best.low:.0f}–{100.0 * row.best.high:.0f}",
        figure(row.expected.value, error),
        f"{figure(row.expected.low, error)}–{figure(row.expected.high, error)}",
        figure(row.high.mean, error),
        figure(row.worst, error),
    ]
    if found.ignored:
        cells.append(f"{100.0 * row.good:.0f}")
    return (*cells, _state(found, k))


def _state(found: Robust, k: int) -> str:
    said = []
    if k == found.regrets.best:
        said.append("best on average")
    elif k in found.regrets.left:
        said.append("not ruled out")
    if k == found.regrets.least_worst:
        said.append("least worst regret")
    return ", ".join(said)


def _notes(found: Robust) -> tuple[str, ...]:
    regrets = found.regrets
    error = 0.1 * max(row.expected.value for row in regrets.rows)
    notes = [
        f"{found.worlds} worlds of {found.replications} replications, the same for all; seed {found.seed},"
        f" {found.seconds:.1f} s.",
        "Regret: how much the best of a world expects beyond this one there. Taken from noisy means it is too"
        f" high, each mean regret by {figure(regrets.overstated, error)} {found.unit}".rstrip()
        + " at most.",
        "Between: 95 %, with the noise within worlds and the number of worlds; ± is over worlds.",
        "The best on average is with 95 % among those not ruled out.",
    ]
    if regrets.overstated > 0.5 * regrets.rows[regrets.best].expected.value > 0.0:
        notes.append("More than half of the least mean regret may be noise: ask for more replications (-n).")
    if len(regrets.rows) > _SHOWN:
        notes.append(f"{len(regrets.rows) - _SHOWN:,} more are not shown.")
    return tuple(notes)


def regret_document(found: Robust) -> dict[str, Any]:
    """Return regrets as plain data; every alternative, in the order of the grid."""
    regrets = found.regrets
    return {
        "measure": found.measure,
        "unit": found.unit,
        "smallest": found.smallest,
        "delta": found.ignored,
        "worlds": found.worlds,
        "replications": found.replications,
        "seed": found.seed,
        "seconds": round(found.seconds, 3),
        "interrupted": found.interrupted,
        "best": {"label": found.best.label, "values": dict(found.best.values)},
        "least_worst": {"label": found.least_worst.label, "values": dict(found.least_worst.values)},
        "left": [found.candidates[k].label for k in regrets.left],
        "overstated": regrets.overstated,
        "alternatives": [
            {
                "label": one.label,
                "values": dict(one.values),
                "mean": finite(row.mean.mean),
                "half_width": finite(row.mean.half_width),
                "best": _interval(row.best),
                "regret": _interval(row.expected),
                "regret_95": _interval(Interval(row.high.mean, row.high.low, row.high.high)),
                "worst_regret": row.worst,
                "good": row.good,
            }
            for one, row in zip(found.candidates, regrets.rows, strict=True)
        ],
    }


def _interval(one: Interval) -> dict[str, float | None]:
    return {"value": one.value, "low": finite(one.low), "high": finite(one.high)}
