"""Checks of how a worker's pace changes: learning and fatigue."""

from __future__ import annotations

from hewer.model.checking.base import Context
from hewer.model.checking.scope import Want, judge_constant
from hewer.model.checking.work.site import time_want
from hewer.model.document import Role
from hewer.model.document.fields import Value
from hewer.model.settling.resolve import Path
from hewer.quantity import DIMENSIONLESS

__all__ = ["check_pace"]


def check_pace(context: Context, path: Path, role: Role) -> None:
    """Check the learning and the fatigue of a role."""
    learning, fatigue = role.learning, role.fatigue
    if learning is not None:
        here: Path = (*path, "learning")
        _check_activities(context, (*here, "of"), role, learning.of)
        rate = _check_fraction(context, (*here, "rate"), learning.rate, "a learning rate", positive=True)
        if learning.curve == "wright" and rate is not None and rate <= 0.5:
            message = (
                f"must be more than 50 % for `wright`, or a next unit would take no time; got {rate:.3g}"
            )
            context.error((*here, "rate"), message, "a unit curve is `crawford`", "fraction")
        _check_fraction(context, (*here, "plateau"), learning.plateau, "a plateau")
        if learning.until is not None and learning.until <= learning.experience:
            message = f"nobody learns: all have {learning.experience} repetitions behind them"
            context.warn((*here, "until"), message, "make it more than `experience`", "no-learning")
    if fatigue is not None:
        here = (*path, "fatigue")
        _check_activities(context, (*here, "of"), role, fatigue.of)
        judge_constant(context, (*here, "most"), fatigue.most, Want(DIMENSIONLESS, "a share of the time"))
        for field, value in (("half_tired", fatigue.half_tired), ("half_rested", fatigue.half_rested)):
            want = time_want(context)
            judge_constant(context, (*here, field), value, Want(want.dimension, want.what, want.unit, True))


def _check_fraction(
    context: Context, path: Path, value: Value, what: str, *, positive: bool = False
) -> float | None:
    judged = judge_constant(context, path, value, Want(DIMENSIONLESS, what, positive=positive))
    if judged is not None and judged.bounds.low > 1.0:
        message = f"{what} must be at most 1; got {judged.bounds.low:g}"
        context.error(path, message, "write for example `80 %`", "fraction")
    return judged.bounds.low if judged is not None else None


def _check_activities(context: Context, path: Path, role: Role, of: tuple[str, ...] | None) -> None:
    """Check the activities named: they are there, and workers of the role have a part in them."""
    for index, name in enumerate(of or ()):
        if not context.known((*path, index), name, context.model.activities, "activity"):
            continue
        posts = context.model.activities[name].posts
        if name not in role.does and not any(
            post in role.does or f"{name}.{post}" in role.does for post in posts if post
        ):
            message = f"these workers do not do `{name}`"
            context.warn((*path, index), message, "leave it out, or add it to `does`", "unused")
