"""Tables as text: a title, a header, rows of text, notes; drawn plain or with Rich.

A table that is wider than the page has its headers and cells folded at spaces (and after underscores),
column by column, until it fits; only words that are longer make it wider.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_GAP = "  "
_BREAK = re.compile(r"(?<=[ _])")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of text.

    Attributes
    ----------
    title : str
    header : tuple of str
    rows : tuple of tuple of str
        Each as long as the header.
    notes : tuple of str
        What the numbers are: units, uncertainty, remarks.
    words : tuple of int
        Columns that hold words and are set left; the others hold numbers and are set right.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    words: tuple[int, ...] = (0,)


def plain(grids: Iterable[Grid], width: int | None = 120) -> str:
    """Draw tables as plain text, folded to ``width`` columns (None: as wide as they are)."""
    return "\n\n".join(_plain(grid, width) for grid in grids) + "\n"


def draw(grids: Iterable[Grid], console: Console) -> None:
    """Draw tables on a Rich console."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    for number, grid in enumerate(grids):
        if number:
            console.print()
        widths = _widths(grid, console.width - 2, 3)
        console.print(Text(grid.title, style="bold"))
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for column, (heading, size) in enumerate(zip(grid.header, widths, strict=True)):
            left = column in grid.words
            table.add_column(
                Text(heading), justify="left" if left else "right",
                style="cyan" if left else "", min_width=size, max_width=size, overflow="fold",
            )  # fmt: skip
        for row in grid.rows:
            table.add_row(*(_rich_cell(cell) for cell in row))
        console.print(table)
        for note in grid.notes:
            console.print(Text(note, style="dim"))


def _rich_cell(cell: str) -> Text:
    from rich.text import Text

    text = Text(cell)
    if "±" in cell:
        text.stylize("dim", cell.index("±"))
    return text


def _plain(grid: Grid, width: int | None) -> str:
    widths = _widths(grid, width, len(_GAP))
    ruler = _GAP.join("-" * size for size in widths)
    lines = [grid.title] if grid.title else []
    lines += [*_row(grid.header, widths, grid.words), ruler]
    for row in grid.rows:
        lines += _row(row, widths, grid.words)
    for note in grid.notes:
        lines += textwrap.wrap(note, max(40, width or 10_000), break_long_words=False, break_on_hyphens=False)
    return "\n".join(line.rstrip() for line in lines)


def _row(cells: tuple[str, ...], widths: list[int], words: tuple[int, ...]) -> list[str]:
    folded = [_fold(cell, size) for cell, size in zip(cells, widths, strict=True)]
    lines = []
    for number in range(max(map(len, folded))):
        parts = []
        for column, (pieces, size) in enumerate(zip(folded, widths, strict=True)):
            piece = pieces[number] if number < len(pieces) else ""
            parts.append(piece.ljust(size) if column in words else piece.rjust(size))
        lines.append(_GAP.join(parts))
    return lines


def _fold(cell: str, size: int) -> list[str]:
    """Break a cell into lines of at most ``size``, at spaces and after underscores."""
    if len(cell) <= size:
        return [cell]
    lines = [""]
    for piece in _BREAK.split(cell):
        if lines[-1] and len(lines[-1] + piece.rstrip(" ")) > size:
            lines.append("")
        lines[-1] += piece
    return [line.strip(" ") for line in lines]


def _widths(grid: Grid, width: int | None, gap: int) -> list[int]:
    """Width of each column: natural where the page allows it, else the widest columns are folded."""
    columns = list(zip(grid.header, *grid.rows, strict=True))
    natural = [max(map(len, column)) for column in columns]
    least = [
        max(len(piece.rstrip(" ")) for cell in column for piece in _BREAK.split(cell)) for column in columns
    ]
    if width is None:
        return natural
    excess = sum(natural) + gap * (len(natural) - 1) - width
    sizes = list(natural)
    while excess > 0:
        foldable = [i for i in range(len(sizes)) if sizes[i] > least[i]]
        if not foldable:
            break
        widest = max(foldable, key=lambda i: (sizes[i] - least[i], sizes[i]))
        sizes[widest] -= 1
        excess -= 1
    return sizes
