"""What works take and give, and how long they take, as bounds of means: whatever the state of the shop."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from typing import Any

from hewer.engine.codes import BY_STEP, NONE, UNLIMITED
from hewer.engine.program import Program
from hewer.exact.bound.reading.levels import Move, levels_read, most_held
from hewer.exact.bound.reading.means import Mean, State, fixed, is_straight, judge, rounded
from hewer.exact.bound.reading.passage import Passage, Work
from hewer.exact.bound.reading.plan import Flow

__all__ = ["Amounts", "Taken"]

Taken = Sequence[tuple[float, float]]
"""Of each take of a work, the least and the most that it takes, in grains or items."""

MOST_AMOUNTS = 16  # of a range of items, gone through one by one


class Amounts:
    """Judges the amounts and times of works.

    Parameters
    ----------
    program : Program
    passage : Passage
    clock : float
        Ticks to the end; infinity in the long run.

    Attributes
    ----------
    capacity : list of float
        By stock, in grains or items.
    conserved : list of float
        What a stock can ever hold, by what is conserved.
    """

    def __init__(self, program: Program, passage: Passage, clock: float) -> None:
        self.program, self.passage, self.clock = program, passage, clock
        self.capacity = [float(c) if c < UNLIMITED else math.inf for c in program.stock["capacity"]]
        self.conserved = [math.inf] * len(program.stock)
        self._find_conserved()

    def state(self, work: Work, taken: Taken, *, at_begin: bool) -> State:
        """Say what is known when a time is judged (`at_begin`), or a given amount."""
        held: dict[int, float] = {}
        for take, (low, _) in zip(self.passage.takes(work.instance), taken, strict=True):
            held[int(take["stock"])] = low

        def level(stock: int) -> tuple[float, float]:
            out = held.get(stock, 0.0)
            room = self.capacity[stock] - (out if at_begin else 0.0)
            return 0.0, max(0.0, min(room, self.conserved[stock] - out))

        return State(level, lambda number: taken[number], self.clock, *self.passage.view(work))

    def anytime(self) -> State:
        """Say what is known when a source looks at the levels."""
        return State(
            lambda stock: (0.0, min(self.capacity[stock], self.conserved[stock])),
            lambda _: (0.0, math.inf),
            self.clock,
        )

    def time(self, work: Work, taken: Taken) -> Mean:
        """Bound the time of a work."""
        return judge(self.program, self._time_of(work), self.state(work, taken, at_begin=True))

    def _time_of(self, work: Work) -> int:
        """Return what the time is drawn from: the step's own, where it states one."""
        row = self.program.instance[work.instance]
        if work.carrier is not None and row["traits"] & BY_STEP:
            step = self.passage.sorts.step_of(work.carrier)
            if step["time"] != NONE:
                return int(step["time"])
        return int(row["time"])

    def _judged(self, index: int, state: State, *, items: bool) -> Mean:
        return rounded(self.program, index, judge(self.program, index, state), items=items)

    # Takes

    def random_take(self, work: Work, take: Any) -> Mean:
        """Bound a random amount, which is drawn before anything is taken."""
        return self._drawn(work, int(take["amount"]), take)

    def _drawn(self, work: Work, index: int, take: Any) -> Mean:
        nothing = [(0.0, 0.0)] * len(self.passage.takes(work.instance))
        return self._judged(index, self.state(work, nothing, at_begin=False), items=bool(take["items"]))

    def choices(self, work: Work) -> list[list[tuple[float, float]]]:
        """List for each take what it may take, in grains: intervals to go through."""
        found = []
        for take in self.passage.takes(work.instance):
            low, high = float(take["low"]), float(take["high"])
            follows = int(self.program.requirement[take["req"]]["code"])
            if take["amount"] != NONE:
                mean = self.random_take(work, take)
                found.append([(mean.least, mean.most)])
            elif follows != NONE:  # the item at hand says how much
                mean = self._drawn(work, -2 - follows, take)
                found.append([(mean.least, mean.most)])
            elif low == high:
                found.append([(low, high)])
            elif take["items"] and high - low < MOST_AMOUNTS:
                found.append([(low + k, low + k) for k in range(int(high - low) + 1)])
            elif self._is_straight(work):
                found.append([(low, low), (high, high)])  # what lies between is a mixture of these
            else:
                found.append([(low, high)])
        return found

    def _is_straight(self, work: Work) -> bool:
        gives = [int(give["amount"]) for _, give in self.all_gives(work)]
        return all(is_straight(self.program, index) for index in [self._time_of(work), *gives])

    # Gives

    def all_gives(self, work: Work) -> list[tuple[int, Any]]:
        """List all that a work may give: the stock, and the row."""
        return [(stock, give) for case in self.passage.cases(work) for stock, give, _ in case.gives]

    def gives(self, work: Work, taken: Taken) -> list[Flow]:
        """Add up what is given to each stock, of each sort: mean over outcomes, least and most."""
        state = self.state(work, taken, at_begin=False)
        cases = []
        for case in self.passage.cases(work):
            here: dict[tuple[int, int], Mean] = {}
            for stock, give, sorts in case.gives:
                mark, index = self.passage.mark(stock, sorts), int(give["amount"])
                mean = fixed(float(give["fixed"]))
                if index != NONE:
                    mean = self._judged(index, state, items=bool(give["items"]))
                before = here.get((stock, mark), fixed(0.0))
                low, high, least, most = (a + b for a, b in zip(before[:4], mean[:4], strict=True))
                here[stock, mark] = Mean(low, high, least, most)
            cases.append((case, here))
        found = []
        for stock, mark in dict.fromkeys(key for _, here in cases for key in here):
            low = high = most = 0.0
            least = math.inf
            for case, here in cases:
                mean = here.get((stock, mark), fixed(0.0))
                low += case.low * mean.low
                high += case.high * mean.high if case.high else 0.0
                least, most = min(least, mean.least), max(most, mean.most)
            found.append(Flow(stock, low, high, least, most, sort=mark))
        return found

    def _find_conserved(self) -> None:
        """Find how much a stock can ever hold, where expressions ask for it."""
        read = levels_read(self.program)
        moves: list[Move] = []
        for work in self.passage.works() if read else ():
            for taken in product(*self.choices(work)):
                takes = self.passage.takes(work.instance)
                given: dict[int, float] = {}
                for flow in self.gives(work, taken):
                    given[flow.stock] = given.get(flow.stock, 0.0) + flow.most
                out = {int(take["stock"]): least for take, (least, _) in zip(takes, taken, strict=True)}
                moves.append((out, given))
        moves += [({int(row["stock"]): 1.0}, {int(row["to"]): 1.0}) for row in self.program.leave]
        for stock in read:
            self.conserved[stock] = most_held(self.program, moves, stock)
