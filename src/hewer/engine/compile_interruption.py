"""Compile interruption: which works can be suspended, and the resumptions that go on with them (rule 8).

A *resumption* is the twin of an instance: the same posts, tools and place, and one requirement, that a work
of that instance is suspended. It takes and gives nothing itself; ranks, claims, teams and choice treat it as
any instance. Resumptions stand behind all instances.
"""

from __future__ import annotations

from hewer.engine.codes import NONE, Requirement
from hewer.engine.compile_base import Context, Row
from hewer.engine.compile_work import Work
from hewer.model.interruption import can_be_handed_over, can_be_interrupted

__all__ = ["add_resumptions"]


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
