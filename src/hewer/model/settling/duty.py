"""From calendars to turns of duty: when people come, go, and have their breaks, up to the end of the run.

Times are numbers in one unit, whichever the caller has: ticks for the compiler, base units for the checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from hewer.model.document import Model, Role

__all__ = ["MOST_TURNS", "Interval", "Plan", "Rest", "calendar_names", "calendars_of", "turns", "union"]

MOST_TURNS = 100_000
"""Turns of one calendar before the end of a run: each takes memory."""

Interval = tuple[float, float]
"""Begin and end; whole numbers where the plan's are."""


class Rest(NamedTuple):
    """A break: when it begins, how long it lasts, whether work in hand is finished first."""

    at: float
    lasts: float
    finish: bool = False


class Plan(NamedTuple):
    """A calendar in numbers; ``every`` is 0 where there is only one turn."""

    at: float
    lasts: float
    every: float = 0
    days_off: frozenset[int] = frozenset()
    week: int = 7
    breaks: tuple[Rest, ...] = ()

    def count(self, until: float) -> int:
        """Count the turns, those left out too, that begin before `until`."""
        if self.at >= until:
            return 0
        return 1 if not self.every else int(-(-(until - self.at) // self.every))


def turns(plan: Plan, until: float) -> Iterator[Interval]:
    """Yield the turns of a plan that are not over at 0 and begin before `until`."""
    for number in range(plan.count(until)):
        begin = plan.at + number * plan.every
        if number % plan.week + 1 not in plan.days_off and begin + plan.lasts > 0:
            yield begin, begin + plan.lasts


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Put together what overlaps or touches, in order of time."""
    found: list[Interval] = []
    for begin, end in sorted(intervals):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found


def calendar_names(text: str) -> tuple[str, ...]:
    """Read ``early + late``."""
    return tuple(name.strip() for name in text.split("+"))


def calendars_of(model: Model, role: Role) -> Sequence[tuple[str, ...]]:
    """List the calendars of each worker of a role; none where they are always on duty."""
    texts = role.calendar or ((model.terms.calendar,) if model.terms.calendar is not None else ())
    if not texts:
        return [()] * role.count
    return [calendar_names(texts[number % len(texts)]) for number in range(role.count)]
