"""Compile when arrivals come, and what becomes of those that turn away or find no room."""

from __future__ import annotations

from collections.abc import Mapping

from hewer.engine.codes import NONE, TICKS, Op, Way
from hewer.engine.compile.base import Context, Row, StockEntry, few, fixed_ticks, located, require, whole
from hewer.engine.compile.code.code import Code, lower
from hewer.engine.compile.code.expressions import (
    Binding,
    constant,
    duration,
    guard,
    is_known,
    stock_key,
    stock_member,
)
from hewer.errors import ExpressionError, ValueProblem
from hewer.model.document import Rate, Source
from hewer.model.expression import is_condition, is_random, parse
from hewer.model.settling.arrivals import Arrival, replayed, stated_period, tabled
from hewer.model.settling.resolve import is_bare_zero
from hewer.quantity import DIMENSIONLESS, Quantity

__all__ = ["listed", "timing", "turning"]


def timing(binding: Binding, name: str, source: Source, entry: StockEntry) -> Row:
    """Return the fields of a source that say when its arrivals come."""
    context, path = binding.context, f"sources.{name}.{source.way}"
    if source.every is not None:
        with located(context.model, path):
            return {"way": int(Way.EVERY), "every": duration(binding, source.every)}
    if source.rate is not None:
        with located(context.model, path):
            return _rate(binding, source.rate)
    found = listed(context, name, source)
    with located(context.model, path):
        part = source.timetable or source.from_file
        period = stated_period(part.every if part is not None else None, context.params, context.time)
        rows = [_arrival(context, one, entry) for one in found]
    row0 = len(context.arrivals)
    context.arrivals.extend(rows)
    return {
        "way": int(Way.LISTED),
        "row0": row0,
        "row1": len(context.arrivals),
        "period": _ticks(period or 0.0, context),
    }


def _ticks(seconds: float, context: Context) -> int:
    return fixed_ticks(Quantity(seconds, context.time), context.time, "a time")


def listed(context: Context, name: str, source: Source) -> tuple[Arrival, ...]:
    """Return the arrivals that a source lists; none where it states intervals or a rate."""
    if source.timetable is None and source.from_file is None:
        return ()
    with located(context.model, f"sources.{name}.{source.way}"):
        if source.timetable is not None:
            period = stated_period(source.timetable.every, context.params, context.time)
            return tabled(source.timetable, context.params, context.time, period)
        assert source.from_file is not None
        period = stated_period(source.from_file.every, context.params, context.time)
        return replayed(source.from_file, context.folder, context.time, period)


def _arrival(context: Context, one: Arrival, entry: StockEntry) -> Row:
    amount = NONE
    if one.amount is not None:
        stated = constant(context, one.amount)
        if isinstance(one.amount, float) and entry.unit is not None:  # of a file: in the unit of the stock
            stated = Quantity(one.amount * entry.unit.factor, entry.dimension)
        elif is_bare_zero(one.amount):
            stated = Quantity(0.0, entry.dimension)
        what = f"{one.where}: an amount"
        amount = few(whole(stated, entry, what), entry, what)
    rank = NONE
    if one.priority is not None and len(context.classes) > 1:
        rank = context.classes.index(one.priority)
    return {"tick": _ticks(one.time, context), "amount": amount, "rank": rank}


def _rate(binding: Binding, rate: Rate) -> Row:
    """Compile a rate: one that is known before the run is a table of one line."""
    if rate.value is None:
        assert rate.table is not None
        return _rate_table(binding.context, rate.table, rate.every)
    node = parse(rate.value)
    if is_known(node, binding):
        return _rate_table(binding.context, {"0": rate.value}, None)
    if is_random(node):
        raise ExpressionError("a rate cannot draw", "arrivals are at random as it is", node.start)
    if rate.most is None:
        message = "varies in the run, so the most that it can be must be stated"
        raise ExpressionError(message, "write `rate: {value: ..., most: ...}`")
    most = _per_time(binding.context, rate.most)
    if most == 0.0:
        raise ValueProblem("`most` must be more than 0")
    lowered = lower(node, binding)
    require(Quantity(1.0, lowered.dimension), DIMENSIONLESS / binding.context.time, "a rate")
    chance: Code = (*lowered.code, (Op.CONST, 0, most), (Op.DIV, 0, 0.0))
    return {
        "way": int(Way.THINNED),
        "mean": TICKS / most,
        "chance": binding.context.add_code(chance),
    }


def _per_time(context: Context, value: str | int | float) -> float:
    """Work out a rate, in arrivals per base unit of time."""
    found = constant(context, value)
    if is_bare_zero(value):
        return 0.0
    require(found, DIMENSIONLESS / context.time, "a rate")
    if found.value < 0.0:
        raise ValueProblem(f"a rate must not be negative; got {found}")
    return found.value


def _rate_table(
    context: Context, table: Mapping[str, str | int | float], every: str | int | float | None
) -> Row:
    times, rates = [], []
    for text, value in table.items():
        time = Quantity(0.0, context.time) if is_bare_zero(text) else constant(context, text)
        times.append(fixed_ticks(time, context.time, "a time"))
        rates.append(_per_time(context, value) / TICKS)
    seconds = stated_period(every, context.params, context.time)
    period = 0 if seconds is None else _ticks(seconds, context)
    if not times or times[0] != 0:
        raise ValueProblem("a table must say the rate from the start on", "begin with `0 h: ...`")
    ends = [*times[1:], *([period] if period else [])]
    if any(after <= before for before, after in zip(times, ends, strict=False)):
        raise ValueProblem("the times of a table must go forward, and end before it begins again")
    row0 = len(context.numbers)
    context.numbers.extend(float(tick) for tick in times)
    context.numbers.extend(rates)
    load = sum(rate * (after - before) for rate, before, after in zip(rates, times, ends, strict=False))
    return {
        "way": int(Way.TABLE),
        "row0": row0,
        "row1": row0 + len(times),
        "period": period,
        "load": load if period else 0.0,
    }


def turning(binding: Binding, name: str, source: Source) -> Row:
    """Return the fields of a source that say who turns away, and where."""
    model = binding.context.model
    found: Row = {"balks": NONE, "balk_to": NONE, "full_to": NONE}
    if source.balks is not None:
        with located(model, f"sources.{name}.balks.when"):
            found["balks"] = binding.context.add_code(_chance(binding, source.balks.when))
        if source.balks.to is not None:
            with located(model, f"sources.{name}.balks.to"):
                found["balk_to"] = _other(binding, source.balks.to)
    if isinstance(source.when_full, Mapping):
        with located(model, f"sources.{name}.when_full"):
            found["full_to"] = _other(binding, source.when_full["to"])
    return found


def _chance(binding: Binding, value: str | int | float) -> Code:
    """Compile a chance, or a condition, which is 1 or 0."""
    node = parse(value)
    if is_condition(node):
        return guard(binding, str(value))
    if is_random(node):
        raise ExpressionError("a chance cannot draw", "it is drawn as it is", node.start)
    lowered = lower(node, binding)
    require(Quantity(1.0, lowered.dimension), DIMENSIONLESS, "a chance")
    return lowered.code


def _other(binding: Binding, key: str) -> int:
    """Find the stock that is named beside the one that a source feeds."""
    found = stock_member(binding, *stock_key(binding, key))
    return NONE if found is None else found
