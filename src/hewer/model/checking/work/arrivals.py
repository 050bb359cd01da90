"""Checks of when arrivals come, and of those that turn away."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from hewer.errors import HewerError, ValueProblem
from hewer.model.checking.base import Context
from hewer.model.checking.scope import Scope, Want, judge, judge_constant, selector_problem
from hewer.model.checking.work.site import amount_want, check_whole, time_want
from hewer.model.document import Rate, Source
from hewer.model.expression import is_condition, names, parse
from hewer.model.settling.arrivals import Arrival, replayed, stated_period, tabled
from hewer.model.settling.resolve import Path
from hewer.model.settling.work import Reference, reference
from hewer.quantity import DIMENSIONLESS

__all__ = ["check_arrivals", "other_stock"]


def check_arrivals(context: Context) -> None:
    """Check rates, timetables and files of arrivals, and where those go that turn away."""
    for name, source in context.model.sources.items():
        path: Path = ("sources", name)
        if source.rate is not None:
            _check_rate(context, (*path, "rate"), source, source.rate)
        if context.time is not None and (source.timetable is not None or source.from_file is not None):
            _check_listed(context, path, source)
        if source.balks is not None:
            _check_balks(context, (*path, "balks"), source)
        if isinstance(source.when_full, Mapping):
            other_stock(context, (*path, "when_full"), source.when_full["to"], source.to)


def _scope(context: Context, source: Source) -> Scope:
    stock = context.model.stocks.get(source.to or "")
    return Scope(context, levels=True, place=context.set_of(stock) if stock is not None else None)


def _rate_want(context: Context, what: str, positive: bool = False) -> Want:
    dimension = DIMENSIONLESS / context.time if context.time is not None else None
    return Want(dimension, what, f"1/{context.time_unit}" if context.time_unit else "", positive)


def _check_rate(context: Context, path: Path, source: Source, rate: Rate) -> None:
    if rate.table is not None:
        _check_rate_table(context, path, rate)
        return
    assert rate.value is not None
    found = judge(_scope(context, source), (*path, "value"), rate.value, _rate_want(context, "a rate"))
    most = None
    if rate.most is not None:
        want = _rate_want(context, "the largest rate", positive=True)
        most = judge_constant(context, (*path, "most"), rate.most, want)
    if found is None:
        return
    varies = not names(found.node) <= set(context.params)
    if varies and rate.most is None:
        message = "varies in the run, so the most that it can be must be stated"
        context.error(path, message, "write `rate: {value: ..., most: ...}`", "rate")
    elif not varies and rate.most is not None:
        context.error((*path, "most"), "the rate does not vary", "leave it out", "rate")
    elif most is not None and found.bounds.low > most.bounds.high * (1 + 1e-9):
        context.error((*path, "most"), "is less than the rate can ever be", "raise it", "rate")


def _check_rate_table(context: Context, path: Path, rate: Rate) -> None:
    assert rate.table is not None
    here: Path = (*path, "table")
    times: list[float] = []
    highest = 0.0
    for text, value in rate.table.items():
        time = judge_constant(context, (*here, text), text, time_want(context))
        found = judge_constant(context, (*here, text), value, _rate_want(context, "a rate"))
        if time is None or found is None:
            return
        times.append(time.bounds.low)
        highest = max(highest, found.bounds.high)
    if not times or times[0] != 0.0:
        context.error(here, "must say the rate from the start on", "begin with `0 h: ...`", "rate")
    elif any(after <= before for before, after in pairwise(times)):
        context.error(here, "the times must go forward", "sort them", "order")
    elif rate.every is not None:
        want = time_want(context, "a time after which it begins again", positive=True)
        every = judge_constant(context, (*path, "every"), rate.every, want)
        if every is not None and every.bounds.low <= times[-1]:
            message = "must be later than the last time of the table"
            context.error((*path, "every"), message, "give a longer time", "order")
    if highest == 0.0 and times:
        context.warn(here, "the rate is always 0: nothing ever comes", None, "rate")


def _check_listed(context: Context, path: Path, source: Source) -> None:
    """Check a timetable or a file, and the amounts it states."""
    assert context.time is not None
    part = source.timetable if source.timetable is not None else source.from_file
    assert part is not None
    here: Path = (*path, "timetable" if source.timetable is not None else "from_file")
    texts = [*source.timetable.at] if source.timetable is not None else []
    if any(names(parse(text)) & context.broken for text in (*texts, part.every or 0)):
        return
    try:
        period = stated_period(part.every, context.params, context.time)
        if source.timetable is not None:
            found = tabled(source.timetable, context.params, context.time, period)
        else:
            assert source.from_file is not None
            folder = context.model.source.folder
            found = replayed(source.from_file, folder, context.time, period)
    except ValueProblem as error:
        error.offset = None  # it counts in a part of the text that stands at the path
        context.refuse(here, error)
    except HewerError as error:
        context.error(here, str(error), None, "data")
    else:
        _check_amounts(context, here, source, found)


def _check_amounts(context: Context, path: Path, source: Source, found: tuple[Arrival, ...]) -> None:
    stock = context.model.stocks.get(source.to or "")
    if stock is None or source.to is None:
        return
    for one in found:
        if source.timetable is not None and one.amount is not None:
            here: Path = (*path, "at", one.where.strip("`"))
            judged = judge_constant(context, here, one.amount, amount_want(context, source.to))
            check_whole(context, here, stock, judged)
        elif one.amount is not None and stock.unit is None and float(one.amount) != round(float(one.amount)):
            message = f"{one.where}: must be a whole number of items; got {one.amount}"
            context.error(path, message, "give the stock a `unit` if it holds bulk", "whole-number")
            return


def _check_balks(context: Context, path: Path, source: Source) -> None:
    balks = source.balks
    assert balks is not None
    here: Path = (*path, "when")
    scope = _scope(context, source)
    try:
        scope.condition = is_condition(parse(balks.when))
    except ValueProblem as error:
        context.refuse(here, error)
        return
    want = Want(None, "a condition") if scope.condition else Want(DIMENSIONLESS, "a chance")
    found = judge(scope, here, balks.when, want)
    if found is not None and not scope.condition and found.bounds.low > 1.0:
        message = f"must be from 0 to 1; got {found.bounds.low:g}"
        context.error(here, message, "write for example `20 %`", "chance")
    if balks.to is not None:
        other_stock(context, (*path, "to"), balks.to, source.to)


def other_stock(context: Context, path: Path, key: str, first: str | None) -> Reference | None:
    """Check the stock that takes what leaves, or cannot enter, stock `first`; None where it is wrong."""
    found = reference(key)
    if found is None or not context.known(path, found.stock, context.model.stocks, "stock"):
        if found is None:
            context.error(path, f"`{key}` does not name a stock", "write for example `gone`", "unknown-name")
        return None
    home = context.model.stocks.get(first or "")
    if home is None:
        return None
    problem = selector_problem(context, found, context.set_of(home))
    if problem is not None:
        context.error(path, problem[0], problem[1], "selector")
        return None
    other = context.model.stocks[found.stock]
    if found.stock == first and not found.selector:
        context.error(path, f"is `{first}` itself", "name another stock", "same-stock")
        return None
    if (other.unit, other.grain) != (home.unit, home.grain):
        message = f"`{found.stock}` holds {other.unit or 'items'}, `{first}` {home.unit or 'items'}"
        hint = "name a stock of the same `unit` and `grain`"
        context.error(path, message, hint, "dimension")
        return None
    return found
