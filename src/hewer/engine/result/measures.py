"""Measures: what the user asks of a run, evaluated on the raw arrays of all its replications at once.

Time averages and shares are taken over the time accounted for, from the warm-up to the horizon. A mean
of nothing (the flow time where nothing left) is nan in that replication.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hewer.engine.program import Compiled
from hewer.engine.result.functions import FUNCTIONS, Sample, Scene, natural_unit
from hewer.errors import DimensionError, ExpressionError, ModelError, ValueProblem, did_you_mean
from hewer.model.document import Measure, Model
from hewer.model.expression import (
    Binary,
    Call,
    Compare,
    Logic,
    Name,
    Node,
    Number,
    Unary,
    is_condition,
    parse,
    render,
    require_same,
    walk,
)
from hewer.model.expression import evaluate as work_out
from hewer.model.expression.measure_functions import MEASURE_FUNCTIONS
from hewer.model.settling.resolve import time_unit
from hewer.quantity import DIMENSIONLESS, Quantity, exact_power, unit

if TYPE_CHECKING:
    from hewer.engine.run import RunData

__all__ = [
    "Kind",
    "Measured",
    "Request",
    "default_measures",
    "evaluate",
    "is_linear",
    "measures_of",
    "requests",
]


_WORD = re.compile(r"[^\W\d]\w*")
_HOURS = ("h", "hour", "hours", "hr")


class Kind(StrEnum):
    """What the values of a measure are, and so how they are estimated."""

    MEAN = "mean"  # the expectation of the values
    CHANCE = "chance"  # 1 where a condition held, 0 where not: its probability
    RATIO = "ratio"  # one quantity over another that varies too: the ratio of their expectations


class Measured(NamedTuple):
    """A measure of one world.

    ``values`` is a float64 array [replication], in ``unit``. Of a ratio ``upper`` and ``lower`` are what is
    divided and by what, else None.
    """

    values: NDArray[np.float64]
    unit: str
    about: str | None
    kind: Kind = Kind.MEAN
    upper: NDArray[np.float64] | None = None
    lower: NDArray[np.float64] | None = None


class Request(NamedTuple):
    """A quantile of flow times (or family times) that a measure needs."""

    sink: str
    of_family: bool
    probability: float


def measures_of(model: Model) -> Mapping[str, Measure]:
    """Return the measures of a model, or the default ones where it has none."""
    return model.measures or default_measures(model)


def default_measures(model: Model) -> dict[str, Measure]:
    """Return what is measured where the model does not say.

    For each sink what arrived, the rate and, of items, the mean flow time; for each role its
    utilisation. Where there is no sink, the completions of each activity.
    """
    found: dict[str, Measure] = {}
    for name, stock in model.stocks.items():
        if stock.sink:
            found[name] = Measure(value=f"arrivals({name})", about="what came out")
            found[f"{name}_rate"] = Measure(value=f"rate({name})", about="what came out, per unit of time")
            if stock.unit is None:
                minutes = "min" if time_unit(model) in _HOURS else None  # a flow time is rarely whole hours
                about = "mean time from coming in to coming out"
                found[f"{name}_flow_time"] = Measure(value=f"flow_time({name})", unit=minutes, about=about)
    if not found:
        found = {f"{name}_completions": Measure(value=f"completions({name})") for name in model.activities}
    for name, role in model.roles.items():
        if role.count:
            about = "share of the time at work"
            found[f"{name}_utilisation"] = Measure(value=f"utilisation({name})", about=about)
    return found


def requests(model: Model) -> tuple[Request, ...]:
    """List the quantiles that the measures of a model need, each once."""
    found: dict[Request, None] = {}
    for measure in model.measures.values():
        for node in walk(parse(measure.value)):
            if isinstance(node, Call) and node.name in ("flow_time", "family_time") and len(node.args) == 2:
                sink, probability = node.args
                if isinstance(sink, Name) and sink.id in model.stocks:
                    asked = work_out(probability, {}).value
                    found[Request(sink.id, node.name == "family_time", asked)] = None
    return tuple(found)


def evaluate(compiled: Compiled, data: RunData) -> dict[str, Measured]:
    """Evaluate every measure of a model.

    Parameters
    ----------
    compiled : Compiled
    data : RunData
        Of the replications of one world.

    Returns
    -------
    dict of str to Measured
        As declared.

    Raises
    ------
    ModelError
        With every measure that cannot be evaluated.
    """
    scene = Scene(compiled, data)
    model: Model = compiled.info["model"]
    found: dict[str, Measured] = {}
    problems = []
    for name, measure in measures_of(model).items():
        path = f"measures.{name}.value"
        try:
            found[name] = _measured(scene, measure)
        except ValueProblem as error:
            position = model.source.at(path)
            line, column = position or (None, None)
            problems.append(error.problem(path, line, column, model.source.file))
    if problems:
        raise ModelError(problems)
    return found


def _measured(scene: Scene, measure: Measure) -> Measured:
    node = parse(measure.value)
    if is_condition(node):
        with np.errstate(all="ignore"):
            return _chance(scene, node, measure)
    with np.errstate(all="ignore"):
        sample = _value(scene, node)
    if measure.unit is not None:
        shown = unit(measure.unit)
        if shown.dimension != sample.dimension:
            raise DimensionError(
                f"`{measure.value}` is a {sample.dimension} and cannot be given in {measure.unit}",
                f"its base unit is {sample.dimension.base_unit or 'a bare number'}",
            )
    else:
        shown = natural_unit(scene, sample)
    values = _spread(scene, sample.values / shown.factor)
    if not (isinstance(node, Binary) and node.op == "/" and _varies(node.left) and _varies(node.right)):
        return Measured(values, shown.text, measure.about)
    with np.errstate(all="ignore"):
        upper, lower = _value(scene, node.left).values / shown.factor, _value(scene, node.right).values
    return Measured(
        values, shown.text, measure.about, Kind.RATIO, _spread(scene, upper), _spread(scene, lower)
    )


def _spread(scene: Scene, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one value for each replication; what is not a number is nan."""
    wide = np.broadcast_to(values, (scene.replications,))
    return np.where(np.isfinite(wide), wide, math.nan)


def _varies(node: Node) -> bool:
    """Tell whether a part of a measure differs from replication to replication."""
    called = {one.name for one in walk(node) if isinstance(one, Call)}
    return any(not MEASURE_FUNCTIONS[name].fixed for name in called if name in MEASURE_FUNCTIONS)


def is_linear(measure: Measure) -> bool:
    """Tell whether a measure only adds up counts and times: its expectation is that of expectations."""
    node = parse(measure.value)
    return not is_condition(node) and _is_linear(node)


def _is_linear(node: Node) -> bool:
    if not _varies(node):
        return True
    if isinstance(node, Unary):
        return _is_linear(node.operand)
    if not isinstance(node, Binary):
        function = MEASURE_FUNCTIONS.get(node.name) if isinstance(node, Call) else None
        return function is not None and function.linear
    if node.op in ("+", "-"):
        return _is_linear(node.left) and _is_linear(node.right)
    if node.op == "/":
        return _is_linear(node.left) and not _varies(node.right)
    single = not (_varies(node.left) and _varies(node.right))
    return node.op == "*" and single and _is_linear(node.left) and _is_linear(node.right)


def _chance(scene: Scene, node: Node, measure: Measure) -> Measured:
    """Evaluate a condition: 1 where it holds, 0 where it does not, nan where a side is undefined."""
    values = _spread(scene, _holds(scene, node))
    shown = unit(measure.unit or "%")
    if shown.dimension:
        message = f"`{measure.value}` is a probability and cannot be given in {measure.unit}"
        raise DimensionError(message, "use %")
    return Measured(values / shown.factor, shown.text, measure.about, Kind.CHANCE)


def _holds(scene: Scene, node: Node) -> NDArray[np.float64]:
    if isinstance(node, Logic):
        sides = [_holds(scene, operand) for operand in node.operands]
        if node.op == "not":
            return 1.0 - sides[0]
        join = np.minimum if node.op == "and" else np.maximum
        joined = sides[0]
        for other in sides[1:]:
            joined = join(joined, other)
        return joined
    if not isinstance(node, Compare):
        raise ExpressionError(f"`{render(node)}` is an amount; a condition is needed here", None, node.start)
    left, right = _value(scene, node.left), _value(scene, node.right)
    require_same(node, left.dimension, right.dimension)
    defined = np.isfinite(left.values) & np.isfinite(right.values)
    return np.where(defined, _compared(node.op, left.values, right.values), math.nan)


def _compared(op: str, left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Compare; what differs by rounding alone is equal."""
    equal = np.isclose(left, right, rtol=1e-9, atol=0.0)
    found: NDArray[np.bool_]
    if op in ("==", "!="):
        found = equal if op == "==" else ~equal
    elif op in ("<=", ">="):
        found = equal | ((left < right) if op == "<=" else (left > right))
    else:
        found = ~equal & ((left < right) if op == "<" else (left > right))
    return found


def _value(scene: Scene, node: Node) -> Sample:
    """Evaluate a node for all replications at once."""
    if isinstance(node, Number):
        return _constant(Quantity.of(node.value, node.unit))
    if isinstance(node, Name):
        params = scene.params
        if node.id not in params:
            hint = did_you_mean(node.id, params)
            raise ExpressionError(f"there is no param `{node.id}`", hint, node.start, "unknown-name")
        return _constant(params[node.id])
    if isinstance(node, Unary):
        inside = _value(scene, node.operand)
        return inside._replace(values=-inside.values)
    if isinstance(node, Binary):
        return _binary(node, _value(scene, node.left), _value(scene, node.right))
    if isinstance(node, Call):
        return _call(scene, node)
    raise ExpressionError(f"`{render(node)}` cannot stand in a measure", None, node.start)


def _constant(quantity: Quantity) -> Sample:
    return Sample(np.atleast_1d(np.asarray(quantity.value, np.float64)), quantity.dimension, quantity.shown)


def _binary(node: Binary, left: Sample, right: Sample) -> Sample:
    if node.op == "*":
        return Sample(left.values * right.values, left.dimension * right.dimension, _shown(left, "*", right))
    if node.op == "/":
        return Sample(left.values / right.values, left.dimension / right.dimension, _shown(left, "/", right))
    if node.op == "^":
        return _power(node, left, right)
    require_same(node, left.dimension, right.dimension)
    values = left.values + right.values if node.op == "+" else left.values - right.values
    return Sample(values, left.dimension, left.shown or right.shown)


def _shown(left: Sample, op: str, right: Sample) -> str:
    """Return the unit in which a product or quotient reads best; empty where that is not plain."""
    if not right.dimension:
        return left.shown
    if not left.dimension:
        return right.shown if op == "*" else f"1/{right.shown}"
    words = set(_WORD.findall(left.shown))
    if any(sign in right.shown for sign in "*/^") or right.shown in words:
        return ""
    return f"{left.shown}{op}{right.shown}"


def _power(node: Binary, base: Sample, exponent: Sample) -> Sample:
    if exponent.dimension:
        raise DimensionError(f"`{render(node)}`: an exponent must be a bare number", None, node.start)
    if not base.dimension:
        return Sample(base.values**exponent.values, DIMENSIONLESS, "")
    if exponent.values.size != 1:
        raise DimensionError(f"`{render(node)}`: only a bare number can be raised to that", None, node.start)
    power = float(exponent.values[0])
    return Sample(base.values**power, base.dimension ** exact_power(power), "")


_BARE: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "exp": np.exp,
    "log": np.log,
    "floor": np.floor,
    "ceil": np.ceil,
    "round": np.round,
}


def _call(scene: Scene, node: Call) -> Sample:
    if node.name in FUNCTIONS:
        return FUNCTIONS[node.name](scene, node)
    known = (*FUNCTIONS, *_BARE, "min", "max", "abs", "sqrt")
    if node.name not in known:
        hint = did_you_mean(node.name, known)
        raise ExpressionError(f"there is no measure `{node.name}`", hint, node.start, "unknown-name")
    inside = [_value(scene, argument) for argument in node.args]
    if not inside or (len(inside) > 1 and node.name not in ("min", "max")) or node.kwargs or node.pairs:
        raise ExpressionError(f"`{render(node)}` has the wrong arguments", None, node.start)
    first = inside[0]
    if node.name in ("min", "max"):
        for other in inside[1:]:
            require_same(node, first.dimension, other.dimension)
            smaller = np.minimum if node.name == "min" else np.maximum
            first = Sample(smaller(first.values, other.values), first.dimension, first.shown or other.shown)
        return first
    if node.name == "abs":
        return first._replace(values=np.abs(first.values))
    if node.name == "sqrt":
        return Sample(np.sqrt(first.values), first.dimension ** exact_power(0.5), "")
    if first.dimension:
        raise DimensionError(f"`{node.name}` needs a bare number; got a {first.dimension}", None, node.start)
    return Sample(_BARE[node.name](first.values), DIMENSIONLESS, "")
