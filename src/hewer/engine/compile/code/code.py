"""Lower expressions that are judged while running to postfix code, and bound what code can yield.

Code works in base units. Levels and amounts taken are turned to base units when they are pushed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import Any, NamedTuple

from hewer.engine.codes import NONE, TICKS, Op
from hewer.engine.compile.base import Context, StockEntry
from hewer.errors import DimensionError, ExpressionError, did_you_mean
from hewer.model.expression import (
    LEVEL_FUNCTIONS,
    Binary,
    Call,
    Compare,
    Logic,
    Name,
    Node,
    Unary,
    children,
    distribution,
    evaluate,
    is_distribution,
    parse,
    render,
    require_same,
    scale_in_run,
)
from hewer.quantity import DIMENSIONLESS, Dimension, Quantity, exact_power

Step = tuple[int, int, float]
Code = tuple[Step, ...]
Interval = tuple[float, float]

_BINARY = {"+": Op.ADD, "-": Op.SUB, "*": Op.MUL, "/": Op.DIV, "^": Op.POW, "min": Op.MIN, "max": Op.MAX}
_COMPARE = {"<": Op.LT, "<=": Op.LE, ">": Op.GT, ">=": Op.GE, "==": Op.EQ, "!=": Op.NE}
_BARE = {"exp": Op.EXP, "log": Op.LOG, "floor": Op.FLOOR, "ceil": Op.CEIL, "round": Op.ROUND}
_OVER_SET = {"sum": Op.ADD, "largest": Op.MAX, "smallest": Op.MIN}
_SELECTORS = ("next", "prev", "first", "last")
_ITEM_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in grains or items: fixed, or drawn by a distribution or code.

    ``index`` is -1 where it is ``fixed``, else as in ``take["amount"]``; it lies between ``low`` and
    ``high`` (UNLIMITED where there is no bound).
    """

    index: int
    fixed: int
    low: int
    high: int
    family: int = 0  # 1: of one family, 2: all of one
    within: int = 0  # ticks after which one will do, instead of `least`
    least: int = 0

    @property
    def is_fixed(self) -> bool:
        """Whether it is known before the run."""
        return self.index == NONE and self.low == self.high


class Taken(NamedTuple):
    """A take that later expressions of the same activity may refer to."""

    selector: str | None
    entry: StockEntry
    amount: Amount


@dataclass(slots=True)
class Binding:
    """Where an expression is judged: at a member of a place set (None: at no set).

    ``memo`` keeps what does not differ between the members of the set; they share it.
    """

    context: Context
    place: str | None
    member: int
    takes: list[Taken] = field(default_factory=list)
    of_family: int = NONE  # the requirement of those that are taken of one family
    memo: dict[Any, Any] = field(default_factory=dict)


class Lowered(NamedTuple):
    """Code and the dimension of what it yields."""

    code: Code
    dimension: Dimension


def stock_key(binding: Binding, key: str) -> tuple[str | None, StockEntry]:
    """Read ``stock`` or ``next(stock)`` as (selector or None, stock).

    Raises
    ------
    ExpressionError
        Where it is neither, or there is no such stock.
    """
    named = binding.context.keys
    if key in named:
        return named[key]
    node = parse(key)
    if isinstance(node, Name):
        named[key] = None, stock_named(binding, node)
        return named[key]
    if isinstance(node, Call) and node.name in _SELECTORS:
        named[key] = node.name, stock_named(binding, _argument(node))
        return named[key]
    raise ExpressionError(f"`{key}` is no stock", "write a stock, or `next(stock)`, `prev`, `first`, `last`")


def stock_named(binding: Binding, node: Name) -> StockEntry:
    """Return the stock that a name stands for."""
    stocks = binding.context.stocks
    if node.id not in stocks:
        hint = did_you_mean(node.id, [*stocks, *binding.context.params])
        raise ExpressionError(f"there is no stock or param `{node.id}`", hint, node.start, "unknown-name")
    return stocks[node.id]


def _argument(node: Call) -> Name:
    if len(node.args) == 1 and isinstance(node.args[0], Name) and not node.kwargs and not node.pairs:
        return node.args[0]
    raise ExpressionError(
        f"`{node.name}` needs the name of one stock; got `{render(node)}`", None, node.start
    )


def stock_member(binding: Binding, selector: str | None, entry: StockEntry) -> int | None:
    """Return the stock instance that a selector picks; None where there is no such neighbour.

    Raises
    ------
    ExpressionError
        Where the stock stands at another place set than the activity.
    """
    if selector in ("first", "last"):
        return entry.first + (entry.count - 1 if selector == "last" else 0)
    if entry.place is None and selector is None:
        return entry.first
    if entry.place is None or entry.place != binding.place:
        where = (
            f"is at each of the {entry.count} members of `{entry.place}`"
            if entry.place
            else "is a single stock"
        )
        raise ExpressionError(
            f"`{entry.name}` {where}, and this is not at that place",
            f"write `first({entry.name})` or `last({entry.name})`, or put it `at: {entry.place}`"
            if entry.place
            else f"write `{entry.name}`",
        )
    member = binding.member + {"next": 1, "prev": -1}.get(selector or "", 0)
    return entry.first + member if 0 <= member < entry.count else None


def known(node: Node, binding: Binding) -> Quantity | None:
    """Return the number that a node is before the run; None where a level, the clock or a draw decides."""
    key = id(node)
    if key not in binding.memo:
        found = value_of(binding, node) if is_known(node, binding) else None
        binding.memo[key] = (node, found)  # holding the node keeps its id from being used again
    quantity: Quantity | None = binding.memo[key][1]
    return quantity


def is_known(node: Node, binding: Binding) -> bool:
    """Tell whether a node is a number before the run: no level, no clock, no draw."""
    context = binding.context
    if isinstance(node, Name):
        return node.id in context.params
    if isinstance(node, Call):
        if node.name in LEVEL_FUNCTIONS:
            return known_call(binding, node) is not None
        if is_distribution(node):
            return False
    return all(is_known(child, binding) for child in children(node))


def known_call(binding: Binding, node: Call) -> Quantity | None:
    """Return ``taken(stock)`` where that is fixed; None for any other call."""
    if node.name != "taken":
        return None
    _, taken = _find_taken(binding, node)
    if not taken.amount.is_fixed:
        return None
    return Quantity(taken.amount.low * taken.entry.scale, taken.entry.dimension)


def _find_taken(binding: Binding, node: Call) -> tuple[int, Taken]:
    argument = node.args[0] if len(node.args) == 1 else None
    key = render(argument) if argument is not None else ""
    for index, taken in enumerate(binding.takes):
        name = taken.entry.name
        if key in (name, f"{taken.selector}({name})"):
            return index, taken
    names = [taken.entry.name for taken in binding.takes]
    raise ExpressionError(
        f"`{render(node)}`: nothing is taken from `{key}` here", did_you_mean(key, names), node.start
    )


def value_of(binding: Binding, node: Node) -> Quantity:
    """Work out a node that is known before the run."""
    return evaluate(node, binding.context.params, lambda call: known_call(binding, call))


def lower(node: Node, binding: Binding) -> Lowered:
    """Lower a node to code.

    Raises
    ------
    ValueProblem
        Where names, dimensions or arguments are wrong.
    """
    found = known(node, binding)
    if found is not None:
        return Lowered(((Op.CONST, 0, found.value),), found.dimension)
    if isinstance(node, Name):
        if node.id == "now":
            return Lowered(((Op.NOW, 0, 1.0 / TICKS),), binding.context.time)
        if node.id.startswith("item."):
            return _lower_item(node, binding)
        return _level(binding, None, stock_named(binding, node))
    if isinstance(node, Call):
        return _lower_call(node, binding)
    if isinstance(node, Unary):
        inside = lower(node.operand, binding)
        return Lowered((*inside.code, (Op.NEG, 0, 0.0)), inside.dimension)
    if isinstance(node, Binary):
        return _lower_binary(node, binding)
    if isinstance(node, Compare):
        return _lower_compare(node, binding)
    if isinstance(node, Logic):
        return _lower_logic(node, binding)
    raise ExpressionError(f"`{render(node)}` cannot stand here; a single number is needed", None, node.start)


def _lower_item(node: Name, binding: Binding) -> Lowered:
    """Push an attribute of the item at hand, or the number of its step."""
    name = node.id.removeprefix("item.")
    if name == "step":
        return Lowered(((Op.STEP, 0, 0.0),), DIMENSIONLESS)
    attributes = binding.context.attributes
    if name not in attributes:
        raise ExpressionError(f"no item has `{name}`", did_you_mean(name, attributes), node.start)
    return Lowered(((Op.ITEM, attributes[name].column, 0.0),), attributes[name].dimension)


def _lower_kind(node: Compare, binding: Binding) -> Lowered:
    """Lower ``item.kind == bracket``."""
    other = node.right if node.left == Name("item.kind") else node.left
    kinds = binding.context.kinds
    if not isinstance(other, Name) or other.id not in kinds or node.op not in ("==", "!="):
        hint = did_you_mean(other.id, kinds) if isinstance(other, Name) else None
        raise ExpressionError(f"`{render(other)}` is no kind", hint, other.start)
    number = (Op.CONST, 0, float(kinds[other.id]))
    return Lowered(((Op.KIND, 0, 0.0), number, (_COMPARE[node.op], 0, 0.0)), DIMENSIONLESS)


def _level(binding: Binding, selector: str | None, entry: StockEntry) -> Lowered:
    """Push the level of a stock; beyond the end of a set it is 0."""
    stock = stock_member(binding, selector, entry)
    step = (Op.CONST, 0, 0.0) if stock is None else (Op.LEVEL, stock, entry.scale)
    return Lowered((step,), entry.dimension)


def _lower_call(node: Call, binding: Binding) -> Lowered:
    if node.name == "taken":
        index, taken = _find_taken(binding, node)
        return Lowered(((Op.TAKEN, index, taken.entry.scale),), taken.entry.dimension)
    if node.name in _SELECTORS:
        return _level(binding, node.name, stock_named(binding, _argument(node)))
    if node.name in _OVER_SET:
        entry = stock_named(binding, _argument(node))
        levels: list[Code] = [((Op.LEVEL, entry.first + k, entry.scale),) for k in range(entry.count)]
        return Lowered(_chain(levels, _OVER_SET[node.name]), entry.dimension)
    if is_distribution(node):
        return _lower_draw(node, binding)
    return _lower_function(node, binding)


def _chain(pieces: list[Code], op: Op) -> Code:
    return reduce(lambda done, piece: (*done, *piece, (op, 0, 0.0)), pieces[1:], pieces[0])


def _lower_draw(node: Call, binding: Binding) -> Lowered:
    """Lower a draw; where its scale depends on the run, that scale times a draw of scale 1."""
    context = binding.context
    parts = [
        *node.args,
        *(value for _, value in node.kwargs),
        *(part for pair in node.pairs for part in pair),
    ]
    if all(is_known(part, binding) for part in parts):
        found = distribution(node, context.params, context.folder, lambda call: known_call(binding, call))
        return Lowered(((Op.DRAW, context.add_distribution(found), 1.0),), found.dimension)
    outer, inner = scale_in_run(node, lambda part: is_known(part, binding))
    scale, drawn = lower(outer, binding), _lower_draw(inner, binding)
    return Lowered((*scale.code, *drawn.code, (Op.MUL, 0, 0.0)), scale.dimension * drawn.dimension)


def _lower_function(node: Call, binding: Binding) -> Lowered:
    inside = [lower(argument, binding) for argument in node.args]
    if not inside or (len(inside) > 1 and node.name not in ("min", "max")) or node.kwargs or node.pairs:
        raise ExpressionError(f"`{render(node)}` has the wrong arguments", None, node.start)
    first = inside[0]
    if node.name in ("min", "max"):
        for argument, other in zip(node.args[1:], inside[1:], strict=True):
            require_same(argument, first.dimension, other.dimension)
        return Lowered(_chain([each.code for each in inside], _BINARY[node.name]), first.dimension)
    if node.name == "abs":
        return Lowered((*first.code, (Op.ABS, 0, 0.0)), first.dimension)
    if node.name == "sqrt":
        return Lowered((*first.code, (Op.SQRT, 0, 0.0)), first.dimension ** exact_power(0.5))
    if first.dimension:
        raise DimensionError(f"`{node.name}` needs a bare number; got a {first.dimension}", None, node.start)
    if node.name not in _BARE:
        raise ExpressionError(
            f"there is no function `{node.name}`", did_you_mean(node.name, _BARE), node.start
        )
    return Lowered((*first.code, (_BARE[node.name], 0, 0.0)), DIMENSIONLESS)


def _lower_binary(node: Binary, binding: Binding) -> Lowered:
    left, right = lower(node.left, binding), lower(node.right, binding)
    code = (*left.code, *right.code, (_BINARY[node.op], 0, 0.0))
    if node.op == "*":
        return Lowered(code, left.dimension * right.dimension)
    if node.op == "/":
        return Lowered(code, left.dimension / right.dimension)
    if node.op == "^":
        if not left.dimension:
            return Lowered(code, DIMENSIONLESS)
        power = value_of(binding, node.right)
        return Lowered(code, left.dimension ** exact_power(power.value))
    require_same(node, left.dimension, right.dimension)
    return Lowered(code, left.dimension)


def _lower_compare(node: Compare, binding: Binding) -> Lowered:
    if Name("item.kind") in (node.left, node.right):
        return _lower_kind(node, binding)
    left, right = lower(node.left, binding), lower(node.right, binding)
    require_same(node, left.dimension, right.dimension)
    tolerance = _tolerance(binding, (*left.code, *right.code), left.dimension)
    return Lowered((*left.code, *right.code, (_COMPARE[node.op], 0, tolerance)), DIMENSIONLESS)


def _tolerance(binding: Binding, code: Code, dimension: Dimension) -> float:
    """Half a grain of the finest bulk stock compared, half a tick of the clock."""
    context = binding.context
    read = [context.owners[a] for op, a, _ in code if op == Op.LEVEL]
    scales = [entry.scale for entry in read if not entry.items and entry.dimension == dimension]
    if any(op == Op.NOW for op, _, _ in code) and dimension == context.time:
        scales.append(1.0 / TICKS)
    if scales:
        return min(scales) / 2
    return _ITEM_TOLERANCE if dimension == DIMENSIONLESS else 0.0


def _lower_logic(node: Logic, binding: Binding) -> Lowered:
    inside = [lower(operand, binding).code for operand in node.operands]
    if node.op == "not":
        return Lowered((*inside[0], (Op.NOT, 0, 0.0)), DIMENSIONLESS)
    return Lowered(_chain(inside, Op.AND if node.op == "and" else Op.OR), DIMENSIONLESS)


__all__ = [
    "Amount",
    "Binding",
    "Code",
    "Lowered",
    "Taken",
    "is_known",
    "known",
    "known_call",
    "lower",
    "stock_key",
    "stock_member",
    "value_of",
]
