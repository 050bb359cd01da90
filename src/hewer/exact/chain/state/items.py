"""What tells items apart: priority, kind, step, attributes, patience. Items of one *sort* have one future."""

from __future__ import annotations

import math
from typing import NamedTuple

from hewer.engine.codes import NONE, Order
from hewer.exact.chain.state.phases import number
from hewer.exact.chain.state.plant import Plant


class Sort(NamedTuple):
    """What the rules can look at in an item.

    ``patience`` are the means of the phases to come, in ticks: None where it does not lose any, or where all
    lose it alike without memory; empty where it is over, and the item finds no room to go to.
    """

    priority: int
    kind: int = NONE
    step: int = 0  # steps behind it
    attributes: tuple[float, ...] = ()
    patience: tuple[float, ...] | None = None
    token: int = NONE  # of a unit that is down: its hazard


class Sorts:
    """The sorts met so far, by number; the first are those of items with nothing but a priority.

    Attributes
    ----------
    known : list of Sort
    priority : list of int
        Of each.
    plain : int
        Sort of an item that no source made.
    """

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self._unset = tuple(float(value) for value in plant.program.attribute["unset"][:-2])
        self.known: list[Sort] = []
        self.priority: list[int] = []
        self._number: dict[Sort, int] = {}
        self._lanes: dict[tuple[int, int], int] = {}
        self._keys: dict[tuple[int, int], float] = {}
        for priority in range(plant.classes):
            self.number(self.blank(priority))
        self.plain = plant.default_class
        self._lane_of = self._read_lanes()

    def blank(self, priority: int) -> Sort:
        """Return the sort of an item of which nothing but the priority is stated."""
        return Sort(priority, attributes=self._unset)

    def number(self, sort: Sort) -> int:
        """Return the number of a sort."""
        found = self._number.get(sort)
        if found is None:
            found = self._number[sort] = len(self.known)
            self.known.append(sort)
            self.priority.append(sort.priority)
        return found

    def calm(self, number: int) -> int:
        """Return the sort of an item that has left the stock in which it lost patience."""
        sort = self.known[number]
        return number if sort.patience is None else self.number(sort._replace(patience=None))

    # Routes and lanes.

    def _read_lanes(self) -> dict[tuple[int, int], int]:
        """Return the lanes by (stock, activity that they wait for); -1 stands for the rest."""
        program = self.plant.program
        return {
            (int(row["whole"]), int(row["serves"])): len(program.stock) + k
            for k, row in enumerate(program.lane)
        }

    def lane(self, stock: int, number: int) -> int:
        """Return the lane of a stock in which an item of a sort stands."""
        found = self._lanes.get((stock, number))
        if found is None:
            step = self.next_step(self.known[number])
            program = self.plant.program
            serves = NONE
            if step is not None and int(program.step["stock"][step]) == stock:
                serves = int(program.step["activity"][step])
            found = self._lanes[stock, number] = self._lane_of[stock, serves]
        return found

    def next_step(self, sort: Sort, ahead: int = 0) -> int | None:
        """Return the row of the step that an item waits for, or another ahead of it; None behind the last."""
        if sort.kind < 0:
            return None
        kind = self.plant.program.kind[sort.kind]
        step = int(kind["route0"]) + sort.step + ahead
        return step if step < int(kind["route1"]) else None

    def onward(self, number: int, ahead: int = 0) -> int:
        """Return the stock to which its route leads an item."""
        sort = self.known[number]
        step = self.next_step(sort, ahead)
        program = self.plant.program
        return int(program.kind["to"][sort.kind] if step is None else program.step["stock"][step])

    # Orders.

    def place(self, stock: int, queue: list[tuple[int, int]], number: int) -> int:
        """Return the place that the order of a stock gives an item of a sort which enters now."""
        order = self.plant.stocks[stock].order
        if order == Order.LIFO:
            return 0
        if order == Order.PRIORITY:
            own = self.priority[number]
            return sum(1 for other in queue if self.priority[other[1]] <= own)
        if order == Order.KEYED:
            key = self._key(stock, number)
            return sum(1 for other in queue if self._key(stock, other[1]) <= key)
        return len(queue)

    def _key(self, stock: int, sort: int) -> float:
        """Return the key of an order, which reads nothing but the item; infinite where it is no number."""
        found = self._keys.get((stock, sort))
        if found is None:
            program, by = self.plant.program, self.plant.stocks[stock].by
            value = number(program, by, (), self.known[sort])
            found = self._keys[stock, sort] = math.inf if math.isnan(value) else value
        return found
