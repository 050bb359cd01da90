"""Between which numbers a value can lie: interval arithmetic over expressions, in base units.

What is known only in a run (levels, amounts taken, the time) enters as an interval; a distribution as
its support. A condition is (0, 0) where it can never hold, (1, 1) where it always does, else (0, 1).
The result may be wider than what is possible, never narrower.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from hewer.distribution import form_of
from hewer.errors import DistributionError, HewerError
from hewer.model.expression.nodes import (
    Binary,
    Call,
    Compare,
    Logic,
    Name,
    Node,
    Number,
    OfFamily,
    Range,
    Text,
    Unary,
    children,
    is_distribution,
)
from hewer.model.expression.sampling import distribution
from hewer.quantity import Quantity, unit

__all__ = ["ANYTHING", "NEVER", "Bounds", "Known", "bounds"]


class Bounds(NamedTuple):
    """The least and the most a value can be, in base units."""

    low: float
    high: float

    def joined(self, other: Bounds) -> Bounds:
        """Return the least interval that contains both."""
        return Bounds(min(self.low, other.low), max(self.high, other.high))


ANYTHING = Bounds(-math.inf, math.inf)
NEVER, ALWAYS, PERHAPS = Bounds(0.0, 0.0), Bounds(1.0, 1.0), Bounds(0.0, 1.0)


class Known(NamedTuple):
    """What is known of the names and calls in an expression.

    Attributes
    ----------
    params : mapping of str to Quantity
    names : mapping of str to Bounds
        Levels by stock, and the time as ``now``.
    calls : callable
        Returns the bounds of ``taken(x)``, ``next(x)``...; None for what it does not know.
    folder : Path or None
        Where files of data stand.
    """

    params: Mapping[str, Quantity]
    names: Mapping[str, Bounds] = {}
    calls: Callable[[Call], Bounds | None] = lambda _: None
    folder: Path | None = None


def bounds(node: Node, known: Known) -> Bounds:
    """Find between which numbers the value of a node can lie."""
    if isinstance(node, Number):
        value = node.value * unit(node.unit).factor
        return Bounds(value, value)
    if isinstance(node, Name):
        return _name(node, known)
    if isinstance(node, Call):
        return _call(node, known)
    if isinstance(node, Text):
        return ANYTHING
    parts = [bounds(child, known) for child in children(node)]
    if isinstance(node, Range):
        found = parts[0].joined(parts[1])
        return found if node.within is None else found.joined(Bounds(1.0, 1.0))  # late, one will do
    if isinstance(node, OfFamily):
        return parts[0] if parts else Bounds(1.0, math.inf)
    if isinstance(node, Unary):
        return Bounds(-parts[0].high, -parts[0].low)
    if isinstance(node, Compare):
        return _compare(node.op, parts[0], parts[1])
    if isinstance(node, Logic):
        return _logic(node.op, parts)
    return _arithmetic(node, parts[0], parts[1])


def _name(node: Name, known: Known) -> Bounds:
    if node.id in known.params:
        value = known.params[node.id].value
        return Bounds(value, value)
    return known.names.get(node.id, ANYTHING)


def _call(node: Call, known: Known) -> Bounds:
    found = known.calls(node)
    if found is not None:
        return found
    if is_distribution(node):
        return _support(node, known)
    parts = [bounds(argument, known) for argument in node.args]
    if not parts:
        return ANYTHING
    if node.name == "min":
        return Bounds(min(part.low for part in parts), min(part.high for part in parts))
    if node.name == "max":
        return Bounds(max(part.low for part in parts), max(part.high for part in parts))
    if node.name == "abs":
        low, high = parts[0]
        nearest = 0.0 if low <= 0.0 <= high else min(abs(low), abs(high))
        return Bounds(nearest, max(abs(low), abs(high)))
    return _monotone(node.name, parts[0])


_ROUNDED: dict[str, Callable[[float], int]] = {"floor": math.floor, "ceil": math.ceil, "round": round}


def _monotone(name: str, part: Bounds) -> Bounds:
    if name in _ROUNDED:
        low, high = (float(_ROUNDED[name](end)) if math.isfinite(end) else end for end in part)
        return Bounds(low, high)
    if name == "exp":
        return Bounds(*(math.exp(min(end, 700.0)) if end < math.inf else end for end in part))
    if name == "sqrt":
        return Bounds(*(math.sqrt(max(end, 0.0)) for end in part))
    if name == "log":
        return Bounds(*(math.log(end) if end > 0.0 else -math.inf for end in part))
    return ANYTHING


def _support(node: Call, known: Known) -> Bounds:
    """Return between what the draws of a distribution lie."""
    try:
        found = distribution(node, known.params, known.folder)
    except HewerError:
        found = None
    if found is not None:
        return Bounds(found.lower(), found.upper())
    named = {name: bounds(value, known) for name, value in node.kwargs if not isinstance(value, Text)}
    given = [*(bounds(argument, known) for argument in node.args), *named.values()]
    if node.name == "discrete":
        values = [bounds(value, known) for value, _ in node.pairs]
        return Bounds(min(one.low for one in values), max(one.high for one in values))
    if given and _rises(node, named):
        return Bounds(min(one.low for one in given), max(one.high for one in given))
    return Bounds(0.0, math.inf)


def _rises(node: Call, named: Mapping[str, Bounds]) -> bool:
    """Tell whether draws lie between the parameters that a call states."""
    try:
        return form_of(node.name, len(node.args), tuple(named)).rising
    except DistributionError:
        return False


def _compare(op: str, left: Bounds, right: Bounds) -> Bounds:
    if op in (">", ">="):
        return _compare({">": "<", ">=": "<="}[op], right, left)
    if op == "<":
        return ALWAYS if left.high < right.low else NEVER if left.low >= right.high else PERHAPS
    if op == "<=":
        return ALWAYS if left.high <= right.low else NEVER if left.low > right.high else PERHAPS
    apart = left.high < right.low or right.high < left.low
    same = left.low == left.high == right.low == right.high
    equal = NEVER if apart else ALWAYS if same else PERHAPS
    return equal if op == "==" else Bounds(1.0 - equal.high, 1.0 - equal.low)


def _logic(op: str, parts: list[Bounds]) -> Bounds:
    if op == "not":
        return Bounds(1.0 - parts[0].high, 1.0 - parts[0].low)
    join = max if op == "or" else min
    return Bounds(join(part.low for part in parts), join(part.high for part in parts))


def _arithmetic(node: Binary, left: Bounds, right: Bounds) -> Bounds:
    if node.op == "+":
        return Bounds(left.low + right.low, left.high + right.high)
    if node.op == "-":
        return Bounds(left.low - right.high, left.high - right.low)
    if node.op == "*":
        return _corners(_times, left, right)
    if node.op == "/":
        if right.low < 0.0 < right.high or right == NEVER:
            return ANYTHING
        return _corners(_over, left, right)
    if left.low < 0.0:
        return ANYTHING
    return _corners(_power, left, right)


def _corners(function: Callable[[float, float], float], left: Bounds, right: Bounds) -> Bounds:
    found = [function(one, other) for one in left for other in right]
    return ANYTHING if any(math.isnan(value) for value in found) else Bounds(min(found), max(found))


def _times(one: float, other: float) -> float:
    return 0.0 if one == 0.0 or other == 0.0 else one * other


def _over(one: float, other: float) -> float:
    if one == 0.0:
        return 0.0
    if other == 0.0:
        return math.copysign(math.inf, one)
    return 0.0 if math.isinf(other) else one / other


def _power(one: float, other: float) -> float:
    try:
        return math.pow(one, other)
    except (ValueError, OverflowError):
        return math.inf
