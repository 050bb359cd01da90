"""Worlds: one draw of what is not known about the params (rule 15).

A draw is keyed by (seed, name of the param, world). Adding, removing or fixing one param moves no other,
and two crews or scenarios meet the same worlds.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

from hewer.model.resolve import ranged, spread_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hewer.model.document import Model
    from hewer.model.resolve import Spread


def spreads(model: Model) -> dict[str, Spread]:
    """Return the spread of each param that has a range.

    Raises
    ------
    ModelError
        Where a range is wrong.
    """
    return {name: spread_of(model, name) for name in ranged(model)}


def draw_world(spread_by_name: Mapping[str, Spread], seed: int, world: int) -> dict[str, float]:
    """Draw the params of one world, in base units."""
    return {name: quantile(spread, uniform(seed, name, world)) for name, spread in spread_by_name.items()}


def uniform(seed: int, name: str, world: int) -> float:
    """Return a number strictly between 0 and 1 that depends on nothing but the arguments."""
    digest = hashlib.blake2b(f"{seed}/{world}/param:{name}".encode(), digest_size=8).digest()
    return ((int.from_bytes(digest, "little") >> 12) + 0.5) / 2.0**52


def quantile(spread: Spread, u: float) -> float:
    """Evaluate the inverse distribution function of a spread, in base units, inside its range."""
    low, high, mode = spread.low.value, spread.high.value, spread.mode.value
    if spread.kind == "loguniform":
        drawn = low * math.pow(high / low, u)
    elif spread.kind == "triangular" and high > low:
        if u < (mode - low) / (high - low):
            drawn = low + math.sqrt(u * (high - low) * (mode - low))
        else:
            drawn = high - math.sqrt((1.0 - u) * (high - low) * (high - mode))
    else:
        drawn = low + u * (high - low)
    return min(max(drawn, low), high)
