"""A replay as a chart: a bar for each worker, and below them the level of every stock that changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hewer.report.chart.style import figure, head, shortened, source
from hewer.report.form.cells import marks, most_of, together
from hewer.report.form.number import figure as written
from hewer.report.form.palette import COLOURS, FAINT, GRID, Look, looks
from hewer.report.text.replay import names_of
from hewer.study.replay import Replay, StockTrack, WorkerTrack

_WIDTH = 10.0  # inches
_ROW, _PANEL, _MARGINS = 0.27, 0.62, 1.55
_CELLS = 1600  # of a row: with more spells, each cell shows what took most of it
_MOST_ROWS = 400
_FINE = 250  # bars of a row that are too many for edges
_BAR = 0.8
_FAR = 0.8  # share of the highest level from which the lowest is far from 0


def replay_chart(replay: Replay, path: str | Path) -> None:
    """Draw a replay to a file.

    Raises
    ------
    OptionError, MissingExtraError
    """
    stocks = [one for one in together(replay.stocks) if np.ptp(one[0].levels) > 0.0]
    still = [one[0].name for one in together(replay.stocks) if np.ptp(one[0].levels) == 0.0]
    workers = replay.workers[:_MOST_ROWS]
    rows = 0.4 + _ROW * len(workers) if workers else 0.0
    heights = [*([rows] if workers else []), *[_PANEL] * len(stocks)] or [_PANEL]
    with figure(path, (_WIDTH, sum(heights) + _MARGINS)) as drawn:
        axes = drawn.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
        coarse = _gantt(axes[0], replay, workers) if workers else False
        for axis, (stock, members) in zip(axes[1 if workers else 0 :], stocks, strict=False):
            _level(axis, stock, members, replay)
        _time(axes, replay)
        drawn.align_ylabels(axes)
        head(drawn, replay.title or "Untitled model")
        source(drawn, _notes(replay, still, coarse=coarse))


def _notes(replay: Replay, still: list[str], *, coarse: bool) -> list[str]:
    notes = [*names_of(replay), f"hewer {replay.version}"]
    if replay.begin < replay.warm_up < replay.end:
        notes.append("dotted: end of the warm-up")
    moving = [stock for stock, _ in together(replay.stocks) if stock.name not in still]
    if any(_limited(stock) for stock in moving):
        notes.append("dashed: capacity")
    if any(_is_far(stock) for stock in moving):
        notes.append("not filled: from the lowest level, not from 0")
    if coarse:
        unit = f" {replay.time_unit}" if replay.time_unit else ""
        notes.append(f"each {(replay.end - replay.begin) / _CELLS:.2g}{unit} shows what took most of it")
    if len(replay.workers) > _MOST_ROWS:
        notes.append(f"the first {_MOST_ROWS} of {len(replay.workers)} workers")
    if still:
        shown = ", ".join(still[:6]) + (f" and {len(still) - 6} more" if len(still) > 6 else "")
        notes.append(f"without change: {shown}")
    return notes


def _gantt(axis: Any, replay: Replay, workers: tuple[WorkerTrack, ...]) -> bool:
    """Draw the bars; returns whether some are too fine to be drawn one by one."""
    from matplotlib.patches import Patch

    shown = looks(replay.states, [int(one) for track in replay.workers for one in track.states])
    coarse = any(len(track.states) > _CELLS for track in workers)
    for row, track in enumerate(workers):
        begins, ends, states = _bars(track, replay)
        for state, look in shown.items():
            mine = states == state
            if look.colour and mine.any():
                spans = np.stack((begins[mine], (ends - begins)[mine]), axis=1)
                _paint(axis, spans.tolist(), row, look, fine=len(states) > _FINE)
    axis.set_yticks(range(len(workers)), shortened([track.name for track in workers]))
    axis.set_ylim(len(workers) - 0.4, -0.6)
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="x")
    handles = [
        Patch(facecolor=look.colour, hatch=look.hatch, edgecolor="#777777", linewidth=0.4, label=look.label)
        for look in dict.fromkeys(shown.values())
        if look.colour
    ]
    columns = min(len(handles), 7)
    axis.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.2, borderpad=0.0,
        ncols=columns, handlelength=1.4, columnspacing=1.4,
    )  # fmt: skip
    return coarse


def _paint(axis: Any, spans: list[Any], row: int, look: Look, *, fine: bool) -> None:
    """Draw bars of one state; with edges, so that works that follow one another are seen, unless too fine."""
    axis.broken_barh(
        spans,
        (row - 0.5 * _BAR, _BAR),
        facecolor=look.colour,
        hatch=look.hatch,
        edgecolor="#777777" if look.hatch else "white",
        linewidth=0.0 if fine else 0.3,
    )


def _bars(track: WorkerTrack, replay: Replay) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.int64]]:
    """Return begins, ends and states of the bars of a worker."""
    if len(track.states) <= _CELLS:
        return track.begins, track.ends, track.states
    edges = np.linspace(replay.begin, replay.end, _CELLS + 1)
    states = most_of(track, edges)
    firsts = np.flatnonzero(np.diff(states, prepend=-2))
    lasts = np.append(firsts[1:], _CELLS)
    return edges[firsts], edges[lasts], states[firsts]


def _level(axis: Any, stock: StockTrack, members: int, replay: Replay) -> None:
    times, levels = _outline(stock, replay)
    low, top = float(stock.levels.min()), max(float(stock.levels.max()), 1e-12)
    far = _is_far(stock)
    if not far:
        axis.fill_between(times, levels, step="post", color=COLOURS[4], alpha=0.45, linewidth=0)
    axis.step(times, levels, where="post", color=COLOURS[0], linewidth=0.8)
    if _limited(stock):
        axis.axhline(stock.capacity, color=FAINT, linewidth=0.7, linestyle=(0, (4, 3)))
    bottom = low if far else 0.0
    room = 0.12 * (top - bottom)
    axis.set_ylim(bottom - room if far else min(0.0, low), top + room)
    axis.set_yticks([bottom, top], [written(bottom), written(top)])
    name = f"{stock.name} ×{members}" if members > 1 else stock.name
    label = shortened([name])[0] + (f", {stock.unit}" if stock.unit else "")
    axis.set_ylabel(label, rotation=0, ha="right", va="center")
    axis.grid(axis="x")


def _limited(stock: StockTrack) -> bool:
    """Tell whether a stock's capacity is near enough to its levels to be shown."""
    near = stock.capacity is not None and 0.0 < stock.capacity <= 3.0 * float(stock.levels.max())
    return near and not _is_far(stock)


def _is_far(stock: StockTrack) -> bool:
    """Tell whether levels are so far from 0 that nothing would be seen of their changes from there."""
    return float(stock.levels.min()) > _FAR * float(stock.levels.max())


def _outline(stock: StockTrack, replay: Replay) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return times and levels to draw: of many changes, the lowest and highest of each cell."""
    times, levels = np.append(stock.times, replay.end), np.append(stock.levels, stock.levels[-1])
    if len(times) <= 4 * _CELLS:
        return times, levels
    cell = np.minimum(((times - replay.begin) / (replay.end - replay.begin) * _CELLS).astype(int), _CELLS - 1)
    order = np.lexsort((levels, cell))
    firsts = np.flatnonzero(np.diff(cell[order], prepend=-1))
    lasts = np.append(firsts[1:], len(cell)) - 1
    kept = np.unique(np.concatenate(([0, len(times) - 1], order[firsts], order[lasts])))
    return times[kept], levels[kept]


def _time(axes: Any, replay: Replay) -> None:
    axes[-1].set_xlim(replay.begin, replay.end)
    axes[-1].set_xticks(marks(replay.begin, replay.end, replay.time_unit, 9))
    axes[-1].set_xlabel(f"time, {replay.time_unit}" if replay.time_unit else "time")
    for axis in axes:
        axis.tick_params(axis="x", length=0 if axis is not axes[-1] else 3)
        if replay.begin < replay.warm_up < replay.end:
            axis.axvline(replay.warm_up, color=FAINT, linewidth=0.8, linestyle=(0, (1, 2)))
        axis.spines["bottom"].set_color(GRID if axis is not axes[-1] else FAINT)
