"""What the linear programme is made of: ways of working, people, units, stocks, sources.

A *way* is an instance with given amounts of its range takes and one sort of carrier. Times are in clocks:
parts of the shift, or hours in the long run. Amounts are in the units of the stocks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from hewer.engine.codes import NONE
from hewer.engine.program import Compiled, Program
from hewer.quantity import unit

HOUR = 3600e9


class Flow(NamedTuple):
    """What a way takes from a stock, or gives to it: bounds of the mean, and of any one amount."""

    stock: int
    low: float
    high: float
    least: float
    most: float
    drawn: bool = False  # a random take, known before the start
    sort: int = NONE  # of items; ANY of several


class Post(NamedTuple):
    """A post of a way: so many people, of these groups."""

    people: int
    groups: tuple[int, ...]


class Way(NamedTuple):
    """An instance with given amounts of its range takes and one sort of carrier.

    Times are at standard speed, in clocks.
    """

    instance: int
    takes: tuple[Flow, ...]
    gives: tuple[Flow, ...]
    content: float  # least mean
    excess: float  # of what is left at the end of the shift, above the mean
    longest: float  # largest mean of what is left
    posts: tuple[Post, ...]
    needs: tuple[tuple[int, int], ...]  # (pool, units)
    suspends: bool  # it can be interrupted and go on later
    reserves: tuple[tuple[int, float], ...]  # (stock, room)
    finishes: bool  # what is in hand at the end is completed and counted
    selective: bool  # what it gives decides whether it finds room, so that those that give are not like all


class Inflow(NamedTuple):
    """A source at one member: how much it brings on average, in the unit of the first of its stocks.

    Attributes
    ----------
    source : int
    stocks : tuple of int
        That it feeds: its own, and where those go that turn away or find no room.
    most, fluid : float
        In a clock, at most; and where chance brings nothing.
    over_time : float
        The integral over the shift of what has come.
    shares : dict
        What share of it is of each sort.
    """

    source: int
    stocks: tuple[int, ...]
    most: float
    fluid: float
    over_time: float
    shares: dict[int, float]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the linear programme needs.

    Attributes
    ----------
    compiled : Compiled
    long_run : bool
    clock : float
        Ticks in one clock: the shift, or an hour.
    ways : tuple of Way
    heads : tuple of int
        By group; group 0 is the automatic one.
    time : tuple of float
        Clocks that a head of the group can work.
    ends : int
        How often people go off duty before the end: what they have in hand may be given up.
    speed : ndarray
        Of a group at an instance, shape [group, instance].
    start, capacity : tuple of float
        By stock.
    inflows : tuple of Inflow
    possible : tuple of tuple of int
        By stock: the sorts of items that it can hold.
    sorts : tuple of tuple of int
        Those, where they are told apart; none where they are not.
    shares : tuple of dict
        By stock: the shares of the sorts that it starts with.
    keeps : frozenset of int
        Instances out of which each sort comes as it went in.
    once : dict
        Instances that take all of a family, once: the stocks from which items come to them.
    makes : frozenset of int
        Instances that may make items that found families.
    """

    compiled: Compiled
    long_run: bool
    clock: float
    heads: tuple[int, ...]
    ways: tuple[Way, ...] = ()
    time: tuple[float, ...] = ()
    ends: int = 0
    speed: np.ndarray = field(default_factory=lambda: np.ones((0, 0)))
    start: tuple[float, ...] = ()
    capacity: tuple[float, ...] = ()
    inflows: tuple[Inflow, ...] = ()
    possible: tuple[tuple[int, ...], ...] = ()
    sorts: tuple[tuple[int, ...], ...] = ()
    shares: tuple[dict[int, float], ...] = ()
    keeps: frozenset[int] = frozenset()
    once: dict[int, frozenset[int]] = field(default_factory=dict)
    makes: frozenset[int] = frozenset()

    @property
    def queues(self) -> frozenset[int]:
        """Groups in which those who stand in lines only wait: what they can do, their other group says."""
        worker = self.program.worker
        return frozenset(worker["group"].tolist()) - frozenset(worker["skill"].tolist())

    @property
    def program(self) -> Program:
        """The compiled arrays."""
        return self.compiled.program


def scales(compiled: Compiled) -> list[float]:
    """Return the grains, or items, in a unit of each stock."""
    stock, units = compiled.program.stock, compiled.names.units
    return [unit(units[int(row["declared"])]).factor / float(row["scale"]) for row in stock]


def span(program: Program) -> float:
    """Return the ticks in which work may start."""
    return float(min(program.scalar[0]["shift"], program.scalar[0]["horizon"]))
