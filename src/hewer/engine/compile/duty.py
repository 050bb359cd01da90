"""Compile the calendars: who is on duty when, change by change up to the end of the run (rule 11)."""

from __future__ import annotations

from dataclasses import dataclass, field

from hewer import tracing
from hewer.engine.codes import NONE, TICKS, Change
from hewer.engine.compile.base import Context, Row, fixed_ticks, located, require
from hewer.engine.compile.code.expressions import constant
from hewer.errors import ValueProblem
from hewer.model.document import Calendar, Pause
from hewer.model.settling.duty import MOST_TURNS, Interval, Plan, Rest, calendars_of, turns, union


@dataclass(slots=True)
class Duties:
    """Rows of the duties in the making, one for each set of calendars that somebody has."""

    rows: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)
    number: dict[tuple[str, ...], int] = field(default_factory=dict)

    def on(self, duty: int) -> bool:
        """Tell whether those with a duty have it at the start; who has none is always there."""
        return duty == NONE or bool(self.rows[duty]["on"])


def compile_duties(context: Context, until: int, warm_up: int) -> Duties:
    """Expand the calendars of the crew at work.

    Parameters
    ----------
    context : Context
    until : int
        Tick before which changes happen: the end of the shift or the horizon.
    warm_up : int
        Tick from which time is accounted for.
    """
    duties = Duties()
    plans: dict[str, Plan] = {}
    for role in context.model.roles.values():
        for names in calendars_of(context.model, role):
            if not names or names in duties.number:
                continue
            for name in names:
                if name not in plans:
                    plans[name] = _plan(context, name, until)
            duties.number[names] = len(duties.rows)
            _add(duties, [plans[name] for name in names], until, warm_up)
    return duties


def _plan(context: Context, name: str, until: int) -> Plan:
    calendar = context.model.calendars[name]
    with located(context.model, f"calendars.{name}"):
        every = (
            0
            if calendar.every is None
            else fixed_ticks(constant(context, calendar.every), context.time, "a turn")
        )
        plan = Plan(
            _when(context, calendar),
            fixed_ticks(constant(context, calendar.lasts), context.time, "a time on duty"),
            every,
            frozenset(calendar.days_off),
            calendar.week,
            tuple(_rest(context, rest) for rest in calendar.breaks),
        )
        if plan.count(until) > MOST_TURNS:
            raise ValueProblem(f"has more than {MOST_TURNS:,} turns before the end", "a longer `every`")
    return plan


def _when(context: Context, calendar: Calendar) -> int:
    """Round a beginning, which may be before the run, to ticks."""
    value = constant(context, calendar.at)
    if value.value >= 0.0:
        return fixed_ticks(value, context.time, "a beginning")
    require(value, context.time, "a beginning")
    return max(round(tracing.plain(value.value) * TICKS), -(1 << 62))


def _rest(context: Context, rest: Pause) -> Rest:
    at = fixed_ticks(constant(context, rest.at), context.time, "the time of a break")
    lasts = fixed_ticks(constant(context, rest.lasts), context.time, "the length of a break")
    return Rest(at, lasts, rest.work == "finish")


def _add(duties: Duties, plans: list[Plan], until: int, warm_up: int) -> None:
    """Add the changes of one duty, in order; those of an instant: who ends first, begins last."""
    found: list[tuple[float, Change]] = []
    on_duty = union(turn for plan in plans for turn in turns(plan, until))
    for begin, end in on_duty:
        if begin > 0:
            found.append((begin, Change.COMES))
        found.append((end, Change.GOES))
    for plan in plans:
        for turn in turns(plan, until):
            for rest in plan.breaks:
                found.extend(_break(turn, rest))
    change0 = len(duties.changes)
    duties.changes.extend({"tick": tick, "what": int(what)} for tick, what in sorted(found) if tick < until)
    duties.rows.append(
        {
            "change0": change0,
            "change1": len(duties.changes),
            "on": any(begin <= 0 for begin, _ in on_duty),
            "length": sum(max(0, min(end, until) - max(begin, warm_up)) for begin, end in on_duty),
        }
    )


def _break(turn: Interval, rest: Rest) -> list[tuple[float, Change]]:
    """Return the changes of a break; none where it is over before the run, or outside its turn."""
    begin = max(0, turn[0] + rest.at)
    end = min(turn[0] + rest.at + rest.lasts, turn[1])
    if begin >= end:
        return []
    what = Change.RESTS_WHEN_DONE if rest.finish else Change.RESTS
    return [(begin, what), (end, Change.RETURNS)]
