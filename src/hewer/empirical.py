"""Empirical distributions: the numbers of one column of a CSV file, equally likely."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from hewer.distribution import Distribution
from hewer.errors import DataError, did_you_mean
from hewer.quantity import unit

__all__ = ["empirical"]

_MOST_BYTES = 50_000_000
_Rows = list[tuple[int, list[str]]]


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
    rows = _rows(Path(folder or ".") / file, file)
    place, rows = _column(rows, column, file)
    values = sorted(_number(row, place, file, line) * found.factor for line, row in rows)
    if not values:
        raise DataError(f"`{file}` has no numbers" + (f" in column `{column}`" if column else ""))
    return Distribution("empirical", table=tuple(values), dimension=found.dimension)


def _rows(path: Path, file: str) -> _Rows:
    try:
        found = path.stat()
        if found.st_size > _MOST_BYTES:
            raise DataError(f"`{file}` is larger than {_MOST_BYTES // 1_000_000} MB")
        if not (S_ISREG(found.st_mode) or S_ISDIR(found.st_mode)):
            raise DataError(f"`{file}` must be a file")  # a device or a pipe may have no end
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except FileNotFoundError as error:
        hint = "its path counts from the folder of the model"
        raise DataError(f"there is no file `{file}`", hint) from error
    except OSError as error:
        raise DataError(f"`{file}` cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"`{file}` must be text in UTF-8", "save it as UTF-8") from error
    except ValueError as error:
        raise DataError(f"`{file}` cannot be the name of a file: {error}") from error
    except csv.Error as error:
        raise DataError(f"`{file}` must be a CSV file: {error}") from error


def _column(rows: _Rows, column: str | None, file: str) -> tuple[int, _Rows]:
    if not rows:
        raise DataError(f"`{file}` is empty")
    header = [cell.strip() for cell in rows[0][1]]
    if column is None:
        if len(header) > 1:
            raise DataError(f"`{file}` has {len(header)} columns", f'name one: `column="{header[0]}"`')
        return 0, rows if _is_number(header[0]) else rows[1:]
    if column not in header:
        raise DataError(f"`{file}` has no column `{column}`", did_you_mean(column, header))
    if header.count(column) > 1:
        raise DataError(f"`{file}` has {header.count(column)} columns `{column}`")
    return header.index(column), rows[1:]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _number(row: list[str], place: int, file: str, line: int) -> float:
    text = row[place].strip() if place < len(row) else ""
    where = f"`{file}`, line {line}"
    if not text:
        raise DataError(f"{where}: a number is missing")
    if not _is_number(text):
        raise DataError(f"{where}: must be a number; got `{text[:40]}`")
    value = float(text)
    if not math.isfinite(value) or value < 0.0:
        raise DataError(f"{where}: must be a finite number of 0 or more; got {text[:40]}")
    return value
