"""What the parts of the compiler share: names and their numbers, and the arrays in the making."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import numpy as np

from hewer import tracing
from hewer.distribution import Distribution
from hewer.engine.codes import TICKS
from hewer.engine.draws import Sampler, member_key, name_key
from hewer.errors import DimensionError, ModelError, ValueProblem
from hewer.model.document import Model
from hewer.quantity import Dimension, Quantity, Unit

MOST_ITEMS = 10_000_000
"""Items that may stand in a stock at the start, or be made at one time."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A declared place: its members are ``first .. first + count``."""

    name: str
    index: int
    first: int
    count: int
    room: int | None

    def member(self, number: int) -> int:
        """Place member of an instance of number `number` at this place."""
        return self.first + (number if self.count > 1 else 0)


@dataclass(frozen=True, slots=True)
class StockEntry:
    """A declared stock: its stock instances are ``first .. first + count``.

    ``scale`` is in base units per grain (1 for items); ``place`` names the place *set* it stands at.
    """

    name: str
    index: int
    first: int
    count: int
    place: str | None
    unit: Unit | None
    scale: float
    dimension: Dimension

    @property
    def items(self) -> bool:
        """Whether it holds items."""
        return self.unit is None


class AttributeEntry(NamedTuple):
    """An attribute of items: its column, and between what it lies in base units."""

    column: int
    dimension: Dimension
    low: float
    high: float


@dataclass(slots=True)
class Context:
    """A model in the course of being compiled.

    Attributes
    ----------
    model : Model
        Flow expanded, scenario applied.
    params : mapping
        Value of each param in this world.
    time : Dimension
        Of time in this model: TIME, or DIMENSIONLESS.
    folder : Path or None
        Where files named in the model are found.
    """

    model: Model
    params: Mapping[str, Quantity]
    time: Dimension
    folder: Path | None
    places: dict[str, PlaceEntry] = field(default_factory=dict)
    stocks: dict[str, StockEntry] = field(default_factory=dict)
    distributions: list[Row] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)  # tables of distributions
    code: list[Row] = field(default_factory=list)
    arrivals: list[Row] = field(default_factory=list)
    owners: list[StockEntry] = field(default_factory=list)  # by stock instance
    keys: dict[str, tuple[str | None, StockEntry]] = field(default_factory=dict)  # of takes and gives
    drawn: list[Distribution] = field(default_factory=list)  # by index, as ``distributions``
    capacity: list[int] = field(default_factory=list)  # of stock instances
    classes: tuple[int, ...] = (0,)  # priorities of items, highest first
    wakes: set[int] = field(default_factory=set)  # ticks at which guards that read the clock change
    kinds: dict[str, int] = field(default_factory=dict)
    attributes: dict[str, AttributeEntry] = field(default_factory=dict)
    lanes: dict[str, tuple[int, int]] = field(default_factory=dict)  # of activities on routes: (stock, lane)
    rest_lanes: dict[int, int] = field(default_factory=dict)  # by stock that has lanes
    class_tails: int = 0  # length of ``class_tail``
    stock_total: int = 0  # stock instances and lanes
    assigns: list[Row] = field(default_factory=list)
    recipes: list[Row] = field(default_factory=list)
    _known: dict[Distribution, int] = field(default_factory=dict)
    _placed: dict[tuple[tuple[int, int, float], ...], int] = field(default_factory=dict)

    def add_distribution(self, distribution: Distribution) -> int:
        """Return the index of a distribution among those compiled, adding it if it is new."""
        if distribution not in self._known:
            table = distribution.table or ()
            start = len(self.numbers)
            self.numbers.extend(table)
            stop = start + len(distribution.values())
            self._known[distribution] = len(self.distributions)
            self.drawn.append(distribution)
            self.distributions.append(
                {
                    "family": int(Sampler[distribution.family.upper()]),
                    "t0": start,
                    "t1": stop,
                    "a": distribution.a,
                    "b": distribution.b,
                    "c": distribution.c,
                }
            )
        return self._known[distribution]

    def add_code(self, code: Iterable[tuple[int, int, float]]) -> int:
        """Return the index at which a piece of code begins, adding it if it is new."""
        piece = tuple(code)
        if piece not in self._placed:
            self._placed[piece] = len(self.code)
            self.code.extend({"op": op, "a": a, "x": x} for op, a, x in (*piece, (0, 0, 0.0)))
        return self._placed[piece]

    @property
    def described(self) -> bool:
        """Whether items have a kind, a step and attributes."""
        return bool(self.kinds or self.attributes)

    def set_size(self, place: str | None) -> int:
        """Count the members of a place; 1 where there is none."""
        return self.places[place].count if place is not None else 1


@lru_cache(maxsize=1 << 16)
def stream(name: str, member: int) -> int:
    """Return the key of a member of what has a name."""
    return member_key(name_key(name), member)


def array(dtype: np.dtype[Any], rows: Sequence[Row]) -> np.ndarray:
    """Make a structured array of rows; fields that a row does not name are 0."""
    made = np.zeros(len(rows), dtype)
    stated = {name for row in rows for name in row}
    for name in dtype.names or ():
        if name in stated:
            values = [row.get(name, 0) for row in rows]
            made[name] = np.array(
                [_placed(made, k, value, name) for k, value in enumerate(values)], dtype[name]
            )
    return made


def put(made: np.ndarray, index: int | tuple[int, ...], value: float) -> None:
    """Write a number to an array that is no table of rows."""
    made[index] = _placed(made, index, value)


def table(values: Sequence[float], dtype: type) -> np.ndarray:
    """Make an array of numbers."""
    made: np.ndarray = np.zeros(len(values), dtype)
    for k, value in enumerate(values):
        put(made, k, value)
    return made


def _placed(made: np.ndarray, index: int | tuple[int, ...], value: Any, field: str | None = None) -> Any:
    """Return a plain number; of a traced one it is noted where it goes."""
    if isinstance(value, tracing.Traced):
        value.tape.placed.append(tracing.Placed(made, index, field, value))
        return value.value
    return value


def whole(quantity: Quantity, stock: StockEntry, what: str) -> int:
    """Round an amount of a stock to grains or items.

    Raises
    ------
    DimensionError, ValueProblem
        Where it is in another dimension, negative, too large, or items are not whole.
    """
    require(quantity, stock.dimension, what)
    if quantity.value < 0.0:
        raise ValueProblem(f"{what} must not be negative; got {quantity}")
    number = quantity.value / stock.scale
    if not number < 2.0**62:
        raise ValueProblem(f"{what} is too large: {quantity}")
    rounded = round(number)
    if stock.items and abs(number - rounded) > 1e-9:
        raise ValueProblem(f"{what} must be a whole number of items; got {quantity}")
    return rounded


def few(number: int, stock: StockEntry, what: str) -> int:
    """Return a number of items that stand in a stock or are made at one time: each takes memory.

    Raises
    ------
    ValueProblem
        Where they are too many. Bulk takes no memory.
    """
    if stock.items and number > MOST_ITEMS:
        raise ValueProblem(f"{what} must be {MOST_ITEMS:,} items at most; got {number:,}", "use a unit")
    return number


def ticks(quantity: Quantity, time: Dimension, what: str) -> int:
    """Round a time to ticks.

    Raises
    ------
    DimensionError, ValueProblem
        Where it is no time of this model, negative or too long.
    """
    require(quantity, time, what)
    if not 0.0 <= quantity.value * TICKS < 2.0**62:
        raise ValueProblem(f"{what} must be at least 0 and less than 146 years; got {quantity}")
    return round(quantity.value * TICKS)


def fixed_ticks(quantity: Quantity, time: Dimension, what: str) -> int:
    """Round a time by which the compiler lays things out: it is the same in all worlds of a Program."""
    return int(tracing.plain(ticks(quantity, time, what)))


def require(quantity: Quantity, dimension: Dimension, what: str) -> None:
    """Raise DimensionError where a quantity is not of `dimension`."""
    if quantity.dimension != dimension:
        wanted = f"a {dimension}" if dimension else "a bare number"
        raise DimensionError(f"{what} must be {wanted}; got {quantity.described}")


@contextmanager
def located(model: Model, path: str) -> Iterator[None]:
    """Turn a problem of one value, met inside, into a problem of the document at `path`."""
    try:
        yield
    except ValueProblem as error:
        position = model.source.at(path)
        line, column = (position.line, position.column) if position else (None, None)
        raise ModelError([error.problem(path, line, column, model.source.file)]) from error


def refuse(model: Model, path: str, message: str, hint: str | None = None) -> NoReturn:
    """Raise a problem of the document at `path`."""
    with located(model, path):
        raise ValueProblem(message, hint)
    raise AssertionError  # pragma: no cover


@dataclass(slots=True)
class Work:
    """Rows of the work in the making."""

    instances: list[Row] = field(default_factory=list)
    requirements: list[Row] = field(default_factory=list)
    takes: list[Row] = field(default_factory=list)
    gives: list[Row] = field(default_factory=list)
    outcomes: list[Row] = field(default_factory=list)
    needs: list[Row] = field(default_factory=list)
    manners: list[Row] = field(default_factory=list)  # by instance
    onward: list[set[int]] = field(default_factory=list)  # by instance: stocks its items may go onward to
    slot_post: list[int] = field(default_factory=list)
    judged_on: list[list[int]] = field(default_factory=list)  # requirements, by stock
    names: list[str] = field(default_factory=list)  # of instances
    matchers: list[Row] = field(default_factory=list)
    outcome_names: list[str] = field(default_factory=list)
    capacity: list[int] = field(default_factory=list)  # of stocks
