"""What can interrupt work: more urgent work."""

from __future__ import annotations

from hewer.model.document import Activity, Model

__all__ = ["can_be_interrupted"]


def can_be_interrupted(model: Model, activity: Activity) -> bool:
    """Tell whether anything in a model can interrupt works of an activity."""
    others = model.activities.values()
    return any(other.preempts and other.priority > activity.priority for other in others)
