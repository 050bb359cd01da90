"""Where chance decides: the branches of an instant, and what is drawn in each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from hewer.engine.codes import NONE
from hewer.errors import EndlessError
from hewer.exact.chain.state.items import Sort
from hewer.exact.chain.state.moment import Moment
from hewer.exact.chain.state.phases import NotPhasesError, amounts_of, number, of_value, times
from hewer.exact.chain.state.plant import Hazard, Instance, Leave, Plant, Source

_MOST_CHOICES = 200
_ROUNDING = 1e-9

Thing: TypeAlias = Instance | Source | Leave | Hazard | Plant


class PlaceError(Exception):
    """A value of an instance, a source or a stock that items leave is none that a chain can have."""

    def __init__(self, thing: Thing, what: str, reason: str) -> None:
        super().__init__(reason)
        self.thing, self.what, self.reason = thing, what, reason


class Chance:
    """Follows one branch of an instant after the other, depth first."""

    def __init__(self) -> None:
        self._path: list[int] = []
        self._width: list[int] = []
        self._at = 0
        self.weight = 1.0

    def begin(self) -> None:
        """Follow the next branch from the beginning of the instant."""
        self._at, self.weight = 0, 1.0

    def pick(self, chances: Sequence[float]) -> int:
        """Return which of several alternatives comes true in this branch."""
        if len(chances) == 1:
            return 0
        if self._at == len(self._path):
            if self._at > _MOST_CHOICES:
                raise EndlessError(
                    "within one instant chance decides without end: work that takes no time goes round"
                )
            self._path.append(0)
            self._width.append(len(chances))
        number = self._path[self._at]
        self._at += 1
        self.weight *= chances[number]
        return number

    def advance(self) -> bool:
        """Turn to the next branch; False where all were followed."""
        while self._path and self._path[-1] + 1 == self._width[-1]:
            self._path.pop()
            self._width.pop()
        if not self._path:
            return False
        self._path[-1] += 1
        return True


class Draws:
    """What is drawn: a branch of each mixture."""

    def __init__(self, moment: Moment) -> None:
        self.m = moment
        self.program = moment.plant.program
        self.chance = Chance()
        self._times: dict[int, tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]] = {}

    def time(
        self, thing: Thing, what: int, amounts: tuple[int, ...] = (), item: Sort | None = None
    ) -> tuple[float, ...]:
        """Draw a time, as the means of its phases in ticks."""
        found = self._times.get(what)
        if found is None:
            try:
                found = times(of_value(self.program, what, self.m.levels, amounts, item))
            except NotPhasesError as error:
                raise PlaceError(thing, "time", str(error)) from None
            if what >= 0:
                self._times[what] = found
        chances, phases = found
        return phases[self.chance.pick(chances)]

    def amount(
        self, thing: Thing, what: int, fixed: int, amounts: tuple[int, ...] = (), item: Sort | None = None
    ) -> int:
        """Draw an amount in items or grains; `fixed` where `what` is -1."""
        if what == NONE:
            return fixed
        try:
            chances, values = amounts_of(of_value(self.program, what, self.m.levels, amounts, item))
        except NotPhasesError as error:
            raise PlaceError(thing, "amount", str(error)) from None
        return values[self.chance.pick(chances)]

    def happens(self, thing: Source, code: int, what: str) -> bool:
        """Draw whether something with a chance happens."""
        chance = number(self.program, code, self.m.levels)
        if not 0.0 <= chance <= 1.0 + _ROUNDING:
            raise PlaceError(thing, what, f"its chance comes to {chance:g}")
        if chance <= 0.0 or chance >= 1.0:
            return chance > 0.0
        return self.chance.pick((chance, 1.0 - chance)) == 0

    def value(self, thing: Thing, what: int, item: Sort) -> float:
        """Draw the value of an attribute."""
        try:
            branches = of_value(self.program, what, self.m.levels, (), item)
        except NotPhasesError as error:
            raise PlaceError(thing, "attributes", str(error)) from None
        if any(branch.phases for branch in branches):
            reason = "a continuous attribute leaves no countable states"
            raise PlaceError(thing, "attributes", reason)
        return branches[self.chance.pick([branch.chance for branch in branches])].fixed
