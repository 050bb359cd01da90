"""Compile what things cost: workers and tools for a time, activities at each completion."""

from __future__ import annotations

from typing import Any

from hewer.engine.compile.base import Context, located
from hewer.engine.compile.code.expressions import constant
from hewer.errors import DimensionError, ValueProblem
from hewer.model.document.fields import Value
from hewer.quantity import DIMENSIONLESS, Dimension, Quantity


def costs(context: Context) -> dict[str, Any]:
    """Return the costs of a model.

    Returns
    -------
    dict
        ``role_costs``, ``tool_costs`` (of one worker or unit for a base unit of time) and
        ``activity_costs`` (of one completion), tuples of float in base units as declared, 0 where none
        is stated; ``currency``, the Dimension of the costs of all crews; ``currency_unit``, its unit.
    """
    model = context.model
    money = _Money(context)
    by_crew = {
        crew: tuple(
            money.cost(f"crews.{crew}.{name}.cost", role.cost, context.time) for name, role in roles.items()
        )
        for crew, roles in model.crews.items()
    }
    roles = by_crew.get(model.crew_name or "", ())
    tools = tuple(
        money.cost(f"tools.{name}.cost", tool.cost, context.time) for name, tool in model.tools.items()
    )
    activities = tuple(
        money.cost(f"activities.{name}.cost", activity.cost, DIMENSIONLESS)
        for name, activity in model.activities.items()
    )
    return {
        "role_costs": roles,
        "tool_costs": tools,
        "activity_costs": activities,
        "currency": money.currency or DIMENSIONLESS,
        "currency_unit": money.currency.base_unit if money.currency else "",
    }


class _Money:
    """The currency of the costs met so far."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.currency: Dimension | None = None
        self.first = ""

    def cost(self, path: str, value: Value | None, per: Dimension) -> float:
        """Work out a cost; `per` is the dimension that it is for."""
        if value is None:
            return 0.0
        with located(self.context.model, path):
            found = constant(self.context, value)
            if found.value < 0.0:
                raise ValueProblem(f"a cost must not be negative; got {found}")
            self._agree(found, per)
        return found.value

    def _agree(self, found: Quantity, per: Dimension) -> None:
        currency = found.dimension * per
        if not found.value and not found.dimension:
            return
        if any(base in ("time", "mass", "length") for base, _ in currency.powers):
            wanted = "an amount of money for a time" if per else "an amount of money"
            hint = "for example `3 EUR/h`" if per else "for example `2 EUR`"
            raise DimensionError(f"a cost must be {wanted}; got {found.described}", hint)
        if self.currency is None:
            self.currency, self.first = currency, str(found)
        elif currency != self.currency:
            raise DimensionError(f"costs must be in one currency; got {self.first} and {found}")
