"""What can interrupt work, or let it be handed over: more urgent work; the end of a duty."""

from __future__ import annotations

from hewer.model.document import Activity, Model

__all__ = ["can_be_handed_over", "can_be_interrupted", "overrun_of"]


def can_be_interrupted(model: Model, activity: Activity) -> bool:
    """Tell whether anything in a model can interrupt works of an activity."""
    others = model.activities.values()
    return any(other.preempts and other.priority > activity.priority for other in others)


def can_be_handed_over(model: Model, activity: Activity) -> bool:
    """Tell whether works of an activity are handed over where the duty of their people ends."""
    duties = model.terms.calendar is not None or any(role.calendar for role in model.roles.values())
    return duties and bool(activity.people) and overrun_of(model, activity) == "hand_over"


def overrun_of(model: Model, activity: Activity) -> str:
    """Return what becomes of works of an activity at the end of the shift, or of a duty."""
    return activity.overrun or (model.terms.overrun if activity.people else "finish")
