"""A replay as text: a line of signs for each worker, a sparkline for each stock; and as plain data."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hewer.report.form.cells import marks, mean_levels, most_of, sparkline, together
from hewer.report.form.number import figure, finite
from hewer.report.form.palette import Look, looks
from hewer.study.replay import Replay, StockTrack

if TYPE_CHECKING:
    from rich.text import Text

_LEAST = 20  # cells of a line
_LEAST_END = 9  # letters behind a line: the end of the axis
_MOST_NAME = 24
_DARK = 120.0  # of 255
Piece = tuple[str, str]
"""A text and its style."""


def names_of(replay: Replay) -> list[str]:
    """Say which replication this is, in parts."""
    parts = [f"scenario {replay.scenario}"] if replay.scenario else []
    parts += [f"crew {replay.crew}"] if replay.crew else []
    return [*parts, f"seed {replay.seed}", f"replication {replay.replication}"]


def replay_lines(replay: Replay, width: int = 120) -> Iterator[list[Piece]]:
    """Lay a replay out in lines of pieces: text and style (of Rich)."""
    stocks = together(replay.stocks)
    names = [one.name for one in replay.workers] + [_stock_name(*one) for one in stocks]
    margin = min(_MOST_NAME, max((len(name) for name in names), default=0)) + 2
    ranges = [len(_range(stock)) for stock, _ in stocks if np.ptp(stock.levels) > 0.0]
    cells = max(_LEAST, width - margin - max([_LEAST_END, *ranges]) - 1)
    edges = np.linspace(replay.begin, replay.end, cells + 1)
    unit = f" {replay.time_unit}" if replay.time_unit else ""
    yield [(" · ".join([replay.title or "Untitled model", *names_of(replay)]), "bold")]
    yield [(f"A column is {(replay.end - replay.begin) / cells:.3g}{unit}: what took most of it.", "dim")]
    yield []
    yield [(" " * margin + _axis(replay, cells), "dim")]
    yield from _gantt(replay, edges, margin, width)
    yield from _levels([one for one in stocks if np.ptp(one[0].levels) > 0.0], edges, margin)
    still = [one for one in stocks if np.ptp(one[0].levels) == 0.0]
    if still:
        said = ", ".join(f"{_stock_name(*one)} {figure(float(one[0].levels[0]))}" for one in still)
        yield from ([(line, "dim")] for line in textwrap.wrap(f"Without change: {said}.", width))


def _gantt(replay: Replay, edges: NDArray[np.float64], margin: int, width: int) -> Iterator[list[Piece]]:
    shown = looks(replay.states, [int(one) for track in replay.workers for one in track.states])
    for worker in replay.workers:
        yield [(_padded(worker.name, margin), "cyan"), *_bar(most_of(worker, edges), shown)]
    if replay.workers:
        yield []
        yield from _legend(shown, width)


def _bar(states: NDArray[np.int64], shown: dict[int, Look]) -> Iterator[Piece]:
    """Yield a line's pieces, one for each run of equal states."""
    begins = np.flatnonzero(np.diff(states, prepend=-2))
    for begin, end in zip(begins, np.append(begins[1:], len(states)), strict=True):
        look = shown.get(int(states[begin]))
        if look is None:
            yield " " * int(end - begin), ""
        else:
            yield look.sign * int(end - begin), style(look)


def style(look: Look) -> str:
    """Return the style of Rich for a state."""
    if not look.colour:
        return ""
    red, green, blue = (int(look.colour[k : k + 2], 16) for k in (1, 3, 5))
    dark = 0.299 * red + 0.587 * green + 0.114 * blue < _DARK  # luma of ITU-R BT.601
    return f"{'white' if dark else 'black'} on {look.colour.lower()}"


def _legend(shown: dict[int, Look], width: int) -> Iterator[list[Piece]]:
    """Yield the signs with what they mean, each once, as many in a line as there is room for."""
    line: list[Piece] = []
    used = 0
    for look in dict.fromkeys(shown.values()):
        text = look.label if look.sign != " " else f"(blank) {look.label}"
        if line and used + len(text) + 5 > width:
            yield line
            line, used = [], 0
        line += [(look.sign, style(look)), (f" {text}   ", "")]
        used += len(text) + 5
    yield line


def _levels(
    stocks: list[tuple[StockTrack, int]], edges: NDArray[np.float64], margin: int
) -> Iterator[list[Piece]]:
    if stocks:
        yield []
        yield [("Levels: mean of each column; lowest .. highest", "bold")]
    for stock, members in stocks:
        low, high = float(stock.levels.min()), float(stock.levels.max())
        yield [
            (_padded(_stock_name(stock, members), margin), "cyan"),
            (sparkline(mean_levels(stock, edges), low, high), ""),
            (f" {_range(stock)}", "dim"),
        ]


def _range(stock: StockTrack) -> str:
    unit = f" {stock.unit}" if stock.unit else ""
    return f"{figure(float(stock.levels.min()))} .. {figure(float(stock.levels.max()))}{unit}"


def _axis(replay: Replay, cells: int) -> str:
    """Write round times above the lines."""
    line = [" "] * (cells + 16)
    share = cells / (replay.end - replay.begin)
    for time in marks(replay.begin, replay.end, replay.time_unit, max(2, cells // 12)):
        at = round((time - replay.begin) * share)
        text = f"|{time:g}"
        line[at : at + len(text)] = text
    return f"{''.join(line).rstrip()} {replay.time_unit}".rstrip()


def _stock_name(stock: StockTrack, members: int) -> str:
    return f"{stock.name} ×{members}" if members > 1 else stock.name


def _padded(name: str, margin: int) -> str:
    room = margin - 2
    return (name if len(name) <= room else name[: room - 1] + "…").ljust(margin)


def plain_text(replay: Replay, width: int = 120) -> str:
    """Write a replay as plain text."""
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in replay_lines(replay, width))


def rich_text(replay: Replay, width: int) -> Text:
    """Write a replay as text of Rich."""
    from rich.text import Text

    found = Text(no_wrap=True, overflow="crop")
    for line in replay_lines(replay, width):
        for text, look in line:
            found.append(text, style=look or None)
        found.append("\n")
    found.rstrip()
    return found


def replay_document(replay: Replay) -> dict[str, Any]:
    """Return a replay as plain data: spells are [begin, end, state], changes [time, level]."""
    keys = [state.key for state in replay.states]
    return {
        "title": replay.title,
        "scenario": replay.scenario,
        "crew": replay.crew,
        "seed": replay.seed,
        "replication": replay.replication,
        "version": replay.version,
        "time_unit": replay.time_unit,
        "begin": replay.begin,
        "end": replay.end,
        "warm_up": replay.warm_up,
        "horizon": replay.horizon,
        "workers": [
            {
                "worker": one.name,
                "role": one.role,
                "spells": [
                    [begin, end, keys[state]]
                    for begin, end, state in zip(
                        one.begins.tolist(), one.ends.tolist(), one.states.tolist(), strict=True
                    )
                ],
                "overtime": [[begin, end, keys[state]] for begin, end, state in one.overtime],
            }
            for one in replay.workers
        ],
        "stocks": [
            {
                "stock": one.name,
                "unit": one.unit,
                "capacity": None if one.capacity is None else finite(one.capacity),
                "changes": [list(pair) for pair in zip(one.times.tolist(), one.levels.tolist(), strict=True)],
            }
            for one in replay.stocks
        ],
    }
