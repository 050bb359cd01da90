"""Arrivals at stated times: a timetable, or the times that a file has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from hewer.data_file import Columns, read_columns, stamp_of
from hewer.errors import DataError, ExpressionError
from hewer.model.document import Replay, Timetable
from hewer.model.settling.resolve import is_bare_zero, quantity
from hewer.quantity import TIME, Dimension, Quantity, unit

__all__ = ["Arrival", "replayed", "stated_period", "tabled"]

_MOST_BYTES = 500_000_000


class Arrival(NamedTuple):
    """One arrival.

    Attributes
    ----------
    time : float
        After the start, in base units.
    where : str
        Words for a message: ``line 3``; the time as it is written.
    amount : str, int, float or None
        As it stands in a timetable; in a file a number in the unit of the stock. None: as the source says.
    priority : int or None
    """

    time: float
    where: str
    amount: str | int | float | None = None
    priority: int | None = None


def tabled(
    table: Timetable, params: Mapping[str, Quantity], time: Dimension, period: float | None
) -> tuple[Arrival, ...]:
    """Return the arrivals of a timetable.

    Raises
    ------
    ValueProblem
        Where a time is none, times go back, or come when the timetable has begun again.
    """
    amounts = table.at if isinstance(table.at, dict) else dict.fromkeys(())
    found: list[Arrival] = []
    for text in table.at:
        stated = quantity(text, params)
        if stated.dimension != time and not is_bare_zero(text):
            wanted = f"a {time}" if time else "a bare number"
            raise ExpressionError(f"must be times; `{text}` is not {wanted}", code="dimension")
        found.append(Arrival(stated.value, f"`{text}`", amounts.get(str(text))))
    if not found:
        raise ExpressionError("has no times", "write for example `[8 h, 12 h]`")
    _check_order(found, period)
    return tuple(found)


def stated_period(
    every: str | int | float | None, params: Mapping[str, Quantity], time: Dimension
) -> float | None:
    """Return after what time a table begins again, in base units; None where it does not.

    Raises
    ------
    ValueProblem
        Where it is no time above 0.
    """
    if every is None:
        return None
    found = quantity(every, params)
    if found.dimension != time:
        wanted = f"a {time}" if time else "a bare number"
        raise ExpressionError(f"`every` must be {wanted}; got {found.described}", code="dimension")
    if not found.value > 0.0:
        raise ExpressionError(f"`every` must be more than 0; got {found}", code="negative")
    return found.value


def _check_order(found: list[Arrival], period: float | None, file: str = "") -> None:
    """Refuse times that are negative, go back, or come when the table has begun again."""
    name = f"`{file}`, " if file else ""
    before = 0.0
    for one in found:
        if one.time < 0.0:
            word = "is before the start" if file else "must not be negative"
            raise DataError(f"{name}{one.where} {word}", None, code="negative")
        if one.time < before:
            raise DataError(f"{name}{one.where} is before the one above it", "sort the times", code="order")
        before = one.time
    if period is not None and before >= period:
        message = f"{name}{found[-1].where} comes when all begins again"
        raise DataError(message, "give a longer `every`, or leave it out", code="order")


def replayed(
    replay: Replay, folder: Path | str | None, time: Dimension, period: float | None
) -> tuple[Arrival, ...]:
    """Read the arrivals of a file.

    Raises
    ------
    DataError
        Where the file, a column or a value is missing or wrong; it names the line or row.
    MissingExtraError
        Where pyarrow is needed and missing.
    """
    path = Path(folder or ".") / replay.file
    plain = replay.model_copy(update={"every": None})
    arrivals = _read(plain, str(path), stamp_of(path), time)
    _check_order(list(arrivals[-1:]), period, replay.file)
    return arrivals


@lru_cache(maxsize=16)
def _read(replay: Replay, path: str, stamp: tuple[int, int], time: Dimension) -> tuple[Arrival, ...]:
    """Read a file once, unless it has changed: the same model is compiled again for every world."""
    named = [replay.time, *(name for name in (replay.amount, replay.priority) if name is not None)]
    columns = read_columns(Path(path), replay.file, named, _MOST_BYTES)
    times, *others = columns.cells
    if not times:
        raise DataError(f"`{replay.file}` has no rows")
    read = _Reader(replay, columns, time)
    amounts = others.pop(0) if replay.amount is not None else [None] * len(times)
    priorities = others.pop(0) if replay.priority is not None else [None] * len(times)
    found = [
        Arrival(
            read.time(row, cell),
            f"{columns.word} {columns.numbers[row]}",
            None if replay.amount is None else read.number(row, amounts[row], "an amount"),
            None if replay.priority is None else read.priority(row, priorities[row]),
        )
        for row, cell in enumerate(times)
    ]
    _check_order(found, None, replay.file)
    return tuple(found)


class _Reader:
    """Reads the cells of a file of arrivals."""

    def __init__(self, replay: Replay, columns: Columns, time: Dimension) -> None:
        self.file, self.columns, self.dimension = replay.file, columns, time
        self.unit = replay.unit
        self.origin = None if replay.origin is None else self.moment(replay.origin, "`origin`")
        if self.origin is not None and time != TIME:
            raise DataError("an `origin` needs a model whose times have units", "give the horizon in hours")
        if self.origin is not None and replay.unit is not None:
            raise DataError("`origin` goes with dates, `unit` with numbers", "leave out one of them")
        self.factor = 1.0
        if self.origin is None:
            stated = unit(replay.unit or "")
            if replay.unit is not None and stated.dimension != time:
                raise DataError(f"`unit` must be a unit of {time or 'no dimension'}; got `{replay.unit}`")
            self.factor = stated.factor

    def where(self, row: int) -> str:
        """Say where a row stands."""
        return f"`{self.file}`, {self.columns.word} {self.columns.numbers[row]}"

    def time(self, row: int, cell: Any) -> float:
        """Read a time, in base units after the start."""
        if self.origin is not None:
            return self.after_origin(row, cell)
        if isinstance(cell, date) or (isinstance(cell, str) and _is_moment(cell)):
            message = f"{self.where(row)}: `{cell}` is a date, and the model says not when it starts"
            raise DataError(message, f"write `origin: {cell}`")
        if self.unit is None and self.dimension:
            hint = "write for example `unit: min`, or `origin: 2026-03-02 06:00` where times are dates"
            raise DataError(
                f"`{self.file}` has numbers for times, and the model says not in which unit", hint
            )
        return self.number(row, cell, "a time") * self.factor

    def after_origin(self, row: int, cell: Any) -> float:
        """Read a date as the time since the origin, in seconds."""
        moment = self.moment(cell, f"{self.where(row)}:")
        assert self.origin is not None
        if (moment.tzinfo is None) != (self.origin.tzinfo is None):
            message = f"{self.where(row)}: `{cell}` and the `origin` must both have a time zone, or neither"
            raise DataError(message)
        since = moment - self.origin
        return (since.days * 86_400 + since.seconds) + since.microseconds * 1e-6

    def moment(self, cell: Any, where: str) -> datetime:
        """Read a date and time in ISO 8601."""
        if isinstance(cell, datetime):
            return cell
        if isinstance(cell, date):
            return datetime(cell.year, cell.month, cell.day)
        if cell is None or cell == "":
            raise DataError(f"{where} a time is missing")
        try:
            found = datetime.fromisoformat(str(cell))
        except ValueError:
            message = f"{where} must be a date and time such as `2026-03-02 06:00`; got `{str(cell)[:40]}`"
            raise DataError(message) from None
        return found.astimezone(UTC) if found.tzinfo is not None else found

    def number(self, row: int, cell: Any, what: str) -> float:
        """Read a finite number of 0 or more."""
        value = self.any_number(row, cell, what)
        if value < 0.0:
            raise DataError(f"{self.where(row)}: {what} must not be negative; got {cell}", code="negative")
        return value

    def any_number(self, row: int, cell: Any, what: str) -> float:
        """Read a finite number."""
        if cell is None or cell == "":
            raise DataError(f"{self.where(row)}: {what} is missing")
        try:
            value = float(cell)
        except (TypeError, ValueError):
            value = math.nan
        if not math.isfinite(value):
            raise DataError(f"{self.where(row)}: {what} must be a finite number; got `{str(cell)[:40]}`")
        return value

    def priority(self, row: int, cell: Any) -> int:
        """Read a whole number."""
        value = self.any_number(row, cell, "a priority")
        if value != round(value):
            raise DataError(f"{self.where(row)}: a priority must be a whole number; got {cell}")
        return round(value)


def _is_moment(text: str) -> bool:
    if text.isdecimal():
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
