"""Checks of the activities: what they take, give and need, how long they take, how they end."""

from __future__ import annotations

import math
from collections.abc import Mapping

from hewer.model.checking.base import Context
from hewer.model.checking.scope import Scope, Want, is_known, judge, judge_constant, selector_problem
from hewer.model.checking.work.kinds import item_scope, reads_item
from hewer.model.checking.work.site import amount_want, check_whole, time_want
from hewer.model.checking.work.together import check_together
from hewer.model.document import Activity
from hewer.model.document.fields import ONWARD
from hewer.model.expression import Node
from hewer.model.expression.bounds import Bounds
from hewer.model.expression.clock import clock_comparisons, is_linear
from hewer.model.expression.syntax import DOWN
from hewer.model.settling.interruption import can_be_handed_over, can_be_interrupted, overrun_of
from hewer.model.settling.resolve import Path
from hewer.model.settling.work import Reference, all_gives, posts_of, reference
from hewer.quantity import DIMENSIONLESS, Quantity, unit

__all__ = ["check_clock", "check_work"]

_MOST_PEOPLE = 62
_NO_ITEM = "the activity takes no items, so none is at hand"


def check_work(context: Context) -> None:
    """Check every activity."""
    for name, activity in context.model.activities.items():
        path: Path = ("activities", name)
        if activity.at is not None:
            context.known((*path, "at"), activity.at, context.model.places, "place")
        before = len(context.found)
        taken = _check_takes(context, name, activity)
        given = _check_gives(context, name, activity, taken)
        if len(context.found) == before:
            _check_room_for_output(context, name, activity, taken, given)
        _check_guard_and_time(context, name, activity, taken)
        _check_outcomes(context, name, activity)
        _check_needs(context, name, activity)
        _check_ends_at(context, name, activity)
        _check_interruption(context, name, activity)
    if not context.model.activities:
        hint = "for example `activities: {serve: {time: 5 min}}`"
        context.error(("activities",), "a model must have activities", hint, "missing")


def stock_at(context: Context, path: Path, key: str, place: str | None) -> Reference | None:
    """Read the key of a take or give; report what is wrong with it and return None."""
    found = reference(key)
    if found is None:
        hint = "write a stock, or `next(stock)`, `prev(stock)`, `first(stock)`, `last(stock)`"
        context.error(path, f"`{key}` does not name a stock", hint, "unknown-name")
        return None
    if found.stock.startswith(f"{DOWN}(") and found.stock not in context.model.stocks:
        message = f"there is no stock `{found.stock}`: nothing waits for repair there"
        hint = "give the tool `fails` without a time of `repair`"
        context.error(path, message, hint, "unknown-name")
        return None
    if not context.known(path, found.stock, context.model.stocks, "stock"):
        return None
    problem = selector_problem(context, found, place)
    if problem is not None:
        context.error(path, problem[0], problem[1], "selector")
        return None
    return found


def _may_meet(context: Context, one: Reference, other: Reference) -> bool:
    """Whether two references to a stock may mean the same member."""
    selectors = {one.selector, other.selector}
    if selectors == {"first", "last"}:
        return context.members(context.model.stocks[one.stock].at) == 1
    return bool(selectors & {"first", "last"})


def _check_takes(context: Context, name: str, activity: Activity) -> dict[Reference, Bounds]:
    """Check the takes; return the bounds of each amount."""
    place = context.set_of(activity)
    taken: dict[Reference, Bounds] = {}
    for key, value in activity.takes.items():
        path: Path = ("activities", name, "takes", key)
        found = stock_at(context, path, key, place)
        if found is None:
            continue
        stock = context.model.stocks[found.stock]
        if any(other.stock == found.stock and _may_meet(context, other, found) for other in taken):
            context.error(
                path,
                f"takes from `{found.stock}` twice where the members are one and the same",
                "take all of it in one line, or write an activity for that member",
                "repeated",
            )
        item = item_scope(context, activity)
        fixed = reads_item(value)  # judged with each item that comes first, so that nothing else may move it
        scope = Scope(
            context,
            levels=not fixed,
            place=place,
            random=not fixed,
            ranges=not fixed,
            item=item,
            no_item=_NO_ITEM,
        )
        judged = judge(scope, path, value, amount_want(context, found.stock, "an amount", positive=True))
        check_whole(context, path, stock, judged)
        if judged is not None:
            check_together(context, path, found.stock, judged.node)
        taken[found] = judged.bounds if judged is not None else Bounds(0.0, math.inf)
        if stock.sink and stock.unit is None:
            message = f"`{found.stock}` is a sink: items given to it have left"
            context.error(
                path, message, "leave out its `sink`, or take from another stock", "takes-from-sink"
            )
    return taken


Given = dict[tuple[str, Reference], Bounds]
"""Bounds of each amount given, by outcome (empty: whatever the outcome) and stock."""


def _check_gives(context: Context, name: str, activity: Activity, taken: dict[Reference, Bounds]) -> Given:
    place = context.set_of(activity)
    given: Given = {}
    for part, gives in all_gives(activity):
        outcome = str(part[1]) if len(part) > 1 else ""
        for key, value in gives.items():
            path: Path = ("activities", name, *part, key)
            if key == ONWARD:
                continue  # see check_kinds
            found = stock_at(context, path, key, place)
            if found is None:
                continue
            if found.stock in context.workplace.down_stocks:
                message = f"nothing can be given to `{found.stock}`: units enter it when they fail"
                hint = "a unit is back in service when an activity that takes it gives it to nothing"
                context.error(path, message, hint, "gives-to-down")
            scope = _scope(context, activity, taken=taken)
            judged = judge(scope, path, value, amount_want(context, found.stock))
            check_whole(context, path, context.model.stocks[found.stock], judged)
            if judged is not None:
                given[outcome, found] = judged.bounds
    return given


def _check_guard_and_time(
    context: Context, name: str, activity: Activity, taken: dict[Reference, Bounds]
) -> None:
    place = context.set_of(activity)
    if activity.guard is not None:
        item = item_scope(context, activity)
        scope = Scope(context, levels=True, place=place, condition=True, item=item, no_item=_NO_ITEM)
        path: Path = ("activities", name, "guard")
        judged = judge(scope, path, activity.guard, Want(None, "a condition"))
        if judged is not None:
            check_clock(context, path, activity.guard, judged.node)
    scope = _scope(context, activity, taken=taken)
    judge(scope, ("activities", name, "time"), activity.time, time_want(context))


def _scope(context: Context, activity: Activity, taken: dict[Reference, Bounds]) -> Scope:
    """Return what a value may mention that is judged when a work begins or ends."""
    item = item_scope(context, activity)
    place = context.set_of(activity)
    return Scope(context, levels=True, place=place, random=True, taken=taken, item=item, no_item=_NO_ITEM)


def check_clock(context: Context, path: Path, guard: str, node: Node) -> None:
    """Point out a comparison that cannot be solved for the time at which it becomes true."""
    for comparison in clock_comparisons(node):
        if not is_linear(comparison, lambda part: is_known(part, context)):
            text = guard[comparison.start : comparison.end]
            message = (
                f"`{text}` is not linear in `now` with the rest known before the run, so that nothing wakes "
                "when it becomes true: it is judged when something else happens"
            )
            hint = "compare `now` with numbers and params, or let an automatic activity tick"
            context.warn(path, message, hint, "clock-guard")


def _check_outcomes(context: Context, name: str, activity: Activity) -> None:
    """Check that chances are probabilities and add up to 1."""
    total = 0.0
    rests = 0
    known = bool(activity.outcomes)
    for key, outcome in activity.outcomes.items():
        path: Path = ("activities", name, "outcomes", key, "chance")
        if outcome.chance == "rest":
            rests += 1
            continue
        if reads_item(outcome.chance):
            item = item_scope(context, activity)
            scope = Scope(context, item=item, no_item=_NO_ITEM)
            judge(scope, path, outcome.chance, Want(DIMENSIONLESS, "a chance"))
            known = False
            continue
        found = judge_constant(context, path, outcome.chance, Want(DIMENSIONLESS, "a chance"))
        known = known and found is not None
        if found is not None:
            total += found.bounds.low
            if found.bounds.low > 1.0:
                message = f"must be from 0 to 1; got {found.bounds.low:g}"
                context.error(path, message, "write for example `90 %`", "chance")
                known = False
    whole: Path = ("activities", name, "outcomes")
    if rests > 1:
        message = "only one outcome can have what the others leave"
        context.error(whole, message, "give all outcomes but one a chance", "chance")
    elif known and (total > 1.0 + 1e-9 or (not rests and total < 1.0 - 1e-9)):
        message = f"the chances must add up to 1; got {total:.6g}"
        context.error(whole, message, "write `chance: rest` for one of them", "chance")


def _check_room_for_output(
    context: Context, name: str, activity: Activity, taken: dict[Reference, Bounds], given: Given
) -> None:
    """Check that output can fit: a start reserves room for the largest there can be (rule 10)."""
    for one in dict.fromkeys(found for _, found in given):
        capacity = _capacity(context, one.stock)
        if capacity is None:
            continue
        most = _largest_give(given, one)
        path: Path = ("activities", name, *_path_of(activity, one))
        if activity.blocking == "before":
            most -= taken[one].low if one in taken else 0.0
        if activity.blocking == "before" and math.isinf(most):
            message = (
                f"`{one.stock}` has a capacity, and the amount has no largest value: room for all of it "
                "would have to be reserved at the start"
            )
            hint = "write `blocking: after`, or use a distribution that is bounded"
            context.error(path, message, hint, "unbounded-give")
        elif activity.blocking == "before" and most > capacity * (1 + 1e-9):
            _no_room(context, path, one.stock, most, capacity)
        elif activity.blocking == "after" and _least_give(given, one) > capacity * (1 + 1e-9):
            _no_room(context, path, one.stock, _least_give(given, one), capacity)


def _no_room(context: Context, path: Path, stock: str, amount: float, capacity: float) -> None:
    text = context.model.stocks[stock].unit or ""
    needed, most = (Quantity(value, unit(text).dimension, text) for value in (amount, capacity))
    message = f"can never fit: it needs room for {needed}, and `{stock}` holds {most}"
    context.error(path, message, "give less at a time, or more capacity", "no-room")


def _path_of(activity: Activity, one: Reference) -> Path:
    """Return the path, below the activity, of the first give to a stock."""
    for part, gives in all_gives(activity):
        for key in gives:
            if reference(key) == one:
                return (*part, key)
    return ("gives",)


def _largest_give(given: Mapping[tuple[str, Reference], Bounds], one: Reference) -> float:
    common = given[("", one)].high if ("", one) in given else 0.0
    special = [limits.high for (outcome, found), limits in given.items() if outcome and found == one]
    return common + max(special, default=0.0)


def _least_give(given: Mapping[tuple[str, Reference], Bounds], one: Reference) -> float:
    common = given[("", one)].low if ("", one) in given else 0.0
    special = [limits.low for (outcome, found), limits in given.items() if outcome and found == one]
    return common + max(special, default=0.0)


def _capacity(context: Context, stock: str) -> float | None:
    """Return the capacity of a stock in base units; None where it has none, or it is wrong."""
    part = context.model.stocks[stock]
    most = context.levels[stock].high
    return None if math.isinf(most) or (part.sink and part.unit is None) else most


def _check_needs(context: Context, name: str, activity: Activity) -> None:
    """Check tools, room and people against what there is."""
    model = context.model
    for tool, units in activity.uses.items():
        path: Path = ("activities", name, "uses")
        if not context.known(path, tool, model.tools, "tool"):
            continue
        home = model.tools[tool].at
        if context.members(home) > 1 and home != activity.at:
            message = f"`{tool}` is at each member of `{home}`, and `{name}` is not"
            context.error(path, message, f"put the activity `at: {home}`", "selector")
        if units > model.tools[tool].count:
            message = f"needs {units} of `{tool}`; there {_are(model.tools[tool].count)}"
            context.error(path, message, f"raise `tools.{tool}.count`", "too-few-tools")
    people = sum(posts_of(activity).values())
    place = model.places.get(activity.at) if activity.at is not None else None
    if place is not None and place.room is not None and people > place.room:
        message = f"needs {people} people at `{activity.at}`, which has room for {place.room}"
        context.error(
            ("activities", name, "people"), message, f"raise `places.{activity.at}.room`", "no-room"
        )
    if people > _MOST_PEOPLE:
        message = f"must be at most {_MOST_PEOPLE} people; got {people}"
        context.error(("activities", name, "people"), message, None, "too-many-people")


def _check_interruption(context: Context, name: str, activity: Activity) -> None:
    """Report interruption that is stated and cannot come about."""
    path: Path = ("activities", name)
    others = context.model.activities.values()
    if activity.preempts and not any(other.priority < activity.priority for other in others):
        message = "interrupts nothing: no activity has a lower priority"
        context.warn((*path, "preempts"), message, f"raise `activities.{name}.priority`", "preempts")
    if activity.resumed_by == "owner" and overrun_of(context.model, activity) == "hand_over":
        message = "waits for those who did it, and is to be handed over to others (`overrun: hand_over`)"
        context.error((*path, "resumed_by"), message, "write `overrun: pause`, or leave it out", "hand-over")
    elif activity.overrun == "hand_over" and not can_be_handed_over(context.model, activity):
        why = "it is automatic" if not posts_of(activity) else "nobody has a calendar"
        message = f"never comes about before the end of the run: {why}"
        context.note((*path, "overrun"), message, "write `overrun: pause`", "unused")
    stated = [field for field in ("interrupted", "resumed_by") if field in activity.model_fields_set]
    if not can_be_interrupted(context.model, activity, context.workplace.urgent):
        for field in stated:
            context.note((*path, field), f"nothing interrupts `{name}`", "leave it out", "unused")
    elif activity.interrupted == "lose" and any(key.startswith(f"{DOWN}(") for key in activity.takes):
        message = "a repair that is lost would put the unit back in service"
        context.error((*path, "interrupted"), message, "write `restart` or `resume`", "lost-repair")
    elif activity.resumed_by == "owner" and (activity.interrupted == "lose" or not posts_of(activity)):
        why = "a work that is lost" if activity.interrupted == "lose" else "an automatic work"
        context.note((*path, "resumed_by"), f"{why} has no owner to wait for", "leave it out", "unused")


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count}"


def _check_ends_at(context: Context, name: str, activity: Activity) -> None:
    end = activity.ends_at
    path: Path = ("activities", name, "ends_at")
    if end is None or not context.known(path, end, context.model.places, "place"):
        return
    if context.members(end) > 1 and end != activity.at:
        message = f"`{end}` has {context.members(end)} members, and `{name}` is not at one of them"
        context.error(path, message, f"name a single place, or put the activity `at: {end}`", "selector")
