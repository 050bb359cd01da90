"""Empirical distributions: the numbers of one column of a CSV file, equally likely."""

from __future__ import annotations

import math
from pathlib import Path

from hewer.data_file import Rows, csv_rows, find_column, is_number
from hewer.distribution import Distribution
from hewer.errors import DataError
from hewer.quantity import unit

__all__ = ["empirical"]

_MOST_BYTES = 50_000_000


def empirical(
    file: str, column: str | None = None, unit_text: str = "", folder: Path | str | None = None
) -> Distribution:
    """Read a distribution from a CSV file.

    Parameters
    ----------
    file : str
        Path, relative to `folder`.
    column : str, optional
        Name of the column, as the first row states it; may be left out where there is one column.
    unit_text : str
        Unit of the numbers.
    folder : path, optional
        Where the model stands; default the current folder.

    Raises
    ------
    DataError
        Where the file or column is missing, or a number is none, is negative or not finite.
    """
    found = unit(unit_text)
    rows = csv_rows(Path(folder or ".") / file, file, _MOST_BYTES)
    place, rows = _column(rows, column, file)
    values = sorted(_number(row, place, file, line) * found.factor for line, row in rows)
    if not values:
        raise DataError(f"`{file}` has no numbers" + (f" in column `{column}`" if column else ""))
    return Distribution("empirical", table=tuple(values), dimension=found.dimension)


def _column(rows: Rows, column: str | None, file: str) -> tuple[int, Rows]:
    if not rows:
        raise DataError(f"`{file}` is empty")
    header = [cell.strip() for cell in rows[0][1]]
    place = find_column(header, column, file)
    headless = column is None and is_number(header[0])
    return place, rows if headless else rows[1:]


def _number(row: list[str], place: int, file: str, line: int) -> float:
    text = row[place].strip() if place < len(row) else ""
    where = f"`{file}`, line {line}"
    if not text:
        raise DataError(f"{where}: a number is missing")
    if not is_number(text):
        raise DataError(f"{where}: must be a number; got `{text[:40]}`")
    value = float(text)
    if not math.isfinite(value) or value < 0.0:
        raise DataError(f"{where}: must be a finite number of 0 or more; got {text[:40]}")
    return value
