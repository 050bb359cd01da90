"""Compile interruption: which works can be suspended, and the resumptions that go on with them (rule 8).

A *resumption* is the twin of an instance: the same posts, tools and place, and one requirement, that a work
of that instance is suspended. It takes and gives nothing itself; ranks, claims, teams and choice treat it as
any instance. Resumptions stand behind all instances.
"""

from __future__ import annotations

from collections.abc import Iterator

from hewer.engine.codes import NONE, TICKS, Requirement
from hewer.engine.compile.base import Context, Row, Work, located, require, stream
from hewer.engine.compile.code.expressions import distribution
from hewer.engine.compile.people import People
from hewer.engine.draws import member_key
from hewer.errors import ValueProblem
from hewer.model.document.fields import Value
from hewer.model.settling.interruption import can_be_handed_over, can_be_interrupted, down_stock
from hewer.quantity import Quantity

__all__ = ["add_resumptions", "hazard_rows"]


def add_resumptions(context: Context, work: Work, pools: list[Row]) -> None:
    """Add the resumptions of the instances whose works can be suspended.

    Parameters
    ----------
    context : Context
    work : Work
        Grows; ``twin`` of its instances is written.
    pools : list of rows
        The unit resources.
    """
    activities = list(context.model.activities.values())
    for number, row in enumerate(list(work.instances)):
        activity = activities[row["activity"]]
        interrupted = activity.interrupted != "lose" and can_be_interrupted(context.model, activity)
        if interrupted or can_be_handed_over(context.model, activity):
            row["twin"] = len(work.instances)
            _add_resumption(work, number, row, pools)
            if activity.resumed_by == "owner" and activity.people:
                work.instances[-1] |= {"by_owner": True, "team": True, "preempts": False}


def _add_resumption(work: Work, number: int, row: Row, pools: list[Row]) -> None:
    twin, nothing = len(work.instances), {"take0": 0, "take1": 0, "give0": 0, "give1": 0}
    need0 = len(work.needs)
    for need in work.needs[row["need0"] : row["need1"]]:
        if not pools[need["pool"]]["is_room"]:
            work.needs.append({**need, "instance": twin})
    work.instances.append(
        {
            **row,
            **nothing,
            "outcome0": 0,
            "outcome1": 0,
            "need0": need0,
            "need1": len(work.needs),
            "req0": len(work.requirements),
            "req1": len(work.requirements) + 1,
            "keyed": True,
            "twin": NONE,
            "match": NONE,
            "origin": number,
            "stream": 0,
        }
    )
    work.manners.append({**work.manners[number], "take": NONE, "set0": 0, "set1": 0})
    work.onward.append(set())
    work.requirements.append(
        {
            "instance": twin,
            "kind": int(Requirement.SUSPENDED),
            "stock": NONE,
            "code": NONE,
            "take": NONE,
        }
    )
    work.names.append(f"{work.names[number]} (resumed)")


def hazard_rows(context: Context, pools: list[Row], people: People) -> tuple[list[Row], list[str]]:
    """Return what strikes by chance, and their names: units that fail, by pool, then people who are absent.

    Parameters
    ----------
    context : Context
    pools : list of rows
        Their ``hazard0`` and ``hazard1`` are written.
    people : People
        ``hazard`` of the workers is written.
    """
    rows: list[Row] = []
    names: list[str] = []
    tools = list(context.model.tools)
    for number, pool in enumerate(pools):
        pool["hazard0"] = len(rows)
        if not pool["is_room"]:
            name = tools[pool["declared"]]
            for row in _units(context, name, number, pool):
                rows.append(row)
                names.append(f"unit {row['unit'] + 1} of `{name}`")
        pool["hazard1"] = len(rows)
    roles = list(context.model.roles.items())
    for number, worker in enumerate(people.workers):
        name, role = roles[worker["role"]]
        worker["hazard"] = NONE
        if role.absent is not None:
            path = f"crews.{context.model.crew_name}.{name}.absent"
            worker["hazard"] = len(rows)
            rows.append(
                {
                    "pool": NONE,
                    "worker": number,
                    "every": _time(context, f"{path}.every", role.absent.every),
                    "lasts": _time(context, f"{path}.lasts", role.absent.lasts),
                    "use": role.absent.counts == "work",
                    "stock": NONE,
                    "stream": stream(f"absent:{name}", worker["number"]),
                }
            )
            names.append(f"`{people.names[number]}`")
    return rows, names


def _units(context: Context, name: str, number: int, pool: Row) -> Iterator[Row]:
    """Yield the units of a pool of a tool that fails."""
    fails = context.model.tools[name].fails
    if fails is None:
        return
    path, member = f"tools.{name}.fails", pool["member"]
    stock, lasts = NONE, NONE
    if fails.repair is not None:
        lasts = _time(context, f"{path}.repair", fails.repair)
    else:
        entry = context.stocks[down_stock(name)]
        stock = entry.first + (member if entry.count > 1 else 0)
    for unit in range(pool["count"]):
        yield {
            "pool": number,
            "unit": unit,
            "worker": NONE,
            "every": _time(context, f"{path}.every", fails.every),
            "lasts": lasts,
            "use": fails.counts == "use",
            "stock": stock,
            "stream": member_key(stream(f"tool:{name}", member), unit),
            "lineage": member_key(stream(f"down:{name}", member), unit),
        }


def _time(context: Context, path: str, value: Value) -> int:
    """Compile a time that nothing in the run can change; return its distribution."""
    with located(context.model, path):
        found = distribution(context, value)
        require(Quantity(found.mean(), found.dimension), context.time, "a time")
        if found.lower() < 0.0:
            low = Quantity(found.lower(), found.dimension)
            raise ValueProblem(f"a time must not be negative; this can be {low}")
        return context.add_distribution(found.scaled(TICKS))
