"""How long units that fail are in service, and people who are called away are there, on average.

Lives and repairs are drawn apart from all else, and nobody sees them before they end: by Wald's identity the
lives begun come to their mean each, and so do the repairs. What is left of the last repair at the end of the
shift is all that chance can add to the availability of the long run, beside that all begins in service.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hewer.engine.codes import NONE
from hewer.exact.bound.reading.means import Mean, drawn
from hewer.exact.bound.reading.plan import Plan
from hewer.exact.opening import distribution

__all__ = ["Uptime", "uptime_of"]


class Uptime(NamedTuple):
    """What is known of a unit or a person that is not always there; times in clocks.

    Attributes
    ----------
    share : float
        Of the time in service, in the long run; 1 where people repair it, and nothing is known beforehand.
    ahead : float
        By how much of the clock a shift, that begins in service, is luckier.
    of_presence : bool
        Whether the share holds of any part of the shift, and not only of the whole of it.
    life : float
        Mean time in service, by the clock or in use.
    late : float
        By how much the mean of what is left of a life can pass the mean of a whole one.
    use : bool
        Whether lives are counted in use.
    stock : int
        Where units wait for repair; -1 where they mend themselves.
    """

    share: float
    ahead: float
    of_presence: bool
    life: float
    late: float
    use: bool
    stock: int

    def of(self, present: float, *, long_run: bool) -> float:
        """Return the time that it can be at work, of so much that it could be without what strikes it."""
        if long_run:
            return present * self.share
        whole = present if self.of_presence else 1.0
        return min(present, self.share * (whole + self.ahead))


def uptime_of(plan: Plan, hazard: int) -> Uptime | None:
    """Read a row of ``program.hazard``; None for no row."""
    if hazard == NONE:
        return None
    row = plan.program.hazard[hazard]
    life, use, stock = _drawn(plan, row["every"]), bool(row["use"]), int(row["stock"])
    late = 0.0 if plan.long_run else life.left(plan.clock) / plan.clock
    if row["lasts"] == NONE:
        return Uptime(1.0, 0.0, True, life.low / plan.clock, late, use, stock)
    down = _drawn(plan, row["lasts"])
    whole = life.low + down.low
    share = life.low / whole if whole > 0.0 else 1.0
    of_presence = not use and all(_forgets(plan, row[field]) for field in ("every", "lasts"))
    # of two exponential phases the chance to be up at t is share + (1 - share) exp(-t / (share * down))
    ahead = (1.0 - share) * down.low
    if not of_presence and not plan.long_run:
        ahead = down.low + down.left(plan.clock)
    return Uptime(share, ahead / plan.clock, of_presence, life.low / plan.clock, late, use, NONE)


def _drawn(plan: Plan, index: Any) -> Mean:
    return drawn(distribution(plan.program, int(index)))


def _forgets(plan: Plan, index: Any) -> bool:
    return distribution(plan.program, int(index)).family == "exponential"
