"""Checks of the calendars: that turns and breaks are where they can be, and that somebody is on duty."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import pairwise

from hewer.model.checking.base import Context, number_or
from hewer.model.checking.people.staffing import Staffing
from hewer.model.checking.scope import Want, judge_constant
from hewer.model.checking.work.site import time_want
from hewer.model.document import Calendar, Pause, Role
from hewer.model.document.fields import Value
from hewer.model.expression import evaluate, parse
from hewer.model.settling.duty import (
    MOST_TURNS,
    Interval,
    Plan,
    Rest,
    calendar_names,
    calendars_of,
    turns,
    union,
)
from hewer.model.settling.resolve import Path
from hewer.quantity import DIMENSIONLESS, Quantity

__all__ = ["check_calendars", "staffing_of"]

_Presence = Mapping[str, frozenset[int]]
"""Numbers of the workers of each role who are on duty."""


def check_calendars(context: Context) -> None:
    """Check every calendar, and the names of calendars."""
    plans: dict[str, Plan] = {}
    for name, calendar in context.model.calendars.items():
        plan = _check_calendar(context, name, calendar)
        if plan is not None:
            plans[name] = plan
    used = set(_check_names(context, ("terms", "calendar"), context.model.terms.calendar, plans))
    for crew, roles in context.model.crews.items():
        for role_name, role in roles.items():
            path: Path = ("crews", crew, role_name, "calendar")
            for index, text in enumerate(role.calendar):
                used |= set(_check_names(context, (*path, index), text, plans))
            if len(role.calendar) > max(role.count, 1):
                message = f"names {len(role.calendar)} calendars for {role.count} workers"
                context.warn(path, message, "leave out those that nobody has", "unused")
    for name in context.model.calendars:
        if name not in used:
            context.note(("calendars", name), "nobody has this calendar", "leave it out", "unused")


def _check_calendar(context: Context, name: str, calendar: Calendar) -> Plan | None:
    """Check one calendar; return it in base units where it is right."""
    path: Path = ("calendars", name)
    at = judge_constant(context, (*path, "at"), calendar.at, _want(context, "a beginning", below=True))
    lasts = judge_constant(context, (*path, "lasts"), calendar.lasts, _want(context, "a time on duty"))
    every = None
    if calendar.every is not None:
        every = judge_constant(context, (*path, "every"), calendar.every, _want(context, "a turn"))
    before = len(context.found)
    if lasts is not None and every is not None and lasts.bounds.low > every.bounds.low * (1 + 1e-12):
        message = f"a turn of `{calendar.lasts}` runs into the next, `{calendar.every}` later"
        context.error((*path, "lasts"), message, "shorten it, or lengthen `every`", "overlap")
    _check_days(context, path, calendar)
    turn = lasts.bounds.low if lasts is not None else math.inf
    rests = [
        _check_break(context, (*path, "breaks", index), rest, turn, calendar.lasts)
        for index, rest in enumerate(calendar.breaks)
    ]
    if at is None or lasts is None or (calendar.every is not None and every is None):
        return None
    plan = Plan(
        at.bounds.low,
        lasts.bounds.low,
        every.bounds.low if every is not None else 0.0,
        frozenset(calendar.days_off),
        calendar.week,
        tuple(rest for rest in rests if rest is not None),
    )
    end = _end_of_work(context)
    if len(context.found) == before and end < math.inf:
        _check_turns(context, path, plan, end)
    return plan if len(context.found) == before else None


def _want(context: Context, what: str, below: bool = False) -> Want:
    return Want(context.time, what, context.time_unit, positive=not below, below_zero=below)


def _time(context: Context, value: float, like: Value) -> Quantity:
    """Return a time in the unit of another."""
    return Quantity(value, context.time or DIMENSIONLESS, evaluate(parse(like), context.params).unit_text)


def _end_of_work(context: Context) -> float:
    """Return when changes of duty end, in base units: with the shift, or the horizon; infinite if unknown."""
    terms = context.model.terms
    lengths = [number_or(context, value, math.inf, context.time) for value in (terms.shift, terms.horizon)]
    return min(lengths)


def _check_turns(context: Context, path: Path, plan: Plan, end: float) -> None:
    if plan.count(end) > MOST_TURNS:
        message = f"has more than {MOST_TURNS:,} turns before the run ends"
        context.error(path, message, "lengthen `every`, or shorten the run", "too-many-turns")
    elif not any(True for _ in turns(plan, end)):
        context.warn(path, "nobody is ever on duty by it before the run ends", None, "never-on-duty")


def _check_days(context: Context, path: Path, calendar: Calendar) -> None:
    if calendar.days_off and calendar.every is None:
        message = "there is only one turn: no day can be left out"
        context.error((*path, "days_off"), message, "write `every: 24 h`", "days-off")
    for index, day in enumerate(calendar.days_off):
        if day > calendar.week:
            message = f"must be from 1 to {calendar.week}, the turns of a week; got {day}"
            context.error((*path, "days_off", index), message, f"or write `week: {day}`", "days-off")
    if len(set(calendar.days_off)) >= calendar.week:
        context.error((*path, "days_off"), "leaves no turn of the week", "leave one in", "days-off")


def _check_break(context: Context, here: Path, rest: Pause, turn: float, lasts: Value) -> Rest | None:
    """Check a break; it must lie within its turn, which is so long."""
    at = judge_constant(context, (*here, "at"), rest.at, time_want(context))
    length = judge_constant(context, (*here, "lasts"), rest.lasts, time_want(context))
    if at is None or length is None:
        return None
    if at.bounds.low + length.bounds.low > turn * (1 + 1e-12):
        message = f"must end before the turn does, {_time(context, turn, lasts)} after it begins"
        context.error(here, message, "`at` counts from the beginning of the turn", "break")
    return Rest(at.bounds.low, length.bounds.low, rest.work == "finish")


def _check_names(context: Context, path: Path, text: str | None, plans: Mapping[str, Plan]) -> Iterator[str]:
    """Check the names in ``early + late``; yield those that are known."""
    names = calendar_names(text) if text is not None else ()
    known = [name for name in names if context.known(path, name, context.model.calendars, "calendar")]
    yield from known
    if len(known) == len(names) > 1:
        _check_overlap(context, path, {name: plans[name] for name in names if name in plans})


def _check_overlap(context: Context, path: Path, plans: Mapping[str, Plan]) -> None:
    """Report two calendars of one worker that have him on duty twice at once."""
    end = _end_of_work(context)
    if end == math.inf or any(plan.count(end) > MOST_TURNS for plan in plans.values()):
        return
    like = context.model.calendars[next(iter(plans))].lasts if plans else 0
    found = sorted((turn, name) for name, plan in plans.items() for turn in turns(plan, end))
    for (turn, name), (later, other) in pairwise(found):
        if later[0] < turn[1]:
            message = f"`{name}` and `{other}` overlap, first at {_time(context, later[0], like)}"
            context.error(path, message, "move one of them", "overlap")
            return


def staffing_of(context: Context, roles: Mapping[str, Role]) -> Staffing:
    """Return who of a crew can fill which posts, with regard to who is on duty together."""
    return Staffing(context, roles, _presences(context, roles) if context.model.calendars else ())


def _presences(context: Context, roles: Mapping[str, Role]) -> list[_Presence]:
    """List who of a crew is on duty together at one time or another; each such group once."""
    end = _end_of_work(context)
    whose = {name: calendars_of(context.model, role) for name, role in roles.items()}
    spans = {
        names: union(turn for name in names for turn in _turns(context, name, end))
        for names in {names for mine in whose.values() for names in mine if names}
    }
    found: dict[frozenset[tuple[str, ...]], None] = {}
    for on in _together(spans, end):
        found.setdefault(on)
    return [
        {
            role: frozenset(k for k, names in enumerate(mine) if not names or names in on)
            for role, mine in whose.items()
        }
        for on in found
    ]


def _turns(context: Context, name: str, end: float) -> Iterator[Interval]:
    calendar = context.model.calendars[name]
    at, lasts, every = (
        number_or(context, value, 0.0) for value in (calendar.at, calendar.lasts, calendar.every)
    )
    yield from turns(Plan(at, lasts, every, frozenset(calendar.days_off), calendar.week), end)


def _together(
    spans: Mapping[tuple[str, ...], list[Interval]], end: float
) -> Iterator[frozenset[tuple[str, ...]]]:
    """Yield which calendars have people on duty, from one change to the next."""
    edges: dict[float, list[tuple[bool, tuple[str, ...]]]] = {0.0: []}
    for names, intervals in spans.items():
        for begin, stop in intervals:
            edges.setdefault(max(begin, 0.0), []).append((True, names))
            if stop < end:
                edges.setdefault(stop, []).append((False, names))
    on: set[tuple[str, ...]] = set()
    for time in sorted(edges):
        on -= {names for comes, names in edges[time] if not comes}
        on |= {names for comes, names in edges[time] if comes}
        yield frozenset(on)
