"""The Markov chain of a plant: all states that can be reached, and the rates between them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hewer.engine.codes import NONE, TICKS
from hewer.exact.chain.state.moment import Kind, Moment, State, less
from hewer.exact.chain.state.plant import Plant
from hewer.exact.chain.work import Rules

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]

"""Ticks in a base unit of time; rates are per base unit."""

Noted = tuple[tuple[int, int], ...]


class TooManyStatesError(Exception):
    """The search met more states than it may keep; the last of them tells what grew."""

    def __init__(self, limit: int, last: State, kinds: list[Kind]) -> None:
        super().__init__(limit)
        self.limit, self.last, self.kinds = limit, last, kinds


class Chain(NamedTuple):
    """A chain with what is counted and measured in it.

    Attributes
    ----------
    rates : csr_matrix [state, state]
        Rates per base unit of time, without the diagonal.
    counts : csr_matrix [state, row]
        Expected counts per base unit of time in each state (see :class:`hewer.exact.chain.coming.Rows`).
    opening : array [state]
        Chance of each state just after tick 0.
    opened : array [row]
        Expected counts at tick 0.
    states : list of State
    claimed : list of tuple of (group, workers)
        Who waits for partners in each state.
    rules : Rules
    """

    rates: csr_matrix
    counts: csr_matrix
    opening: Floats
    opened: Floats
    states: list[State]
    claimed: list[tuple[int, ...]]
    rules: Rules


class _Triplets:
    """A sparse matrix in the making."""

    def __init__(self) -> None:
        self.rows, self.columns, self.values = array("q"), array("q"), array("d")

    def add(self, row: int, column: int, value: float) -> None:
        self.rows.append(row)
        self.columns.append(column)
        self.values.append(value)

    def matrix(self, shape: tuple[int, int]) -> Any:
        from scipy.sparse import coo_matrix

        rows = np.frombuffer(self.rows, np.int64) if self.rows else np.zeros(0, np.int64)
        columns = np.frombuffer(self.columns, np.int64) if self.rows else np.zeros(0, np.int64)
        values = np.frombuffer(self.values, np.float64) if self.rows else np.zeros(0)
        return coo_matrix((values, (rows, columns)), shape=shape).tocsr()


class _Search:
    """The states met so far, numbered in the order in which they were met."""

    def __init__(self, plant: Plant, most: int) -> None:
        self.rules = Rules(Moment(plant))
        self.most = most
        self.number: dict[State, int] = {}
        self.states: list[State] = []
        self.claimed: list[tuple[int, ...]] = []
        self.rates, self.counts = _Triplets(), _Triplets()
        self._leaving = [k for k, leave in enumerate(plant.leaves) if leave.after != NONE]

    def enter(self, state: State, claims: tuple[int, ...]) -> int:
        found = self.number.get(state)
        if found is None:
            # before it is kept: a chain without an end must not fill the memory first
            if len(self.states) >= self.most:
                raise TooManyStatesError(self.most, self.states[-1], self.rules.m.kinds)
            found = self.number[state] = len(self.states)
            self.states.append(state)
            self.claimed.append(claims)
        return found

    def claims(self) -> tuple[int, ...]:
        m = self.rules.m
        return tuple(sorted(m.idle[crew][place] for crew, place in m.claims)) if m.claims else ()

    def open(self) -> tuple[dict[int, float], Floats]:
        """Let tick 0 happen in all the ways it can."""
        opening: dict[int, float] = {}
        opened = np.zeros(self.rules.rows.total)
        chance = self.rules.chance
        while True:
            chance.begin()
            self.rules.open()
            number = self.enter(self.rules.m.close(), self.claims())
            # several ways may lead to one state
            opening[number] = opening.get(number, 0.0) + chance.weight
            for row, amount in self.rules.m.noted:
                opened[row] += chance.weight * amount
            if not chance.advance():
                return opening, opened

    def expand(self, number: int) -> None:
        """Follow all that can happen in a state."""
        state = self.states[number]
        m = self.rules.m
        for kind, count in state.works:
            if m.kinds[kind].suspended:
                continue
            phases = m.kinds[kind].phases
            rate = count * TICKS / phases[0]
            if len(phases) > 1:
                following = m.number(m.kinds[kind]._replace(phases=phases[1:]))
                self.rates.add(number, self._moved(number, kind, following), rate)
            else:
                self._happen(number, rate, self._finish, kind)
        for source, (phase, left) in enumerate(state.sources):
            if phase == NONE:
                continue
            phases = m.phases[phase]
            rate = TICKS / phases[0]
            if len(phases) > 1:
                sources = list(state.sources)
                sources[source] = (m.phase_number(phases[1:]), left)
                moved = self.enter(state._replace(sources=tuple(sources)), self.claimed[number])
                self.rates.add(number, moved, rate)
            else:
                self._happen(number, rate, self.rules.coming.arrive, source)
        for which in self._leaving:
            self._lose_patience(number, which)
        if m.interrupts or m.plant.hazards:
            self._interrupted(number, state)

    def _finish(self, kind: int) -> None:
        less(self.rules.m.works, kind)
        self.rules.finish(kind)

    def _interrupted(self, number: int, state: State) -> None:
        """Follow what there is only where works can be interrupted."""
        m = self.rules.m
        for place, (kind, _, _) in enumerate(state.line):
            if not m.kinds[kind].suspended:
                self._go_on_in_line(number, place, kind)
        for which in range(len(m.plant.hazards)):
            self._strike(number, which)
        for (which, phase), count in state.away:
            self._come_back(number, which, phase, count)

    def _finish_in_line(self, place: int) -> None:
        self.rules.finish(self.rules.m.line.pop(place)[0])

    def _go_on_in_line(self, number: int, place: int, kind: int) -> None:
        """Follow a work whose order of starting matters."""
        m, state = self.rules.m, self.states[number]
        phases = m.kinds[kind].phases
        rate = TICKS / phases[0]
        if len(phases) == 1:
            self._happen(number, rate, self._finish_in_line, place)
            return
        following = m.number(m.kinds[kind]._replace(phases=phases[1:]))
        line = (*state.line[:place], (following, *state.line[place][1:]), *state.line[place + 1 :])
        self.rates.add(number, self.enter(state._replace(line=line), self.claimed[number]), rate)

    def _strike(self, number: int, which: int) -> None:
        """Let a hazard strike whatever it can: units and people in works in progress, and those free."""
        m, state, act = self.rules.m, self.states[number], self.rules.interrupting
        hazard = m.plant.hazards[which]
        rate = TICKS / hazard.mean
        held = [(kind, NONE, count) for kind, count in state.works]
        held += [(kind, place, 1) for place, (kind, _, _) in enumerate(state.line)]
        for kind, place, count in held:
            if m.kinds[kind].suspended:
                continue
            for need in m.plant.instances[m.kinds[kind].instance].needs:
                if need.pool == hazard.pool:
                    self._happen(
                        number, count * need.amount * rate, act.strike_held, which, kind, place, NONE
                    )
            for member, group in enumerate(m.kinds[kind].team):
                if group == hazard.group:
                    self._happen(number, count * rate, act.strike_held, which, kind, place, member)
        if not hazard.by_use:
            self._strike_free(number, which, rate)

    def _strike_free(self, number: int, which: int, rate: float) -> None:
        m, act = self.rules.m, self.rules.interrupting.strike_free
        hazard = m.plant.hazards[which]
        m.open(self.states[number])
        if hazard.pool >= 0:
            if m.free_units[hazard.pool]:
                self._happen(number, m.free_units[hazard.pool] * rate, act, which, NONE)
            return
        places = [
            place for place, group in enumerate(m.idle[m.crew_of[hazard.group]]) if group == hazard.group
        ]
        for place in places:
            self._happen(number, rate, act, which, place)

    def _come_back(self, number: int, which: int, phase: int, count: int) -> None:
        """Follow those that are repaired, or absent."""
        m, state = self.rules.m, self.states[number]
        phases = m.phases[phase]
        if len(phases) == 1:
            act = self.rules.interrupting.return_after
            self._happen(number, count * TICKS / phases[0], act, which, phase)
            return
        away = dict(state.away)
        away[which, phase] -= 1
        following = which, m.phase_number(phases[1:])
        away[following] = away.get(following, 0) + 1
        left = tuple(sorted((key, many) for key, many in away.items() if many))
        moved = self.enter(state._replace(away=left), self.claimed[number])
        self.rates.add(number, moved, count * TICKS / phases[0])

    def _lose_patience(self, number: int, which: int) -> None:
        """Follow the patience of each item of a stock; those that stand together alike are one."""
        m, state = self.rules.m, self.states[number]
        leave, act = m.plant.leaves[which], self.rules.coming.lose_patience
        if leave.stock not in m.queues:
            if state.levels[leave.stock]:
                self._happen(number, state.levels[leave.stock] * TICKS / leave.mean, act, which, 0)
            return
        at = m.queued.index(leave.stock)
        place, queue = 0, state.queues[at]
        for (entry, sort), alike in groupby(queue):
            many = sum(1 for _ in alike)
            phases = (leave.mean,) if leave.mean else m.sorts.known[sort].patience
            if phases and len(phases) == 1:
                self._happen(number, many * TICKS / phases[0], act, which, place)
            elif phases:
                following = m.sorts.number(m.sorts.known[sort]._replace(patience=phases[1:]))
                for k in range(place, place + many):
                    queues = list(state.queues)
                    queues[at] = (*queue[:k], (entry, following), *queue[k + 1 :])
                    moved = self.enter(state._replace(queues=tuple(queues)), self.claimed[number])
                    self.rates.add(number, moved, TICKS / phases[0])
            place += many

    def _moved(self, number: int, kind: int, following: int) -> int:
        """Return the state in which one work has gone on to its next phase."""
        state = self.states[number]
        works = dict(state.works)
        less(works, kind)
        works[following] = works.get(following, 0) + 1
        return self.enter(state._replace(works=tuple(sorted(works.items()))), self.claimed[number])

    def _happen(self, number: int, rate: float, act: Callable[..., None], *what: int) -> None:
        """Let something happen, such as the end of a work, in all the ways that the instant can go."""
        rules, m, chance = self.rules, self.rules.m, self.rules.chance
        state = self.states[number]
        while True:
            chance.begin()
            m.open(state)
            act(*what)
            rules.go_on()
            if chance.weight > 0.0:
                there = self.enter(m.close(), self.claims())
                if there != number:
                    self.rates.add(number, there, rate * chance.weight)
                weight = rate * chance.weight
                self.counts.rows.extend([number] * len(m.noted))
                for row, amount in m.noted:
                    self.counts.columns.append(row)
                    self.counts.values.append(weight * amount)
            if not chance.advance():
                return


def search(plant: Plant, most: int) -> Chain:
    """Find all states that a plant can be in, at most so many.

    Raises
    ------
    TooManyStatesError
        Where there are more.
    PlaceError
        Where a value met on the way has no exponential phases.
    EndlessError
        Where work that takes no time does not end.
    """
    found = _Search(plant, most)
    opening, opened = found.open()
    number = 0
    while number < len(found.states):
        found.expand(number)
        number += 1
    size = len(found.states)
    start = np.zeros(size)
    start[list(opening)] = list(opening.values())
    return Chain(
        found.rates.matrix((size, size)),
        found.counts.matrix((size, found.rules.rows.total)),
        start,
        opened,
        found.states,
        found.claimed,
        found.rules,
    )


def works_of(chain: Chain) -> Iterator[tuple[int, int, int, bool]]:
    """Yield (state, kind, how many, blocked) of all works in hand."""
    for number, state in enumerate(chain.states):
        for kind, count in state.works:
            yield number, kind, count, False
        for work in state.line:
            yield number, work[0], 1, False
        for kind in state.blocked:
            yield number, kind, 1, True
