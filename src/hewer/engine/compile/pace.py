"""Compile what changes the pace of workers in the course of a run: learning and fatigue."""

from __future__ import annotations

import math

import numpy as np

from hewer import tracing
from hewer.engine import records
from hewer.engine.codes import UNLIMITED, Curve
from hewer.engine.compile.base import Context, array, located, require, ticks
from hewer.engine.compile.code.expressions import constant
from hewer.errors import ValueProblem
from hewer.model.document import Fatigue, Learning, Role
from hewer.model.document.fields import Value
from hewer.quantity import DIMENSIONLESS

_FOREVER = int(UNLIMITED)


def pace_table(context: Context) -> np.ndarray:
    """Return PACE, shape [role, activity]; empty where no role learns or tires."""
    roles, activities = context.model.roles, context.model.activities
    if not any(role.learning or role.fatigue for role in roles.values()):
        return array(records.PACE, []).reshape(0, 0)
    table = np.zeros((len(roles), len(activities)), records.PACE)
    for row, (name, role) in zip(table, roles.items(), strict=True):
        learns = {} if role.learning is None else _learning(context, name, role.learning)
        for entry, activity in zip(row, activities, strict=True):
            if role.learning is not None and _holds(role.learning, activity):
                for field, value in learns.items():
                    entry[field] = tracing.plain(value)
            entry["tires"] = role.fatigue is not None and _holds(role.fatigue, activity)
    return table


def _holds(part: Learning | Fatigue, activity: str) -> bool:
    return part.of is None or activity in part.of


def _learning(context: Context, name: str, learning: Learning) -> dict[str, float]:
    path = f"crews.{context.model.crew_name}.{name}.learning"
    rate = _fraction(context, f"{path}.rate", learning.rate, "a learning rate")
    least = 0.5 if learning.curve == "wright" else 0.0
    if rate <= least:
        with located(context.model, f"{path}.rate"):
            raise ValueProblem(f"the learning rate of `{learning.curve}` must be more than {least:.0%}")
    return {
        "curve": int(Curve[learning.curve.upper()]),
        "exponent": math.log2(tracing.plain(rate)),
        "plateau": _fraction(context, f"{path}.plateau", learning.plateau, "a plateau"),
        "until": _FOREVER if learning.until is None else learning.until,
        "experience": learning.experience,
    }


def _fraction(context: Context, path: str, value: Value, what: str) -> float:
    with located(context.model, path):
        found = constant(context, value)
        require(found, DIMENSIONLESS, what)
        if not 0.0 <= found.value <= 1.0:
            raise ValueProblem(f"{what} must be from 0 to 1; got {found}", "write for example `80 %`")
    return tracing.real(found.value)


def fatigue_rows(context: Context) -> np.ndarray:
    """Return FATIGUE, by role; empty where nobody tires."""
    roles = context.model.roles
    if not any(role.fatigue for role in roles.values()):
        return array(records.FATIGUE, [])
    return array(records.FATIGUE, [_fatigue(context, name, role) for name, role in roles.items()])


def _fatigue(context: Context, name: str, role: Role) -> dict[str, float]:
    if role.fatigue is None:
        return {"most": 0.0, "tired": 0.0, "rested": 0.0}
    path = f"crews.{context.model.crew_name}.{name}.fatigue"
    with located(context.model, f"{path}.most"):
        most = constant(context, role.fatigue.most)
        require(most, DIMENSIONLESS, "a share of the time")
        if most.value < 0.0:
            raise ValueProblem(f"a share of the time must not be negative; got {most}")
    halves = (("half_tired", role.fatigue.half_tired), ("half_rested", role.fatigue.half_rested))
    rates = []
    for field, value in halves:
        with located(context.model, f"{path}.{field}"):
            half = ticks(constant(context, value), context.time, "a time")
            if half == 0:
                raise ValueProblem("a time in which half goes must be more than 0")
            rates.append(math.log(2.0) / half)
    return {"most": tracing.real(most.value), "tired": rates[0], "rested": rates[1]}
