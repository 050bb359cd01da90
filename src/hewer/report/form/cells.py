"""A stretch of time in cells: what a worker did most in each, a stock's mean level in each; sparklines."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hewer.study.replay import StockTrack, WorkerTrack

_BLOCKS = "▁▂▃▄▅▆▇█"
_ROUND = {"min": (1, 2, 5, 10, 15, 30, 60, 120, 240), "s": (1, 2, 5, 10, 15, 30, 60, 120, 300, 600)}
_ROUND["h"] = (1, 2, 3, 6, 12, 24, 48)


def marks(begin: float, end: float, unit: str, most: int = 8) -> list[float]:
    """Choose round times to mark from `begin` to `end`: so many intervals at most."""
    least = (end - begin) / most
    # round to people: minutes in quarters and halves of an hour, hours in days
    step = next((float(one) for one in _ROUND.get(unit, ()) if one >= least), 0.0)
    if step == 0.0 or least < 0.5:
        power = 10.0 ** math.floor(math.log10(least))
        step = next(power * one for one in (1, 2, 5, 10) if power * one >= least * (1.0 - 1e-9))
    # a begin that is round but for a bit of rounding keeps its mark
    first = math.ceil(begin / step - 1e-9)
    return [step * number for number in range(first, math.floor(end / step + 1e-9) + 1)]


def together(stocks: Sequence[StockTrack]) -> list[tuple[StockTrack, int]]:
    """Add up the members of each declared stock; with how many they are."""
    found = []
    # dict, not set: in the order of the document
    for declared in dict.fromkeys(one.declared for one in stocks):
        members = [one for one in stocks if one.declared == declared]
        found.append((members[0] if len(members) == 1 else _sum(members), len(members)))
    return found


def _sum(members: Sequence[StockTrack]) -> StockTrack:
    times = np.unique(np.concatenate([one.times for one in members]))
    levels = sum(one.levels[np.searchsorted(one.times, times, side="right") - 1] for one in members)
    capacities = [one.capacity for one in members]
    known = [one for one in capacities if one is not None]
    first = members[0]
    return StockTrack(
        first.declared, first.declared, first.unit, times, np.asarray(levels),
        sum(known) if len(known) == len(capacities) else None,
    )  # fmt: skip


def most_of(track: WorkerTrack, edges: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the state that took most of each cell; of equals the first by number; -1 where there is none.

    Parameters
    ----------
    track : WorkerTrack
    edges : ndarray of float64 [cell + 1]
        In the unit of the track, ascending.
    """
    count = len(edges) - 1
    if not len(track.states):
        return np.full(count, -1, np.int64)
    # cells and spells cut each other: each piece lies in one cell and one spell
    ends = np.unique(np.concatenate((edges, track.begins, track.ends)))
    ends = ends[(ends >= edges[0]) & (ends <= edges[-1])]
    middles, lengths = 0.5 * (ends[1:] + ends[:-1]), np.diff(ends)
    cell = np.searchsorted(edges, middles, side="right") - 1
    spell = np.clip(np.searchsorted(track.begins, middles, side="right") - 1, 0, None)
    within = (middles >= track.begins[spell]) & (middles < track.ends[spell])
    states, place = np.unique(track.states[spell], return_inverse=True)
    table = np.bincount(
        (cell * len(states) + place)[within], lengths[within], minlength=count * len(states)
    ).reshape(count, len(states))
    found: NDArray[np.int64] = np.where(table.max(axis=1) > 0.0, states[table.argmax(axis=1)], -1)
    return found


def mean_levels(track: StockTrack, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean level of a stock in each cell."""
    times = np.append(track.times, max(edges[-1], track.times[-1]))
    area = np.concatenate(([0.0], np.cumsum(np.diff(times) * track.levels)))
    means: NDArray[np.float64] = np.diff(np.interp(edges, times, area)) / np.diff(edges)
    return means


def sparkline(values: ArrayLike, low: float | None = None, high: float | None = None) -> str:
    """Write numbers as a row of blocks between `low` and `high`, by default their own; nan is blank."""
    numbers = np.asarray(values, np.float64)
    known = numbers[np.isfinite(numbers)]
    if not known.size:
        return " " * numbers.size
    low = float(known.min()) if low is None else low
    high = float(known.max()) if high is None else high
    # a level that never changes has no height to divide by
    width = (high - low) or 1.0
    steps = np.clip(np.nan_to_num((numbers - low) / width) * len(_BLOCKS), 0, len(_BLOCKS) - 1).astype(int)
    return "".join(
        _BLOCKS[step] if np.isfinite(number) else " " for step, number in zip(steps, numbers, strict=True)
    )
