"""The distributions that values state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from hewer import distribution as distributions
from hewer.distribution import Distribution
from hewer.empirical import empirical
from hewer.errors import DistributionError, ExpressionError, ValueProblem
from hewer.families import FAMILIES, Family
from hewer.model.expression.dimensions import named_parameters, stated_unit
from hewer.model.expression.evaluation import QuantityOfCall, evaluate, placed
from hewer.model.expression.nodes import Binary, Call, Node, Number, Text, is_distribution, is_random, render
from hewer.quantity import Quantity

__all__ = ["distribution", "scale_in_run", "split_scale"]


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
        raise placed(error, node) from error.__cause__


def _distribution(
    node: Node, scope: Mapping[str, Quantity], folder: Path | str | None, calls: QuantityOfCall | None
) -> Distribution:
    if not is_random(node):
        value = evaluate(node, scope, calls)
        return Distribution("constant", value.value, dimension=value.dimension)
    if isinstance(node, Binary) and node.op in "*/" and not is_random(node.right):
        drawn, factor = distribution(node.left, scope, folder, calls), evaluate(node.right, scope, calls)
        if node.op == "/" and factor.value == 0.0:
            raise ExpressionError(f"`{render(node)}` divides by 0", None, node.start)
        return _scaled(drawn, node.op, factor)
    if isinstance(node, Binary) and node.op == "*" and not is_random(node.left):
        drawn, factor = distribution(node.right, scope, folder, calls), evaluate(node.left, scope, calls)
        return _scaled(drawn, "*", factor)
    if not isinstance(node, Call) or not is_distribution(node):
        hint = "a distribution may only be multiplied or divided by a number"
        raise DistributionError(f"`{render(node)}` is no distribution", hint)
    if node.name == "empirical":
        return _empirical(node, folder)
    if node.name == "discrete":
        return _discrete(node, scope, calls)
    kwargs = {name: evaluate(value, scope, calls) for name, value in named_parameters(node).items()}
    args = [evaluate(argument, scope, calls) for argument in node.args]
    return distributions.build(node.name, args, kwargs, stated_unit(node))


def _scaled(found: Distribution, op: str, factor: Quantity) -> Distribution:
    by = factor if op == "*" else Quantity(1.0) / factor
    return replace(found.scaled(by.value), dimension=found.dimension * by.dimension)


def _discrete(node: Call, scope: Mapping[str, Quantity], calls: QuantityOfCall | None) -> Distribution:
    if node.args or node.kwargs:
        hint = "write `discrete(1: 30 %, 2: 70 %)`"
        raise DistributionError("discrete takes `value: probability` pairs", hint)
    pairs = [(evaluate(value, scope, calls), evaluate(weight, scope, calls)) for value, weight in node.pairs]
    return distributions.discrete(pairs)


def _empirical(node: Call, folder: Path | str | None) -> Distribution:
    texts = dict(zip(("file", "column"), node.args, strict=False)) | dict(node.kwargs)
    values = {name: value.value for name, value in texts.items() if isinstance(value, Text)}
    strange = set(texts) - {"file", "column", "unit"} or len(values) != len(texts)
    if node.pairs or len(node.args) > 2 or strange:
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
    if not isinstance(node, Call) or not isinstance(FAMILIES.get(node.name), Family) or node.pairs:
        return None
    kwargs = named_parameters(node)
    form = distributions.form_of(node.name, len(node.args), tuple(kwargs))
    name = form.scale
    if not name or len(kwargs) != len(node.kwargs):
        return None
    given = dict(zip(form.names, node.args, strict=False)) | kwargs
    scale = given[name]
    given[name] = Number(1.0)
    whole = Binary("/", Number(1.0), scale, start=scale.start, end=scale.end) if name == "rate" else scale
    return whole, Call(node.name, (), tuple(given.items()), start=node.start, end=node.end)


def scale_in_run(node: Call, known: Callable[[Node], bool]) -> tuple[Node, Call]:
    """Split as :func:`split_scale` does, where all but the scale is `known` before the run.

    Raises
    ------
    ExpressionError
        Where something else than the scale depends on what happens in the run.
    """
    split = split_scale(node)
    if split is None or not all(known(value) for _, value in split[1].kwargs):
        raise ExpressionError(
            f"`{render(node)}`: only the mean can depend on what happens in the run",
            f"write `{node.name}(mean=..., cv=...)`",
            node.start,
        )
    return split
