"""Stamps and serials as ranks: the order of waiting is kept, how long it was is not (rule 1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hewer.engine.codes import NONE, Requirement
from hewer.exact.chain.state.memory import Memory
from hewer.exact.chain.state.plant import Instance, Plant

_WAITING = -2  # in place of the stamp of a grant: asks for the units, and has not got them


class Stamped(Protocol):
    """What carries the stamps and serials of an instant; a ``Moment`` does."""

    plant: Plant
    memory: Memory
    queues: dict[int, list[tuple[int, int]]]
    line: list[list[int]]
    started: list[int]
    serial: list[int]
    since: list[int]
    granted: list[int]
    joined: list[int]
    free_since: list[int]
    returned: list[int]
    free_units: list[int]

    def instance_of(self, work: Sequence[int]) -> int:
        """Return the instance of a work that stands in the line."""
        ...


class Kept:
    """The stamps and serials of one group of turns, as ranks."""

    def __init__(self, moment: Stamped, number: int) -> None:
        self.moment = moment
        plant, memory = moment.plant, moment.memory
        self.members = memory.turns[number]
        self.resumed = {k for k, one in enumerate(plant.instances) if one.twin in self.members}
        instances = [plant.instances[k] for k in self.members]
        timed = memory.timed[number]
        takers = [k for k in self.members if _looks_at_its_start(plant.instances[k])]
        self.started = takers if timed else []
        self.since = [
            r.index
            for one in instances
            for r in one.required
            if r.kind not in (Requirement.ITEMS, Requirement.SUSPENDED) and timed
        ]
        self.needs = [need.index for one in instances for need in one.needs if timed]
        units = {(need.pool, need.amount > 1) for one in instances for need in one.needs if timed}
        self.risen = sorted(pool for pool, several in units if not several)
        self.returned = sorted(pool for pool, several in units if several)
        taken = {take.stock for one in instances for take in one.takes if take.items}
        self.stocks = sorted(taken & memory.stamped) if timed else []

    def rank(self) -> None:
        """Replace stamps by their ranks."""
        m = self.moment
        found = {m.started[k] for k in self.started}
        found.update(m.since[r] for r in self.since)
        found.update(m.granted[n] for n in self.needs)
        for pool in (*self.risen, *self.returned):
            if m.free_units[pool] == 0:
                m.free_since[pool] = m.returned[pool] = NONE
        found.update(m.free_since[p] for p in self.risen)
        found.update(m.returned[p] for p in self.returned)
        for stock in self.stocks:
            found.update(entry for entry, _ in m.queues[stock])
        mine = [work for work in m.line if m.instance_of(work) in self.resumed]
        found.update(work[1] for work in mine)
        found.discard(NONE)
        ranks = {stamp: rank for rank, stamp in enumerate(sorted(found))}
        ranks[NONE] = NONE
        self._replace(m.started, self.started, ranks)
        self._replace(m.since, self.since, ranks)
        self._replace(m.granted, self.needs, ranks)
        self._replace(m.free_since, self.risen, ranks)
        self._replace(m.returned, self.returned, ranks)
        self._rank_serials(mine)
        for work in mine:
            work[1] = ranks[work[1]]
        for stock in self.stocks:
            m.queues[stock] = [(ranks[entry], sort) for entry, sort in m.queues[stock]]

    def _rank_serials(self, works: list[list[int]]) -> None:
        m = self.moment
        found = {m.serial[k] for k in self.members} | {work[2] for work in works}
        order = {serial: rank for rank, serial in enumerate(sorted(found - {NONE}))}
        order[NONE] = NONE
        self._replace(m.serial, self.members, order)
        for work in works:
            work[2] = order[work[2]]

    @staticmethod
    def _replace(stamps: list[int], where: Sequence[int], ranks: dict[int, int]) -> None:
        for k in where:
            stamps[k] = ranks[stamps[k]]

    def close(self) -> tuple[int, ...]:
        """Return what is kept."""
        m = self.moment
        return (
            *[m.serial[k] for k in self.members],
            *[m.started[k] for k in self.started],
            *[m.since[r] for r in self.since],
            *[_WAITING if m.granted[n] == NONE != m.joined[n] else m.granted[n] for n in self.needs],
            *[m.free_since[p] for p in self.risen],
            *[m.returned[p] for p in self.returned],
        )

    def open(self, past: tuple[int, ...]) -> None:
        """Set out what was kept."""
        m = self.moment
        parts = (
            (m.serial, self.members),
            (m.started, self.started),
            (m.since, self.since),
            (m.granted, self.needs),
            (m.free_since, self.risen),
            (m.returned, self.returned),
        )
        at = 0
        for values, where in parts:
            for k in where:
                values[k] = past[at]
                at += 1
        for n in self.needs:
            m.joined[n] = NONE if m.granted[n] == NONE else 0
            m.granted[n] = max(NONE, m.granted[n])


def _looks_at_its_start(one: Instance) -> bool:
    """Tell whether the last start of an instance is among its stamps (rule 1)."""
    return not one.takes_items or any(r.kind == Requirement.BULK for r in one.required)
