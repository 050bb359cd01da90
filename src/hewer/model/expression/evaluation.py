"""Working values out: a tree and what its names stand for to a quantity."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce

from hewer import tracing
from hewer.errors import DimensionError, ExpressionError, ValueProblem, did_you_mean
from hewer.families import FAMILIES
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
    Unary,
    children,
    is_condition,
    is_distribution,
    render,
)
from hewer.quantity import Quantity, is_unit_name

__all__ = ["LEVEL_FUNCTIONS", "MATH_FUNCTIONS", "QuantityOfCall", "evaluate"]

LEVEL_FUNCTIONS = frozenset({"taken", "next", "prev", "first", "last", "sum", "largest", "smallest"})
"""Functions of the level of one stock: their value has the stock's unit."""

MATH_FUNCTIONS = frozenset({"min", "max", "sqrt", "exp", "log", "floor", "ceil", "abs", "round"})
"""Functions of numbers."""

_BARE: dict[str, Callable[[float], float]] = {
    "exp": tracing.exp,
    "log": tracing.log,
    "floor": tracing.floor,
    "ceil": tracing.ceil,
    "round": tracing.rounded,
}
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}

QuantityOfCall = Callable[[Call], Quantity | None]


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
        raise placed(error, node) from error.__cause__
    if not tracing.finite(result.value):
        raise ExpressionError(f"`{render(node)}` is not a finite number", None, node.start)
    return result


def _evaluate(node: Node, scope: Mapping[str, Quantity], calls: QuantityOfCall | None) -> Quantity:
    if isinstance(node, Number):
        return Quantity.of(node.value, node.unit)
    if isinstance(node, Name):
        if node.id not in scope:
            raise unknown_name(node, scope)
        return scope[node.id]
    if isinstance(node, Call):
        return _evaluate_call(node, scope, calls)
    check_kinds(node)
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
    raise no_number(node)


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
        raise unknown_function(node)
    check_arguments(node)
    values = [evaluate(argument, scope, calls) for argument in node.args]
    first = values[0]
    if node.name in ("min", "max"):
        for value in values[1:]:
            if value.dimension != first.dimension:
                raise DimensionError(f"cannot compare {first.described} with {value.described}")
        return _extreme(node.name, values)
    if node.name == "abs":
        return abs(first)
    if node.name == "sqrt":
        return first**0.5
    if first.dimension:
        raise needs_bare(node, first.described)
    return Quantity(_BARE[node.name](first.value))


def _extreme(name: str, values: list[Quantity]) -> Quantity:
    """Return the least or the largest of some quantities, in the unit in which it was given."""
    if len({value.shown for value in values}) == 1:  # so that a traced one need not decide which it is
        choose = tracing.smallest if name == "min" else tracing.largest
        return replace(values[0], value=reduce(choose, [value.value for value in values]))
    return (min if name == "min" else max)(values, key=lambda value: value.value)


def check_kinds(node: Node) -> None:
    """Refuse numbers where conditions belong, and conditions where numbers belong."""
    for child in children(node):
        if isinstance(node, Logic) and not is_condition(child):
            message = f"`{node.op}` joins conditions; `{render(child)}` is a number"
            raise ExpressionError(message, f"write for example `{render(child)} > 0`", child.start)
        if not isinstance(node, Logic) and is_condition(child):
            message = f"`{render(child)}` is a condition; a number is needed here"
            raise ExpressionError(message, None, child.start)


def check_arguments(node: Call) -> None:
    if node.kwargs or node.pairs:
        raise ExpressionError(f"`{node.name}` takes plain arguments; got `{render(node)}`", None, node.start)
    if not node.args or (len(node.args) > 1 and node.name not in ("min", "max")):
        wanted = "at least one argument" if node.name in ("min", "max") else "one argument"
        raise ExpressionError(f"`{node.name}` needs {wanted}; got {len(node.args)}", None, node.start)
    check_kinds(node)


def needs_bare(node: Call, words: str) -> DimensionError:
    inside = render(node.args[0])
    hint = f"divide by a unit first: `{node.name}(({inside}) / 1 min)`"
    return DimensionError(f"`{node.name}` needs a bare number; got {words}", hint, node.start)


def unknown_name(node: Name, scope: Mapping[str, object]) -> ExpressionError:
    if is_unit_name(node.id):
        message = f"the unit `{node.id}` stands without a number"
        return ExpressionError(message, f"write `1 {node.id}`", node.start, "unknown-name")
    hint = did_you_mean(node.id, scope)
    return ExpressionError(f"there is no `{node.id}`", hint, node.start, "unknown-name")


def unknown_function(node: Call) -> ExpressionError:
    if node.name in LEVEL_FUNCTIONS:
        message = f"`{render(node)}` is known only during a run; it cannot stand here"
        return ExpressionError(message, None, node.start)
    hint = did_you_mean(node.name, {*MATH_FUNCTIONS, *LEVEL_FUNCTIONS, *FAMILIES})
    return ExpressionError(f"there is no function `{node.name}`", hint, node.start, "unknown-name")


def no_number(node: Node) -> ExpressionError:
    kind = "a range" if isinstance(node, Range | OfFamily) else "a text"
    return ExpressionError(f"`{render(node)}` is {kind}; a single number is needed here", None, node.start)


def placed(error: ValueProblem, node: Node) -> ValueProblem:
    """Return the error with the offset of `node`, unless it has one of its own."""
    if error.offset is not None:
        return error
    return type(error)(error.message, error.hint, node.start, error.code)
