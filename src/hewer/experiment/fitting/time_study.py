"""Time studies: observed times of elements of work, from a file.

Columns are ``element``, ``worker``, ``time``, ``unit``, ``rating``, ``censored`` and ``note``; only ``time``
must be there. The header of ``time`` may have the unit: ``time [min]``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from hewer.data_file import Columns, read_columns, read_header, unit_in
from hewer.errors import DataError, ModelError, NotFoundError, Problem, UnitError, did_you_mean, with_hint
from hewer.quantity import DIMENSIONLESS, TIME, Unit, unit

__all__ = ["COLUMNS", "Observation", "TimeStudy", "given_study", "read_study"]

COLUMNS = ("element", "worker", "time", "unit", "rating", "censored", "note")
"""The columns of a time study. A `note` is for the reader."""

_MOST_BYTES = 50_000_000
_MOST_PROBLEMS = 20
_RATINGS = (20.0, 300.0)  # percent; beyond them it is more likely a fraction, or a slip
_MARKS = {"": False, "no": False, "0": False, "false": False, "yes": True, "1": True, "true": True, "x": True}


@dataclass(frozen=True, slots=True)
class Observation:
    """One observed time.

    Attributes
    ----------
    time : float
        Normal time in base units: what was observed times the rating.
    observed : float
        In base units.
    worker : str
        Empty where the study names none.
    censored : bool
        The watch stopped before the element ended.
    where : str
        ``line 4``
    """

    time: float
    observed: float
    worker: str
    censored: bool
    where: str


@dataclass(frozen=True, slots=True)
class TimeStudy:
    """Observations by element, in the order of the file; ``rated`` where there are ratings other than 100."""

    name: str
    unit: Unit
    elements: Mapping[str, tuple[Observation, ...]]
    rated: bool


def given_study(times: Mapping[str, Iterable[float]], unit_text: str | None) -> TimeStudy:
    """Return a study of plain times by element.

    Raises
    ------
    ModelError
        Where a time is not more than 0.
    """
    stated = _unit_of_time(unit_text, "`unit`") if unit_text is not None else Unit(1.0, DIMENSIONLESS)
    problems = []
    found: dict[str, tuple[Observation, ...]] = {}
    for element, row in times.items():
        values = [float(value) for value in row]
        for number, value in enumerate(values, start=1):
            if not 0.0 < value < math.inf:
                problems.append(Problem(f"{element}[{number}]", f"must be a time above 0; got {value:g}"))
        found[element] = tuple(
            Observation(value * stated.factor, value * stated.factor, "", False, f"number {number}")
            for number, value in enumerate(values, start=1)
        )
    if problems:
        raise ModelError(problems[:_MOST_PROBLEMS])
    return TimeStudy("", stated, found, rated=False)


def read_study(
    path: str | Path,
    unit_text: str | None = None,
    columns: Mapping[str, str] | None = None,
    skip: Sequence[str] = (),
) -> TimeStudy:
    """Read a time study from a CSV or Parquet file.

    Parameters
    ----------
    path : str or Path
    unit_text : str, optional
        Unit of the times, where the file states none.
    columns : mapping, optional
        What columns are called in the file, by what they are called here: ``{"time": "Dauer"}``.
    skip : sequence of str
        Columns to leave alone.

    Raises
    ------
    DataError, NotFoundError
        Where the file or a column is missing, or not known.
    ModelError
        Where cells are wrong: all of them, by row and column.
    """
    file = str(path)
    if not Path(path).exists():
        raise NotFoundError(f"there is no file `{file}`")
    headers = read_header(Path(path), file, _MOST_BYTES)
    placed = _placed(headers, file, columns or {}, skip)
    table = read_columns(Path(path), file, list(placed.values()), _MOST_BYTES)
    return _Reader(file, placed, table).study(unit_text)


def _placed(
    headers: Sequence[str], file: str, columns: Mapping[str, str], skip: Sequence[str]
) -> dict[str, str]:
    """Return the header of each column that is known."""
    for word in columns:
        if word not in COLUMNS:
            raise NotFoundError(
                with_hint(f"a time study has no column `{word}`", did_you_mean(word, COLUMNS))
            )
    plain = {header: unit_in(header)[0] for header in headers}
    for name in (*columns.values(), *skip):
        if name not in plain and name not in plain.values():
            hint = did_you_mean(name, plain.values())
            raise NotFoundError(with_hint(f"`{file}` has no column `{name}`", hint))
    words = {name: word for word, name in columns.items()}
    placed: dict[str, str] = {}
    for header, name in plain.items():
        if header in skip or name in skip:
            continue
        word = words.get(header, words.get(name, name))
        if word not in COLUMNS or (word in columns and name != columns[word] and header != columns[word]):
            near = next(iter(get_close_matches(name, COLUMNS, n=1)), None)
            known = f"did you mean `{near}`?" if near else f"columns are {', '.join(COLUMNS)}."
            hint = f"{known} `--skip {name}` leaves it alone"
            raise DataError(f"`{file}`: the column `{header}` is not known", hint)
        if word in placed:
            raise DataError(f"`{file}` has two columns `{word}`: `{placed[word]}` and `{header}`")
        placed[word] = header
    if "time" not in placed:
        raise DataError(
            f"`{file}` has no column `time`", "head it `time [min]`, or give `--column time=NAME`"
        )
    return placed


def _unit_of_time(text: str, where: str) -> Unit:
    found = unit(text)
    if found.dimension not in (TIME, DIMENSIONLESS):
        raise DataError(f"{where} must be a unit of time; got `{text}` ({found.dimension})")
    return found


class _Reader:
    """Reads the rows of a study, and collects what is wrong with them."""

    def __init__(self, file: str, placed: Mapping[str, str], table: Columns) -> None:
        self.file, self.placed, self.table = file, placed, table
        self.cells = dict(zip(placed, table.cells, strict=True))
        self.problems: list[Problem] = []

    def study(self, unit_text: str | None) -> TimeStudy:
        """Read all rows."""
        stated = self._unit(unit_text)
        found: dict[str, list[Observation]] = {}
        rated = False
        for row in range(len(self.table.numbers)):
            factor = stated.factor if stated is not None else self._factor_of(row)
            observed = self._positive(row) * factor
            rating = self._rating(row)
            rated = rated or rating != 100.0
            element, worker = self._text(row, "element"), self._text(row, "worker")
            mark = self._mark(row)
            where = f"{self.table.word} {self.table.numbers[row]}"
            one = Observation(observed * rating / 100.0, observed, worker, mark, where)
            found.setdefault(element or "time", []).append(one)
        if self.problems:
            more = len(self.problems) - _MOST_PROBLEMS
            rest = [Problem("", f"and {more} problems more", file=self.file)] if more > 0 else []
            raise ModelError([*self.problems[:_MOST_PROBLEMS], *rest])
        if not found:
            raise DataError(f"`{self.file}` has no rows")
        shown = stated if stated is not None else unit(str(self.cells["unit"][0]).strip())
        return TimeStudy(Path(self.file).name, shown, {k: tuple(v) for k, v in found.items()}, rated)

    def _unit(self, unit_text: str | None) -> Unit | None:
        """Return the unit of all times; None where each row has its own."""
        header = self.placed["time"]
        headed = unit_in(header)[1]
        ways = {
            f"the header `{header}`": headed,
            "a column `unit`": "" if "unit" in self.placed else None,
            "`--unit`": unit_text,
        }
        given = [words for words, text in ways.items() if text is not None]
        if len(given) > 1:
            raise DataError(f"`{self.file}`: {given[0]} has the unit, and so has {given[1]}", "leave one out")
        if not given:
            hint = "head the column `time [min]`, or give `--unit min`"
            raise DataError(f"`{self.file}` does not say in which unit its times are", hint)
        if "unit" in self.placed:
            return None
        return _unit_of_time(headed if headed is not None else str(unit_text), given[0])

    def _factor_of(self, row: int) -> float:
        text = self._text(row, "unit")
        try:
            found = unit(text)
        except UnitError as error:
            self._wrong(row, "unit", error.message, error.hint)
            return 1.0
        if text and found.dimension != TIME:
            self._wrong(row, "unit", f"must be a unit of time; got `{text}` ({found.dimension})")
        return found.factor

    def _positive(self, row: int) -> float:
        cell = self.cells["time"][row]
        value = self._number(row, "time", cell)
        if value is None:
            return 1.0
        if value == 0.0:
            self._wrong(row, "time", "must be above 0; got 0", "leave the row out, or time it more finely")
        elif value < 0.0:
            self._wrong(row, "time", f"must be above 0; got {cell}")
        return value

    def _rating(self, row: int) -> float:
        if "rating" not in self.cells:
            return 100.0
        cell = self.cells["rating"][row]
        value = self._number(row, "rating", cell)
        if value is None:
            return 100.0
        if not _RATINGS[0] <= value <= _RATINGS[1]:
            hint = "a rating is in percent: 100 is the normal pace"
            self._wrong(
                row, "rating", f"must lie between {_RATINGS[0]:g} and {_RATINGS[1]:g} %; got {cell}", hint
            )
        return value

    def _mark(self, row: int) -> bool:
        if "censored" not in self.cells:
            return False
        cell = self.cells["censored"][row]
        text = "" if cell is None else str(cell).strip().lower()
        if text not in _MARKS:
            self._wrong(row, "censored", f"must be yes or no; got `{str(cell)[:40]}`")
        return _MARKS.get(text, False)

    def _text(self, row: int, column: str) -> str:
        if column not in self.cells:
            return ""
        cell = self.cells[column][row]
        text = "" if cell is None else str(cell).strip()
        if not text:
            self._wrong(row, column, f"the {column} is missing")
        return text

    def _number(self, row: int, column: str, cell: Any) -> float | None:
        if cell is None or cell == "":
            hint = "write 100 where the pace was normal" if column == "rating" else None
            self._wrong(row, column, f"the {column} is missing", hint)
            return None
        try:
            value = float(cell)
        except (TypeError, ValueError):
            value = math.nan
        if math.isfinite(value):
            return value
        text = str(cell)[:40]
        hint = None
        if any(letter.isalpha() for letter in text):
            hint = "numbers only; the unit belongs into the header or a column `unit`"
        elif "," in text:
            hint = f"write a point: `{text.replace(',', '.')}`"
        self._wrong(row, column, f"must be a number; got `{text}`", hint)
        return None

    def _wrong(self, row: int, column: str, message: str, hint: str | None = None) -> None:
        line = self.table.numbers[row] if self.table.word == "line" else None
        if line is None:
            message = f"{self.table.word} {self.table.numbers[row]}: {message}"
        self.problems.append(Problem(self.placed[column], message, hint, line, None, self.file, "data"))
