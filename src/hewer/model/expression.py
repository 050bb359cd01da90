"""What values mean: their quantity, their dimension, their distribution.

The names of the syntax (:mod:`hewer.model.syntax`) are offered here too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from hewer import distribution as distributions
from hewer.distribution import Distribution
from hewer.empirical import empirical
from hewer.errors import DimensionError, DistributionError, ExpressionError, ValueProblem, did_you_mean
from hewer.model.syntax import (
    Binary,
    Call,
    Compare,
    Logic,
    Name,
    Node,
    Number,
    Range,
    Text,
    Unary,
    children,
    parse,
    render,
    walk,
)
from hewer.quantity import DIMENSIONLESS, Dimension, Quantity, exact_power, is_unit_name, unit

__all__ = [
    "LEVEL_FUNCTIONS",
    "MATH_FUNCTIONS",
    "Binary",
    "Call",
    "Compare",
    "Logic",
    "Name",
    "Node",
    "Number",
    "Range",
    "Text",
    "Unary",
    "children",
    "dimension",
    "distribution",
    "evaluate",
    "functions",
    "is_condition",
    "is_distribution",
    "is_random",
    "names",
    "parse",
    "render",
    "split_scale",
    "walk",
]

LEVEL_FUNCTIONS = frozenset({"taken", "next", "prev", "first", "last", "sum", "largest", "smallest"})
"""Functions of the level of one stock: their value has the stock's unit."""

MATH_FUNCTIONS = frozenset({"min", "max", "sqrt", "exp", "log", "floor", "ceil", "abs", "round"})
"""Functions of numbers."""

_BARE: dict[str, Callable[[float], float]] = {
    "exp": math.exp,
    "log": math.log,
    "floor": lambda x: float(math.floor(x)),
    "ceil": lambda x: float(math.ceil(x)),
    "round": lambda x: float(round(x)),
}
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": float.__lt__,
    "<=": float.__le__,
    ">": float.__gt__,
    ">=": float.__ge__,
    "==": float.__eq__,
    "!=": float.__ne__,
}
_VERBS = {"+": "add", "-": "subtract"}

QuantityOfCall = Callable[[Call], Quantity | None]
DimensionOfCall = Callable[[Call], Dimension | None]


def names(node: Node) -> frozenset[str]:
    """Return the names that a node mentions, those in arguments included, functions not."""
    return frozenset(part.id for part in walk(node) if isinstance(part, Name))


def functions(node: Node) -> frozenset[str]:
    """Return the functions and distributions that a node calls."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Call))


def is_distribution(node: Node) -> bool:
    """Tell whether a node is a distribution: a call named after a family."""
    return isinstance(node, Call) and distributions.is_family(node.name)


def is_random(node: Node) -> bool:
    """Tell whether a node contains a distribution."""
    return any(is_distribution(part) for part in walk(node))


def is_condition(node: Node) -> bool:
    """Tell whether a node is true or false rather than a number."""
    return isinstance(node, Compare | Logic)


def evaluate(node: Node, scope: Mapping[str, Quantity], calls: QuantityOfCall | None = None) -> Quantity:
    """Work a node out.

    Parameters
    ----------
    node : Node
    scope : mapping of str to Quantity
        What each name stands for.
    calls : callable, optional
        Asked first for the value of each call; returns None where it does not know the function.

    Returns
    -------
    Quantity
        Of a condition: 1 where it is true, 0 where it is not.

    Raises
    ------
    ExpressionError, DimensionError, UnitError
        With the offset of the culprit.
    """
    try:
        result = _evaluate(node, scope, calls)
    except ZeroDivisionError as error:
        raise ExpressionError(f"`{render(node)}` divides by 0", None, node.start) from error
    except (ValueError, OverflowError) as error:
        raise ExpressionError(f"`{render(node)}` is not a finite number", None, node.start) from error
    except ValueProblem as error:
        raise _placed(error, node) from error.__cause__
    if not math.isfinite(result.value):
        raise ExpressionError(f"`{render(node)}` is not a finite number", None, node.start)
    return result


def _evaluate(node: Node, scope: Mapping[str, Quantity], calls: QuantityOfCall | None) -> Quantity:
    if isinstance(node, Number):
        return Quantity.of(node.value, node.unit)
    if isinstance(node, Name):
        if node.id not in scope:
            raise _unknown_name(node, scope)
        return scope[node.id]
    if isinstance(node, Call):
        return _evaluate_call(node, scope, calls)
    _check_kinds(node)
    if isinstance(node, Unary):
        return -evaluate(node.operand, scope, calls)
    if isinstance(node, Logic):
        truths = [evaluate(operand, scope, calls).value != 0.0 for operand in node.operands]
        truth = any(truths) if node.op == "or" else all(truths)
        return Quantity(float(truth != (node.op == "not")))
    if isinstance(node, Compare):
        left, right = evaluate(node.left, scope, calls), evaluate(node.right, scope, calls)
        if left.dimension != right.dimension:
            raise DimensionError(f"cannot compare {left.described} with {right.described}")
        return Quantity(float(_COMPARISONS[node.op](left.value, right.value)))
    if isinstance(node, Binary):
        return _arithmetic(node.op, evaluate(node.left, scope, calls), evaluate(node.right, scope, calls))
    raise _no_number(node)


def _arithmetic(op: str, left: Quantity, right: Quantity) -> Quantity:
    if op == "+":
        return left + right
    if op == "-":
        return left - right
    if op == "*":
        return left * right
    return left / right if op == "/" else left**right


def _evaluate_call(node: Call, scope: Mapping[str, Quantity], calls: QuantityOfCall | None) -> Quantity:
    known = calls(node) if calls else None
    if known is not None:
        return known
    if is_distribution(node):
        raise ExpressionError(f"`{render(node)}` is random; a single number is needed here", None, node.start)
    if node.name not in MATH_FUNCTIONS:
        raise _unknown_function(node)
    _check_arguments(node)
    values = [evaluate(argument, scope, calls) for argument in node.args]
    first = values[0]
    if node.name in ("min", "max"):
        for value in values[1:]:
            if value.dimension != first.dimension:
                raise DimensionError(f"cannot compare {first.described} with {value.described}")
        return (min if node.name == "min" else max)(values, key=lambda value: value.value)
    if node.name == "abs":
        return abs(first)
    if node.name == "sqrt":
        return first**0.5
    if first.dimension:
        raise _needs_bare(node, first.described)
    return Quantity(_BARE[node.name](first.value))


def dimension(node: Node, scope: Mapping[str, Dimension], calls: DimensionOfCall | None = None) -> Dimension:
    """Find the dimension of a node without working it out.

    Parameters
    ----------
    node : Node
        May be a distribution, a range, or depend on what is known only in a run: ``taken(x)``, ``next(x)``.
    scope : mapping of str to Dimension
        The dimension of each name; of a stock, that of its unit.
    calls : callable, optional
        Asked first for the dimension of each call; returns None where it does not know the function.

    Returns
    -------
    Dimension
        Of a condition: none.

    Raises
    ------
    ExpressionError, DimensionError, UnitError
        With the offset of the culprit.
    """
    try:
        return _dimension(node, scope, calls)
    except ValueProblem as error:
        raise _placed(error, node) from error.__cause__


def _dimension(node: Node, scope: Mapping[str, Dimension], calls: DimensionOfCall | None) -> Dimension:
    if isinstance(node, Number):
        return unit(node.unit).dimension
    if isinstance(node, Name):
        if node.id not in scope:
            raise _unknown_name(node, scope)
        return scope[node.id]
    if isinstance(node, Text):
        raise _no_number(node)
    if isinstance(node, Call):
        return _dimension_of_call(node, scope, calls)
    _check_kinds(node)
    found = [dimension(child, scope, calls) for child in children(node)]
    if isinstance(node, Unary):
        return found[0]
    if isinstance(node, Logic):
        return DIMENSIONLESS
    if isinstance(node, Binary) and node.op in "*/":
        return found[0] * found[1] if node.op == "*" else found[0] / found[1]
    if isinstance(node, Binary) and node.op == "^":
        return _dimension_of_power(node, found[0], found[1])
    verb = _VERBS.get(node.op, "compare") if isinstance(node, Binary | Compare) else "span a range from"
    joint = {"compare": "with", "span a range from": "to"}.get(verb, "and")
    if found[0] != found[1]:
        left, right = children(node)
        raise DimensionError(f"cannot {verb} {_described(left, found[0])} {joint} {_described(right, found[1])}")
    return DIMENSIONLESS if isinstance(node, Compare) else found[0]


def _dimension_of_power(node: Binary, base: Dimension, exponent: Dimension) -> Dimension:
    if exponent:
        raise DimensionError(f"an exponent must be a bare number; got {_described(node.right, exponent)}")
    if not base:
        return DIMENSIONLESS
    if names(node.right) or functions(node.right):
        raise DimensionError(f"{_described(node.left, base)} can only be raised to a number as it stands")
    return base ** exact_power(evaluate(node.right, {}).value)


def _dimension_of_call(node: Call, scope: Mapping[str, Dimension], calls: DimensionOfCall | None) -> Dimension:
    known = calls(node) if calls else None
    if known is not None:
        return known
    if is_distribution(node):
        return _dimension_of_distribution(node, scope, calls)
    if node.name in LEVEL_FUNCTIONS:
        if len(node.args) != 1 or not isinstance(node.args[0], Name) or node.kwargs or node.pairs:
            raise ExpressionError(f"`{node.name}` needs the name of one stock; got `{render(node)}`")
        return dimension(node.args[0], scope)
    if node.name not in MATH_FUNCTIONS:
        raise _unknown_function(node)
    _check_arguments(node)
    found = [dimension(argument, scope, calls) for argument in node.args]
    for argument, each in zip(node.args, found, strict=True):
        if node.name in ("min", "max") and each != found[0]:
            first = _described(node.args[0], found[0])
            raise DimensionError(f"cannot compare {first} with {_described(argument, each)}")
    if node.name in ("min", "max", "abs"):
        return found[0]
    if node.name == "sqrt":
        return found[0] ** exact_power(0.5)
    if found[0]:
        raise _needs_bare(node, _described(node.args[0], found[0]))
    return DIMENSIONLESS


def _dimension_of_distribution(
    node: Call, scope: Mapping[str, Dimension], calls: DimensionOfCall | None
) -> Dimension:
    stated = unit(_stated_unit(node)).dimension
    if node.name == "empirical":
        return stated
    if node.name == "discrete":
        found = [(value, dimension(value, scope, calls)) for value, _ in node.pairs]
        for value, each in found[1:]:
            if each != found[0][1]:
                raise DimensionError(f"discrete: {_described(*found[0])} and {_described(value, each)} disagree")
        return found[0][1] if found else DIMENSIONLESS
    kwargs = _parameters(node)
    form = distributions.form_of(node.name, len(node.args), tuple(kwargs))
    given = dict(zip(form, node.args, strict=False)) | kwargs
    parameters = {}
    for name, value in given.items():
        found_here = dimension(value, scope, calls)
        parameters[name] = (found_here, _described(value, found_here))
    return distributions.result_dimension(node.name, parameters) or stated


def distribution(
    node: Node,
    scope: Mapping[str, Quantity],
    folder: Path | str | None = None,
    calls: QuantityOfCall | None = None,
) -> Distribution:
    """Build the distribution that a node states.

    Parameters
    ----------
    node : Node
        A distribution, one times or divided by a number, or a number (then it is constant).
    scope : mapping of str to Quantity
    folder : path, optional
        Where files of data stand; default the current folder.
    calls : callable, optional
        As in :func:`evaluate`.

    Raises
    ------
    ValueProblem
        DistributionError, DimensionError, ExpressionError, DataError, UnitError, with the offset.
    """
    try:
        return _distribution(node, scope, folder, calls)
    except ValueProblem as error:
        raise _placed(error, node) from error.__cause__


def _distribution(
    node: Node, scope: Mapping[str, Quantity], folder: Path | str | None, calls: QuantityOfCall | None
) -> Distribution:
    if not is_random(node):
        value = evaluate(node, scope, calls)
        return Distribution("constant", value.value, dimension=value.dimension)
    if isinstance(node, Binary) and node.op in "*/" and not is_random(node.right):
        return _scaled(distribution(node.left, scope, folder, calls), node.op, evaluate(node.right, scope, calls))
    if isinstance(node, Binary) and node.op == "*" and not is_random(node.left):
        return _scaled(distribution(node.right, scope, folder, calls), "*", evaluate(node.left, scope, calls))
    if not isinstance(node, Call) or not is_distribution(node):
        raise DistributionError(
            f"`{render(node)}` is no distribution", "a distribution may only be multiplied or divided by a number"
        )
    if node.name == "empirical":
        return _empirical(node, folder)
    if node.name == "discrete":
        return _discrete(node, scope, calls)
    kwargs = {name: evaluate(value, scope, calls) for name, value in _parameters(node).items()}
    args = [evaluate(argument, scope, calls) for argument in node.args]
    return distributions.build(node.name, args, kwargs, _stated_unit(node))


def _scaled(found: Distribution, op: str, factor: Quantity) -> Distribution:
    by = factor if op == "*" else Quantity(1.0) / factor
    return replace(found.scaled(by.value), dimension=found.dimension * by.dimension)


def _stated_unit(node: Call) -> str:
    stated = dict(node.kwargs).get("unit")
    return stated.value if isinstance(stated, Text) else ""


def _parameters(node: Call) -> dict[str, Node]:
    if node.pairs:
        raise DistributionError(f"{node.name} takes no `value: probability` pairs; only discrete does")
    return {name: value for name, value in node.kwargs if name != "unit"}


def _discrete(node: Call, scope: Mapping[str, Quantity], calls: QuantityOfCall | None) -> Distribution:
    if node.args or node.kwargs:
        raise DistributionError("discrete takes `value: probability` pairs", "write `discrete(1: 30 %, 2: 70 %)`")
    pairs = [(evaluate(value, scope, calls), evaluate(weight, scope, calls)) for value, weight in node.pairs]
    return distributions.discrete(pairs)


def _empirical(node: Call, folder: Path | str | None) -> Distribution:
    texts = dict(zip(("file", "column"), node.args, strict=False)) | dict(node.kwargs)
    values = {name: value.value for name, value in texts.items() if isinstance(value, Text)}
    if node.pairs or len(node.args) > 2 or set(texts) - {"file", "column", "unit"} or len(values) != len(texts):
        raise DistributionError(
            f"`{render(node)}` does not state a distribution",
            'write `empirical("times.csv", column="repair", unit=min)`',
        )
    if "file" not in values:
        raise DistributionError("empirical needs a file", 'write `empirical("times.csv", column="repair")`')
    return empirical(values["file"], values.get("column"), values.get("unit", ""), folder)


def split_scale(node: Node) -> tuple[Node, Call] | None:
    """Split a distribution into its scale and the same distribution of scale 1, a bare number.

    A draw of `node` is the scale times a draw of the second, so that the scale may depend on what is
    known only in a run: ``gamma(mean=taken(x) * 1 min/t, cv=0.3)``.

    Returns
    -------
    (Node, Call) or None
        None where the node is no distribution, or its form has no scale.
    """
    if not isinstance(node, Call) or node.name not in distributions.FORMS or node.pairs:
        return None
    kwargs = _parameters(node)
    form = distributions.form_of(node.name, len(node.args), tuple(kwargs))
    name = distributions.scale_parameter(node.name, form)
    if name is None or len(kwargs) != len(node.kwargs):
        return None
    given = dict(zip(form, node.args, strict=False)) | kwargs
    scale = given[name]
    given[name] = Number(1.0)
    whole = Binary("/", Number(1.0), scale, start=scale.start, end=scale.end) if name == "rate" else scale
    return whole, Call(node.name, (), tuple(given.items()), start=node.start, end=node.end)


def _check_kinds(node: Node) -> None:
    """Refuse numbers where conditions belong, and conditions where numbers belong."""
    for child in children(node):
        if isinstance(node, Logic) and not is_condition(child):
            hint = f"write for example `{render(child)} > 0`"
            raise ExpressionError(f"`{node.op}` joins conditions; `{render(child)}` is a number", hint, child.start)
        if not isinstance(node, Logic) and is_condition(child):
            raise ExpressionError(f"`{render(child)}` is a condition; a number is needed here", None, child.start)


def _check_arguments(node: Call) -> None:
    if node.kwargs or node.pairs:
        raise ExpressionError(f"`{node.name}` takes plain arguments; got `{render(node)}`", None, node.start)
    if not node.args or (len(node.args) > 1 and node.name not in ("min", "max")):
        wanted = "at least one argument" if node.name in ("min", "max") else "one argument"
        raise ExpressionError(f"`{node.name}` needs {wanted}; got {len(node.args)}", None, node.start)
    _check_kinds(node)


def _needs_bare(node: Call, words: str) -> DimensionError:
    inside = render(node.args[0])
    hint = f"divide by a unit first: `{node.name}(({inside}) / 1 min)`"
    return DimensionError(f"`{node.name}` needs a bare number; got {words}", hint, node.start)


def _unknown_name(node: Name, scope: Mapping[str, object]) -> ExpressionError:
    if is_unit_name(node.id):
        return ExpressionError(
            f"the unit `{node.id}` stands without a number", f"write `1 {node.id}`", node.start, "unknown-name"
        )
    hint = did_you_mean(node.id, scope)
    return ExpressionError(f"there is no `{node.id}`", hint, node.start, "unknown-name")


def _unknown_function(node: Call) -> ExpressionError:
    if node.name in LEVEL_FUNCTIONS:
        return ExpressionError(f"`{render(node)}` is known only during a run; it cannot stand here", None, node.start)
    hint = did_you_mean(node.name, {*MATH_FUNCTIONS, *LEVEL_FUNCTIONS, *distributions.FAMILIES})
    return ExpressionError(f"there is no function `{node.name}`", hint, node.start, "unknown-name")


def _no_number(node: Node) -> ExpressionError:
    kind = "a range" if isinstance(node, Range) else "a text"
    return ExpressionError(f"`{render(node)}` is {kind}; a single number is needed here", None, node.start)


def _described(node: Node, found: Dimension) -> str:
    if not found:
        return f"`{render(node)}` (bare number)"
    base = found.base_unit
    return f"`{render(node)}` ({found}, in {base})" if not isinstance(node, Number) else f"`{render(node)}` ({found})"


def _placed(error: ValueProblem, node: Node) -> ValueProblem:
    """Return the error with the offset of `node`, unless it has one of its own."""
    if error.offset is not None:
        return error
    return type(error)(error.message, error.hint, node.start, error.code)
