"""Worlds: one draw of what is not known about the params (rule 15).

A draw is keyed by (seed, name of the param, world). Adding, removing or fixing one param moves no other,
and two crews or scenarios meet the same worlds.
"""

from __future__ import annotations

import hashlib
import math
from typing import NamedTuple

from hewer.errors import ModelError, Problem, ValueProblem
from hewer.model.document import Model, Param, Value
from hewer.model.expression import evaluate, parse


class Spread(NamedTuple):
    """How one param spreads: its lowest, highest and stated value in base units."""

    kind: str
    low: float
    high: float
    value: float


def spreads(model: Model) -> dict[str, Spread]:
    """Return the spread of each param that has a range.

    Raises
    ------
    ModelError
        For every range that is empty, reversed, or does not suit its spread.
    """
    found: dict[str, Spread] = {}
    problems: list[Problem] = []
    for name, param in model.params.items():
        if param.range is None:
            continue
        try:
            found[name] = _spread(param)
        except ValueProblem as problem:
            problems.append(problem.problem(f"params.{name}.range"))
    if problems:
        raise ModelError(problems)
    return found


def draw_world(spread_by_name: dict[str, Spread], seed: int, world: int) -> dict[str, float]:
    """Draw the params of one world, in base units."""
    return {name: _quantile(spread, uniform(seed, name, world)) for name, spread in spread_by_name.items()}


def uniform(seed: int, name: str, world: int) -> float:
    """Return a number strictly between 0 and 1 that depends on nothing but the arguments."""
    digest = hashlib.blake2b(f"{seed}/{world}/param:{name}".encode(), digest_size=8).digest()
    return ((int.from_bytes(digest, "little") >> 12) + 0.5) / 2.0**52


def _spread(param: Param) -> Spread:
    assert param.range is not None
    low, high = _number(param.range[0]), _number(param.range[1])
    kind = param.spread or "uniform"
    value = _number(param.value) if kind == "triangular" else math.nan
    if not low <= high:
        raise ValueProblem(f"the highest value must be at least the lowest; got {_shown(param)}")
    if kind == "loguniform" and low <= 0.0:
        raise ValueProblem(f"a loguniform range must be above 0; got {_shown(param)}")
    if kind == "triangular" and not low <= value <= high:
        raise ValueProblem(f"a triangular range must hold the value {param.value}; got {_shown(param)}")
    return Spread(kind, low, high, value)


def _number(value: Value) -> float:
    return float(evaluate(parse(value), {}).value)


def _shown(param: Param) -> str:
    assert param.range is not None
    return f"{param.range[0]} .. {param.range[1]}"


def _quantile(spread: Spread, u: float) -> float:
    """Inverse distribution function of the spread, kept inside its range."""
    low, high = spread.low, spread.high
    if spread.kind == "loguniform":
        drawn = low * (high / low) ** u
    elif spread.kind == "triangular" and high > low:
        share = (spread.value - low) / (high - low)
        if u < share:
            drawn = low + math.sqrt(u * (high - low) * (spread.value - low))
        else:
            drawn = high - math.sqrt((1.0 - u) * (high - low) * (high - spread.value))
    else:
        drawn = low + u * (high - low)
    return min(max(drawn, low), high)
