"""The dimension of values, found without working them out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hewer import distribution as distributions
from hewer.errors import DimensionError, DistributionError, ExpressionError, ValueProblem
from hewer.model.expression.evaluation import (
    LEVEL_FUNCTIONS,
    MATH_FUNCTIONS,
    check_arguments,
    check_kinds,
    evaluate,
    needs_bare,
    no_number,
    placed,
    unknown_function,
    unknown_name,
)
from hewer.model.expression.nodes import (
    Binary,
    Call,
    Compare,
    Logic,
    Name,
    Node,
    Number,
    OfFamily,
    Text,
    Unary,
    children,
    functions,
    is_distribution,
    names,
    render,
)
from hewer.quantity import DIMENSIONLESS, Dimension, exact_power, unit

__all__ = ["DimensionOfCall", "dimension", "named_parameters", "require_same", "stated_unit"]

_VERBS = {"+": "add", "-": "subtract"}

DimensionOfCall = Callable[[Call], Dimension | None]


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
        raise placed(error, node) from error.__cause__


def _dimension(node: Node, scope: Mapping[str, Dimension], calls: DimensionOfCall | None) -> Dimension:
    if isinstance(node, Number):
        return unit(node.unit).dimension
    if isinstance(node, Name):
        if node.id not in scope:
            raise unknown_name(node, scope)
        return scope[node.id]
    if isinstance(node, Text):
        raise no_number(node)
    if isinstance(node, Call):
        return _dimension_of_call(node, scope, calls)
    check_kinds(node)
    if isinstance(node, OfFamily):
        return dimension(node.number, scope, calls) if node.number is not None else DIMENSIONLESS
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
        left, right = map(_described, children(node), found)
        raise DimensionError(f"cannot {verb} {left} {joint} {right}")
    # both sides are alike here: what adds and spans has their dimension, what compares has none
    return DIMENSIONLESS if isinstance(node, Compare) else found[0]


def require_same(node: Node, left: Dimension, right: Dimension) -> None:
    """Raise DimensionError where the two sides that a node joins differ in dimension."""
    if left != right:
        message = f"`{render(node)}` joins a {left} and a {right}; their units must agree"
        raise DimensionError(message, None, node.start)


def _dimension_of_power(node: Binary, base: Dimension, exponent: Dimension) -> Dimension:
    if exponent:
        raise DimensionError(f"an exponent must be a bare number; got {_described(node.right, exponent)}")
    if not base:
        return DIMENSIONLESS
    # m ^ x: the unit itself would depend on a value
    if names(node.right) or functions(node.right):
        raise DimensionError(f"{_described(node.left, base)} can only be raised to a number as it stands")
    return base ** exact_power(evaluate(node.right, {}).value)


def _dimension_of_call(
    node: Call, scope: Mapping[str, Dimension], calls: DimensionOfCall | None
) -> Dimension:
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
        raise unknown_function(node)
    check_arguments(node)
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
        raise needs_bare(node, _described(node.args[0], found[0]))
    return DIMENSIONLESS


def _dimension_of_distribution(
    node: Call, scope: Mapping[str, Dimension], calls: DimensionOfCall | None
) -> Dimension:
    stated = unit(stated_unit(node)).dimension
    if node.name == "empirical":
        return stated
    if node.name == "discrete":
        found = [(value, dimension(value, scope, calls)) for value, _ in node.pairs]
        for value, each in found[1:]:
            if each != found[0][1]:
                first, other = _described(*found[0]), _described(value, each)
                raise DimensionError(f"discrete: {first} and {other} stand together; their units must agree")
        return found[0][1] if found else DIMENSIONLESS
    kwargs = named_parameters(node)
    form = distributions.form_of(node.name, len(node.args), tuple(kwargs))
    given = dict(zip(form.names, node.args, strict=False)) | kwargs
    parameters = {}
    for name, value in given.items():
        found_here = dimension(value, scope, calls)
        parameters[name] = (found_here, _described(value, found_here))
    return distributions.result_dimension(node.name, parameters) or stated


def stated_unit(node: Call) -> str:
    """Return the unit in ``unit=`` of a distribution, empty where there is none."""
    stated = dict(node.kwargs).get("unit")
    return stated.value if isinstance(stated, Text) else ""


def named_parameters(node: Call) -> dict[str, Node]:
    """Return the named parameters of a distribution, its unit left out."""
    if node.pairs:
        raise DistributionError(f"{node.name} takes no `value: probability` pairs; only discrete does")
    return {name: value for name, value in node.kwargs if name != "unit"}


def _described(node: Node, found: Dimension) -> str:
    if not found:
        return f"`{render(node)}` (bare number)"
    if isinstance(node, Number):
        return f"`{render(node)}` ({found})"
    return f"`{render(node)}` ({found}, in {found.base_unit})"
