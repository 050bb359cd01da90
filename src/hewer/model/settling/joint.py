"""Joint draws: columns of a file that hold draws of params, one row for each world.

Params whose ``draws`` name one file are drawn together: the row of a world gives them all. ``hewer fit``
writes such files; any other program may.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from hewer.data_file import find_column, read_columns, read_header, stamp_of, unit_in
from hewer.errors import DataError
from hewer.model.document import Draws
from hewer.quantity import Dimension, unit

__all__ = ["Column", "column_of", "file_key"]

_MOST_BYTES = 50_000_000


class Column(NamedTuple):
    """Draws of one param, in base units, by row."""

    values: tuple[float, ...]
    dimension: Dimension
    unit: str


def file_key(draws: Draws) -> str:
    """Name the file as the draws of its rows are keyed: the same for ``a.csv`` and ``./a.csv``."""
    return Path(draws.file).as_posix()


def column_of(draws: Draws, param: str, folder: Path | None) -> Column:
    """Read the draws of a param.

    Raises
    ------
    DataError
        Where the file, the column, its unit or a number is missing or wrong; it names the line or row.
    UnitError
        Where the column's unit is none.
    MissingExtraError
        Where pyarrow is needed and missing.
    """
    path = Path(folder or ".") / draws.file
    return _read(str(path), stamp_of(path), draws.file, draws.column or param, draws.unit)


@lru_cache(maxsize=256)
def _read(path: str, stamp: tuple[int, int], file: str, column: str, stated: str | None) -> Column:
    """Read a column once, unless the file has changed: params are settled again for every world."""
    headers = read_header(Path(path), file, _MOST_BYTES)
    names = [header if header == column else unit_in(header)[0] for header in headers]
    header = headers[find_column(names, column, file)]
    own = None if header == column else unit_in(header)[1]
    if own is not None and stated is not None:
        raise DataError(f"the header `{header}` of `{file}` has the unit", "leave out `unit`")
    found = unit(own or stated or "")
    columns = read_columns(Path(path), file, [header], _MOST_BYTES)
    cells = zip(columns.numbers, columns.cells[0], strict=True)
    values = tuple(
        _number(cell, f"`{file}`, {columns.word} {number}, column `{header}`") * found.factor
        for number, cell in cells
    )
    if len(values) < 2:
        raise DataError(f"`{file}` must have two rows of draws at least; got {len(values)}")
    return Column(values, found.dimension, found.text)


def _number(cell: Any, where: str) -> float:
    if cell is None or cell == "":
        raise DataError(f"{where}: a number is missing")
    try:
        value = float(cell)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise DataError(f"{where}: must be a finite number; got `{str(cell)[:40]}`")
    return value
