"""How long people are there: the shift, less breaks, the time off duty, and absences by chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from hewer.engine.codes import NONE, Change
from hewer.exact.bound.reading.plan import Plan
from hewer.exact.bound.reading.uptime import Uptime, uptime_of


class _Absence(NamedTuple):
    """Time in which a worker does nothing; he may finish the work in hand at its beginning."""

    begin: float
    end: float
    finishes: bool


def presence(plan: Plan, longest: Sequence[float]) -> dict[str, Any]:
    """Return the fields of a plan that say how long people are there.

    Parameters
    ----------
    plan : Plan
    longest : sequence of float
        How long a work in hand can go on, on average, by group.
    """
    times: list[list[float]] = [[] for _ in plan.heads]
    ends = 0
    for worker in plan.program.worker:
        group = int(worker["skill"])
        up = uptime_of(plan, int(worker["hazard"]))
        if plan.long_run:
            times[group].append(up.of(1.0, long_run=True) if up is not None else 1.0)
            continue
        absences = [*_breaks(plan, int(worker["role"])), *_off_duty(plan, int(worker["duty"]))]
        ends += sum(one.finishes and int(worker["duty"]) != NONE for one in absences)
        times[group].append(_present(absences, longest[group], up))
    return {"time": tuple(sum(each) / len(each) if each else 1.0 for each in times), "ends": ends}


def _present(absences: list[_Absence], longest: float, up: Uptime | None) -> float:
    """Take the union of the absences off the shift; each may be worked into once, where work is finished."""
    left, until = 1.0, 0.0
    for begin, end, _ in sorted(absences):
        left -= max(0.0, min(1.0, end) - max(until, min(1.0, begin)))
        until = max(until, min(1.0, end))
    finished = sum(one.finishes and one.begin < 1.0 for one in absences)
    there = up.of(left, long_run=False) if up is not None else left
    present = min(1.0, there + finished * longest) if finished else there
    return present if up is None else min(present, up.of(1.0, long_run=False))


def _breaks(plan: Plan, role: int) -> list[_Absence]:
    program = plan.program
    return [
        _Absence(row["begin"] / plan.clock, row["end"] / plan.clock, bool(row["finish"]))
        for row in program.breaks
        if role in program.break_role[row["role0"] : row["role1"]]
    ]


def _off_duty(plan: Plan, duty: int) -> list[_Absence]:
    """List when a duty lets its people go; what they have in hand then may be finished, or given up."""
    if duty == NONE:
        return []
    row = plan.program.duty[duty]
    found = []
    gone, rests, finishes, resting = 0.0 if not row["on"] else math.inf, 0, False, 0.0
    for change in plan.program.change[row["change0"] : row["change1"]]:
        now, what = float(change["tick"]) / plan.clock, Change(int(change["what"]))
        if what == Change.COMES:
            found.append(_Absence(gone, now, gone > 0.0))
            gone = math.inf
        elif what == Change.GOES:
            gone = now
        elif what == Change.RETURNS:
            rests -= 1
            if not rests:
                found.append(_Absence(resting, now, finishes))
        else:
            resting = now if not rests else resting
            finishes = (finishes and rests > 0) or what == Change.RESTS_WHEN_DONE
            rests += 1
    if gone < 1.0:
        found.append(_Absence(gone, 1.0, gone > 0.0))
    if rests:
        found.append(_Absence(resting, 1.0, finishes))
    return found
