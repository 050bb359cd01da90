"""Compile a model: validated data to the arrays the kernel interprets.

The parts: ``compile_base`` (names and numbers), ``compile_code`` and ``compile_bounds`` (expressions),
``compile_expressions`` (values), ``compile_stocks`` (the site), ``compile_work`` (activities),
``compile_people`` (crews), ``compile_visits`` (what an item may meet again).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

import numpy as np

from hewer.engine import codes, records
from hewer.engine import program as p
from hewer.engine.codes import TICKS
from hewer.engine.compile.base import Context, Row, Work, array, fixed_ticks, located, refuse, table
from hewer.engine.compile.code.expressions import constant
from hewer.engine.compile.costs import costs
from hewer.engine.compile.duty import compile_duties
from hewer.engine.compile.interruption import add_resumptions, hazard_rows
from hewer.engine.compile.kinds import (
    add_recipes,
    enter_kinds,
    kind_rows,
    lane_rows,
    mark_set_ups,
    set_ups,
    start_kinds,
)
from hewer.engine.compile.leaving import leave_rows
from hewer.engine.compile.pace import fatigue_rows, pace_table
from hewer.engine.compile.people import People, break_rows, compile_people, rate_table, weight_table
from hewer.engine.compile.rules import compile_rules
from hewer.engine.compile.stocks import (
    enter_places,
    enter_stocks,
    flow_rows,
    pools,
    source_rows,
    stock_rows,
    unit_rows,
    walk_matrix,
)
from hewer.engine.compile.visits import number_visits
from hewer.engine.compile.work import compile_work
from hewer.engine.result.measures import Request, requests
from hewer.model.document import Model
from hewer.model.settling.workplace import Workplace, settle

__all__ = ["compile_model"]


def compile_model(model: Model, world: Mapping[str, float] | None = None) -> p.Compiled:
    """Compile a model with its crew at work.

    Parameters
    ----------
    model : Model
        Checked, with its scenario applied.
    world : mapping of str to float, optional
        Values, in base units, of the params that are not known.

    Returns
    -------
    Compiled
        ``info`` holds ``params`` (name to Quantity), ``time`` (Dimension of time), ``crew``, ``model``,
        ``posts`` (names of the posts of each activity), ``requests`` (the quantiles of ``program.quantile``)
        and the costs (see :mod:`hewer.engine.compile.costs`).

    Raises
    ------
    ModelError
        Where a value is wrong.
    """
    workplace = settle(model, world).known()
    context = _entered(workplace)
    asked = requests(context.model)
    parts, names = _compile(context, asked)
    info = {
        "params": context.params,
        "time": context.time,
        "crew": context.model.crew_name,
        "model": context.model,
        "posts": {name: tuple(activity.posts) for name, activity in context.model.activities.items()},
        "requests": asked,
        **costs(context),
    }
    return p.Compiled(p.Program(**parts), names, workplace.time_unit, TICKS, info)


def _entered(workplace: Workplace) -> Context:
    """Give numbers to places and stocks."""
    assert workplace.time is not None
    context = Context(workplace.model, dict(workplace.params), workplace.time, workplace.model.source.folder)
    enter_places(context)
    enter_stocks(context)
    enter_kinds(context)
    return context


def _compile(context: Context, asked: tuple[Request, ...]) -> tuple[dict[str, np.ndarray], p.Names]:
    """Compile the site, then the work, then the people."""
    stocks = stock_rows(context)
    lanes = lane_rows(context, stocks)
    context.capacity = [row["capacity"] for row in (*stocks, *lanes)]
    add_recipes(context)
    leaves = leave_rows(context, stocks)
    pool, pool_names, pool_index = pools(context)
    work = compile_work(context, context.capacity, pool_index)
    changing = set_ups(context, pool)
    mark_set_ups(context, work, pool)
    add_resumptions(context, work, pool)
    shift, horizon, warm_up = _lengths(context)
    duties = compile_duties(context, min(shift, horizon), warm_up)
    people = compile_people(context, work, duties)
    hazards, hazard_names = hazard_rows(context, pool, people)
    walk = walk_matrix(context)
    units = unit_rows(context, pool)
    _mark_walkers(work, walk, pool)
    visits = number_visits(work, leaves)
    sources, source_names = source_rows(context)
    rates = rate_table(context)
    rules, numbers = compile_rules(context, work, people, min(shift, horizon))
    rows = _arrays(context, [*stocks, *lanes], work, people, sources)
    parts = {"pool": array(records.POOL, pool), "walk": walk, "rate": rates, **rows}
    parts["stock"], parts["lane"] = np.split(parts["stock"], [len(stocks)])
    parts |= changing
    parts |= {"duty": array(records.DUTY, duties.rows), "change": array(records.CHANGE, duties.changes)}
    parts["unit"] = array(records.UNIT, units)
    parts["pace"], parts["fatigue"] = pace_table(context), fatigue_rows(context)
    parts["line"] = np.array(people.line, np.int64)
    parts["hazard"] = array(records.HAZARD, hazards)
    parts["rule"], parts["asked"] = array(records.RULE, rules), np.array(numbers, np.int64)
    parts["quantile"] = _quantiles(context, asked)
    parts["leave"], parts["matcher"] = array(records.LEAVE, leaves), array(records.MATCHER, work.matchers)
    parts["scalar"] = _scalars(context, parts, visits, people.heap)
    parts["matching"] = _matching(parts)
    parts["wake"] = _wakes(context, parts["scalar"])
    names = _names(context, work, people, source_names, pool_names)
    named = tuple(" + ".join(calendars) for calendars in duties.number)
    return parts, names._replace(duties=named, hazards=tuple(hazard_names))


def _mark_walkers(work: Work, walk: np.ndarray, pools: list[Row]) -> None:
    """Set ``walks`` where people may have to walk to a work, or tools are fetched."""
    anywhere = bool(walk.any())
    for row in work.instances:
        needed = (pools[need["pool"]] for need in work.needs[row["need0"] : row["need1"]])
        if anywhere and any(pool["unit1"] > pool["unit0"] for pool in needed):
            row["walks"] = int(codes.Walks.FETCHES)
            continue
        slots = row["post1"] - row["post0"]
        somewhere = row["place"] != codes.NONE
        row["walks"] = bool(slots and (walk[row["place"]].any() if somewhere else anywhere and slots > 1))


def _arrays(
    context: Context, stocks: list[Row], work: Work, people: People, sources: list[Row]
) -> dict[str, np.ndarray]:
    """Turn rows to arrays; completes the ``dep`` ranges of the stocks."""
    stops = list(accumulate((len(judged) for judged in work.judged_on), initial=0))
    for row, dep0, dep1 in zip(stocks, stops, stops[1:], strict=False):
        row["dep0"], row["dep1"] = dep0, dep1
    breaks, break_role = break_rows(context)
    items = kind_rows(context)
    return {
        "kind": array(records.KIND, items["kind"]),
        "step": array(records.STEP, items["step"]),
        "attribute": array(records.ATTRIBUTE, items["attribute"]),
        "recipe": array(records.RECIPE, context.recipes),
        "assign": array(records.ASSIGN, context.assigns),
        "manner": array(records.MANNER, work.manners),
        "start_kind": np.array(start_kinds(context), np.int64),
        "weight": weight_table(context),
        "stock": array(records.STOCK, stocks),
        "instance": array(records.INSTANCE, work.instances),
        "requirement": array(records.REQUIREMENT, work.requirements),
        "take": array(records.TAKE, work.takes),
        "give": array(records.GIVE, work.gives),
        "outcome": array(records.OUTCOME, work.outcomes),
        "need": array(records.NEED, work.needs),
        "join": array(records.JOIN, people.joins),
        "group": array(records.GROUP, people.groups),
        "worker": array(records.WORKER, people.workers),
        "source": array(records.SOURCE, sources),
        "arrival": array(records.ARRIVAL, context.arrivals),
        "breaks": array(records.BREAK, breaks),
        "distribution": array(records.DISTRIBUTION, context.distributions),
        "code": array(records.CODE, context.code),
        "flow": array(records.FLOW, flow_rows(context)),
        "dependent": _indices([one for judged in work.judged_on for one in judged]),
        "slot_post": _indices(work.slot_post),
        "could_fill": _indices(people.could_fill),
        "break_role": _indices(break_role),
        "table": table(context.numbers, np.float64),
    }


def _indices(values: list[int]) -> np.ndarray:
    return np.array(values, np.int32)


def _quantiles(context: Context, asked: tuple[Request, ...]) -> np.ndarray:
    sinks = [row["declared"] for row in flow_rows(context)]
    rows = [
        {
            "flow": sinks.index(context.stocks[request.sink].index),
            "of_family": request.of_family,
            "probability": request.probability,
        }
        for request in asked
    ]
    return array(records.QUANTILE, rows)


def _scalars(context: Context, parts: dict[str, np.ndarray], visits: int, heap: int) -> np.ndarray:
    model = context.model
    stock, instance = parts["stock"], parts["instance"]
    shift, horizon, warm_up = _lengths(context)
    orders = np.concatenate((stock["order"], parts["lane"]["order"]))
    row = {
        "horizon": horizon,
        "warm_up": warm_up,
        "shift": shift,
        "limit_per_instant": model.limits.starts_per_instant,
        "visits": visits,
        "takes": int((instance["take1"] - instance["take0"]).max(initial=0)),
        "classes": len(context.classes),
        "default_class": context.classes.index(0),
        "class_tails": context.class_tails,
        "described": context.described,
        "attributes": len(context.attributes),
        "due": context.attributes["due"].column if "due" in context.attributes else codes.NONE,
        "keyed_stocks": int((orders == codes.Order.KEYED).sum()),
        "activities": len(model.activities),
        "stocks": len(model.stocks),
        "places": len(model.places),
        "tools": len(model.tools),
        "heap": heap,
        "start_items": int(stock["start"][stock["items"] == 1].sum()),
        "place_members": len(parts["walk"]),
        "rule_width": len(parts["asked"]) // max(1, len(parts["join"])),
    }
    return array(records.SCALAR, [row])


def _matching(parts: dict[str, np.ndarray]) -> np.ndarray:
    """Return the matchers of each stock; sets ``kin`` and the range in ``matching`` of the stocks."""
    takers: dict[int, list[int]] = {}
    for j, row in enumerate(parts["matcher"]):
        instance = parts["instance"][row["instance"]]
        for take in parts["take"][instance["take0"] : instance["take1"]]:
            if take["family"]:
                takers.setdefault(int(take["stock"]), []).append(j)
    found: list[int] = []
    parts["stock"]["kin"] = parts["lane"]["kin"] = codes.NONE
    for column, (stock, mine) in enumerate(sorted(takers.items())):
        parts["stock"][stock]["kin"] = column
        parts["stock"][stock]["match0"] = len(found)
        found.extend(mine)
        parts["stock"][stock]["match1"] = len(found)
    return np.array(found, np.int64)


def _wakes(context: Context, scalar: np.ndarray) -> np.ndarray:
    """Return the ticks at which guards change by the clock, in order, as far as works can start then."""
    end = min(int(scalar[0]["shift"]), int(scalar[0]["horizon"]))
    return np.array(sorted(tick for tick in context.wakes if 0 < tick < end), np.int64)


def _lengths(context: Context) -> tuple[int, int, int]:
    """Return shift, horizon and warm-up in ticks."""
    terms = context.model.terms
    found: dict[str, int] = {}
    for name, value in (("shift", terms.shift), ("horizon", terms.horizon), ("warm_up", terms.warm_up)):
        if value is not None:
            with located(context.model, f"terms.{name}"):
                quantity = constant(context, value)
                if quantity.value == 0.0 and name == "warm_up":
                    found[name] = 0
                    continue
                found[name] = fixed_ticks(quantity, context.time, "a length")
    shift = found.get("shift", int(codes.UNLIMITED))
    horizon = found.get("horizon", shift)
    if not 0 < horizon < codes.UNLIMITED:
        refuse(context.model, "terms", "the horizon must be more than 0", "for example `shift: 6 h`")
    if found["warm_up"] >= horizon:
        refuse(context.model, "terms.warm_up", "the warm-up must be shorter than the horizon")
    return shift, horizon, found["warm_up"]


def _names(
    context: Context, work: Work, people: People, sources: list[str], pool_names: list[str]
) -> p.Names:
    model = context.model
    members = tuple(
        f"{name}[{k + 1}]" if entry.count > 1 else name
        for name, entry in context.stocks.items()
        for k in range(entry.count)
    )
    return p.Names(
        stocks=tuple(model.stocks),
        units=tuple(stock.unit or "" for stock in model.stocks.values()),
        activities=tuple(model.activities),
        places=tuple(model.places),
        tools=tuple(model.tools),
        roles=tuple(model.roles),
        tags=tuple(role.tags for role in model.roles.values()),
        sources=tuple(sources),
        outcomes=tuple(work.outcome_names),
        stock_members=members,
        instances=tuple(work.names),
        pools=tuple(pool_names),
        workers=tuple(people.names),
        kinds=tuple(context.kinds),
    )
