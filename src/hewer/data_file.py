"""Files of data: the rows of a CSV file, the columns of a CSV or Parquet file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any, NamedTuple

from hewer.errors import DataError, MissingExtraError, did_you_mean

__all__ = [
    "Columns",
    "Rows",
    "csv_rows",
    "find_column",
    "is_number",
    "read_columns",
    "read_header",
    "size_of",
    "stamp_of",
    "unit_in",
]

_WITH_UNIT = re.compile(r"(?P<name>.*?)\s*(?:\[(?P<a>[^\[\]]+)\]|\((?P<b>[^()]+)\)|,(?P<c>[^,]+))")

Rows = list[tuple[int, list[str]]]
"""Line number and cells of each row that is not blank."""


class Columns(NamedTuple):
    """Some columns of a file.

    Attributes
    ----------
    word : str
        What ``numbers`` count: ``line`` or ``row``.
    numbers : list of int
        Where each row stands.
    cells : list of lists
        By column, then row: texts of a CSV file; of a Parquet file what it holds, None where nothing.
    """

    word: str
    numbers: Sequence[int]
    cells: list[list[Any]]


def size_of(path: Path, file: str, most_bytes: int) -> int:
    """Return the size of a file; no device or pipe, which may have no end.

    Raises
    ------
    DataError
        Where it is missing, too large, or no file.
    """
    try:
        found = path.stat()
    except FileNotFoundError as error:
        hint = "its path counts from the folder of the model"
        raise DataError(f"there is no file `{file}`", hint) from error
    except OSError as error:
        raise DataError(f"`{file}` cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise DataError(f"`{file}` cannot be the name of a file: {error}") from error
    if found.st_size > most_bytes:
        raise DataError(f"`{file}` is larger than {most_bytes // 1_000_000} MB")
    if not (S_ISREG(found.st_mode) or S_ISDIR(found.st_mode)):
        raise DataError(f"`{file}` must be a file")
    return found.st_size


def stamp_of(path: Path) -> tuple[int, int]:
    """Return what changes when a file does; (0, 0) where it cannot be read: reading it says why."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return 0, 0
    return found.st_mtime_ns, found.st_size


def unit_in(header: str) -> tuple[str, str | None]:
    """Split the header of a column into name and unit: ``time [min]``, ``time (min)``, ``time, min``."""
    found = _WITH_UNIT.fullmatch(header.strip())
    if found is None:
        return header.strip(), None
    return found["name"].strip(), (found["a"] or found["b"] or found["c"]).strip()


def csv_rows(path: Path, file: str, most_bytes: int) -> Rows:
    """Read the rows of a CSV file, `file` as the model names it.

    Raises
    ------
    DataError
        Where it cannot be read.
    """
    size_of(path, file, most_bytes)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except OSError as error:
        raise DataError(f"`{file}` cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"`{file}` must be text in UTF-8", "save it as UTF-8") from error
    except csv.Error as error:
        raise DataError(f"`{file}` must be a CSV file: {error}") from error


def find_column(header: Sequence[str], column: str | None, file: str, field: str = "column") -> int:
    """Return the place of a column; without a name, of the only one.

    Raises
    ------
    DataError
        Where there is none of that name, or there are several.
    """
    if column is None:
        if len(header) > 1:
            example = f'`{field}="{header[0]}"`' if field == "column" else f"`{field}: {header[0]}`"
            raise DataError(f"`{file}` has {len(header)} columns", f"name one: {example}")
        return 0
    if column not in header:
        raise DataError(f"`{file}` has no column `{column}`", did_you_mean(column, header))
    if list(header).count(column) > 1:
        raise DataError(f"`{file}` has {list(header).count(column)} columns `{column}`")
    return list(header).index(column)


def is_number(text: str) -> bool:
    """Tell whether a text is a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def read_columns(path: Path, file: str, names: Sequence[str | None], most_bytes: int) -> Columns:
    """Read columns of a CSV file, whose first row names them, or of a Parquet file.

    Raises
    ------
    DataError
        Where the file or a column is missing, or the file is empty.
    MissingExtraError
        Where a Parquet file is to be read without pyarrow.
    """
    if path.suffix.lower() in (".parquet", ".pq"):
        return _parquet_columns(path, file, names, most_bytes)
    rows = csv_rows(path, file, most_bytes)
    if not rows:
        raise DataError(f"`{file}` is empty")
    header = [cell.strip() for cell in rows[0][1]]
    places = [find_column(header, name, file, "time") for name in names]
    headless = names[0] is None and is_number(header[0])
    rows = rows if headless else rows[1:]
    cells = [[row[place].strip() if place < len(row) else "" for _, row in rows] for place in places]
    return Columns("line", [line for line, _ in rows], cells)


def read_header(path: Path, file: str, most_bytes: int) -> list[str]:
    """Return the headers of the columns of a CSV or Parquet file.

    Raises
    ------
    DataError
        Where the file is missing, cannot be read or is empty.
    MissingExtraError
        Where a Parquet file is to be read without pyarrow.
    """
    if path.suffix.lower() in (".parquet", ".pq"):
        size_of(path, file, most_bytes)
        with _parquet_errors(file):
            from pyarrow.parquet import read_schema

            return list(read_schema(path).names)
    rows = csv_rows(path, file, most_bytes)
    if not rows:
        raise DataError(f"`{file}` is empty")
    return [cell.strip() for cell in rows[0][1]]


@contextmanager
def _parquet_errors(file: str) -> Iterator[None]:
    """Say in plain words what keeps a Parquet file from being read."""
    try:
        from pyarrow import ArrowException
    except ImportError:
        message = f"`{file}`: Parquet files need pyarrow; install it with `pip install hewer[files]`"
        raise MissingExtraError(message) from None
    try:
        yield
    except (OSError, ArrowException) as error:
        reason = str(error).splitlines()[0][:120]
        raise DataError(f"`{file}` cannot be read as a Parquet file: {reason}") from error


def _parquet_columns(path: Path, file: str, names: Sequence[str | None], most_bytes: int) -> Columns:
    size_of(path, file, most_bytes)
    with _parquet_errors(file):
        from pyarrow import timestamp, types
        from pyarrow.parquet import read_schema, read_table

        header = read_schema(path).names
        chosen = [header[find_column(header, name, file, "time")] for name in names]
        table = read_table(path, columns=list(dict.fromkeys(chosen)))
    cells = []
    for name in chosen:
        column = table.column(name)
        if types.is_timestamp(column.type):  # Python's dates have no nanoseconds
            column = column.cast(timestamp("us", column.type.tz), safe=False)
        cells.append(column.to_pylist())
    return Columns("row", range(1, table.num_rows + 1), cells)
