"""Compile the work: activities to instances with their requirements, takes, gives, outcomes and needs."""

from __future__ import annotations

from typing import Any, NamedTuple

from hewer.choice_rules import Reads, reads
from hewer.engine.codes import (
    BY_STEP,
    CHANCES,
    CHANGES,
    HOLD_PEOPLE,
    HOLD_ROOM,
    HOLD_TOOLS,
    NONE,
    ONWARD,
    READS,
    REST,
    STOCK_STAGE,
    UNLIMITED,
    Birth,
    Interrupted,
    Op,
    Overrun,
    Requirement,
)
from hewer.engine.compile.base import Context, Row, StockEntry, Work, located, refuse, stream
from hewer.engine.compile.code.clock import wakes
from hewer.engine.compile.code.expressions import (
    Amount,
    Binding,
    Taken,
    amount,
    amount_range,
    chance,
    chance_in_run,
    duration,
    expected,
    guard,
    stock_key,
    stock_member,
)
from hewer.engine.compile.kinds import sets_range
from hewer.errors import ValueProblem
from hewer.model.document import Activity
from hewer.model.document.fields import ONWARD as ONWARD_KEY
from hewer.model.document.fields import Value
from hewer.model.expression import names, parse
from hewer.model.settling.interruption import overrun_of
from hewer.model.settling.route import onward_stocks, sets_of
from hewer.model.settling.work import all_gives

_HOLDS = {"people": HOLD_PEOPLE, "tools": HOLD_TOOLS, "room": HOLD_ROOM}
_MOST_PEOPLE = 62


def compile_work(context: Context, capacity: list[int], pools: dict[tuple[str, str, int], int]) -> Work:
    """Compile every activity at every member of its place.

    Parameters
    ----------
    context : Context
    capacity : list of int
        Of each stock instance, in items or grains.
    pools : dict
        Index of each pool by (kind, name, member).
    """
    work = Work(judged_on=[[] for _ in capacity], capacity=capacity)
    roles = context.model.roles.values()
    expects = any(role.own_rule is not None or reads(role.choice, Reads.EXPECTED_TIME) for role in roles)
    for number, (name, activity) in enumerate(context.model.activities.items()):
        members = context.set_size(activity.at)
        place = activity.at if members > 1 else None
        first_outcome = len(work.outcome_names)
        work.outcome_names.extend(activity.outcomes)
        memo: dict[Any, Any] = {}
        for member in range(members):
            binding = Binding(context, place, member, memo=memo)
            # the last of a chain has no next: the activity is left out there, which is how chains end
            if not _has_neighbours(binding, activity):
                continue
            row = {"activity": number, "member": member, **_constants(context, name, activity, member)}
            work.names.append(f"{name}[{member + 1}]" if members > 1 else name)
            _material(work, binding, name, activity, row)
            _items_at_hand(work, binding, name, activity, row)
            _outcomes(work, binding, (name, first_outcome), activity, row)
            _spaces(work, context, name, activity, row)
            _needs(work, binding, name, activity, row, pools)
            _people(work, activity, row, context, name)
            with located(context.model, f"activities.{name}.time"):
                row["time"] = duration(binding, activity.time)
                if expects:
                    work.manners[-1]["expected"] = expected(binding, activity.time, row["take0"])
            row["req1"] = len(work.requirements)
            # last: it looks at all that was compiled for the row
            row["plain"] = _is_plain(work, row)
            work.instances.append(row)
    return work


def _has_neighbours(binding: Binding, activity: Activity) -> bool:
    """Tell whether every stock that an instance names exists: the last member has no next."""
    keys = [*activity.takes, *activity.gives, *(key for o in activity.outcomes.values() for key in o.gives)]
    keys = [key for key in keys if key != ONWARD_KEY]
    return all(stock_member(binding, *stock_key(binding, key)) is not None for key in keys)


def _constants(context: Context, name: str, activity: Activity, member: int) -> Row:
    """Fields that depend on the activity and the member alone."""
    overrun = overrun_of(context.model, activity)
    place = context.places[activity.at].member(member) if activity.at is not None else NONE
    return {
        "priority": activity.priority,
        "place": place,
        "ends_at": _ends_at(context, name, activity, member),
        "visit": NONE,
        "blocking_after": activity.blocking == "after",
        "holds": sum(_HOLDS[held] for held in set(activity.holds)),
        "overtake": activity.overtake,
        "overrun": int(Overrun[overrun.upper()]),
        "birth": int(Birth[activity.birth.upper()]),
        "stream": stream(activity.stream or name, member),
        "interrupted": int(Interrupted[activity.interrupted.upper()]),
        "preempts": activity.preempts,
        "twin": NONE,
        "origin": NONE,
        "by_owner": False,
        "stage": STOCK_STAGE,
        "serial": -1,
    }


def _ends_at(context: Context, name: str, activity: Activity, member: int) -> int:
    if activity.ends_at is None:
        return NONE
    place = context.places[activity.ends_at]
    if place.count > 1 and activity.ends_at != activity.at:
        refuse(
            context.model,
            f"activities.{name}.ends_at",
            f"`{place.name}` has {place.count} members, and `{name}` is not at one of them",
            f"name a single place, or put the activity `at: {place.name}`",
        )
    return place.member(member)


def _material(work: Work, binding: Binding, name: str, activity: Activity, row: Row) -> None:
    """Compile the guard and the takes, with their requirements."""
    context = binding.context
    row["req0"] = len(work.requirements)
    row["take0"] = len(work.takes)
    at_hand = _at_hand(binding, name, activity)
    if activity.guard is not None:
        with located(context.model, f"activities.{name}.guard"):
            _guard(work, binding, activity.guard, at_hand)
    for key, value in activity.takes.items():
        with located(context.model, f"activities.{name}.takes.{key}"):
            _take(work, binding, key, value, at_hand)
    row["take1"] = len(work.takes)
    row["match"] = len(work.matchers) - 1 if binding.of_family != NONE else NONE
    row["keyed"] = any(take["items"] for take in work.takes[row["take0"] :])


def _at_hand(binding: Binding, name: str, activity: Activity) -> int:
    """Return where the items of an instance's first take of items stand: a stock or a lane; -1 for none."""
    context = binding.context
    if name in context.lanes:
        return context.lanes[name][1]
    for key in activity.takes:
        selector, entry = stock_key(binding, key)
        if entry.items:
            stock = stock_member(binding, selector, entry)
            assert stock is not None
            return context.rest_lanes.get(stock, stock)
    return NONE


def _items_at_hand(work: Work, binding: Binding, name: str, activity: Activity, row: Row) -> None:
    """Compile what depends on the item at hand, and what becomes of the items."""
    context = binding.context
    takes = range(row["take0"], row["take1"])
    first = next((t for t in takes if work.takes[t]["items"]), NONE)
    traits = BY_STEP | CHANGES if name in context.lanes else 0
    traits |= CHANGES if any(new for _, new in sets_of(activity)) else 0
    traits |= CHANCES if any(_reads_item(outcome.chance) for outcome in activity.outcomes.values()) else 0
    traits |= READS if activity.guard is not None and _reads_item(activity.guard) else 0
    row["traits"] = traits
    set0, set1 = sets_range(context, binding, f"activities.{name}.sets", activity.sets)
    work.manners.append({"take": first, "set0": set0, "set1": set1, "expected": NONE})
    onward = any(ONWARD_KEY in gives for _, gives in all_gives(activity))
    stocks = onward_stocks(context.model, name) if onward else ()
    work.onward.append({context.stocks[stock].first for stock in stocks})


def _reads_item(value: Value) -> bool:
    return any(one.startswith("item.") for one in names(parse(value)))


def _guard(work: Work, binding: Binding, text: str, at_hand: int) -> None:
    code = guard(binding, text)
    requirement = len(work.requirements)
    if any(op == Op.NOW for op, _, _ in code):
        _wake(binding, text)
    reads = {a for op, a, _ in code if op == Op.LEVEL}
    if _reads_item(text):
        reads.add(at_hand)
    # sorted: a set would give the dependents another order in each process
    for stock in sorted(reads):
        work.judged_on[stock].append(requirement)
    work.requirements.append(
        {
            "instance": len(work.instances),
            "kind": int(Requirement.GUARD),
            "stock": NONE,
            "code": binding.context.add_code(code),
            "take": NONE,
        }
    )


def _wake(binding: Binding, text: str) -> None:
    """Note when a guard changes because of the clock; the members of a set share that."""
    # a thousand members share one text, and one clock
    if ("wakes", text) not in binding.memo:
        binding.memo["wakes", text] = True
        binding.context.wakes.update(wakes(binding, parse(text)))


def _take(work: Work, binding: Binding, key: str, value: Value, at_hand: int) -> None:
    selector, entry = stock_key(binding, key)
    stock = stock_member(binding, selector, entry)
    assert stock is not None
    wanted = amount_range(binding, value, entry)
    follows = _reads_item(value)
    requirement, take = len(work.requirements), len(work.takes)
    if wanted.family:
        _take_of_family(work, binding, wanted, (key, stock), entry)
        binding.takes.append(Taken(selector, entry, wanted))
        return
    order = binding.context.model.stocks[entry.name].order
    if wanted.within and order not in ("fifo", "lifo"):
        raise ValueProblem("`within` goes with the orders `fifo` and `lifo`", "give the stock one of these")
    # only the first take of items finds the item at hand, and with it the lane of a step
    first = entry.items and not any(before.entry.items for before in binding.takes)
    lane = at_hand if first else binding.context.rest_lanes.get(stock, stock)
    for judged in {lane, at_hand} if follows else {lane}:
        work.judged_on[judged].append(requirement)
    work.requirements.append(
        {
            "instance": len(work.instances),
            "kind": int(Requirement.ITEMS if entry.items else Requirement.BULK),
            "stock": lane,
            "code": -2 - wanted.index if follows else NONE,
            "amount": 0 if follows else wanted.least if wanted.within else wanted.low,
            "within": wanted.within,
            "take": take if follows or wanted.index != NONE else NONE,
        }
    )
    work.takes.append(
        {
            "stock": stock,
            "lane": lane,
            "items": entry.items,
            "low": 0 if follows else wanted.low,
            "high": 0 if follows else wanted.high,
            "amount": NONE if follows else wanted.index,
            "req": requirement,
        }
    )
    binding.takes.append(Taken(selector, entry, wanted))


def _take_of_family(
    work: Work, binding: Binding, wanted: Amount, where: tuple[str, int], entry: StockEntry
) -> None:
    """Compile a take of members of one family; all such takes of an activity have one requirement."""
    stock = where[1]
    order = binding.context.model.stocks[entry.name].order
    if stock in binding.context.rest_lanes or isinstance(order, dict):
        message = f"`{where[0]}` is ordered by a value, or taken by step: no family is taken from it"
        raise ValueProblem(message, "let the stock be `fifo`, `lifo` or `priority`, and no part of a route")
    if binding.of_family == NONE:
        binding.of_family = len(work.requirements)
        work.requirements.append(
            {
                "instance": len(work.instances),
                "kind": int(Requirement.FAMILY),
                "stock": stock,
                "code": NONE,
                "take": NONE,
            }
        )
        work.matchers.append({"instance": len(work.instances), "stock": stock})
    work.judged_on[stock].append(binding.of_family)
    work.takes.append(
        {
            "stock": stock,
            "lane": stock,
            "items": True,
            "low": wanted.low,
            "high": wanted.high,
            "family": wanted.family,
            "amount": NONE,
            "req": binding.of_family,
        }
    )


class _Chance(NamedTuple):
    """The chance of an outcome: a share that is known, code, or (REST) what the others leave."""

    code: int
    share: float


def _chances(binding: Binding, name: str, activity: Activity) -> tuple[list[_Chance], float]:
    """Return the chances of the outcomes, and what those that are known leave."""
    found: list[_Chance] = []
    for key, outcome in activity.outcomes.items():
        with located(binding.context.model, f"activities.{name}.outcomes.{key}.chance"):
            if _reads_item(outcome.chance):
                found.append(_Chance(chance_in_run(binding, outcome.chance), 0.0))
                continue
            share = chance(binding.context, outcome.chance)
            found.append(_Chance(REST, 0.0) if share is None else _Chance(NONE, share))
    rest = 1.0 - sum(one.share for one in found)
    rests = [one.code for one in found].count(REST)
    # chances that read the item are judged in the run, where they can be anything
    known = found and all(one.code < 0 for one in found)
    if known and (rest < -1e-9 or rests > 1 or (not rests and rest > 1e-9)):
        refuse(
            binding.context.model,
            f"activities.{name}.outcomes",
            f"the chances must add up to 1; got {1.0 - rest:.6g}",
            "write `chance: rest` for one of them",
        )
    return found, rest


def _outcomes(work: Work, binding: Binding, where: tuple[str, int], activity: Activity, row: Row) -> None:
    """Compile the common gives and the outcomes."""
    name, first_name = where
    row["give0"], row["give1"] = _gives(work, binding, f"activities.{name}.gives", activity.gives)
    row["outcome0"] = len(work.outcomes)
    chances, rest = _chances(binding, name, activity)
    cumulative = 0.0
    for number, (key, outcome) in enumerate(activity.outcomes.items()):
        given = chances[number]
        cumulative += max(rest, 0.0) if given.code == REST else given.share
        path = f"activities.{name}.outcomes.{key}"
        give0, give1 = _gives(work, binding, f"{path}.gives", outcome.gives)
        set0, set1 = sets_range(binding.context, binding, f"{path}.sets", outcome.sets)
        last = number == len(activity.outcomes) - 1
        work.outcomes.append(
            {
                # exactly 1, not a sum of shares: a draw above it would find no outcome
                "cumulative": 1.0 if last else min(cumulative, 1.0),
                "chance": given.code,
                "share": given.share,
                "set0": set0,
                "set1": set1,
                "give0": give0,
                "give1": give1,
                "name": first_name + number,
            }
        )
    row["outcome1"] = len(work.outcomes)


def _gives(work: Work, binding: Binding, path: str, gives: dict[str, str | int | float]) -> tuple[int, int]:
    first = len(work.gives)
    for key, value in gives.items():
        if key == ONWARD_KEY:
            work.gives.append({"stock": ONWARD, "items": True, "fixed": 1, "amount": NONE, "high": 1})
            continue
        with located(binding.context.model, f"{path}.{key}"):
            selector, entry = stock_key(binding, key)
            stock = stock_member(binding, selector, entry)
            given = amount(binding, value, entry)
        work.gives.append(
            {
                "stock": stock,
                "items": entry.items,
                "fixed": given.fixed,
                "amount": given.index,
                "high": given.high,  # not a field: for the room it may need
            }
        )
    return first, len(work.gives)


def _spaces(work: Work, context: Context, name: str, activity: Activity, row: Row) -> None:
    """Compile the requirements of output room: the largest possible output of each stock."""
    # such a work asks for room when it is finished, and reserves none
    if activity.blocking == "after":
        return
    common = _largest(work, row["give0"], row["give1"])
    largest = dict(common)
    for outcome in work.outcomes[row["outcome0"] : row["outcome1"]]:
        for stock, most in _largest(work, outcome["give0"], outcome["give1"]).items():
            largest[stock] = max(largest.get(stock, 0), most + common.get(stock, 0))
    taken: dict[int, int] = {}
    for take in work.takes[row["take0"] : row["take1"]]:
        taken[take["stock"]] = taken.get(take["stock"], 0) + take["low"]
    for stock, most in largest.items():
        if work.capacity[stock] >= UNLIMITED or most == 0:
            continue
        if most >= UNLIMITED:
            _refuse_unbounded(context, name)
        work.judged_on[stock].append(len(work.requirements))
        work.requirements.append(
            {
                "instance": len(work.instances),
                "kind": int(Requirement.SPACE),
                "stock": stock,
                "code": NONE,
                # what the start itself takes from this stock makes room first
                "amount": max(0, most - taken.get(stock, 0)),
                "reserve": most,
                "take": NONE,
            }
        )
    _space_onward(work, row)


def _space_onward(work: Work, row: Row) -> None:
    """Compile the requirement of room where the item by step goes onward, if that may be full."""
    limited = [stock for stock in work.onward[-1] if work.capacity[stock] < UNLIMITED]
    if not limited:
        return
    take = work.manners[-1]["take"]
    # where it goes depends on who is first, so it is judged when the lane changes, too
    for stock in sorted({work.takes[take]["lane"], *limited}):
        work.judged_on[stock].append(len(work.requirements))
    work.requirements.append(
        {
            "instance": len(work.instances),
            "kind": int(Requirement.ONWARD),
            "stock": NONE,
            "code": NONE,
            "amount": 1,
            "reserve": 1,
            "take": take,
        }
    )


def _refuse_unbounded(context: Context, name: str) -> None:
    refuse(
        context.model,
        f"activities.{name}.gives",
        "an amount without a largest value cannot be given to a stock with a capacity, because room for "
        "all of it must be reserved at the start",
        "write `blocking: after`, or use a distribution that is bounded",
    )


def _largest(work: Work, start: int, stop: int) -> dict[int, int]:
    most: dict[int, int] = {}
    for give in work.gives[start:stop]:
        if give["stock"] == ONWARD:
            continue
        most[give["stock"]] = min(int(UNLIMITED), most.get(give["stock"], 0) + give["high"])
    return most


def _needs(
    work: Work,
    binding: Binding,
    name: str,
    activity: Activity,
    row: Row,
    pools: dict[tuple[str, str, int], int],
) -> None:
    """Compile the needs of place room and of tools, in the order of the pools."""
    context = binding.context
    people = sum(activity.posts.values())
    needs: list[tuple[int, int]] = []
    if activity.at is not None and context.places[activity.at].room is not None and people:
        needs.append((pools["room", activity.at, binding.member], people))
    for tool, units in activity.uses.items():
        at = context.model.tools[tool].at
        own = at is not None and at == binding.place
        if at is not None and context.set_size(at) > 1 and not own:
            refuse(
                context.model,
                f"activities.{name}.uses",
                f"`{tool}` is at each member of `{at}`, and `{name}` is not",
                f"put the activity `at: {at}`",
            )
        needs.append((pools["tool", tool, binding.member if own else 0], units))
    row["need0"] = len(work.needs)
    for pool, units in sorted(needs):
        work.needs.append(
            {"instance": len(work.instances), "pool": pool, "amount": units, "next": NONE, "previous": NONE}
        )
    row["need1"] = len(work.needs)


def _people(work: Work, activity: Activity, row: Row, context: Context, name: str) -> None:
    """Compile the posts: one slot for each person needed."""
    row["post0"] = len(work.slot_post)
    for post, number in enumerate(activity.posts.values()):
        work.slot_post.extend([post] * number)
    row["post1"] = len(work.slot_post)
    row["team"] = row["post1"] - row["post0"] > 1
    if row["post1"] - row["post0"] > _MOST_PEOPLE:
        refuse(context.model, f"activities.{name}.people", f"must be at most {_MOST_PEOPLE} people")


def _is_plain(work: Work, row: Row) -> bool:
    """Tell whether an instance takes one item, gives it on, and nothing else."""
    takes = work.takes[row["take0"] : row["take1"]]
    gives = work.gives[row["give0"] : row["give1"]]
    return (
        [(take["items"], take["low"], take["high"], take["amount"]) for take in takes] == [(True, 1, 1, NONE)]
        and [(give["items"], give["fixed"], give["amount"]) for give in gives] == [(True, 1, NONE)]
        and row["outcome0"] == row["outcome1"]
        and row["birth"] == Birth.CARRIER
    )


__all__ = ["Amount", "Work", "compile_work"]
