"""Checks of what params leave open: what is right, but hardly meant."""

from __future__ import annotations

from hewer.model.checking.base import Context
from hewer.model.document import Param
from hewer.model.settling.resolve import draws_at, spread_at

_WIDE = 4.0
"""Highest over lowest value beyond which a guess is more likely one of a factor than of a difference."""


def check_ignorance(context: Context) -> None:
    """Look at ranges and draws of params that are right."""
    for name, param in context.model.params.items():
        if name in context.params:
            _check_spread(context, name, param)
            _check_draws(context, name, param)


def _check_spread(context: Context, name: str, param: Param) -> None:
    """Note a range over a large factor that does not say how values spread."""
    if param.range is None or param.spread is not None or param.simplex is not None:
        return
    spread = spread_at(context.model, name, param, context.params[name])
    low, high = spread.low, spread.high
    if low.value > 0 and high.value / low.value > _WIDE * (1 + 1e-9):
        middle = low * (0.5 * (1 + high.value / low.value))
        message = (
            f"the highest value is {high.value / low.value:.3g} times the lowest, and half of the draws are"
            f" above {middle}"
        )
        hint = "if any factor was as likely as any other, write `spread: loguniform`, else `spread: uniform`"
        context.note(("params", name, "range"), message, hint, "spread")


def _check_draws(context: Context, name: str, param: Param) -> None:
    """Warn of a value that none of the draws comes near."""
    if param.draws is None:
        return
    value = context.params[name]
    drawn = draws_at(context.model, name, param.draws, value).values
    if not min(drawn) <= value.value <= max(drawn):
        factor = value * (1 / value.value) if value.value else None
        ends = (
            f"{factor * min(drawn)} to {factor * max(drawn)}" if factor else f"{min(drawn)} to {max(drawn)}"
        )
        message = f"the value, {value}, lies outside its draws, {ends}"
        context.warn(("params", name, "value"), message, "take both from one fit", "range")
