"""Structural findings: stocks nothing fills or empties, work that can never start, deadlock at time 0."""

from __future__ import annotations

from hewer.model.checking.base import Context, number_or
from hewer.model.checking.reach import NOBODY, Reach
from hewer.model.document.fields import ONWARD
from hewer.model.document.position import dotted
from hewer.model.expression import names, parse
from hewer.model.settling.interruption import down_stock
from hewer.model.settling.resolve import Path
from hewer.model.settling.route import onward_stocks
from hewer.model.settling.work import all_gives, reference

__all__ = ["check_start", "check_stocks"]


def check_stocks(context: Context) -> None:
    """Report stocks that nothing fills, or nothing empties."""
    model = context.model
    takers, givers = _users(context)
    givers.update(source.to for source in model.sources.values() if source.to is not None)
    for tool in model.tools:
        _check_repair(context, tool, takers)
    implied = {down_stock(tool) for tool in model.tools}
    for name, stock in model.stocks.items():
        if name in implied:
            continue
        path: Path = ("stocks", name)
        starts = stock.start if isinstance(stock.start, tuple) else (stock.start,)
        starts_full = any(number_or(context, value, 1.0) > 0.0 for value in starts)
        filled, emptied = name in givers, name in takers or stock.sink or stock.leaves is not None
        if not filled and name not in takers and stock.leaves is None:
            if name not in _read(context):
                context.warn(path, "nothing fills it and nothing takes from it", "leave it out", "unused")
        elif not filled and not starts_full:
            hint = "give it a `start`, or let a source or an activity give to it"
            context.warn(path, "nothing ever fills it, and it starts empty", hint, "unfilled-stock")
        elif not emptied:
            hint = "write `sink: yes` if it is the end of the line"
            context.warn(path, "nothing ever empties it", hint, "unemptied-stock")


def _check_repair(context: Context, tool: str, takers: set[str]) -> None:
    """Report a tool that fails and that nobody repairs."""
    down = down_stock(tool)
    if down in context.model.stocks and down not in takers:
        message = "nothing repairs it: each unit that fails stays down"
        hint = f"let an activity take `{down}: 1`, or give `fails` a time of `repair`"
        context.warn(("tools", tool, "fails"), message, hint, "unrepaired")


def _users(context: Context) -> tuple[set[str], set[str]]:
    """Return the stocks that are taken from, and those that are given to."""
    takers: set[str] = set()
    givers: set[str] = set()
    for source in context.model.sources.values():
        givers.update(one.stock for key in source.others if (one := reference(key)))
    for stock in context.model.stocks.values():
        if stock.leaves is not None and (one := reference(stock.leaves.to)):
            givers.add(one.stock)
    for name, activity in context.model.activities.items():
        takers.update(one.stock for key in activity.takes if (one := reference(key)))
        for _, gives in all_gives(activity):
            givers.update(one.stock for key in gives if (one := reference(key)))
            givers.update(onward_stocks(context.model, name) if ONWARD in gives else ())
    return takers, givers


def _read(context: Context) -> frozenset[str]:
    """Return the names that guards and times mention, and what else is judged in a run."""
    found: frozenset[str] = frozenset()
    values: list[str | int | float | None] = []
    for activity in context.model.activities.values():
        values += [activity.guard, activity.time]
    for stock in context.model.stocks.values():
        values += [stock.leaves.when, stock.leaves.after] if stock.leaves is not None else []
    for source in context.model.sources.values():
        values += [source.balks.when] if source.balks is not None else []
        values += [source.rate.value] if source.rate is not None else []
    for value in values:
        if value is not None:
            found |= names(parse(value))
    return found


def check_start(context: Context, others: bool = True) -> None:
    """Report what can never start, and a deadlock at time 0: an error for the crew at work.

    Parameters
    ----------
    context : Context
        A model without errors.
    others : bool
        Whether the other crews are judged too.
    """
    chosen = context.model.crew_name
    _check_crew(context, chosen, True)
    if others:
        for crew in context.model.crews:
            if crew != chosen:
                _check_crew(context, crew, False)


def _check_crew(context: Context, crew: str | None, chosen: bool) -> None:
    reach = Reach(context, crew)
    able = {reach.instances[index].name for index in reach.started}
    reasons: dict[str, str] = {}
    for one in reach.instances:
        reason = reach.why_not(one) if one.name not in able else None
        if reason is not None:
            reasons.setdefault(one.name, reason)
    path: Path = ("crews", crew) if crew is not None else ("activities",)
    if not able:
        listed = "; ".join(f"`{name}`: {reason}" for name, reason in reasons.items())
        listed = listed or "no activity has a member at which all the stocks it names exist"
        report = context.error if chosen else context.warn
        report(path, f"nothing can start, at time 0 or later: {listed}", None, "deadlock")
        return
    for name, reason in reasons.items():
        if reason == NOBODY or reach.staffing.why_not(name) is not None:
            continue  # reported of the crew
        here: Path = ("activities", name)
        if chosen:
            context.warn(here, f"can never start: {reason}", None, "never-starts")
        elif not any(one.path == dotted(here) and one.code == "never-starts" for one in context.found):
            context.warn(path, f"with this crew `{name}` can never start: {reason}", None, "never-starts")
