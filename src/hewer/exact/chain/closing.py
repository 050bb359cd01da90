"""What is still counted after the end of the shift: works in hand that finish, or are given up (rule 11)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hewer.engine.codes import TICKS, Overrun
from hewer.exact.chain.search import Chain
from hewer.exact.chain.state.moment import State, less

Floats = NDArray[np.float64]
Counts = dict[int, float]


def after_shift(chain: Chain, final: Floats) -> Floats:
    """Return the expected counts after the end of the shift.

    Parameters
    ----------
    chain : Chain
    final : array [state]
        Distribution at the end of the shift.
    """
    rest = _Rest(chain)
    counts = np.zeros(chain.rules.rows.total)
    for number in np.flatnonzero(final):
        for row, amount in rest.of(chain.states[int(number)]).items():
            counts[row] += float(final[number]) * amount
    return counts


class _Rest:
    """Works in hand finish in any order; only where a finished one may find no room does the order matter."""

    def __init__(self, chain: Chain) -> None:
        self.rules = chain.rules
        self.rules.coming.over = True
        self.m = chain.rules.m
        plant = self.m.plant
        self.ordered = any(
            one.blocking_after and any(plant.stocks[stock].limited for stock in one.outlets)
            for one in plant.instances
        )
        self.known: dict[State, Counts] = {}
        self.alone: dict[int, Counts] = {}

    def of(self, state: State) -> Counts:
        """Return what is counted from a state at the end of the shift on."""
        counts: Counts = {}
        if state.line:
            state = self._out_of_line(state)
        given_up = [kind for kind in state.works if self._overrun(kind[0]) == Overrun.STOP]
        if given_up:
            self.m.open(state)
            for number, many in given_up:
                for _ in range(many):
                    less(self.m.works, number)
                    self.rules.stop(number)
            _add(counts, self.m.noted, 1.0)
            state = self._bare()
        if self.ordered:
            _join(counts, self._in_turn(state), 1.0)
            return counts
        for number, many in state.works:
            if self._finishes(number):
                _join(counts, self._finished(state, number), many)
        return counts

    def _overrun(self, number: int) -> Overrun:
        return self.m.plant.instances[self.m.kinds[number].instance].overrun

    def _finishes(self, number: int) -> bool:
        """Tell whether a work goes on after the end: at a suspended one nobody is at work."""
        return self._overrun(number) == Overrun.FINISH and not self.m.kinds[number].suspended

    def _out_of_line(self, state: State) -> State:
        """Return the state with all works among the others: their order means nothing any more."""
        works = dict(state.works)
        for number, _, _ in state.line:
            works[number] = works.get(number, 0) + 1
        return state._replace(works=tuple(sorted(works.items())), line=())

    def _finished(self, state: State, number: int) -> Counts:
        """Return what one work gives, whatever else there is."""
        if number not in self.alone:
            found: Counts = {}
            for weight, _ in self._ways(state, number, found):
                assert weight >= 0.0
            self.alone[number] = found
        return self.alone[number]

    def _ways(self, state: State, number: int, found: Counts) -> list[tuple[float, State]]:
        """Let a work finish in all the ways it can; add what is counted to `found`."""
        chance, ways = self.rules.chance, []
        while True:
            chance.begin()
            self.m.open(state)
            less(self.m.works, number)
            self.rules.finish(number)
            _add(found, self.m.noted, chance.weight)
            ways.append((chance.weight, self._bare()))
            if not chance.advance():
                return ways

    def _bare(self) -> State:
        """Return the state without what no longer matters: nothing starts any more."""
        state = self.m.close()
        return state._replace(
            queues=tuple(() for _ in state.queues),
            idle=tuple(() for _ in state.idle),
            sources=(),
            down=tuple(0 for _ in state.down),
            away=(),
        )

    def _in_turn(self, state: State) -> Counts:
        """Let one work after the other finish, each of them first with the chance that it has."""
        if state in self.known:
            return self.known[state]
        counts: Counts = {}
        m = self.m
        works = [(n, many) for n, many in state.works if self._finishes(n)]
        rates = [many * TICKS / m.kinds[n].phases[0] for n, many in works]
        for (number, _), rate in zip(works, rates, strict=True):
            share = rate / sum(rates)
            kind = m.kinds[number]
            if len(kind.phases) > 1:
                moved = dict(state.works)
                less(moved, number)
                following = m.number(kind._replace(phases=kind.phases[1:]))
                moved[following] = moved.get(following, 0) + 1
                ways = [(1.0, state._replace(works=tuple(sorted(moved.items()))))]
            else:
                found: Counts = {}
                ways = self._ways(state, number, found)
                _join(counts, found, share)
            for weight, there in ways:
                _join(counts, self._in_turn(there), share * weight)
        self.known[state] = counts
        return counts


def _add(counts: Counts, noted: list[tuple[int, int]], weight: float) -> None:
    for row, amount in noted:
        counts[row] = counts.get(row, 0.0) + weight * amount


def _join(counts: Counts, others: Counts, weight: float) -> None:
    for row, amount in others.items():
        counts[row] = counts.get(row, 0.0) + weight * amount
