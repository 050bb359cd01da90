"""Sorts of items: those that times, amounts, chances and routes tell apart.

Items of one sort have the same kind and next step, and their attributes lie in one box: of what is read and
never set anew, each value of a short list, or a part of a range. What may be chosen by its attributes is so
bounded by the best of its box, and not by the mean of all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from hewer.distribution import Distribution
from hewer.engine.codes import BY_STEP, KIND_COLUMN, NONE, STEP_COLUMN, Op
from hewer.engine.compile.code.bounds import Interval
from hewer.engine.program import Program
from hewer.exact.bound.reading.means import State, judge
from hewer.exact.opening import distribution, scipy_part
from hewer.families import FAMILIES, Family

__all__ = ["ANY", "Sort", "Sorts", "View"]

ANY = -2  # in place of the number of a sort: some sort of those that a stock can hold
MOST_PARTS = 16  # of a range of an attribute, and of all attributes of a kind together
_TURNS = 8  # after which a range that still grows is without end
_LATE = 60  # halvings that find the edge of a part


class Sort(NamedTuple):
    """What items of one sort are like: ``kind`` (-1: none), next ``step`` (1 without a route), ``box``."""

    kind: int
    step: int
    box: tuple[Interval, ...]  # by attribute that is told apart


class View(NamedTuple):
    """What an expression can read of the item at hand."""

    item: Callable[[int], Interval]
    kind: Interval
    step: Interval


class Sorts:
    """The sorts of a model.

    Parameters
    ----------
    program : Program

    Attributes
    ----------
    columns : tuple of int
        The attributes that are told apart: some time, amount or chance reads them, and nothing sets them.
    plain : Sort
        Of items of which nothing is stated.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.described = bool(program.scalar[0]["described"])
        self.count = int(program.scalar[0]["attributes"])
        self.set_anew = {int(a["column"]) for row in self._changes() for a in row}
        read = self._read() if self.described else set()
        self.columns = tuple(sorted(read - self.set_anew))
        unset = [float(program.attribute[column]["unset"]) for column in range(self.count)]
        self.unset = tuple((value, value) for value in unset)
        self.plain = Sort(NONE, 1, tuple(self.unset[column] for column in self.columns))
        self.ranges = list(self.unset)  # of all items, whatever becomes of them
        self._find_ranges()

    def _changes(self) -> Iterator[Any]:
        """Yield what works set, range by range."""
        for rows in (self.program.manner, self.program.outcome):
            for row in rows:
                yield self.program.assign[row["set0"] : row["set1"]]

    def _read(self) -> set[int]:
        """Find the attributes that times, amounts and chances read, and those that these are made of."""
        program = self.program
        roots = [*program.instance["time"], *program.step["time"], *program.give["amount"]]
        roots += [*program.take["amount"], *(-2 - program.outcome["chance"][program.outcome["chance"] >= 0])]
        roots += [-2 - row["code"] for row in program.requirement if row["take"] != NONE and row["code"] >= 0]
        found = {column for root in roots for column in _columns(program, int(root))}
        while True:
            more = {
                column
                for row in program.recipe
                for assign in program.assign[row["assign0"] : row["assign1"]]
                if int(assign["column"]) in found
                for column in _columns(program, int(assign["what"]))
            }
            if more <= found:
                return found
            found |= more

    def _find_ranges(self) -> None:
        """Find what attributes can be: made, and set over and over; what grows again and again has no end."""
        recipes = [self.program.assign[row["assign0"] : row["assign1"]] for row in self.program.recipe]
        every = [a for rows in (recipes, self._changes()) for row in rows for a in row if a["column"] >= 0]
        turn, grown = 0, self.described
        while grown:
            turn, grown = turn + 1, False
            for assign in every:
                column, what = int(assign["column"]), int(assign["what"])
                (low, high), ((_, value),) = self.ranges[column], self._values(what, self.ranges, 1)
                least, most = min(low, value[0]), max(high, value[1])
                if turn > _TURNS:
                    least, most = (-math.inf if least < low else low), (math.inf if most > high else high)
                grown = grown or (least, most) != (low, high)
                self.ranges[column] = least, most

    # What comes

    def at_start(self, stock: int) -> dict[Sort, float]:
        """Return the shares of the sorts that a stock starts with."""
        kind = int(self.program.start_kind[stock]) if self.described else NONE
        return self._made(kind, kind) if kind != NONE else {self.plain: 1.0}

    def of_source(self, source: int) -> dict[Sort, float]:
        """Return the shares of the sorts that a source makes."""
        if not self.described:
            return {self.plain: 1.0}
        row, kinds = self.program.source[source], {}
        if row["kind"] >= 0:
            drawn = distribution(self.program, int(row["kind"]))
            kinds = dict(zip(drawn.values(), drawn.weights(), strict=True))
        found: dict[Sort, float] = {}
        for kind, share in (kinds or {float(row["kind_fixed"]): 1.0}).items():
            for sort, part in self._made(int(kind), int(row["recipe"]) + 1 + int(kind)).items():
                found[sort] = found.get(sort, 0.0) + share * part
        return found

    def _made(self, kind: int, recipe: int) -> dict[Sort, float]:
        """Follow a recipe: each attribute may read those before it."""
        row = self.program.recipe[recipe]
        pieces: list[tuple[float, tuple[Interval, ...]]] = [(1.0, self.unset)]
        for assign in self.program.assign[row["assign0"] : row["assign1"]]:
            column, what = int(assign["column"]), int(assign["what"])
            parts = MOST_PARTS // len(pieces) if column in self.columns else 1
            pieces = [
                (share * part, (*items[:column], value, *items[column + 1 :]))
                for share, items in pieces
                for part, value in self._values(what, items, parts)
            ]
        found: dict[Sort, float] = {}
        for share, items in pieces:
            sort = self._sort(kind, 1, tuple(items[column] for column in self.columns))
            found[sort] = found.get(sort, 0.0) + share
        return found

    def _values(self, what: int, items: Sequence[Interval], parts: int) -> list[tuple[float, Interval]]:
        if what >= 0:
            return parts_of(distribution(self.program, what), max(1, parts))
        state = State(lambda _: (0.0, math.inf), lambda _: (0.0, math.inf), math.inf, items.__getitem__)
        value = judge(self.program, what, state)
        return [(1.0, (value.least, value.most))]

    # Routes

    def _sort(self, kind: int, step: int, box: tuple[Interval, ...]) -> Sort:
        if kind == NONE:
            return Sort(kind, 1, box)
        row = self.program.kind[kind]
        return Sort(kind, max(1, min(step, int(row["route1"] - row["route0"]) + 1)), box)

    def step_of(self, sort: Sort) -> Any:
        """Return the row of the next step; None where there is none."""
        if sort.kind == NONE:
            return None
        row = self.program.kind[sort.kind]
        at = int(row["route0"]) + sort.step - 1
        return self.program.step[at] if at < row["route1"] else None

    def onward(self, sort: Sort) -> int:
        """Return the stock to which the route of an item leads; -1 where nothing says."""
        step = self.step_of(sort)
        if step is not None:
            return int(step["stock"])
        return int(self.program.kind[sort.kind]["to"]) if sort.kind != NONE else NONE

    def lane(self, stock: int, sort: Sort) -> int:
        """Return the activity that takes an item from a stock by step; -1 where none does."""
        step = self.step_of(sort)
        return int(step["activity"]) if step is not None and step["stock"] == stock else NONE

    def after(self, instance: int, sort: Sort, sets: tuple[int, int], *, carrier: bool) -> tuple[Sort, ...]:
        """Return what an item may become when a work is done, with what its outcome ``sets``."""
        row, manner = self.program.instance[instance], self.program.manner[instance]
        view = self.view((sort,))
        nothing = lambda _: (0.0, math.inf)  # noqa: E731 - of levels and amounts nothing need be known
        state = State(nothing, nothing, math.inf, view.item, view.kind, view.step)
        kind, turned, steps = sort.kind, False, None
        for first, last in ((manner["set0"], manner["set1"]), sets):
            for assign in self.program.assign[first:last]:
                if assign["column"] == KIND_COLUMN:
                    kind, turned = int(judge(self.program, int(assign["what"]), state).least), True
                elif assign["column"] == STEP_COLUMN:
                    value = judge(self.program, int(assign["what"]), state)
                    steps = value.least, value.most
        if steps is None:
            ahead = carrier and bool(row["traits"] & BY_STEP)
            return (self._sort(kind, 1 if turned else sort.step + ahead, sort.box),)
        last_step = float(self._sort(kind, 1 << 30, sort.box).step)
        low, high = (round(max(1.0, min(last_step, value))) for value in steps)
        return tuple(self._sort(kind, step, sort.box) for step in range(low, high + 1))

    # What is read

    def view(self, sorts: Iterable[Sort], *, perhaps_none: bool = False) -> View:
        """Return what can be read of an item of one of these sorts; of none what nothing states."""
        sorts = tuple(sorts)
        known = {column: [sort.box[k] for sort in sorts] for k, column in enumerate(self.columns)}
        kinds, steps = [float(sort.kind) for sort in sorts], [float(sort.step) for sort in sorts]
        if perhaps_none or not sorts:
            kinds, steps = [*kinds, -1.0], [*steps, 0.0]
            known = {column: [*boxes, self.unset[column]] for column, boxes in known.items()}

        def item(column: int) -> Interval:
            boxes = known.get(column)
            return (min(b[0] for b in boxes), max(b[1] for b in boxes)) if boxes else self.ranges[column]

        far = math.inf if STEP_COLUMN in self.set_anew else max(steps)
        return View(item, (min(kinds), max(kinds)), (min(steps), far))


def _columns(program: Program, index: int) -> Iterator[int]:
    """Yield the attributes that a piece of code reads."""
    if index >= -1:
        return
    for row in program.code[-2 - index :]:
        if row["op"] == Op.END:
            return
        if row["op"] == Op.ITEM:
            yield int(row["a"])


def parts_of(found: Distribution, count: int) -> list[tuple[float, Interval]]:
    """Divide what can be drawn into parts: the chance of each, and the interval that it fills."""
    if found.values():
        return _listed(found, count)
    low, high = found.lower(), found.upper()
    if count == 1 or low == high:
        return [(1.0, (low, high))]
    edges = [low, *(_edge(found, k / count) for k in range(1, count)), high]
    below = [0.0, *(_below(found, edge) for edge in edges[1:-1]), 1.0]
    return [
        (below[k + 1] - below[k], (edges[k], edges[k + 1])) for k in range(count) if below[k + 1] > below[k]
    ]


def _listed(found: Distribution, count: int) -> list[tuple[float, Interval]]:
    """Divide a list of values: one by one, or neighbours together."""
    total: dict[float, float] = {}
    for value, weight in zip(found.values(), found.weights(), strict=True):
        total[value] = total.get(value, 0.0) + weight
    values = sorted(total)
    groups = np.array_split(np.arange(len(values)), min(count, len(values)))
    return [
        (sum(total[values[k]] for k in group), (values[int(group[0])], values[int(group[-1])]))
        for group in groups
    ]


def _edge(found: Distribution, chance: float) -> float:
    """Return about where a distribution function reaches a chance."""
    low, high = found.lower(), found.upper()
    if math.isinf(high):
        high = max(found.mean(), 1e-300)
        while _below(found, high) < chance:
            high *= 2.0
    for _ in range(_LATE):
        middle = (low + high) / 2.0
        low, high = (middle, high) if _below(found, middle) < chance else (low, middle)
    return high


def _below(found: Distribution, x: float) -> float:
    """Return the chance that what is drawn is at most `x`."""
    family = FAMILIES[found.family]
    assert isinstance(family, Family)  # a list of values is divided by itself
    return family.below(scipy_part("special"), x, *found.numbers)
