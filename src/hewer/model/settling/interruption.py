"""What can interrupt work, or let it be handed over: urgent work, failures, absences; the end of a duty."""

from __future__ import annotations

import math

from hewer.model.document import Activity, Model, Stock
from hewer.model.expression.syntax import DOWN

__all__ = [
    "can_be_handed_over",
    "can_be_interrupted",
    "down_stock",
    "imply_down_stocks",
    "most_urgent",
    "overrun_of",
]


def most_urgent(model: Model) -> float:
    """Return the highest priority of the activities that preempt others; -inf where none does."""
    return max((one.priority for one in model.activities.values() if one.preempts), default=-math.inf)


def can_be_interrupted(model: Model, activity: Activity, urgent: float | None = None) -> bool:
    """Tell whether anything in a model can interrupt works of an activity.

    `urgent` is :func:`most_urgent` of the model, for those who ask of many activities.
    """
    if (most_urgent(model) if urgent is None else urgent) > activity.priority:
        return True
    if any(tool in model.tools and model.tools[tool].fails is not None for tool in activity.uses):
        return True
    roles = [role for crew in model.crews.values() for role in crew.values()]
    return bool(activity.people) and any(role.absent is not None for role in roles)


def can_be_handed_over(model: Model, activity: Activity) -> bool:
    """Tell whether works of an activity are handed over where the duty of their people ends."""
    duties = model.terms.calendar is not None or any(role.calendar for role in model.roles.values())
    return duties and bool(activity.people) and overrun_of(model, activity) == "hand_over"


def overrun_of(model: Model, activity: Activity) -> str:
    """Return what becomes of works of an activity at the end of the shift, or of a duty."""
    return activity.overrun or (model.terms.overrun if activity.people else "finish")


def down_stock(tool: str) -> str:
    """Name the stock of the units of a tool that wait for repair."""
    return f"{DOWN}({tool})"


def imply_down_stocks(model: Model) -> Model:
    """Add the stocks of units that wait for repair, behind the declared ones.

    A tool that `fails` without a time of `repair` has one, at the tool's place.
    """
    implied = {
        down_stock(name): Stock(at=tool.at)
        for name, tool in model.tools.items()
        if tool.fails is not None and tool.fails.repair is None and down_stock(name) not in model.stocks
    }
    return model.model_copy(update={"stocks": {**model.stocks, **implied}}) if implied else model
