"""The tables of a steady state, and what to write into the model."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hewer.experiment.steady import Steady, SteadyMeasure
from hewer.report.form.cells import sparkline
from hewer.report.form.grid import Grid
from hewer.report.form.number import UNDEFINED, figure, finite, width
from hewer.statistics import Estimate

_CELLS = 60


def steady_grids(found: Steady) -> list[Grid]:
    """Lay out the estimates, and the series as rows of blocks."""
    return [_estimates(found), _series(found)]


def advice(found: Steady) -> str:
    """Say which warm-up to write into the model, or what to do where there is none."""
    if found.warm_up is None:
        wild = [one.name for one in found.measures if not one.settled]
        return (
            f"No warm-up can be named: of {', '.join(wild)} MSER-5 would cut more than half of the run."
            " Either the run is too short: try four times the horizon; or it never settles, because more"
            " comes in than is done: look at the chart."
        )
    if found.warm_up == 0.0:
        return "No warm-up is needed: what the beginning is off by is less than chance."
    return f"Write into `terms`: warm_up: {time_text(found.warm_up, found)}"


def time_text(value: float, found: Steady) -> str:
    """Write a time of a steady state as the model takes it."""
    return f"{value:.6g} {found.time_unit}".rstrip()


def _estimates(found: Steady) -> Grid:
    header = ("measure", "unit", "cut", "mean", "±", "batch means", "±", "batches", "independent")
    rows = tuple(_row(one, found) for one in found.measures)
    runs = f"{found.replications} replications of {time_text(found.horizon, found)}, seed {found.seed}."
    notes = [
        advice(found),
        f"Cut: by MSER-5, of the mean of {runs} Mean ±: over the replications without the longest cut; batch"
        " means ±: of the same, run after run. 95 %. Independent: p of von Neumann's test; below 5 % the"
        " interval of the batch means is too narrow.",
    ]
    if found.left_out:
        notes.append(f"Without a steady state, and left out: {', '.join(found.left_out)}.")
    if found.interrupted:
        notes.append("Stopped early: these are the replications that were complete.")
    parts = [found.title or "Untitled model"]
    parts += [f"scenario {found.scenario}"] if found.scenario else []
    parts += [f"crew {found.crew}"] if found.crew else []
    return Grid(" · ".join([*parts, "in the long run"]), header, rows, tuple(notes), words=(0, 1))


def _row(one: SteadyMeasure, found: Steady) -> tuple[str, ...]:
    cut = time_text(one.cut.index * found.width, found) if one.settled else "refused"
    return (one.name, one.unit, cut, *_cells(one.deleted), *_of_batches(one))


def _cells(estimate: Estimate | None) -> tuple[str, str]:
    if estimate is None:
        return UNDEFINED, UNDEFINED
    return figure(estimate.mean, estimate.half_width), width(estimate.half_width)


def _of_batches(one: SteadyMeasure) -> tuple[str, ...]:
    if one.batches is None:
        return (UNDEFINED,) * 4
    told = f"p = {one.batches.p:.2f}" if one.batches.independent else f"no (p = {one.batches.p:.3f})"
    return (*_cells(one.batches.estimate), str(one.batches.estimate.n), told)


def _series(found: Steady) -> Grid:
    rows = tuple(
        (
            one.name,
            line_of(one),
            figure(float(np.min(one.series)), 0.0),
            figure(float(np.max(one.series)), 0.0),
        )
        for one in found.measures
    )
    title = f"Mean of the replications from 0 to {time_text(found.horizon, found)}"
    notes = ("|: the cut." if any(one.cut.index for one in found.measures if one.settled) else "",)
    header = ("measure", "over time", "lowest", "highest")
    return Grid(title, header, rows, tuple(note for note in notes if note), words=(0, 1))


def line_of(one: SteadyMeasure, cells: int = _CELLS) -> str:
    """Write a series as a row of blocks, with the cut as a bar."""
    blocks = sparkline(averaged(one.series, cells))
    if not one.settled or one.cut.index == 0:
        return blocks
    at = round(one.cut.index * len(blocks) / len(one.series))
    return f"{blocks[:at]}|{blocks[at:]}"


def averaged(values: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Average over equal groups of windows (the last axis), so that `most` are left."""
    size = group_of(values.shape[-1], most)
    parts = [values[..., first : first + size] for first in range(0, values.shape[-1], size)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a group in which nothing is defined is nan
        return np.stack([np.nanmean(part, axis=-1) for part in parts], axis=-1)


def group_of(windows: int, most: int) -> int:
    """Windows that are averaged, so that `most` are left."""
    return -(-windows // most)


def steady_document(found: Steady) -> dict[str, Any]:
    """Return a steady state as plain data; `series` are means over the replications, by window."""
    return {
        "title": found.title,
        "scenario": found.scenario,
        "crew": found.crew,
        "seed": found.seed,
        "version": found.version,
        "replications": found.replications,
        "interrupted": found.interrupted,
        "time_unit": found.time_unit,
        "horizon": found.horizon,
        "windows": found.windows,
        "width": found.width,
        "warm_up": found.warm_up,
        "advice": advice(found),
        "left_out": list(found.left_out),
        "measures": {one.name: _document(one, found) for one in found.measures},
    }


def _document(one: SteadyMeasure, found: Steady) -> dict[str, Any]:
    batches = one.batches
    return {
        "unit": one.unit,
        "settled": one.settled,
        "cut": one.cut.index * found.width if one.settled else None,
        "deletion": _estimate(one.deleted),
        "batch_means": None
        if batches is None
        else {
            **(_estimate(batches.estimate) or {}),
            "batch": batches.size * found.width,
            "independent": batches.independent,
            "p": batches.p,
        },
        "series": [finite(float(value)) for value in one.series],
    }


def _estimate(one: Estimate | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"mean": finite(one.mean), "half_width": finite(one.half_width), "n": one.n}
